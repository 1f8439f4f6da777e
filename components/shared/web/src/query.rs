use crate::{Fault, Problem};
use text::Text;

/// The parameters of a query. A handler takes each parameter once, then calls [`Query::finish`], which
/// refuses the parameters that are left.
#[derive(Debug)]
pub struct Query {
    pairs: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl Query {
    /// The query of a request.
    pub fn of(uri: &http::Uri) -> Self {
        let query = uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        Self {
            pairs,
            faults: Vec::new(),
        }
    }

    /// Takes a parameter that may be missing. `read` converts its value or says what is wrong with it.
    ///
    /// `None` if the parameter is missing or has a fault; [`Query::finish`] reports the fault.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, Text>,
    ) -> Option<T> {
        let (taken, rest) = std::mem::take(&mut self.pairs)
            .into_iter()
            .partition(|(key, _)| key == name);
        self.pairs = rest;
        let taken: Vec<(String, String)> = taken;
        let (_, value) = taken.first()?;
        if taken.len() > 1 {
            let text = Text::new("参数只能出现一次。", "The parameter stands more than once.");
            self.faults.push(Fault::in_query(name, text));
            return None;
        }
        read(value)
            .map_err(|text| self.faults.push(Fault::in_query(name, text)))
            .ok()
    }

    /// Takes a parameter like [`Query::optional`], but a missing parameter is a fault.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, Text>,
    ) -> Option<T> {
        if !self.pairs.iter().any(|(key, _)| key == name) {
            let text = Text::new("缺少此参数。", "The parameter is missing.");
            self.faults.push(Fault::in_query(name, text));
            return None;
        }
        self.optional(name, read)
    }

    /// Ends the reading of the query.
    ///
    /// # Errors
    /// A 400 with all faults: parameters that are missing, that cannot be read, or that nobody took.
    pub fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in self.pairs {
            let text = Text::new("没有这个参数。", "There is no such parameter.");
            self.faults.push(Fault::in_query(name, text));
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_query(self.faults))
        }
    }
}

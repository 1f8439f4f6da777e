//! The programmes that are compiled in.
//!
//! The table of programmes does not refer to the table of criteria. The linker drops the criteria
//! from a component that does not call [`rulebook`].

use chrono::NaiveDate;

use crate::page::Page;
use crate::{Criteria, Programme, Receipt};

include!(concat!(env!("OUT_DIR"), "/programmes.rs"));

/// A programme, with what identifies its file.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The programme's identifier.
    pub id: &'static str,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: &'static str,
    /// The programme.
    pub programme: &'static Programme,
}

/// What applications to a programme are read and judged by.
#[derive(Debug, Clone, Copy)]
pub struct Rulebook {
    /// SHA-256 of the programme's file, in hexadecimal.
    pub sha256: &'static str,
    /// The programme.
    pub programme: &'static Programme,
    /// Its criteria.
    pub criteria: &'static Criteria,
}

impl Rulebook {
    /// By which rules an application of that date is judged.
    pub fn receipt(&self, applied_on: NaiveDate) -> Receipt {
        let starts = self.criteria.conditions.iter();
        let starts = starts.map(|condition| condition.from.get());
        let version = starts.filter(|from| *from <= applied_on).max();
        Receipt {
            programme: self.programme.id.as_str(),
            version: version.unwrap_or(self.programme.from.get()),
            sha256: self.sha256,
        }
    }
}

/// The programme of that id, if there is one.
pub fn programme(id: &str) -> Option<Rules> {
    PROGRAMMES.iter().find(|rules| rules.id == id).copied()
}

/// Every programme, ordered by id.
pub fn programmes() -> &'static [Rules] {
    &PROGRAMMES
}

/// The id of every programme, in order: what a message tells somebody whose id is none of them.
pub fn programme_ids() -> Vec<&'static str> {
    PROGRAMMES.iter().map(|rules| rules.id).collect()
}

/// What applications to the programme of that id are judged by, if there is such a programme.
pub fn rulebook(id: &str) -> Option<Rulebook> {
    // The build script writes both tables in the same order.
    let mut all = PROGRAMMES.iter().zip(&CRITERIA);
    let (rules, criteria) = all.find(|(rules, _)| rules.id == id)?;
    Some(Rulebook {
        sha256: rules.sha256,
        programme: rules.programme,
        criteria,
    })
}

/// The programme of that id as a portal sees it, in JSON, if there is such a programme.
pub fn page(id: &str) -> Option<&'static [u8]> {
    let page = PAGES.iter().find(|page| page.id == id)?;
    Some(page.json())
}

use std::fmt;

use chrono::NaiveDate;

use crate::{En, Text, Zh};

/// Something that the sender of a request must change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place in the request: a JSON Pointer (RFC 6901). The empty pointer means the whole request.
    pub pointer: String,
    /// What to change.
    pub message: Text,
}

impl Fault {
    /// A fault at the place `path`, given as the reference tokens of a JSON Pointer.
    pub fn at(path: &[&str], message: Text) -> Self {
        let mut pointer = String::new();
        for token in path {
            pointer.push('/');
            pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        }
        Self { pointer, message }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.message.en)
    }
}

/// Collects the faults of a request, so that the sender sees all of them at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault at a JSON Pointer.
    pub fn add(&mut self, pointer: &str, message: Text) {
        let pointer = pointer.to_owned();
        self.0.push(Fault { pointer, message });
    }

    /// Adds several faults.
    pub fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
    }

    /// Checks a text for people. It has 1 to `most` characters, no control characters, and no white space at
    /// the start or the end.
    pub fn text(&mut self, pointer: &str, text: &str, most: usize) {
        let fits = !text.is_empty()
            && text.trim() == text
            && text.chars().count() <= most
            && !text.contains(char::is_control);
        if !fits {
            self.add(
                pointer,
                Text::new(
                    format!("应为1至{most}个字，首尾无空格，不含控制字符。"),
                    format!(
                        "It has 1 to {most} characters, no space at either end and no control characters."
                    ),
                ),
            );
        }
    }

    /// Checks a date that must not be before `earliest`.
    pub fn not_before(&mut self, pointer: &str, date: NaiveDate, earliest: NaiveDate) {
        if date < earliest {
            self.add(
                pointer,
                Text::new(
                    format!("不得早于{}。", Zh(earliest)),
                    format!("Not before {}.", En(earliest)),
                ),
            );
        }
    }

    /// Checks the date of something that has already happened.
    pub fn not_after_today(&mut self, pointer: &str, date: NaiveDate, today: NaiveDate) {
        if date > today {
            self.add(
                pointer,
                Text::new(
                    format!("不得晚于今日（{}）：只能登记已经发生的事。", Zh(today)),
                    format!(
                        "Not after today in China ({}): only what has happened is recorded.",
                        En(today)
                    ),
                ),
            );
        }
    }

    /// The faults gathered so far.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// Ends the checks.
    ///
    /// # Errors
    /// All faults, if there are any.
    pub fn finish(self) -> Result<(), Vec<Fault>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }
}

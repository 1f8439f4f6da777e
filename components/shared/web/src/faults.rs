use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

use crate::date::{En, Zh};
use crate::{Fault, Problem, Text};

/// What is found wrong with a body, gathered, so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault at a JSON Pointer.
    pub fn add(&mut self, pointer: &str, detail: Text) {
        self.0.push(Fault::in_body(pointer, detail));
    }

    /// Adds many.
    pub fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
    }

    /// Looks at a text for people: 1 to `most` characters, none of them a control character, and no
    /// white space at either end.
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

    /// Looks at a date that must not come before another.
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

    /// Looks at the date of something that has happened.
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

    /// Ends the looking.
    ///
    /// # Errors
    /// A 422 with every fault, where there are any.
    pub fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_body(self.0))
        }
    }
}

/// Reads a member that may be left out, but is no `null`: what is not known is left out. For
/// `#[serde(default, deserialize_with)]`.
///
/// # Errors
/// As the value itself.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

//! What people read: texts in Chinese and English, days in requests, answers and sentences, and the faults
//! of a request.
//!
//! All crates use these types, so a text is never converted between where it is written and the answer.

#![deny(missing_docs)]

#[cfg(feature = "databake")]
mod baked;
mod day;
mod fault;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use day::{Day, En, Zh, parse_year};
pub use fault::{Fault, Faults};

/// A text for people, in Chinese and in English. Both are always present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The Chinese text.
    pub zh: Cow<'static, str>,
    /// The English text.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A text from its Chinese and its English form.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// Both languages in one string, for errors that hold only a string. [`Text::from_error`] reads the
    /// string again.
    ///
    /// ```
    /// use text::Text;
    ///
    /// let text = Text::new("缺少日期。", "A date is missing.");
    /// let error = text.clone().into_error();
    /// assert_eq!(Text::from_error(&error), Some(text));
    /// assert_eq!(Text::from_error("missing field `on`"), None);
    /// ```
    pub fn into_error(self) -> String {
        format!("{}{SEPARATOR}{}", self.zh, self.en)
    }

    /// The text that [`Text::into_error`] wrote into an error message. `None` for any other message.
    pub fn from_error(message: &str) -> Option<Self> {
        let (zh, en) = message.split_once(SEPARATOR)?;
        Some(Self::new(zh.to_owned(), en.to_owned()))
    }
}

/// The unit separator. No text for people contains this character.
const SEPARATOR: char = '\u{1f}';

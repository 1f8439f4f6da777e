use std::borrow::Cow;

use serde::Serialize;

/// A text for people, in Chinese and in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// The Chinese text.
    pub zh: Cow<'static, str>,
    /// The English text.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A text from its two halves.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// Both halves in one string, for errors that can carry no more: see [`Text::from_error`].
    pub(crate) fn into_error(self) -> String {
        format!("{}{SEPARATOR}{}", self.zh, self.en)
    }

    /// The text that [`Text::into_error`] put into an error's message, if it did.
    pub(crate) fn from_error(message: &str) -> Option<Self> {
        let (zh, en) = message.split_once(SEPARATOR)?;
        Some(Self::new(zh.to_owned(), en.to_owned()))
    }
}

/// Unit separator: no text for people has it.
const SEPARATOR: char = '\u{1f}';

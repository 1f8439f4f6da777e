use std::borrow::Cow;

use databake::{Bake, BakeSize, CrateEnv, TokenStream, quote};
use serde::{Deserialize, Serialize};

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
    /// A text from its two halves.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

impl Bake for Text {
    fn bake(&self, ctx: &CrateEnv) -> TokenStream {
        let (zh, en) = (self.zh.as_ref().bake(ctx), self.en.as_ref().bake(ctx));
        quote!(crate::model::Text {
            zh: ::std::borrow::Cow::Borrowed(#zh),
            en: ::std::borrow::Cow::Borrowed(#en),
        })
    }
}

impl BakeSize for Text {
    fn borrows_size(&self) -> usize {
        self.zh.len() + self.en.len()
    }
}

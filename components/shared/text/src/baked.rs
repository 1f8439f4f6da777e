//! Writing texts and days as constants into generated code.

use chrono::Datelike;
use databake::{Bake, BakeSize, CrateEnv, TokenStream, quote};

use crate::{Day, Text};

impl Bake for Text {
    fn bake(&self, ctx: &CrateEnv) -> TokenStream {
        let (zh, en) = (self.zh.as_ref().bake(ctx), self.en.as_ref().bake(ctx));
        quote!(::text::Text {
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

impl Bake for Day {
    fn bake(&self, _: &CrateEnv) -> TokenStream {
        let day = self.get();
        let (year, month, day) = (day.year(), day.month(), day.day());
        quote!(::text::Day::new(#year, #month, #day))
    }
}

impl BakeSize for Day {
    fn borrows_size(&self) -> usize {
        0
    }
}

//! Values that are compiled in: what a programme file says becomes a `static`, so that nothing is
//! parsed at run time. Reading a file, which only the build script and tests do, leaks it.

use std::{fmt, ops::Deref};

use databake::{Bake, BakeSize, CrateEnv, TokenStream, quote};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A string that lasts as long as the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Str(&'static str);

impl Str {
    /// A string.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The string itself.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Deref for Str {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Serialize for Str {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Str {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.leak()))
    }
}

impl Bake for Str {
    fn bake(&self, ctx: &CrateEnv) -> TokenStream {
        let text = self.0.bake(ctx);
        quote!(crate::model::Str::new(#text))
    }
}

impl BakeSize for Str {
    fn borrows_size(&self) -> usize {
        self.0.len()
    }
}

/// A list that lasts as long as the program.
#[derive(Debug, PartialEq, Eq)]
pub struct List<T: 'static>(&'static [T]);

impl<T> List<T> {
    /// A list.
    pub const fn new(items: &'static [T]) -> Self {
        Self(items)
    }

    /// The items.
    pub const fn items(self) -> &'static [T] {
        self.0
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(&[])
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0
    }
}

impl<T> IntoIterator for List<T> {
    type Item = &'static T;
    type IntoIter = std::slice::Iter<'static, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> IntoIterator for &List<T> {
    type Item = &'static T;
    type IntoIter = std::slice::Iter<'static, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Vec::deserialize(deserializer)?.leak()))
    }
}

impl<T: Bake> Bake for List<T> {
    fn bake(&self, ctx: &CrateEnv) -> TokenStream {
        let items = self.0.iter().map(|item| item.bake(ctx));
        quote!(crate::model::List::new(&[#(#items),*]))
    }
}

impl<T: BakeSize> BakeSize for List<T> {
    fn borrows_size(&self) -> usize {
        self.0.iter().map(BakeSize::borrows_size).sum()
    }
}

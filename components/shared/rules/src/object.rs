use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The most names an object may have.
const MOST_NAMES: usize = 1000;

/// The names and values of a JSON object, in order.
///
/// An object that has a name twice is refused, because nobody can say which value was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<(String, T)>);

/// A JSON object whose values are read later, against a programme's declarations.
pub type Object<'a> = Entries<&'a RawValue>;

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Serialize> Serialize for Entries<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names(PhantomData))
    }
}

struct Names<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Names<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries: Vec<(String, T)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if entries.len() == MOST_NAMES {
                return Err(M::Error::custom(format!("more than {MOST_NAMES} names")));
            }
            let value = map.next_value()?;
            if entries.iter().any(|(known, _)| *known == name) {
                return Err(M::Error::custom(format!("`{name}` stands twice")));
            }
            entries.push((name, value));
        }
        Ok(Entries(entries))
    }
}

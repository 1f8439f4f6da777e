use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON object whose values are read later, against a programme's declarations.
///
/// A name that stands twice is refused: which of the two was meant, nobody can say.
#[derive(Debug, Clone, Default)]
pub struct Object<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries: Vec<(String, &'de RawValue)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if entries.len() == 1000 {
                return Err(M::Error::custom("more than 1000 names"));
            }
            let value = map.next_value()?;
            if entries.iter().any(|(known, _)| *known == name) {
                return Err(M::Error::custom(format!("`{name}` stands twice")));
            }
            entries.push((name, value));
        }
        Ok(Object(entries))
    }
}

//! Values as they are kept: JSON with the number of their schema.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::store::{KeyValue, StoreError};

/// The schema that is written, and the only one that is read. A later one is read beside this one,
/// never in place of it: what was written stays.
const SCHEMA: u32 = 1;

/// Why a record could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The store failed. What was asked may have been done or not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What stands under the key is not what was written there.
    #[error("{key} cannot be read: {cause}")]
    Unreadable {
        /// The key.
        key: String,
        /// What is wrong with its value.
        cause: String,
    },
    /// The record has grown beyond what a store takes.
    #[error("{key} would hold {bytes} bytes, more than a store takes")]
    TooLarge {
        /// The key.
        key: String,
        /// The size of its value.
        bytes: usize,
    },
}

#[derive(Serialize)]
struct Saved<'v, V> {
    schema: u32,
    value: &'v V,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Loaded<V> {
    schema: u32,
    value: V,
}

/// The most bytes a value may have on every backend.
const MOST_BYTES: usize = 1_000_000;

/// Writes `value` under `key`.
pub(crate) async fn save<V: Serialize>(
    store: &impl KeyValue,
    key: &str,
    value: &V,
) -> Result<(), RecordError> {
    Ok(store.set(key, to_bytes(key, value)?).await?)
}

/// `value` as it is kept under `key`.
pub(crate) fn to_bytes<V: Serialize>(key: &str, value: &V) -> Result<Vec<u8>, RecordError> {
    let saved = Saved {
        schema: SCHEMA,
        value,
    };
    let bytes = serde_json::to_vec(&saved).map_err(|e| unreadable(key, &e))?;
    if bytes.len() > MOST_BYTES {
        return Err(RecordError::TooLarge {
            key: key.to_owned(),
            bytes: bytes.len(),
        });
    }
    Ok(bytes)
}

/// What stands under `key`; `None` where nothing does.
pub(crate) async fn load<V: DeserializeOwned>(
    store: &impl KeyValue,
    key: &str,
) -> Result<Option<V>, RecordError> {
    let Some(bytes) = store.get(key).await? else {
        return Ok(None);
    };
    let loaded: Loaded<V> = serde_json::from_slice(&bytes).map_err(|e| unreadable(key, &e))?;
    match loaded.schema {
        SCHEMA => Ok(Some(loaded.value)),
        other => Err(unreadable(
            key,
            &format_args!("schema {other} is not known"),
        )),
    }
}

pub(crate) fn unreadable(key: &str, cause: &dyn std::fmt::Display) -> RecordError {
    RecordError::Unreadable {
        key: key.to_owned(),
        cause: cause.to_string(),
    }
}

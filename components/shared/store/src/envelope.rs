//! The form of a stored value: JSON, together with the name of its schema.
//!
//! ```json
//! {"schema": "certificate/event/1", "value": {"id": "…", "event": {"kind": "issued", …}}}
//! ```
//!
//! The schema names the kind of the value and the version of its form. Reading a value of another schema is
//! an error; such a value is not treated as absent. Within a schema, a reader skips unknown members. So a
//! later version of the program may add members that an earlier version can ignore, and each version reads
//! what the other wrote. If an earlier version must not ignore a change, the change needs a new schema.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};

use crate::key_value::{KeyValue, StoreError};

/// Why a record could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The store failed. The call may have had its effect nevertheless.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The value under the key cannot be read: it has another schema or another form.
    #[error("{key} cannot be read: {cause}")]
    Unreadable {
        /// The key.
        key: String,
        /// What is wrong with its value.
        cause: String,
    },
    /// The value is too large for the store.
    #[error("{key} would hold {bytes} bytes, more than a store accepts")]
    TooLarge {
        /// The key.
        key: String,
        /// The size of its value.
        bytes: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope<'e> {
    schema: &'e str,
    #[serde(borrow)]
    value: &'e RawValue,
}

/// The most bytes a value may have on every backend.
pub(crate) const MOST_BYTES: usize = 1_000_000;

/// Writes `value` under `key`.
///
/// # Errors
/// The store failed, or the value is too large.
pub async fn save<V: Serialize + ?Sized>(
    store: &dyn KeyValue,
    key: &str,
    schema: &str,
    value: &V,
) -> Result<(), RecordError> {
    Ok(store.set(key, sealed(key, schema, value)?).await?)
}

/// The value under `key`; `None` if there is none.
///
/// # Errors
/// The store failed, or holds a value of another schema or form.
pub async fn load<V: DeserializeOwned>(
    store: &dyn KeyValue,
    key: &str,
    schema: &str,
) -> Result<Option<V>, RecordError> {
    let Some(bytes) = store.get(key).await? else {
        return Ok(None);
    };
    let value = opened(key, schema, &bytes)?;
    let value = serde_json::from_str(value.get()).map_err(|e| unreadable(key, &e))?;
    Ok(Some(value))
}

/// `value` as it is stored under `key`.
pub(crate) fn sealed<V: Serialize + ?Sized>(
    key: &str,
    schema: &str,
    value: &V,
) -> Result<Vec<u8>, RecordError> {
    let value = to_raw_value(value).map_err(|e| unreadable(key, &e))?;
    seal(key, schema, &value)
}

fn seal(key: &str, schema: &str, value: &RawValue) -> Result<Vec<u8>, RecordError> {
    let envelope = Envelope { schema, value };
    let bytes = serde_json::to_vec(&envelope).map_err(|e| unreadable(key, &e))?;
    if bytes.len() > MOST_BYTES {
        return Err(RecordError::TooLarge {
            key: key.to_owned(),
            bytes: bytes.len(),
        });
    }
    Ok(bytes)
}

fn opened<'b>(key: &str, schema: &str, bytes: &'b [u8]) -> Result<&'b RawValue, RecordError> {
    let envelope: Envelope<'b> = serde_json::from_slice(bytes).map_err(|e| unreadable(key, &e))?;
    if envelope.schema == schema {
        return Ok(envelope.value);
    }
    let found = envelope.schema;
    Err(unreadable(
        key,
        &format_args!("its schema is `{found}` and not `{schema}`"),
    ))
}

/// The error for a value under `key` that cannot be read.
pub fn unreadable(key: &str, cause: &dyn std::fmt::Display) -> RecordError {
    RecordError::Unreadable {
        key: key.to_owned(),
        cause: cause.to_string(),
    }
}

//! The key-value store for records. The trait asks only for what every backend of Spin guarantees.

use std::fmt;

use async_trait::async_trait;

/// A store of values by key.
///
/// Every backend of Spin guarantees the following. Each call is atomic for its one key. After a call has
/// returned, all later calls see its effect. Two calls together are never atomic. There is no
/// create-if-absent, no listing of keys, and no expiry. A key has at most 256 bytes, a value at most
/// 1,000,000 bytes.
///
/// The trait is used as `&dyn KeyValue`. A type parameter would appear in every signature of the callers,
/// and a store call costs thousands of times more than the allocation of its future.
#[async_trait(?Send)]
pub trait KeyValue {
    /// The value of `key`; `None` if there is none.
    ///
    /// # Errors
    /// The store failed.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Sets the value of `key`, and replaces an earlier value.
    ///
    /// # Errors
    /// The store failed. The value may be written nevertheless.
    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError>;

    /// Removes `key` and its value. Does nothing if `key` has no value.
    ///
    /// # Errors
    /// The store failed. The value may be removed nevertheless.
    async fn delete(&self, key: &str) -> Result<(), StoreError>;

    /// Adds one to the counter `key`, which starts from zero, and returns the new value. No two calls
    /// return the same value. The key of a counter is never used with [`set`](Self::set).
    ///
    /// # Errors
    /// The store failed. The counter may have increased nevertheless.
    async fn increment(&self, key: &str) -> Result<u64, StoreError>;

    /// Waits a few milliseconds so that other writers can continue. May return at once if there are none.
    async fn pause(&self) {}

    /// How many pauses to wait for another writer that has taken a number but not written yet.
    fn patience(&self) -> u32 {
        0
    }

    /// The value of the counter `key`; zero if it was never incremented.
    ///
    /// # Errors
    /// The store failed, or the value is not a counter.
    async fn count(&self, key: &str) -> Result<u64, StoreError> {
        match self.get(key).await? {
            None => Ok(0),
            Some(value) => decode_counter(&value)
                .ok_or_else(|| StoreError::new(&format_args!("{key} holds no counter"))),
        }
    }
}

/// The store failed. The call may have had its effect nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key-value store failed: {0}")]
pub struct StoreError(String);

impl StoreError {
    /// A failure, with its cause for the log.
    pub fn new(cause: &dyn fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// Reads a counter in the form of either backend: SQLite stores 8 little-endian bytes, Redis decimal text.
/// The two forms cannot be confused: below 2^56 the last of the 8 bytes is zero, which is not a digit.
pub(crate) fn decode_counter(value: &[u8]) -> Option<u64> {
    if value.len() <= 20 && !value.is_empty() && value.iter().all(u8::is_ascii_digit) {
        return std::str::from_utf8(value).ok()?.parse().ok();
    }
    Some(u64::from_le_bytes(value.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two forms as `SPIN.md` measured them.
    #[test]
    fn counters_of_either_form_are_read() {
        for (value, count) in [
            (&b"1"[..], Some(1)),
            (b"12345678", Some(12_345_678)),
            (b"9223372036854775807", Some(9_223_372_036_854_775_807)),
            (&[1, 0, 0, 0, 0, 0, 0, 0], Some(1)),
            // The byte of the digit 1, and seven zeros.
            (&[0x31, 0, 0, 0, 0, 0, 0, 0], Some(0x31)),
            (&[0x31; 7], Some(1_111_111)),
            (b"", None),
            (b"x", None),
            (b"-1", None),
            (&[0; 9], None),
        ] {
            assert_eq!(decode_counter(value), count, "{value:?}");
        }
    }
}

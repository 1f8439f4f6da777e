//! The store that records are kept in, as little as every backend of Spin really holds.

mod memory;
mod spin;

use std::fmt;

pub use memory::Memory;
pub use spin::Spin;

/// A store of values by key.
///
/// What is promised is what holds on every backend of Spin: each call is atomic for its one key, and
/// a call that has returned is seen by every later one. Two calls together are never atomic; there is
/// no create-if-absent, no listing of keys, no expiry. Keys have at most 256 bytes, values at most
/// 1,000,000.
pub trait KeyValue {
    /// The value of `key`, if it has one.
    ///
    /// # Errors
    /// The store failed.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>>;

    /// Gives `key` this value in place of any other.
    ///
    /// # Errors
    /// The store failed. The value may have been written all the same.
    fn set(&self, key: &str, value: Vec<u8>) -> impl Future<Output = Result<(), StoreError>>;

    /// Removes `key`; one without a value is no error.
    ///
    /// # Errors
    /// The store failed. The value may be gone all the same.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), StoreError>>;

    /// Adds one to the counter `key`, which starts from zero, and returns its new value. No two calls
    /// return the same. A counter's key holds nothing else, ever.
    ///
    /// # Errors
    /// The store failed. The counter may have gone up all the same.
    fn increment(&self, key: &str) -> impl Future<Output = Result<u64, StoreError>>;

    /// Lets others go on for a moment, a few milliseconds. Where there are no others, it need not wait.
    fn pause(&self) -> impl Future<Output = ()> {
        async {}
    }

    /// How often it is worth pausing for another writer who has begun and not ended.
    fn patience(&self) -> u32 {
        0
    }

    /// The value of the counter `key`: zero where it was never incremented.
    ///
    /// # Errors
    /// The store failed, or the key holds no counter.
    fn count(&self, key: &str) -> impl Future<Output = Result<u64, StoreError>> {
        async move {
            match self.get(key).await? {
                None => Ok(0),
                Some(value) => decode_counter(&value)
                    .ok_or_else(|| StoreError::new(&format_args!("{key} holds no counter"))),
            }
        }
    }
}

impl<S: KeyValue + ?Sized> KeyValue for &S {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        (**self).get(key).await
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        (**self).set(key, value).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        (**self).delete(key).await
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        (**self).increment(key).await
    }

    async fn pause(&self) {
        (**self).pause().await;
    }

    fn patience(&self) -> u32 {
        (**self).patience()
    }
}

/// The store failed. What was asked may have been done or not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key-value store failed: {0}")]
pub struct StoreError(String);

impl StoreError {
    /// A failure, with its cause for the log.
    pub fn new(cause: &dyn fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// A counter as the backends keep it: SQLite as 8 little-endian bytes, Redis as decimal text. The 8
/// bytes of any count below 2^56 are not all digits, because the last is zero.
fn decode_counter(value: &[u8]) -> Option<u64> {
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

//! Key-value stores: what a backend must do, and the limits that hold on every backend.
//!
//! The limits are those a component may rely on wherever it is deployed. Spin's SQLite takes more,
//! other backends do not, so the host refuses what would fail elsewhere.
//! Not here: which component may open which store.

mod redis;
mod sqlite;

use futures::future::BoxFuture;

pub(crate) use redis::Redis;
pub(crate) use sqlite::Sqlite;

/// The longest key every backend of Spin takes, in bytes.
pub(crate) const MAX_KEY_BYTES: usize = 256;
/// The largest value every backend of Spin takes, in bytes.
pub(crate) const MAX_VALUE_BYTES: usize = 1_000_000;

/// Why a store did not do what it was asked, in words for the component and its log.
pub(crate) type Failure = String;

/// A call to a backend.
pub(crate) type Call<'a, T> = BoxFuture<'a, Result<T, Failure>>;

/// A backend. `store` is the label the component opened; keys and values are within the limits.
///
/// No listing of keys, no compare-and-swap, no batch reads: each is broken on some backend of
/// released Spin, so no component may come to need them.
pub(crate) trait KeyValue: Send + Sync {
    /// What precedes a component's calls: it opens the store once for them.
    fn open(&self) -> Call<'_, ()>;
    /// The value of `key`, if it has one.
    fn get<'a>(&'a self, store: &'a str, key: &'a str) -> Call<'a, Option<Vec<u8>>>;
    /// Gives all of `pairs` their values, or none of them.
    fn set<'a>(&'a self, store: &'a str, pairs: &'a [(String, Vec<u8>)]) -> Call<'a, ()>;
    /// Removes `keys`; a key without a value is no error.
    fn delete<'a>(&'a self, store: &'a str, keys: &'a [String]) -> Call<'a, ()>;
    /// Adds `delta` to the counter `key`, which starts from zero, and returns its new value. No
    /// other call comes between reading and writing.
    fn increment<'a>(&'a self, store: &'a str, key: &'a str, delta: i64) -> Call<'a, i64>;
}

/// Whether `key` is one every backend takes.
pub(crate) fn check_key(key: &str) -> Result<(), Failure> {
    if key.len() > MAX_KEY_BYTES {
        return Err(format!(
            "a key of {} bytes is too long: not every store takes more than {MAX_KEY_BYTES}",
            key.len()
        ));
    }
    Ok(())
}

/// Whether `value` is one every backend takes.
pub(crate) fn check_value(value: &[u8]) -> Result<(), Failure> {
    if value.len() > MAX_VALUE_BYTES {
        return Err(format!(
            "a value of {} bytes is too large: not every store takes more than {MAX_VALUE_BYTES}",
            value.len()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_include_the_number_itself() {
        assert_eq!(check_key(&"k".repeat(256)), Ok(()));
        assert!(check_key(&"k".repeat(257)).is_err());
        assert!(
            check_key(&"名".repeat(86)).is_err(),
            "bytes, not characters"
        );
        assert_eq!(check_value(&vec![0; 1_000_000]), Ok(()));
        assert!(check_value(&vec![0; 1_000_001]).is_err());
    }
}

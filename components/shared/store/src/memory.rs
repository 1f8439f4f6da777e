use std::cell::RefCell;
use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::key_value::{KeyValue, StoreError, decode_counter};

/// A store in memory, for tests. Counters are stored as decimal text, like in Redis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory(RefCell<BTreeMap<String, Vec<u8>>>);

impl Memory {
    /// A store with these values.
    pub fn filled(values: BTreeMap<String, Vec<u8>>) -> Self {
        Self(RefCell::new(values))
    }

    /// All keys and values of the store.
    pub fn dump(&self) -> BTreeMap<String, Vec<u8>> {
        self.0.borrow().clone()
    }
}

#[async_trait(?Send)]
impl KeyValue for Memory {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.borrow().get(key).cloned())
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        if key.len() > 256 || value.len() > 1_000_000 {
            return Err(StoreError::new(&format_args!("{key}: beyond the limits")));
        }
        self.0.borrow_mut().insert(key.to_owned(), value);
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.0.borrow_mut().remove(key);
        Ok(())
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        let mut values = self.0.borrow_mut();
        let old = match values.get(key) {
            None => 0,
            Some(value) => decode_counter(value)
                .ok_or_else(|| StoreError::new(&format_args!("{key} holds no counter")))?,
        };
        let new = old + 1;
        values.insert(key.to_owned(), new.to_string().into_bytes());
        Ok(new)
    }
}

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{KeyValue, StoreError, decode_counter};

/// A store in memory, for tests. Counters are kept as Redis keeps them, as decimal text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory(RefCell<BTreeMap<String, Vec<u8>>>);

impl Memory {
    /// Everything the store holds.
    pub fn dump(&self) -> BTreeMap<String, Vec<u8>> {
        self.0.borrow().clone()
    }
}

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

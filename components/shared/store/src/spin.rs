use std::cell::OnceCell;
use std::time::Duration;

use async_trait::async_trait;
use spin_sdk::experimental::wasi::keyvalue::{atomics, store};
use spin_sdk::key_value::Store;
use spin_sdk::time::sleep;

use crate::key_value::{KeyValue, StoreError};

/// The store's label in `spin.toml`.
const LABEL: &str = "default";

/// The length of a pause.
const PAUSE: Duration = Duration::from_millis(5);

/// How many pauses to wait for another writer: about 1 s together. One store call may take this long if many
/// writers write to a slow disk.
const PATIENCE: u32 = 200;

/// The key-value store that Spin gives to the component.
///
/// The first call opens the store, so a request that needs no store does not open it.
#[derive(Default)]
pub struct Spin {
    store: OnceCell<Store>,
    /// The same store, through the only interface that has `increment`.
    bucket: OnceCell<store::Bucket>,
}

impl Spin {
    /// Whether a call has opened the store.
    pub fn is_open(&self) -> bool {
        self.store.get().is_some() || self.bucket.get().is_some()
    }

    async fn store(&self) -> Result<&Store, StoreError> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        let store = Store::open(LABEL).await.map_err(|e| StoreError::new(&e))?;
        // Another call of the same request may have opened the store meanwhile. Both are the same store.
        Ok(self.store.get_or_init(|| store))
    }

    fn bucket(&self) -> Result<&store::Bucket, StoreError> {
        if let Some(bucket) = self.bucket.get() {
            return Ok(bucket);
        }
        let bucket = store::open(LABEL).map_err(|e| StoreError::new(&format_args!("{e:?}")))?;
        Ok(self.bucket.get_or_init(|| bucket))
    }
}

#[async_trait(?Send)]
impl KeyValue for Spin {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let get = self.store().await?.get(key).await;
        get.map_err(|e| StoreError::new(&e))
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        let set = self.store().await?.set(key, value).await;
        set.map_err(|e| StoreError::new(&e))
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let delete = self.store().await?.delete(key).await;
        delete.map_err(|e| StoreError::new(&e))
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        let count = atomics::increment(self.bucket()?, key, 1)
            .map_err(|e| StoreError::new(&format_args!("{e:?}")))?;
        u64::try_from(count).map_err(|e| StoreError::new(&e))
    }

    async fn pause(&self) {
        sleep(PAUSE).await;
    }

    fn patience(&self) -> u32 {
        PATIENCE
    }
}

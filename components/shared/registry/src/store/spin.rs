use std::time::Duration;

use spin_sdk::experimental::wasi::keyvalue::{atomics, store};
use spin_sdk::key_value::Store;
use spin_sdk::time::sleep;

use super::{KeyValue, StoreError};

/// The label of the store, as `spin.toml` grants it.
const LABEL: &str = "default";

/// How long a pause is.
const PAUSE: Duration = Duration::from_millis(5);

/// How many pauses another writer is given: about a second for one call of the store, which many who
/// write at once to a slow disk may need.
const PATIENCE: u32 = 200;

/// The key-value store that Spin gives the component.
pub struct Spin {
    store: Store,
    // The same store by the interface that has `increment`.
    bucket: store::Bucket,
}

impl Spin {
    /// Opens the store.
    ///
    /// # Errors
    /// The manifest does not grant it, or its backend cannot be reached.
    pub async fn open() -> Result<Self, StoreError> {
        let store = Store::open(LABEL).await;
        Ok(Self {
            store: store.map_err(|e| StoreError::new(&e))?,
            bucket: store::open(LABEL).map_err(|e| StoreError::new(&format_args!("{e:?}")))?,
        })
    }
}

impl KeyValue for Spin {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(key).await.map_err(|e| StoreError::new(&e))
    }

    async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        let set = self.store.set(key, value).await;
        set.map_err(|e| StoreError::new(&e))
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let delete = self.store.delete(key).await;
        delete.map_err(|e| StoreError::new(&e))
    }

    async fn increment(&self, key: &str) -> Result<u64, StoreError> {
        let count = atomics::increment(&self.bucket, key, 1)
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

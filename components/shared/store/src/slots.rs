//! Numbered lists: `increment` gives out the numbers.
//!
//! | key | value |
//! |---|---|
//! | `accredit/slots/{list}/n` | a counter: how many slots were given out |
//! | `accredit/slots/{list}/{slot}` | the listed value: the id of a record, or something else |

use serde::{Serialize, de::DeserializeOwned};

use crate::envelope::{self, RecordError};
use crate::key_value::KeyValue;

const SCHEMA: &str = "slot/1";

/// A numbered list. The first slot is 1.
pub struct Slots<'s> {
    store: &'s dyn KeyValue,
    list: String,
}

impl<'s> Slots<'s> {
    /// The list with this name. A name has at most 200 bytes.
    pub fn of(store: &'s dyn KeyValue, list: impl Into<String>) -> Self {
        let list = list.into();
        Self { store, list }
    }

    /// Takes a slot, writes `listed` into it, and returns the slot.
    ///
    /// # Errors
    /// The store failed. A slot may be taken nevertheless; adding again is safe.
    pub async fn add<T: Serialize + ?Sized>(&self, listed: &T) -> Result<u64, RecordError> {
        let slot = self.store.increment(&self.counter()).await?;
        envelope::save(self.store, &self.slot(slot), SCHEMA, listed).await?;
        Ok(slot)
    }

    /// The value in the slot. `None` if the slot's writer stopped or has not written yet.
    ///
    /// # Errors
    /// The store failed, or holds something else under that key.
    pub async fn at<T: DeserializeOwned>(&self, slot: u64) -> Result<Option<T>, RecordError> {
        envelope::load(self.store, &self.slot(slot), SCHEMA).await
    }

    /// How many slots were given out.
    ///
    /// # Errors
    /// The store failed.
    pub async fn count(&self) -> Result<u64, RecordError> {
        Ok(self.store.count(&self.counter()).await?)
    }

    fn counter(&self) -> String {
        format!("accredit/slots/{}/n", self.list)
    }

    fn slot(&self, slot: u64) -> String {
        format!("accredit/slots/{}/{slot}", self.list)
    }
}

//! Indexes: lists of records, in slots that `increment` gives out.
//!
//! | key | holds |
//! |---|---|
//! | `accredit/index/{name}/n` | how many slots were given out, a counter |
//! | `accredit/index/{name}/{slot}` | the id of a record |
//!
//! A slot is written before the record it points to, so that no record is ever unlisted. A slot that
//! points nowhere belongs to a writer that stopped and is skipped. The record's journal names the
//! slot that counts; any other that points to it is a double, left by a writer that began twice, and
//! is skipped too.

use serde::{Serialize, de::DeserializeOwned};

use crate::journal::{Folded, Record, look_up};
use crate::kept::{self, RecordError};
use crate::store::KeyValue;

/// A list of records of one kind.
pub struct Index<'s, S> {
    store: &'s S,
    name: String,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<V> {
    /// The records, the newest first.
    pub records: Vec<V>,
    /// From where the list goes on; `None` at its end.
    pub next: Option<u64>,
}

/// The most slots that are read for one page. Where more of them point nowhere or are left out, the
/// page is short, and the list goes on all the same.
const MOST_SLOTS: usize = 300;

impl<'s, S: KeyValue> Index<'s, S> {
    /// The index of that name, at most 200 bytes.
    pub fn named(store: &'s S, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { store, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lists a record, and returns its slot. What is listed is to be written next, with the slot.
    ///
    /// # Errors
    /// The store failed. A slot may have been taken all the same; listing again is safe.
    pub async fn add<T: Serialize + ?Sized>(&self, listed: &T) -> Result<u64, RecordError> {
        let slot = self.store.increment(&self.counter()).await?;
        kept::save(self.store, &self.slot(slot), &listed).await?;
        Ok(slot)
    }

    /// What stands in the slot: the id of a record, or what else the list is of. `None` where its
    /// writer stopped, or is about to write.
    ///
    /// # Errors
    /// The store failed, or holds something else under that key.
    pub async fn at<T: DeserializeOwned>(&self, slot: u64) -> Result<Option<T>, RecordError> {
        kept::load(self.store, &self.slot(slot)).await
    }

    /// The records listed below the slot `before`, or from the newest on, that `pick` makes
    /// something of; at most `limit` of them.
    ///
    /// # Errors
    /// The store failed, or holds something else under one of the keys.
    pub async fn page<R: Record, V>(
        &self,
        before: Option<u64>,
        limit: usize,
        mut pick: impl FnMut(R::View) -> Option<V>,
    ) -> Result<Page<V>, RecordError> {
        let end = match before {
            Some(slot) => slot.min(self.count().await?.saturating_add(1)),
            None => self.count().await?.saturating_add(1),
        };
        let mut records = Vec::new();
        for (read, slot) in (1..end).rev().enumerate() {
            if records.len() == limit || read == MOST_SLOTS {
                return Ok(Page {
                    records,
                    next: Some(slot + 1),
                });
            }
            let found = self.record::<R>(slot).await?;
            records.extend(found.and_then(|folded| pick(folded.view)));
        }
        Ok(Page {
            records,
            next: None,
        })
    }

    /// All records listed that `pick` makes something of, the newest first. For lists that are short by
    /// nature.
    ///
    /// # Errors
    /// As [`page`](Self::page).
    pub async fn all<R: Record, V>(
        &self,
        mut pick: impl FnMut(R::View) -> Option<V>,
    ) -> Result<Vec<V>, RecordError> {
        let mut all = Vec::new();
        let mut before = None;
        loop {
            let page = self.page::<R, V>(before, usize::MAX, &mut pick).await?;
            all.extend(page.records);
            match page.next {
                Some(next) => before = Some(next),
                None => return Ok(all),
            }
        }
    }

    async fn record<R: Record>(&self, slot: u64) -> Result<Option<Folded<R::View>>, RecordError> {
        let Some(id) = self.at::<String>(slot).await? else {
            return Ok(None);
        };
        let folded = look_up::<R>(self.store, &id).await?;
        Ok(folded.filter(|folded| folded.slots.get(&self.name) == Some(&slot)))
    }

    /// How many slots were given out.
    ///
    /// # Errors
    /// The store failed.
    pub async fn count(&self) -> Result<u64, RecordError> {
        Ok(self.store.count(&self.counter()).await?)
    }

    fn counter(&self) -> String {
        format!("accredit/index/{}/n", self.name)
    }

    fn slot(&self, slot: u64) -> String {
        format!("accredit/index/{}/{slot}", self.name)
    }
}

//! Lists of records, in [slots](Slots).
//!
//! A slot is written before the record that it points to, so every record is listed. A slot that points to
//! no record belongs to a writer that stopped; it is skipped. The journal of a record names the slot that
//! counts. Other slots that point to the record come from writers that stopped and started again; they are
//! skipped too.

use crate::envelope::RecordError;
use crate::journal::{Record, look_up_listed};
use crate::key_value::KeyValue;
use crate::slots::Slots;

/// A list of records of one kind.
pub struct Listing<'s> {
    store: &'s dyn KeyValue,
    name: String,
    slots: Slots<'s>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<V> {
    /// The records, the newest first.
    pub records: Vec<V>,
    /// The `before` of the next page; `None` on the last page.
    pub next: Option<u64>,
}

/// The most slots that are read for one page. If many slots are skipped, the page has fewer records than
/// asked for, but the list continues on the next page.
const MOST_SLOTS: usize = 300;

impl<'s> Listing<'s> {
    /// The list with this name. A name has at most 200 bytes.
    pub fn of(store: &'s dyn KeyValue, name: impl Into<String>) -> Self {
        let name = name.into();
        let slots = Slots::of(store, name.clone());
        Self { store, name, slots }
    }

    /// A page of at most `limit` records, the newest first. The page begins below the slot `before`, or with
    /// the newest record. `pick` converts a record, or returns `None` to skip it.
    ///
    /// # Errors
    /// The store failed, or holds something else under one of the keys.
    pub async fn page<R: Record, V>(
        &self,
        before: Option<u64>,
        limit: usize,
        mut pick: impl FnMut(R::View) -> Option<V>,
    ) -> Result<Page<V>, RecordError> {
        let after_last = self.slots.count().await?.saturating_add(1);
        let end = before.map_or(after_last, |slot| slot.min(after_last));
        let mut records = Vec::new();
        for (read, slot) in (1..end).rev().enumerate() {
            if records.len() == limit || read == MOST_SLOTS {
                return Ok(Page {
                    records,
                    next: Some(slot + 1),
                });
            }
            let found = self.record::<R>(slot).await?;
            records.extend(found.and_then(&mut pick));
        }
        Ok(Page {
            records,
            next: None,
        })
    }

    /// All records of the list, the newest first. `pick` converts a record, or returns `None` to skip it. Only
    /// for lists that are always short.
    ///
    /// # Errors
    /// The errors of [`page`](Self::page).
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

    async fn record<R: Record>(&self, slot: u64) -> Result<Option<R::View>, RecordError> {
        let Some(id) = self.slots.at::<String>(slot).await? else {
            return Ok(None);
        };
        look_up_listed::<R>(self.store, &id, &self.name, slot).await
    }
}

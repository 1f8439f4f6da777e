//! Journals: what happened to a record, event by event, and a view of it for lookups.
//!
//! | key | holds | written |
//! |---|---|---|
//! | `accredit/{space}/{id}` | the view, a fold of the journal: all that a lookup reads | over and over |
//! | `accredit/{space}/{id}/n` | how many numbers were given out, a counter | by `increment` alone |
//! | `accredit/{space}/{id}/e/{n}` | event `n` | once, by the one writer that got `n` |
//!
//! No store of Spin's writes two keys at once, and any writer may stop between two calls, for a
//! moment or for good. What holds all the same:
//!
//! - **No event is lost.** Writers never share a key but the counter and the view, and the view holds
//!   nothing that the events do not.
//! - **No event counts twice.** An event's identity is derived from what it says. The same event
//!   under two numbers, written by two who did not see each other, counts under the lower one.
//! - **What was answered can be looked up.** Recording returns after a view with its event was
//!   written and nothing had appeared since that this view lacks.
//! - **A number without an event** belongs to a writer that stopped, or that is about to write. A writer
//!   waits a while for those who took their numbers just before, because their events come first. And
//!   every later writer looks again, so an event that comes late is not overlooked.
//!
//! What does not hold: a writer may put a view over a newer one and stop before it has looked again.
//! Such a writer got no answer, so whoever sent it asks again and heals the view, as does the next
//! writer to the record and whoever [settles](Journal::settle) it.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::index::Index;
use crate::kept::{self, RecordError};
use crate::store::KeyValue;

/// A kind of record that has a journal.
pub trait Record {
    /// The part of the keys that is this kind's own.
    const SPACE: &'static str;
    /// What happens to such a record.
    type Event: Serialize + DeserializeOwned;
    /// What a lookup reads of it.
    type View: Serialize + DeserializeOwned;

    /// What the events come to; `None` where none of them makes a record.
    ///
    /// Total: whatever stands in a journal comes to something. Entries stand in the order of their
    /// numbers, each event once.
    fn fold(id: &str, entries: &[Entry<Self::Event>]) -> Option<Self::View>;
}

/// An event as it stands in a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<E> {
    /// Its number in the journal.
    pub n: u64,
    /// What is written under that number.
    pub written: Written<E>,
}

/// What is written for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written<E> {
    /// Identifies the event: derived from what it says.
    pub id: String,
    /// When it was recorded, in China's time.
    pub recorded_at: DateTime<FixedOffset>,
    /// The client that recorded it.
    pub by: String,
    /// The slots that list the record, by the name of the index.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slots: BTreeMap<String, u64>,
    /// The event.
    pub event: E,
}

impl<E> Written<E> {
    /// An event that no index lists the record for yet.
    pub fn new(id: String, recorded_at: DateTime<FixedOffset>, by: &str, event: E) -> Self {
        Self {
            id,
            recorded_at,
            by: by.to_owned(),
            slots: BTreeMap::new(),
            event,
        }
    }
}

/// A view as it is kept, with what it was folded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folded<V> {
    /// Under every number up to this one an event was found, or its writer was waited for in vain.
    pub through: u64,
    /// The numbers below it whose writers were waited for in vain.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gaps: BTreeSet<u64>,
    /// The slots that list the record. A record has one slot in an index; any other is a double.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slots: BTreeMap<String, u64>,
    /// The view.
    pub view: V,
}

/// The journal of one record.
pub struct Journal<'s, S, R> {
    store: &'s S,
    key: String,
    id: String,
    record: PhantomData<R>,
}

/// What was read of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log<E> {
    through: u64,
    gaps: BTreeSet<u64>,
    /// The gaps that a writer has waited for in vain.
    abandoned: BTreeSet<u64>,
    entries: BTreeMap<u64, Written<E>>,
}

/// The view of a record, in one call of the store; `None` where there is no such record.
///
/// # Errors
/// The store failed, or holds something else under that key.
pub async fn look_up<R: Record>(
    store: &impl KeyValue,
    id: &str,
) -> Result<Option<Folded<R::View>>, RecordError> {
    kept::load(store, &key::<R>(id)).await
}

/// The view of a record, brought up to date first where its journal has gone further: a writer that
/// stopped may have left it behind. Two calls of the store where it has not.
///
/// # Errors
/// The store failed, or holds something else under one of the keys.
pub async fn up_to_date<R: Record>(
    store: &impl KeyValue,
    id: &str,
) -> Result<Option<R::View>, RecordError>
where
    R::Event: Clone,
{
    let journal = Journal::<_, R>::of(store, id);
    let view = look_up::<R>(store, id).await?;
    let through = store.count(&journal.counter()).await?;
    match view {
        Some(folded) if folded.through == through && folded.gaps.is_empty() => {
            Ok(Some(folded.view))
        }
        None if through == 0 => Ok(None),
        _ => {
            let mut log = journal.read().await?;
            journal.settle(&mut log).await
        }
    }
}

fn key<R: Record>(id: &str) -> String {
    format!("accredit/{}/{id}", R::SPACE)
}

impl<E> Log<E> {
    /// Whether the event of that identity stands in the journal.
    pub fn contains(&self, id: &str) -> bool {
        self.number_of(id).is_some()
    }

    /// The number under which the event counts.
    fn number_of(&self, id: &str) -> Option<u64> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|(_, written)| written.id == id)?;
        Some(*entry.0)
    }

    /// Every event once, under its lowest number, in the order of the numbers.
    pub fn entries(&self) -> Vec<Entry<E>>
    where
        E: Clone,
    {
        let mut seen = BTreeSet::new();
        let entries = self.entries.iter();
        entries
            .filter(|(_, written)| seen.insert(written.id.as_str()))
            .map(|(n, written)| Entry {
                n: *n,
                written: written.clone(),
            })
            .collect()
    }

    /// The slots that list the record: of each index the one that the lowest number names.
    fn slots(&self) -> BTreeMap<String, u64> {
        let mut slots = BTreeMap::new();
        for written in self.entries.values() {
            for (index, slot) in &written.slots {
                slots.entry(index.clone()).or_insert(*slot);
            }
        }
        slots
    }
}

impl<'s, S: KeyValue, R: Record> Journal<'s, S, R>
where
    R::Event: Clone,
{
    /// The journal of the record `id`, whether it has one yet or not.
    pub fn of(store: &'s S, id: &str) -> Self {
        Self {
            store,
            key: key::<R>(id),
            id: id.to_owned(),
            record: PhantomData,
        }
    }

    /// Reads all that stands in the journal.
    ///
    /// # Errors
    /// The store failed, or holds something else under one of the keys.
    pub async fn read(&self) -> Result<Log<R::Event>, RecordError> {
        let view: Option<Folded<R::View>> = kept::load(self.store, &self.key).await?;
        let mut log = Log {
            through: 0,
            gaps: BTreeSet::new(),
            abandoned: view.map(|folded| folded.gaps).unwrap_or_default(),
            entries: BTreeMap::new(),
        };
        self.catch_up(&mut log).await?;
        Ok(log)
    }

    /// Records an event and brings the view up to date. One that stands in the journal already is not
    /// written again. The record is listed in those of `indexes` that do not list it yet.
    ///
    /// # Errors
    /// The record is full, and nothing was written. Or the store failed; the event may have been
    /// written all the same, and recording it again is safe.
    pub async fn record(
        &self,
        log: &mut Log<R::Event>,
        mut event: Written<R::Event>,
        indexes: &[Index<'_, S>],
    ) -> Result<R::View, RecordError> {
        let view = if let Some(n) = log.number_of(&event.id) {
            // Whoever wrote it may be waiting still, so what it comes to is not known yet either.
            self.wait_for_those_before(log, n).await?;
            self.write_view(log).await?
        } else {
            self.fits(log, &event)?;
            let listed = log.slots();
            let new = indexes
                .iter()
                .filter(|index| !listed.contains_key(index.name()));
            for index in new {
                let slot = index.add(&self.id).await?;
                event.slots.insert(index.name().to_owned(), slot);
            }
            self.append(log, &event).await?
        };
        view.ok_or_else(|| kept::unreadable(&self.key, &"the events make no record"))
    }

    /// Refuses an event with which the view would be larger than a store takes.
    fn fits(&self, log: &Log<R::Event>, event: &Written<R::Event>) -> Result<(), RecordError> {
        let mut log = log.clone();
        log.through += 1;
        log.entries.insert(log.through, event.clone());
        match self.folded(&log) {
            Some(folded) => kept::to_bytes(&self.key, &folded).map(drop),
            None => Ok(()),
        }
    }

    /// The view as it is kept.
    fn folded(&self, log: &Log<R::Event>) -> Option<Folded<R::View>> {
        // One that is about to write may do so and stop: the view does not say that it was seen.
        let awaited = log.gaps.difference(&log.abandoned).next();
        Some(Folded {
            through: awaited.map_or(log.through, |gap| gap.saturating_sub(1)),
            gaps: log.gaps.intersection(&log.abandoned).copied().collect(),
            slots: log.slots(),
            view: self.fold(log)?,
        })
    }

    /// Appends an event and brings the view up to date.
    async fn append(
        &self,
        log: &mut Log<R::Event>,
        event: &Written<R::Event>,
    ) -> Result<Option<R::View>, RecordError> {
        let n = self.store.increment(&self.counter()).await?;
        kept::save(self.store, &self.event(n), event).await?;
        self.wait_for_those_before(log, n).await?;
        self.write_view(log).await
    }

    /// Waits for the events of those who took their numbers before `n`. They come first, so what the own
    /// event comes to is known only once they are written. Who does not write within the store's
    /// patience is taken to have stopped, and is waited for by nobody after.
    async fn wait_for_those_before(
        &self,
        log: &mut Log<R::Event>,
        n: u64,
    ) -> Result<(), RecordError> {
        self.catch_up(log).await?;
        for _ in 0..self.store.patience() {
            if log.gaps.range(..n).all(|gap| log.abandoned.contains(gap)) {
                return Ok(());
            }
            self.store.pause().await;
            self.catch_up(log).await?;
        }
        log.abandoned.extend(log.gaps.range(..n));
        Ok(())
    }

    /// What the events read come to; `None` where they make no record.
    pub fn fold(&self, log: &Log<R::Event>) -> Option<R::View> {
        R::fold(&self.id, &log.entries())
    }

    /// Brings the view up to date: folds what stands in the journal and writes the view, again and
    /// again until nothing has appeared that it lacks. Returns what it came to.
    ///
    /// # Errors
    /// The store failed, or holds something else under one of the keys.
    pub async fn settle(&self, log: &mut Log<R::Event>) -> Result<Option<R::View>, RecordError> {
        self.catch_up(log).await?;
        self.write_view(log).await
    }

    async fn write_view(&self, log: &mut Log<R::Event>) -> Result<Option<R::View>, RecordError> {
        loop {
            let Some(folded) = self.folded(log) else {
                return Ok(None);
            };
            kept::save(self.store, &self.key, &folded).await?;
            if self.catch_up(log).await? == Appeared::Nothing {
                return Ok(Some(folded.view));
            }
        }
    }

    /// Reads what stands in the journal and not yet in the log.
    async fn catch_up(&self, log: &mut Log<R::Event>) -> Result<Appeared, RecordError> {
        let through = self.store.count(&self.counter()).await?;
        let new = log.through + 1..=through;
        let missing: Vec<_> = log.gaps.iter().copied().chain(new).collect();
        let mut appeared = Appeared::Nothing;
        for n in missing {
            match kept::load(self.store, &self.event(n)).await? {
                Some(written) => {
                    log.gaps.remove(&n);
                    log.entries.insert(n, written);
                    appeared = Appeared::Something;
                }
                None => {
                    log.gaps.insert(n);
                }
            }
        }
        log.through = log.through.max(through);
        Ok(appeared)
    }

    fn counter(&self) -> String {
        format!("{}/n", self.key)
    }

    fn event(&self, n: u64) -> String {
        format!("{}/e/{n}", self.key)
    }
}

/// Whether a look at the journal found more than was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Appeared {
    Something,
    Nothing,
}

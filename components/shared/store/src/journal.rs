//! Journals: the events of a record, one by one, and the view: all events in one value, for lookups.
//!
//! | key | value | written |
//! |---|---|---|
//! | `accredit/{space}/{id}` | the view: all events in one value, all that a lookup reads | after each event |
//! | `accredit/{space}/{id}/n` | a counter: how many numbers were given out | only by `increment` |
//! | `accredit/{space}/{id}/e/{n}` | event `n` | once, by the writer that got number `n` |
//!
//! No store of Spin writes two keys at once, and a writer may stop between any two calls, for a moment or
//! forever. Nevertheless:
//!
//! - **No event is lost.** Writers share only two keys: the counter and the view. The view contains nothing
//!   that the events do not contain.
//! - **No event counts twice.** The id of an event is derived from its content. If two writers do not see
//!   each other and write the same event under two numbers, the event counts under the lower number.
//! - **A lookup finds what was answered.** Recording returns only after a view with its event was written and
//!   a further check found no event that this view lacks.
//! - **A number without an event** belongs to a writer that stopped or has not written yet. A writer waits a
//!   while for the writers with lower numbers, because their events come first. Every later writer checks
//!   those numbers again, so an event that comes late is found.
//!
//! A written event never changes. So a reader takes the events in the view from the view, and reads only the
//! events that the view lacks. If it lacks none, that takes two store calls, however long the journal is.
//!
//! What is not guaranteed: a writer may replace a newer view by an older view and stop before it checks again.
//! That writer's request got no answer, so its sender repeats the request, and this repairs the view. The
//! next writer to the record and a call of [`settle`](Journal::settle) repair the view too.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::envelope::{self, RecordError, unreadable};
use crate::key_value::KeyValue;
use crate::slots::Slots;

/// A kind of record that has a journal.
pub trait Record {
    /// The part of keys and schemas that names this kind of record.
    const SPACE: &'static str;
    /// An event of a record of this kind.
    type Event: Serialize + DeserializeOwned + Clone;
    /// A record, as computed from its events.
    type View;

    /// Computes the record from its events; `None` if no event creates the record.
    ///
    /// Must accept every journal. `entries` are in the order of their numbers and contain each event once.
    fn fold(id: &str, entries: &[Entry<Self::Event>]) -> Option<Self::View>;
}

/// An event under its number in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<E> {
    /// The number.
    pub n: u64,
    /// What is written under the number.
    pub written: Written<E>,
}

/// What is written for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written<E> {
    /// The id of the event, derived from its content.
    pub id: String,
    /// When the event was recorded, in China's time.
    pub recorded_at: DateTime<FixedOffset>,
    /// The name of the client that recorded the event.
    pub by: String,
    /// The slots in which this event lists the record, by the name of the list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slots: BTreeMap<String, u64>,
    /// The event.
    pub event: E,
}

impl<E> Written<E> {
    /// An event without slots.
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

/// The stored form of the view.
#[derive(Serialize, Deserialize)]
struct Stored<E> {
    /// Each number up to this number has an event or is in `gaps`.
    through: u64,
    /// Numbers without an event. A writer waited for these events, but they were not written.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    gaps: BTreeSet<u64>,
    /// The events.
    entries: Vec<Entry<E>>,
}

/// The journal of one record, as far as it has been read.
pub struct Journal<'s, R: Record> {
    store: &'s dyn KeyValue,
    id: String,
    key: String,
    /// The highest number that is known to be given out.
    through: u64,
    /// The numbers up to `through` without an event.
    gaps: BTreeSet<u64>,
    /// The gaps that nobody waits for any longer.
    abandoned: BTreeSet<u64>,
    entries: BTreeMap<u64, Written<R::Event>>,
    /// Whether the view lacked an event or a number of the journal when the journal was read.
    lagged: bool,
}

/// What a view keeps free: room for the slots, which are taken once the event is known to fit, and for the
/// events of writers who write at the same moment and do not see each other.
const SPARE_BYTES: usize = 20_000;

/// Reads a record from its view, in one store call. `None` if there is no such record.
///
/// # Errors
/// The store failed, or holds something else under that key.
pub async fn look_up<R: Record>(
    store: &dyn KeyValue,
    id: &str,
) -> Result<Option<R::View>, RecordError> {
    let stored = load_view::<R>(store, &key::<R>(id)).await?;
    Ok(stored.and_then(|stored| R::fold(id, &once(stored.entries))))
}

/// Like [`look_up`], but `None` also if `slot` is not the record's own slot in `list`.
pub(crate) async fn look_up_listed<R: Record>(
    store: &dyn KeyValue,
    id: &str,
    list: &str,
    slot: u64,
) -> Result<Option<R::View>, RecordError> {
    let Some(stored) = load_view::<R>(store, &key::<R>(id)).await? else {
        return Ok(None);
    };
    let entries = stored.entries.iter();
    let mut slots = entries.filter_map(|entry| entry.written.slots.get(list));
    if slots.next() != Some(&slot) {
        return Ok(None);
    }
    Ok(R::fold(id, &once(stored.entries)))
}

/// Reads a record, and first brings its view up to date if the view lacks something: a writer that stopped may
/// have left an old view. Takes two store calls if the view lacks nothing.
///
/// # Errors
/// The store failed, or holds something else under one of the keys.
pub async fn up_to_date<R: Record>(
    store: &dyn KeyValue,
    id: &str,
) -> Result<Option<R::View>, RecordError> {
    let key = key::<R>(id);
    let stored = load_view::<R>(store, &key).await?;
    let through = store.count(&counter(&key)).await?;
    let current = stored
        .as_ref()
        .is_some_and(|stored| stored.through == through && stored.gaps.is_empty());
    let mut journal = Journal::<R>::of(store, id, stored);
    if current || through == 0 {
        return Ok(journal.view());
    }
    journal.settle().await
}

async fn load_view<R: Record>(
    store: &dyn KeyValue,
    key: &str,
) -> Result<Option<Stored<R::Event>>, RecordError> {
    envelope::load(store, key, &format!("{}/view/1", R::SPACE)).await
}

fn key<R: Record>(id: &str) -> String {
    format!("accredit/{}/{id}", R::SPACE)
}

fn counter(key: &str) -> String {
    format!("{key}/n")
}

/// Each event once, under its lowest number, in the order of the numbers.
fn once<E>(entries: Vec<Entry<E>>) -> Vec<Entry<E>> {
    let mut seen = BTreeSet::new();
    let entries = entries.into_iter();
    entries
        .filter(|entry| seen.insert(entry.written.id.clone()))
        .collect()
}

impl<'s, R: Record> Journal<'s, R> {
    /// Reads the journal of the record `id`. The journal is empty if there is no such record.
    ///
    /// # Errors
    /// The store failed, or holds something else under one of the keys.
    pub async fn load(store: &'s dyn KeyValue, id: &str) -> Result<Self, RecordError> {
        let stored = load_view::<R>(store, &key::<R>(id)).await?;
        let mut journal = Self::of(store, id, stored);
        let viewed = journal.through;
        let appeared = journal.catch_up().await?;
        journal.lagged = appeared == Appeared::Something || journal.through > viewed;
        Ok(journal)
    }

    /// The journal, as far as the view contains it.
    fn of(store: &'s dyn KeyValue, id: &str, stored: Option<Stored<R::Event>>) -> Self {
        let stored = stored.unwrap_or(Stored {
            through: 0,
            gaps: BTreeSet::new(),
            entries: Vec::new(),
        });
        let entries = stored.entries.into_iter();
        Self {
            store,
            id: id.to_owned(),
            key: key::<R>(id),
            through: stored.through,
            gaps: stored.gaps.clone(),
            abandoned: stored.gaps,
            entries: entries.map(|entry| (entry.n, entry.written)).collect(),
            lagged: false,
        }
    }

    /// The id of the record.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the view lacked an event or a number of the journal when the journal was read. Then a writer
    /// stopped before it wrote the view, or has not written the view yet.
    pub fn lagged(&self) -> bool {
        self.lagged
    }

    /// Whether the journal contains the event with this id.
    pub fn contains(&self, id: &str) -> bool {
        self.number_of(id).is_some()
    }

    /// The number under which the event counts.
    fn number_of(&self, id: &str) -> Option<u64> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|(_, written)| written.id == id)?;
        Some(*entry.0)
    }

    /// Each event once, under its lowest number, in the order of the numbers.
    pub fn entries(&self) -> Vec<Entry<R::Event>> {
        once(self.all())
    }

    fn all(&self) -> Vec<Entry<R::Event>> {
        let entries = self.entries.iter();
        entries
            .map(|(n, written)| Entry {
                n: *n,
                written: written.clone(),
            })
            .collect()
    }

    /// The record, as computed from the events; `None` if no event creates the record.
    pub fn view(&self) -> Option<R::View> {
        R::fold(&self.id, &self.entries())
    }

    /// Records an event and brings the view up to date. If the journal already contains the event, the event
    /// is not written again. Adds the record to each of `lists` that does not contain it yet.
    ///
    /// # Errors
    /// The record is full, and nothing was written. Or the store failed; then the event may be written
    /// nevertheless, and recording it again is safe.
    pub async fn record(
        &mut self,
        mut event: Written<R::Event>,
        lists: &[String],
    ) -> Result<R::View, RecordError> {
        if let Some(n) = self.number_of(&event.id) {
            // The event may be new and its writer may still be waiting for events with lower numbers. Its
            // effect is known only after those.
            self.wait_for_those_before(n).await?;
        } else {
            self.fits(&event)?;
            for list in lists {
                let listed = |written: &Written<R::Event>| written.slots.contains_key(list);
                if !self.entries.values().any(listed) {
                    let slot = Slots::of(self.store, list.clone()).add(&self.id).await?;
                    event.slots.insert(list.clone(), slot);
                }
            }
            self.append(event).await?;
        }
        let view = self.write_view().await?;
        view.ok_or_else(|| unreadable(&self.key, &"the events make no record"))
    }

    /// Refuses an event that could make the view too large for the store.
    fn fits(&self, event: &Written<R::Event>) -> Result<(), RecordError> {
        let mut stored = self.stored();
        stored.entries.push(Entry {
            n: self.through.saturating_add(1),
            written: event.clone(),
        });
        let schema = format!("{}/view/1", R::SPACE);
        let bytes = envelope::sealed(&self.key, &schema, &stored)?.len() + SPARE_BYTES;
        if bytes > envelope::MOST_BYTES {
            let key = self.key.clone();
            return Err(RecordError::TooLarge { key, bytes });
        }
        Ok(())
    }

    /// The view in its stored form.
    fn stored(&self) -> Stored<R::Event> {
        // The writer of a gap may still write its event and then stop. Unless a writer has waited for that
        // event, the view must not claim to include the number, or nobody would read the event.
        let awaited = self.gaps.difference(&self.abandoned).next();
        Stored {
            through: awaited.map_or(self.through, |gap| gap.saturating_sub(1)),
            gaps: self.gaps.intersection(&self.abandoned).copied().collect(),
            entries: self.all(),
        }
    }

    /// Takes a number and writes the event under it.
    async fn append(&mut self, event: Written<R::Event>) -> Result<(), RecordError> {
        let n = self.store.increment(&counter(&self.key)).await?;
        let schema = format!("{}/event/1", R::SPACE);
        envelope::save(self.store, &self.event(n), &schema, &event).await?;
        self.entries.insert(n, event);
        self.wait_for_those_before(n).await
    }

    /// Waits for the events with numbers below `n`. Those events come first, so the effect of event `n` is
    /// known only after them. If a writer does not write within the store's patience, it is assumed to have
    /// stopped, and nobody waits for its event again.
    async fn wait_for_those_before(&mut self, n: u64) -> Result<(), RecordError> {
        self.catch_up().await?;
        for _ in 0..self.store.patience() {
            let mut before = self.gaps.range(..n);
            if before.all(|gap| self.abandoned.contains(gap)) {
                return Ok(());
            }
            self.store.pause().await;
            self.catch_up().await?;
        }
        self.abandoned.extend(self.gaps.range(..n));
        Ok(())
    }

    /// Brings the view up to date. Returns the record.
    ///
    /// # Errors
    /// The store failed, or holds something else under one of the keys.
    pub async fn settle(&mut self) -> Result<Option<R::View>, RecordError> {
        self.catch_up().await?;
        self.write_view().await
    }

    /// Writes the view, and writes it again as long as new events appear.
    async fn write_view(&mut self) -> Result<Option<R::View>, RecordError> {
        let schema = format!("{}/view/1", R::SPACE);
        loop {
            let Some(view) = self.view() else {
                return Ok(None);
            };
            envelope::save(self.store, &self.key, &schema, &self.stored()).await?;
            if self.catch_up().await? == Appeared::Nothing {
                return Ok(Some(view));
            }
        }
    }

    /// Reads the events that have not been read yet.
    async fn catch_up(&mut self) -> Result<Appeared, RecordError> {
        let through = self.store.count(&counter(&self.key)).await?;
        let schema = format!("{}/event/1", R::SPACE);
        let new = self.through.saturating_add(1)..=through;
        let missing: Vec<_> = self.gaps.iter().copied().chain(new).collect();
        let mut appeared = Appeared::Nothing;
        for n in missing {
            if self.entries.contains_key(&n) {
                continue;
            }
            match envelope::load(self.store, &self.event(n), &schema).await? {
                Some(written) => {
                    self.gaps.remove(&n);
                    self.entries.insert(n, written);
                    appeared = Appeared::Something;
                }
                None => {
                    self.gaps.insert(n);
                }
            }
        }
        self.through = self.through.max(through);
        Ok(appeared)
    }

    fn event(&self, n: u64) -> String {
        format!("{}/e/{n}", self.key)
    }
}

/// Whether reading the journal again found new events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Appeared {
    Something,
    Nothing,
}

//! The run of reminders over stores in memory, held to a list of what is due that is made without it.

mod cost;
mod crashes;
mod decisions;
mod oracle;
mod population;
mod races;
mod world;
mod year;

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use store::Memory;

use super::*;
use crate::outbox::Cursor;
use oracle::Told;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A time of that day in China.
fn at(day: NaiveDate, hour: u32) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("{day}T{hour:02}:00:00+08:00")).unwrap()
}

/// The run of a day, made at its noon.
fn of_day(today: NaiveDate, limit: usize, mode: RunMode) -> Run {
    Run {
        now: at(today, 12),
        as_of: today,
        limit,
        mode,
    }
}

/// A tick, called again until the run has come to its end. Fails where the store does.
async fn tick(store: &dyn KeyValue, today: NaiveDate) -> Result<(), Declined> {
    tick_by(store, today, 500).await
}

/// The same, in parts of so many records.
async fn tick_by(store: &dyn KeyValue, today: NaiveDate, limit: usize) -> Result<(), Declined> {
    for _ in 0..1000 {
        let outcome = run(store, &of_day(today, limit, RunMode::Real)).await?;
        if outcome.end == RunEnd::Reached {
            return Ok(());
        }
    }
    panic!("a run of {today} that never ends");
}

/// A tick on a store that fails at nothing.
fn ticked(store: &Memory, today: NaiveDate) {
    assert_eq!(faults::run(tick(store, today)), Some(Ok(())));
}

/// A portal that reads every outbox from where it stopped.
#[derive(Debug, Clone, Default)]
struct Reader {
    cursors: BTreeMap<&'static str, Cursor>,
    read: Vec<Told>,
}

impl Reader {
    async fn read(&mut self, store: &dyn KeyValue) {
        for rules in rules::programmes() {
            while self.page(store, rules.id).await == outbox::Rest::More {}
        }
    }

    /// Reads one page. Whether there is more.
    async fn page(&mut self, store: &dyn KeyValue, programme: &'static str) -> outbox::Rest {
        let cursor = self.cursors.entry(programme).or_default();
        let page = Outbox::of(store, programme).after(cursor, 100).await;
        let page = page.unwrap();
        self.read.extend(page.reminders.iter().map(Told::read));
        *cursor = page.next;
        page.rest
    }

    fn catch_up(&mut self, store: &Memory) {
        faults::run(self.read(store)).unwrap();
    }
}

/// What a portal reads that begins now.
fn read(store: &Memory) -> Vec<Told> {
    let mut reader = Reader::default();
    reader.catch_up(store);
    reader.read
}

/// The ids of all reminders in the outboxes.
fn made(store: &Memory) -> BTreeSet<String> {
    ids(&read(store))
}

fn ids<'t>(told: impl IntoIterator<Item = &'t Told>) -> BTreeSet<String> {
    told.into_iter().map(|told| told.id.clone()).collect()
}

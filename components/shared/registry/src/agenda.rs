//! The agenda: on which day to check which record for what is due. So the daily run reads what is due and
//! not what exists.
//!
//! | key | holds |
//! |---|---|
//! | `accredit/agenda/ahead` | the latest day that a run has announced |
//! | `accredit/agenda/begun` | the day of the first run of all |
//! | `accredit/agenda/position` | how far the entries have been read |
//! | `accredit/agenda/of/{subject}` | the day of a record's next check |
//! | `accredit/slots/agenda/{day}/…` | the entries of a day, in [slots](store::Slots) |
//!
//! A record has an entry on the day of its next check. A run that checks the record enters it for the
//! check after that. A writer whose event makes an earlier check necessary enters the record too. One
//! check too many does no harm; no check may be lost.
//!
//! **A run announces its day before it reads.** A writer enters first, and then reads the announced day.
//! If a run has announced a day after the entry's, that run may have read the entry's day before the
//! entry was there; so the writer enters again, for a later day. If no run has, then every run that goes
//! beyond the entry's day reads that day after this moment, and finds the entry.
//!
//! **An entry can await an event.** A writer enters the record before it records the event, because an
//! event that is on record and on no agenda would be forgotten. A run that comes between the two finds
//! the entry without the event. It enters the record again for the next day, once, in case the event is
//! about to be written.
//!
//! **What does not hold.** Of two runs at once with different days, the run with the earlier day can set
//! the announced day back. Whichever run sees this sets it right: the run with the later day, when it
//! ends, and then it reads again everything it has read; or the run with the earlier day, when it finds
//! that the other has gone further.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use recognition::outstanding::Subject;
use store::{KeyValue, RecordError, Slots, envelope};

/// The agenda.
pub struct Agenda<'s> {
    store: &'s dyn KeyValue,
}

/// An entry of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaEntry {
    /// The record to check.
    #[serde(with = "as_text")]
    pub subject: Subject,
    /// The event that was about to be recorded when the record was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaits: Option<String>,
    /// Whether an earlier check has awaited the event and did not find it.
    #[serde(default)]
    pub again: bool,
}

/// The next check of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextCheck {
    /// The day. The record has an entry there.
    pub on: NaiveDate,
    /// The day that runs had announced when the record was first entered. None: there was no run yet.
    pub since: Option<NaiveDate>,
}

impl NextCheck {
    /// Whether the record is checked by `day` anyway, by a run that goes beyond the announced day.
    fn covers(&self, day: NaiveDate, ahead: Option<NaiveDate>) -> bool {
        self.on <= day && ahead.is_none_or(|ahead| self.on > ahead)
    }
}

/// How far the entries have been read: all of the days before `day`, and those of `day` in the slots up to
/// `slot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The day.
    pub day: NaiveDate,
    /// The slot.
    pub slot: u64,
}

/// A position, and the slots below it on its day that were given out but not written yet. Their writers may
/// be about to write, so these slots are read again as long as the day lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How far the entries have been read.
    pub position: Position,
    /// The slots without an entry.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gaps: BTreeSet<u64>,
}

impl From<Position> for Progress {
    fn from(position: Position) -> Self {
        let gaps = BTreeSet::new();
        Self { position, gaps }
    }
}

impl Progress {
    /// The slots of the day that are still to be read, where so many were given out.
    pub fn unread(&self, given_out: u64) -> Vec<u64> {
        let gaps = self.gaps.iter().copied();
        let next = self.position.slot.saturating_add(1);
        gaps.chain(next..=given_out).collect()
    }

    /// Notes that the entry in that slot has been read.
    pub fn read(&mut self, slot: u64) {
        self.gaps.remove(&slot);
        self.position.slot = self.position.slot.max(slot);
    }

    /// Notes that no entry stands in that slot yet.
    pub fn pass_by(&mut self, slot: u64) {
        self.gaps.insert(slot);
        self.position.slot = self.position.slot.max(slot);
    }

    /// Goes on to the next day, up to `last`. Tells whether there was one.
    ///
    /// The gaps of the day are given up: a writer that writes there later finds that the day has passed,
    /// and enters the record again.
    pub fn next_day(&mut self, last: NaiveDate) -> bool {
        let next = self.position.day.succ_opt();
        let Some(day) = next.filter(|day| *day <= last) else {
            return false;
        };
        *self = Self::from(Position { day, slot: 0 });
        true
    }
}

impl Position {
    /// Before everything that is entered.
    pub const BEGINNING: Self = Self {
        day: BEGINNING,
        slot: 0,
    };
}

/// The day under which everything is entered until the first run. That run reads all of it. No record is
/// older.
pub const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(calendar::FIRST_YEAR, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

const DAY_SCHEMA: &str = "agenda/day/1";
const PROGRESS_SCHEMA: &str = "agenda/progress/1";
const NEXT_CHECK_SCHEMA: &str = "agenda/next-check/1";

const AHEAD: &str = "accredit/agenda/ahead";
const BEGUN: &str = "accredit/agenda/begun";
const POSITION: &str = "accredit/agenda/position";

impl<'s> Agenda<'s> {
    /// The agenda in that store.
    pub fn of(store: &'s dyn KeyValue) -> Self {
        Self { store }
    }

    /// The entries of a day.
    pub fn day(&self, day: NaiveDate) -> Slots<'s> {
        Slots::of(self.store, format!("agenda/{day}"))
    }

    /// The latest day that a run has announced; none where there was no run.
    ///
    /// # Errors
    /// The store failed.
    pub async fn ahead(&self) -> Result<Option<NaiveDate>, RecordError> {
        envelope::load(self.store, AHEAD, DAY_SCHEMA).await
    }

    /// Announces a run up to `day`, and tells whether that is new.
    ///
    /// # Errors
    /// The store failed.
    pub async fn announce(&self, day: NaiveDate) -> Result<Announced, RecordError> {
        match self.ahead().await? {
            Some(ahead) if ahead >= day => return Ok(Announced::Before),
            Some(_) => {}
            None => envelope::save(self.store, BEGUN, DAY_SCHEMA, &day).await?,
        }
        envelope::save(self.store, AHEAD, DAY_SCHEMA, &day).await?;
        Ok(Announced::Now)
    }

    /// The day of the first run of all, even if that run stopped before it made anything; none where there
    /// was no run.
    ///
    /// # Errors
    /// The store failed.
    pub async fn begun(&self) -> Result<Option<NaiveDate>, RecordError> {
        envelope::load(self.store, BEGUN, DAY_SCHEMA).await
    }

    /// How far runs have read; none where no run has noted anything.
    ///
    /// # Errors
    /// The store failed.
    pub async fn position(&self) -> Result<Option<Position>, RecordError> {
        let progress = self.progress().await?;
        Ok(progress.map(|progress| progress.position))
    }

    /// The same, with the gaps.
    ///
    /// # Errors
    /// The store failed.
    pub async fn progress(&self) -> Result<Option<Progress>, RecordError> {
        envelope::load(self.store, POSITION, PROGRESS_SCHEMA).await
    }

    /// Notes how far a run has read. Everything before the position, except the gaps, was read by the
    /// caller, or by whoever noted the position where the caller began.
    ///
    /// # Errors
    /// The store failed.
    pub async fn reached(&self, progress: &Progress) -> Result<(), RecordError> {
        envelope::save(self.store, POSITION, PROGRESS_SCHEMA, progress).await
    }

    /// The next check of the record; none where the record was never entered.
    ///
    /// # Errors
    /// The store failed.
    pub async fn next_check(&self, subject: &Subject) -> Result<Option<NextCheck>, RecordError> {
        envelope::load(self.store, &of(subject), NEXT_CHECK_SCHEMA).await
    }

    /// Makes sure that the record is checked on `day`, or on the first day after it that no run has passed.
    ///
    /// # Errors
    /// The store failed. There may be an entry all the same; it does no harm.
    pub async fn check_on(&self, subject: &Subject, day: NaiveDate) -> Result<(), RecordError> {
        let next = self.next_check(subject).await?;
        let ahead = self.ahead().await?;
        if next.is_some_and(|next| next.covers(day, ahead)) {
            return Ok(());
        }
        let entry = AgendaEntry {
            subject: subject.clone(),
            awaits: None,
            again: false,
        };
        self.enter(entry, day).await.map(drop)
    }

    /// The same for a record of which the event of that id is about to be recorded: the check awaits the
    /// event. Returns the day that the record is entered for.
    ///
    /// # Errors
    /// As [`check_on`](Self::check_on).
    pub async fn await_event(
        &self,
        subject: &Subject,
        day: NaiveDate,
        event: &str,
    ) -> Result<NaiveDate, RecordError> {
        let entry = AgendaEntry {
            subject: subject.clone(),
            awaits: Some(event.to_owned()),
            again: false,
        };
        self.enter(entry, day).await
    }

    /// Makes sure, once the event is on record, that a check which sees the event is still to come.
    /// `entered` is the day that [`await_event`](Self::await_event) returned; none where an earlier writer
    /// has entered the record.
    ///
    /// # Errors
    /// As [`check_on`](Self::check_on).
    pub async fn ensure_check(
        &self,
        subject: &Subject,
        day: NaiveDate,
        entered: Option<NaiveDate>,
    ) -> Result<(), RecordError> {
        let next = self.next_check(subject).await?;
        let ahead = self.ahead().await?;
        // A run that finds the entry without the event enters the record for a later day. So if the next
        // check is still on the day first entered, no run has found the entry. On any other day that runs
        // have reached, a run may have checked the record already.
        let to_come = next.is_some_and(|next| {
            ahead.is_none_or(|ahead| match next.on.cmp(&ahead) {
                Ordering::Greater => true,
                Ordering::Equal => entered == Some(next.on),
                Ordering::Less => false,
            })
        });
        if to_come {
            return Ok(());
        }
        self.check_on(subject, day).await
    }

    /// Enters a record for `day`, or for the first day after it that no run has passed. Returns that day.
    ///
    /// # Errors
    /// As [`check_on`](Self::check_on).
    pub async fn enter(
        &self,
        entry: AgendaEntry,
        day: NaiveDate,
    ) -> Result<NaiveDate, RecordError> {
        let mut ahead = self.ahead().await?;
        loop {
            let day = ahead.map_or(BEGINNING, |ahead| day.max(ahead));
            self.day(day).add(&entry).await?;
            self.note(&entry.subject, day, ahead).await?;
            let now = self.ahead().await?;
            if now.is_none_or(|now| now <= day) {
                return Ok(day);
            }
            ahead = now;
        }
    }

    /// Notes that the record has an entry on `day`.
    async fn note(
        &self,
        subject: &Subject,
        day: NaiveDate,
        ahead: Option<NaiveDate>,
    ) -> Result<(), RecordError> {
        let known = self.next_check(subject).await?;
        if known.as_ref().is_some_and(|known| known.covers(day, ahead)) {
            return Ok(());
        }
        let since = known.map_or(ahead, |known| known.since.or(ahead));
        envelope::save(
            self.store,
            &of(subject),
            NEXT_CHECK_SCHEMA,
            &NextCheck { on: day, since },
        )
        .await
    }
}

/// Whether an announcement is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    /// It was made now.
    Now,
    /// A run up to that day, or a later one, was announced before.
    Before,
}

impl AgendaEntry {
    /// The entry for the next day of a record whose event is not there yet; none where an earlier check has
    /// awaited the event.
    pub fn once_more(&self, today: NaiveDate) -> Option<(Self, NaiveDate)> {
        let tomorrow = today.checked_add_days(Days::new(1))?;
        let again = Self {
            again: true,
            ..self.clone()
        };
        (!self.again).then_some((again, tomorrow))
    }
}

fn of(subject: &Subject) -> String {
    format!("accredit/agenda/of/{subject}")
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Subject;

    pub(super) fn serialize<S: Serializer>(subject: &Subject, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(subject)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Subject, D::Error> {
        let text = String::deserialize(from)?;
        Subject::parse(&text).ok_or_else(|| D::Error::custom("no record is called so"))
    }
}

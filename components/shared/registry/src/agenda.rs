//! The agenda: on which day to look at which record again, so that the daily run reads what is due and
//! not what exists.
//!
//! | key | holds |
//! |---|---|
//! | `accredit/agenda/ahead` | the latest day that a run has announced it goes up to |
//! | `accredit/agenda/begun` | the day of the first run of all |
//! | `accredit/agenda/position` | how far the entries have been looked at |
//! | `accredit/agenda/of/{subject}` | where a record's next entry stands |
//! | `accredit/index/agenda/{day}/…` | the entries of a day, a list as every [index](crate::index) |
//!
//! A record has an entry on the day of its next look. Whoever looks at it then enters it for its next
//! look, and whoever records something by which another look is needed sooner enters it too. To look
//! once too often does no harm; what may not be lost is a look.
//!
//! **A run announces before it reads.** A writer enters first, and then reads how far runs have been
//! announced. If a run has been announced beyond the entry's day, it may have read that day before the
//! entry was there, so the writer enters again, for a later day. If not, every run that goes beyond
//! reads that day later than this, and finds the entry.
//!
//! **An entry can await an event.** A writer enters before it records, because an event that is on
//! record and on no agenda would be lost. A run that comes between finds the entry and not the event;
//! it enters the record again for the day after, once, in case the event is about to be written.
//!
//! What does not hold: of two runs at once with different days, the one with the earlier day can set
//! `ahead` back. It is set right by whichever of them sees it: the other when it ends, which then looks
//! again at all it has looked at, or this one, when it finds that the other has gone further.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::duty::Subject;
use crate::index::Index;
use crate::kept::{self, RecordError};
use crate::store::KeyValue;

/// The agenda.
pub struct Agenda<'s, S> {
    store: &'s S,
}

/// An entry of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The record to look at.
    #[serde(with = "as_text")]
    pub subject: Subject,
    /// The event that it was entered for, where one was about to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaits: Option<String>,
    /// Whether the event was awaited before, in vain.
    #[serde(default)]
    pub again: bool,
}

/// Where a record's next entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// There is an entry on this day.
    pub next: NaiveDate,
    /// The day that runs had reached when the record was first entered. None: none had begun.
    pub since: Option<NaiveDate>,
}

impl Standing {
    /// Whether the record is looked at by `day` anyway: by a run that goes beyond `ahead`.
    fn covers(&self, day: NaiveDate, ahead: Option<NaiveDate>) -> bool {
        self.next <= day && ahead.is_none_or(|ahead| self.next > ahead)
    }
}

/// How far the entries have been looked at: those of every day before `day`, and of `day` those in the
/// slots up to `slot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The day.
    pub day: NaiveDate,
    /// The slot.
    pub slot: u64,
}

/// A position, and the slots of its day below it that were given out and not written yet. Their writers
/// may be about to write, so they are looked at again as long as the day lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// How far the entries have been looked at.
    pub position: Position,
    /// The slots that were passed by.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gaps: BTreeSet<u64>,
}

impl From<Position> for Progress {
    fn from(position: Position) -> Self {
        let gaps = BTreeSet::new();
        Self { position, gaps }
    }
}

impl Position {
    /// Before everything that is entered.
    pub const BEGINNING: Self = Self {
        day: BEGINNING,
        slot: 0,
    };
}

/// The day under which everything is entered until the first run, which looks at all of it. No record lies
/// before it.
pub const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(calendar::FIRST_YEAR, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

const AHEAD: &str = "accredit/agenda/ahead";
const BEGUN: &str = "accredit/agenda/begun";
const POSITION: &str = "accredit/agenda/position";

impl<'s, S: KeyValue> Agenda<'s, S> {
    /// The agenda in that store.
    pub fn of(store: &'s S) -> Self {
        Self { store }
    }

    /// The entries of a day.
    pub fn day(&self, day: NaiveDate) -> Index<'s, S> {
        Index::named(self.store, format!("agenda/{day}"))
    }

    /// Up to which day runs have been announced; none where there was none.
    ///
    /// # Errors
    /// The store failed.
    pub async fn ahead(&self) -> Result<Option<NaiveDate>, RecordError> {
        kept::load(self.store, AHEAD).await
    }

    /// Announces a run up to `day`. Tells whether that is new.
    ///
    /// # Errors
    /// The store failed.
    pub async fn announce(&self, day: NaiveDate) -> Result<Announced, RecordError> {
        match self.ahead().await? {
            Some(ahead) if ahead >= day => return Ok(Announced::Before),
            Some(_) => {}
            None => kept::save(self.store, BEGUN, &day).await?,
        }
        kept::save(self.store, AHEAD, &day).await?;
        Ok(Announced::Now)
    }

    /// The day of the first run of all, be it that it came to nothing; none where none was announced.
    ///
    /// # Errors
    /// The store failed.
    pub async fn begun(&self) -> Result<Option<NaiveDate>, RecordError> {
        kept::load(self.store, BEGUN).await
    }

    /// How far runs have come; none where none has come anywhere.
    ///
    /// # Errors
    /// The store failed.
    pub async fn position(&self) -> Result<Option<Position>, RecordError> {
        let progress = self.progress().await?;
        Ok(progress.map(|progress| progress.position))
    }

    /// The same, with what was passed by.
    ///
    /// # Errors
    /// The store failed.
    pub async fn progress(&self) -> Result<Option<Progress>, RecordError> {
        kept::load(self.store, POSITION).await
    }

    /// Notes how far a run has come. Everything before, but for the gaps, has been looked at by whoever
    /// calls this, or by whoever noted where it began.
    ///
    /// # Errors
    /// The store failed.
    pub async fn reached(&self, progress: &Progress) -> Result<(), RecordError> {
        kept::save(self.store, POSITION, progress).await
    }

    /// Where the record's next entry stands; none where it was never entered.
    ///
    /// # Errors
    /// The store failed.
    pub async fn standing(&self, subject: &Subject) -> Result<Option<Standing>, RecordError> {
        kept::load(self.store, &of(subject)).await
    }

    /// Sees to it that the record is looked at on `day`, or on the first day after that is not past.
    ///
    /// # Errors
    /// The store failed. There may be an entry all the same, which does no harm.
    pub async fn look_at(&self, subject: &Subject, day: NaiveDate) -> Result<(), RecordError> {
        let standing = self.standing(subject).await?;
        let ahead = self.ahead().await?;
        if standing.is_some_and(|standing| standing.covers(day, ahead)) {
            return Ok(());
        }
        let entry = Entry {
            subject: subject.clone(),
            awaits: None,
            again: false,
        };
        self.enter(entry, day).await.map(drop)
    }

    /// The same for a record that the event of that id is about to be recorded of: it is looked at with
    /// that event. Returns the day it is entered for.
    ///
    /// # Errors
    /// As [`look_at`](Self::look_at).
    pub async fn look_for(
        &self,
        subject: &Subject,
        day: NaiveDate,
        event: &str,
    ) -> Result<NaiveDate, RecordError> {
        let entry = Entry {
            subject: subject.clone(),
            awaits: Some(event.to_owned()),
            again: false,
        };
        self.enter(entry, day).await
    }

    /// Sees to it, once the event is on record, that the record is still to be looked at with it.
    /// `entered` is the day that [`look_for`](Self::look_for) has returned; none where an earlier writer
    /// has entered it.
    ///
    /// # Errors
    /// As [`look_at`](Self::look_at).
    pub async fn still_ahead(
        &self,
        subject: &Subject,
        day: NaiveDate,
        entered: Option<NaiveDate>,
    ) -> Result<(), RecordError> {
        let standing = self.standing(subject).await?;
        let ahead = self.ahead().await?;
        // A run that finds the entry without the event enters the record for a later day. So where the
        // next look is on the day first entered, no run has found it; on any other day that runs have
        // reached, one may have been there already.
        let ahead = standing.is_some_and(|standing| {
            ahead.is_none_or(|ahead| match standing.next.cmp(&ahead) {
                Ordering::Greater => true,
                Ordering::Equal => entered == Some(standing.next),
                Ordering::Less => false,
            })
        });
        if ahead {
            return Ok(());
        }
        self.look_at(subject, day).await
    }

    /// Enters a record for the day, or for the first after it that no run has passed. Returns that day.
    ///
    /// # Errors
    /// As [`look_at`](Self::look_at).
    pub async fn enter(&self, entry: Entry, day: NaiveDate) -> Result<NaiveDate, RecordError> {
        let mut ahead = self.ahead().await?;
        loop {
            let day = ahead.map_or(BEGINNING, |ahead| day.max(ahead));
            self.day(day).add(&entry).await?;
            self.stands(&entry.subject, day, ahead).await?;
            let now = self.ahead().await?;
            if now.is_none_or(|now| now <= day) {
                return Ok(day);
            }
            ahead = now;
        }
    }

    /// Notes that there is an entry on `day`.
    async fn stands(
        &self,
        subject: &Subject,
        day: NaiveDate,
        ahead: Option<NaiveDate>,
    ) -> Result<(), RecordError> {
        let known = self.standing(subject).await?;
        if known.as_ref().is_some_and(|known| known.covers(day, ahead)) {
            return Ok(());
        }
        let since = known.map_or(ahead, |known| known.since.or(ahead));
        kept::save(self.store, &of(subject), &Standing { next: day, since }).await
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

impl Entry {
    /// The entry for the next day of one whose event is not there yet; none where it was awaited
    /// before.
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

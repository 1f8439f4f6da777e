//! Reminders that were made, and the outbox that lists them.
//!
//! | key | holds |
//! |---|---|
//! | `accredit/slots/outbox/{programme}/…` | the ids of a programme's reminders, in the order they were made |
//! | `accredit/reminder/{id}` | the reminder, written once, after it is listed |
//!
//! A run lists a reminder first and writes it then. If the run stops between the two, the next run lists
//! the reminder again, under another number. Two runs at once may list one twice.

use std::str::FromStr;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use recognition::reminder::{About, ReminderMessage};
use store::envelope::unreadable;
use store::{KeyValue, RecordError, Slots, envelope};

const SCHEMA: &str = "reminder/1";

/// A reminder, as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reminder {
    /// Identifies the reminder.
    pub id: String,
    /// The programme.
    pub programme: String,
    /// What it is about: the certificate's number, or the id of the notice or of the programme.
    pub subject: String,
    /// When it was made.
    pub made_at: DateTime<FixedOffset>,
    /// The [message](ReminderMessage) in JSON. Whoever reads it again gets the same bytes.
    pub message: Box<RawValue>,
}

impl Reminder {
    /// The reminder with that message.
    ///
    /// # Errors
    /// The message cannot be put into JSON.
    pub fn new(about: &About, message: &ReminderMessage) -> Result<Self, RecordError> {
        let json = serde_json::value::to_raw_value(message);
        Ok(Self {
            id: message.id.clone(),
            programme: about.programme.id.to_string(),
            subject: about.subject.id(),
            made_at: message.made_at,
            message: json.map_err(|error| unreadable(&about.subject.to_string(), &error))?,
        })
    }
}

/// The reminder of that id; `None` where it was not made.
///
/// # Errors
/// The store failed, or holds something else under that key.
pub async fn look_up(store: &dyn KeyValue, id: &str) -> Result<Option<Reminder>, RecordError> {
    envelope::load(store, &key(id), SCHEMA).await
}

/// Whether the reminder of that id was made.
///
/// # Errors
/// The store failed.
pub async fn is_made(store: &dyn KeyValue, id: &str) -> Result<bool, RecordError> {
    Ok(store.get(&key(id)).await?.is_some())
}

fn key(id: &str) -> String {
    format!("accredit/reminder/{id}")
}

/// The reminders of a programme, in the order they were made.
pub struct Outbox<'s> {
    store: &'s dyn KeyValue,
    slots: Slots<'s>,
}

/// How far an outbox has been read: up to a number, and the numbers below it under which nothing stood
/// yet. These numbers are read again each time, so no reader misses a reminder that is written late.
///
/// As text, `12` or `12-7.9`. No cursor at all reads from the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    through: u64,
    gaps: Vec<u64>,
}

/// A part of an outbox.
#[derive(Debug, Clone)]
pub struct Page {
    /// The reminders, in the order they were made.
    pub reminders: Vec<Reminder>,
    /// From where to read on, now or later.
    pub next: Cursor,
    /// Whether there is more to read now.
    pub rest: Rest,
}

/// Whether there is more to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// There is more.
    More,
    /// That was all there is now.
    None,
}

/// The most gaps that a cursor keeps. Each is a writer that stopped between two calls of the store;
/// where there are more, the oldest are given up.
const MOST_GAPS: usize = 50;

/// The most numbers that are read for one page.
const MOST_READ: usize = 300;

impl<'s> Outbox<'s> {
    /// The outbox of a programme.
    pub fn of(store: &'s dyn KeyValue, programme: &str) -> Self {
        let slots = Slots::of(store, format!("outbox/{programme}"));
        Self { store, slots }
    }

    /// Lists a reminder and writes it. One that was made already is not made again.
    ///
    /// # Errors
    /// The store failed. The reminder may stand all the same; putting it in again is safe.
    pub async fn put(&self, reminder: &Reminder) -> Result<(), RecordError> {
        self.slots.add(&reminder.id).await?;
        envelope::save(self.store, &key(&reminder.id), SCHEMA, reminder).await
    }

    /// At most `limit` reminders after the cursor.
    ///
    /// # Errors
    /// The store failed, or holds something else under one of the keys.
    pub async fn after(&self, cursor: &Cursor, limit: usize) -> Result<Page, RecordError> {
        let count = self.slots.count().await?;
        let mut page = Page {
            reminders: Vec::new(),
            next: Cursor {
                through: cursor.through,
                gaps: Vec::new(),
            },
            rest: Rest::None,
        };
        let gaps = cursor.gaps.iter().copied();
        let numbers = gaps.chain(cursor.through.saturating_add(1)..=count);
        for (read, n) in numbers.enumerate() {
            if page.reminders.len() == limit || read == MOST_READ {
                page.rest = Rest::More;
                if n <= cursor.through {
                    page.next.gaps.push(n);
                    continue;
                }
                break;
            }
            match self.at(n).await? {
                Some(reminder) => page.reminders.push(reminder),
                None => page.next.gaps.push(n),
            }
            page.next.through = page.next.through.max(n);
        }
        let given_up = page.next.gaps.len().saturating_sub(MOST_GAPS);
        page.next.gaps.drain(..given_up);
        Ok(page)
    }

    /// The cursor behind everything there is now.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end(&self) -> Result<Cursor, RecordError> {
        Ok(Cursor {
            through: self.slots.count().await?,
            gaps: Vec::new(),
        })
    }

    async fn at(&self, n: u64) -> Result<Option<Reminder>, RecordError> {
        match self.slots.at::<String>(n).await? {
            Some(id) => look_up(self.store, &id).await,
            None => Ok(None),
        }
    }
}

/// A text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no cursor of an outbox")]
pub struct CursorError;

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let number = |text: &str| text.parse::<u64>().map_err(|_| CursorError);
        let (through, gaps) = match text.split_once('-') {
            None => (text, Vec::new()),
            Some((through, gaps)) => (
                through,
                gaps.split('.').map(number).collect::<Result<_, _>>()?,
            ),
        };
        let through = number(through)?;
        let in_order = gaps.is_sorted_by(|a, b| a < b) && gaps.iter().all(|gap| *gap <= through);
        if in_order && gaps.len() <= MOST_GAPS {
            Ok(Self { through, gaps })
        } else {
            Err(CursorError)
        }
    }
}

impl TryFrom<String> for Cursor {
    type Error = CursorError;

    fn try_from(text: String) -> Result<Self, CursorError> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.through)?;
        for (index, gap) in self.gaps.iter().enumerate() {
            write!(f, "{}{gap}", if index == 0 { '-' } else { '.' })?;
        }
        Ok(())
    }
}

//! The client that asks for an operation, and the only way to commit an event.

use chrono::{DateTime, FixedOffset, NaiveDate};
use recognition::id;
use recognition::outstanding::Subject;
use store::idempotency::{Use, UsedKey};
use store::journal::{Journal, Record, Written};
use store::{KeyValue, RecordError};

use crate::agenda::Agenda;
use crate::declined::Declined;

/// What operations need to know about a client. The client's role was checked before.
pub struct Caller<'c> {
    /// The client's name.
    pub name: &'c str,
    /// Whether the client acts for the programme with this id.
    pub acts_for: Box<dyn Fn(&str) -> bool + 'c>,
}

/// A client's request to write.
pub struct Writer<'w> {
    pub(crate) store: &'w dyn KeyValue,
    caller: Caller<'w>,
    pub(crate) now: DateTime<FixedOffset>,
    key: UsedKey<'w>,
}

/// An event to commit.
pub(crate) struct Commit<E> {
    /// The id of the event, derived from its content.
    pub(crate) id: String,
    /// The event.
    pub(crate) event: E,
    /// The lists that contain the record because of this event.
    pub(crate) lists: Vec<String>,
    /// The next check of the record, if the event may make something outstanding.
    pub(crate) check: Option<DueCheck>,
}

/// A check that an event makes necessary.
pub(crate) struct DueCheck {
    /// The record to check.
    pub(crate) subject: Subject,
    /// The earliest day of the check.
    pub(crate) on: NaiveDate,
    /// The id of the event. The check finds this id once the event is recorded.
    pub(crate) awaits: String,
}

impl<'w> Writer<'w> {
    /// A client's request. `key` is the request's idempotency key, if the client sent one. The key is tied to
    /// `path` and `body`.
    pub fn new(
        store: &'w dyn KeyValue,
        caller: Caller<'w>,
        now: DateTime<FixedOffset>,
        key: Option<&str>,
        path: &str,
        body: &[u8],
    ) -> Self {
        let key = key.map(|key| id::derive("idempotency", &[caller.name, key]));
        let request = id::derive("request", &[path, &String::from_utf8_lossy(body)]);
        Self {
            store,
            caller,
            now,
            key: UsedKey::new(store, key, request),
        }
    }

    /// Today in China.
    pub(crate) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// Refuses a client that does not act for the programme. Call this before an answer says anything about a
    /// record.
    pub(crate) fn may_act_for(&self, programme: &str) -> Result<(), Declined> {
        if (self.caller.acts_for)(programme) {
            return Ok(());
        }
        Err(Declined::NotForProgramme {
            programme: programme.to_owned(),
        })
    }

    /// Refuses a key that another request already used.
    pub(crate) async fn check_key(&self) -> Result<(), Declined> {
        fits(self.key.check().await?)
    }

    /// Ties the key to the request. Call this after the operation is decided and before its first event is
    /// committed.
    pub(crate) async fn tie_key(&self) -> Result<(), Declined> {
        fits(self.key.tie().await?)
    }

    /// Records an event, and makes sure that a run of reminders checks the record after the event.
    ///
    /// The record is entered on the agenda first. Otherwise, if the writer stopped between the two steps, a
    /// recorded event would never be checked. After the event is recorded, the agenda is checked again, because
    /// a run may have passed meanwhile.
    ///
    /// # Errors
    /// The record is full, and nothing was recorded. Or the store failed; committing again is safe.
    pub(crate) async fn commit<R: Record>(
        &self,
        journal: &mut Journal<'_, R>,
        commit: Commit<R::Event>,
    ) -> Result<R::View, RecordError> {
        let Commit {
            id,
            event,
            lists,
            check,
        } = commit;
        let agenda = Agenda::of(self.store);
        let entered = match &check {
            Some(check) if !journal.contains(&id) => {
                let DueCheck {
                    subject,
                    on,
                    awaits,
                } = check;
                Some(agenda.await_event(subject, *on, awaits).await?)
            }
            _ => None,
        };
        let written = Written::new(id, self.now, self.caller.name, event);
        let view = journal.record(written, &lists).await?;
        if let Some(DueCheck { subject, on, .. }) = &check {
            agenda.ensure_check(subject, *on, entered).await?;
        }
        Ok(view)
    }
}

fn fits(used: Use) -> Result<(), Declined> {
    match used {
        Use::Fits => Ok(()),
        Use::Other => Err(Declined::KeyReused),
    }
}

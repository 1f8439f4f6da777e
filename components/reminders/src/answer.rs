//! What goes out: what came of a run, a page of an outbox, and what is upcoming; and, to the log, what could
//! not be read.
//!
//! Reminders and what is outstanding are told as [`recognition::reminder`] puts them.

use chrono::NaiveDate;
use recognition::outstanding::Outstanding;
use recognition::reminder::{OutstandingMessage, ReminderMessage, sentence};
use registry::check::{Checked, still_to_do};
use registry::outbox::{Page, Rest};
use registry::{Run, RunEnd, RunMode, RunOutcome};
use serde::Serialize;
use serde_json::value::RawValue;
use store::RecordError;
use text::Text;

use crate::request::RunCursor;
use crate::webhooks::{Pass, PassEnd, Wish};

/// What came of a run.
#[derive(Serialize)]
pub(crate) struct Report {
    as_of: NaiveDate,
    dry_run: bool,
    days: Days,
    looked_at: usize,
    made: usize,
    late: usize,
    still_open: usize,
    unreadable: usize,
    /// Deliveries to all receivers together.
    delivered: usize,
    failed: usize,
    webhooks: Vec<Delivered>,
    /// In a dry run, what would be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    reminders: Option<Vec<ReminderMessage>>,
    complete: bool,
    /// The `cursor` of the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Serialize)]
struct Days {
    from: NaiveDate,
    to: NaiveDate,
}

/// What came of the deliveries to a receiver.
#[derive(Serialize)]
struct Delivered {
    receiver: String,
    delivered: usize,
    failed: usize,
    given_up: usize,
    /// To be tried again.
    waiting: usize,
    /// Whether it answered 410.
    stopped: bool,
}

impl Report {
    pub(crate) fn new(run: &Run, outcome: RunOutcome, passes: Vec<Pass>) -> Self {
        let all_told = passes.iter().all(|pass| pass.end == PassEnd::Done);
        let complete = outcome.end == RunEnd::Reached && all_told;
        let dry_run = run.mode != RunMode::Real;
        let cursor = RunCursor {
            as_of: run.as_of,
            position: outcome.reached,
        };
        Self {
            as_of: run.as_of,
            dry_run,
            days: Days {
                from: outcome.from.min(outcome.reached.day),
                to: outcome.reached.day,
            },
            looked_at: outcome.checked,
            made: outcome.made,
            late: outcome.late,
            still_open: outcome.still_open,
            unreadable: outcome.unreadable.len(),
            delivered: passes.iter().map(|pass| pass.delivered).sum(),
            failed: passes.iter().map(|pass| pass.failed).sum(),
            webhooks: passes.into_iter().map(Delivered::from).collect(),
            reminders: dry_run.then_some(outcome.reminders),
            complete,
            next: (!complete).then(|| cursor.to_string()),
        }
    }
}

impl From<Pass> for Delivered {
    fn from(pass: Pass) -> Self {
        Self {
            receiver: pass.receiver,
            delivered: pass.delivered,
            failed: pass.failed,
            given_up: pass.given_up,
            waiting: pass.waiting,
            stopped: pass.wish == Wish::Stopped,
        }
    }
}

/// A page of an outbox.
#[derive(Serialize)]
pub(crate) struct OutboxPage {
    reminders: Vec<Box<RawValue>>,
    /// The `cursor` from which to read on, now or later.
    next: String,
    /// Whether there is more to read now.
    more: bool,
}

impl From<Page> for OutboxPage {
    fn from(page: Page) -> Self {
        let reminders = page.reminders.into_iter();
        Self {
            reminders: reminders.map(|reminder| reminder.message).collect(),
            next: page.next.to_string(),
            more: page.rest == Rest::More,
        }
    }
}

/// What is upcoming.
#[derive(Serialize)]
pub(crate) struct Upcoming {
    on: NaiveDate,
    through: NaiveDate,
    obligations: Vec<UpcomingItem>,
    /// The `cursor` of the next part.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Upcoming {
    /// What is still to be done with a deadline up to `through`, or with a deadline that has no day yet.
    pub(crate) fn new(
        checked: &[Checked],
        on: NaiveDate,
        through: NaiveDate,
        next: Option<String>,
    ) -> Self {
        let mut items = still_to_do(checked, on);
        items.retain(|(_, item)| item.deadline.effective.is_none_or(|last| last <= through));
        let items = items.into_iter();
        Self {
            on,
            through,
            obligations: items
                .map(|(record, item)| UpcomingItem::new(record, item, on))
                .collect(),
            next,
        }
    }
}

/// Something outstanding, as it stands on a day.
#[derive(Serialize)]
struct UpcomingItem {
    #[serde(flatten)]
    obligation: OutstandingMessage,
    state: &'static str,
    summary: Text,
    reminders: Vec<ReminderDay>,
}

#[derive(Serialize)]
struct ReminderDay {
    lead: i64,
    on: NaiveDate,
}

impl UpcomingItem {
    fn new(record: &Checked, item: &Outstanding, on: NaiveDate) -> Self {
        let about = &record.about;
        let leads = item.leads(&about.programme.reminders).into_iter();
        let day = |lead| {
            let on = item.reminder_on(lead)?;
            Some(ReminderDay { lead, on })
        };
        Self {
            obligation: OutstandingMessage::new(about, item),
            state: match (item.is_overdue_on(on), item.opened <= on) {
                (true, _) => "overdue",
                (false, true) => "open",
                (false, false) => "to_come",
            },
            summary: sentence(about, item, on),
            reminders: leads.filter_map(day).collect(),
        }
    }
}

/// Logs what could not be read. It holds up nothing else.
pub(crate) fn log_unreadable(errors: &[RecordError]) {
    for error in errors {
        eprintln!("reminders: {error}");
    }
}

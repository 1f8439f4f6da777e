//! The run of reminders: makes every reminder that has fallen due since the last run, each once.
//!
//! One way through, from the agenda to the outbox:
//!
//! 1. [`agenda`](crate::agenda) names the records to check;
//! 2. [`check`](crate::check) loads a record and finds what is outstanding on it;
//! 3. [`decide`] tells which reminders are due, and when the record is to be checked next;
//! 4. [`reminder`](recognition::reminder) puts a due reminder into words;
//! 5. [`outbox`](crate::outbox) lists the reminder and keeps it;
//! 6. [`agenda`](crate::agenda) is told when to check the record next.
//!
//! A run goes on from the position that the last run reached, up to its own day. A day that was missed is
//! caught up with: of several reminders that fell due for one thing, only the newest is made, marked late.
//!
//! **What comes on record late.** `since` is the day that runs had reached when the record was first
//! entered. Where a deadline lies on that day or later, the newest reminder that is due by now is made.
//! Where it lies before, only reminders due from that day on are made: what was long overdue when it was
//! first recorded is told at its next reminder, and not all at once.
//!
//! **Everything is done before it is noted as done**, in this order: the reminder is listed and written,
//! the record is entered for its next check, the position is noted. A run that stops between two steps
//! leaves work that the next run does again, with the same ids. Two runs at once do the same work.

mod decide;

use chrono::{DateTime, FixedOffset, NaiveDate};
use recognition::outstanding::Subject;
use recognition::reminder::{DueReminder, ReminderMessage};
use store::{KeyValue, RecordError};

use crate::agenda::{Agenda, AgendaEntry, Announced, Position, Progress};
use crate::check::{Checked, Reading, check, horizon, of_programme};
use crate::declined::Declined;
use crate::outbox::{self, Outbox, Reminder};

/// The run that is asked for.
#[derive(Debug, Clone)]
pub struct Run {
    /// The time in China.
    pub now: DateTime<FixedOffset>,
    /// The day up to which reminders are made.
    pub as_of: NaiveDate,
    /// The most records that are checked.
    pub limit: usize,
    /// Whether the run writes.
    pub mode: RunMode,
}

/// Whether a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMode {
    /// It makes reminders.
    Real,
    /// It shows which reminders it would make, and writes nothing. It begins at that position, or where
    /// the last run has ended.
    Dry(Option<Position>),
}

/// What came of a run.
#[derive(Debug)]
pub struct RunOutcome {
    /// The first day that was read.
    pub from: NaiveDate,
    /// How far the run has come.
    pub reached: Position,
    /// Whether the run has come to its end.
    pub end: RunEnd,
    /// How many records were checked.
    pub checked: usize,
    /// How many reminders were made, late ones among them.
    pub made: usize,
    /// How many of them fell due on a day before `as_of`.
    pub late: usize,
    /// How many things that were checked are being reminded of and can still be done.
    pub still_open: usize,
    /// What could not be read: records, which are entered for the next day, and entries of the agenda.
    pub unreadable: Vec<RecordError>,
    /// In a dry run, the reminders that would be made.
    pub reminders: Vec<ReminderMessage>,
}

/// Whether a run has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// It has.
    Reached,
    /// It goes on from the position reached.
    Ahead,
}

/// Makes the reminders that are due, from where the last run ended.
///
/// # Errors
/// The store failed. What was done is done; running again does the rest.
pub async fn run(store: &dyn KeyValue, run: &Run) -> Result<RunOutcome, Declined> {
    let agenda = Agenda::of(store);
    let real = run.mode == RunMode::Real;
    if real {
        agenda.announce(run.as_of).await?;
    }
    let before = agenda.progress().await?;
    let reached_before = before.as_ref().map(|before| before.position.day);
    if real && let Some(later) = reached_before.filter(|day| *day > run.as_of) {
        // A run of a later day has ended meanwhile, and this one may have set its announcement back.
        agenda.announce(later).await?;
    }
    // What a first run did not come to, because it stopped or was cut short, is due all the same.
    let begun = agenda.begun().await?.unwrap_or(run.as_of);
    let start = match run.mode {
        RunMode::Dry(Some(position)) => Progress::from(position),
        _ => before.unwrap_or(Progress::from(Position::BEGINNING)),
    };
    let mut walk = Walk {
        store,
        agenda,
        run,
        begun,
        progress: start.clone(),
        outcome: RunOutcome {
            from: reached_before.unwrap_or(run.as_of),
            reached: start.position,
            end: RunEnd::Reached,
            checked: 0,
            made: 0,
            late: 0,
            still_open: 0,
            unreadable: Vec::new(),
            reminders: Vec::new(),
        },
    };
    if !matches!(run.mode, RunMode::Dry(Some(_))) && start.position.day <= run.as_of {
        let since = reached_before.map_or(begun, |reached| reached.max(begun));
        walk.remind_of_programmes(since).await?;
    }
    walk.follow_agenda().await?;
    if real && walk.progress != start {
        walk.agenda.reached(&walk.progress).await?;
        // A run up to an earlier day has set the announcement back. A writer that entered something
        // meanwhile may have trusted that announcement. So everything is read once more.
        if walk.agenda.announce(run.as_of).await? == Announced::Now {
            walk.agenda.reached(&start).await?;
            walk.progress = start;
            walk.outcome.end = RunEnd::Ahead;
        }
    }
    walk.outcome.reached = walk.progress.position;
    Ok(walk.outcome)
}

/// A run on its way along the agenda.
struct Walk<'r> {
    store: &'r dyn KeyValue,
    agenda: Agenda<'r>,
    run: &'r Run,
    /// The day of the first run of all.
    begun: NaiveDate,
    progress: Progress,
    outcome: RunOutcome,
}

impl Walk<'_> {
    /// What programmes ask of applicants stands on no agenda: programmes are few.
    async fn remind_of_programmes(&mut self, since: NaiveDate) -> Result<(), RecordError> {
        for rules in rules::programmes() {
            let checked = of_programme(rules.programme, self.run.as_of);
            self.remind(&checked, since).await?;
        }
        Ok(())
    }

    /// Checks the records that the agenda names, in turn, from the position on.
    async fn follow_agenda(&mut self) -> Result<(), RecordError> {
        while self.progress.position.day <= self.run.as_of {
            let entries = self.agenda.day(self.progress.position.day);
            for slot in self.progress.unread(entries.count().await?) {
                if self.outcome.checked == self.run.limit {
                    self.outcome.end = RunEnd::Ahead;
                    return Ok(());
                }
                match entries.at::<AgendaEntry>(slot).await {
                    Ok(Some(entry)) => {
                        self.check(&entry).await?;
                        self.progress.read(slot);
                    }
                    // Its writer may be about to write: the next run of the day reads the slot again.
                    Ok(None) => self.progress.pass_by(slot),
                    // Which record was entered there, nobody can tell any more.
                    Err(error @ RecordError::Unreadable { .. }) => {
                        self.outcome.unreadable.push(error);
                        self.progress.read(slot);
                    }
                    Err(error) => return Err(error),
                }
            }
            if !self.progress.next_day(self.run.as_of) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Checks the record of an entry: makes the reminders that are due, and enters the record for its
    /// next check.
    async fn check(&mut self, entry: &AgendaEntry) -> Result<(), RecordError> {
        self.outcome.checked += 1;
        let subject = &entry.subject;
        let as_of = self.run.as_of;
        let reading = match self.run.mode {
            RunMode::Real => Reading::UpToDate,
            RunMode::Dry(_) => Reading::AsKept,
        };
        let checked = match check(self.store, subject, reading, as_of, horizon(as_of)).await {
            // One record that is broken keeps nobody else from being reminded.
            Err(error @ RecordError::Unreadable { .. }) => {
                self.outcome.unreadable.push(error);
                return self.enter(subject, as_of.succ_opt()).await;
            }
            checked => checked?,
        };
        if let Some(event) = &entry.awaits
            && !checked.as_ref().is_some_and(|found| found.has_event(event))
            && self.run.mode == RunMode::Real
            && let Some((again, tomorrow)) = entry.once_more(as_of)
        {
            self.agenda.enter(again, tomorrow).await?;
        }
        let Some(checked) = checked else {
            return Ok(());
        };
        let known = self.agenda.next_check(subject).await?;
        let since = known.and_then(|known| known.since).unwrap_or(self.begun);
        self.remind(&checked, since).await?;
        self.enter(subject, decide::next_check(&checked, as_of))
            .await
    }

    /// Enters the record for a check on that day. A dry run enters nothing.
    async fn enter(&self, subject: &Subject, on: Option<NaiveDate>) -> Result<(), RecordError> {
        match (self.run.mode, on) {
            (RunMode::Real, Some(day)) => self.agenda.check_on(subject, day).await,
            _ => Ok(()),
        }
    }

    /// Makes the reminders of a record that are due and were not made before.
    async fn remind(&mut self, checked: &Checked, since: NaiveDate) -> Result<(), RecordError> {
        let as_of = self.run.as_of;
        self.outcome.still_open += decide::still_open(checked, as_of);
        for due in decide::due(checked, as_of, since) {
            if outbox::is_made(self.store, &due.id).await? {
                continue;
            }
            self.outcome.made += 1;
            if due.due_on < as_of {
                self.outcome.late += 1;
            }
            self.make(checked, &due).await?;
        }
        Ok(())
    }

    async fn make(&mut self, checked: &Checked, due: &DueReminder<'_>) -> Result<(), RecordError> {
        let about = &checked.about;
        let message = ReminderMessage::new(about, due, self.run.as_of, self.run.now);
        match self.run.mode {
            RunMode::Dry(_) => {
                self.outcome.reminders.push(message);
                Ok(())
            }
            RunMode::Real => {
                let reminder = Reminder::new(about, &message)?;
                let outbox = Outbox::of(self.store, &about.programme.id);
                outbox.put(&reminder).await
            }
        }
    }
}

#[cfg(test)]
mod tests;

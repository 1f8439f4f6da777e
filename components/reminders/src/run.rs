//! The tick: makes every reminder that has fallen due since the last one, each once.
//!
//! A run goes through the [agenda](registry::agenda) from where the last one came to, up to its day. It
//! looks at each record entered there, makes the newest reminder due of each thing owed, and enters
//! the record for its next look. A day that was missed is caught up with: of several reminders that
//! fell due, the newest alone is made, marked late.
//!
//! Of what comes on record late, reminders are made as follows: where its deadline lies ahead of the
//! day that runs had reached, the newest of those that would have been due by then; otherwise only
//! those that are due from that day on. So what was long overdue when it was first recorded is told at
//! its next reminder, and not all at once.
//!
//! Everything is done before it is noted as done, in this order: the reminder is listed and written,
//! the record is entered for its next look, the position is noted. Whoever stops between two steps
//! leaves work that the next run does again, with the same ids. Two runs at once do the same work.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate};
use registry::agenda::{Agenda, Announced, Entry, Position, Progress};
use registry::duty::{Duty, Subject, next_look};
use registry::reminder::{self, Outbox, Reminder};
use registry::{KeyValue, RecordError};

use crate::owing::{Future, Owing, Reading, horizon};
use crate::wire::ShownReminder;

/// A run, up to `as_of`.
pub(crate) struct Run<'r, S> {
    pub(crate) store: &'r S,
    pub(crate) now: DateTime<FixedOffset>,
    pub(crate) as_of: NaiveDate,
    /// How many records are looked at.
    pub(crate) limit: usize,
    pub(crate) mode: Mode,
}

/// Whether a run does what it finds to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It does.
    Real,
    /// It shows what it would do, from this position on, and writes nothing.
    Dry(Option<Position>),
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The first day that it looked at.
    pub(crate) from: NaiveDate,
    /// How far it has come.
    pub(crate) reached: Position,
    /// The slots of that day that nothing is written in yet.
    gaps: BTreeSet<u64>,
    /// Whether it has come to its end.
    pub(crate) end: End,
    /// Records looked at.
    pub(crate) looked_at: usize,
    /// Reminders made, those late among them.
    pub(crate) made: usize,
    /// Those of a day before `as_of`.
    pub(crate) late: usize,
    /// What is owed still, of all that was looked at and is being reminded of.
    pub(crate) still_open: usize,
    /// Records that could not be read, and are entered for the day after; and entries that could not.
    pub(crate) unreadable: usize,
    /// In a dry run, the reminders that would be made.
    pub(crate) reminders: Vec<ShownReminder>,
}

/// Whether a run has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It has.
    Reached,
    /// It goes on from the position reached.
    Ahead,
}

impl<S: KeyValue> Run<'_, S> {
    /// Goes on from where the last run came to.
    ///
    /// # Errors
    /// The store failed. What was done is done; running again does the rest.
    pub(crate) async fn go(&self) -> Result<Outcome, RecordError> {
        let agenda = Agenda::of(self.store);
        if self.mode == Mode::Real {
            agenda.announce(self.as_of).await?;
        }
        let before = agenda.progress().await?;
        let reached_before = before.as_ref().map(|before| before.position);
        if self.mode == Mode::Real
            && let Some(further) = reached_before.filter(|position| position.day > self.as_of)
        {
            // A run of a later day has come and gone, and this one may have set its announcement back.
            agenda.announce(further.day).await?;
        }
        // What a first run that was stopped or cut short has not come to is due all the same.
        let begun = agenda.begun().await?.unwrap_or(self.as_of);
        let start = match self.mode {
            Mode::Dry(Some(position)) => Progress::from(position),
            _ => before.unwrap_or(Progress::from(Position::BEGINNING)),
        };
        let mut outcome = Outcome {
            from: reached_before.map_or(self.as_of, |position| position.day),
            reached: start.position,
            gaps: start.gaps.clone(),
            end: End::Reached,
            looked_at: 0,
            made: 0,
            late: 0,
            still_open: 0,
            unreadable: 0,
            reminders: Vec::new(),
        };
        // What programmes ask of applicants stands on no agenda: there are few of them.
        if !matches!(self.mode, Mode::Dry(Some(_))) && start.position.day <= self.as_of {
            for rules in rules::programmes() {
                let owing = Owing::programme(rules.programme, self.as_of);
                let since = reached_before.map_or(begun, |position| position.day.max(begun));
                self.remind(&owing, since, &mut outcome).await?;
            }
        }
        self.walk(&agenda, begun, &mut outcome).await?;
        let reached = Progress {
            position: outcome.reached,
            gaps: outcome.gaps.clone(),
        };
        if self.mode == Mode::Real && reached != start {
            agenda.reached(&reached).await?;
            // A run up to an earlier day has set the announcement back: whoever entered something
            // meanwhile may have trusted it, so all days are looked at once more.
            if agenda.announce(self.as_of).await? == Announced::Now {
                agenda.reached(&start).await?;
                outcome.reached = start.position;
                outcome.end = End::Ahead;
            }
        }
        Ok(outcome)
    }

    /// Looks at the entries in turn, from the position on.
    async fn walk(
        &self,
        agenda: &Agenda<'_, S>,
        begun: NaiveDate,
        outcome: &mut Outcome,
    ) -> Result<(), RecordError> {
        while outcome.reached.day <= self.as_of {
            let day = outcome.reached.day;
            let entries = agenda.day(day);
            let count = entries.count().await?;
            let gaps: Vec<_> = outcome.gaps.iter().copied().collect();
            for slot in gaps.into_iter().chain(outcome.reached.slot + 1..=count) {
                if outcome.looked_at == self.limit {
                    outcome.end = End::Ahead;
                    return Ok(());
                }
                match entries.at::<Entry>(slot).await {
                    Ok(Some(entry)) => {
                        self.look_at(agenda, &entry, begun, outcome).await?;
                        outcome.gaps.remove(&slot);
                    }
                    // Its writer may be about to write: the next run of the day looks again.
                    Ok(None) => {
                        outcome.gaps.insert(slot);
                    }
                    // Which record it is of, nobody can tell any more.
                    Err(error @ RecordError::Unreadable { .. }) => {
                        eprintln!("reminders: {error}");
                        outcome.unreadable += 1;
                        outcome.gaps.remove(&slot);
                    }
                    Err(error) => return Err(error),
                }
                outcome.reached.slot = outcome.reached.slot.max(slot);
            }
            match day.succ_opt() {
                Some(next) if day < self.as_of => {
                    outcome.reached = Position { day: next, slot: 0 };
                    // Whoever writes there finds that the day has passed, and enters the record again.
                    outcome.gaps.clear();
                }
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    async fn look_at(
        &self,
        agenda: &Agenda<'_, S>,
        entry: &Entry,
        begun: NaiveDate,
        outcome: &mut Outcome,
    ) -> Result<(), RecordError> {
        outcome.looked_at += 1;
        let subject = &entry.subject;
        let reading = match self.mode {
            Mode::Real => Reading::UpToDate,
            Mode::Dry(_) => Reading::AsKept,
        };
        let through = horizon(self.as_of);
        let owing = Owing::on(self.store, subject, reading, self.as_of, through).await;
        let owing = match owing {
            Err(error @ RecordError::Unreadable { .. }) => {
                // One record that is broken keeps nobody else from being reminded.
                eprintln!("reminders: {error}");
                outcome.unreadable += 1;
                if self.mode == Mode::Real
                    && let Some(tomorrow) = self.as_of.succ_opt()
                {
                    agenda.look_at(subject, tomorrow).await?;
                }
                return Ok(());
            }
            owing => owing?,
        };
        if let Some(event) = &entry.awaits
            && !owing.as_ref().is_some_and(|owing| owing.has(event))
            && self.mode == Mode::Real
            && let Some((again, tomorrow)) = entry.once_more(self.as_of)
        {
            agenda.enter(again, tomorrow).await?;
        }
        let Some(owing) = owing else { return Ok(()) };
        let standing = agenda.standing(subject).await?;
        let since = standing.and_then(|standing| standing.since);
        self.remind(&owing, since.unwrap_or(begun), outcome).await?;
        if self.mode == Mode::Real {
            let next = next_look(&owing.duties, &owing.programme.reminders, self.as_of);
            let next = next.or_else(|| (owing.future == Future::Open).then_some(through));
            if let Some(next) = next {
                agenda.look_at(subject, next).await?;
            }
        }
        Ok(())
    }

    /// Makes the reminders that are due of what is owed, and are not made yet.
    async fn remind(
        &self,
        owing: &Owing,
        since: NaiveDate,
        outcome: &mut Outcome,
    ) -> Result<(), RecordError> {
        for duty in &owing.duties {
            let rule = &owing.programme.reminders;
            let Some((lead, due_on)) = duty.newest_reminder(rule, self.as_of) else {
                continue;
            };
            if duty.is_owed_on(self.as_of) {
                outcome.still_open += 1;
            }
            if due_on < since && duty.is_overdue_on(since) {
                continue;
            }
            let id = reminder::id_of(&duty.id(&owing.subject), lead);
            if reminder::is_made(self.store, &id).await? {
                continue;
            }
            outcome.made += 1;
            if due_on < self.as_of {
                outcome.late += 1;
            }
            self.make(owing, duty, lead, due_on, id, outcome).await?;
        }
        Ok(())
    }

    async fn make(
        &self,
        owing: &Owing,
        duty: &Duty,
        lead: i64,
        due_on: NaiveDate,
        id: String,
        outcome: &mut Outcome,
    ) -> Result<(), RecordError> {
        let shown = ShownReminder::new(owing, duty, lead, due_on, &id, self.as_of, self.now);
        if let Mode::Dry(_) = self.mode {
            outcome.reminders.push(shown);
            return Ok(());
        }
        let programme = &owing.programme.id;
        let reminder = Reminder {
            id,
            programme: programme.to_string(),
            subject: match &owing.subject {
                Subject::Certificate(number) => number.to_string(),
                Subject::Notice(id) | Subject::Programme(id) => id.clone(),
            },
            made_at: self.now,
            shown: serde_json::value::to_raw_value(&shown).map_err(|error| {
                RecordError::Unreadable {
                    key: owing.subject.to_string(),
                    cause: error.to_string(),
                }
            })?,
        };
        Outbox::of(self.store, programme).put(&reminder).await
    }
}

//! One pass over all receivers: what is new goes out, what failed goes out again.
//!
//! What follows from an answer, [`NextStep`] says.
//!
//! A receiver that fails [`MOST_FAILURES`] times running is left alone for the rest of the pass: first of
//! what is due again, then of what is new, so that messages it never takes do not hold up the others. What
//! was not attempted does not count as attempted. While [`MOST_RETRIES`] messages wait to be tried again
//! nothing new is attempted.
//!
//! A receiver that stopped goes on where it was once the configuration gives it another address; what it
//! refused by its 410 goes there first. So does one that was taken out of the configuration and comes back
//! under its name. One that is new, and a programme that is new to it, starts with what is made from then
//! on.
//!
//! # Why nothing is lost
//!
//! A progress says: everything behind its cursors was delivered, was given up, or is to be tried again.
//! A pass reads one, attempts a few messages, writes down what came of each and moves the cursor past
//! them, in one value and in one write. So what it writes is true whenever what it read was. A pass that
//! dies between the attempts and the write leaves the old progress, and the attempts are repeated. Two
//! passes at once each go on from what they read, and whichever writes last leaves a true progress: what
//! the other delivered beyond it is delivered again, with the same id and the same bytes. So receivers keep
//! the ids they have seen.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use futures_util::future::join_all;
use http::StatusCode;
use registry::deliveries::{self, DeliveryProgress, Retry, Stopped};
use registry::outbox::Cursor;
use store::{KeyValue, RecordError};
use web::{Outbound, OutboundError};

use super::next_step::NextStep;
use super::receivers::{Receiver, Receivers};

/// How long an attempt may take.
const TIME_OUT: Duration = Duration::from_secs(10);

/// How far into a pass a receiver's attempts may begin. With [`TIME_OUT`] a pass ends in 20 seconds, and
/// every attempt has its whole time.
const BEGIN_WITHIN: Duration = Duration::from_secs(10);

/// How many requests a receiver gets at once.
const AT_ONCE: usize = 4;

/// How many failures running end a receiver's pass. Requests that are out together are all counted.
const MOST_FAILURES: usize = 3;

/// The most messages that wait to be tried again.
const MOST_RETRIES: usize = 100;

/// A message, as every receiver gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// What identifies it: the id of the reminder.
    pub(crate) id: String,
    /// The programme it is about.
    pub(crate) programme: String,
    /// The event in JSON: the same bytes each time it is read.
    pub(crate) body: Vec<u8>,
}

/// Messages that follow each other.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The messages, in the order they were made.
    pub(crate) messages: Vec<Message>,
    /// The cursor behind them.
    pub(crate) next: Cursor,
}

/// What is to be delivered, in the order it was made.
///
/// A cursor passes over nothing that may still come: what a slow writer writes later lies after it.
pub(crate) trait Messages {
    /// Messages of a programme after the cursor, at most `limit`, and the cursor after them. Where there
    /// are none and the cursor stays as it was, there are none now.
    ///
    /// # Errors
    /// The store failed, or holds something else.
    async fn after(
        &self,
        programme: &str,
        cursor: &Cursor,
        limit: usize,
    ) -> Result<Batch, RecordError>;

    /// The cursor behind everything there is now.
    ///
    /// # Errors
    /// The store failed, or holds something else.
    async fn end(&self, programme: &str) -> Result<Cursor, RecordError>;

    /// One message again; `None` where it is not there any more.
    ///
    /// # Errors
    /// The store failed, or holds something else.
    async fn again(&self, id: &str) -> Result<Option<Message>, RecordError>;
}

/// Whether a receiver wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// It does.
    Told,
    /// It answered 410 at the address it has.
    Stopped,
}

/// How a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PassEnd {
    /// It ran out of time. Another pass at once would get further.
    OutOfTime,
    /// Everything is delivered, or waits for another time.
    Done,
}

/// What came of a pass for one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pass {
    /// The receiver's name.
    pub(crate) receiver: String,
    /// How many messages it took.
    pub(crate) delivered: usize,
    /// How many attempts failed.
    pub(crate) failed: usize,
    /// How many messages are not tried again, though never delivered.
    pub(crate) given_up: usize,
    /// How many messages wait to be tried again. What is new and was not attempted is not counted.
    pub(crate) waiting: usize,
    /// Whether it wants to be told.
    pub(crate) wish: Wish,
    /// How the pass ended.
    pub(crate) end: PassEnd,
}

/// Gives every receiver a place to start from where it has none: behind everything there is now. To be
/// called before anything new is made, which is then delivered to all.
///
/// # Errors
/// The store failed, or holds something else. Nothing new may then be made: a receiver might miss it.
pub(crate) async fn begin(
    store: &dyn KeyValue,
    receivers: &Receivers,
    messages: &impl Messages,
) -> Result<(), RecordError> {
    for receiver in receivers.iter() {
        let begun = |progress: Option<&DeliveryProgress>, programme: &str| {
            progress.is_some_and(|progress| progress.cursors.contains_key(programme))
        };
        let progress = deliveries::load(store, receiver.name()).await?;
        let mut starts = Vec::new();
        for programme in receiver.programmes() {
            if !begun(progress.as_ref(), programme) {
                starts.push((*programme, messages.end(programme).await?));
            }
        }
        if starts.is_empty() {
            continue;
        }
        // Read again after the ends. Another who began this receiver meanwhile, and has made something
        // since, is then seen here; and where it is not, what it makes lies behind these ends.
        let progress = deliveries::load(store, receiver.name()).await?;
        starts.retain(|(programme, _)| !begun(progress.as_ref(), programme));
        if starts.is_empty() {
            continue;
        }
        let mut progress = progress.unwrap_or_default();
        let starts = starts.into_iter().map(|(id, end)| (id.to_owned(), end));
        progress.cursors.extend(starts);
        deliveries::save(store, receiver.name(), &progress).await?;
    }
    Ok(())
}

/// Delivers to every receiver that has begun what it is to be told, all of them side by side: a slow one
/// holds up no other. `now` is when `outbound` was made.
///
/// # Errors
/// The store failed, or holds something else, for one receiver at least. The passes of the others came to
/// their end.
pub(crate) async fn deliver(
    store: &dyn KeyValue,
    receivers: &Receivers,
    messages: &impl Messages,
    outbound: &impl Outbound,
    now: DateTime<FixedOffset>,
) -> Result<Vec<Pass>, RecordError> {
    let started = outbound.elapsed();
    let passes = receivers.iter().map(async |receiver| {
        let round = Round {
            store,
            receiver,
            messages,
            outbound,
            now,
            started,
            progress: deliveries::load(store, receiver.name())
                .await?
                .unwrap_or_default(),
            pass: Pass {
                receiver: receiver.name().to_owned(),
                delivered: 0,
                failed: 0,
                given_up: 0,
                waiting: 0,
                wish: Wish::Told,
                end: PassEnd::Done,
            },
            failures: 0,
        };
        round.run().await
    });
    join_all(passes).await.into_iter().collect()
}

/// The pass of one receiver.
struct Round<'r, M, O> {
    store: &'r dyn KeyValue,
    receiver: &'r Receiver,
    messages: &'r M,
    outbound: &'r O,
    now: DateTime<FixedOffset>,
    started: Duration,
    progress: DeliveryProgress,
    pass: Pass,
    /// How many attempts failed since one did not.
    failures: usize,
}

/// A message, and how often it was attempted.
struct Due {
    message: Message,
    attempts: u32,
}

impl<M: Messages, O: Outbound> Round<'_, M, O> {
    async fn run(mut self) -> Result<Pass, RecordError> {
        match &self.progress.stopped {
            Some(stopped) if stopped.address == self.address() => self.pass.wish = Wish::Stopped,
            _ => {
                self.progress.stopped = None;
                self.repeat().await?;
                self.failures = 0;
                self.go_on().await?;
            }
        }
        self.pass.waiting = self.progress.retries.len();
        Ok(self.pass)
    }

    /// Attempts again what is due.
    async fn repeat(&mut self) -> Result<(), RecordError> {
        let begun = self.instant();
        while self.wanted() {
            // What fails again now is not due before `begun`.
            let is_due = |retry: &Retry| retry.not_before <= begun;
            if !self.progress.retries.iter().any(is_due) {
                return Ok(());
            }
            if self.is_late() {
                self.pass.end = PassEnd::OutOfTime;
                return Ok(());
            }
            let retries = &mut self.progress.retries;
            let due = retries.extract_if(.., |retry| is_due(retry));
            let due: Vec<Retry> = due.take(AT_ONCE).collect();
            let mut messages = Vec::with_capacity(due.len());
            for Retry { id, attempts, .. } in due {
                match self.messages.again(&id).await? {
                    Some(message) => messages.push(Due { message, attempts }),
                    None => self.give_up(&id, &"it is in the outbox no more"),
                }
            }
            // What the receiver is told of no longer is not sent.
            let programmes = self.receiver.programmes();
            messages.retain(|due| programmes.contains(&due.message.programme.as_str()));
            self.attempt(messages).await;
            deliveries::save(self.store, self.receiver.name(), &self.progress).await?;
        }
        Ok(())
    }

    /// Attempts what is new.
    async fn go_on(&mut self) -> Result<(), RecordError> {
        for programme in self.receiver.programmes() {
            while self.wanted() {
                let room = MOST_RETRIES.saturating_sub(self.progress.retries.len());
                // A programme that has not begun has no cursor yet.
                let cursor = self.progress.cursors.get(*programme);
                let Some(cursor) = cursor.filter(|_| room > 0) else {
                    break;
                };
                let limit = room.min(AT_ONCE);
                let batch = self.messages.after(programme, cursor, limit).await?;
                if batch.messages.is_empty() && batch.next == *cursor {
                    break;
                }
                if self.is_late() {
                    self.pass.end = PassEnd::OutOfTime;
                    return Ok(());
                }
                let new = |message| Due {
                    message,
                    attempts: 0,
                };
                self.attempt(batch.messages.into_iter().map(new).collect())
                    .await;
                let cursors = &mut self.progress.cursors;
                cursors.insert((*programme).to_owned(), batch.next);
                deliveries::save(self.store, self.receiver.name(), &self.progress).await?;
            }
        }
        Ok(())
    }

    /// Whether there is any use in another attempt.
    fn wanted(&self) -> bool {
        self.pass.wish == Wish::Told && self.failures < MOST_FAILURES
    }

    /// Whether it is too late in the pass to begin an attempt.
    fn is_late(&self) -> bool {
        self.outbound.elapsed().saturating_sub(self.started) >= BEGIN_WITHIN
    }

    /// Attempts messages at once, and writes into the progress what came of each.
    async fn attempt(&mut self, messages: Vec<Due>) {
        let attempts = messages.into_iter().map(|due| self.send(due));
        for (id, attempts, answer) in join_all(attempts).await {
            self.settle(id, attempts, answer);
        }
    }

    async fn send(&self, due: Due) -> (String, u32, Result<StatusCode, OutboundError>) {
        let Due { message, attempts } = due;
        let Message { id, body, .. } = message;
        let timestamp = self.instant().timestamp();
        let answer = match self.receiver.headers(&id, timestamp, &body) {
            Ok(headers) => {
                let url = self.receiver.url();
                self.outbound.post(url, headers, body, TIME_OUT).await
            }
            Err(_) => Err(OutboundError::Failed),
        };
        (id, attempts, answer)
    }

    fn settle(&mut self, id: String, attempts: u32, answer: Result<StatusCode, OutboundError>) {
        let now = self.instant();
        match NextStep::after(answer, attempts) {
            NextStep::Delivered => {
                self.pass.delivered += 1;
                self.failures = 0;
            }
            NextStep::Stop => {
                self.log(&id, &"the answer was 410, nothing more is sent there");
                self.pass.failed += 1;
                self.pass.wish = Wish::Stopped;
                let address = self.address();
                self.progress.stopped = Some(Stopped { address, at: now });
                self.progress.retries.push(Retry {
                    id,
                    attempts,
                    not_before: now,
                });
            }
            NextStep::TryAgain { after, why } => {
                self.log(&id, &why);
                self.pass.failed += 1;
                self.failures += 1;
                self.progress.retries.push(Retry {
                    id,
                    attempts: attempts + 1,
                    not_before: later(now, after),
                });
            }
            NextStep::GiveUp { why } => {
                self.pass.failed += 1;
                self.failures += 1;
                self.give_up(&id, &why);
            }
        }
    }

    fn give_up(&mut self, id: &str, why: &dyn std::fmt::Display) {
        self.pass.given_up += 1;
        self.log(id, &format_args!("{why}; given up"));
    }

    /// Says what went wrong, without address, secret and body.
    fn log(&self, id: &str, what: &dyn std::fmt::Display) {
        let receiver = self.receiver.name();
        eprintln!("webhook {receiver}, reminder {id}: {what}");
    }

    /// The time now.
    fn instant(&self) -> DateTime<FixedOffset> {
        later(self.now, self.outbound.elapsed())
    }

    fn address(&self) -> String {
        Stopped::address(&self.receiver.url().to_string())
    }
}

/// The instant so many whole seconds after another; the other itself where the calendar ends before.
fn later(instant: DateTime<FixedOffset>, after: Duration) -> DateTime<FixedOffset> {
    let seconds = i64::try_from(after.as_secs()).ok();
    seconds
        .and_then(TimeDelta::try_seconds)
        .and_then(|after| instant.checked_add_signed(after))
        .unwrap_or(instant)
}

#[cfg(test)]
mod tests;

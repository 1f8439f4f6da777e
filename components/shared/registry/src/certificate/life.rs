//! What a certificate's events come to.

mod fold;
mod refusal;
mod void;

use chrono::{DateTime, FixedOffset, NaiveDate};
use rules::{Cite, Ground, Programme, Text};
use serde::{Deserialize, Serialize};

pub use refusal::Refusal;
pub use void::Void;

use super::{Basis, Event, EventId, Holder};

/// An event, as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Identifies the event.
    pub id: EventId,
    /// Its number in the journal.
    pub n: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<FixedOffset>,
    /// Who recorded it.
    pub by: String,
    /// The event.
    pub event: Event,
}

/// What a certificate's events come to, by the programme's data.
///
/// The events are taken by their legal dates, and by their numbers in the journal within a day; one
/// that is recorded twice is one. So the order in which events of different days were recorded does not
/// matter. No journal is refused: an event that can have no effect is [void](EventEffect::Void), stays
/// in the [history](Self::history) with the reason, and changes nothing.
///
/// Nothing but a recorded decision of the authority changes the status, save that a period ends by
/// itself. What an assessment, a missed report, a failed rectification or a finding brings about by the
/// programme's data is [proposed](Self::pending). After a revocation, reports may still be recorded;
/// only an annulment has effect.
///
/// An annulled event counts no longer, from its own day on: the status on a past day is what it is
/// without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    issue: Option<Issue>,
    names: Vec<Borne<String>>,
    holders: Vec<Borne<Holder>>,
    spans: Vec<Span>,
    pending: Vec<Pending>,
    history: Vec<Entry>,
}

/// How the certificate came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The event that issued it.
    pub event: EventId,
    /// The day of recognition.
    pub on: NaiveDate,
    /// The last day of its period, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// What it rests on.
    pub basis: Basis,
}

/// What was borne from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Borne<T> {
    value: T,
    since: NaiveDate,
}

/// A name or holder that another has taken the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Former<T> {
    /// The name or holder.
    pub value: T,
    /// The first day it was borne.
    pub since: NaiveDate,
    /// The last day it was borne: the day before the change, or the day of the change where it was
    /// borne from that day on only.
    pub until: NaiveDate,
}

/// What a certificate is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is in force.
    Valid,
    /// It is in force, and a rectification (整改) is under way.
    UnderRectification,
    /// The authority has revoked it.
    Revoked,
    /// Its period has ended.
    Expired,
}

impl Status {
    /// Whether the certificate is worth something: a rectification leaves it in force.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Valid | Self::UnderRectification)
    }
}

/// A time of one status: from `since` to the day before the next begins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Span {
    /// The status.
    pub status: Status,
    /// The first day.
    pub since: NaiveDate,
    /// The event that brought it about; for an expiry, the one that set the period.
    pub because: EventId,
    /// The rule that makes it so; for an expiry, that of the award.
    pub article: &'static Cite,
    /// The file number of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The ground of a revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<&'static Ground>,
    /// When a rectification ends, where the decision or the programme says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
}

/// The end of a period. 民法典 §203 moves it where it is a rest day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Until {
    /// The day that the decision names or that the months come to (§202).
    pub statutory: NaiveDate,
    /// The last day on which one may act. Where the holidays of the day are not known yet, it goes by
    /// ordinary weeks.
    pub effective: NaiveDate,
}

/// What the authority has to decide.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pending {
    /// What is proposed.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// The event it is proposed for. The decision names it.
    pub because: EventId,
    /// The ground of a revocation. None where the programme's data names none for the outcome; such a
    /// revocation cannot be recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<&'static Ground>,
    /// The outcome or the ground, for people.
    pub label: &'static Text,
    /// The rule it is proposed by.
    pub cite: &'static Cite,
    /// The legal date of the event.
    pub since: NaiveDate,
}

/// What can be proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "proposal", rename_all = "snake_case")]
pub enum Proposal {
    /// A rectification.
    Rectification {
        /// Its length, where the programme sets it.
        #[serde(skip_serializing_if = "Option::is_none")]
        months: Option<u32>,
    },
    /// A revocation.
    Revocation,
}

/// An event, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The event.
    #[serde(flatten)]
    pub recorded: Recorded,
    /// What became of it.
    pub effect: EventEffect,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventEffect {
    /// It counts.
    Counts,
    /// It can have no effect.
    Void(Void),
    /// It was recorded in error.
    Annulled {
        /// The event that annulled it.
        by: EventId,
    },
}

/// How a certificate stands on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing<'a> {
    /// The status, and why.
    pub span: &'a Span,
    /// The name on that day.
    pub name: &'a str,
    /// The holder on that day.
    pub holder: &'a Holder,
}

impl Standing<'_> {
    /// The status.
    pub const fn status(&self) -> Status {
        self.span.status
    }
}

impl Life {
    /// What these events come to, in whatever order they stand. Never fails.
    pub fn of(programme: &'static Programme, events: &[Recorded]) -> Self {
        fold::fold(programme, events)
    }

    /// Why a new event cannot be recorded: it lies after `today`, has no effect, or would take that of
    /// another away. None: it can. An event that is recorded already can be recorded again, which
    /// changes nothing.
    ///
    /// That what the event says is within bounds is for [`Event::faults`].
    pub fn refusal(
        programme: &'static Programme,
        events: &[Recorded],
        new: &Event,
        today: NaiveDate,
    ) -> Option<Refusal> {
        refusal::refusal(programme, events, new, today)
    }

    /// How it came about. None where no event issued it, and then there is no certificate.
    pub const fn issue(&self) -> Option<&Issue> {
        self.issue.as_ref()
    }

    /// The name it bears in the end.
    pub fn name(&self) -> Option<&str> {
        self.names.last().map(|borne| borne.value.as_str())
    }

    /// The names it bore before, oldest first.
    pub fn former_names(&self) -> impl Iterator<Item = Former<&str>> {
        former(&self.names).map(|former| Former {
            value: former.value.as_str(),
            since: former.since,
            until: former.until,
        })
    }

    /// The holder in the end.
    pub fn holder(&self) -> Option<&Holder> {
        self.holders.last().map(|borne| &borne.value)
    }

    /// Who held it before, oldest first.
    pub fn former_holders(&self) -> impl Iterator<Item = Former<&Holder>> {
        former(&self.holders)
    }

    /// The statuses, oldest first, an expiry to come included.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// What the authority has to decide, oldest first.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// How it stands on a day. On the day of a decision it stands as decided. None before it is issued.
    pub fn status_on(&self, date: NaiveDate) -> Option<Standing<'_>> {
        Some(Standing {
            span: self.spans.iter().rev().find(|span| span.since <= date)?,
            name: &on(&self.names, date)?.value,
            holder: &on(&self.holders, date)?.value,
        })
    }

    /// Every event, by legal date, with what became of it.
    pub fn history(&self) -> impl Iterator<Item = &Entry> {
        self.history.iter()
    }

    /// The events that can have no effect, each with the reason.
    pub fn void(&self) -> impl Iterator<Item = (&Recorded, &Void)> {
        self.history().filter_map(|entry| match &entry.effect {
            EventEffect::Void(void) => Some((&entry.recorded, void)),
            EventEffect::Counts | EventEffect::Annulled { .. } => None,
        })
    }

    /// The events that were annulled, each with the one that annulled it.
    pub fn annulled(&self) -> impl Iterator<Item = (&Recorded, &EventId)> {
        self.history().filter_map(|entry| match &entry.effect {
            EventEffect::Annulled { by } => Some((&entry.recorded, by)),
            EventEffect::Counts | EventEffect::Void(_) => None,
        })
    }

    /// What became of the event of that identifier. None where there is none.
    pub fn effect(&self, id: &EventId) -> Option<&EventEffect> {
        let mut history = self.history.iter();
        let entry = history.find(|entry| entry.recorded.id == *id)?;
        Some(&entry.effect)
    }
}

fn former<T>(borne: &[Borne<T>]) -> impl Iterator<Item = Former<&T>> {
    borne.windows(2).filter_map(|pair| match pair {
        [before, after] => Some(Former {
            value: &before.value,
            since: before.since,
            until: after
                .since
                .pred_opt()
                .map_or(before.since, |eve| eve.max(before.since)),
        }),
        _ => None,
    })
}

fn on<T>(borne: &[Borne<T>], date: NaiveDate) -> Option<&Borne<T>> {
    borne.iter().rev().find(|borne| borne.since <= date)
}

#[cfg(test)]
mod tests;

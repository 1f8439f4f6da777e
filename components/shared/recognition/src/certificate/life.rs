//! The life of a certificate: what follows from its events.

mod fold;
mod refusal;
mod void;

use chrono::{DateTime, FixedOffset, NaiveDate};
use rules::{Cite, Ground, Programme};
use serde::{Deserialize, Serialize};
use text::Text;

pub use refusal::Refusal;
pub use void::Void;

use super::{Basis, CertificateEvent, EventId, Holder};

/// An event as it was recorded in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The id of the event.
    pub id: EventId,
    /// The event's number in the journal.
    pub n: u64,
    /// When the event was recorded, in China's time.
    pub recorded_at: DateTime<FixedOffset>,
    /// The name of the client that recorded the event.
    pub by: String,
    /// The event.
    pub event: CertificateEvent,
}

/// The life of a certificate: what follows from its events by the programme's data.
///
/// Events are applied in the order of their legal dates and, within a day, of their numbers in the journal. An
/// event that is recorded twice is applied once. So the order in which events of different days were recorded
/// does not matter. No journal is refused: an event that can have no effect is [void](EventEffect::Void). A
/// void event changes nothing, but stays in the [history](Self::history) with the reason.
///
/// Only two things change the status: a recorded decision of the authority, and the end of a period. An
/// assessment, a missed report, a failed rectification or a finding only leads to a
/// [proposal](Self::pending), if the programme's data says so. After a revocation, reports may still be
/// recorded, but only an annulment has effect.
///
/// An annulled event does not count, not even before its annulment: the status on any past day is computed
/// without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    issue: Option<Issue>,
    names: Vec<Borne<String>>,
    holders: Vec<Borne<Holder>>,
    spans: Vec<Span>,
    pending: Vec<Pending>,
    history: Vec<HistoryEntry>,
}

/// The issue of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The event that issued the certificate.
    pub event: EventId,
    /// The day of recognition.
    pub on: NaiveDate,
    /// The last day of the certificate's period, if it has a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// The notice or evaluation on which the certificate is based.
    pub basis: Basis,
}

/// A name or holder, and the first day of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Borne<T> {
    value: T,
    since: NaiveDate,
}

/// A former name or holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Former<T> {
    /// The name or holder.
    pub value: T,
    /// The first day of this name or holder.
    pub since: NaiveDate,
    /// The last day of this name or holder: the day before the change. It is the day of the change if this
    /// name or holder began on the same day.
    pub until: NaiveDate,
}

/// The status of a certificate on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateStatus {
    /// The certificate is in force.
    Valid,
    /// The certificate is in force, and a rectification (整改) is under way.
    UnderRectification,
    /// The authority has revoked the certificate.
    Revoked,
    /// The certificate's period has ended.
    Expired,
}

impl CertificateStatus {
    /// Whether the certificate is in force. It is in force during a rectification too.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Valid | Self::UnderRectification)
    }
}

/// A period with one status: from `since` to the day before the next span begins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Span {
    /// The status.
    pub status: CertificateStatus,
    /// The first day.
    pub since: NaiveDate,
    /// The event that caused the status; for an expiry, the event that set the period.
    pub because: EventId,
    /// The rule behind the status; for an expiry, the rule of the award.
    pub article: &'static Cite,
    /// The file number of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The ground of a revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<&'static Ground>,
    /// The end of a rectification, if the decision or the programme sets one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
}

/// The end of a period. 民法典 §203 moves the end if it is a rest day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Until {
    /// The day that the decision names, or the day after the given number of months (§202).
    pub statutory: NaiveDate,
    /// The last day on which one may act. If the holidays are not known yet, unsettled days are taken as
    /// ordinary weekdays and weekends.
    pub effective: NaiveDate,
}

/// A decision that the authority has to take.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pending {
    /// The proposal to decide on.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// The event that caused the proposal. The decision names this event.
    pub because: EventId,
    /// The ground of a revocation. `None` if the programme's data has no ground for the outcome; then the
    /// revocation cannot be recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<&'static Ground>,
    /// The outcome or the ground, for people.
    pub label: &'static Text,
    /// The rule behind the proposal.
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
        /// The length of the rectification, if the programme sets it.
        #[serde(skip_serializing_if = "Option::is_none")]
        months: Option<u32>,
    },
    /// A revocation.
    Revocation,
}

/// An event and its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The event.
    pub recorded: Recorded,
    /// The effect of the event.
    pub effect: EventEffect,
}

/// The effect of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventEffect {
    /// The event counts.
    Counts,
    /// The event can have no effect.
    Void(Void),
    /// The event was annulled, because it was recorded in error.
    Annulled {
        /// The annulment.
        by: EventId,
    },
}

/// The status, name and holder of a certificate on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatusOn<'a> {
    /// The status and its cause.
    pub span: &'a Span,
    /// The name on that day.
    pub name: &'a str,
    /// The holder on that day.
    pub holder: &'a Holder,
}

impl StatusOn<'_> {
    /// The status.
    pub const fn status(&self) -> CertificateStatus {
        self.span.status
    }
}

impl Life {
    /// Computes the life from the events. Their order in `events` does not matter.
    pub fn of(programme: &'static Programme, events: &[Recorded]) -> Self {
        fold::fold(programme, events)
    }

    /// Why a new event cannot be recorded: its date is after `today`, it would have no effect, or it would make
    /// another event void. `None` if the event can be recorded. An event that is already recorded can be
    /// recorded again; this changes nothing.
    ///
    /// Does not check the values of the event; for that see [`CertificateEvent::faults`].
    pub fn refusal(
        programme: &'static Programme,
        events: &[Recorded],
        new: &CertificateEvent,
        today: NaiveDate,
    ) -> Option<Refusal> {
        refusal::refusal(programme, events, new, today)
    }

    /// The issue. `None` if no event issued the certificate; then there is no certificate.
    pub const fn issue(&self) -> Option<&Issue> {
        self.issue.as_ref()
    }

    /// The name after all events.
    pub fn name(&self) -> Option<&str> {
        self.names.last().map(|borne| borne.value.as_str())
    }

    /// The former names, oldest first.
    pub fn former_names(&self) -> impl Iterator<Item = Former<&str>> {
        former(&self.names).map(|former| Former {
            value: former.value.as_str(),
            since: former.since,
            until: former.until,
        })
    }

    /// The holder after all events.
    pub fn holder(&self) -> Option<&Holder> {
        self.holders.last().map(|borne| &borne.value)
    }

    /// The former holders, oldest first.
    pub fn former_holders(&self) -> impl Iterator<Item = Former<&Holder>> {
        former(&self.holders)
    }

    /// The spans of status, oldest first. A future expiry is included.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The decisions that the authority has to take, oldest first.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// The status, name and holder on a day. A decision counts from its own day on. `None` before the day of
    /// issue.
    pub fn status_on(&self, date: NaiveDate) -> Option<StatusOn<'_>> {
        Some(StatusOn {
            span: self.spans.iter().rev().find(|span| span.since <= date)?,
            name: &on(&self.names, date)?.value,
            holder: &on(&self.holders, date)?.value,
        })
    }

    /// All events by legal date, with their effects.
    pub fn history(&self) -> impl Iterator<Item = &HistoryEntry> {
        self.history.iter()
    }

    /// The events that can have no effect, each with the reason.
    pub fn void(&self) -> impl Iterator<Item = (&Recorded, &Void)> {
        self.history().filter_map(|entry| match &entry.effect {
            EventEffect::Void(void) => Some((&entry.recorded, void)),
            EventEffect::Counts | EventEffect::Annulled { .. } => None,
        })
    }

    /// The annulled events, each with its annulment.
    pub fn annulled(&self) -> impl Iterator<Item = (&Recorded, &EventId)> {
        self.history().filter_map(|entry| match &entry.effect {
            EventEffect::Annulled { by } => Some((&entry.recorded, by)),
            EventEffect::Counts | EventEffect::Void(_) => None,
        })
    }

    /// The effect of the event with this id. `None` if there is no such event.
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

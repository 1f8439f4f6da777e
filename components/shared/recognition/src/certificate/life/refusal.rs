//! Why a new event is not recorded.

use chrono::{NaiveDate, NaiveTime};
use rules::Programme;
use text::Text;

use super::{EventEffect, Life, Recorded, Void, void::capitalised};
use crate::certificate::{CertificateEvent, EventId};

/// Why a new event is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The event's date is in the future.
    #[error("{on} is after today, {today}")]
    Future {
        /// The legal date of the event.
        on: NaiveDate,
        /// Today.
        today: NaiveDate,
    },
    /// The event would have no effect.
    #[error("{0}")]
    Void(#[from] Void),
    /// The same event was recorded and annulled.
    #[error("this event was annulled by event {by}; record it anew with another reference")]
    Annulled {
        /// The annulment.
        by: EventId,
    },
    /// The event would make void an event that counts now.
    #[error("event {event} would have no effect any more: {void}")]
    Displaces {
        /// The event that would become void.
        event: EventId,
        /// Why that event would have no effect.
        void: Void,
    },
}

impl Refusal {
    /// The refusal as a text for people.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Future { on, today } => format!("{on}晚于今日（{today}）。"),
            Self::Void(void) => return void.text(),
            Self::Annulled { by } => {
                format!("该事件已由事件{by}作废；如需重新记录，请使用另一文号。")
            }
            Self::Displaces { event, void } => {
                format!("记录后，事件{event}将不再有效：{}", void.text().zh)
            }
        };
        Text::new(zh, capitalised(&self.to_string()))
    }
}

pub(super) fn refusal(
    programme: &'static Programme,
    events: &[Recorded],
    new: &CertificateEvent,
    today: NaiveDate,
) -> Option<Refusal> {
    let on = new.on();
    if on > today {
        return Some(Refusal::Future { on, today });
    }
    let before = Life::of(programme, events);
    if let Some(same) = events.iter().find(|recorded| recorded.event == *new) {
        return unfit(before.effect(&same.id)?);
    }
    // No other event can name the new event yet, so any unused id works.
    let id = EventId::of("", new);
    let last = events.iter().map(|recorded| recorded.n).max();
    let mut events = events.to_vec();
    events.push(Recorded {
        id: id.clone(),
        n: last.unwrap_or(0).saturating_add(1),
        recorded_at: today.and_time(NaiveTime::MIN).and_utc().fixed_offset(),
        by: String::new(),
        event: new.clone(),
    });
    let after = Life::of(programme, &events);
    if let Some(refusal) = unfit(after.effect(&id)?) {
        return Some(refusal);
    }
    // An annulment may make other events void: the consequences of the annulled event shall not count either.
    if matches!(new, CertificateEvent::Annulled { .. }) {
        return None;
    }
    after.void().find_map(|(recorded, void)| {
        let counted = before.effect(&recorded.id) == Some(&EventEffect::Counts);
        counted.then(|| Refusal::Displaces {
            event: recorded.id.clone(),
            void: void.clone(),
        })
    })
}

fn unfit(effect: &EventEffect) -> Option<Refusal> {
    match effect {
        EventEffect::Counts => None,
        EventEffect::Void(void) => Some(Refusal::Void(void.clone())),
        EventEffect::Annulled { by } => Some(Refusal::Annulled { by: by.clone() }),
    }
}

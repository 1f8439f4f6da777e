//! What is outstanding on a certificate.

use std::collections::BTreeMap;

use calendar::WorkingCalendar;
use chrono::{Datelike, NaiveDate};
use rules::{ChangeProcedure, Programme};

use super::yearly::Cycle;
use super::{Outstanding, What, earliest, first_lead, sooner};
use crate::certificate::{
    CertificateEvent, CertificateStatus, EventEffect, EventId, Life, Recorded,
};

/// What is outstanding on a certificate and has its first reminder on a day up to `through`, by statutory
/// day.
pub fn of_certificate(
    programme: &'static Programme,
    life: &Life,
    calendar: WorkingCalendar,
    through: NaiveDate,
) -> Vec<Outstanding> {
    let Some(issue) = life.issue() else {
        return Vec::new();
    };
    let cycle = Cycle {
        programme,
        calendar,
        issued: issue.on,
        until: issue.until,
        through,
    };
    let mut items = cycle.items(&fulfilled(life));
    items.extend(rectifications(life, calendar));
    items.extend(filings(programme, life, calendar));
    let mut spans = life.spans().iter();
    let revoked = spans.find(|span| span.status == CertificateStatus::Revoked);
    for item in &mut items {
        item.closed = earliest([item.closed, revoked.map(|span| span.since)]);
    }
    let first = first_lead(&programme.reminders);
    items.retain(|item| {
        let first = sooner(item.deadline.not_before, first);
        first.is_some_and(|first| first.max(item.opened) <= through)
    });
    items.sort_by_key(|item| item.deadline.not_before);
    items
}

/// The events that count, by legal date.
fn counted(life: &Life) -> impl Iterator<Item = &Recorded> {
    let history = life.history();
    let counted = history.filter(|entry| entry.effect == EventEffect::Counts);
    counted.map(|entry| &entry.recorded)
}

/// The day on which the obligation of a year was first fulfilled, or found missing.
fn fulfilled(life: &Life) -> BTreeMap<(&str, i32), NaiveDate> {
    let mut fulfilled = BTreeMap::new();
    for recorded in counted(life) {
        if let CertificateEvent::ReportReceived {
            obligation,
            year,
            on,
            ..
        }
        | CertificateEvent::ReportMissed {
            obligation,
            year,
            on,
            ..
        }
        | CertificateEvent::Assessed {
            obligation,
            year,
            on,
            ..
        } = &recorded.event
        {
            fulfilled.entry((obligation.as_str(), *year)).or_insert(*on);
        }
    }
    fulfilled
}

/// The rectifications that end by a day.
fn rectifications(life: &Life, calendar: WorkingCalendar) -> Vec<Outstanding> {
    // The first failed result of each, which leaves the status as it is.
    let mut failed: BTreeMap<&EventId, NaiveDate> = BTreeMap::new();
    let mut ordered = None;
    for recorded in counted(life) {
        match &recorded.event {
            CertificateEvent::RectificationOrdered { .. } => ordered = Some(&recorded.id),
            CertificateEvent::RectificationFailed { on, .. } => {
                if let Some(order) = ordered {
                    failed.entry(order).or_insert(*on);
                }
            }
            _ => {}
        }
    }
    let next = life.spans().iter().skip(1).map(|next| Some(next.since));
    let spans = life.spans().iter().zip(next.chain([None]));
    let rectifications =
        spans.filter(|(span, _)| span.status == CertificateStatus::UnderRectification);
    rectifications
        .filter_map(|(span, next)| {
            let deadline = calendar.deadline_on(span.until?.statutory).ok()?;
            Some(Outstanding {
                what: What::Rectification {
                    order: span.because.clone(),
                    cite: span.article,
                },
                deadline: deadline.into(),
                opened: span.since,
                closed: earliest([failed.get(&span.because).copied(), next]),
            })
        })
        .collect()
}

/// The changes that are to be filed within their year.
fn filings(
    programme: &'static Programme,
    life: &Life,
    calendar: WorkingCalendar,
) -> Vec<Outstanding> {
    let filing = |recorded: &Recorded| {
        let CertificateEvent::Changed { change, on, .. } = &recorded.event else {
            return None;
        };
        let filed = counted(life).filter_map(|other| match &other.event {
            CertificateEvent::Filed {
                change: filed,
                on: day,
                ..
            } if filed == change && day >= on => Some(*day),
            _ => None,
        });
        let closed = filed.min();
        let change = programme.changes.into_iter().find(|found| {
            found.procedure == ChangeProcedure::FilingSameYear && found.id == change.as_str()
        })?;
        let deadline = calendar.deadline_by(on.year(), 12, 31).ok()?;
        Some(Outstanding {
            what: What::Filing {
                change,
                event: recorded.id.clone(),
            },
            deadline: deadline.into(),
            opened: *on,
            closed,
        })
    };
    counted(life).filter_map(filing).collect()
}

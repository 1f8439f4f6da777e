//! Recording an event on a certificate.

use calendar::WorkingCalendar;
use chrono::NaiveDate;
use recognition::certificate::{
    Certificate, CertificateEvent, CertificateNumber, EventEffect, EventId, Life,
};
use recognition::outstanding::{Subject, What, of_certificate};
use rules::Programme;
use store::journal::Journal;
use text::{Fault, Text};

use crate::declined::{Declined, RecordKind};
use crate::lists;
use crate::records::{Certificates, programme_of};
use crate::writer::{Commit, DueCheck, Writer};

/// Records an event. Returns its id. Recording it again changes nothing.
///
/// # Errors
/// The event has faults or does not fit the certificate, there is no such certificate, the client does not act
/// for the programme, or the store failed.
pub async fn record_event(
    writer: &Writer<'_>,
    number: &CertificateNumber,
    event: &CertificateEvent,
) -> Result<EventId, Declined> {
    // The whole journal is read, because an operation must not be decided on a view that may be old.
    let mut journal = Journal::<Certificates>::load(writer.store, &number.to_string()).await?;
    let certificate = journal.view().ok_or(Declined::NoSuchCertificate)?;
    writer.may_act_for(&certificate.programme)?;
    let programme = programme_of(journal.id(), &certificate.programme)?;
    check_event(programme, event)?;
    writer.check_key().await?;
    let id = event.id(number);
    let already_recorded = journal.contains(id.as_str());
    decide(
        programme,
        &certificate,
        event,
        already_recorded,
        writer.today(),
    )?;
    writer.tie_key().await?;
    let after = writer.commit(&mut journal, commit_of(number, event)).await;
    let after = after.map_err(Declined::writing(RecordKind::Certificate))?;
    took_effect(
        programme,
        after,
        event,
        &id,
        already_recorded,
        writer.today(),
    )?;
    Ok(id)
}

/// The event, the lists that contain the certificate because of it, and the check that becomes necessary.
pub(crate) fn commit_of(
    number: &CertificateNumber,
    event: &CertificateEvent,
) -> Commit<CertificateEvent> {
    let id = event.id(number).to_string();
    let check = event.may_open().then(|| DueCheck {
        subject: Subject::Certificate(number.clone()),
        on: event.on(),
        awaits: id.clone(),
    });
    Commit {
        id,
        event: event.clone(),
        lists: lists::certificates_with(event),
        check,
    }
}

/// Checks the event for faults that do not depend on the certificate.
fn check_event(programme: &'static Programme, event: &CertificateEvent) -> Result<(), Declined> {
    let faults = event.faults();
    if !faults.is_empty() {
        return Err(Declined::Faults(faults));
    }
    if let CertificateEvent::Filed { name, .. } | CertificateEvent::Approved { name, .. } = event
        && let Some(name) = name
        && !programme.certificate.is_full_name(name)
    {
        let form = programme.certificate.full_name("××");
        let text = Text::new(
            format!("名称应为“{form}”的形式。"),
            format!("The name has the form “{form}”."),
        );
        return Err(Declined::Faults(vec![Fault::at(&["name"], text)]));
    }
    Ok(())
}

/// Decides whether the event fits the certificate. An event that is already recorded and counts is accepted
/// again.
fn decide(
    programme: &'static Programme,
    certificate: &Certificate,
    event: &CertificateEvent,
    already_recorded: bool,
    today: NaiveDate,
) -> Result<(), Declined> {
    match Life::refusal(programme, &certificate.events, event, today) {
        Some(refusal) => Err(Declined::DoesNotFit(refusal)),
        None if already_recorded => Ok(()),
        None => was_missed(programme, certificate, event),
    }
}

/// Refuses the finding that a report is missing, if the report was not outstanding or not overdue on that day.
/// Such a finding could lead to a revocation.
fn was_missed(
    programme: &'static Programme,
    certificate: &Certificate,
    event: &CertificateEvent,
) -> Result<(), Declined> {
    let CertificateEvent::ReportMissed {
        obligation,
        year,
        on,
        ..
    } = event
    else {
        return Ok(());
    };
    let life = certificate.life(programme);
    let items = of_certificate(programme, &life, WorkingCalendar::published(), *on);
    let item = items.iter().find(|item| match &item.what {
        What::Obligation { rule, year: due } => rule.id == obligation.as_str() && due == year,
        _ => false,
    });
    match item {
        Some(item) if item.is_open_on(*on) && item.is_overdue_on(*on) => Ok(()),
        Some(item) if item.is_open_on(*on) => Err(Declined::ReportNotOverdue),
        _ => Err(Declined::ReportNotOwed),
    }
}

/// Refuses if an event that excludes this event was recorded at the same moment. At least one of the two
/// writers sees the other event. That writer gets the refusal it would have got if its event had come later.
/// A repeated request tells which event has effect.
fn took_effect(
    programme: &'static Programme,
    after: Certificate,
    event: &CertificateEvent,
    id: &EventId,
    already_recorded: bool,
    today: NaiveDate,
) -> Result<(), Declined> {
    if let Some(EventEffect::Void(void)) = after.life(programme).effect(id) {
        return Err(Declined::TookNoEffect(void.clone()));
    }
    if already_recorded {
        return Ok(());
    }
    // This event may have made another event void, whose writer may have answered before it saw this event.
    let others = after.events.into_iter();
    let others: Vec<_> = others.filter(|recorded| recorded.id != *id).collect();
    match Life::refusal(programme, &others, event, today) {
        Some(refusal) => Err(Declined::DoesNotFit(refusal)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use recognition::certificate::{Refusal, Void};
    use serde_json::{Value, json};

    use super::*;
    use crate::samples::{
        CENTRE, LATER, XINZHOU, around, certificate, day, event, number, places, programme,
    };

    /// 行业技术中心: recognised on 15 January 2023.
    fn issued() -> Value {
        json!({"kind": "issued", "programme": CENTRE, "basis": {"evaluation": "e"},
               "name": "甘肃省云杉行业技术中心", "on": "2023-01-15",
               "holder": {"name": "甲公司", "uscc": "91350100M000100Y43"}})
    }

    fn missed(year: i32, on: NaiveDate) -> Value {
        json!({"kind": "report_missed", "obligation": "annual-summary", "year": year, "on": on})
    }

    fn assessed(outcome: &str, on: &str) -> Value {
        json!({"kind": "assessed", "obligation": "yearly-assessment", "year": 2025,
               "outcome": outcome, "on": on})
    }

    fn told(before: &[Value], new: &Value, stood: bool) -> Result<(), Declined> {
        let certificate = certificate(before);
        decide(
            programme(CENTRE),
            &certificate,
            &event(new),
            stood,
            day(LATER),
        )
    }

    /// 四（三）: the summary of 2023 is due by 29 February 2024, a Thursday; recognised in 2023, the centre owes
    /// none in that year.
    #[test]
    fn a_report_is_found_missing_once_it_is_overdue() {
        let found = around("2024-02-29").map(|on| told(&[issued()], &missed(2024, on), false));
        let not_overdue = Err(Declined::ReportNotOverdue);
        assert_eq!(found, [not_overdue.clone(), not_overdue, Ok(())]);
        let late = day("2024-06-03");
        for (before, year, expected) in [
            (vec![], 2024, Ok(())),
            (vec![], 2023, Err(Declined::ReportNotOwed)),
            // It came in on the day of the finding, or on the day after.
            (
                vec![
                    json!({"kind": "report_received", "obligation": "annual-summary",
                            "year": 2024, "on": "2024-06-03"}),
                ],
                2024,
                Err(Declined::ReportNotOwed),
            ),
            (
                vec![
                    json!({"kind": "report_received", "obligation": "annual-summary",
                            "year": 2024, "on": "2024-06-04"}),
                ],
                2024,
                Ok(()),
            ),
        ] {
            let all: Vec<_> = std::iter::once(issued()).chain(before).collect();
            let found = told(&all, &missed(year, late), false);
            assert_eq!(found, expected, "{year} {all:?}");
        }
    }

    /// What is on record is not refused again, but for being overtaken by the life of the certificate.
    #[test]
    fn what_is_on_record_can_be_recorded_again() {
        let early = missed(2024, day("2024-02-28"));
        assert_eq!(told(&[issued(), early.clone()], &early, true), Ok(()));
        let first = assessed("passed", "2025-10-20");
        assert_eq!(told(&[issued(), first.clone()], &first, true), Ok(()));
    }

    #[test]
    fn what_does_not_fit_the_certificate_is_declined_with_the_reason() {
        let first = assessed("passed", "2025-10-20");
        let by = event(&first).id(&number());
        for (before, new, expected) in [
            (
                vec![issued()],
                assessed("passed", "2023-01-14"),
                Void::BeforeIssue {
                    issued_on: day("2023-01-15"),
                },
            ),
            (
                vec![issued(), first],
                assessed("failed", "2025-10-21"),
                Void::RecordedAlready { by },
            ),
        ] {
            let found = told(&before, &new, false);
            assert_eq!(found, Err(Declined::DoesNotFit(Refusal::Void(expected))));
        }
        // Today is the last day that can be recorded.
        let found = around(LATER).map(|on| {
            let found = json!({"kind": "assessed", "obligation": "yearly-assessment", "year": 2026,
                               "outcome": "passed", "on": on});
            told(&[issued()], &found, false).is_ok()
        });
        assert_eq!(found, [true, true, false]);
    }

    /// Of two results of one year the first by its day counts. Each of the two is told of the other, as long as it
    /// is new.
    #[test]
    fn of_two_that_exclude_each_other_both_are_told() {
        let (first, second) = (
            assessed("passed", "2025-10-20"),
            assessed("failed", "2025-10-21"),
        );
        let ids = [&first, &second].map(|value| event(value).id(&number()));
        let both = certificate(&[issued(), first.clone(), second.clone()]);
        let alone = certificate(&[issued(), first.clone()]);
        let took = |after: &Certificate, own: &Value, stood| {
            let (event, id) = (event(own), event(own).id(&number()));
            took_effect(
                programme(CENTRE),
                after.clone(),
                &event,
                &id,
                stood,
                day(LATER),
            )
        };
        assert_eq!(took(&alone, &first, false), Ok(()));
        assert_eq!(took(&both, &first, true), Ok(()));
        let Err(Declined::DoesNotFit(Refusal::Displaces { event, void })) =
            took(&both, &first, false)
        else {
            panic!("it displaces the other");
        };
        assert_eq!(event, ids[1]);
        assert!(matches!(void, Void::RecordedAlready { .. }), "{void}");
        for stood in [false, true] {
            let by = ids[0].clone();
            let void = Void::RecordedAlready { by };
            let told = took(&both, &second, stood);
            assert_eq!(told, Err(Declined::TookNoEffect(void)), "{stood}");
        }
    }

    #[test]
    fn a_new_name_has_the_form_of_the_programme() {
        let name = |name: Option<&str>| {
            let value = json!({"kind": "approved", "change": "rename", "on": "2026-05-20",
                               "reference": "批1号", "name": name});
            places(check_event(programme(XINZHOU), &event(&value)))
        };
        assert_eq!(name(Some("忻州市樟子松技术创新中心")), [""; 0]);
        assert_eq!(name(None), [""; 0]);
        for other in [
            "樟子松技术创新中心",
            "忻州市技术创新中心",
            "忻州市樟子松中心",
        ] {
            assert_eq!(name(Some(other)), ["/name"], "{other}");
        }
        // What is out of bounds is told first.
        assert_eq!(name(Some("")), ["/name"]);
    }

    /// An event by which something may fall due is checked from its day on.
    #[test]
    fn an_event_that_may_bring_something_due_has_a_check() {
        let change = json!({"kind": "changed", "change": "members-changed", "on": "2026-05-20"});
        for (value, expected) in [
            (change, Some("2026-05-20")),
            (assessed("passed", LATER), None),
        ] {
            let commit = commit_of(&number(), &event(&value));
            assert_eq!(commit.id, event(&value).id(&number()).to_string());
            let check = commit.check;
            assert_eq!(check.as_ref().map(|check| check.on), expected.map(day));
            if let Some(check) = check {
                assert_eq!(check.subject, Subject::Certificate(number()));
                assert_eq!(check.awaits, commit.id);
            }
        }
    }
}

//! Issuing a certificate on a notice that passed or, if the programme has no notices, on an evaluation.
//!
//! A certificate's number is derived from its basis (the notice or the evaluation), so a repeated request
//! finds the same number. Issuing on a notice takes three steps:
//!
//! 1. The certificate is granted in the notice's journal. There an objection at the same moment comes either
//!    before or after the grant.
//! 2. The certificate is written to its own journal.
//! 3. The notice's journal confirms that the certificate was issued. From then on nothing cancels the grant.

use std::collections::BTreeSet;

use calendar::{CalendarError, WorkingCalendar};
use chrono::{Datelike, NaiveDate};
use recognition::certificate::{
    Basis, Certificate, CertificateEvent, CertificateNumber, EventId, Holder, LONGEST_REFERENCE,
};
use recognition::id;
use recognition::notice::{Granted, Notice, NoticeEvent, NoticeStatus};
use rules::{Due, Programme, Verdict};
use store::envelope::unreadable;
use store::journal::Journal;
use store::listing::Listing;
use text::{Faults, Text};

use crate::declined::{Declined, Overtaken, RecordKind};
use crate::evaluation;
use crate::lists;
use crate::record_event::commit_of;
use crate::records::{Certificates, Notices, programme_of};
use crate::writer::{Commit, Writer};

/// How many numbers are tried, if the first ones belong to other certificates: 40 bits can collide.
const MOST_ATTEMPTS: u32 = 16;

/// A request to issue a certificate.
pub struct IssueRequest {
    /// The notice on which the certificate is based.
    pub notice: Option<String>,
    /// The evaluation on which the certificate is based, if the programme has no notices.
    pub evaluation: Option<String>,
    /// The day of recognition.
    pub issued_on: NaiveDate,
    /// The last day of the certificate's period, if the programme sets a period.
    pub until: Option<NaiveDate>,
    /// The file number of the decision.
    pub reference: Option<String>,
}

/// A certificate that was issued.
pub struct IssuedCertificate {
    /// The number of the certificate.
    pub number: CertificateNumber,
    /// The event that issued the certificate.
    pub event: EventId,
    /// The programme.
    pub programme: &'static Programme,
    /// The full official name.
    pub name: String,
    /// Who holds the certificate.
    pub holder: Holder,
}

/// The basis of a new certificate, and what follows from it.
struct Foundation<'s> {
    basis: Basis,
    programme: &'static Programme,
    holder: Holder,
    name: String,
    /// The year in the certificate's number.
    year: i32,
    /// The earliest possible day of issue.
    from: NaiveDate,
    notice: Option<(Journal<'s, Notices>, Notice)>,
}

/// Issues a certificate. Repeating the request changes nothing.
///
/// # Errors
/// The request has faults, no certificate can be issued on the notice or evaluation, the client does not act
/// for the programme, or the store failed.
pub async fn issue(
    writer: &Writer<'_>,
    asked: &IssueRequest,
) -> Result<IssuedCertificate, Declined> {
    let mut foundation = load(writer, asked).await?;
    writer.check_key().await?;
    check_request(&foundation, asked, writer.today())?;
    let (number, mut journal) = number_of(writer, &foundation).await?;
    let event = CertificateEvent::Issued {
        programme: foundation.programme.id.to_string(),
        basis: foundation.basis.clone(),
        name: foundation.name.clone(),
        holder: foundation.holder.clone(),
        on: asked.issued_on,
        until: asked.until,
        reference: asked.reference.clone(),
    };
    let event_id = event.id(&number);
    let already_recorded = journal.contains(event_id.as_str());
    if !already_recorded {
        if journal.view().is_some() {
            return Err(Declined::IssuedOtherwise { number });
        }
        may_be_issued(writer, &foundation, &number, asked.issued_on).await?;
    }
    writer.tie_key().await?;
    let grant = Granted {
        number: number.clone(),
        on: asked.issued_on,
    };
    if let Some((journal, notice)) = &mut foundation.notice
        && !already_recorded
    {
        *notice = grant_on(writer, journal, notice, &grant).await?;
    }
    let certificate = writer
        .commit(&mut journal, commit_of(&number, &event))
        .await;
    let certificate = certificate.map_err(Declined::writing(RecordKind::Certificate))?;
    is_issued_so(
        &certificate,
        foundation.programme,
        &event_id,
        already_recorded,
    )?;
    if let Some((journal, notice)) = &mut foundation.notice
        && (notice.issued.is_none() || journal.lagged())
    {
        confirm_on(writer, journal, grant).await?;
    }
    Ok(IssuedCertificate {
        number,
        event: event_id,
        programme: foundation.programme,
        name: foundation.name,
        holder: foundation.holder,
    })
}

/// Loads the basis of the certificate.
async fn load<'s>(writer: &Writer<'s>, asked: &IssueRequest) -> Result<Foundation<'s>, Declined> {
    match (&asked.notice, &asked.evaluation) {
        (Some(notice), None) => by_notice(writer, notice).await,
        (None, Some(evaluation)) => by_evaluation(writer, evaluation).await,
        _ => Err(Declined::fault(
            "",
            "应填 notice（公示）或 evaluation（评价记录，仅限办法未规定公示的项目）之一。",
            "Exactly one of notice, or evaluation where the regulation sets no public notice, is needed.",
        )),
    }
}

async fn by_notice<'s>(writer: &Writer<'s>, id: &str) -> Result<Foundation<'s>, Declined> {
    let none = || Declined::fault("/notice", "没有这项公示。", "There is no such notice.");
    if !id::is_derived(id) {
        return Err(none());
    }
    // The whole journal is read, because a grant must not be decided on a view that may be old.
    let journal = Journal::<Notices>::load(writer.store, id).await?;
    let notice = journal.view().ok_or_else(none)?;
    let published = &notice.published;
    writer.may_act_for(&published.programme)?;
    Ok(Foundation {
        basis: Basis::Notice(id.to_owned()),
        programme: programme_of(id, &published.programme)?,
        holder: published.applicant.clone(),
        name: published.name.clone(),
        year: published.published.year(),
        from: published.published,
        notice: Some((journal, notice)),
    })
}

async fn by_evaluation<'s>(writer: &Writer<'s>, id: &str) -> Result<Foundation<'s>, Declined> {
    let evaluation = evaluation::look_up(writer.store, id).await?;
    let evaluation = evaluation.ok_or_else(|| {
        let (zh, en) = ("没有这份评价记录。", "No such evaluation is kept.");
        Declined::fault("/evaluation", zh, en)
    })?;
    writer.may_act_for(&evaluation.programme)?;
    let programme = programme_of(id, &evaluation.programme)?;
    if !programme.notices.is_empty() {
        return Err(Declined::fault(
            "/evaluation",
            "该项目须先公示：请填 notice。",
            "This programme has a public notice: name the notice.",
        ));
    }
    if evaluation.verdict == Verdict::NotEligible {
        return Err(Declined::NotEligibleForCertificate);
    }
    Ok(Foundation {
        basis: Basis::Evaluation(id.to_owned()),
        programme,
        name: programme.certificate.full_name(&evaluation.platform),
        holder: evaluation.applicant,
        year: evaluation.applied_on.year(),
        from: evaluation.applied_on,
        notice: None,
    })
}

/// Checks the request for faults.
fn check_request(
    foundation: &Foundation<'_>,
    asked: &IssueRequest,
    today: NaiveDate,
) -> Result<(), Declined> {
    let mut faults = Faults::default();
    if let Some(reference) = &asked.reference {
        faults.text("/reference", reference, LONGEST_REFERENCE);
    }
    faults.not_before("/issued_on", asked.issued_on, foundation.from);
    faults.not_after_today("/issued_on", asked.issued_on, today);
    check_period(foundation.programme, asked, &mut faults);
    Ok(faults.finish()?)
}

/// Checks the end of the platform's period. It is required if an obligation depends on it, and refused
/// otherwise.
fn check_period(programme: &Programme, asked: &IssueRequest, faults: &mut Faults) {
    let mut obligations = programme.obligations.into_iter();
    let has_period = obligations.any(|one| matches!(one.due, Due::BeforePeriodEnds {}));
    match (has_period, asked.until) {
        (true, Some(until)) => faults.not_before("/until", until, asked.issued_on),
        (false, None) => {}
        (true, None) => faults.add(
            "/until",
            Text::new(
                "该项目有建设期，须写明建设期的最后一天。",
                "The programme has a period of construction: its last day is needed.",
            ),
        ),
        (false, Some(_)) => faults.add(
            "/until",
            Text::new(
                "该项目的办法未规定有效期或建设期。",
                "The programme's regulation sets no period.",
            ),
        ),
    }
}

/// The number of the certificate, and the journal under that number. The number is the first that belongs to
/// this certificate or to none.
async fn number_of<'s>(
    writer: &Writer<'s>,
    foundation: &Foundation<'_>,
) -> Result<(CertificateNumber, Journal<'s, Certificates>), Declined> {
    let prefix = &foundation.programme.certificate.prefix;
    let (Basis::Notice(source) | Basis::Evaluation(source)) = &foundation.basis;
    for attempt in 0..MOST_ATTEMPTS {
        let number = CertificateNumber::derive(prefix, foundation.year, source, attempt);
        let journal = Journal::load(writer.store, &number.to_string()).await?;
        let other = journal.view();
        if other.is_none_or(|other: Certificate| other.basis == foundation.basis) {
            return Ok((number, journal));
        }
    }
    let tried = "every number that was tried belongs to another certificate";
    Err(unreadable(source, &tried).into())
}

/// Refuses a certificate that cannot be issued now.
async fn may_be_issued(
    writer: &Writer<'_>,
    foundation: &Foundation<'_>,
    number: &CertificateNumber,
    issued_on: NaiveDate,
) -> Result<(), Declined> {
    let notice = foundation.notice.as_ref().map(|(_, notice)| notice);
    let granted = notice.and_then(|notice| notice.granted.as_ref());
    // If this number is already granted, the name was checked before the grant.
    if granted.is_none_or(|granted| granted.number != *number) {
        name_is_free(writer, foundation).await?;
    }
    let Some(notice) = notice else { return Ok(()) };
    if let Some(granted) = granted {
        return is_granted_so(granted, number, issued_on);
    }
    has_passed(notice, issued_on, writer.today())?;
    is_first(writer, notice).await
}

/// Refuses a name that another certificate of the programme, which is in force, already has.
async fn name_is_free(writer: &Writer<'_>, foundation: &Foundation<'_>) -> Result<(), Declined> {
    let list = Listing::of(writer.store, lists::certificates_of_name(&foundation.name));
    let today = writer.today();
    let bearers = list.all::<Certificates, _>(|other| {
        let bears = other.programme == *foundation.programme.id && other.basis != foundation.basis;
        let life = other.life(foundation.programme);
        let in_force = life.status_on(today)?.status().is_in_force();
        let bears = bears && in_force && life.name() == Some(&foundation.name);
        bears.then_some(other.number)
    });
    match bearers.await?.into_iter().next() {
        None => Ok(()),
        Some(other) => Err(Declined::NameTaken { other }),
    }
}

/// Refuses a grant on a notice that has not passed.
fn has_passed(notice: &Notice, issued_on: NaiveDate, today: NaiveDate) -> Result<(), Declined> {
    let window = notice.published.window(WorkingCalendar::published());
    let window = window.map_err(|error: CalendarError| unreadable(&notice.id, &error))?;
    let closes_on = notice.closes_on(&window);
    match (notice.status(&window, today), closes_on) {
        (NoticeStatus::ClosedPassed, Some(last)) if issued_on > last => Ok(()),
        (NoticeStatus::ClosedPassed | NoticeStatus::Open | NoticeStatus::Scheduled, closes_on) => {
            Err(Declined::NoticeOpen { closes_on })
        }
        (NoticeStatus::ClosedWithObjection, _) => Err(Declined::ObjectionStands),
        (NoticeStatus::Withdrawn, _) => Err(Declined::NoticeWithdrawn),
    }
}

/// Refuses a notice that is not the first of its application. Two notices for one application can be
/// published at the same moment; only the first counts.
async fn is_first(writer: &Writer<'_>, notice: &Notice) -> Result<(), Declined> {
    let list = lists::notices_of_evaluation(&notice.published.evaluation);
    let list = Listing::of(writer.store, list);
    let running = list.all::<Notices, _>(|other| other.withdrawn.is_none().then_some(other.id));
    match running.await?.pop() {
        Some(first) if first != notice.id => Err(Declined::EarlierNotice { notice: first }),
        _ => Ok(()),
    }
}

/// Grants the certificate in the notice's journal. Returns the notice with the grant.
async fn grant_on(
    writer: &Writer<'_>,
    journal: &mut Journal<'_, Notices>,
    notice: &Notice,
    grant: &Granted,
) -> Result<Notice, Declined> {
    let event = NoticeEvent::Granted(grant.clone());
    let seen = grants(journal);
    // A void grant stays void, even if the objection before it was dismissed later. So a new grant needs
    // another id.
    let mut own = event.id(&notice.id);
    while notice.void.contains(&own) {
        own = id::derive("granted-again", &[&own]);
    }
    let commit = Commit {
        id: own.clone(),
        event,
        lists: Vec::new(),
        check: None,
    };
    let after = writer.commit(journal, commit).await;
    let after = after.map_err(Declined::writing(RecordKind::Notice))?;
    match &after.granted {
        Some(granted) => is_granted_so(granted, &grant.number, grant.on)?,
        None => return Err(Declined::Overtaken(Overtaken::BeforeGrant)),
    }
    // The writer of another grant may not have seen this grant, and may continue. So this writer stops.
    let others = grants(journal);
    if others.difference(&seen).any(|other| *other != own) {
        return Err(Declined::Overtaken(Overtaken::ByOtherGrant));
    }
    Ok(after)
}

/// Records in the notice's journal that the certificate was issued.
async fn confirm_on(
    writer: &Writer<'_>,
    journal: &mut Journal<'_, Notices>,
    grant: Granted,
) -> Result<(), Declined> {
    let event = NoticeEvent::Issued(grant);
    let commit = Commit {
        id: event.id(journal.id()),
        event,
        lists: Vec::new(),
        check: None,
    };
    let confirmed = writer.commit(journal, commit).await;
    confirmed.map_err(Declined::writing(RecordKind::Notice))?;
    Ok(())
}

/// The ids of all grants in a notice's journal, with or without effect.
fn grants(journal: &Journal<'_, Notices>) -> BTreeSet<String> {
    let entries = journal.entries().into_iter();
    let grants = entries.filter(|entry| matches!(entry.written.event, NoticeEvent::Granted(_)));
    grants.map(|entry| entry.written.id).collect()
}

/// Refuses a number or day of issue that differs from the grant.
fn is_granted_so(
    granted: &Granted,
    number: &CertificateNumber,
    issued_on: NaiveDate,
) -> Result<(), Declined> {
    if granted.number == *number && granted.on == issued_on {
        return Ok(());
    }
    Err(Declined::GrantedOtherwise {
        number: granted.number.clone(),
        on: granted.on,
    })
}

/// Refuses if another request issued the certificate with other content. If that happened at the same moment,
/// the order in the journal decides which issue counts. The writer of this issue may not know the order that
/// the other writer saw, so it is refused in any case.
fn is_issued_so(
    certificate: &Certificate,
    programme: &'static Programme,
    event: &EventId,
    already_recorded: bool,
) -> Result<(), Declined> {
    let mut events = certificate.events.iter();
    let met = events.any(|other| {
        let issues = matches!(other.event, CertificateEvent::Issued { .. });
        issues && other.id != *event && !already_recorded
    });
    let life = certificate.life(programme);
    if met || life.issue().is_none_or(|issue| issue.event != *event) {
        let number = certificate.number.clone();
        return Err(Declined::IssuedOtherwise { number });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use recognition::notice::Outcome;
    use serde_json::{Value, json};

    use super::*;
    use crate::samples::{
        ALLIANCE, LATER, XINZHOU, ZONE, around, certificate, day, event, grant, notice, notice_of,
        number, objection, places, programme, resolution, texts, withdrawal,
    };

    /// What rests on an application of 2 March 2026.
    fn ground(programme: &'static Programme) -> Foundation<'static> {
        Foundation {
            basis: Basis::Evaluation("an evaluation".to_owned()),
            programme,
            holder: crate::samples::evaluation(XINZHOU).applicant,
            name: "某中心".to_owned(),
            year: 2026,
            from: day("2026-03-02"),
            notice: None,
        }
    }

    fn asked(issued_on: NaiveDate) -> IssueRequest {
        IssueRequest {
            notice: None,
            evaluation: Some("an evaluation".to_owned()),
            issued_on,
            until: None,
            reference: None,
        }
    }

    fn told(programme_id: &str, asked: &IssueRequest, today: &str) -> Vec<String> {
        places(check_request(
            &ground(programme(programme_id)),
            asked,
            day(today),
        ))
    }

    #[test]
    fn a_certificate_is_of_a_day_from_its_ground_up_to_today() {
        let refused = vec!["/issued_on".to_owned()];
        let found = around("2026-03-02").map(|on| told(ALLIANCE, &asked(on), LATER));
        assert_eq!(found, [refused.clone(), vec![], vec![]]);
        let found = around("2026-05-20").map(|on| told(ALLIANCE, &asked(on), "2026-05-20"));
        assert_eq!(found, [vec![], vec![], refused]);
    }

    #[test]
    fn the_reference_of_a_decision_may_be_left_out() {
        for (reference, good) in texts(100) {
            let reference = Some(reference);
            let asked = IssueRequest {
                reference,
                ..asked(day("2026-05-20"))
            };
            let found = told(ALLIANCE, &asked, LATER);
            assert_eq!(found.is_empty(), good, "{:?}", asked.reference);
            assert!(found.iter().all(|place| place == "/reference"));
        }
    }

    /// 二5 of the zones: a period of construction. The alliances have none.
    #[test]
    fn a_period_is_asked_for_where_the_regulation_sets_one() {
        for (programme, until, good) in [
            (ZONE, None, false),
            (ZONE, Some("2026-05-19"), false),
            (ZONE, Some("2026-05-20"), true),
            (ZONE, Some("2026-05-21"), true),
            (ALLIANCE, None, true),
            (ALLIANCE, Some("2026-05-21"), false),
        ] {
            let until = until.map(day);
            let asked = IssueRequest {
                until,
                ..asked(day("2026-05-20"))
            };
            let expected: &[&str] = if good { &[] } else { &["/until"] };
            assert_eq!(
                told(programme, &asked, LATER),
                expected,
                "{programme} {until:?}"
            );
        }
    }

    /// The notice closes on 27 April 2026.
    #[test]
    fn a_certificate_is_granted_on_a_notice_that_has_closed() {
        let open = Err(Declined::NoticeOpen {
            closes_on: Some(day("2026-04-27")),
        });
        let passed = notice(&[]);
        for (today, expected) in [
            // Scheduled, open, closed.
            ("2026-04-19", &open),
            ("2026-04-20", &open),
            ("2026-04-26", &open),
            ("2026-04-27", &open),
            ("2026-04-28", &Ok(())),
        ] {
            let told = has_passed(&passed, day("2026-04-28"), day(today));
            assert_eq!(told, *expected, "{today}");
        }
        let found = around("2026-04-27").map(|on| has_passed(&passed, on, day(LATER)));
        assert_eq!(found, [open.clone(), open, Ok(())]);
        // The holidays of 2027 are not known, so nobody can say that it has closed.
        let unknown = notice_of("2026-12-28", &[]);
        let told = has_passed(&unknown, day("2027-03-01"), day("2027-03-01"));
        assert_eq!(told, Err(Declined::NoticeOpen { closes_on: None }));
    }

    #[test]
    fn a_certificate_is_granted_where_no_objection_stands() {
        let objected = NoticeEvent::Objected(objection());
        let resolved = |outcome| NoticeEvent::Resolved(resolution(outcome));
        let stands = Err(Declined::ObjectionStands);
        for (events, expected) in [
            (vec![objected.clone()], stands.clone()),
            (vec![objected.clone(), resolved(Outcome::Dismissed)], Ok(())),
            (vec![objected, resolved(Outcome::Upheld)], stands),
            (
                vec![NoticeEvent::Withdrawn(withdrawal())],
                Err(Declined::NoticeWithdrawn),
            ),
        ] {
            let told = has_passed(&notice(&events), day("2026-04-28"), day(LATER));
            assert_eq!(told, expected, "{events:?}");
        }
    }

    #[test]
    fn what_was_granted_is_issued_under_its_number_and_of_its_day() {
        let other = CertificateNumber::derive("XZTIC", 2026, "another notice", 0);
        let declined = Err(Declined::GrantedOtherwise {
            number: number(),
            on: day("2026-04-28"),
        });
        let [before, on, after] = around("2026-04-28");
        for (number, on, expected) in [
            (&number(), on, &Ok(())),
            (&number(), before, &declined),
            (&number(), after, &declined),
            (&other, on, &declined),
        ] {
            assert_eq!(is_granted_so(&grant(), number, on), *expected);
        }
    }

    fn issued(name: &str, on: &str) -> Value {
        json!({"kind": "issued", "programme": ALLIANCE, "basis": {"evaluation": "e"}, "name": name,
               "holder": {"name": "甲公司", "uscc": "91350100M000100Y43"}, "on": on})
    }

    /// Of two that issue the certificate, the first by its day counts. Whoever comes newly and sees another is told
    /// so in any case, because the other may not have seen this one.
    #[test]
    fn of_two_who_issue_one_certificate_differently_both_are_told() {
        let (first, second) = (issued("甲", "2026-04-28"), issued("乙", "2026-04-29"));
        let declined = Err(Declined::IssuedOtherwise { number: number() });
        let (one, two) = (vec![first.clone()], vec![first.clone(), second.clone()]);
        for (events, own, stood, expected) in [
            (&one, &first, false, &Ok(())),
            (&one, &first, true, &Ok(())),
            (&two, &first, false, &declined),
            (&two, &first, true, &Ok(())),
            (&two, &second, false, &declined),
            (&two, &second, true, &declined),
        ] {
            let id = event(own).id(&number());
            let told = is_issued_so(&certificate(events), programme(ALLIANCE), &id, stood);
            assert_eq!(told, *expected, "{} {stood}", events.len());
        }
    }
}

use calendar::{Counting, WorkingCalendar};
use chrono::NaiveDate;
use recognition::certificate::{CertificateNumber, Holder};
use recognition::notice::{
    CountingRule, Granted, Notice, NoticeEvent, NoticeStatus, Objected, Outcome, Promised,
    PromisedCertainty, Published, Resolved, Withdrawn,
};
use recognition::uscc::Uscc;
use rules::Verdict;

const ID: &str = "a notice";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn published(on: &str, days: u64) -> Published {
    let counting = Counting::DayAfter;
    Published {
        evaluation: "an evaluation".to_owned(),
        programme: "xinzhou-technology-innovation-centre".to_owned(),
        kind: None,
        applicant: Holder {
            name: "忻州云杉材料有限公司".to_owned(),
            uscc: Uscc::parse("91140900MA0ABCD123").unwrap(),
        },
        name: "忻州市云杉技术创新中心".to_owned(),
        verdict: Verdict::Eligible,
        published: day(on),
        promised: Promised::by(day(on), days.try_into().unwrap(), counting).unwrap(),
    }
}

fn objected(reference: &str) -> NoticeEvent {
    NoticeEvent::Objected(Objected {
        received_on: day("2024-09-19"),
        reference: reference.to_owned(),
        matter: None,
    })
}

fn resolved(objection: &NoticeEvent, outcome: Outcome) -> NoticeEvent {
    NoticeEvent::Resolved(Resolved {
        objection: objection.id(ID),
        outcome,
        on: day("2024-09-20"),
        reference: "复1号".to_owned(),
    })
}

fn withdrawn(reference: &str) -> NoticeEvent {
    NoticeEvent::Withdrawn(Withdrawn {
        on: day("2024-09-20"),
        reference: reference.to_owned(),
        reason: "材料有误".to_owned(),
    })
}

fn granted(on: &str) -> NoticeEvent {
    NoticeEvent::Granted(Granted {
        number: CertificateNumber::derive("XZTIC", 2024, ID, 0),
        on: day(on),
    })
}

fn fold(events: &[&NoticeEvent]) -> Option<Notice> {
    let ids: Vec<_> = events.iter().map(|event| event.id(ID)).collect();
    let events = ids.iter().map(String::as_str).zip(events.iter().copied());
    Notice::of(ID, &events.collect::<Vec<_>>())
}

/// What the notice comes to once these are recorded after the publication.
fn after(events: &[&NoticeEvent]) -> Notice {
    let publication = NoticeEvent::Published(published("2024-09-11", 5));
    let all: Vec<_> = std::iter::once(&publication)
        .chain(events.iter().copied())
        .collect();
    fold(&all).unwrap()
}

#[test]
fn without_a_publication_there_is_no_notice() {
    assert_eq!(fold(&[]), None);
    assert_eq!(fold(&[&objected("1"), &granted("2024-09-20")]), None);
    // Two publications have one identity: the journal has one.
    let publication = |on| NoticeEvent::Published(published(on, 5)).id(ID);
    assert_eq!(publication("2024-09-11"), publication("2024-09-12"));
}

/// Each with what has effect, and which of the events are void.
#[test]
fn what_excludes_another_has_effect_by_its_place() {
    let (one, two) = (objected("1"), objected("2"));
    let dismissed = resolved(&one, Outcome::Dismissed);
    let upheld = resolved(&one, Outcome::Upheld);
    let (grant, other_grant) = (granted("2024-09-20"), granted("2024-09-21"));
    let (withdrawal, other_withdrawal) = (withdrawn("1"), withdrawn("2"));
    let table: &[(&[&NoticeEvent], &str, &[&NoticeEvent])] = &[
        (&[], "", &[]),
        (&[&grant], "granted", &[]),
        (&[&withdrawal], "withdrawn", &[]),
        (&[&one, &grant], "", &[&grant]),
        (&[&grant, &one], "granted", &[]),
        (&[&one, &dismissed, &grant], "granted", &[]),
        (&[&one, &upheld, &grant], "", &[&grant]),
        (&[&one, &two, &dismissed, &grant], "", &[&grant]),
        // The grant is not made good by what comes after it.
        (&[&one, &grant, &dismissed], "", &[&grant]),
        (
            &[&one, &grant, &dismissed, &other_grant],
            "granted",
            &[&grant],
        ),
        (&[&one, &dismissed, &upheld, &grant], "granted", &[&upheld]),
        (
            &[&one, &upheld, &dismissed, &grant],
            "",
            &[&dismissed, &grant],
        ),
        // A decision on what was never received.
        (&[&dismissed, &grant], "granted", &[&dismissed]),
        (&[&withdrawal, &grant], "withdrawn", &[&grant]),
        (&[&grant, &withdrawal], "granted", &[&withdrawal]),
        (
            &[&withdrawal, &other_withdrawal],
            "withdrawn",
            &[&other_withdrawal],
        ),
        (&[&grant, &other_grant], "granted", &[&other_grant]),
        (&[&withdrawal, &one, &dismissed], "withdrawn", &[]),
    ];
    for (events, effect, void) in table {
        let notice = after(events);
        let found = match (&notice.granted, &notice.withdrawn) {
            (None, None) => "",
            (Some(_), None) => "granted",
            (None, Some(_)) => "withdrawn",
            (Some(_), Some(_)) => "both",
        };
        assert_eq!(found, *effect, "{events:?}");
        let void: Vec<_> = void.iter().map(|event| event.id(ID)).collect();
        assert_eq!(notice.void, void, "{events:?}");
    }
    // Which of two it is.
    let first = after(&[&withdrawal, &other_withdrawal]).withdrawn;
    assert_eq!(first.unwrap().reference, "1");
    let first = after(&[&grant, &other_grant]).granted;
    assert_eq!(first.unwrap().on, day("2024-09-20"));
}

#[test]
fn objections_keep_their_order_and_their_decisions() {
    let (one, two) = (objected("1"), objected("2"));
    let upheld = resolved(&two, Outcome::Upheld);
    let notice = after(&[&two, &one, &upheld]);
    let told = notice.objections.iter().map(|objection| {
        let reference = objection.objected.reference.as_str();
        (reference, objection.outcome(), objection.stands())
    });
    let expected = [("2", Some(Outcome::Upheld), true), ("1", None, true)];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(
        notice.objection(&one.id(ID)).unwrap().objected.reference,
        "1"
    );
    assert_eq!(notice.objection("other"), None);
    let dismissed = after(&[&one, &resolved(&one, Outcome::Dismissed)]);
    assert!(!dismissed.objections[0].stands());
}

/// 中秋节 2024: 14 September worked, off 15–17. The window is of `window-vectors.csv`.
#[test]
fn a_notice_stands_by_the_day() {
    let one = objected("1");
    let withdrawal = withdrawn("1");
    let (dismissed, upheld) = (Outcome::Dismissed, Outcome::Upheld);
    let closed = [
        (vec![], NoticeStatus::ClosedPassed),
        (vec![one.clone()], NoticeStatus::ClosedWithObjection),
        (
            vec![one.clone(), resolved(&one, dismissed)],
            NoticeStatus::ClosedPassed,
        ),
        (
            vec![one.clone(), resolved(&one, upheld)],
            NoticeStatus::ClosedWithObjection,
        ),
        (
            vec![granted("2024-09-20"), one.clone()],
            NoticeStatus::ClosedWithObjection,
        ),
        (vec![one, withdrawal], NoticeStatus::Withdrawn),
    ];
    for (events, closed) in closed {
        let notice = after(&events.iter().collect::<Vec<_>>());
        let window = notice.published.window(WorkingCalendar::published());
        let window = window.unwrap();
        assert_eq!(window.first_day, Some(day("2024-09-12")));
        assert_eq!(notice.closes_on(&window), Some(day("2024-09-19")));
        for (today, status) in [
            ("2024-09-10", NoticeStatus::Scheduled),
            ("2024-09-11", NoticeStatus::Open),
            ("2024-09-12", NoticeStatus::Open),
            ("2024-09-18", NoticeStatus::Open),
            ("2024-09-19", NoticeStatus::Open),
            ("2024-09-20", closed),
            ("2030-01-01", closed),
        ] {
            let expected = match closed {
                NoticeStatus::Withdrawn => closed,
                _ => status,
            };
            assert_eq!(
                notice.status(&window, day(today)),
                expected,
                "{today} {events:?}"
            );
        }
    }
}

/// 国办发明电〔2019〕16号 had 春节 end on 30 January 2020, 国办发明电〔2020〕1号 of 27 January on 2 February.
#[test]
fn a_window_that_moved_closes_on_the_later_day() {
    let published = published("2020-01-22", 5);
    assert_eq!(published.promised.last_day, Some(day("2020-02-04")));
    assert_eq!(published.promised.certainty, PromisedCertainty::Settled);
    let notice = fold(&[&NoticeEvent::Published(published)]).unwrap();
    for (known_on, last_day) in [("2020-01-26", "2020-02-04"), ("2020-01-27", "2020-02-06")] {
        let calendar = WorkingCalendar::published().as_known_on(day(known_on));
        let window = notice.published.window(calendar).unwrap();
        assert_eq!(window.last_day, Some(day(last_day)));
        assert_eq!(notice.closes_on(&window), Some(day(last_day)));
        for (today, status) in [
            (day(last_day), NoticeStatus::Open),
            (
                day(last_day).succ_opt().unwrap(),
                NoticeStatus::ClosedPassed,
            ),
        ] {
            assert_eq!(notice.status(&window, today), status, "{today}");
        }
    }
    // What was promised stays beside it.
    assert_eq!(notice.published.promised.last_day, Some(day("2020-02-04")));
}

/// Where a later notice gives working days back, the days promised remain. None has done so to a window
/// yet: the promise is set by hand.
#[test]
fn a_promise_is_kept_where_the_window_shrank() {
    let mut published = published("2024-09-11", 5);
    published.promised.last_day = Some(day("2024-09-23"));
    let notice = fold(&[&NoticeEvent::Published(published)]).unwrap();
    let window = notice.published.window(WorkingCalendar::published());
    let closes_on = notice.closes_on(&window.unwrap());
    assert_eq!(closes_on, Some(day("2024-09-23")));
}

/// The notice for 2016 came out on 10 December 2015. The window is of `window-vectors.csv`.
#[test]
fn a_window_in_december_stays_open_until_the_notice_is_out() {
    let published = published("2015-12-01", 15);
    assert_eq!(published.promised.certainty, PromisedCertainty::Provisional);
    let notice = fold(&[&NoticeEvent::Published(published)]).unwrap();
    let window = |known_on| {
        let calendar = WorkingCalendar::published().as_known_on(day(known_on));
        notice.published.window(calendar).unwrap()
    };
    let before = window("2015-12-09");
    assert_eq!(notice.closes_on(&before), None);
    for today in ["2015-12-01", "2015-12-23", "2016-06-01"] {
        assert_eq!(
            notice.status(&before, day(today)),
            NoticeStatus::Open,
            "{today}"
        );
    }
    let out = window("2015-12-10");
    assert_eq!(notice.closes_on(&out), Some(day("2015-12-22")));
    assert_eq!(notice.status(&out, day("2015-12-22")), NoticeStatus::Open);
    assert_eq!(
        notice.status(&out, day("2015-12-23")),
        NoticeStatus::ClosedPassed
    );
}

#[test]
fn the_identity_of_a_notice_is_its_evaluation_day_number_of_days_and_rule() {
    let one = published("2024-09-11", 5);
    let mut others = [one.clone(), one.clone(), one.clone(), one.clone()];
    others[0].evaluation = "another".to_owned();
    others[1].published = day("2024-09-12");
    others[2].promised.days = 6;
    others[3].promised.counting = CountingRule::PublicationDay;
    for other in &others {
        assert_ne!(other.notice_id(), one.notice_id(), "{other:?}");
    }
    let mut same = one.clone();
    same.name = "忻州市落叶松技术创新中心".to_owned();
    assert_eq!(same.notice_id(), one.notice_id());
}

//! Records for the tests of the deciding functions.

use calendar::Counting;
use chrono::{DateTime, Days, NaiveDate};
use recognition::certificate::{
    Certificate, CertificateEvent, CertificateNumber, Holder, Recorded,
};
use recognition::notice::{
    Granted, Notice, NoticeEvent, Objected, Outcome, Promised, Published, Resolved, Withdrawn,
};
use recognition::uscc::Uscc;
use rules::{Programme, Verdict};
use serde_json::Value;

use crate::declined::Declined;
use crate::evaluation::Evaluation;

pub(crate) const XINZHOU: &str = "xinzhou-technology-innovation-centre";
pub(crate) const ALLIANCE: &str = "gansu-industry-alliance";
pub(crate) const ZONE: &str = "gansu-technology-transfer-demonstration-zone";
pub(crate) const INNER_MONGOLIA: &str = "inner-mongolia-technology-innovation-centre";
pub(crate) const CENTRE: &str = "gansu-industry-technology-centre";

pub(crate) const NOTICE: &str = "a notice";

/// A day after everything.
pub(crate) const LATER: &str = "2026-06-30";

pub(crate) fn programme(id: &str) -> &'static Programme {
    rules::programme(id).unwrap().programme
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The day before, the day, and the day after.
pub(crate) fn around(text: &str) -> [NaiveDate; 3] {
    let one = Days::new(1);
    [day(text) - one, day(text), day(text) + one]
}

/// The places of the faults for which something is declined; none where it is not.
#[track_caller]
pub(crate) fn places<T>(told: Result<T, Declined>) -> Vec<String> {
    match told {
        Ok(_) => Vec::new(),
        Err(Declined::Faults(faults)) => {
            let faults = faults.into_iter();
            faults.map(|fault| fault.pointer).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

/// A text for people, with one character less than `most`, `most`, and one more; a blank one, and one with
/// a space at its end. Each with whether it is good.
pub(crate) fn texts(most: usize) -> [(String, bool); 5] {
    [
        ("字".repeat(most - 1), true),
        ("字".repeat(most), true),
        ("字".repeat(most + 1), false),
        (String::new(), false),
        ("字 ".to_owned(), false),
    ]
}

fn holder() -> Holder {
    Holder {
        name: "忻州云杉材料有限公司".to_owned(),
        uscc: Uscc::parse("91140900MA0ABCD123").unwrap(),
    }
}

/// An application for 云杉 of 2 March 2026, judged eligible.
pub(crate) fn evaluation(programme: &str) -> Evaluation {
    Evaluation {
        programme: programme.to_owned(),
        kind: None,
        applied_on: day("2026-03-02"),
        applicant: holder(),
        platform: "云杉".to_owned(),
        verdict: Verdict::Eligible,
        rules_sha256: "0".repeat(64),
        application: serde_json::from_str("{}").unwrap(),
        evaluation: serde_json::from_str("{}").unwrap(),
    }
}

/// A notice of five working days that was published on that day, and what happened to it.
pub(crate) fn notice_of(published: &str, events: &[NoticeEvent]) -> Notice {
    let days = 5_u64.try_into().unwrap();
    let publication = NoticeEvent::Published(Published {
        evaluation: "an evaluation".to_owned(),
        programme: XINZHOU.to_owned(),
        kind: None,
        applicant: holder(),
        name: "忻州市云杉技术创新中心".to_owned(),
        verdict: Verdict::Eligible,
        published: day(published),
        promised: Promised::by(day(published), days, Counting::DayAfter).unwrap(),
    });
    let all: Vec<_> = std::iter::once(&publication).chain(events).collect();
    let ids: Vec<_> = all.iter().map(|event| event.id(NOTICE)).collect();
    let all = ids.iter().map(String::as_str).zip(all);
    Notice::of(NOTICE, &all.collect::<Vec<_>>()).unwrap()
}

/// A notice published on Monday, 20 April 2026. It closes on Monday, 27 April.
pub(crate) fn notice(events: &[NoticeEvent]) -> Notice {
    notice_of("2026-04-20", events)
}

/// An objection of 21 April 2026.
pub(crate) fn objection() -> Objected {
    Objected {
        received_on: day("2026-04-21"),
        reference: "异1号".to_owned(),
        matter: None,
    }
}

/// The decision of 22 April 2026 on that objection.
pub(crate) fn resolution(outcome: Outcome) -> Resolved {
    Resolved {
        objection: NoticeEvent::Objected(objection()).id(NOTICE),
        outcome,
        on: day("2026-04-22"),
        reference: "复1号".to_owned(),
    }
}

pub(crate) fn withdrawal() -> Withdrawn {
    Withdrawn {
        on: day("2026-04-22"),
        reference: "撤1号".to_owned(),
        reason: "材料有误".to_owned(),
    }
}

pub(crate) fn number() -> CertificateNumber {
    CertificateNumber::derive("XZTIC", 2026, NOTICE, 0)
}

/// The grant of 28 April 2026.
pub(crate) fn grant() -> Granted {
    Granted {
        number: number(),
        on: day("2026-04-28"),
    }
}

pub(crate) fn event(value: &Value) -> CertificateEvent {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// A certificate that these events make.
pub(crate) fn certificate(events: &[Value]) -> Certificate {
    let events = events.iter().zip(1..).map(|(value, n)| {
        let event = event(value);
        Recorded {
            id: event.id(&number()),
            n,
            recorded_at: DateTime::parse_from_rfc3339("2026-06-30T08:00:00+08:00").unwrap(),
            by: "registrar".to_owned(),
            event,
        }
    });
    Certificate::of(number(), events.collect()).unwrap()
}

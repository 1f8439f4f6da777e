//! The form of what is stored. `store-1.json` is a filled register in the first form that says its schema. Every later
//! version must be able to read it. The operations filled it once; it is never made anew.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{Counting, WorkingCalendar};
use chrono::{DateTime, NaiveDate};
use faults::run;
use recognition::certificate::{CertificateNumber, CertificateStatus};
use recognition::notice::NoticeStatus;
use recognition::outstanding::Subject;
use registry::agenda::{Agenda, AgendaEntry};
use registry::outbox::{Cursor, Outbox};
use registry::records::{Certificates, Notices, programme_of};
use registry::{Caller, Declined, Publication, Writer, deliveries, evaluation, lists};
use serde_json::{Value, json};
use store::idempotency::UsedKey;
use store::journal::{Journal, Record, look_up};
use store::listing::Listing;
use store::{KeyValue, Memory, RecordError};

const XINZHOU: &str = "xinzhou-technology-innovation-centre";
const ALLIANCE: &str = "gansu-industry-alliance";
const ZONE: &str = "gansu-technology-transfer-demonstration-zone";
const ZONE_NUMBER: &str = "GSTTZ-2026-NEPF4369-L";

/// The values of the fixture, each by its key.
fn values() -> BTreeMap<String, String> {
    serde_json::from_str(include_str!("store-1.json")).unwrap()
}

fn filled(values: BTreeMap<String, String>) -> Memory {
    let values = values.into_iter();
    Memory::filled(
        values
            .map(|(key, value)| (key, value.into_bytes()))
            .collect(),
    )
}

/// The same values, with a member in each object that no version knows yet.
fn of_a_later_version() -> Memory {
    let values = values().into_iter().map(|(key, value)| {
        let later = match serde_json::from_str::<Value>(&value) {
            Ok(mut value @ Value::Object(_)) => {
                add_member(&mut value, "");
                value.to_string()
            }
            // A counter.
            _ => value,
        };
        (key, later)
    });
    filled(values.collect())
}

/// Adds a member to every object but those whose members are data, and those of a request that was stored
/// as it was sent.
fn add_member(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => {
            if matches!(name, "application" | "evaluation" | "message") {
                return;
            }
            for (name, member) in members.iter_mut() {
                add_member(member, name);
            }
            if !matches!(name, "slots" | "cursors") {
                members.insert("later".to_owned(), json!({"more": [1]}));
            }
        }
        Value::Array(items) => {
            for item in items {
                add_member(item, name);
            }
        }
        _ => {}
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn numbers(store: &dyn KeyValue, list: String) -> Vec<String> {
    let list = Listing::of(store, list);
    let all = list.all::<Certificates, _>(|certificate| Some(certificate.number.to_string()));
    run(all).unwrap().unwrap()
}

fn notices(store: &dyn KeyValue, list: &str) -> Vec<String> {
    let list = Listing::of(store, list);
    run(list.all::<Notices, _>(|notice| Some(notice.id)))
        .unwrap()
        .unwrap()
}

#[test]
fn a_register_of_the_first_form_is_read() {
    reads(&filled(values()));
}

#[test]
fn what_a_later_version_adds_is_skipped() {
    reads(&of_a_later_version());
}

/// Reads everything, and compares it with what was put in.
fn reads(store: &Memory) {
    for (number, programme, name, status, since, events) in [
        (
            "XZTIC-2026-P66827NY-1",
            XINZHOU,
            "忻州市樟子松技术创新中心",
            CertificateStatus::UnderRectification,
            "2026-07-02",
            4,
        ),
        (
            "XZTIC-2026-C17QR26H-1",
            XINZHOU,
            "忻州市落叶松技术创新中心",
            CertificateStatus::Revoked,
            "2026-07-03",
            3,
        ),
        (
            "GSIA-2026-02PR7887-Z",
            ALLIANCE,
            "甘肃省新材料产业技术创新联盟",
            CertificateStatus::Valid,
            "2026-05-20",
            3,
        ),
        (
            ZONE_NUMBER,
            ZONE,
            "甘肃省兰州市科技成果转移转化示范区",
            CertificateStatus::Valid,
            "2026-05-20",
            8,
        ),
    ] {
        for certificate in [
            viewed::<Certificates>(store, number),
            journal::<Certificates>(store, number),
        ] {
            assert_eq!(certificate.programme, programme);
            assert_eq!(certificate.events.len(), events, "{number}");
            let life = certificate.life(programme_of(number, programme).unwrap());
            let standing = life.status_on(day("2026-11-20")).unwrap();
            assert_eq!(standing.name, name);
            assert_eq!(standing.holder.uscc.as_str(), "91140900MA0ABCD123");
            assert_eq!(
                (standing.status(), standing.span.since),
                (status, day(since))
            );
        }
    }
    assert_eq!(every_kind(store), KINDS);
    for (id, status, number) in [
        (
            "h38dswmbb7w3a3zjqn91rc4pde",
            NoticeStatus::ClosedPassed,
            Some("XZTIC-2026-P66827NY-1"),
        ),
        (
            "ph4mp00a4t117bs2g6783vhk1t",
            NoticeStatus::ClosedPassed,
            Some("XZTIC-2026-C17QR26H-1"),
        ),
        (
            "dnqsxke9gm0wqgdpm8923cy7p2",
            NoticeStatus::ClosedWithObjection,
            None,
        ),
        ("r65c6dra117r7kyb4h5ks64fk2", NoticeStatus::Withdrawn, None),
        (
            "k91mh1erpwg4d99h93txs1tyd4",
            NoticeStatus::ClosedWithObjection,
            None,
        ),
    ] {
        for notice in [viewed::<Notices>(store, id), journal::<Notices>(store, id)] {
            let window = notice
                .published
                .window(WorkingCalendar::published())
                .unwrap();
            assert_eq!(notice.status(&window, day("2026-11-20")), status, "{id}");
            // Five working days from 21 April 2026 on.
            assert_eq!(notice.closes_on(&window), Some(day("2026-04-27")));
            let issued = notice.issued.map(|issued| issued.number.to_string());
            assert_eq!(issued.as_deref(), number);
        }
    }
    assert_eq!(notices(store, lists::NOTICES).len(), 5);
    let renamed = lists::certificates_of_name("忻州市云杉技术创新中心");
    assert_eq!(numbers(store, renamed), ["XZTIC-2026-P66827NY-1"]);
    let of_2026 = lists::certificates_of_year(XINZHOU, 2026);
    assert_eq!(
        numbers(store, of_2026),
        ["XZTIC-2026-C17QR26H-1", "XZTIC-2026-P66827NY-1"]
    );

    let kept = run(evaluation::look_up(store, "2dgyx5ewhjqcr0mmk65h1v4y9s")).unwrap();
    let kept = kept.unwrap().unwrap();
    assert_eq!(
        (&*kept.platform, kept.applied_on),
        ("云杉", day("2026-03-02"))
    );
    assert_eq!(kept.id(), "2dgyx5ewhjqcr0mmk65h1v4y9s");

    let agenda = Agenda::of(store);
    let entries = agenda.day(day("2013-01-01"));
    assert_eq!(run(entries.count()), Some(Ok(11)));
    let entry: Option<AgendaEntry> = run(entries.at(6)).unwrap().unwrap();
    let certificate = CertificateNumber::parse("XZTIC-2026-P66827NY-1").unwrap();
    let certificate = Subject::Certificate(certificate);
    assert_eq!(entry.unwrap().subject, certificate);
    let next = run(agenda.next_check(&certificate)).unwrap().unwrap();
    assert_eq!(next.unwrap().on, day("2013-01-01"));
    let progress = run(agenda.progress()).unwrap().unwrap().unwrap();
    assert_eq!(
        (progress.position.day, progress.gaps),
        (day("2026-11-20"), [1].into())
    );
    assert_eq!(run(agenda.ahead()), Some(Ok(Some(day("2026-11-20")))));

    let outbox = Outbox::of(store, ALLIANCE);
    let page = run(outbox.after(&Cursor::default(), 9)).unwrap().unwrap();
    assert_eq!(page.reminders[0].subject, "GSIA-2026-02PR7887-Z");
    let webhook = run(deliveries::load(store, "portal"))
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(webhook.cursors[ALLIANCE], "1".parse().unwrap());
    assert_eq!(
        (webhook.retries[0].attempts, webhook.stopped.is_some()),
        (2, true)
    );

    // The key was used with this request, and with no other.
    for (path, declined) in [("path", false), ("another path", true)] {
        let caller = Caller {
            name: "portal",
            acts_for: Box::new(|_| true),
        };
        let now = DateTime::parse_from_rfc3339("2026-04-20T09:00:00+08:00").unwrap();
        let writer = Writer::new(store, caller, now, Some("key-0"), path, b"{}");
        let publication = Publication {
            evaluation: "2dgyx5ewhjqcr0mmk65h1v4y9s".to_owned(),
            published: day("2026-04-20"),
            days: None,
            counting: Counting::DayAfter,
        };
        let again = run(registry::publish(&writer, &publication)).unwrap();
        match (again, declined) {
            (Ok(put), false) => assert_eq!(put.id, "h38dswmbb7w3a3zjqn91rc4pde"),
            (Err(error), true) => assert_eq!(error, Declined::KeyReused),
            (other, _) => panic!("{path}: {:?}", other.err()),
        }
    }
}

fn viewed<R: Record>(store: &Memory, id: &str) -> R::View {
    run(look_up::<R>(store, id)).unwrap().unwrap().unwrap()
}

/// The record by its events, without its view.
fn journal<R: Record>(store: &Memory, id: &str) -> R::View {
    let mut values = store.dump();
    values
        .remove(&format!("accredit/{}/{id}", R::SPACE))
        .unwrap();
    let store = Memory::filled(values);
    let journal = run(Journal::<R>::load(&store, id)).unwrap().unwrap();
    journal.view().unwrap()
}

/// The kinds of event on all certificates.
fn every_kind(store: &Memory) -> Vec<String> {
    let numbers = [
        "XZTIC-2026-P66827NY-1",
        "XZTIC-2026-C17QR26H-1",
        "GSIA-2026-02PR7887-Z",
        ZONE_NUMBER,
    ];
    let events = numbers
        .iter()
        .flat_map(|number| viewed::<Certificates>(store, number).events);
    let kinds: BTreeSet<_> = events
        .map(|recorded| {
            serde_json::to_value(recorded.event).unwrap()["kind"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    kinds.into_iter().collect()
}

const KINDS: [&str; 14] = [
    "annulled",
    "approved",
    "assessed",
    "changed",
    "filed",
    "ground_found",
    "issued",
    "kept",
    "rectification_failed",
    "rectification_ordered",
    "rectification_passed",
    "report_missed",
    "report_received",
    "revoked",
];

/// What a later version writes in another form is told, and not taken for absent.
#[test]
fn a_value_of_a_later_schema_is_an_error() {
    let later = values()
        .into_iter()
        .map(|(key, value)| (key, value.replacen("/1\"", "/2\"", 1)));
    let store = filled(later.collect());
    let unreadable = |error: RecordError| matches!(error, RecordError::Unreadable { .. });
    let certificate = run(look_up::<Certificates>(&store, ZONE_NUMBER)).unwrap();
    assert!(certificate.is_err_and(unreadable));
    let notice = run(Journal::<Notices>::load(
        &store,
        "h38dswmbb7w3a3zjqn91rc4pde",
    ))
    .unwrap();
    assert!(notice.err().is_some_and(unreadable));
    let kept = run(evaluation::look_up(&store, "2dgyx5ewhjqcr0mmk65h1v4y9s")).unwrap();
    assert!(kept.is_err_and(unreadable));
    assert!(
        run(Agenda::of(&store).progress())
            .unwrap()
            .is_err_and(unreadable)
    );
    assert!(
        run(deliveries::load(&store, "portal"))
            .unwrap()
            .is_err_and(unreadable)
    );
    let list = Listing::of(&store, lists::NOTICES);
    let page = run(list.page::<Notices, _>(None, 9, Some)).unwrap();
    assert!(page.is_err_and(unreadable));
    let subject = Subject::Certificate(CertificateNumber::parse(ZONE_NUMBER).unwrap());
    let next = run(Agenda::of(&store).next_check(&subject)).unwrap();
    assert!(next.is_err_and(unreadable));
    let entry = run(Agenda::of(&store)
        .day(day("2013-01-01"))
        .at::<AgendaEntry>(6));
    assert!(entry.unwrap().is_err_and(unreadable));
    let reminders = run(Outbox::of(&store, ALLIANCE).after(&Cursor::default(), 9));
    assert!(reminders.unwrap().err().is_some_and(unreadable));
    for key in store.dump().keys() {
        let Some(key) = key.strip_prefix("accredit/idempotency/") else {
            continue;
        };
        let used = UsedKey::new(&store, Some(key.to_owned()), "a request".to_owned());
        assert!(run(used.check()).unwrap().is_err_and(unreadable), "{key}");
    }
}

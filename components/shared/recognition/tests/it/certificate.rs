//! What a certificate is, by its events and their numbers.

use std::collections::BTreeSet;

use chrono::DateTime;
use recognition::certificate::{Certificate, CertificateEvent, CertificateNumber, Life, Recorded};
use serde_json::{Value, json};

const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
const USCC: &str = "91140900MA0ABCD123";

fn number() -> CertificateNumber {
    CertificateNumber::derive("XZTIC", 2026, "a notice", 0)
}

fn recorded(n: u64, value: &Value) -> Recorded {
    let event: CertificateEvent = serde_json::from_str(&value.to_string()).unwrap();
    Recorded {
        id: event.id(&number()),
        n,
        recorded_at: DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap(),
        by: "test".to_owned(),
        event,
    }
}

/// What the events come to under these numbers.
fn fold(events: &[(u64, &Value)]) -> Option<Certificate> {
    let events = events.iter().map(|(n, event)| recorded(*n, event));
    let mut events: Vec<_> = events.collect();
    events.sort_by_key(|recorded| recorded.n);
    Certificate::of(number(), events)
}

fn issued(on: &str, name: &str) -> Value {
    json!({"kind": "issued", "programme": PROGRAMME, "basis": {"notice": "a notice"},
           "name": name, "holder": {"name": "忻州云杉材料有限公司", "uscc": USCC}, "on": on})
}

fn renamed(name: &str, on: &str) -> Value {
    json!({"kind": "approved", "change": "rename", "on": on, "reference": "批1号", "name": name})
}

fn assessed(year: i32, outcome: &str) -> Value {
    json!({"kind": "assessed", "obligation": "performance-evaluation", "year": year,
           "outcome": outcome, "on": format!("{year}-11-02"), "reference": "忻科评〔2026〕12号"})
}

#[test]
fn without_an_issue_there_is_no_certificate() {
    assert_eq!(fold(&[]), None);
    assert_eq!(fold(&[(1, &assessed(2026, "keep"))]), None);
}

/// The first by its legal date, and by its number within a day.
#[test]
fn of_two_issues_one_counts() {
    let (early, late) = (issued("2026-10-12", "甲"), issued("2026-10-13", "乙"));
    let beside = issued("2026-10-12", "丙");
    for (events, name) in [
        ([(1, &early), (2, &late)], "甲"),
        ([(2, &early), (1, &late)], "甲"),
        ([(1, &early), (2, &beside)], "甲"),
        ([(2, &early), (1, &beside)], "丙"),
    ] {
        let certificate = fold(&events).unwrap();
        assert_eq!(certificate.issued.name, name);
        assert_eq!(certificate.events.len(), 2);
        let life = certificate.life(rules::programme(PROGRAMME).unwrap().programme);
        assert_eq!(life.name(), Some(name));
    }
}

/// Events of different days come to the same whatever their numbers are.
#[test]
fn the_order_of_recording_does_not_matter() {
    let programme = rules::programme(PROGRAMME).unwrap().programme;
    let events = [
        issued("2023-10-12", "甲"),
        renamed("乙", "2024-03-01"),
        renamed("丙", "2025-03-01"),
        assessed(2026, "revoke"),
    ];
    let in_order = fold(&[
        (1, &events[0]),
        (2, &events[1]),
        (3, &events[2]),
        (4, &events[3]),
    ]);
    let in_order = in_order.unwrap();
    let life = in_order.life(programme);
    assert_eq!((life.name(), life.pending().len()), (Some("丙"), 1));
    let mut orders = BTreeSet::new();
    for code in 0..256_usize {
        let numbers = [code % 4, code / 4 % 4, code / 16 % 4, code / 64];
        if numbers.iter().collect::<BTreeSet<_>>().len() < 4 {
            continue;
        }
        orders.insert(numbers);
        let numbered: Vec<_> = numbers.iter().map(|n| *n as u64 + 1).zip(&events).collect();
        let certificate = fold(&numbered).unwrap();
        assert_eq!(certificate.issued, in_order.issued, "{numbers:?}");
        assert_eq!(certificate.basis, in_order.basis, "{numbers:?}");
        let other = certificate.life(programme);
        assert_eq!(other.spans(), life.spans(), "{numbers:?}");
        assert_eq!(other.pending(), life.pending(), "{numbers:?}");
        let former = |life: &Life| -> Vec<String> {
            let former = life.former_names();
            former.map(|former| former.value.to_owned()).collect()
        };
        assert_eq!((other.name(), former(&other)), (life.name(), former(&life)));
    }
    assert_eq!(orders.len(), 24);
}

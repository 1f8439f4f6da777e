use std::collections::BTreeSet;

use registry::certificate::{
    Certificate, CertificateNumber, Certificates, Event, index_of_holder, index_of_name,
    index_of_year, indexes_of,
};
use registry::journal::{Entry, Journal, Record, Written};
use registry::uscc::Uscc;
use registry::{KeyValue, Memory, trial};
use serde_json::{Value, json};

use crate::journal::written;

const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
const USCC: &str = "91140900MA0ABCD123";

fn number() -> CertificateNumber {
    CertificateNumber::derive("XZTIC", 2026, "a notice", 0)
}

fn event(value: &Value) -> Event {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn recorded(value: &Value) -> Written<Event> {
    let event = event(value);
    written(event.id(&number()).as_str(), event)
}

/// What the events come to under these numbers.
fn fold(events: &[(u64, &Value)]) -> Option<Certificate> {
    let mut entries: Vec<_> = events
        .iter()
        .map(|(n, event)| Entry {
            n: *n,
            written: recorded(event),
        })
        .collect();
    entries.sort_by_key(|entry| entry.n);
    Certificates::fold(&number().to_string(), &entries)
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
    let entry = Entry {
        n: 1,
        written: recorded(&issued("2026-10-12", "甲")),
    };
    assert_eq!(Certificates::fold("no number", &[entry]), None);
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
        let former = |life: &registry::certificate::Life| -> Vec<String> {
            let former = life.former_names();
            former.map(|former| former.value.to_owned()).collect()
        };
        assert_eq!((other.name(), former(&other)), (life.name(), former(&life)));
    }
    assert_eq!(orders.len(), 24);
}

#[test]
fn an_event_lists_the_certificate_under_what_it_brings() {
    let holder = |uscc: &str| json!({"name": "某公司", "uscc": uscc});
    let of = |uscc: &str| index_of_holder(&Uscc::parse(uscc).unwrap());
    let other = "91140900MA0ABCD34B";
    let filed = json!({"kind": "filed", "change": "lead", "on": "2026-11-03",
                       "name": "乙", "holder": holder(other)});
    for (value, expected) in [
        (
            issued("2026-10-12", "甲"),
            vec![
                of(USCC),
                index_of_name("甲"),
                index_of_year(PROGRAMME, 2026),
            ],
        ),
        (renamed("乙", "2026-11-03"), vec![index_of_name("乙")]),
        (filed, vec![index_of_name("乙"), of(other)]),
        (assessed(2026, "keep"), vec![]),
    ] {
        assert_eq!(indexes_of(&event(&value)), expected, "{value}");
    }
    // A key of the store, whatever a name has.
    let name = index_of_name(&"名".repeat(200));
    assert!(name.len() <= 200 && name.is_ascii(), "{name}");
}

/// A thousand assessments take a quarter of what a store takes. A change of name and holder whose texts
/// are as long as they may be takes 1.7 kB in common characters, an annulment 3.5 kB: of those fewer
/// than six hundred and three hundred would fit.
#[test]
fn a_thousand_events_are_kept() {
    let store = Memory::default();
    let id = number().to_string();
    let journal = Journal::<_, Certificates>::of(&store, &id);
    let events = std::iter::once(issued("2026-10-12", "甲"));
    let events = events.chain((0..999).map(|year| assessed(2027 + year, "keep")));
    for (n, event) in (1..).zip(events) {
        let value = json!({"schema": 1, "value": recorded(&event)}).to_string();
        let key = format!("accredit/cert/{id}/e/{n}");
        trial::run(store.set(&key, value.into())).unwrap().unwrap();
    }
    let counter = format!("accredit/cert/{id}/n");
    trial::run(store.set(&counter, "1000".into()))
        .unwrap()
        .unwrap();
    let settled = trial::run(async {
        let mut log = journal.read().await?;
        journal.settle(&mut log).await
    });
    assert_eq!(settled.unwrap().unwrap().unwrap().events.len(), 1000);
    let view = store.dump()[&format!("accredit/cert/{id}")].len();
    assert!(view <= 251_000, "{view}");
}

//! Certificates as records: under which lists they stand, and how much fits into one.

use chrono::DateTime;
use faults::run;
use recognition::certificate::{CertificateEvent, CertificateNumber};
use recognition::uscc::Uscc;
use registry::lists::{
    certificates_of_holder, certificates_of_name, certificates_of_year, certificates_with,
};
use registry::records::Certificates;
use serde_json::{Value, json};
use store::journal::{Entry, Journal, Record, Written};
use store::{KeyValue, Memory};

const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
const USCC: &str = "91140900MA0ABCD123";

fn number() -> CertificateNumber {
    CertificateNumber::derive("XZTIC", 2026, "a notice", 0)
}

fn event(value: &Value) -> CertificateEvent {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn written(value: &Value) -> Written<CertificateEvent> {
    let event = event(value);
    let now = DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap();
    Written::new(event.id(&number()).to_string(), now, "test", event)
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

/// Events under a text that is no number make no certificate; an entry whose id is none is left out.
#[test]
fn a_certificate_is_made_of_a_number_and_of_events_with_ids() {
    let entry = |n, value: &Value| Entry {
        n,
        written: written(value),
    };
    let issue = entry(1, &issued("2026-10-12", "甲"));
    let mut nameless = entry(2, &assessed(2026, "keep"));
    let whole = [issue.clone(), nameless.clone()];
    assert_eq!(Certificates::fold("no number", &whole), None);
    assert_eq!(Certificates::fold(&number().to_string(), &[]), None);
    let certificate = Certificates::fold(&number().to_string(), &whole).unwrap();
    assert_eq!(certificate.number, number());
    let [first, second] = &certificate.events[..] else {
        panic!("{certificate:?}");
    };
    assert_eq!((first.n, second.n), (1, 2));
    assert_eq!(first.id.as_str(), issue.written.id);
    assert_eq!(second.by, "test");
    assert_eq!(second.recorded_at, nameless.written.recorded_at);
    nameless.written.id = "no id".to_owned();
    let certificate = Certificates::fold(&number().to_string(), &[issue, nameless]);
    assert_eq!(certificate.unwrap().events.len(), 1);
}

#[test]
fn an_event_lists_the_certificate_under_what_it_brings() {
    let holder = |uscc: &str| json!({"name": "某公司", "uscc": uscc});
    let of = |uscc: &str| certificates_of_holder(&Uscc::parse(uscc).unwrap());
    let other = "91140900MA0ABCD34B";
    let filed = json!({"kind": "filed", "change": "lead", "on": "2026-11-03",
                       "name": "乙", "holder": holder(other)});
    for (value, expected) in [
        (
            issued("2026-10-12", "甲"),
            vec![
                of(USCC),
                certificates_of_name("甲"),
                certificates_of_year(PROGRAMME, 2026),
            ],
        ),
        (
            renamed("乙", "2026-11-03"),
            vec![certificates_of_name("乙")],
        ),
        (filed, vec![certificates_of_name("乙"), of(other)]),
        (assessed(2026, "keep"), vec![]),
    ] {
        assert_eq!(certificates_with(&event(&value)), expected, "{value}");
    }
    // A key of the store, whatever a name has.
    let name = certificates_of_name(&"名".repeat(200));
    assert!(name.len() <= 200 && name.is_ascii(), "{name}");
}

/// A thousand assessments take little more than a quarter of what a store takes. A change of name and holder
/// whose texts are as long as they may be takes 1.7 kB in common characters, an annulment 3.5 kB: of those
/// fewer than six hundred and three hundred would fit.
#[test]
fn a_thousand_events_are_kept() {
    let store = Memory::default();
    let id = number().to_string();
    let events = std::iter::once(issued("2026-10-12", "甲"));
    let events = events.chain((0..999).map(|year| assessed(2027 + year, "keep")));
    for (n, event) in (1..).zip(events) {
        let value = json!({"schema": "certificate/event/1", "value": written(&event)}).to_string();
        let key = format!("accredit/certificate/{id}/e/{n}");
        run(store.set(&key, value.into())).unwrap().unwrap();
    }
    let counter = format!("accredit/certificate/{id}/n");
    run(store.set(&counter, "1000".into())).unwrap().unwrap();
    let settled = run(async {
        let mut journal = Journal::<Certificates>::load(&store, &id).await?;
        journal.settle().await
    });
    assert_eq!(settled.unwrap().unwrap().unwrap().events.len(), 1000);
    let view = store.dump()[&format!("accredit/certificate/{id}")].len();
    assert!(view <= 262_100, "{view}");
}

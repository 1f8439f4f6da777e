//! Whole requests on a store in memory: interrupted requests, and two requests at the same time.

mod crashes;
mod races;
mod reads;

use chrono::{DateTime, FixedOffset};
use endpoint::Endpoint;
use faults::{Answer, request, run};
use http::Method;
use recognition::certificate::{Certificate, CertificateNumber, Holder};
use recognition::id;
use recognition::notice::{Notice, NoticeEvent, Objected, Resolved, Withdrawn};
use recognition::uscc::Uscc;
use registry::records::{Certificates, Notices};
use registry::{Caller, Declined, Judged, Publication, PutOnNotice, Writer};
use rules::Verdict;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use store::journal::{Journal, look_up};
use store::{KeyValue, Memory};
use web::Clients;

use super::*;

const TOKEN: &str = "Bearer test-token-of-the-registrar";
const CLIENTS: &str = r#"[{
    "name": "registrar", "roles": ["registrar"], "programmes": ["*"],
    "token_sha256": "dd44778941d268f62b22328de3d8d9c6045c493c0a79b9d69ad31fd668782350"
}]"#;

const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
const USCC: &str = "91140900MA0ABCD123";
const NAME: &str = "忻州市云杉技术创新中心";
const NEW_NAME: &str = "忻州市落叶松技术创新中心";
/// The last day of a notice published on 28 September. A certificate can be issued from the next day on.
const LAST_DAY: &str = "2026-10-10";
const ISSUED_ON: &str = "2026-10-12";

/// Sends a request. `asked` are the request's headers.
async fn send(
    store: &dyn KeyValue,
    method: Method,
    path: &str,
    asked: &[(&str, &str)],
    body: String,
) -> Answer {
    let clients = Clients::parse(CLIENTS).unwrap();
    let endpoint = Endpoint {
        store,
        clients: &clients,
        now: DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap(),
    };
    let (parts, body) = request(method, path, asked, body);
    let segments = web::segments(&parts, BASE).unwrap();
    let answered = crate::route(&endpoint, &parts, body, &segments).await;
    Answer::of(answered.unwrap_or_else(Response::from)).await
}

/// Posts with an idempotency key derived from the path and the body.
async fn post(store: &dyn KeyValue, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let key = id::derive("test", &[path, &body]);
    let asked = [
        ("authorization", TOKEN),
        ("content-type", "application/json"),
        ("idempotency-key", &key),
    ];
    send(store, Method::POST, path, &asked, body).await
}

async fn get(store: &dyn KeyValue, path: &str) -> Answer {
    send(store, Method::GET, path, &[], String::new()).await
}

/// A writer for a portal.
fn portal(store: &dyn KeyValue) -> Writer<'_> {
    let caller = Caller {
        name: "portal",
        acts_for: Box::new(|_| true),
    };
    Writer::new(store, caller, at("2026-11-20"), None, "", b"")
}

fn at(day: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("{day}T09:00:00+08:00")).unwrap()
}

/// A store with an evaluation, and the evaluation's id.
fn evaluated() -> (Memory, String) {
    let store = Memory::default();
    let judged = Judged {
        programme: PROGRAMME,
        kind: Some("domain".to_owned()),
        applied_on: "2026-09-01".parse().unwrap(),
        applicant: Some(Holder {
            name: "忻州云杉材料有限公司".to_owned(),
            uscc: Uscc::parse(USCC).unwrap(),
        }),
        platform: Some("云杉".to_owned()),
        verdict: Verdict::Eligible,
        rules_sha256: "0",
        application: to_raw_value(&json!({})).unwrap(),
        evaluation: to_raw_value(&json!({})).unwrap(),
    };
    let kept = run(registry::keep(&portal(&store), judged)).unwrap();
    (store, kept.unwrap().0)
}

/// Publishes a notice for the application of an evaluation.
async fn publish(
    store: &dyn KeyValue,
    evaluation: &str,
    published: &str,
) -> Result<PutOnNotice, Declined> {
    let publication = Publication {
        evaluation: evaluation.to_owned(),
        published: published.parse().unwrap(),
        days: None,
        counting: calendar::Counting::DayAfter,
    };
    registry::publish(&portal(store), &publication).await
}

/// A store with a notice that passed, and the notice's id.
fn on_notice() -> (Memory, String) {
    let (store, evaluation) = evaluated();
    let put = run(publish(&store, &evaluation, "2026-09-28")).unwrap();
    (store, put.unwrap().id)
}

/// Records an event on a notice, as a portal.
async fn record_on_notice(
    store: &dyn KeyValue,
    id: &str,
    event: NoticeEvent,
) -> Result<(), Declined> {
    match event {
        NoticeEvent::Objected(objected) => registry::object(&portal(store), id, objected)
            .await
            .map(drop),
        NoticeEvent::Resolved(resolved) => registry::resolve(&portal(store), id, resolved).await,
        NoticeEvent::Withdrawn(withdrawn) => {
            registry::withdraw(&portal(store), id, withdrawn).await
        }
        other => panic!("no portal records {other:?}"),
    }
}

fn objection() -> NoticeEvent {
    NoticeEvent::Objected(Objected {
        received_on: LAST_DAY.parse().unwrap(),
        reference: "异1号".to_owned(),
        matter: None,
    })
}

fn withdrawal() -> NoticeEvent {
    NoticeEvent::Withdrawn(Withdrawn {
        on: "2026-11-20".parse().unwrap(),
        reference: "撤1号".to_owned(),
        reason: "材料有误".to_owned(),
    })
}

fn issue_request(notice: &str, issued_on: &str) -> Value {
    json!({"notice": notice, "issued_on": issued_on, "reference": "忻科发1号"})
}

async fn issue(store: &dyn KeyValue, notice: &str, issued_on: &str) -> Answer {
    let request = issue_request(notice, issued_on);
    post(store, "/v1/certificates", &request).await
}

/// A store with a certificate, and the certificate's path.
fn issued() -> (Memory, String) {
    let (store, notice) = on_notice();
    let answer = run(issue(&store, &notice, ISSUED_ON)).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    (store, answer.headers["location"].clone())
}

/// Records an event on a certificate, and returns the event's id.
fn record(store: &Memory, certificate: &str, event: &Value) -> String {
    let path = format!("{certificate}/events");
    let answer = run(post(store, &path, event)).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body["id"].as_str().unwrap().to_owned()
}

fn assessed(outcome: &str) -> Value {
    json!({"kind": "assessed", "obligation": "performance-evaluation", "year": 2026,
           "outcome": outcome, "on": "2026-11-02", "reference": "评1号"})
}

fn renamed() -> Value {
    json!({"kind": "approved", "change": "rename", "on": "2026-11-03", "reference": "批1号",
           "name": NEW_NAME})
}

/// Every list that can hold the certificates of these tests.
fn lists() -> [String; 4] {
    [
        format!("/v1/certificates?holder={USCC}"),
        format!("/v1/certificates?name={}", encoded(NAME)),
        format!("/v1/certificates?name={}", encoded(NEW_NAME)),
        format!("/v1/certificates?programme={PROGRAMME}&year=2026"),
    ]
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// How many certificates are in a list.
fn listed(store: &Memory, list: &str) -> usize {
    let answer = run(get(store, list)).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["certificates"].as_array().unwrap().len()
}

fn notice_of(store: &Memory, id: &str) -> Notice {
    let found = run(look_up::<Notices>(store, id)).unwrap();
    found.unwrap().unwrap()
}

/// The notice as computed from the events in its journal, without the stored view.
fn notice_by_its_events(store: &Memory, id: &str) -> Notice {
    let mut values = store.dump();
    values.remove(&format!("accredit/notice/{id}"));
    let store = Memory::filled(values);
    let journal = run(Journal::<Notices>::load(&store, id)).unwrap();
    journal.unwrap().view().unwrap()
}

fn certificate_of(store: &Memory, number: &str) -> Option<Certificate> {
    let found = run(look_up::<Certificates>(store, number)).unwrap();
    found.unwrap()
}

/// The number of the certificate that is issued on this notice.
fn number_on(notice: &str) -> String {
    let rules = rules::programme(PROGRAMME).unwrap();
    let prefix = &rules.programme.certificate.prefix;
    CertificateNumber::derive(prefix, 2026, notice, 0).to_string()
}

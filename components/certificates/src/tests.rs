//! Whole requests over stores in memory: ones that go wrong, and ones that two use at once.

mod death;
mod meeting;
mod reads;

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::DateTime;
use http::{Method, header};
use http_body_util::{BodyExt, Full};
use registry::certificate::{Certificate, Certificates, Holder};
use registry::index::Index;
use registry::journal::{Journal, Written, look_up};
use registry::notice::{self, Event, Notice, Notices, Objected, Promised, Published, Withdrawn};
use registry::uscc::Uscc;
use registry::{KeyValue, Memory, trial};
use rules::Verdict;
use serde_json::{Value, json};
use web::{Clients, Response};

use crate::desk::Desk;

const TOKEN: &str = "Bearer test-token-of-the-registrar";
const CLIENTS: &str = r#"[{
    "name": "registrar", "roles": ["registrar"], "programmes": ["*"],
    "token_sha256": "dd44778941d268f62b22328de3d8d9c6045c493c0a79b9d69ad31fd668782350"
}]"#;

const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
const USCC: &str = "91140900MA0ABCD123";
const NAME: &str = "忻州市云杉技术创新中心";
const NEW_NAME: &str = "忻州市落叶松技术创新中心";
/// What [`publication`] promises: from this day on a certificate can be issued.
const LAST_DAY: &str = "2026-10-10";
const ISSUED_ON: &str = "2026-10-12";

/// An answer, to be compared.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = value.to_str().unwrap().to_owned();
            (name.to_string(), value)
        });
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: match bytes.is_empty() {
                true => Value::Null,
                false => serde_json::from_slice(&bytes).unwrap(),
            },
        }
    }

    /// What a problem is called.
    fn kind(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.rsplit([':', '/', '#']).next().unwrap_or_default()
    }
}

/// Answers a request; `asked` are its further headers.
async fn send<S: KeyValue>(
    store: &S,
    method: Method,
    path: &str,
    asked: &[(header::HeaderName, &str)],
    body: String,
) -> Answer {
    let clients = Clients::parse(CLIENTS).unwrap();
    let desk = Desk {
        store,
        clients: &clients,
        now: DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap(),
    };
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in asked {
        request = request.header(name, *value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let segments = web::segments(&parts, "/v1/certificates").unwrap();
    let body = Full::new(Bytes::from(body));
    let answered = crate::route(&desk, &parts, body, &segments).await;
    Answer::of(answered.unwrap_or_else(Response::from)).await
}

/// Posts with a key that is the request's own.
async fn post(store: &impl KeyValue, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let key = registry::id::derive("test", &[path, &body]);
    let asked = [
        (header::AUTHORIZATION, TOKEN),
        (header::CONTENT_TYPE, "application/json"),
        (header::HeaderName::from_static("idempotency-key"), &key),
    ];
    send(store, Method::POST, path, &asked, body).await
}

async fn get(store: &impl KeyValue, path: &str) -> Answer {
    send(store, Method::GET, path, &[], String::new()).await
}

/// A notice that passed, unless something is recorded on it.
fn publication(published: &str) -> Published {
    let published = published.parse().unwrap();
    let days = 5_u64.try_into().unwrap();
    Published {
        evaluation: "an evaluation".to_owned(),
        programme: PROGRAMME.to_owned(),
        kind: None,
        applicant: Holder {
            name: "忻州云杉材料有限公司".to_owned(),
            uscc: Uscc::parse(USCC).unwrap(),
        },
        name: NAME.to_owned(),
        verdict: Verdict::Eligible,
        published,
        promised: Promised::by(published, days, calendar::Counting::DayAfter).unwrap(),
    }
}

fn written(notice: &str, event: Event) -> Written<Event> {
    let at = DateTime::parse_from_rfc3339("2026-11-20T09:00:00+08:00").unwrap();
    Written::new(event.id(notice), at, "portal", event)
}

/// Puts on notice as `notices` does: unless another notice runs, and listed. Returns the id.
async fn publish<S: KeyValue>(store: &S, published: Published) -> Option<String> {
    let id = published.notice_id();
    let indexes = [
        Index::named(store, notice::index_of_evaluation(&published.evaluation)),
        Index::named(store, notice::index_of_programme(&published.programme)),
        Index::named(store, notice::INDEX),
    ];
    let journal = Journal::<_, Notices>::of(store, &id);
    let mut log = journal.read().await.unwrap();
    let running = indexes[0].page::<Notices, _>(None, usize::MAX, |other| {
        other.withdrawn.is_none().then_some(())
    });
    if !running.await.unwrap().records.is_empty() {
        return None;
    }
    let event = written(&id, Event::Published(published));
    journal.record(&mut log, event, &indexes).await.unwrap();
    Some(id)
}

/// Records on a notice as `notices` does: unless a grant or withdrawal was seen. Whether it was
/// answered with a 201: it has effect, and took none from another.
async fn record_on_notice<S: KeyValue>(store: &S, id: &str, event: Event) -> bool {
    let journal = Journal::<_, Notices>::of(store, id);
    let mut log = journal.read().await.unwrap();
    let before = journal.fold(&log).unwrap();
    if before.granted.is_some() || before.withdrawn.is_some() {
        return false;
    }
    let event = written(id, event);
    let after = journal.record(&mut log, event, &[]).await.unwrap();
    after.void.iter().all(|void| before.void.contains(void))
}

fn objection() -> Event {
    Event::Objected(Objected {
        received_on: LAST_DAY.parse().unwrap(),
        reference: "异1号".to_owned(),
        matter: None,
    })
}

fn withdrawal() -> Event {
    Event::Withdrawn(Withdrawn {
        on: "2026-11-20".parse().unwrap(),
        reference: "撤1号".to_owned(),
        reason: "材料有误".to_owned(),
    })
}

/// A store with a notice that passed, and the notice's id.
fn on_notice() -> (Memory, String) {
    let store = Memory::default();
    let id = trial::run(publish(&store, publication("2026-09-28")));
    (store, id.unwrap().unwrap())
}

fn issue_request(notice: &str, issued_on: &str) -> Value {
    json!({"notice": notice, "issued_on": issued_on, "reference": "忻科发1号"})
}

async fn issue(store: &impl KeyValue, notice: &str, issued_on: &str) -> Answer {
    let request = issue_request(notice, issued_on);
    post(store, "/v1/certificates", &request).await
}

/// A store with a certificate, and the certificate's path.
fn issued() -> (Memory, String) {
    let (store, notice) = on_notice();
    let answer = trial::run(issue(&store, &notice, ISSUED_ON)).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    (store, answer.headers["location"].clone())
}

/// Records an event that a test builds on, and returns its id.
fn record(store: &Memory, certificate: &str, event: &Value) -> String {
    let path = format!("{certificate}/events");
    let answer = trial::run(post(store, &path, event)).unwrap();
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
    let answer = trial::run(get(store, list)).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["certificates"].as_array().unwrap().len()
}

fn notice_of(store: &Memory, id: &str) -> Notice {
    let found = trial::run(look_up::<Notices>(store, id)).unwrap();
    found.unwrap().unwrap().view
}

/// A journal read anew, which must come to what the view says.
fn notice_by_its_journal(store: &Memory, id: &str) -> Notice {
    let journal = Journal::<_, Notices>::of(store, id);
    let log = trial::run(journal.read()).unwrap().unwrap();
    journal.fold(&log).unwrap()
}

fn certificate_of(store: &Memory, number: &str) -> Option<Certificate> {
    let found = trial::run(look_up::<Certificates>(store, number)).unwrap();
    found.unwrap().map(|folded| folded.view)
}

/// The number that a certificate on the notice has.
fn number_on(notice: &str) -> String {
    let rules = rules::programme(PROGRAMME).unwrap();
    let prefix = &rules.programme.certificate.prefix;
    registry::certificate::CertificateNumber::derive(prefix, 2026, notice, 0).to_string()
}

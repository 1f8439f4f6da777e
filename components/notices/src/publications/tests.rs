//! Whole requests over stores in memory: ones that go wrong, and ones that two use at once.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Method;
use http_body_util::{BodyExt, Full};
use registry::Memory;
use registry::certificate::CertificateNumber;
use registry::notice::Granted;
use registry::trial::{self, Counting as Counted, Dying, Failing, Failure};
use serde_json::{Value, json};

use super::*;

const TOKEN: &str = "Bearer test-token-of-the-portal";
const CLIENTS: &str = r#"[{
    "name": "portal", "roles": ["portal"], "programmes": ["*"],
    "token_sha256": "212d1f9a5311ad95f77cda431c2bed8d2b2b05d21f00463f8813a4164bf585e6"
}]"#;
const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
const PUBLISHED: &str = "2026-09-28";

/// An answer, to be compared.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Value,
}

/// Answers a request on a day of the notice, 2026-10-09; `asked` are its headers.
async fn send<S: KeyValue>(
    store: &S,
    method: Method,
    path: &str,
    asked: &[(&str, &str)],
    body: String,
) -> Answer {
    let clients = Clients::parse(CLIENTS).unwrap();
    let desk = Desk {
        store,
        clients: &clients,
        now: DateTime::parse_from_rfc3339("2026-10-09T09:00:00+08:00").unwrap(),
    };
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in asked {
        request = request.header(*name, *value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let segments = web::segments(&parts, "/v1/notices").unwrap();
    let body = Full::new(Bytes::from(body));
    let answered = crate::kept(&desk, &parts, body, &segments).await;
    let (parts, body) = answered.unwrap_or_else(Response::from).into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap().to_owned();
        (name.to_string(), value)
    });
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: match bytes.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&bytes).unwrap(),
        },
    }
}

/// Posts with a key that is the request's own.
async fn post(store: &impl KeyValue, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let key = registry::id::derive("test", &[path, &body]);
    let asked = [
        ("authorization", TOKEN),
        ("content-type", "application/json"),
        ("idempotency-key", &key),
    ];
    send(store, Method::POST, path, &asked, body).await
}

fn get(store: &impl KeyValue, path: &str, asked: &[(&str, &str)]) -> Answer {
    let sent = send(store, Method::GET, path, asked, String::new());
    trial::run(sent).unwrap()
}

/// A store with a kept evaluation, and the evaluation's id.
fn evaluated() -> (Memory, String) {
    let evaluation = json!({
        "programme": PROGRAMME, "kind": "domain", "applied_on": "2026-09-01",
        "applicant": {"name": "忻州云杉材料有限公司", "uscc": "91140900MA0ABCD123"},
        "platform": "云杉", "verdict": "eligible", "rules_sha256": "0",
        "application": {}, "evaluation": {},
    });
    let evaluation: Evaluation = serde_json::from_str(&evaluation.to_string()).unwrap();
    let store = Memory::default();
    let id = trial::run(evaluation::keep(&store, &evaluation)).unwrap();
    (store, id.unwrap())
}

fn publication(evaluation: &str, published: &str) -> Value {
    json!({"evaluation": evaluation, "published": published})
}

/// A store with a notice that runs, and the notice's path.
fn on_notice() -> (Memory, String) {
    let (store, evaluation) = evaluated();
    let request = publication(&evaluation, PUBLISHED);
    let answer = trial::run(post(&store, "/v1/notices", &request)).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    (store, answer.headers["location"].clone())
}

fn objection() -> Value {
    json!({"received_on": "2026-10-08", "reference": "异1号", "matter": "面积不实"})
}

fn withdrawal() -> Value {
    json!({"on": "2026-10-09", "reference": "撤1号", "reason": "材料有误"})
}

fn resolution(outcome: &str) -> Value {
    json!({"outcome": outcome, "on": "2026-10-09", "reference": "复1号"})
}

/// A store with an objection, the notice's path, and the path of the objection's resolution.
fn objected() -> (Memory, String, String) {
    let (store, notice) = on_notice();
    let answer = trial::run(post(&store, &format!("{notice}/objections"), &objection()));
    let answer = answer.unwrap();
    let resolution = answer.body["resolution"].as_str().unwrap().to_owned();
    (store, notice, resolution)
}

fn lists() -> [String; 3] {
    [
        "/v1/notices".to_owned(),
        format!("/v1/notices?programme={PROGRAMME}"),
        "/v1/notices?status=open".to_owned(),
    ]
}

/// Everything that can be read.
fn read(store: &Memory, notice: &str, evaluation: &str) -> (Vec<Answer>, Vec<String>) {
    let lists = lists().map(|list| get(store, &list, &[]));
    let own = [
        get(store, notice, &[]),
        get(store, notice, &[("authorization", TOKEN)]),
    ];
    let index = Index::named(store, notice::index_of_evaluation(evaluation));
    let rests_on = trial::run(index.page::<Notices, _>(None, 10, |notice| Some(notice.id)));
    let rests_on = rests_on.unwrap().unwrap().records;
    (own.into_iter().chain(lists).collect(), rests_on)
}

/// Sends a request whose process dies at any call of the store or whose call fails, and again. Returns
/// how many calls the request makes.
fn made_good(before: &Memory, path: &str, body: &Value) -> u32 {
    let evaluation = evaluated().1;
    let notice = on_notice().1;
    let readable: Vec<_> = [notice.clone()]
        .into_iter()
        .filter(|path| get(before, path, &[]).status == 200)
        .chain(lists())
        .collect();
    let undisturbed = before.clone();
    let expected = trial::run(post(&undisturbed, path, body)).unwrap();
    assert_eq!(expected.status, 201, "{expected:?}");
    let everything = read(&undisturbed, &notice, &evaluation);
    assert!(everything.0.iter().all(|answer| answer.status == 200));

    let good = |store: &Memory, how: &str| {
        for path in &readable {
            assert_eq!(get(store, path, &[]).status, 200, "{path} {how}");
        }
        let again = trial::run(post(store, path, body)).unwrap();
        assert_eq!(again, expected, "{how}");
        assert_eq!(read(store, &notice, &evaluation), everything, "{how}");
    };
    for failure in [Failure::Before, Failure::After] {
        for calls in 0.. {
            let store = before.clone();
            let failing = Failing::after(&store, calls, failure);
            let answer = trial::run(post(&failing, path, body)).unwrap();
            if answer.status == 201 {
                break;
            }
            assert_eq!(answer.status, 500, "{answer:?}");
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            good(&store, &format!("where call {calls} fails {failure:?}"));
        }
    }
    for calls in 0.. {
        let store = before.clone();
        let dying = Dying::after(&store, calls);
        let survived = trial::run(post(&dying, path, body)).is_some();
        good(&store, &format!("dead after {calls} calls"));
        if survived {
            return calls;
        }
    }
    unreachable!()
}

#[test]
fn a_write_that_is_interrupted_is_made_good_by_asking_again() {
    let (kept, evaluation) = evaluated();
    let (running, notice) = on_notice();
    let (disputed, _, decision) = objected();
    for (before, path, body, most) in [
        (
            &kept,
            "/v1/notices".to_owned(),
            publication(&evaluation, PUBLISHED),
            28,
        ),
        (&running, format!("{notice}/objections"), objection(), 14),
        (&running, format!("{notice}/withdrawal"), withdrawal(), 14),
        (&disputed, decision, resolution("upheld"), 15),
    ] {
        let calls = made_good(before, &path, &body);
        assert!(calls <= most, "{path} {calls}");
    }
}

#[test]
fn two_decisions_on_an_objection_are_not_both_answered() {
    let (before, notice, path) = objected();
    trial::interleave(
        3,
        || before.clone(),
        async |store, writer| {
            let outcome = ["dismissed", "upheld"][writer];
            post(store, &path, &resolution(outcome)).await.status
        },
        |store, answers| {
            assert!(answers.contains(&409), "{answers:?}");
            let shown = get(store, &notice, &[]);
            let count = |outcome: &str| shown.body["objections"][outcome].as_u64().unwrap();
            let counts = [count("dismissed"), count("upheld")];
            assert!([[1, 0], [0, 1]].contains(&counts), "{counts:?}");
            // Whoever asks again is told how it stands.
            for (outcome, counts) in ["dismissed", "upheld"].into_iter().zip(counts) {
                let again = trial::run(post(store, &path, &resolution(outcome))).unwrap();
                assert_eq!(again.status, if counts == 1 { 201 } else { 409 });
            }
        },
    );
}

/// Grants as `certificates` does on a notice that it found to have passed.
async fn grant<S: KeyValue>(store: &S, id: &str) -> bool {
    let journal = Journal::<_, Notices>::of(store, id);
    let mut log = journal.read().await.unwrap();
    let before = journal.fold(&log).unwrap();
    if before.withdrawn.is_some() {
        return false;
    }
    let event = Event::Granted(Granted {
        number: CertificateNumber::derive("XZTIC", 2026, id, 0),
        on: "2026-10-12".parse().unwrap(),
    });
    let at = DateTime::parse_from_rfc3339("2026-10-12T09:00:00+08:00").unwrap();
    let written = Written::new(event.id(id), at, "registrar", event);
    let after = journal.record(&mut log, written, &[]).await.unwrap();
    after.granted.is_some()
}

/// A withdrawal that takes the effect of a grant away is answered only where the grant was not.
#[test]
fn a_withdrawal_meets_a_grant() {
    let (before, notice) = on_notice();
    let id = notice.rsplit('/').next().unwrap();
    trial::interleave(
        3,
        || before.clone(),
        async |store, writer| {
            if writer == 0 {
                grant(store, id).await
            } else {
                let path = format!("{notice}/withdrawal");
                post(store, &path, &withdrawal()).await.status == 201
            }
        },
        |store, [granted, withdrawn]| {
            let shown = get(store, &notice, &[]).body;
            assert_ne!(shown["granted"].is_null(), shown["withdrawn"].is_null());
            let both = granted && withdrawn;
            assert!(!both || shown["withdrawn"].is_null(), "{shown}");
        },
    );
}

/// Whoever looks at it; a list costs two for each entry besides.
#[test]
fn what_a_look_at_notices_costs() {
    let (store, notice, _) = objected();
    let public: &[(&str, &str)] = &[];
    for (path, asked, most) in [
        (&notice, public, 1),
        (&notice, &[("authorization", TOKEN)], 1),
        (&lists()[0], public, 3),
        (&lists()[1], public, 3),
        (&lists()[2], public, 3),
    ] {
        let counted = Counted::new(&store);
        let answer = get(&counted, path, asked);
        assert_eq!((answer.status, counted.calls()), (200, most), "{path}");
    }
}

/// Portals see the objections; so what is answered depends on who asks, and only the public's is kept
/// by those it passes through.
#[test]
fn what_an_answer_about_a_notice_carries() {
    let (store, notice, _) = objected();
    let first = get(&store, &notice, &[]);
    assert_eq!(first.headers["vary"], "authorization");
    assert_eq!(first.headers["cache-control"], "public, no-cache");
    assert!(first.body["objections"].get("all").is_none());
    let tag = first.headers["etag"].as_str();
    let again = get(&store, &notice, &[("if-none-match", tag)]);
    assert_eq!((again.status, again.body.is_null()), (304, true));
    assert_eq!(again.headers["vary"], "authorization");
    let asked = [("if-none-match", tag), ("authorization", TOKEN)];
    let portal = get(&store, &notice, &asked);
    assert_eq!(portal.status, 200);
    assert_eq!(portal.headers["vary"], "authorization");
    assert_eq!(portal.headers["cache-control"], "no-store");
    assert_eq!(
        portal.body["objections"]["all"].as_array().unwrap().len(),
        1
    );
    trial::run(post(&store, &format!("{notice}/withdrawal"), &withdrawal())).unwrap();
    let changed = get(&store, &notice, &[("if-none-match", tag)]);
    assert_eq!(
        (changed.status, &changed.body["status"]),
        (200, &json!("withdrawn"))
    );
}

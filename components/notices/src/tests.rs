//! Whole requests on a store in memory: interrupted requests, and two requests at the same time.

use chrono::DateTime;
use faults::{Answer, Counting, crash_at_every_call, interleave, request, run};
use recognition::certificate::{CertificateNumber, Holder};
use recognition::id;
use recognition::notice::{Granted, NoticeEvent};
use recognition::uscc::Uscc;
use registry::records::Notices;
use registry::{Caller, Judged, Writer, lists};
use rules::Verdict;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use store::journal::{Journal, Written};
use store::listing::Listing;
use store::{KeyValue, Memory};
use web::Clients;

use super::*;

const TOKEN: &str = "Bearer test-token-of-the-portal";
const CLIENTS: &str = r#"[{
    "name": "portal", "roles": ["portal"], "programmes": ["*"],
    "token_sha256": "212d1f9a5311ad95f77cda431c2bed8d2b2b05d21f00463f8813a4164bf585e6"
}]"#;
const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
const PUBLISHED: &str = "2026-09-28";

/// Sends a request on 2026-10-09, a day on which the notice is open. `asked` are the request's headers.
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
        now: DateTime::parse_from_rfc3339("2026-10-09T09:00:00+08:00").unwrap(),
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

fn get(store: &dyn KeyValue, path: &str, asked: &[(&str, &str)]) -> Answer {
    let sent = send(store, Method::GET, path, asked, String::new());
    run(sent).unwrap()
}

/// A store with an evaluation, and the evaluation's id.
fn evaluated() -> (Memory, String) {
    let store = Memory::default();
    let caller = Caller {
        name: "portal",
        acts_for: Box::new(|_| true),
    };
    let now = DateTime::parse_from_rfc3339("2026-09-01T09:00:00+08:00").unwrap();
    let writer = Writer::new(&store, caller, now, None, "", b"");
    let judged = Judged {
        programme: PROGRAMME,
        kind: Some("domain".to_owned()),
        applied_on: "2026-09-01".parse().unwrap(),
        applicant: Some(Holder {
            name: "忻州云杉材料有限公司".to_owned(),
            uscc: Uscc::parse("91140900MA0ABCD123").unwrap(),
        }),
        platform: Some("云杉".to_owned()),
        verdict: Verdict::Eligible,
        rules_sha256: "0",
        application: to_raw_value(&json!({})).unwrap(),
        evaluation: to_raw_value(&json!({})).unwrap(),
    };
    let kept = run(registry::keep(&writer, judged)).unwrap();
    let (id, _) = kept.unwrap();
    drop(writer);
    (store, id)
}

fn publication(evaluation: &str, published: &str) -> Value {
    json!({"evaluation": evaluation, "published": published})
}

/// A store with an open notice, and the notice's path.
fn on_notice() -> (Memory, String) {
    let (store, evaluation) = evaluated();
    let request = publication(&evaluation, PUBLISHED);
    let answer = run(post(&store, "/v1/notices", &request)).unwrap();
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
    let answer = run(post(&store, &format!("{notice}/objections"), &objection()));
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

/// All answers that show the notice, and the ids of the evaluation's notices.
fn read(store: &Memory, notice: &str, evaluation: &str) -> (Vec<Answer>, Vec<String>) {
    let lists = lists().map(|list| get(store, &list, &[]));
    let own = [
        get(store, notice, &[]),
        get(store, notice, &[("authorization", TOKEN)]),
    ];
    let list = Listing::of(store, lists::notices_of_evaluation(evaluation));
    let notices = run(list.page::<Notices, _>(None, 10, |notice| Some(notice.id)));
    let notices = notices.unwrap().unwrap().records;
    (own.into_iter().chain(lists).collect(), notices)
}

/// Sends a request that stops or fails at one store call, then sends the request again, and checks that
/// the result is as if nothing had happened. Does so for each store call. Returns how many calls the
/// undisturbed request makes.
fn completed_by_repeating(before: &Memory, path: &str, body: &Value) -> u32 {
    let evaluation = evaluated().1;
    let notice = on_notice().1;
    let readable: Vec<_> = [notice.clone()]
        .into_iter()
        .filter(|path| get(before, path, &[]).status == 200)
        .chain(lists())
        .collect();
    let undisturbed = before.clone();
    let expected = run(post(&undisturbed, path, body)).unwrap();
    assert_eq!(expected.status, 201, "{expected:?}");
    let everything = read(&undisturbed, &notice, &evaluation);
    assert!(everything.0.iter().all(|answer| answer.status == 200));

    let good = |store: &Memory, how: &str| {
        for path in &readable {
            assert_eq!(get(store, path, &[]).status, 200, "{path} {how}");
        }
        let again = run(post(store, path, body)).unwrap();
        assert_eq!(again, expected, "{how}");
        assert_eq!(read(store, &notice, &evaluation), everything, "{how}");
    };
    crash_at_every_call(before, async |store| post(store, path, body).await, good)
}

#[test]
fn repeating_an_interrupted_write_completes_it() {
    let (stored, evaluation) = evaluated();
    let (running, notice) = on_notice();
    let (disputed, _, decision) = objected();
    for (before, path, body, most) in [
        (
            &stored,
            "/v1/notices".to_owned(),
            publication(&evaluation, PUBLISHED),
            27,
        ),
        (&running, format!("{notice}/objections"), objection(), 11),
        (&running, format!("{notice}/withdrawal"), withdrawal(), 11),
        (&disputed, decision, resolution("upheld"), 11),
    ] {
        let calls = completed_by_repeating(before, &path, &body);
        assert!(calls <= most, "{path} {calls}");
    }
}

#[test]
fn two_different_decisions_on_one_objection_do_not_both_succeed() {
    let (before, notice, path) = objected();
    interleave(
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
            // A repeated request succeeds only if its decision is the recorded decision.
            for (outcome, counts) in ["dismissed", "upheld"].into_iter().zip(counts) {
                let again = run(post(store, &path, &resolution(outcome))).unwrap();
                assert_eq!(again.status, if counts == 1 { 201 } else { 409 });
            }
        },
    );
}

/// Records a grant on a notice, like `certificates` does after the notice passed. Returns whether the
/// grant has effect.
async fn grant(store: &dyn KeyValue, id: &str) -> bool {
    let mut journal = Journal::<Notices>::load(store, id).await.unwrap();
    let before = journal.view().unwrap();
    if before.withdrawn.is_some() {
        return false;
    }
    let event = NoticeEvent::Granted(Granted {
        number: CertificateNumber::derive("XZTIC", 2026, id, 0),
        on: "2026-10-12".parse().unwrap(),
    });
    let at = DateTime::parse_from_rfc3339("2026-10-12T09:00:00+08:00").unwrap();
    let written = Written::new(event.id(id), at, "registrar", event);
    let after = journal.record(written, &[]).await.unwrap();
    after.granted.is_some()
}

/// A withdrawal may cancel a grant only if the writer of the grant was not told that the grant has effect.
#[test]
fn a_withdrawal_and_a_grant_at_the_same_time_do_not_both_have_effect() {
    let (before, notice) = on_notice();
    let id = notice.rsplit('/').next().unwrap();
    interleave(
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

/// A list needs one call, and two more for each entry.
#[test]
fn a_notice_needs_one_store_call_and_a_list_of_one_needs_three() {
    let (store, notice, _) = objected();
    let public: &[(&str, &str)] = &[];
    for (path, asked, most) in [
        (&notice, public, 1),
        (&notice, &[("authorization", TOKEN)], 1),
        (&lists()[0], public, 3),
        (&lists()[1], public, 3),
        (&lists()[2], public, 3),
    ] {
        let counted = Counting::new(&store);
        let answer = get(&counted, path, asked);
        assert_eq!((answer.status, counted.calls()), (200, most), "{path}");
    }
}

/// The answer depends on who asks, because only portals see the objections. Caches may store only the
/// public answer.
#[test]
fn caches_may_store_only_the_public_answer_about_a_notice() {
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
    run(post(&store, &format!("{notice}/withdrawal"), &withdrawal())).unwrap();
    let changed = get(&store, &notice, &[("if-none-match", tag)]);
    assert_eq!(
        (changed.status, &changed.body["status"]),
        (200, &json!("withdrawn"))
    );
}

/// Unknown paths, wrong methods, and what is no id.
#[test]
fn what_names_no_notice_needs_no_store() {
    let (store, notice) = on_notice();
    let token = [
        ("authorization", TOKEN),
        ("content-type", "application/json"),
    ];
    for (method, path, asked, body, status) in [
        (Method::GET, "/v1/notices/a/b", &token[..0], "", 404),
        (Method::DELETE, "/v1/notices", &[], "", 405),
        (Method::PUT, &notice, &[], "", 405),
        (Method::GET, &format!("{notice}/objections"), &[], "", 405),
        (Method::GET, &format!("{notice}/withdrawal"), &[], "", 405),
        (Method::GET, "/v1/notices/none", &[], "", 404),
        (
            Method::GET,
            &format!("/v1/notices/{}", "n".repeat(300)),
            &[],
            "",
            404,
        ),
        (
            Method::POST,
            "/v1/notices/none/withdrawal",
            &token,
            r#"{"on": "2026-10-09", "reference": "1", "reason": "1"}"#,
            404,
        ),
        (Method::GET, "/v1/notices?status=x", &[], "", 400),
        // Who asks is settled before the store is.
        (Method::POST, "/v1/notices", &[], "", 401),
        (Method::POST, &format!("{notice}/withdrawal"), &[], "", 401),
    ] {
        let counting = Counting::new(&store);
        let answer = run(send(&counting, method, path, asked, body.to_owned())).unwrap();
        assert_eq!((answer.status, counting.calls()), (status, 0), "{path}");
    }
}

//! Storing evaluations in a store in memory: interrupted requests, and two requests at the same time.

use chrono::DateTime;
use endpoint::Endpoint;
use faults::{Answer, Counting, crash_at_every_call, interleave, request, run};
use http::Method;
use recognition::id;
use serde_json::{Value, json};
use store::{KeyValue, Memory};
use web::Clients;

use super::*;

const CLIENTS: &str = r#"[{
    "name": "portal", "roles": ["portal"], "programmes": ["*"],
    "token_sha256": "212d1f9a5311ad95f77cda431c2bed8d2b2b05d21f00463f8813a4164bf585e6"
}]"#;

/// Sends a request as the portal, with this idempotency key.
async fn send(store: &dyn KeyValue, method: Method, path: &str, key: &str, body: &Value) -> Answer {
    let clients = Clients::parse(CLIENTS).unwrap();
    let endpoint = Endpoint {
        store,
        clients: &clients,
        now: DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap(),
    };
    let asked = [
        ("authorization", "Bearer test-token-of-the-portal"),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let (parts, body) = request(method, path, &asked, body.to_string());
    let segments = web::segments(&parts, BASE).unwrap();
    let answered = keep::route(&endpoint, &parts, body, &segments).await;
    Answer::of(answered.unwrap_or_else(Response::from)).await
}

/// Stores the evaluation of an application with this name of the platform. The idempotency key is derived
/// from the name.
async fn kept(store: &dyn KeyValue, platform: &str) -> Answer {
    let application = json!({
        "programme": "xinzhou-technology-innovation-centre", "kind": "domain",
        "applied_on": "2026-11-23", "facts": {"floor_area_m2": 500}, "documents": [],
        "applicant": {"name": "忻州云杉材料有限公司", "uscc": "91140900MA0ABCD123"},
        "platform": platform,
    });
    let key = id::derive("test", &[platform]);
    let path = "/v1/eligibility/evaluations?save=true";
    send(store, Method::POST, path, &key, &application).await
}

/// Reads the stored evaluation at the location in the answer.
fn shown(store: &dyn KeyValue, kept: &Answer) -> Answer {
    let location = &kept.headers["location"];
    run(send(store, Method::GET, location, "k", &Value::Null)).unwrap()
}

#[test]
fn repeating_an_interrupted_request_completes_it() {
    let before = Memory::default();
    let other = run(kept(&before, "云杉")).unwrap();
    let undisturbed = before.clone();
    let expected = run(kept(&undisturbed, "落叶松")).unwrap();
    assert_eq!(expected.status, 201, "{expected:?}");
    let good = |store: &Memory, how: &str| {
        assert_eq!(shown(store, &other).status, 200, "{how}");
        assert_eq!(run(kept(store, "落叶松")).unwrap(), expected, "{how}");
        assert_eq!(store, &undisturbed, "{how}");
    };
    let calls = crash_at_every_call(&before, async |store| kept(store, "落叶松").await, good);
    assert!(calls <= 4, "{calls}");
}

#[test]
fn two_equal_requests_store_one_evaluation() {
    let undisturbed = Memory::default();
    let expected = run(kept(&undisturbed, "云杉")).unwrap();
    interleave(
        8,
        Memory::default,
        async |store, _| kept(store, "云杉").await,
        |store, answers| {
            assert_eq!(answers, [expected.clone(), expected.clone()]);
            assert_eq!(store, &undisturbed);
        },
    );
}

#[test]
fn reading_a_stored_evaluation_is_one_call() {
    let store = Memory::default();
    let kept = run(kept(&store, "云杉")).unwrap();
    let counting = Counting::new(&store);
    let shown = shown(&counting, &kept);
    assert_eq!((shown.status, counting.calls()), (200, 1));
    assert_eq!(shown.body, kept.body);
}

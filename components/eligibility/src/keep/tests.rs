//! Keeping evaluations over stores in memory: ones that go wrong, and ones that two use at once.

use http_body_util::BodyExt;
use registry::Memory;
use registry::trial::{self, Counting, Dying, Failing, Failure};
use serde_json::{Value, json};

use super::*;

const CLIENTS: &str = r#"[{
    "name": "portal", "roles": ["portal"], "programmes": ["*"],
    "token_sha256": "212d1f9a5311ad95f77cda431c2bed8d2b2b05d21f00463f8813a4164bf585e6"
}]"#;

/// An answer, to be compared.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    status: u16,
    location: Option<String>,
    body: Value,
}

async fn answer(answered: Result<Response, Problem>) -> Answer {
    let (parts, body) = answered.unwrap_or_else(Response::from).into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let location = parts.headers.get("location");
    Answer {
        status: parts.status.as_u16(),
        location: location.map(|location| location.to_str().unwrap().to_owned()),
        body: serde_json::from_slice(&bytes).unwrap(),
    }
}

fn headers(key: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let token = "Bearer test-token-of-the-portal";
    headers.insert("authorization", token.parse().unwrap());
    headers.insert("idempotency-key", key.parse().unwrap());
    headers
}

/// Keeps an application with that part of the name, with a key that is its own.
async fn kept(store: &impl KeyValue, platform: &str) -> Answer {
    let application = json!({
        "programme": "xinzhou-technology-innovation-centre", "kind": "domain",
        "applied_on": "2026-11-23", "facts": {"floor_area_m2": 500}, "documents": [],
        "applicant": {"name": "忻州云杉材料有限公司", "uscc": "91140900MA0ABCD123"},
        "platform": platform,
    });
    let clients = Clients::parse(CLIENTS).unwrap();
    let headers = headers(&registry::id::derive("test", &[platform]));
    let today = "2026-11-23".parse().unwrap();
    let body = application.to_string();
    answer(keep(store, &clients, &headers, body.as_bytes(), today).await).await
}

/// Looks at what was kept, at the place that was answered.
fn shown(store: &impl KeyValue, kept: &Answer) -> Answer {
    let clients = Clients::parse(CLIENTS).unwrap();
    let location = kept.location.as_deref().unwrap();
    let id = location.strip_prefix("/v1/eligibility/evaluations/");
    let headers = headers("k");
    let shown = show(store, &clients, &headers, id.unwrap());
    trial::run(async { answer(shown.await).await }).unwrap()
}

#[test]
fn keeping_that_is_interrupted_is_made_good_by_asking_again() {
    let before = Memory::default();
    let other = trial::run(kept(&before, "云杉")).unwrap();
    let undisturbed = before.clone();
    let expected = trial::run(kept(&undisturbed, "落叶松")).unwrap();
    assert_eq!(expected.status, 201, "{expected:?}");
    let good = |store: &Memory, how: &str| {
        assert_eq!(shown(store, &other).status, 200, "{how}");
        assert_eq!(
            trial::run(kept(store, "落叶松")).unwrap(),
            expected,
            "{how}"
        );
        assert_eq!(store, &undisturbed, "{how}");
    };
    for failure in [Failure::Before, Failure::After] {
        for calls in 0.. {
            let store = before.clone();
            let failing = Failing::after(&store, calls, failure);
            let answer = trial::run(kept(&failing, "落叶松")).unwrap();
            if answer.status == 201 {
                break;
            }
            assert_eq!(answer.status, 500, "{answer:?}");
            good(&store, &format!("where call {calls} fails {failure:?}"));
        }
    }
    for calls in 0.. {
        let store = before.clone();
        let survived = trial::run(kept(&Dying::after(&store, calls), "落叶松")).is_some();
        good(&store, &format!("dead after {calls} calls"));
        if survived {
            assert!(calls <= 4, "{calls}");
            break;
        }
    }
}

#[test]
fn two_who_keep_the_same_keep_one() {
    let undisturbed = Memory::default();
    let expected = trial::run(kept(&undisturbed, "云杉")).unwrap();
    trial::interleave(
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
fn a_look_at_what_was_kept_is_one_call() {
    let store = Memory::default();
    let kept = trial::run(kept(&store, "云杉")).unwrap();
    let counting = Counting::new(&store);
    let shown = shown(&counting, &kept);
    assert_eq!((shown.status, counting.calls()), (200, 1));
    assert_eq!(shown.body, kept.body);
}

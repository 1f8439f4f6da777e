//! What lookups cost and carry.

use registry::trial::Counting;

use super::*;

fn calls(store: &Memory, path: &str) -> (Answer, u32) {
    let counting = Counting::new(store);
    let answer = trial::run(get(&counting, path)).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    (answer, counting.calls())
}

/// Whatever has happened to it.
#[test]
fn a_lookup_by_number_is_one_call() {
    let (store, certificate) = issued();
    for _ in 0..2 {
        for rest in ["", "/history", "?on=2026-10-20"] {
            let path = format!("{certificate}{rest}");
            assert_eq!(calls(&store, &path).1, 1, "{path}");
        }
        record(&store, &certificate, &renamed());
    }
}

#[test]
fn a_list_costs_a_call_and_two_for_each_entry() {
    let (store, certificate) = issued();
    record(&store, &certificate, &renamed());
    for list in lists() {
        let (answer, calls) = calls(&store, &list);
        assert_eq!(answer.body["certificates"].as_array().unwrap().len(), 1);
        assert_eq!(calls, 3, "{list}");
    }
    let (answer, calls) = calls(&store, "/v1/certificates?name=nobody");
    assert_eq!((&answer.body["certificates"], calls), (&json!([]), 1));
}

#[test]
fn an_answer_that_is_known_is_not_sent_again() {
    let (store, certificate) = issued();
    for rest in ["", "/history", "?on=2026-10-20"] {
        let path = format!("{certificate}{rest}");
        let ask = |tag: &str| {
            let asked = [(header::IF_NONE_MATCH, tag)];
            trial::run(send(&store, Method::GET, &path, &asked, String::new())).unwrap()
        };
        let first = ask("\"x\"");
        assert_eq!((first.status, first.body.is_null()), (200, false));
        assert_eq!(first.headers["cache-control"], "public, no-cache");
        let tag = &first.headers["etag"];
        let again = ask(tag);
        assert_eq!((again.status, again.body.is_null()), (304, true));
        assert_eq!(&again.headers["etag"], tag);
        // What happens to the certificate makes it another answer, except of a day before.
        let later = store.clone();
        record(&later, &certificate, &renamed());
        let asked = [(header::IF_NONE_MATCH, tag.as_str())];
        let sent = send(&later, Method::GET, &path, &asked, String::new());
        let expected = if rest.starts_with('?') { 304 } else { 200 };
        assert_eq!(trial::run(sent).unwrap().status, expected, "{path}");
    }
}

/// The store's clock shows 2026-11-23 in China.
#[test]
fn a_certificate_on_a_day() {
    let (store, certificate) = issued();
    record(&store, &certificate, &renamed());
    for (on, status, since, name) in [
        ("2026-10-11", Value::Null, Value::Null, NAME),
        ("2026-10-12", json!("valid"), json!(ISSUED_ON), NAME),
        ("2026-11-02", json!("valid"), json!(ISSUED_ON), NAME),
        ("2026-11-03", json!("valid"), json!(ISSUED_ON), NEW_NAME),
        ("2026-11-23", json!("valid"), json!(ISSUED_ON), NEW_NAME),
    ] {
        let answer = trial::run(get(&store, &format!("{certificate}?on={on}"))).unwrap();
        assert_eq!(answer.status, 200, "{on}");
        let body = &answer.body;
        assert_eq!((&body["on"], &body["name"]), (&json!(on), &json!(name)));
        assert_eq!((&body["status"], &body["since"]), (&status, &since), "{on}");
        assert_eq!(body["issued_on"], ISSUED_ON);
    }
    let answer = trial::run(get(&store, &format!("{certificate}?on=2026-11-24"))).unwrap();
    assert_eq!((answer.status, answer.kind()), (400, "invalid-query"));
    assert_eq!(answer.body["errors"][0]["parameter"], "on");
}

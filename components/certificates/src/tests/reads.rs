//! Store calls, caching headers and content of reads.

use faults::Counting;

use super::*;

fn calls(store: &Memory, path: &str) -> (Answer, u32) {
    let counting = Counting::new(store);
    let answer = run(get(&counting, path)).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    (answer, counting.calls())
}

/// The number of events of the certificate makes no difference.
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
fn a_list_needs_one_call_and_two_for_each_entry() {
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
fn a_request_with_the_known_tag_gives_304() {
    let (store, certificate) = issued();
    for rest in ["", "/history", "?on=2026-10-20"] {
        let path = format!("{certificate}{rest}");
        let ask = |tag: &str| {
            let asked = [("if-none-match", tag)];
            run(send(&store, Method::GET, &path, &asked, String::new())).unwrap()
        };
        let first = ask("\"x\"");
        assert_eq!((first.status, first.body.is_null()), (200, false));
        assert_eq!(first.headers["cache-control"], "public, no-cache");
        let tag = &first.headers["etag"];
        let again = ask(tag);
        assert_eq!((again.status, again.body.is_null()), (304, true));
        assert_eq!(&again.headers["etag"], tag);
        // An event changes the answer, except the answer for a day before the event.
        let later = store.clone();
        record(&later, &certificate, &renamed());
        let asked = [("if-none-match", tag.as_str())];
        let sent = send(&later, Method::GET, &path, &asked, String::new());
        let expected = if rest.starts_with('?') { 304 } else { 200 };
        assert_eq!(run(sent).unwrap().status, expected, "{path}");
    }
}

/// Today is 2026-11-23 in these tests.
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
        let answer = run(get(&store, &format!("{certificate}?on={on}"))).unwrap();
        assert_eq!(answer.status, 200, "{on}");
        let body = &answer.body;
        assert_eq!((&body["on"], &body["name"]), (&json!(on), &json!(name)));
        assert_eq!((&body["status"], &body["since"]), (&status, &since), "{on}");
        assert_eq!(body["issued_on"], ISSUED_ON);
    }
    let answer = run(get(&store, &format!("{certificate}?on=2026-11-24"))).unwrap();
    assert_eq!((answer.status, answer.kind()), (400, "invalid-query"));
    assert_eq!(answer.body["errors"][0]["parameter"], "on");
}

/// Unknown paths, wrong methods, and what is no number.
#[test]
fn what_names_no_certificate_needs_no_store() {
    let (store, certificate) = issued();
    let events = format!("{certificate}/events");
    let (all_but_check, check) = certificate.split_at(certificate.len() - 1);
    let mistyped = format!("{all_but_check}{}", if check == "0" { '1' } else { '0' });
    for (method, path, status) in [
        (Method::GET, "/v1/certificates/a/b/c", 404),
        (Method::GET, "/v1/certificates/", 400),
        (Method::DELETE, "/v1/certificates", 405),
        (Method::PUT, &certificate, 405),
        (Method::GET, &events, 405),
        (Method::POST, &format!("{certificate}/history"), 405),
        (Method::GET, "/v1/certificates/XZTIC-2026", 400),
        (Method::GET, &mistyped, 400),
        (Method::POST, &format!("{mistyped}/events"), 400),
        (Method::GET, &format!("{certificate}?on=2026-13-01"), 400),
        (Method::GET, "/v1/certificates?holder=1", 400),
        // Who asks is settled before the store is.
        (Method::POST, "/v1/certificates", 401),
        (Method::POST, &events, 401),
    ] {
        let counting = Counting::new(&store);
        let answer = run(send(&counting, method, path, &[], String::new())).unwrap();
        assert_eq!((answer.status, counting.calls()), (status, 0), "{path}");
    }
}

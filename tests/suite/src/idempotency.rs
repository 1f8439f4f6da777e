//! A request that is sent twice is carried out once, with `Idempotency-Key` and without.

use serde_json::Value;

use super::clients::{Client, may_write};
use super::fresh;
use super::problem::assert_problem;
use super::register::{CERTIFICATES, assert_made, issued, reference};
use super::server::Answer;
use super::writes::{self, Write};

const KEY: &str = "Idempotency-Key";

fn post(write: &Write, by: Client, key: &str, body: &Value) -> Answer {
    by.post_with(&write.path, body, &[(KEY, key)])
}

fn assert_same(again: &Answer, first: &Answer) {
    assert_eq!(again.status, first.status, "{again}");
    assert_eq!(again.body, first.body, "{again}\n{first}");
    for name in ["content-type", "cache-control", "location"] {
        assert_eq!(again.header(name), first.header(name), "{again}");
    }
}

fn assert_reused(answer: &Answer) {
    assert_problem(answer, "idempotency-key-reused", &["@Idempotency-Key"]);
}

#[test]
fn two_equal_requests_make_one_record_and_get_one_answer() {
    if !may_write() {
        return;
    }
    for keyed in [false, true] {
        for write in writes::all() {
            let key = fresh::word();
            let send = || match keyed {
                true => post(&write, write.by, &key, &write.body),
                false => write.by.post(&write.path, &write.body),
            };
            let first = send();
            assert_made(&first);
            let read = (write.read)();
            for _ in 0..3 {
                assert_same(&send(), &first);
            }
            // Another client, another key, none: it is what is said that makes a record one.
            assert_same(&Client::Office.post(&write.path, &write.body), &first);
            let other_key = post(&write, write.by, &fresh::word(), &write.body);
            assert_same(&other_key, &first);
            assert_eq!((write.read)(), read, "{}", write.what);
        }
    }
}

#[test]
fn a_key_is_good_for_one_request() {
    if !may_write() {
        return;
    }
    for write in writes::all() {
        let key = fresh::word();
        let first = post(&write, write.by, &key, &write.body);
        assert_made(&first);
        let read = (write.read)();
        assert_reused(&post(&write, write.by, &key, &write.other));
        assert_eq!((write.read)(), read, "{}", write.what);
        assert_same(&post(&write, write.by, &key, &write.body), &first);
    }
    // The same body to another path is another request too.
    let event = |number: &str, key: &str, body: &Value| {
        let path = format!("{CERTIFICATES}/{number}/events");
        Client::Registrar.post_with(&path, body, &[(KEY, key)])
    };
    let body = serde_json::json!({"kind": "approved", "change": "direction", "on": "2026-06-01",
                                  "reference": reference()});
    let ((_, _, one), (_, _, other)) = (issued(), issued());
    let key = fresh::word();
    assert_made(&event(&one, &key, &body));
    assert_reused(&event(&other, &key, &body));
    assert_made(&event(&other, &fresh::word(), &body));
}

#[test]
fn keys_of_different_clients_have_nothing_to_do_with_each_other() {
    if !may_write() {
        return;
    }
    for (one, other) in writes::all().into_iter().zip(writes::all()) {
        let key = fresh::word();
        assert_made(&post(&one, one.by, &key, &one.body));
        assert_made(&post(&other, Client::Office, &key, &other.body));
        assert_reused(&post(&other, other.by, &key, &other.body));
    }
}

#[test]
fn a_refused_request_is_mended_and_sent_again_with_its_key() {
    if !may_write() {
        return;
    }
    for write in writes::all() {
        let key = fresh::word();
        let before = (write.read)();
        let (kind, refused) = &write.refused;
        for _ in 0..2 {
            let answer = post(&write, write.by, &key, refused);
            assert!([409, 422].contains(&answer.status), "{answer}");
            assert_eq!(
                answer.at("/type"),
                format!("urn:problem-type:accredit:{kind}"),
                "{answer}"
            );
        }
        assert_eq!((write.read)(), before, "{}", write.what);
        assert_made(&post(&write, write.by, &key, &write.body));
    }
}

#[test]
fn a_key_is_the_same_in_quotes_and_without() {
    if !may_write() {
        return;
    }
    for (index, write) in writes::all().into_iter().enumerate() {
        let bare = fresh::word();
        let quoted = format!("\"{bare}\"");
        let (one, two) = match index % 2 {
            0 => (&bare, &quoted),
            _ => (&quoted, &bare),
        };
        let first = post(&write, write.by, one, &write.body);
        assert_made(&first);
        assert_same(&post(&write, write.by, two, &write.body), &first);
        assert_reused(&post(&write, write.by, two, &write.other));
    }
}

#[test]
fn what_is_no_key_is_refused() {
    if !may_write() {
        return;
    }
    let long = "k".repeat(129);
    for write in writes::all() {
        let before = (write.read)();
        for key in ["", "a,b", "a b", "\"a", "\"\"", &long] {
            let answer = post(&write, write.by, key, &write.body);
            assert_problem(&answer, "invalid-header", &["@Idempotency-Key"]);
        }
        let twice = [(KEY, "a"), (KEY, "a")];
        let answer = write.by.post_with(&write.path, &write.body, &twice);
        assert_problem(&answer, "invalid-header", &["@Idempotency-Key"]);
        assert_eq!((write.read)(), before, "{}", write.what);
        let longest = format!("{}{}", fresh::word(), "k".repeat(108));
        assert_made(&post(&write, write.by, &longest, &write.body));
    }
}

//! Who may do what: without a right nothing is done, and nothing is told but that it is missing.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::clients::{Client, may_write};
use super::fresh;
use super::problem::assert_problem;
use super::register::{CERTIFICATES, NOTICES, assert_made, issued, kept};
use super::server::{Answer, get, send};
use super::writes::{self, Write};

/// What a client may say of itself on the way, and nobody believes.
const FORGED: [(&str, &str); 9] = [
    ("spin-client-addr", "203.0.113.7:1"),
    ("spin-full-url", "https://forged.example/v1/certificates"),
    ("spin-matched-route", "/..."),
    ("spin-path-info", "/healthz"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-host", "forged.example"),
    ("x-forwarded-user", "office"),
    ("x-real-ip", "127.0.0.1"),
    ("forwarded", "for=127.0.0.1;host=forged.example;proto=https"),
];

fn post(write: &Write, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut all = vec![("content-type", "application/json")];
    all.extend(headers);
    send("POST", &write.path, &all, body.to_string().as_bytes())
}

/// Asserts that a request was refused for want of a right, with the challenge of RFC 6750 to it.
fn assert_denied(answer: &Answer, kind: &str, error: Option<&str>) {
    assert_problem(answer, kind, &[]);
    let expected = match error {
        None => r#"Bearer realm="accredit""#.to_owned(),
        Some(error) => format!(r#"Bearer realm="accredit", error="{error}""#),
    };
    assert_eq!(
        answer.header("www-authenticate"),
        Some(&*expected),
        "{answer}"
    );
}

/// Values of `Authorization` that are nobody's, with the error that is told.
fn nobodys() -> Vec<(Vec<String>, Option<&'static str>)> {
    let token = Client::Office.token();
    let (all_but_last, last) = token.split_at(token.len() - 1);
    let flipped = if last == "0" { "1" } else { "0" };
    let hash = Sha256::digest(token);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let wrong = Some("invalid_token");
    let one = |value: String| vec![value];
    vec![
        (vec![], None),
        (one("Basic b2ZmaWNlOm9mZmljZQ==".to_owned()), None),
        (one(token.to_owned()), None),
        (one(format!("Bearer {}", fresh::token())), wrong),
        (one(format!("Bearer {all_but_last}{flipped}")), wrong),
        (one(format!("Bearer {all_but_last}")), wrong),
        (one(format!("Bearer {token}0")), wrong),
        (one(format!("Bearer {hash}")), wrong),
        (one("Bearer office".to_owned()), wrong),
        (one("Bearer".to_owned()), wrong),
        (one(format!("Bearer {token} {token}")), wrong),
        (
            vec![Client::Office.bearer(), Client::Office.bearer()],
            wrong,
        ),
    ]
}

#[test]
fn nothing_is_written_without_the_right_to() {
    if !may_write() {
        return;
    }
    for write in writes::all() {
        let what = write.what;
        let before = (write.read)();
        let key = fresh::word();
        let denied = |values: &[String]| {
            let mut headers = vec![("idempotency-key", key.as_str())];
            headers.extend(values.iter().map(|value| ("authorization", value.as_str())));
            post(&write, &headers, &write.body)
        };
        for (values, error) in nobodys() {
            assert_denied(&denied(&values), "unauthorized", error);
        }
        for client in [Client::Elsewhere].into_iter().chain(write.not_by()) {
            let answer = denied(&[client.bearer()]);
            assert_denied(&answer, "forbidden", Some("insufficient_scope"));
        }
        assert_eq!((write.read)(), before, "{what}");

        let bearer = write.by.bearer();
        let headers = [("authorization", &*bearer), ("idempotency-key", &*key)];
        let first = post(&write, &headers, &write.body);
        assert_made(&first);
        // Whatever could be read has changed, so it would have shown before.
        if what != "keep an evaluation" {
            assert_ne!((write.read)(), before, "{what}");
        }
    }
}

/// The token decides, not whether the request would be refused anyway: nobody learns without one what is
/// kept.
#[test]
fn whoever_has_no_token_learns_nothing_of_the_body() {
    if !may_write() {
        return;
    }
    for write in writes::all() {
        let (_, refused) = &write.refused;
        for body in [refused, &Value::Null, &Value::from("x")] {
            let answer = post(&write, &[], body);
            assert_denied(&answer, "unauthorized", None);
        }
    }
    for path in [
        format!("{NOTICES}/nothing/objections"),
        format!("{NOTICES}/nothing/objections/nothing/resolution"),
        format!("{NOTICES}/nothing/withdrawal"),
        kept("nothing"),
    ] {
        let method = if path.starts_with(NOTICES) {
            "POST"
        } else {
            "GET"
        };
        let body: &[u8] = if method == "POST" { b"{}" } else { b"" };
        let answer = send(method, &path, &[("content-type", "application/json")], body);
        assert_denied(&answer, "unauthorized", None);
    }
}

#[test]
fn kept_evaluations_and_objections_are_shown_to_the_programmes_portals_alone() {
    if !may_write() {
        return;
    }
    let (applied, notice, _) = issued();
    let evaluation = kept(&applied.evaluation);
    let notice = format!("{NOTICES}/{notice}");
    for (values, error) in nobodys() {
        let headers: Vec<_> = values
            .iter()
            .map(|value| ("authorization", value.as_str()))
            .collect();
        let answer = send("GET", &evaluation, &headers, &[]);
        assert_denied(&answer, "unauthorized", error);
        // The public sees a notice without a token; whoever shows one has to have it.
        if !values.is_empty() {
            let answer = send("GET", &notice, &headers, &[]);
            assert_denied(&answer, "unauthorized", error);
        }
    }
    for path in [&evaluation, &notice] {
        for client in [Client::Elsewhere, Client::Registrar, Client::Scheduler] {
            let answer = client.get(path);
            assert_denied(&answer, "forbidden", Some("insufficient_scope"));
        }
        for client in [Client::Office, Client::Portal] {
            let answer = client.get(path);
            assert_eq!(answer.status, 200, "{answer}");
        }
    }
}

#[test]
fn what_a_client_says_of_itself_changes_no_answer() {
    if !may_write() {
        return;
    }
    let (applied, notice, number) = issued();
    for path in [
        format!("{NOTICES}/{notice}"),
        format!("{CERTIFICATES}/{number}"),
        format!("{CERTIFICATES}/{number}?on=2026-05-19"),
        format!("{CERTIFICATES}/{number}/history"),
        format!("{CERTIFICATES}?holder={}", applied.uscc()),
    ] {
        let plain = get(&path);
        let forged = send("GET", &path, &FORGED, &[]);
        assert_eq!(forged.status, 200, "{forged}");
        assert_eq!(forged.body, plain.body, "{forged}");
        assert_eq!(forged.header("etag"), plain.header("etag"), "{forged}");
    }
    let denied = send("GET", &kept(&applied.evaluation), &FORGED, &[]);
    assert_denied(&denied, "unauthorized", None);
    for write in writes::all() {
        let before = (write.read)();
        assert_denied(&post(&write, &FORGED, &write.body), "unauthorized", None);
        let (wrong, bearer) = (Client::Elsewhere.bearer(), write.by.bearer());
        let mut headers = FORGED.to_vec();
        headers.push(("authorization", &wrong));
        let answer = post(&write, &headers, &write.body);
        assert_denied(&answer, "forbidden", Some("insufficient_scope"));
        assert_eq!((write.read)(), before, "{}", write.what);
        headers.pop();
        headers.push(("authorization", &bearer));
        let forged = post(&write, &headers, &write.body);
        assert_made(&forged);
        let plain = write.by.post(&write.path, &write.body);
        assert_eq!(plain.body, forged.body, "{plain}");
        assert_eq!(plain.header("location"), forged.header("location"));
    }
}

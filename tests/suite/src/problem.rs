//! What every refusal promises: problem details (RFC 9457) that say what to change, and nothing else.

use serde_json::Value;

use super::server::Answer;
use super::words::assert_bilingual;

/// The kinds of problem: name, status, title. RFC 9457, section 3.1.3: a title does not change from
/// one problem of a kind to the next.
const KINDS: [(&str, u16, &str); 26] = [
    ("already-decided", 409, "Already decided"),
    ("already-granted", 409, "Already granted"),
    ("already-issued", 409, "Already issued"),
    ("already-on-notice", 409, "Already on notice"),
    ("content-too-large", 413, "Content too large"),
    ("does-not-fit", 409, "Does not fit the certificate"),
    ("forbidden", 403, "Forbidden"),
    ("idempotency-key-reused", 422, "Idempotency key reused"),
    ("invalid-body", 422, "Invalid content"),
    ("invalid-header", 400, "Invalid header"),
    ("invalid-query", 400, "Invalid query"),
    ("malformed-number", 400, "Not a certificate number"),
    ("method-not-allowed", 405, "Method not allowed"),
    ("mistyped-number", 400, "Mistyped certificate number"),
    ("name-taken", 409, "Name taken"),
    ("no-notice", 409, "No public notice"),
    ("not-eligible", 409, "Not eligible"),
    ("not-found", 404, "Not found"),
    ("not-json", 400, "Not JSON"),
    ("notice-closed", 409, "Notice closed"),
    ("notice-not-out", 404, "Notice not out"),
    ("notice-open", 409, "The notice has not closed"),
    ("objection-stands", 409, "An objection stands"),
    ("unauthorized", 401, "Unauthorized"),
    ("unsupported-media-type", 415, "Unsupported media type"),
    ("withdrawn", 409, "Withdrawn"),
];

/// Words that no answer to a caller has: they speak of how this program is made.
const INTERNALS: [&str; 9] = [
    "panic",
    "unwrap",
    ".rs",
    "serde",
    "wasm",
    "struct ",
    "visit",
    "EvaluationRequest",
    "WireAttestation",
];

/// Asserts that `answer` is a problem of that kind, about these places and no others.
///
/// A place is written `#/facts/floor_area_m2` for a pointer into the body, `?days` for a parameter,
/// `@Idempotency-Key` for a header.
pub(crate) fn assert_problem(answer: &Answer, kind: &str, places: &[&str]) {
    let known = KINDS.iter().find(|(name, ..)| *name == kind);
    let (_, status, _) = known.unwrap_or_else(|| panic!("no such kind: {kind}"));
    assert_eq!(answer.status, *status, "{answer}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{answer}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer}");
    let document = answer.json();
    assert_eq!(
        document["type"],
        format!("urn:problem-type:accredit:{kind}"),
        "{answer}"
    );
    let mut found = assert_document(&document);
    let mut expected = places.to_vec();
    found.sort();
    expected.sort_unstable();
    assert_eq!(found, expected, "{answer}");
}

/// Asserts that `document` is a problem of some kind, and gives the places it is about.
pub(crate) fn assert_document(document: &Value) -> Vec<String> {
    let members = document.as_object().expect("a problem is an object");
    for name in members.keys() {
        let expected = [
            "type",
            "title",
            "status",
            "detail",
            "message",
            "errors",
            "possible_from",
        ];
        assert!(expected.contains(&name.as_str()), "{name} in {document}");
    }
    let kind = document["type"].as_str().unwrap_or_default();
    let kind = kind.strip_prefix("urn:problem-type:accredit:");
    let known = KINDS.iter().find(|(name, ..)| Some(*name) == kind);
    let (_, status, title) = known.unwrap_or_else(|| panic!("an unknown kind: {document}"));
    assert_eq!(document["status"], *status, "{document}");
    assert_eq!(document["title"], *title, "{document}");
    assert_eq!(document["detail"], document["message"]["en"], "{document}");
    assert_bilingual(document);
    assert!(!document["message"].is_null(), "{document}");
    let text = document.to_string();
    // What the caller wrote may come back, so only what was not sent counts: no test sends these.
    for word in INTERNALS {
        assert!(!text.contains(word), "{word} in {document}");
    }
    let none = Vec::new();
    let faults = document["errors"].as_array().unwrap_or(&none);
    faults.iter().map(place).collect()
}

/// Where a fault stands, in exactly one way, and what to change there.
fn place(fault: &Value) -> String {
    let members = fault.as_object().expect("a fault is an object");
    assert_eq!(members.len(), 2, "{fault}");
    assert!(members["detail"]["zh"].is_string(), "{fault}");
    match (&fault["pointer"], &fault["parameter"], &fault["header"]) {
        (Value::String(pointer), Value::Null, Value::Null) => {
            assert!(pointer.starts_with('#'), "{fault}");
            pointer.clone()
        }
        (Value::Null, Value::String(parameter), Value::Null) => format!("?{parameter}"),
        (Value::Null, Value::Null, Value::String(header)) => format!("@{header}"),
        _ => panic!("no place: {fault}"),
    }
}

//! Whatever is sent: an answer or a problem, and nothing of how the program is made.
//!
//! The inputs are drawn from fixed seeds, so that a failure can be repeated.

use serde_json::{Value, json};

use super::problem::assert_document;
use super::server::{Answer, get, post_text, send};
use super::words::assert_bilingual;
use super::xinzhou::{EVALUATIONS, ID, assert_answers, complete, complete_text, evaluate};

/// Numbers drawn from a seed: SplitMix64, by Steele, Lea and Flood.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).expect("a length");
        usize::try_from(self.next() % end).expect("below a length")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn one_of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

#[test]
fn draws_follow_the_published_sequence() {
    // https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64, for the seed 1234567.
    let mut draw = Draw(1_234_567);
    assert_eq!(draw.next(), 6_457_827_717_110_365_317);
    assert_eq!(draw.next(), 3_203_168_211_198_807_973);
}

/// Asserts that `answer` is an evaluation, or a problem of the caller's making.
fn assert_judged_or_refused(answer: &Answer) {
    match answer.status {
        200 => assert_evaluation(&answer.json()),
        400..=499 => {
            let kind = answer.header("content-type");
            assert_eq!(kind, Some("application/problem+json"), "{answer}");
            assert_document(&answer.json());
        }
        _ => panic!("{answer}"),
    }
}

fn assert_evaluation(evaluation: &Value) {
    let verdict = evaluation["verdict"].as_str().unwrap_or_default();
    let verdicts = ["not_eligible", "undetermined", "needs_review", "eligible"];
    assert!(verdicts.contains(&verdict), "{evaluation}");
    assert_bilingual(evaluation);
}

fn post_bytes(body: &[u8]) -> Answer {
    send(
        "POST",
        EVALUATIONS,
        &[("content-type", "application/json")],
        body,
    )
}

#[test]
fn random_bytes_are_refused() {
    let mut draw = Draw(1);
    for _ in 0..200 {
        let length = draw.below(300);
        let body: Vec<u8> = (0..length).map(|_| draw.byte()).collect();
        let answer = post_bytes(&body);
        assert!((400..500).contains(&answer.status), "{body:?}: {answer}");
        assert_judged_or_refused(&answer);
    }
    assert_answers();
}

#[test]
fn a_spoilt_application_is_judged_or_refused() {
    let mut draw = Draw(2);
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u0000",
        "\\ud83d",
        "null",
        "true",
        "-",
        "1e9",
        "0.000001",
        "\n",
        "\0",
        "忻",
        "\u{202e}",
        "\"facts\":",
        "\"kind\":\"domain\",",
    ];
    let mut batch = Vec::new();
    for _ in 0..400 {
        let mut body = complete_text().trim_end().as_bytes().to_vec();
        for _ in 0..=draw.below(3) {
            let at = draw.below(body.len());
            let end = at + draw.below((body.len() - at).min(20));
            match draw.below(4) {
                0 => body[at] = draw.byte(),
                1 => drop(body.drain(at..end)),
                2 => drop(body.splice(at..end, draw.one_of(&pieces).bytes())),
                _ => {
                    let copied = body[at..end].to_vec();
                    drop(body.splice(at..at, copied));
                }
            }
        }
        assert_judged_or_refused(&post_bytes(&body));
        body.retain(|byte| !matches!(byte, b'\n' | b'\r'));
        batch.extend_from_slice(&body);
        batch.push(b'\n');
    }
    let kind = [("content-type", "application/x-ndjson")];
    let answer = send("POST", "/v1/eligibility/evaluations/batch", &kind, &batch);
    let lines: Vec<Value> = answer
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(lines.len(), 400);
    for line in lines {
        match line.get("evaluation") {
            Some(evaluation) => assert_evaluation(evaluation),
            None => drop(assert_document(&line["problem"])),
        }
    }
    assert_answers();
}

/// Well-formed JSON with values where none would put them.
#[test]
fn odd_values_are_judged_or_refused_at_their_place() {
    let odd = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(0.1),
        json!(1e300),
        json!(""),
        json!("\0"),
        json!("x".repeat(5_000)),
        json!([]),
        json!([[]]),
        json!([null]),
        json!({}),
        json!({"": {}}),
        json!({"zh": 1}),
        json!("2026-02-30"),
        json!("140902"),
        json!(vec!["annexes"; 300]),
    ];
    let mut draw = Draw(3);
    let application = complete();
    let facts = application["facts"].as_object().expect("an object");
    let mut places: Vec<String> = facts.keys().map(|fact| format!("/facts/{fact}")).collect();
    let members = ["programme", "kind", "applied_on", "facts", "documents"];
    places.extend(members.map(|member| format!("/{member}")));
    for place in &places {
        for _ in 0..8 {
            let mut changed = complete();
            let value = odd[draw.below(odd.len())].clone();
            *changed.pointer_mut(place).expect("a place") = value.clone();
            let answer = evaluate(&changed);
            assert_judged_or_refused(&answer);
            if answer.status != 200 {
                let pointer = answer.at("/errors/0/pointer");
                let pointer = pointer.as_str().expect("a pointer");
                assert!(
                    pointer.starts_with(&format!("#{place}")),
                    "{place}, {value}: {answer}"
                );
            }
        }
    }
    assert_answers();
}

#[test]
fn random_queries_are_answered_or_refused() {
    let names = [
        "published",
        "days",
        "counting",
        "as_known_on",
        "x",
        "",
        "%00",
        "published%20",
    ];
    let values = [
        "2026-09-28",
        "2013-01-01",
        "2012-12-31",
        "9999-12-31",
        "2026-02-29",
        "-2026-01-01",
        "5",
        "1",
        "250",
        "0",
        "-1",
        "1e3",
        "day_after",
        "publication_day",
        "",
        "%FF%FE",
        "%",
        "%zz",
        "+",
        "2026-12-31",
    ];
    let mut draw = Draw(4);
    for _ in 0..400 {
        let mut query = format!("published={}", draw.one_of(&values));
        for _ in 0..draw.below(4) {
            query.push_str(&format!(
                "&{}={}",
                draw.one_of(&names),
                draw.one_of(&values)
            ));
        }
        let answer = get(&format!("/v1/notices/window?{query}"));
        match answer.status {
            200 => assert_bilingual(&answer.json()),
            400 => drop(assert_document(&answer.json())),
            _ => panic!("{answer}"),
        }
    }
}

/// Spin tells components about a request in headers of these names. What a caller writes there must
/// neither lead a request elsewhere nor come back.
#[test]
fn forged_headers_change_nothing() {
    let forged = [
        ("spin-client-addr", "203.0.113.7:1"),
        (
            "spin-full-url",
            "http://forged.example/v1/notices/calendar/2025",
        ),
        ("spin-path-info", "/calendar/2025"),
        ("spin-base-path", "/v1/notices"),
        ("spin-component-route", "/forged"),
        ("spin-raw-component-route", "/forged/..."),
        ("spin-matched-route", "/forged"),
        ("x-forwarded-host", "forged.example"),
        ("x-forwarded-proto", "gopher"),
        ("forwarded", "host=forged.example"),
        ("x-original-url", "/v1/notices/calendar/2025"),
        ("x-rewrite-url", "/v1/notices/calendar/2025"),
        ("x-http-method-override", "DELETE"),
    ];
    for path in [
        "/v1/eligibility/programmes",
        &format!("/v1/eligibility/programmes/{ID}"),
        "/v1/notices/window?published=2026-09-28",
        "/v1/notices/calendar/2026",
        "/v1/notices/nothing",
        "/nothing",
    ] {
        let plain = get(path);
        let answer = send("GET", path, &forged, &[]);
        assert_eq!(answer.status, plain.status, "{answer}");
        assert_eq!(answer.body, plain.body, "{answer}");
        for (name, value) in &answer.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            assert!(
                !value.contains("forged") && !value.contains("203.0.113"),
                "{name}: {value}"
            );
        }
    }
    let mut headers = forged.to_vec();
    headers.push(("content-type", "application/json"));
    let answer = send("POST", EVALUATIONS, &headers, complete_text().as_bytes());
    assert_eq!(answer.body, evaluate(&complete()).body);
}

/// The media type says JSON; what the body says is for nobody to run.
#[test]
fn what_comes_back_is_never_taken_for_a_page() {
    let script = "<script>alert(1)</script>";
    let mut application = complete();
    application["facts"][script] = json!(1);
    for answer in [
        evaluate(&application),
        post_text(EVALUATIONS, "application/json", script),
        get("/v1/notices/window?%3Cscript%3E=1"),
        get("/%3Cscript%3Ealert(1)%3C/script%3E"),
    ] {
        let kind = answer.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{answer}");
    }
}

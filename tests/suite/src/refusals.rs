//! Bad input: refused with what to change and where, never a 5xx, and the next request is served.

use serde_json::{Value, json};

use super::problem::assert_problem;
use super::server::{get, post_text, send, send_chunked};
use super::xinzhou::{EVALUATIONS, ID, assert_answers, complete, complete_text, evaluate, with};

const LIMIT: usize = 256 * 1024;

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// The complete application, with `facts` as they are written.
fn with_facts(facts: &str) -> String {
    format!(
        r#"{{"programme": "{ID}", "kind": "domain", "applied_on": "2026-11-23", "facts": {facts}}}"#
    )
}

#[test]
fn what_is_not_json_is_refused_whole() {
    let complete = complete_text().trim_end();
    let (half, _) = complete.split_at(complete.len() / 2);
    let mut invalid_utf8 = with_facts(r#"{"a?": 1}"#).into_bytes();
    for byte in &mut invalid_utf8 {
        if *byte == b'?' {
            *byte = 0xff;
        }
    }
    let utf16: Vec<u8> = complete.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [
        b"".as_slice(),
        b" \r\n\t",
        b"hello",
        b"\0",
        b"<application/>",
        b"programme=x&kind=domain",
        b"{'programme': 1}",
        b"{\"programme\": NaN}",
        half.as_bytes(),
        format!("{complete}}}").as_bytes(),
        format!("{complete}{complete}").as_bytes(),
        format!("\u{feff}{complete}").as_bytes(),
        complete.replace("domain", "do\nmain").as_bytes(),
        complete.replace("domain", "do\0main").as_bytes(),
        complete.replace("domain", r"\ud800").as_bytes(),
        with_facts("{\"a\": \"\u{1}\"}").as_bytes(),
        with_facts("{\"floor_area_m2\": 01}").as_bytes(),
        with_facts("{\"floor_area_m2\": .5}").as_bytes(),
        with_facts("{\"floor_area_m2\": 5,}").as_bytes(),
        with_facts(&format!("{{\"floor_area_m2\": {}", "[".repeat(100_000))).as_bytes(),
        &invalid_utf8,
        &utf16,
    ] {
        let answer = send("POST", EVALUATIONS, &JSON, body);
        assert_problem(&answer, "not-json", &["#"]);
    }
    assert_answers();
}

#[test]
fn json_that_is_no_application_is_refused_where_it_stands() {
    let nines = "9".repeat(400);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long_key = "k".repeat(10_000);
    let long_key_pointer = format!("#/facts/{long_key}");
    let many: Vec<String> = (0..20_000).map(|n| format!("\"{n:x}\":1")).collect();
    let many = format!("{{{}}}", many.join(","));
    let changed = |change: Value| with(change).to_string();
    let attested = |attestation: Value| changed(json!({"attestations": {"team": attestation}}));
    let number = |written: &str| with_facts(&format!("{{\"floor_area_m2\": {written}}}"));
    let programme_twice = complete_text().replacen('{', &format!("{{\"programme\": \"{ID}\","), 1);
    for (body, places) in [
        // The whole.
        ("null".to_owned(), vec!["#"]),
        ("5".to_owned(), vec!["#"]),
        ("[]".to_owned(), vec!["#"]),
        (
            json!([ID, "domain", "2026-11-23", {}]).to_string(),
            vec!["#"],
        ),
        (deep.clone(), vec!["#"]),
        ("{}".to_owned(), vec!["#"]),
        (programme_twice, vec!["#"]),
        // Members of the application.
        (changed(json!({"applicant": "x"})), vec!["#/applicant"]),
        (changed(json!({"": 1})), vec!["#/"]),
        (changed(json!({"a/b~c": 1})), vec!["#/a~1b~0c"]),
        (changed(json!({"programme": 5})), vec!["#/programme"]),
        (
            changed(json!({"programme": "no-such-programme"})),
            vec!["#/programme"],
        ),
        (
            changed(json!({"programme": format!("{ID}\0")})),
            vec!["#/programme"],
        ),
        (changed(json!({"kind": "both"})), vec!["#/kind"]),
        (changed(json!({"kind": null})), vec!["#/kind"]),
        (changed(json!({"kind": 1})), vec!["#/kind"]),
        // Dates. 2020-12-01 is the programme's first day.
        (
            changed(json!({"applied_on": "2026-02-30"})),
            vec!["#/applied_on"],
        ),
        (
            changed(json!({"applied_on": "2026-2-3"})),
            vec!["#/applied_on"],
        ),
        (
            changed(json!({"applied_on": "23.11.2026"})),
            vec!["#/applied_on"],
        ),
        (
            changed(json!({"applied_on": "２０２６-11-23"})),
            vec!["#/applied_on"],
        ),
        (
            changed(json!({"applied_on": "2026-11-23T00:00:00Z"})),
            vec!["#/applied_on"],
        ),
        (
            changed(json!({"applied_on": 20_261_123})),
            vec!["#/applied_on"],
        ),
        (
            changed(json!({"applied_on": "2020-11-30"})),
            vec!["#/applied_on"],
        ),
        (
            changed(json!({"applied_on": "0000-00-00"})),
            vec!["#/applied_on"],
        ),
        // Facts.
        (changed(json!({"facts": 5})), vec!["#/facts"]),
        (changed(json!({"facts": [1]})), vec!["#/facts"]),
        (with_facts(&many), vec!["#/facts"]),
        (
            with_facts(r#"{"has_charter": true, "has_charter": false}"#),
            vec!["#/facts"],
        ),
        (
            with_facts(r#"{"has_charter": true, "has_ch\u0061rter": false}"#),
            vec!["#/facts"],
        ),
        (with_facts(r#"{"\u0000": 1}"#), vec!["#/facts/%00"]),
        (
            with_facts(r#"{"面积": 1}"#),
            vec!["#/facts/%E9%9D%A2%E7%A7%AF"],
        ),
        (
            with_facts(&format!("{{\"{long_key}\": 1}}")),
            vec![&long_key_pointer],
        ),
        (number("\"480\""), vec!["#/facts/floor_area_m2"]),
        (number("-1"), vec!["#/facts/floor_area_m2"]),
        (number("-0.01"), vec!["#/facts/floor_area_m2"]),
        (number(&nines), vec!["#/facts/floor_area_m2"]),
        (number(&format!("0.{nines}")), vec!["#/facts/floor_area_m2"]),
        (number("1e400"), vec!["#/facts/floor_area_m2"]),
        (number("1e-400"), vec!["#/facts/floor_area_m2"]),
        (number(&format!("1e{nines}")), vec!["#/facts/floor_area_m2"]),
        (number("null"), vec!["#/facts/floor_area_m2"]),
        (number(&deep), vec!["#/facts/floor_area_m2"]),
        (
            changed(json!({"facts": {"floor_area_m2": true, "has_charter": "yes", "nothing": 1}})),
            vec![
                "#/facts/floor_area_m2",
                "#/facts/has_charter",
                "#/facts/nothing",
            ],
        ),
        // Documents.
        (
            changed(json!({"documents": "annexes"})),
            vec!["#/documents"],
        ),
        (
            changed(json!({"documents": ["annexes", 1]})),
            vec!["#/documents/1"],
        ),
        (
            changed(json!({"documents": ["letter"]})),
            vec!["#/documents/0"],
        ),
        (
            changed(json!({"documents": ["annexes", "annexes"]})),
            vec!["#/documents/1"],
        ),
        (
            changed(json!({"documents": vec!["annexes"; 10_000]})),
            vec!["#/documents"],
        ),
        // Attestations.
        (changed(json!({"attestations": []})), vec!["#/attestations"]),
        (
            changed(
                json!({"attestations": {"floor-area": {"opinion": "met", "attested_on": "2026-11-20"}}}),
            ),
            vec!["#/attestations/floor-area"],
        ),
        (attested(json!(true)), vec!["#/attestations/team"]),
        (
            attested(json!({"opinion": "met"})),
            vec!["#/attestations/team"],
        ),
        (
            attested(json!({"opinion": "good", "attested_on": "2026-11-20"})),
            vec!["#/attestations/team/opinion"],
        ),
        (
            attested(json!({"opinion": "met", "attested_on": "2026-02-30"})),
            vec!["#/attestations/team/attested_on"],
        ),
        (
            attested(json!({"opinion": "met", "attested_on": "2026-11-20", "by": "x"})),
            vec!["#/attestations/team/by"],
        ),
        (
            attested(
                json!({"opinion": "met", "attested_on": "2026-11-20", "reference": "x".repeat(201)}),
            ),
            vec!["#/attestations/team/reference"],
        ),
    ] {
        let answer = post_text(EVALUATIONS, "application/json", &body);
        assert_problem(&answer, "invalid-body", &places);
    }
    assert_answers();
}

/// A message says what to change, in words of the request.
#[test]
fn messages_say_what_to_change() {
    for (change, zh, en) in [
        (json!({"facts": {"floor_area_m2": -1}}), "负数", "negative"),
        (
            json!({"facts": {"floor_area_m2": "480"}}),
            "应为数字",
            "a number",
        ),
        (
            json!({"facts": {"head_title": "x"}}),
            "full-senior",
            "full-senior",
        ),
        (
            json!({"kind": "x"}),
            "comprehensive, domain",
            "comprehensive, domain",
        ),
        (json!({"programme": "x"}), ID, ID),
        (
            json!({"applied_on": "2026-02-30"}),
            "2026-02-30",
            "2026-02-30",
        ),
        (
            json!({"applied_on": "2020-11-30"}),
            "2020-12-01",
            "2020-12-01",
        ),
        (
            json!({"documents": ["x"]}),
            "county-recommendation",
            "county-recommendation",
        ),
        (json!({"applicants": "x"}), "applicants", "applicants"),
    ] {
        let answer = evaluate(&with(change));
        for (language, words) in [("zh", zh), ("en", en)] {
            let detail = answer.at(&format!("/errors/0/detail/{language}"));
            let detail = detail.as_str().expect("a text");
            assert!(detail.contains(words), "{words}: {answer}");
        }
    }
}

#[test]
fn a_body_has_at_most_256_kib() {
    let padded = |length: usize| {
        let complete = complete_text();
        format!("{complete}{}", " ".repeat(length - complete.len()))
    };
    for (length, fits) in [(LIMIT, true), (LIMIT + 1, false), (300 * 1024, false)] {
        let body = padded(length);
        for answer in [
            post_text(EVALUATIONS, "application/json", &body),
            send_chunked(EVALUATIONS, "application/json", body.as_bytes()),
        ] {
            if fits {
                assert_eq!(answer.status, 200, "{length}: {answer}");
            } else {
                assert_problem(&answer, "content-too-large", &["#"]);
                assert!(answer.text().contains("262144"), "{answer}");
            }
        }
    }
    let facts: Vec<String> = (0..100_000).map(|n| format!("\"{n}\":1")).collect();
    let body = with_facts(&format!("{{{}}}", facts.join(",")));
    let answer = post_text(EVALUATIONS, "application/json", &body);
    assert_problem(&answer, "content-too-large", &["#"]);
    assert_answers();
}

#[test]
fn a_body_is_json_and_says_so() {
    let body = complete().to_string();
    for (given, fits) in [
        ("application/json", true),
        ("application/json; charset=utf-8", true),
        ("text/plain", false),
        ("text/json", false),
        ("application/x-www-form-urlencoded", false),
        ("application/x-ndjson", false),
        ("application/json; charset=gbk", false),
        ("", false),
    ] {
        let answer = post_text(EVALUATIONS, given, &body);
        if fits {
            assert_eq!(answer.status, 200, "{given}: {answer}");
        } else {
            assert_problem(&answer, "unsupported-media-type", &["#"]);
            assert_eq!(
                answer.header("accept"),
                Some("application/json"),
                "{answer}"
            );
        }
    }
    let answer = send("POST", EVALUATIONS, &[], body.as_bytes());
    assert_problem(&answer, "unsupported-media-type", &["#"]);
}

#[test]
fn each_path_takes_its_own_methods() {
    let programme = format!("/v1/eligibility/programmes/{ID}");
    for (path, allowed) in [
        ("/v1/eligibility/programmes", "GET, HEAD"),
        (&programme, "GET, HEAD"),
        ("/v1/eligibility/evaluations", "POST"),
        ("/v1/eligibility/evaluations/batch", "POST"),
        ("/v1/notices/window?published=2026-09-28", "GET, HEAD"),
        ("/v1/notices/calendar/2026", "GET, HEAD"),
        ("/v1/notices/calendar/2026.ics", "GET, HEAD"),
    ] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            if allowed.split(", ").any(|allowed| allowed == method) {
                continue;
            }
            let body: &[u8] = if method == "GET" { b"" } else { b"{}" };
            let answer = send(method, path, &JSON, body);
            assert_problem(&answer, "method-not-allowed", &[]);
            assert_eq!(answer.header("allow"), Some(allowed), "{answer}");
        }
    }
}

#[test]
fn nothing_stands_at_an_unknown_path() {
    for path in [
        "/nothing",
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v2/eligibility/programmes",
        "/v1/eligibility",
        "/v1/eligibility/",
        "/v1/eligibility/nothing",
        "/v1/eligibility/programmes/",
        "/v1/eligibility/programmes/no-such-programme",
        "/v1/eligibility/programmes/XINZHOU-TECHNOLOGY-INNOVATION-CENTRE",
        "/v1/eligibility/programmes/xinzhou-technology-innovation-centre/",
        "/v1/eligibility/programmes/xinzhou-technology-innovation-centre.toml",
        "/v1/eligibility/programmes/..%2f..%2fetc%2fpasswd",
        "/v1/eligibility/programmes/%00",
        "/v1/eligibility/programmes/%ff%fe",
        "/v1/eligibility/evaluations/batch/1",
        "/v1/notices/",
        "/v1/notices/nothing",
        "/v1/notices/window/",
        "/v1/notices/calendar",
        "/v1/notices/calendar/",
        "/v1/notices/calendar/2012",
        "/v1/notices/calendar/0000",
        "/v1/notices/calendar/99999",
        "/v1/notices/calendar/-2026",
        "/v1/notices/calendar/abc",
        "/v1/notices/calendar/２０２６",
        "/v1/notices/calendar/2026.csv",
        "/v1/notices/calendar/2026.ics.ics",
        "/v1/notices/calendar/2012.ics",
    ] {
        let path: String = path
            .chars()
            .map(|c| {
                if c.is_ascii() {
                    return c.to_string();
                }
                let bytes = c.to_string().into_bytes();
                bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
            })
            .collect();
        assert_problem(&get(&path), "not-found", &[]);
    }
    // Not in the lifetime of this test: the State Council gives out a year's notice the year before.
    assert_problem(&get("/v1/notices/calendar/2099.ics"), "notice-not-out", &[]);
}

#[test]
fn a_query_is_taken_whole_or_refused_where_it_is_wrong() {
    let window = "/v1/notices/window";
    for (path, query, places) in [
        (window, "", vec!["?published"]),
        (window, "days=5", vec!["?published"]),
        (window, "published=", vec!["?published"]),
        (window, "published=2026-02-30", vec!["?published"]),
        (window, "published=2012-12-31", vec!["?published"]),
        (window, "published=2026-9-28", vec!["?published"]),
        (window, "published=%FF", vec!["?published"]),
        (window, "published=2026-09-28%00", vec!["?published"]),
        (
            window,
            "published=2026-09-28&published=2026-09-28",
            vec!["?published"],
        ),
        (window, "published=2026-09-28&days=0", vec!["?days"]),
        (window, "published=2026-09-28&days=251", vec!["?days"]),
        (window, "published=2026-09-28&days=abc", vec!["?days"]),
        (window, "published=2026-09-28&days=-5", vec!["?days"]),
        (window, "published=2026-09-28&days=5.0", vec!["?days"]),
        (
            window,
            "published=2026-09-28&days=99999999999999999999",
            vec!["?days"],
        ),
        (window, "published=2026-09-28&days=5&days=5", vec!["?days"]),
        (window, "published=2026-09-28&counting=x", vec!["?counting"]),
        (
            window,
            "published=2026-09-28&as_known_on=9999-12-31",
            vec!["?as_known_on"],
        ),
        (
            window,
            "published=2026-09-28&as_known_on=today",
            vec!["?as_known_on"],
        ),
        (window, "published=2026-09-28&x=1", vec!["?x"]),
        (window, "published=2026-09-28&Days=5", vec!["?Days"]),
        (
            window,
            "x&days=0&counting=",
            vec!["?published", "?days", "?counting", "?x"],
        ),
        ("/v1/notices/calendar/2026", "x=1", vec!["?x"]),
        ("/v1/notices/calendar/2026.ics", "x=1", vec!["?x"]),
        ("/v1/eligibility/programmes", "limit=1", vec!["?limit"]),
    ] {
        let answer = get(&format!("{path}?{query}"));
        assert_problem(&answer, "invalid-query", &places);
    }
    let answer = send(
        "POST",
        &format!("{EVALUATIONS}?dry_run=true"),
        &JSON,
        complete_text().as_bytes(),
    );
    assert_problem(&answer, "invalid-query", &["?dry_run"]);
    let answer = get("/v1/notices/window?published=2026-09-28");
    assert_eq!(answer.at("/last_day"), "2026-10-10");
}

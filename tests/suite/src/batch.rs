//! Many evaluations in one request: NDJSON in, NDJSON out.

use serde_json::{Value, json};

use super::problem::{assert_document, assert_problem};
use super::server::{Answer, post_text, send, send_chunked};
use super::xinzhou::{assert_answers, complete, evaluate, lacking};

const BATCH: &str = "/v1/eligibility/evaluations/batch";
const NDJSON: &str = "application/x-ndjson";
const LINE_LIMIT: usize = 256 * 1024;
const LIMIT: usize = 8 * 1024 * 1024;

fn batch(body: &str) -> Answer {
    post_text(BATCH, NDJSON, body)
}

/// The answers, each with the number of the line it answers.
fn lines(answer: &Answer) -> Vec<(u64, Value)> {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), Some(NDJSON), "{answer}");
    let text = answer.text();
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "a line that breaks off"
    );
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("a line of JSON");
            assert_eq!(
                line.as_object().map(serde_json::Map::len),
                Some(2),
                "{line}"
            );
            let number = line["line"].as_u64().expect("a number");
            match (line.get("evaluation"), line.get("problem")) {
                (Some(evaluation), None) => (number, evaluation.clone()),
                (None, Some(problem)) => {
                    assert_document(problem);
                    (number, problem.clone())
                }
                _ => panic!("neither evaluation nor problem: {line}"),
            }
        })
        .collect()
}

/// What came of each line: the verdict, or the place of its fault.
fn outcomes(answer: &Answer) -> Vec<(u64, String)> {
    let outcome = |answer: &Value| match answer["verdict"].as_str() {
        Some(verdict) => verdict.to_owned(),
        None => answer["errors"][0]["pointer"]
            .as_str()
            .expect("a pointer")
            .to_owned(),
    };
    let lines = lines(answer);
    lines
        .iter()
        .map(|(number, line)| (*number, outcome(line)))
        .collect()
}

#[test]
fn each_line_gets_the_answer_it_would_get_alone() {
    let answer = batch(&format!("{}\n{}\n", complete(), lacking()));
    let expected = [
        (1, evaluate(&complete()).json()),
        (2, evaluate(&lacking()).json()),
    ];
    assert_eq!(lines(&answer), expected);
}

#[test]
fn a_bad_line_gets_its_problem_and_the_rest_go_on() {
    let good = complete().to_string();
    let lacking = lacking().to_string();
    let negative = good.replace("512.5", "-1");
    let (half, _) = good.split_at(good.len() / 2);
    let long = format!("{good}{}", " ".repeat(LINE_LIMIT));
    let longest = format!("{good}{}", " ".repeat(LINE_LIMIT - good.len()));
    for (body, expected) in [
        (
            format!("{good}\n{negative}\n{lacking}\n"),
            vec![
                (1, "needs_review"),
                (2, "#/facts/floor_area_m2"),
                (3, "not_eligible"),
            ],
        ),
        (
            format!("hello\n{half}\n{good}"),
            vec![(1, "#"), (2, "#"), (3, "needs_review")],
        ),
        (
            format!("[{good}]\n{good}\n"),
            vec![(1, "#"), (2, "needs_review")],
        ),
        (
            format!("{good}{good}\n{good}\n"),
            vec![(1, "#"), (2, "needs_review")],
        ),
        // Blank lines are skipped and counted.
        (
            format!("\n\n{good}\n \t\n{lacking}\n\n"),
            vec![(3, "needs_review"), (5, "not_eligible")],
        ),
        (
            format!("\r\n{good}\r\n\r\n{lacking}\r\n"),
            vec![(2, "needs_review"), (4, "not_eligible")],
        ),
        // The last line may do without its end.
        (
            format!("{lacking}\n{good}"),
            vec![(1, "not_eligible"), (2, "needs_review")],
        ),
        (good.clone(), vec![(1, "needs_review")]),
        // A line has at most 256 KiB.
        (
            format!("{long}\n{longest}\n{good}\n"),
            vec![(1, "#"), (2, "needs_review"), (3, "needs_review")],
        ),
        (
            format!("{longest}\r\n{good}\r\n"),
            vec![(1, "needs_review"), (2, "needs_review")],
        ),
    ] {
        let answer = batch(&body);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(number, outcome)| (number, outcome.to_owned()))
            .collect();
        assert_eq!(outcomes(&answer), expected);
    }
}

#[test]
fn a_line_that_is_not_utf_8_spoils_no_other() {
    let good = complete().to_string();
    let mut body = format!("{good}\n?\n{good}\n").into_bytes();
    body[good.len() + 1] = 0xff;
    let answer = send("POST", BATCH, &[("content-type", NDJSON)], &body);
    let found = outcomes(&answer);
    let found: Vec<_> = found
        .iter()
        .map(|(number, outcome)| (*number, outcome.as_str()))
        .collect();
    assert_eq!(found, [(1, "needs_review"), (2, "#"), (3, "needs_review")]);
}

#[test]
fn nothing_asked_is_nothing_answered() {
    for body in ["", "\n", "\n\n \r\n"] {
        let answer = batch(body);
        assert_eq!(lines(&answer), [], "{body:?}");
    }
}

#[test]
fn a_batch_is_ndjson_of_at_most_8_mib() {
    let good = complete().to_string();
    for media_type in ["application/json", "text/plain", "application/ndjson", ""] {
        let answer = post_text(BATCH, media_type, &good);
        assert_problem(&answer, "unsupported-media-type", &["#"]);
        assert_eq!(answer.header("accept"), Some(NDJSON), "{answer}");
    }
    // Blank lines, so that only the length counts.
    let fits = format!("{}{good}", "\n".repeat(LIMIT - good.len()));
    assert_eq!(lines(&batch(&fits)).len(), 1);
    // Whether the client sends it all before it reads on, or waits to be told (RFC 9110, section 10.1.1).
    let answer = batch(&format!("{fits}\n"));
    assert_problem(&answer, "content-too-large", &["#"]);
    let headers = [("content-type", NDJSON), ("expect", "100-continue")];
    let answer = send("POST", BATCH, &headers, format!("{fits}\n").as_bytes());
    assert_problem(&answer, "content-too-large", &["#"]);
    let answer = send_chunked(BATCH, NDJSON, format!("{fits}\n").as_bytes());
    assert_problem(&answer, "content-too-large", &["#"]);
    assert_answers();
}

/// The answers are many times as long as the request and are made while they are sent.
#[test]
fn two_thousand_applications_are_all_answered_in_order() {
    let areas: Vec<u32> = (0..2_000).map(|n| 400 + n % 200).collect();
    let body: String = areas
        .iter()
        .map(|area| complete().to_string().replace("512.5", &area.to_string()) + "\n")
        .collect();
    for answer in [batch(&body), send_chunked(BATCH, NDJSON, body.as_bytes())] {
        let lines = lines(&answer);
        assert_eq!(lines.len(), areas.len());
        for ((expected, area), (number, evaluation)) in (1..).zip(&areas).zip(&lines) {
            assert_eq!(*number, expected);
            // 第八条（三）: 使用面积不少于500平方米.
            let verdict = if *area < 500 {
                "not_eligible"
            } else {
                "needs_review"
            };
            assert_eq!(
                evaluation["verdict"],
                json!(verdict),
                "line {number}: {area} m²"
            );
        }
    }
}

//! What the tables of a programme's cases are checked by.

use rules::Rulebook;
use serde_json::{Value, json};

use crate::support::{evaluation, finding, merge, with};

/// Article, what is changed of an application that is eligible, the condition, what comes of it.
pub(crate) type Case = (&'static str, Value, &'static str, &'static str);

/// The application is eligible, and each change has the condition found so, by the article, and alone.
#[track_caller]
pub(crate) fn found_alone(rulebook: Rulebook, eligible: &Value, cases: Vec<Case>) {
    let before = evaluation(rulebook, eligible);
    assert_eq!(before["verdict"], "eligible", "{before}");
    for (article, change, condition, status) in cases {
        let after = evaluation(rulebook, &with(eligible, change.clone()));
        let found = finding(&after, condition);
        assert_eq!(found["status"], status, "{article}: {change}: {found}");
        assert_eq!(found["cite"]["article"], article, "{condition}");
        let (open, verdict) = match status {
            "met" => (vec![], "eligible"),
            "not_met" => (vec![condition], "not_eligible"),
            "for_review" => (vec![condition], "needs_review"),
            _ => (vec![condition], "undetermined"),
        };
        assert_eq!(not_met_or_open(&after), open, "{article}: {change}");
        assert_eq!(after["verdict"], verdict, "{article}: {change}");
    }
}

/// With all the changes that fail a condition made at once, all those conditions fail.
#[track_caller]
pub(crate) fn found_together(rulebook: Rulebook, eligible: &Value, cases: Vec<Case>) -> Value {
    let mut broken = eligible.clone();
    let mut expected = Vec::new();
    for (_, change, condition, _) in cases {
        merge(&mut broken, change);
        expected.push(condition);
    }
    let after = evaluation(rulebook, &broken);
    for condition in expected {
        assert_eq!(
            finding(&after, condition)["status"],
            "not_met",
            "{condition}"
        );
    }
    broken
}

/// Each judgement alone: not yet given, and given against the applicant.
#[track_caller]
pub(crate) fn judged_alone(
    rulebook: Rulebook,
    eligible: &Value,
    judgements: &[(&'static str, &'static str)],
) {
    let mut cases = Vec::new();
    for (article, condition) in judgements {
        let without = attestations(eligible, |id| (id != *condition).then(|| id.to_owned()));
        let against = attestations(eligible, |id| {
            Some(if id == *condition {
                format!("!{id}")
            } else {
                id.to_owned()
            })
        });
        cases.push((*article, without, *condition, "for_review"));
        cases.push((*article, against, *condition, "not_met"));
    }
    let asked = eligible["attestations"].as_array().unwrap();
    assert_eq!(
        asked.len(),
        judgements.len(),
        "every judgement has its case"
    );
    found_alone(rulebook, eligible, cases);
}

fn attestations(eligible: &Value, each: impl Fn(&str) -> Option<String>) -> Value {
    let asked = eligible["attestations"].as_array().unwrap().iter();
    let asked: Vec<_> = asked.filter_map(|id| each(id.as_str().unwrap())).collect();
    json!({ "attestations": asked })
}

/// The conditions that are not met, in the programme's order.
pub(crate) fn not_met(evaluation: &Value) -> Vec<&str> {
    of_status(evaluation, |status| status == "not_met")
}

fn not_met_or_open(evaluation: &Value) -> Vec<&str> {
    of_status(evaluation, |status| status != "met")
}

fn of_status(evaluation: &Value, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let findings = evaluation["findings"].as_array().unwrap().iter();
    let found = findings.filter(|finding| wanted(finding["status"].as_str().unwrap()));
    found
        .map(|found| found["condition"].as_str().unwrap())
        .collect()
}

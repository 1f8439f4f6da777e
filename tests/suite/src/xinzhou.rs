//! Applications to the Xinzhou programme.

use serde_json::{Value, json};

use super::server::{Answer, post};

pub(crate) const ID: &str = "xinzhou-technology-innovation-centre";
pub(crate) const EVALUATIONS: &str = "/v1/eligibility/evaluations";

/// An application of an invented enterprise that meets every condition but those experts judge.
pub(crate) fn complete() -> Value {
    serde_json::from_str(complete_text()).expect("the example is JSON")
}

pub(crate) fn complete_text() -> &'static str {
    include_str!("../../bench/xinzhou-application.json")
}

/// The issue's own case: 480 m², no recommendation letter, no facts on safety.
pub(crate) fn lacking() -> Value {
    with(json!({
        "facts": {"floor_area_m2": 480, "major_safety_problem": null},
        "documents": ["application-form", "annexes"],
    }))
}

/// The complete application, changed: objects are merged member by member, `null` takes a member away.
pub(crate) fn with(change: Value) -> Value {
    let mut merged = complete();
    merge(&mut merged, change);
    merged
}

fn merge(base: &mut Value, change: Value) {
    match (base, change) {
        (Value::Object(base), Value::Object(change)) => {
            for (name, value) in change {
                if value.is_null() {
                    base.remove(&name);
                } else {
                    merge(base.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (base, change) => *base = change,
    }
}

pub(crate) fn evaluate(application: &Value) -> Answer {
    post(EVALUATIONS, application)
}

/// Asserts that the component still answers as it should: the complete application needs review.
pub(crate) fn assert_answers() {
    let answer = evaluate(&complete());
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.at("/verdict"), "needs_review");
}

/// The member of a list of objects whose `name` is `value`.
pub(crate) fn member<'a>(list: &'a Value, name: &str, value: &str) -> &'a Value {
    let mut members = list.as_array().expect("a list").iter();
    members
        .find(|member| member[name] == value)
        .unwrap_or_else(|| panic!("no {name} {value} in {list}"))
}

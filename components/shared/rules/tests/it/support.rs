//! What the tests share: the invented programme, and judging a request.

use rules::{
    Application, Attestation, Entries, Fault, Object, Opinion, Programme, Rules, Submission,
    compare, evaluate,
};
use serde_json::{Value, json, value::RawValue};

/// The invented programme whose conditions show every kind of test.
pub(crate) fn invented() -> Rules {
    let text = include_str!("invented/programmes/invented.toml");
    let programme: Programme = toml::from_str(text).expect("the file is well formed");
    let programme: &'static Programme = Box::leak(Box::new(programme));
    let defects = rules::validate(programme, include_str!("invented/regulations/invented.txt"));
    assert_eq!(defects, [], "the file is sound");
    Rules {
        id: "invented",
        sha256: "",
        programme,
    }
}

pub(crate) fn xinzhou() -> Rules {
    rules::programme("xinzhou-technology-innovation-centre").expect("it is compiled in")
}

/// Judges a request as the component does: `kind`, `applied_on`, `facts`, `documents`, and as
/// `attestations` the names of the conditions that experts found met.
pub(crate) fn judge(rules: Rules, request: &Value) -> Result<Value, Vec<Fault>> {
    let application = application(rules, request)?;
    Ok(serde_json::to_value(evaluate(&rules, &application)).expect("JSON"))
}

/// What a request that is well formed on both dates comes to on the other.
pub(crate) fn comparison(rules: Rules, request: &Value, other: &str) -> Value {
    let on_other = with(request, json!({"applied_on": other}));
    let [before, after] = [request, &on_other]
        .map(|request| application(rules, request).unwrap_or_else(|faults| panic!("{faults:?}")));
    let (before, after) = (evaluate(&rules, &before), evaluate(&rules, &after));
    serde_json::to_value(compare(&before, &after)).expect("JSON")
}

fn application(rules: Rules, request: &Value) -> Result<Application, Vec<Fault>> {
    let text = request["facts"].to_string();
    let facts: Object = serde_json::from_str(&text).expect("an object");
    let documents = request["documents"].as_array().map(|list| {
        list.iter()
            .map(|id| id.as_str().expect("a string").to_owned())
            .collect::<Vec<_>>()
    });
    let attested = request["attestations"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let attestations: Vec<_> = attested
        .iter()
        .map(|id| {
            let (id, opinion) = match id.as_str().expect("a string").strip_prefix('!') {
                Some(id) => (id, Opinion::NotMet),
                None => (id.as_str().expect("a string"), Opinion::Met),
            };
            let attested_on = "2026-11-20".parse().expect("a date");
            (
                id.to_owned(),
                Attestation {
                    opinion,
                    attested_on,
                    reference: None,
                },
            )
        })
        .collect();
    let submission = Submission {
        kind: request["kind"].as_str(),
        applied_on: request["applied_on"]
            .as_str()
            .expect("a date")
            .parse()
            .expect("a date"),
        facts: &facts.0,
        documents: documents.as_deref(),
        attestations: &attestations,
    };
    Application::read(rules.programme, &submission)
}

/// The evaluation of a request that is well formed.
pub(crate) fn evaluation(rules: Rules, request: &Value) -> Value {
    judge(rules, request).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// What came of one condition.
pub(crate) fn finding<'a>(evaluation: &'a Value, condition: &str) -> &'a Value {
    let findings = evaluation["findings"].as_array().expect("a list");
    findings
        .iter()
        .find(|finding| finding["condition"] == condition)
        .unwrap_or_else(|| panic!("no finding on {condition}"))
}

/// Merges `change` into a copy of `base`: objects member by member, `null` takes a member away.
pub(crate) fn with(base: &Value, change: Value) -> Value {
    let mut merged = base.clone();
    merge(&mut merged, change);
    merged
}

pub(crate) fn merge(base: &mut Value, change: Value) {
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

#[test]
fn a_name_that_stands_twice_is_refused() {
    let twice = r#"{"a": 1, "b": 2, "a": 3}"#;
    assert!(serde_json::from_str::<Object>(twice).is_err());
    assert!(serde_json::from_str::<Entries<&RawValue>>(r#"{"a": 1, "b": 2}"#).is_ok());
    assert_eq!(
        with(&json!({"a": {"b": 1}}), json!({"a": {"b": null}})),
        json!({"a": {}})
    );
}

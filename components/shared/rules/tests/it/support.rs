//! What the tests share: the invented programme, and judging a request.

use std::path::Path;

use rules::{
    Application, Attestation, Entries, Object, Opinion, ProgrammeFile, Rulebook, Submission,
    compare, evaluate,
};
use serde_json::{Value, json, value::RawValue};
use text::Fault;

use crate::read::read;

/// The invented programme, whose conditions show every kind of test.
pub(crate) fn invented() -> Rulebook {
    let text = include_str!("invented/programmes/invented.toml");
    let file: ProgrammeFile = toml::from_str(text).expect("the file is well formed");
    let defects = rules::validate(&file, include_str!("invented/regulations/invented.txt"));
    assert_eq!(defects, [], "the file is sound");
    rulebook(file)
}

/// A file as if it were compiled in.
pub(crate) fn rulebook(file: ProgrammeFile) -> Rulebook {
    Rulebook {
        sha256: "",
        programme: Box::leak(Box::new(file.programme)),
        criteria: Box::leak(Box::new(file.criteria)),
    }
}

/// The file that a compiled-in programme comes from.
pub(crate) fn file(id: &str) -> ProgrammeFile {
    let all = read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the files are sound");
    let mut files = all.into_iter().map(|one| one.file);
    let found = files.find(|file| file.programme.id == id);
    found.expect("there is such a file")
}

/// Every quote in the file that a compiled-in programme comes from.
pub(crate) fn quotes(id: &str) -> Vec<String> {
    let file = file(id);
    let cites = file.cites().into_iter();
    cites.map(|cite| cite.text.to_string()).collect()
}

pub(crate) fn xinzhou() -> Rulebook {
    rules::rulebook("xinzhou-technology-innovation-centre").expect("it is compiled in")
}

/// Judges a request as the component does: `kind`, `applied_on`, `facts`, `documents`, and as
/// `attestations` the names of the conditions that experts found met.
pub(crate) fn judge(rulebook: Rulebook, request: &Value) -> Result<Value, Vec<Fault>> {
    let application = application(rulebook, request)?;
    Ok(serde_json::to_value(evaluate(&application)).expect("JSON"))
}

/// What a request that is well formed on both dates comes to on the other.
pub(crate) fn comparison(rulebook: Rulebook, request: &Value, other: &str) -> Value {
    let on_other = with(request, json!({"applied_on": other}));
    let [before, after] = [request, &on_other].map(|request| {
        application(rulebook, request).unwrap_or_else(|faults| panic!("{faults:?}"))
    });
    let (before, after) = (evaluate(&before), evaluate(&after));
    serde_json::to_value(compare(&before, &after)).expect("JSON")
}

fn application(rulebook: Rulebook, request: &Value) -> Result<Application, Vec<Fault>> {
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
    Application::read(rulebook, &submission)
}

/// The evaluation of a request that is well formed.
pub(crate) fn evaluation(rulebook: Rulebook, request: &Value) -> Value {
    judge(rulebook, request).unwrap_or_else(|faults| panic!("{faults:?}"))
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

//! What does not fit a programme is refused, all of it at once, where it stands.

use serde_json::{Value, json};

use crate::support::{invented, judge, xinzhou};

fn pointers(request: &Value) -> Vec<String> {
    let faults = judge(invented(), request).expect_err("it has faults");
    faults.into_iter().map(|fault| fault.pointer).collect()
}

#[test]
fn values_of_another_kind_are_refused() {
    for (fact, value) in [
        ("staff", json!("ten")),
        ("staff", json!(null)),
        ("staff", json!([1])),
        ("staff", json!({})),
        ("staff", json!(true)),
        ("staff", json!(-1)),
        ("staff", json!(-0.5)),
        ("staff", json!(0.5)),
        ("staff", json!(1_000_000_000_000_000_u64)),
        ("independent", json!(1)),
        ("independent", json!("yes")),
        ("mode", json!("nobody")),
        ("mode", json!(["enterprise"])),
        ("headings", json!("aims")),
        ("registered_in", json!(140_902)),
        ("registered_in", json!("14090")),
        ("registered_in", json!("1409020")),
        ("registered_in", json!("忻州市")),
        ("registered_in", json!("040902")),
        ("spending_cny", json!(5)),
        ("members", json!({})),
        ("nothing", json!(1)),
    ] {
        let request = json!({"applied_on": "2024-06-01", "facts": {fact: value.clone()}});
        assert_eq!(pointers(&request), [format!("/facts/{fact}")], "{value}");
    }
}

#[test]
fn faults_inside_a_value_are_named_where_they_stand() {
    for (facts, expected) in [
        (
            json!({"spending_cny": {"2021": -1, "21": 1, "2022": "x"}}),
            vec![
                "/facts/spending_cny/2021",
                "/facts/spending_cny/21",
                "/facts/spending_cny/2022",
            ],
        ),
        (
            json!({"headings": ["aims", "no", "aims"]}),
            vec!["/facts/headings/1", "/facts/headings/2"],
        ),
        (
            json!({"members": [{"name": "", "kind": "x", "attributes": {"y": true}}, 5]}),
            vec![
                "/facts/members/0/name",
                "/facts/members/0/kind",
                "/facts/members/0/attributes/y",
                "/facts/members/1",
            ],
        ),
        (
            json!({"members": [["a", "enterprise", true, {}]]}),
            vec!["/facts/members/0"],
        ),
        (
            json!({"members": [{"name": "a", "leads": true}, {"name": "b", "leads": true}]}),
            vec!["/facts/members"],
        ),
        (json!({"a/b~c": 1}), vec!["/facts/a~1b~0c"]),
    ] {
        let mut found = pointers(&json!({"applied_on": "2024-06-01", "facts": facts.clone()}));
        let mut expected = expected;
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{facts}");
    }
}

#[test]
fn every_fault_is_named_at_once() {
    let request = json!({
        "kind": "none", "applied_on": "2019-01-01", "facts": {"staff": -1, "mode": "x"},
        "documents": ["form", "form", "x"], "attestations": ["staff"],
    });
    let mut found = pointers(&request);
    found.sort();
    let expected = [
        "/applied_on",
        "/attestations/staff",
        "/documents/1",
        "/documents/2",
        "/facts/mode",
        "/facts/staff",
        "/kind",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_programme_of_several_kinds_asks_which() {
    for kind in [Value::Null, json!("both")] {
        let request = json!({"kind": kind, "applied_on": "2026-11-23", "facts": {}});
        let faults = judge(xinzhou(), &request).unwrap_err();
        assert_eq!(faults[0].pointer, "/kind");
        assert!(
            faults[0].message.en.contains("comprehensive, domain"),
            "{}",
            faults[0]
        );
    }
}

#[test]
fn numbers_are_read_exactly_as_they_are_written() {
    // The value of floor_area_m2 as it stands in the request, and what becomes of it.
    for (written, expected) in [
        ("499.99", "not_met"),
        ("500", "met"),
        ("500.0", "met"),
        ("500.01", "met"),
        ("0.00", "not_met"),
        ("-0", "not_met"),
        ("999999999999999.99", "fault"),
        ("1000000000000000", "fault"),
        ("500.001", "fault"),
        ("5e2", "fault"),
        ("1e400", "fault"),
        (&"9".repeat(400), "fault"),
        ("-1e-400", "fault"),
    ] {
        let text = format!(r#"{{"floor_area_m2": {written}}}"#);
        let facts: rules::Object = serde_json::from_str(&text).unwrap();
        let submission = rules::Submission {
            kind: Some("domain"),
            applied_on: "2026-11-23".parse().unwrap(),
            facts: &facts.0,
            documents: None,
            attestations: &[],
        };
        let status = match rules::Application::read(xinzhou(), &submission) {
            Err(faults) => {
                assert_eq!(faults[0].pointer, "/facts/floor_area_m2", "{written}");
                "fault".to_owned()
            }
            Ok(application) => {
                let evaluation = rules::evaluate(&application);
                let mut findings = evaluation.findings.iter();
                let found = findings
                    .find(|found| found.condition == "floor-area")
                    .unwrap();
                serde_json::to_value(found.status)
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_owned()
            }
        };
        assert_eq!(status, expected, "{written}");
    }
}

//! Every kind of test: below, at and above; unknown; what is missing and by how much.

use serde_json::{Value, json};

use crate::support::{evaluation, finding, invented};

/// What comes of a condition when only these facts are given, on 2024-06-01.
fn status(condition: &str, facts: Value) -> Value {
    found(condition, facts)["status"].clone()
}

fn found(condition: &str, facts: Value) -> Value {
    let request = json!({"applied_on": "2024-06-01", "facts": facts});
    finding(&evaluation(invented(), &request), condition).clone()
}

#[test]
fn numbers_are_compared_with_the_number_itself_included() {
    // 民法典 §1259: 以上, 以下, 以内 and 届满 include the number itself.
    for (condition, facts, expected) in [
        ("months", json!({"months": 11}), "met"),
        ("months", json!({"months": 12}), "met"),
        ("months", json!({"months": 13}), "not_met"),
        ("period", json!({"period": 1}), "not_met"),
        ("period", json!({"period": 2}), "met"),
        ("period", json!({"period": 3}), "met"),
        ("period", json!({"period": 4}), "not_met"),
        ("months", json!({}), "unknown"),
    ] {
        assert_eq!(
            status(condition, facts.clone()),
            expected,
            "{condition} {facts}"
        );
    }
}

#[test]
fn shares_are_compared_exactly() {
    // 48 of 80 is 60% to the head; 3 of 9 is one third, 4 of 9 more (the issue's own cases).
    for (condition, facts, expected, short) in [
        (
            "titled",
            json!({"titled": 48, "staff": 80}),
            "met",
            Value::Null,
        ),
        (
            "titled",
            json!({"titled": 47, "staff": 80}),
            "not_met",
            json!(1),
        ),
        (
            "titled",
            json!({"titled": 49, "staff": 80}),
            "met",
            Value::Null,
        ),
        (
            "titled",
            json!({"titled": 30, "staff": 51}),
            "not_met",
            json!(1),
        ),
        (
            "titled",
            json!({"titled": 31, "staff": 51}),
            "met",
            Value::Null,
        ),
        (
            "insiders",
            json!({"outsiders": 3, "staff": 9}),
            "met",
            Value::Null,
        ),
        (
            "insiders",
            json!({"outsiders": 4, "staff": 9}),
            "not_met",
            json!(1),
        ),
        (
            "insiders",
            json!({"outsiders": 3, "staff": 10}),
            "met",
            Value::Null,
        ),
        (
            "insiders",
            json!({"outsiders": 4, "staff": 10}),
            "not_met",
            json!(1),
        ),
    ] {
        let found = found(condition, facts.clone());
        assert_eq!(found["status"], expected, "{condition} {facts}");
        assert_eq!(found["shortfall"]["amount"], short, "{condition} {facts}");
    }
    for facts in [json!({"titled": 48}), json!({"staff": 80}), json!({})] {
        assert_eq!(status("titled", facts.clone()), "unknown", "{facts}");
    }
}

#[test]
fn a_number_is_compared_with_another_only_where_the_condition_is_asked() {
    let funds = |own: u32| json!({"mode": "enterprise", "own_funds_cny": own, "support_cny": 100});
    for (own, expected) in [(99, "not_met"), (100, "met"), (101, "met")] {
        assert_eq!(status("funds", funds(own)), expected, "{own}");
    }
    let one_missing = found("funds", json!({"mode": "enterprise", "support_cny": 100}));
    assert_eq!(one_missing["status"], "unknown");
    assert_eq!(one_missing["missing_facts"], json!(["own_funds_cny"]));
    // Whether it is asked is not known: the fact that decides it is what is missing.
    let mode_missing = found("funds", json!({"own_funds_cny": 1, "support_cny": 100}));
    assert_eq!(mode_missing["status"], "unknown");
    assert_eq!(mode_missing["missing_facts"], json!(["mode"]));

    let request = json!({"applied_on": "2024-06-01", "facts": {"mode": "university"}});
    let evaluation = evaluation(invented(), &request);
    let skipped = evaluation["not_applicable"].as_array().unwrap();
    assert!(
        skipped
            .iter()
            .any(|skipped| skipped["condition"] == "funds"),
        "{skipped:?}"
    );
    assert!(
        !evaluation["findings"]
            .to_string()
            .contains(r#""condition":"funds""#)
    );
}

#[test]
fn yearly_numbers_are_compared_year_by_year() {
    for (condition, fact, years, expected) in [
        (
            "spending",
            "spending_cny",
            json!({"2021": 100, "2022": 100, "2023": 100}),
            "met",
        ),
        (
            "spending",
            "spending_cny",
            json!({"2021": 100, "2022": 99, "2023": 100}),
            "not_met",
        ),
        // A year that fails decides, whatever the missing one is; a missing one alone does not.
        (
            "spending",
            "spending_cny",
            json!({"2021": 100, "2022": 99}),
            "not_met",
        ),
        (
            "spending",
            "spending_cny",
            json!({"2021": 100, "2022": 100}),
            "unknown",
        ),
        (
            "spending",
            "spending_cny",
            json!({"2020": 0, "2021": 100, "2022": 100, "2023": 100}),
            "met",
        ),
        (
            "results",
            "results",
            json!({"2021": 0, "2022": 0, "2023": 10}),
            "met",
        ),
        (
            "results",
            "results",
            json!({"2021": 3, "2022": 3, "2023": 3}),
            "not_met",
        ),
        ("results", "results", json!({"2022": 10}), "met"),
        ("results", "results", json!({"2022": 9}), "unknown"),
        (
            "contracts",
            "contracts_cny",
            json!({"2021": 1, "2022": 2, "2023": 3}),
            "met",
        ),
        // Standing still is not rising.
        (
            "contracts",
            "contracts_cny",
            json!({"2021": 1, "2022": 2, "2023": 2}),
            "not_met",
        ),
        (
            "contracts",
            "contracts_cny",
            json!({"2021": 3, "2022": 2, "2023": 4}),
            "not_met",
        ),
        (
            "contracts",
            "contracts_cny",
            json!({"2021": 1, "2023": 3}),
            "unknown",
        ),
        (
            "contracts",
            "contracts_cny",
            json!({"2022": 2, "2023": 1}),
            "not_met",
        ),
    ] {
        assert_eq!(
            status(condition, json!({fact: years.clone()})),
            expected,
            "{condition} {years}"
        );
    }
    let short = found(
        "spending",
        json!({"spending_cny": {"2021": 90, "2022": 95, "2023": 100}}),
    );
    assert_eq!(short["shortfall"]["amount"], 15);
    assert_eq!(short["shortfall"]["unit"], "cny");
}

#[test]
fn statements_answers_and_places() {
    for (condition, facts, expected) in [
        ("independent", json!({"independent": true}), "met"),
        ("independent", json!({"independent": false}), "not_met"),
        ("independent", json!({}), "unknown"),
        ("no-accident", json!({"accident": false}), "met"),
        ("no-accident", json!({"accident": true}), "not_met"),
        ("no-accident", json!({}), "unknown"),
        ("mode", json!({"mode": "enterprise"}), "met"),
        ("mode", json!({"mode": "other"}), "not_met"),
        ("mode", json!({}), "unknown"),
        (
            "headings",
            json!({"headings": ["funds", "aims", "tasks"]}),
            "met",
        ),
        (
            "headings",
            json!({"headings": ["aims", "tasks"]}),
            "not_met",
        ),
        ("headings", json!({"headings": []}), "not_met"),
        ("headings", json!({}), "unknown"),
        // GB/T 2260: 140902 忻府区 and 140981 原平市 lie in 1409 忻州市, 140802 盐湖区 in 1408 运城市.
        ("place", json!({"registered_in": "140902"}), "met"),
        ("place", json!({"registered_in": "140981"}), "met"),
        ("place", json!({"registered_in": "140900"}), "met"),
        ("place", json!({"registered_in": "140802"}), "not_met"),
        ("place", json!({"registered_in": "620102"}), "not_met"),
        // 140000 is the province: it may or may not be in Xinzhou.
        ("place", json!({"registered_in": "140000"}), "unknown"),
        ("place", json!({}), "unknown"),
    ] {
        assert_eq!(
            status(condition, facts.clone()),
            expected,
            "{condition} {facts}"
        );
    }
}

#[test]
fn the_members_of_an_alliance() {
    let member = |kind: &str, leads: bool, signed: Option<bool>| {
        let attributes = match signed {
            Some(signed) => json!({"signed": signed}),
            None => json!({}),
        };
        json!({"name": format!("{kind} {leads}"), "kind": kind, "leads": leads, "attributes": attributes})
    };
    let yes = Some(true);
    for (members, expected) in [
        (
            json!([
                member("enterprise", true, yes),
                member("enterprise", false, yes),
                member("university", false, yes)
            ]),
            "met",
        ),
        // One legal representative has not signed.
        (
            json!([
                member("enterprise", true, yes),
                member("enterprise", false, Some(false)),
                member("university", false, yes)
            ]),
            "not_met",
        ),
        // Of one it is not known.
        (
            json!([
                member("enterprise", true, yes),
                member("enterprise", false, None),
                member("university", false, yes)
            ]),
            "unknown",
        ),
        // Enterprises alone.
        (
            json!([
                member("enterprise", true, yes),
                member("enterprise", false, yes),
                member("enterprise", false, yes)
            ]),
            "not_met",
        ),
        (
            json!([
                member("enterprise", true, yes),
                member("university", false, yes)
            ]),
            "not_met",
        ),
        // A university leads.
        (
            json!([
                member("enterprise", false, yes),
                member("enterprise", false, yes),
                member("university", true, yes)
            ]),
            "not_met",
        ),
        // Nobody is said to lead, and nobody is said not to.
        (
            json!([
                {"name": "a", "kind": "enterprise", "attributes": {"signed": true}},
                {"name": "b", "kind": "enterprise", "attributes": {"signed": true}},
                {"name": "c", "kind": "university", "attributes": {"signed": true}}
            ]),
            "unknown",
        ),
        // The kind of one that could be the university is not known.
        (
            json!([
                member("enterprise", true, yes),
                member("enterprise", false, yes),
                {"name": "c", "leads": false, "attributes": {"signed": true}}
            ]),
            "unknown",
        ),
    ] {
        assert_eq!(
            status("members", json!({"members": members.clone()})),
            expected,
            "{members}"
        );
    }
    assert_eq!(status("members", json!({})), "unknown");
}

#[test]
fn any_and_all() {
    for (facts, expected) in [
        (json!({"independent": true}), "met"),
        (
            json!({"independent": false, "months": 9, "accident": false}),
            "met",
        ),
        (
            json!({"independent": false, "months": 8, "accident": false}),
            "not_met",
        ),
        (json!({"months": 9, "accident": false}), "met"),
        (json!({"independent": false}), "unknown"),
        (json!({"independent": false, "months": 9}), "unknown"),
        // The second way is barred; the first is open.
        (json!({"months": 8}), "unknown"),
        (json!({}), "unknown"),
    ] {
        assert_eq!(status("either", facts.clone()), expected, "{facts}");
    }
    let open = found("either", json!({"independent": false, "months": 9}));
    assert_eq!(open["missing_facts"], json!(["accident"]));
}

#[test]
fn documents_are_asked_of_those_who_need_them() {
    let papers = |facts: Value, documents: Value| {
        let request = json!({"applied_on": "2024-06-01", "facts": facts, "documents": documents});
        finding(&evaluation(invented(), &request), "papers").clone()
    };
    let (enterprise, university) = (json!({"mode": "enterprise"}), json!({"mode": "university"}));
    for (facts, documents, expected, missing) in [
        (&enterprise, json!(["form"]), "met", Value::Null),
        (&enterprise, json!(["form", "letter"]), "met", Value::Null),
        (&enterprise, json!([]), "not_met", json!(["form"])),
        (&university, json!(["form"]), "not_met", json!(["letter"])),
        (&university, json!([]), "not_met", json!(["form", "letter"])),
        (&university, json!(["form", "letter"]), "met", Value::Null),
        // Nothing is said of documents: that is not to say there are none.
        (
            &university,
            Value::Null,
            "unknown",
            json!(["form", "letter"]),
        ),
    ] {
        let found = papers(facts.clone(), documents.clone());
        assert_eq!(found["status"], expected, "{facts} {documents}");
        assert_eq!(found["missing_documents"], missing, "{facts} {documents}");
    }
    // Whether the letter is needed, the missing fact decides.
    let open = papers(json!({}), json!(["form"]));
    assert_eq!(open["status"], "unknown");
    assert_eq!(open["missing_facts"], json!(["mode"]));
}

#[test]
fn judgements_are_carried_as_attestations() {
    for (attestations, expected) in [
        (json!([]), "for_review"),
        (json!(["quality"]), "met"),
        (json!(["!quality"]), "not_met"),
    ] {
        let request =
            json!({"applied_on": "2024-06-01", "facts": {}, "attestations": attestations});
        let evaluation = evaluation(invented(), &request);
        assert_eq!(
            finding(&evaluation, "quality")["status"],
            expected,
            "{attestations}"
        );
    }
}

//! 忻州市技术创新中心: the regulation's own numbers and choices.

use serde_json::{Value, json};

use crate::support::{evaluation, finding, with, xinzhou};

/// An application of an invented enterprise that meets every condition but those experts judge.
fn complete() -> Value {
    json!({
        "kind": "domain",
        "applied_on": "2026-11-23",
        "facts": {
            "application_route": "new",
            "applicant_level": "county",
            "lead_type": "enterprise",
            "lead_registered_in": "140902",
            "lead_is_independent_legal_person": true,
            "main_cluster": "new-energy",
            "head_title": "full-senior",
            "floor_area_m2": 500,
            "major_safety_problem": false,
            "major_quality_problem": false,
            "serious_environmental_problem": false,
            "breach_of_law_or_trust": false,
            "centre_is_legal_entity": true,
            "has_charter": true,
            "has_council": true,
            "has_responsible_director": true,
            "has_expert_committee": true,
        },
        "documents": ["application-form", "annexes", "county-recommendation"],
    })
}

fn comprehensive() -> Value {
    let facts =
        json!({"lead_type": "university", "has_headquarters": true, "specialised_units": 2});
    with(
        &complete(),
        json!({"kind": "comprehensive", "facts": facts}),
    )
}

/// The conditions of an application that only experts can judge.
fn judgements(request: &Value) -> Vec<Value> {
    let evaluation = evaluation(xinzhou(), request);
    let missing = evaluation["missing_attestations"].as_array().unwrap();
    missing
        .iter()
        .map(|missing| missing["id"].clone())
        .collect()
}

#[test]
fn without_attestations_it_needs_review_and_with_all_of_them_it_is_eligible() {
    for request in [complete(), comprehensive()] {
        let without = evaluation(xinzhou(), &request);
        assert_eq!(without["verdict"], "needs_review", "{without}");
        let all = with(&request, json!({"attestations": judgements(&request)}));
        let all = evaluation(xinzhou(), &all);
        assert_eq!(all["verdict"], "eligible", "{all}");
        assert_eq!(all["to_become_eligible"], json!([]));
        for list in ["missing_facts", "missing_documents", "missing_attestations"] {
            assert_eq!(all[list], json!([]), "{list}");
        }
    }
}

#[test]
fn the_issues_own_case_names_everything_at_once() {
    let request = with(
        &complete(),
        json!({"facts": {"floor_area_m2": 480, "major_safety_problem": null}, "documents": ["application-form", "annexes"]}),
    );
    let evaluation = evaluation(xinzhou(), &request);
    assert_eq!(evaluation["verdict"], "not_eligible");

    let area = finding(&evaluation, "floor-area");
    assert_eq!(area["shortfall"]["amount"], 20);
    assert_eq!(area["shortfall"]["unit"], "m2");
    assert_eq!(area["cite"]["article"], "第八条（三）");
    assert!(
        area["sentence"]["zh"]
            .as_str()
            .unwrap()
            .contains("20平方米"),
        "{area}"
    );
    assert!(
        area["sentence"]["en"].as_str().unwrap().contains("20 m²"),
        "{area}"
    );

    let document = &evaluation["missing_documents"][0];
    assert_eq!(document["id"], "county-recommendation");
    assert_eq!(document["articles"], json!(["第九条（一）"]));
    assert_eq!(document["label"]["zh"], "当地科技主管部门正式推荐文件");

    let fact = &evaluation["missing_facts"][0];
    assert_eq!(fact["id"], "major_safety_problem");
    assert_eq!(fact["articles"], json!(["第八条（四）"]));
    assert!(
        fact["label"]["en"].as_str().unwrap().contains("safety"),
        "{fact}"
    );
}

/// Article, change, the condition it breaks (or leaves open), and what comes of it.
#[test]
fn each_condition_is_found_alone() {
    let table = [
        (
            "第八条（三）",
            json!({"facts": {"floor_area_m2": 499.99}}),
            "floor-area",
            "not_met",
        ),
        (
            "第八条（三）",
            json!({"facts": {"floor_area_m2": 500}}),
            "floor-area",
            "met",
        ),
        (
            "第八条（三）",
            json!({"facts": {"floor_area_m2": 500.01}}),
            "floor-area",
            "met",
        ),
        (
            "第八条（三）",
            json!({"facts": {"floor_area_m2": null}}),
            "floor-area",
            "unknown",
        ),
        (
            "第七条",
            json!({"facts": {"lead_type": "new-type-rd-organisation"}}),
            "domain-lead",
            "not_met",
        ),
        (
            "第七条",
            json!({"facts": {"lead_type": "research-institute"}}),
            "domain-lead",
            "met",
        ),
        (
            "第八条（一）",
            json!({"facts": {"lead_registered_in": "140105"}}),
            "lead-registered",
            "not_met",
        ),
        (
            "第八条（一）",
            json!({"facts": {"lead_registered_in": "140000"}}),
            "lead-registered",
            "unknown",
        ),
        (
            "第八条（一）",
            json!({"facts": {"lead_is_independent_legal_person": false}}),
            "lead-legal-person",
            "not_met",
        ),
        (
            "第八条（二）",
            json!({"facts": {"head_title": "deputy-senior"}}),
            "head-title",
            "not_met",
        ),
        (
            "第八条（四）",
            json!({"facts": {"major_safety_problem": true}}),
            "no-safety-problem",
            "not_met",
        ),
        (
            "第八条（四）",
            json!({"facts": {"major_quality_problem": true}}),
            "no-quality-problem",
            "not_met",
        ),
        (
            "第八条（四）",
            json!({"facts": {"serious_environmental_problem": true}}),
            "no-environmental-problem",
            "not_met",
        ),
        (
            "第八条（四）",
            json!({"facts": {"breach_of_law_or_trust": true}}),
            "no-breach-of-trust",
            "not_met",
        ),
        (
            "第九条（一）",
            json!({"documents": ["annexes", "county-recommendation"]}),
            "documents",
            "not_met",
        ),
        (
            "第九条（一）",
            json!({"documents": ["application-form", "county-recommendation"]}),
            "documents",
            "not_met",
        ),
        (
            "第九条（一）",
            json!({"documents": ["application-form", "annexes"]}),
            "documents",
            "not_met",
        ),
        (
            "第十条",
            json!({"facts": {"centre_is_legal_entity": null}}),
            "legal-form",
            "unknown",
        ),
        (
            "第十一条",
            json!({"facts": {"has_charter": false}}),
            "charter",
            "not_met",
        ),
        (
            "第十一条",
            json!({"facts": {"has_council": false}}),
            "council",
            "not_met",
        ),
        (
            "第十一条",
            json!({"facts": {"has_responsible_director": false}}),
            "director",
            "not_met",
        ),
        (
            "第十一条",
            json!({"facts": {"has_expert_committee": false}}),
            "expert-committee",
            "not_met",
        ),
        (
            "第十六条",
            json!({"facts": {"application_route": "conversion"}}),
            "conversion-origin",
            "unknown",
        ),
        (
            "第十六条",
            json!({"facts": {"application_route": "conversion", "is_municipal_engineering_research_centre": false}}),
            "conversion-origin",
            "not_met",
        ),
        (
            "第十六条",
            json!({"facts": {"application_route": "conversion", "is_municipal_engineering_research_centre": true}}),
            "conversion-origin",
            "met",
        ),
    ];
    for (article, change, condition, status) in table {
        let evaluation = evaluation(xinzhou(), &with(&complete(), change.clone()));
        let found = finding(&evaluation, condition);
        assert_eq!(found["status"], status, "{article}: {change}");
        assert_eq!(found["cite"]["article"], article, "{condition}");
        let open = |finding: &&Value| {
            !["met", "for_review"].contains(&finding["status"].as_str().unwrap())
        };
        let others = evaluation["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(open);
        let others: Vec<_> = others
            .map(|found| found["condition"].as_str().unwrap())
            .collect();
        let expected = if status == "met" {
            vec![]
        } else {
            vec![condition]
        };
        assert_eq!(others, expected, "{article}: {change}");
    }
}

#[test]
fn outside_the_fourteen_fields_two_articles_are_not_met() {
    let request = with(&complete(), json!({"facts": {"main_cluster": "none"}}));
    let evaluation = evaluation(xinzhou(), &request);
    assert_eq!(finding(&evaluation, "domain-field")["status"], "not_met");
    assert_eq!(finding(&evaluation, "clusters")["status"], "not_met");
    // 第七条 lists eight leading clusters and six of farm products.
    let fields = &evaluation["to_become_eligible"][0]["changes"][0]["one_of"];
    assert_eq!(fields.as_array().unwrap().len(), 8 + 6);
}

#[test]
fn a_municipal_applicant_needs_no_recommendation() {
    let request = with(
        &complete(),
        json!({"facts": {"applicant_level": "municipal"}, "documents": ["application-form", "annexes"]}),
    );
    assert_eq!(evaluation(xinzhou(), &request)["verdict"], "needs_review");
}

#[test]
fn an_internal_unit_may_be_a_transition_when_staff_finance_and_property_are_its_own() {
    let unit = |staff: Value, finance: Value, property: Value| {
        let facts = json!({
            "centre_is_legal_entity": false, "unit_staff_independent": staff,
            "unit_finance_independent": finance, "unit_property_independent": property,
        });
        let evaluation = evaluation(xinzhou(), &with(&complete(), json!({"facts": facts})));
        finding(&evaluation, "legal-form")["status"].clone()
    };
    assert_eq!(unit(json!(true), json!(true), json!(true)), "met");
    assert_eq!(unit(json!(true), json!(false), json!(true)), "not_met");
    assert_eq!(unit(json!(true), json!(true), Value::Null), "unknown");
}

#[test]
fn a_comprehensive_centre_has_headquarters_and_several_units() {
    for (facts, condition, status) in [
        (
            json!({"specialised_units": 1}),
            "comprehensive-units",
            "not_met",
        ),
        (
            json!({"specialised_units": 2}),
            "comprehensive-units",
            "met",
        ),
        (
            json!({"specialised_units": 3}),
            "comprehensive-units",
            "met",
        ),
        (
            json!({"has_headquarters": false}),
            "comprehensive-headquarters",
            "not_met",
        ),
        (
            json!({"lead_type": "enterprise"}),
            "comprehensive-lead",
            "not_met",
        ),
        (
            json!({"lead_type": "new-type-rd-organisation"}),
            "comprehensive-lead",
            "met",
        ),
    ] {
        let request = with(&comprehensive(), json!({"facts": facts.clone()}));
        let evaluation = evaluation(xinzhou(), &request);
        assert_eq!(finding(&evaluation, condition)["status"], status, "{facts}");
    }
}

#[test]
fn the_evaluation_names_the_readings_it_rests_on() {
    let evaluation = evaluation(xinzhou(), &complete());
    let readings = evaluation["readings"].as_array().unwrap();
    assert!(
        readings
            .iter()
            .any(|reading| reading["id"] == "fields-binding"),
        "{readings:?}"
    );
    assert!(
        !readings
            .iter()
            .any(|reading| reading["id"] == "several-units"),
        "{readings:?}"
    );
}

#[test]
fn the_first_day_is_taken_and_the_day_before_refused() {
    let on = |day: &str| {
        crate::support::judge(xinzhou(), &with(&complete(), json!({"applied_on": day})))
    };
    assert!(on("2020-11-30").is_err());
    assert!(on("2020-12-01").is_ok());
    assert!(on("2020-12-02").is_ok());
}

/// 第十五条: of the changes, only a renaming alters what stands on the certificate.
#[test]
fn a_portal_sees_what_a_change_alters() {
    let shown: Value =
        serde_json::from_slice(rules::page(&xinzhou().programme.id).unwrap()).unwrap();
    let changes = shown["changes"].as_array().unwrap().iter();
    let altered: Vec<_> = changes.map(|change| &change["alters"]).collect();
    assert_eq!(altered, [&json!("name"), &Value::Null, &Value::Null]);
}

//! The programmes beside Xinzhou's, from the application to what follows after recognition.

use serde_json::{Value, json};

use super::clients::{Client, may_write};
use super::fresh;
use super::problem::assert_problem;
use super::register::{
    APPLIED, Applied, CERTIFICATES, ISSUED, NOTICES, PUBLISHED, attested, certificate, keep, made,
    record, text,
};

/// An application with what is needed to keep it.
fn kept(programme: &str, more: Value, platform: &str) -> Applied {
    let word = fresh::word();
    let mut application = json!({
        "programme": programme,
        "applied_on": APPLIED,
        "applicant": {"name": format!("虚构{word}单位"), "uscc": fresh::uscc()},
        "platform": format!("{platform}{word}"),
    });
    for (name, value) in more.as_object().expect("an object") {
        application[name] = value.clone();
    }
    keep(attested(application))
}

/// 甘工信发〔2015〕454号: no public notice; assessed every year.
fn gansu_centre() -> Applied {
    let years = |each: [u64; 3]| json!({"2020": each[0], "2021": each[1], "2022": each[2]});
    let facts = json!({
        "supporting_organisation_type": "enterprise",
        "supporting_organisation_registered_in": "620402",
        "rd_equipment_original_value_cny": 10_000_000,
        "technology_development_spending_cny": years([5_000_000; 3]),
        "full_time_rd_staff": 50,
        "rd_staff_intermediate_title": 30,
        "results_and_patents": years([2, 3, 5]),
        "information_published": years([2; 3]),
        "exchange_events": years([3; 3]),
        "people_trained": years([50; 3]),
        "results_transferred": years([0, 1, 2]),
        "centre_has_independent_finance": true,
        "has_development_plan": true,
        "plan_goal_years": 4,
        "plan_names_research_topics": true,
        "plan_has_phased_programme": true,
        "has_project_rules": true,
        "has_funds_rules": true,
        "has_secrecy_rules": true,
        "keeps_ip_agreements": true,
    });
    let documents = json!(["application-report", "proofs"]);
    let more = json!({"applied_on": "2023-03-02", "facts": facts, "documents": documents});
    kept("gansu-industry-technology-centre", more, "铜合金")
}

/// A new centre in Gansu, recognised on that day, 2 March 2023 or later.
pub(crate) fn gansu_centre_issued(day: &str) -> String {
    let issue = json!({"evaluation": gansu_centre().evaluation, "issued_on": day});
    made(CERTIFICATES, &issue, "/number")
}

/// 甘科成函〔2018〕8号: no public notice, a period of construction.
fn zone() -> Applied {
    let facts = json!({
        "applicant_kind": "city-or-prefecture-government",
        "applicant_division": "620700",
        "in_government_plans": true,
        "technology_contract_value_cny": {
            "2023": 1_180_000_000, "2024": 1_360_000_000, "2025": 1_520_000_000,
        },
        "policies_issued": true,
        "has_transfer_platform": true,
        "has_service_bodies": true,
        "has_specialised_people": true,
        "construction_period_years": 3,
        "government_consented": true,
        "plan_headings": [
            "basis", "guiding-thought", "principles", "layout", "goals", "demonstration-tasks",
            "organisation", "tasks-and-schedule",
        ],
        "plan_sets_indicators": true,
    });
    let documents = json!(["letter", "plan", "plan-electronic"]);
    let more = json!({"facts": facts, "documents": documents});
    kept("gansu-technology-transfer-demonstration-zone", more, "河西")
}

/// 内科发〔2020〕68号: a public notice whose length the text leaves open.
fn inner_mongolia() -> Applied {
    let builder = |name: &str, kind: &str, leads: bool| json!({"name": name, "kind": kind, "leads": leads, "attributes": {}});
    let facts = json!({
        "builders": [
            builder("内蒙古白云稀土新材料有限公司", "enterprise", true),
            builder("鹿城工业大学", "university", false),
            builder("草原稀土研究所", "research-institute", false),
        ],
        "centre_is_legal_entity": true,
        "has_charter": true,
        "charter_sets_rights_and_duties": true,
        "has_council": true,
        "council_decides": true,
        "council_made_of_builders": true,
        "council_meets_on_major_matters": true,
        "director_responsible": true,
        "director_months_per_year": 9,
        "has_guidance_committee": true,
        "committee_advises": true,
        "committee_includes": ["director", "technical-experts", "management-experts", "economic-experts"],
        "committee_members": 9,
        "committee_insiders": 3,
        "committee_chair_from_builders": false,
        "party_or_public_institution_enterprise": false,
        "self_managing": true,
        "recommended_by": "league-or-city-government",
        "plan_improved_after_consultation": true,
        "original_investment_unchanged": true,
        "matching_funds_cny": 5_000_000,
        "autonomous_region_support_cny": 5_000_000,
    });
    let documents = json!(["intent", "plan", "formal-application"]);
    let more = json!({"kind": "leading-enterprise", "facts": facts, "documents": documents});
    kept("inner-mongolia-technology-innovation-centre", more, "稀土")
}

/// Two failed assessments in a row propose the revocation, which the authority decides.
#[test]
fn a_centre_in_gansu_is_issued_on_its_evaluation_and_lost_after_two_failed_years() {
    if !may_write() {
        return;
    }
    let applied = gansu_centre();
    let notice = json!({"evaluation": applied.evaluation, "published": PUBLISHED});
    assert_problem(&Client::Office.post(NOTICES, &notice), "no-notice", &[]);
    let issue = json!({"evaluation": applied.evaluation, "issued_on": "2023-03-01"});
    assert_problem(
        &Client::Office.post(CERTIFICATES, &issue),
        "invalid-body",
        &["#/issued_on"],
    );
    let issue = json!({"evaluation": applied.evaluation, "issued_on": "2023-05-20"});
    let number = made(CERTIFICATES, &issue, "/number");
    assert!(number.starts_with("GSITC-2023-"), "{number}");
    assert_eq!(made(CERTIFICATES, &issue, "/number"), number);
    let other_day = json!({"evaluation": applied.evaluation, "issued_on": "2023-05-21"});
    assert_problem(
        &Client::Office.post(CERTIFICATES, &other_day),
        "already-issued",
        &[],
    );
    let [(obligation, failed)] = failures("gansu-industry-technology-centre")
        .try_into()
        .expect("one assessment that can fail");
    let assessed = |year: i32| {
        let event = json!({"kind": "assessed", "obligation": obligation, "year": year,
                           "outcome": failed, "on": format!("{year}-10-20")});
        record(&number, &event)
    };
    assessed(2024);
    assert_eq!(certificate(&number)["pending_decisions"], json!([]));
    let second = assessed(2025);
    let pending = &certificate(&number)["pending_decisions"][0];
    assert_eq!(pending["proposal"], "revocation");
    assert_eq!(pending["because"], second.as_str());
    let cite = text(&pending["cite"]["text"]);
    assert!(cite.contains("连续两年不合格"), "{cite}");
    assert_eq!(certificate(&number)["status"], "valid");
    let revoked = json!({"kind": "revoked", "because": second, "ground": pending["ground"]["id"],
                         "on": "2025-12-01", "reference": "甘工信函〔2025〕1号"});
    record(&number, &revoked);
    assert_eq!(certificate(&number)["status"], "revoked");
}

/// 每年2月底前, from the year after: 29 February 2024 is the last day of the first.
#[test]
fn a_report_is_found_missing_once_it_is_overdue() {
    if !may_write() {
        return;
    }
    let number = gansu_centre_issued("2023-05-20");
    let path = format!("{CERTIFICATES}/{number}/events");
    let missed = |year: i32, on: &str| json!({"kind": "report_missed", "obligation": "annual-summary", "year": year, "on": on});
    for (year, on) in [
        (2023, "2024-03-05"),
        (2024, "2024-02-20"),
        (2024, "2024-02-29"),
    ] {
        assert_problem(
            &Client::Office.post(&path, &missed(year, on)),
            "does-not-fit",
            &[],
        );
    }
    record(&number, &missed(2024, "2024-03-01"));
    let received = json!({"kind": "report_received", "obligation": "annual-summary", "year": 2025, "on": "2025-02-10"});
    record(&number, &received);
    let answer = Client::Office.post(&path, &missed(2025, "2025-03-05"));
    assert_problem(&answer, "does-not-fit", &[]);
}

/// Each assessment that can end failed, with the outcome.
fn failures(programme: &str) -> Vec<(String, String)> {
    let page = super::register::read(&format!("/v1/eligibility/programmes/{programme}"));
    let obligations = page["obligations"].as_array().expect("a list").iter();
    obligations
        .flat_map(|obligation| {
            let outcomes = obligation["outcome"].as_array().cloned();
            let failed = outcomes.unwrap_or_default().into_iter();
            let failed = failed.filter(|outcome| outcome["effect"]["follows"] == "failed");
            failed.map(|outcome| (text(&obligation["id"]), text(&outcome["id"])))
        })
        .collect()
}

#[test]
fn a_zone_has_a_period_and_ends_with_it() {
    if !may_write() {
        return;
    }
    let applied = zone();
    let without = json!({"evaluation": applied.evaluation, "issued_on": ISSUED});
    assert_problem(
        &Client::Office.post(CERTIFICATES, &without),
        "invalid-body",
        &["#/until"],
    );
    let issue =
        json!({"evaluation": applied.evaluation, "issued_on": ISSUED, "until": "2026-10-31"});
    let number = made(CERTIFICATES, &issue, "/number");
    for (on, status) in [
        ("2026-10-31", json!("valid")),
        ("2026-11-01", json!("expired")),
        ("2026-05-19", Value::Null),
    ] {
        let shown = certificate(&format!("{number}?on={on}"));
        assert_eq!(shown["status"], status, "{on}");
    }
}

#[test]
fn the_portal_sets_the_length_of_the_notice_in_inner_mongolia() {
    if !may_write() {
        return;
    }
    for (days, promised) in [
        (None, Some(5)),
        (Some(1), Some(1)),
        (Some(250), Some(250)),
        (Some(0), None),
        (Some(251), None),
    ] {
        let applied = inner_mongolia();
        let mut notice = json!({"evaluation": applied.evaluation, "published": PUBLISHED});
        if let Some(days) = days {
            notice["days"] = json!(days);
        }
        let answer = Client::Office.post(NOTICES, &notice);
        match promised {
            Some(promised) => {
                assert_eq!(answer.status, 201, "{answer}");
                assert_eq!(answer.at("/promised/days"), promised);
            }
            None => assert_problem(&answer, "invalid-body", &["#/days"]),
        }
    }
}

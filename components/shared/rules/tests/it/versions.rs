//! A later version of a rule changes answers only from its day on.

use chrono::NaiveDate;
use rules::{programme_ids, rulebook};
use serde_json::json;

use crate::support::{comparison, evaluation, finding, invented, judge};

#[test]
fn a_version_holds_from_its_day_until_the_next_one_starts() {
    // invented.toml: 10 staff from 2020-01-01, 20 from 2022-07-01, asked no more from 2024-01-01.
    for (applied_on, staff, status) in [
        ("2020-01-01", 9, Some("not_met")),
        ("2020-01-01", 10, Some("met")),
        ("2022-06-30", 10, Some("met")),
        ("2022-07-01", 10, Some("not_met")),
        ("2022-07-01", 20, Some("met")),
        ("2023-12-31", 19, Some("not_met")),
        ("2024-01-01", 0, None),
    ] {
        let request = json!({"applied_on": applied_on, "facts": {"staff": staff}});
        let evaluation = evaluation(invented(), &request);
        let findings = evaluation["findings"].as_array().unwrap();
        let found = findings
            .iter()
            .find(|finding| finding["condition"] == "staff");
        assert_eq!(
            found.map(|found| found["status"].as_str().unwrap()),
            status,
            "{applied_on}"
        );
    }
}

#[test]
fn the_receipt_names_the_version_in_force() {
    for (applied_on, version) in [
        ("2020-01-01", "2020-01-01"),
        ("2022-06-30", "2020-01-01"),
        ("2022-07-01", "2022-07-01"),
        ("2023-12-31", "2022-07-01"),
        ("2024-01-01", "2024-01-01"),
    ] {
        let evaluation = evaluation(invented(), &json!({"applied_on": applied_on, "facts": {}}));
        assert_eq!(evaluation["receipt"]["version"], version, "{applied_on}");
    }
}

#[test]
fn the_day_before_the_programme_starts_is_refused() {
    let before = json!({"applied_on": "2019-12-31", "facts": {}});
    let faults = judge(invented(), &before).unwrap_err();
    assert_eq!(faults[0].pointer, "/applied_on");
    assert!(faults[0].message.en.contains("2020-01-01"), "{}", faults[0]);
    judge(
        invented(),
        &json!({"applied_on": "2020-01-01", "facts": {}}),
    )
    .unwrap();
}

#[test]
fn last_years_are_those_before_the_year_of_application() {
    let facts = json!({"spending_cny": {"2021": 100, "2022": 100, "2023": 100, "2024": 0}});
    for (applied_on, status) in [
        ("2023-12-31", "unknown"),
        ("2024-01-01", "met"),
        ("2024-12-31", "met"),
        ("2025-01-01", "not_met"),
    ] {
        let evaluation = evaluation(
            invented(),
            &json!({"applied_on": applied_on, "facts": facts}),
        );
        assert_eq!(
            finding(&evaluation, "spending")["status"],
            status,
            "{applied_on}"
        );
    }
}

/// Over every day a version starts, the day before and the day after: each condition has one version
/// in force, none overlap and none is missing in between.
#[test]
fn at_every_boundary_one_version_of_a_condition_is_in_force() {
    let compiled_in = programme_ids().into_iter().filter_map(rulebook);
    for rulebook in compiled_in.chain([invented()]) {
        let (programme, criteria) = (rulebook.programme, rulebook.criteria);
        let starts: Vec<NaiveDate> = criteria.conditions.iter().map(|c| c.from.get()).collect();
        for start in starts {
            for day in [start.pred_opt().unwrap(), start, start.succ_opt().unwrap()] {
                if day < programme.from.get() {
                    continue;
                }
                let kind = criteria.kinds.first().map(|kind| kind.id.as_str());
                let request = json!({"kind": kind, "applied_on": day.to_string(), "facts": {}});
                let evaluation = evaluation(rulebook, &request);
                let mut seen: Vec<_> = evaluation["findings"].as_array().unwrap().iter().collect();
                let all = seen.len();
                seen.dedup_by_key(|finding| finding["condition"].clone());
                assert_eq!(seen.len(), all, "{} on {day}", programme.id);
            }
        }
    }
}

/// invented.toml: 10 staff from 2020-01-01, 20 from 2022-07-01, asked no more from 2024-01-01.
#[test]
fn another_date_shows_what_it_changes() {
    let request = json!({"applied_on": "2022-06-30", "facts": {"staff": 15}});
    for (other, before, after) in [
        ("2022-06-29", None, None),
        ("2022-07-01", Some("met"), Some("not_met")),
        ("2023-12-31", Some("met"), Some("not_met")),
        ("2024-01-01", Some("met"), None),
    ] {
        let comparison = comparison(invented(), &request, other);
        assert_eq!(comparison["applied_on"], other);
        let changes = comparison["changes"].as_array().unwrap();
        let staff = changes.iter().find(|change| change["condition"] == "staff");
        let status = |side: &str| staff.and_then(|staff| staff[side]["status"].as_str());
        assert_eq!(
            (status("before"), status("after")),
            (before, after),
            "{other}"
        );
        if let (Some(staff), Some(_)) = (staff, after) {
            assert_eq!(staff["before"]["required"]["value"], 10);
            assert_eq!(staff["after"]["required"]["value"], 20);
        }
    }
    // Asked again where it was not asked.
    let later = json!({"applied_on": "2024-01-01", "facts": {"staff": 15}});
    let back = comparison(invented(), &later, "2023-12-31");
    let changes = back["changes"].as_array().unwrap();
    let staff = changes.iter().find(|change| change["condition"] == "staff");
    assert_eq!(staff.unwrap()["before"], json!(null));
    assert_eq!(staff.unwrap()["after"]["status"], "not_met");
}

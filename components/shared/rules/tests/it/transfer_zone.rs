//! 甘肃省科技成果转移转化示范区 (甘科成函〔2018〕8号): the text's own numbers and choices.

use rules::{Due, Effect, ObligationKind, Rulebook};
use serde_json::{Value, json};

use crate::cases::{found_alone, found_together, judged_alone, not_met};
use crate::quotes::uncovered;
use crate::remedies::apply;
use crate::support::{evaluation, file, finding, judge, quotes, with};

const TEXT: &str =
    include_str!("../../regulations/gansu-technology-transfer-demonstration-zone.txt");

fn rulebook() -> Rulebook {
    rules::rulebook("gansu-technology-transfer-demonstration-zone").expect("it is compiled in")
}

const HEADINGS: [&str; 8] = [
    "basis",
    "guiding-thought",
    "principles",
    "layout",
    "goals",
    "demonstration-tasks",
    "organisation",
    "tasks-and-schedule",
];

/// Article and judgement.
const JUDGEMENTS: [(&str, &str); 11] = [
    ("二2", "work-basis"),
    ("二2", "distinctive"),
    ("二2", "other-indicators-rising"),
    ("二3", "policies-complete"),
    ("二3", "platform-complete"),
    ("二3", "service-bodies-level"),
    ("二3", "people-specialised"),
    ("二4", "profile"),
    ("二4", "demonstration-effect"),
    ("二4", "pivot"),
    ("四3", "maturity"),
];

/// A prefecture of Gansu, with invented figures: eligible.
fn eligible() -> Value {
    json!({
        "applied_on": "2026-08-20",
        "facts": {
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
            "plan_headings": HEADINGS,
            "plan_sets_indicators": true,
        },
        "documents": ["letter", "plan", "plan-electronic"],
        "attestations": JUDGEMENTS.map(|(_, judgement)| judgement),
    })
}

fn facts(facts: Value) -> Value {
    json!({ "facts": facts })
}

fn contracts(of_2023: Value, of_2024: Value, of_2025: Value) -> Value {
    let years = json!({"2023": of_2023, "2024": of_2024, "2025": of_2025});
    facts(json!({ "technology_contract_value_cny": years }))
}

/// A period that the department has not agreed to, where it is not of 2 to 3 years.
fn period(years: Value) -> Value {
    facts(json!({"construction_period_years": years, "period_exception_agreed": false}))
}

/// Article, the change that fails the condition, the condition: one for each.
fn failures() -> Vec<crate::cases::Case> {
    let not = |fact: &str| facts(json!({ fact: false }));
    let stood_still = contracts(
        json!(1_180_000_000),
        json!(1_180_000_000),
        json!(1_520_000_000),
    );
    [
        (
            "二5",
            facts(json!({"applicant_kind": "new-area"})),
            "applicant",
        ),
        (
            "开头",
            facts(json!({"applicant_division": "610100"})),
            "applicant-in-gansu",
        ),
        ("二1", not("in_government_plans"), "in-government-plans"),
        ("二2", stood_still, "contract-value-rising"),
        ("二3", not("policies_issued"), "policies"),
        ("二3", not("has_transfer_platform"), "platform"),
        ("二3", not("has_service_bodies"), "service-bodies"),
        ("二3", not("has_specialised_people"), "people"),
        ("二5", period(json!(4)), "construction-period"),
        ("四1", not("government_consented"), "government-consent"),
        (
            "四1",
            facts(json!({"plan_headings": HEADINGS[1..]})),
            "plan-headings",
        ),
        ("四1", not("plan_sets_indicators"), "plan-indicators"),
        ("四2", json!({"documents": []}), "documents"),
    ]
    .map(|(article, change, condition)| (article, change, condition, "not_met"))
    .to_vec()
}

#[test]
fn each_condition_is_found_alone() {
    found_alone(rulebook(), &eligible(), failures());
}

#[test]
fn each_judgement_is_found_alone() {
    judged_alone(rulebook(), &eligible(), &JUDGEMENTS);
}

#[test]
fn all_that_fails_is_found_together_and_the_changes_named_make_it_eligible() {
    let against = JUDGEMENTS.map(|(_, judgement)| format!("!{judgement}"));
    let broken = found_together(rulebook(), &eligible(), failures());
    let broken = with(&broken, json!({"attestations": against}));
    let before = evaluation(rulebook(), &broken);
    assert_eq!(before["verdict"], "not_eligible");
    assert_eq!(not_met(&before).len(), failures().len() + JUDGEMENTS.len());
    assert_eq!(
        before["findings"].as_array().unwrap().len(),
        not_met(&before).len()
    );
    let after = evaluation(rulebook(), &apply(&broken, &before));
    assert_eq!(after["verdict"], "eligible", "{after}");
}

/// 二5: "建设期原则上为2至3年", both included; reading `period-in-principle`.
#[test]
fn the_period_is_of_two_to_three_years_in_principle() {
    let table = [
        (json!(1), "not_met"),
        (json!(1.99), "not_met"),
        (json!(2), "met"),
        (json!(2.01), "met"),
        (json!(2.5), "met"),
        (json!(2.99), "met"),
        (json!(3), "met"),
        (json!(3.01), "not_met"),
        (json!(4), "not_met"),
    ];
    let table = table.map(|(years, status)| ("二5", period(years), "construction-period", status));
    found_alone(rulebook(), &eligible(), table.to_vec());
    let exception = |agreed: Value| {
        facts(json!({"construction_period_years": 4, "period_exception_agreed": agreed}))
    };
    let without = facts(json!({"construction_period_years": null}));
    found_alone(
        rulebook(),
        &eligible(),
        vec![
            ("二5", exception(json!(true)), "construction-period", "met"),
            (
                "二5",
                exception(Value::Null),
                "construction-period",
                "unknown",
            ),
            ("二5", without, "construction-period", "unknown"),
        ],
    );
}

#[test]
fn a_period_that_is_too_long_is_told_by_how_much() {
    let evaluation = evaluation(rulebook(), &with(&eligible(), period(json!(4.5))));
    let shortfall = &finding(&evaluation, "construction-period")["shortfall"];
    assert_eq!(
        (&shortfall["amount"], &shortfall["unit"]),
        (&json!(1.5), &json!("years"))
    );
    let changes = &evaluation["to_become_eligible"][0]["changes"];
    assert_eq!(changes.as_array().unwrap().len(), 1);
    assert_eq!(changes[0]["to"], 3);
}

/// 二2: "技术市场交易额等主要指标实现持续增长"; reading `continuous-growth`.
#[test]
fn the_contract_value_rises_each_year() {
    let n = |value: f64| json!(value);
    let table = [
        // One yuan more, the same, one yuan less.
        (n(100.0), n(101.0), n(102.0), "met"),
        (n(100.0), n(100.01), n(100.02), "met"),
        (n(100.0), n(100.0), n(101.0), "not_met"),
        (n(100.0), n(101.0), n(101.0), "not_met"),
        (n(100.0), n(99.0), n(101.0), "not_met"),
        (n(100.0), n(101.0), n(100.0), "not_met"),
        (n(0.0), n(1.0), n(2.0), "met"),
        // A year that is missing is unknown; a fall between two that are there is none the less one.
        (Value::Null, n(101.0), n(102.0), "unknown"),
        (n(100.0), Value::Null, n(102.0), "unknown"),
        (n(100.0), Value::Null, n(90.0), "unknown"),
        (n(100.0), n(101.0), Value::Null, "unknown"),
        (Value::Null, n(101.0), n(101.0), "not_met"),
    ];
    let table = table.map(|(first, second, third, status)| {
        (
            "二2",
            contracts(first, second, third),
            "contract-value-rising",
            status,
        )
    });
    found_alone(rulebook(), &eligible(), table.to_vec());
    let none = facts(json!({"technology_contract_value_cny": null}));
    found_alone(
        rulebook(),
        &eligible(),
        vec![("二2", none, "contract-value-rising", "unknown")],
    );
}

/// The three calendar years before that of application, whatever came earlier or comes later.
#[test]
fn years_before_are_those_before_the_year_of_application() {
    let all = json!({
        "2022": 9, "2023": 1, "2024": 2, "2025": 3, "2026": 3,
    });
    let request = with(
        &eligible(),
        facts(json!({ "technology_contract_value_cny": all })),
    );
    for (applied_on, status) in [
        ("2025-12-31", "not_met"),
        ("2026-01-01", "met"),
        ("2026-12-31", "met"),
        ("2027-01-01", "not_met"),
    ] {
        let evaluation = evaluation(
            rulebook(),
            &with(&request, json!({"applied_on": applied_on})),
        );
        assert_eq!(
            finding(&evaluation, "contract-value-rising")["status"],
            status,
            "{applied_on}"
        );
    }
}

/// 二5, 四2; reading `city-or-prefecture`.
#[test]
fn a_city_or_prefecture_of_gansu_applies() {
    let kind = |kind: &str| facts(json!({"applicant_kind": kind}));
    let place = |code: &str| facts(json!({"applicant_division": code}));
    found_alone(
        rulebook(),
        &eligible(),
        vec![
            ("二5", kind("county-government"), "applicant", "not_met"),
            ("二5", kind("other"), "applicant", "not_met"),
            (
                "二5",
                facts(json!({"applicant_kind": null})),
                "applicant",
                "unknown",
            ),
            ("开头", place("620100"), "applicant-in-gansu", "met"),
            ("开头", place("623000"), "applicant-in-gansu", "met"),
            ("开头", place("630100"), "applicant-in-gansu", "not_met"),
        ],
    );
}

/// 四2: "建设方案一式三份（附电子版）"; 附件1.
#[test]
fn each_document_and_heading_is_asked_for() {
    let documents = |all: &[&str]| json!({"documents": all});
    let mut table = vec![
        (
            "四2",
            documents(&["plan", "plan-electronic"]),
            "documents",
            "not_met",
        ),
        (
            "四2",
            documents(&["letter", "plan-electronic"]),
            "documents",
            "not_met",
        ),
        (
            "四2",
            documents(&["letter", "plan"]),
            "documents",
            "not_met",
        ),
        ("四2", json!({"documents": null}), "documents", "unknown"),
    ];
    for without in HEADINGS {
        let others: Vec<_> = HEADINGS
            .into_iter()
            .filter(|heading| *heading != without)
            .collect();
        let change = facts(json!({ "plan_headings": others }));
        table.push(("四1", change, "plan-headings", "not_met"));
    }
    found_alone(rulebook(), &eligible(), table);
    let plan = rulebook().criteria.document("plan").unwrap();
    assert_eq!(plan.copies, Some(3));
    let electronic = rulebook().criteria.document("plan-electronic").unwrap();
    assert_eq!(electronic.copies, None);
}

/// 附件2: 14 indicators in 6 groups, as the table has them.
#[test]
fn the_indicators_stand_in_their_groups() {
    let guidance = file(&rulebook().programme.id).guidance;
    let mut outlines = guidance.outlines.into_iter();
    let indicators = outlines.find(|outline| outline.id == "indicators").unwrap();
    let mut groups: Vec<(&str, u32)> = Vec::new();
    for heading in indicators.headings.iter() {
        let group = heading.under.as_ref().unwrap().zh.as_ref();
        match groups.last_mut() {
            Some((last, count)) if *last == group => *count += 1,
            _ => groups.push((group, 1)),
        }
    }
    assert_eq!(
        groups,
        [
            ("技术交易", 2),
            ("转移机构", 3),
            ("产业孵化", 2),
            ("支撑保障", 3),
            ("政策环境", 3),
            ("特色指标", 1)
        ]
    );
}

/// Issued on 2018-04-08; reading `start-date`.
#[test]
fn the_first_day_is_taken_and_the_day_before_refused() {
    for (day, taken) in [
        ("2018-04-07", false),
        ("2018-04-08", true),
        ("2018-04-09", true),
    ] {
        let request = with(&eligible(), json!({"applied_on": day}));
        assert_eq!(judge(rulebook(), &request).is_ok(), taken, "{day}");
    }
}

/// 四2; reading `deadline-each-year`: a later application is for the next round, and fails nothing.
#[test]
fn the_day_of_application_fails_nothing() {
    for day in ["2026-08-30", "2026-08-31", "2026-09-01"] {
        let evaluation = evaluation(rulebook(), &with(&eligible(), json!({"applied_on": day})));
        assert_eq!(evaluation["verdict"], "eligible", "{day}");
    }
}

/// 四2, 四4. The text has no notice, no change and no ground.
#[test]
fn what_falls_due_is_as_the_text_has_it() {
    let programme = rulebook().programme;
    let found: Vec<_> = programme
        .obligations
        .iter()
        .map(|x| (x.kind, x.due.clone()))
        .collect();
    assert_eq!(
        found,
        [
            (
                ObligationKind::Application,
                Due::Yearly {
                    month: 8,
                    day: Some(31),
                    first_after_years: None
                }
            ),
            (
                ObligationKind::Report,
                Due::Yearly {
                    month: 12,
                    day: None,
                    first_after_years: None
                }
            ),
            (ObligationKind::Assessment, Due::BeforePeriodEnds {}),
        ]
    );
    let outcomes = programme.obligations[2].outcomes.iter();
    assert!(outcomes.map(|outcome| outcome.effect).eq([Effect::Kept {}]));
    assert!(programme.notices.is_empty());
    assert!(programme.changes.is_empty());
    assert!(programme.grounds.is_empty());
}

#[test]
fn every_word_of_the_text_is_quoted_by_a_record() {
    let quotes = quotes(&rulebook().programme.id);
    let headings = [
        "甘科成函〔2018〕8号",
        // Titles of sections.
        "一、总体思路",
        "二、建设条件",
        "三、重点任务",
        "四、申报程序与要求",
        // The annexes by name, the signature and the date.
        "附件:1.甘肃省科技成果转移转化示范区建设方案编写提纲\
         2.甘肃省科技成果转移转化示范区建设指标体系甘肃省科技厅2018年4月8日附件1",
        "附件2",
    ];
    assert_eq!(uncovered(TEXT, &quotes), headings);
}

//! 内蒙古自治区技术创新中心 (内科发〔2020〕68号): the text's own numbers and choices.

use rules::{ChangeProcedure, Due, Effect, ProgrammeFile, Rulebook, validate};
use serde_json::{Value, json};

use crate::cases::{found_alone, found_together, judged_alone, not_met};
use crate::quotes::uncovered;
use crate::remedies::apply;
use crate::support::{evaluation, finding, judge, merge, quotes, with, xinzhou};

const FILE: &str =
    include_str!("../../programmes/inner-mongolia-technology-innovation-centre.toml");
const TEXT: &str =
    include_str!("../../regulations/inner-mongolia-technology-innovation-centre.txt");

fn rulebook() -> Rulebook {
    rules::rulebook("inner-mongolia-technology-innovation-centre").expect("it is compiled in")
}

fn builder(name: &str, kind: &str, leads: bool) -> Value {
    json!({"name": name, "kind": kind, "leads": leads, "attributes": {}})
}

/// An invented rare-earth company leads, a university and an institute take part: eligible.
fn by_enterprise() -> Value {
    json!({
        "kind": "leading-enterprise",
        "applied_on": "2026-11-23",
        "facts": {
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
        },
        "documents": ["intent", "plan", "formal-application"],
        "attestations": [
            "leading-enterprise-field", "director-ability", "committee-chair-standing",
            "market-operation", "plan-review", "site-assessment",
        ],
    })
}

/// Two invented dairy companies invest jointly with a university: eligible.
fn by_platform() -> Value {
    let facts = json!({
        "builders": [
            builder("敕勒川乳业有限公司", "enterprise", true),
            builder("阴山乳品股份有限公司", "enterprise", false),
            builder("青城农牧大学", "university", false),
        ],
        "built_by_joint_investment": true,
    });
    let attestations = json!([
        "joint-platform-field",
        "joint-platform-backbone",
        "director-ability",
        "committee-chair-standing",
        "market-operation",
        "plan-review",
        "site-assessment",
    ]);
    with(
        &by_enterprise(),
        json!({"kind": "joint-platform", "facts": facts, "attestations": attestations}),
    )
}

/// An invented university leads with a company: eligible, and asked for no matching funds.
fn by_university() -> Value {
    let facts = json!({
        "builders": [
            builder("青城农牧大学", "university", true),
            builder("河套种业有限公司", "enterprise", false),
        ],
        "original_investment_unchanged": null,
        "matching_funds_cny": null,
        "autonomous_region_support_cny": null,
    });
    let attestations = json!([
        "university-or-institute-field",
        "university-or-institute-strength",
        "university-or-institute-enterprises",
        "director-ability",
        "committee-chair-standing",
        "market-operation",
        "plan-review",
        "site-assessment",
    ]);
    with(
        &by_enterprise(),
        json!({"kind": "university-or-institute", "facts": facts, "attestations": attestations}),
    )
}

fn facts(facts: Value) -> Value {
    json!({ "facts": facts })
}

/// Article, the change that fails the condition, the condition: one for each that every kind is asked.
fn failures() -> Vec<crate::cases::Case> {
    let not = |fact: &str| facts(json!({ fact: false }));
    let entity = json!({"centre_is_legal_entity": false, "legal_entity_exception_agreed": false});
    let assets = json!({
        "party_or_public_institution_enterprise": true,
        "under_unified_state_asset_supervision": false,
    });
    let three = ["director", "technical-experts", "management-experts"];
    [
        ("三（二）", facts(entity), "legal-entity"),
        ("三（二）", not("has_charter"), "charter"),
        (
            "三（二）",
            not("charter_sets_rights_and_duties"),
            "rights-and-duties",
        ),
        ("三（二）", not("has_council"), "council"),
        ("三（二）", not("council_decides"), "council-decides"),
        (
            "三（二）",
            not("council_made_of_builders"),
            "council-composition",
        ),
        (
            "三（二）",
            not("council_meets_on_major_matters"),
            "council-meetings",
        ),
        (
            "三（二）",
            not("director_responsible"),
            "director-responsible",
        ),
        (
            "三（二）",
            facts(json!({"director_months_per_year": 8})),
            "director-months",
        ),
        ("三（二）", not("has_guidance_committee"), "committee"),
        ("三（二）", not("committee_advises"), "committee-advises"),
        (
            "三（二）",
            facts(json!({"committee_includes": three})),
            "committee-composition",
        ),
        (
            "三（二）",
            facts(json!({"committee_insiders": 4})),
            "committee-insiders",
        ),
        (
            "三（二）",
            facts(json!({"committee_chair_from_builders": true})),
            "committee-chair",
        ),
        ("三（二）", facts(assets), "state-assets"),
        ("三（三）", not("self_managing"), "self-managing"),
        (
            "三（四）3",
            facts(json!({"recommended_by": "none"})),
            "recommended-by",
        ),
        (
            "三（四）3",
            not("plan_improved_after_consultation"),
            "consultation",
        ),
        ("三（四）3", json!({"documents": []}), "documents"),
    ]
    .map(|(article, change, condition)| (article, change, condition, "not_met"))
    .to_vec()
}

/// Those that only an application led by an enterprise is asked.
fn failures_of_an_enterprise() -> Vec<crate::cases::Case> {
    vec![
        (
            "四（三）",
            facts(json!({"original_investment_unchanged": false})),
            "original-investment",
            "not_met",
        ),
        (
            "四（三）",
            facts(json!({"matching_funds_cny": 4_999_999.99})),
            "matching-funds",
            "not_met",
        ),
    ]
}

#[test]
fn each_condition_is_found_alone() {
    for eligible in [by_enterprise(), by_platform(), by_university()] {
        found_alone(rulebook(), &eligible, failures());
    }
    for eligible in [by_enterprise(), by_platform()] {
        found_alone(rulebook(), &eligible, failures_of_an_enterprise());
    }
}

/// 三（一）1–3: who leads and who takes part, mode by mode.
#[test]
fn the_builders_fit_their_mode() {
    let of = |builders: &[(&str, bool)]| {
        let all = builders.iter().enumerate();
        let all: Vec<_> = all
            .map(|(n, (kind, leads))| builder(&format!("单位{n}"), kind, *leads))
            .collect();
        facts(json!({"builders": all}))
    };
    let funds = |builders: &[(&str, bool)]| {
        // Who leads decides whether matching funds are asked for.
        let mut change = of(builders);
        let funds = json!({
            "original_investment_unchanged": true,
            "matching_funds_cny": 1, "autonomous_region_support_cny": 1,
        });
        merge(&mut change["facts"], funds);
        change
    };
    let (enterprise, university, institute, other) =
        ("enterprise", "university", "research-institute", "other");
    let rows = |condition: &'static str,
                article: &'static str,
                rows: &[(&[(&str, bool)], &'static str)]| {
        let rows = rows.iter();
        rows.map(|(builders, status)| (article, funds(builders), condition, *status))
            .collect::<Vec<_>>()
    };
    let leading = rows(
        "leading-enterprise-builders",
        "三（一）1",
        &[
            (&[(enterprise, true)], "not_met"),
            (&[(enterprise, true), (enterprise, false)], "met"),
            (
                &[(enterprise, true), (institute, false), (university, false)],
                "met",
            ),
            (&[(enterprise, true), (other, false)], "not_met"),
            (&[(university, true), (enterprise, false)], "not_met"),
            (&[(enterprise, false), (enterprise, false)], "not_met"),
        ],
    );
    found_alone(rulebook(), &by_enterprise(), leading);
    let joint = rows(
        "joint-platform-builders",
        "三（一）2",
        &[
            (&[(enterprise, true), (university, false)], "not_met"),
            (
                &[(enterprise, true), (enterprise, false), (university, false)],
                "met",
            ),
            (
                &[
                    (enterprise, true),
                    (enterprise, false),
                    (enterprise, false),
                    (institute, false),
                ],
                "met",
            ),
            (&[(enterprise, true), (enterprise, false)], "not_met"),
        ],
    );
    found_alone(rulebook(), &by_platform(), joint);
    let university = rows(
        "university-or-institute-builders",
        "三（一）3",
        &[
            (&[(university, true)], "not_met"),
            (&[(university, true), (enterprise, false)], "met"),
            (
                &[(institute, true), (enterprise, false), (enterprise, false)],
                "met",
            ),
            (&[(university, true), (institute, false)], "not_met"),
            (&[(enterprise, true), (university, false)], "not_met"),
        ],
    );
    found_alone(rulebook(), &by_university(), university);
}

#[test]
fn several_enterprises_invest_jointly() {
    let rows = [
        (json!(false), "not_met"),
        (Value::Null, "unknown"),
        (json!(true), "met"),
    ];
    let rows = rows.map(|(answer, status)| {
        let change = facts(json!({"built_by_joint_investment": answer}));
        ("三（一）2", change, "joint-platform-investment", status)
    });
    found_alone(rulebook(), &by_platform(), rows.to_vec());
}

#[test]
fn each_judgement_is_found_alone() {
    let common = [
        ("三（二）", "director-ability"),
        ("三（二）", "committee-chair-standing"),
        ("三（三）", "market-operation"),
        ("三（四）5", "plan-review"),
        ("三（四）5", "site-assessment"),
    ];
    let with = |own: &[(&'static str, &'static str)]| [own, &common].concat();
    let leading = with(&[("三（一）1", "leading-enterprise-field")]);
    judged_alone(rulebook(), &by_enterprise(), &leading);
    let joint = with(&[
        ("三（一）2", "joint-platform-field"),
        ("三（一）2", "joint-platform-backbone"),
    ]);
    judged_alone(rulebook(), &by_platform(), &joint);
    let university = with(&[
        ("三（一）3", "university-or-institute-field"),
        ("三（一）3", "university-or-institute-strength"),
        ("三（一）3", "university-or-institute-enterprises"),
    ]);
    judged_alone(rulebook(), &by_university(), &university);
}

/// One below, at and one above every number of the text.
#[test]
fn numbers_are_met_where_the_text_says() {
    let committee = |members: u32, insiders: u32| {
        facts(json!({"committee_members": members, "committee_insiders": insiders}))
    };
    let months = |months: Value| facts(json!({"director_months_per_year": months}));
    let funds = |own: Value, support: Value| {
        facts(json!({"matching_funds_cny": own, "autonomous_region_support_cny": support}))
    };
    let mut table = Vec::new();
    // "每年在技术创新中心工作时间不少于9个月".
    for (given, status) in [
        (json!(8), "not_met"),
        (json!(8.9), "not_met"),
        (json!(9), "met"),
        (json!(9.1), "met"),
        (json!(10), "met"),
    ] {
        table.push(("三（二）", months(given), "director-months", status));
    }
    // "不超过总人数三分之一".
    for (members, insiders, status) in [
        (9, 2, "met"),
        (9, 3, "met"),
        (9, 4, "not_met"),
        (8, 2, "met"),
        (8, 3, "not_met"),
        (10, 3, "met"),
        (10, 4, "not_met"),
        (3, 1, "met"),
        (2, 1, "not_met"),
    ] {
        table.push((
            "三（二）",
            committee(members, insiders),
            "committee-insiders",
            status,
        ));
    }
    // "不低于自治区财政支持资金".
    for (own, support, status) in [
        (json!(4_999_999), json!(5_000_000), "not_met"),
        (json!(4_999_999.99), json!(5_000_000), "not_met"),
        (json!(5_000_000), json!(5_000_000), "met"),
        (json!(5_000_001), json!(5_000_000), "met"),
        (json!(0), json!(0), "met"),
        (json!(5_000_000), json!(5_000_000.01), "not_met"),
    ] {
        table.push(("四（三）", funds(own, support), "matching-funds", status));
    }
    found_alone(rulebook(), &by_enterprise(), table);
}

#[test]
fn what_is_missed_is_told_to_the_unit() {
    let change = facts(json!({
        "director_months_per_year": 8, "committee_insiders": 4, "matching_funds_cny": 4_200_000,
    }));
    let evaluation = evaluation(rulebook(), &with(&by_enterprise(), change));
    for (condition, amount, unit) in [
        ("director-months", json!(1), "months"),
        ("committee-insiders", json!(1), "people"),
        ("matching-funds", json!(800_000), "cny"),
    ] {
        let shortfall = &finding(&evaluation, condition)["shortfall"];
        assert_eq!(shortfall["amount"], amount, "{condition}");
        assert_eq!(shortfall["unit"], unit, "{condition}");
    }
}

#[test]
fn what_is_not_given_is_unknown() {
    let table = [
        ("三（二）", "centre_is_legal_entity", "legal-entity"),
        ("三（二）", "director_months_per_year", "director-months"),
        ("三（二）", "committee_members", "committee-insiders"),
        ("三（二）", "committee_insiders", "committee-insiders"),
        ("三（二）", "committee_includes", "committee-composition"),
        (
            "三（二）",
            "committee_chair_from_builders",
            "committee-chair",
        ),
        (
            "三（二）",
            "party_or_public_institution_enterprise",
            "state-assets",
        ),
        ("三（四）3", "recommended_by", "recommended-by"),
        ("四（三）", "matching_funds_cny", "matching-funds"),
        (
            "四（三）",
            "autonomous_region_support_cny",
            "matching-funds",
        ),
        (
            "四（三）",
            "original_investment_unchanged",
            "original-investment",
        ),
    ];
    let table = table.map(|(article, fact, condition)| {
        (article, facts(json!({fact: null})), condition, "unknown")
    });
    found_alone(rulebook(), &by_enterprise(), table.to_vec());
    // Which of the builders leads decides two conditions more.
    let nobody_named = json!([
        {"name": "内蒙古白云稀土新材料有限公司", "kind": "enterprise"},
        {"name": "鹿城工业大学", "kind": "university"},
    ]);
    let change = facts(json!({"builders": nobody_named}));
    let evaluation = evaluation(rulebook(), &with(&by_enterprise(), change));
    assert_eq!(evaluation["verdict"], "undetermined");
    for condition in [
        "leading-enterprise-builders",
        "original-investment",
        "matching-funds",
    ] {
        assert_eq!(
            finding(&evaluation, condition)["status"],
            "unknown",
            "{condition}"
        );
    }
}

/// 三（二）: "原则上应为独立法人实体"; reading `legal-entity-in-principle`.
#[test]
fn a_centre_that_is_no_legal_entity_needs_the_departments_consent() {
    let table = [
        (json!(true), "met"),
        (json!(false), "not_met"),
        (Value::Null, "unknown"),
    ];
    let table = table.map(|(agreed, status)| {
        let change =
            json!({"centre_is_legal_entity": false, "legal_entity_exception_agreed": agreed});
        ("三（二）", facts(change), "legal-entity", status)
    });
    found_alone(rulebook(), &by_enterprise(), table.to_vec());
}

#[test]
fn state_assets_are_asked_of_those_they_concern() {
    let table = [
        (json!(true), json!(true), "met"),
        (json!(true), json!(false), "not_met"),
        (json!(true), Value::Null, "unknown"),
    ];
    let table = table.map(|(concerned, supervised, status)| {
        let change = json!({
            "party_or_public_institution_enterprise": concerned,
            "under_unified_state_asset_supervision": supervised,
        });
        ("三（二）", facts(change), "state-assets", status)
    });
    found_alone(rulebook(), &by_enterprise(), table.to_vec());
    let evaluation = evaluation(rulebook(), &by_enterprise());
    assert_eq!(not_asked(&evaluation), ["state-assets"]);
}

fn not_asked(evaluation: &Value) -> Vec<&str> {
    let all = evaluation["not_applicable"].as_array().unwrap().iter();
    all.map(|one| one["condition"].as_str().unwrap()).collect()
}

/// 四（三）: "企业牵头创建的技术创新中心".
#[test]
fn only_a_lead_that_is_an_enterprise_is_asked_for_matching_funds() {
    let evaluation = evaluation(rulebook(), &by_university());
    assert_eq!(evaluation["verdict"], "eligible");
    assert_eq!(
        not_asked(&evaluation),
        ["state-assets", "original-investment", "matching-funds"]
    );
}

#[test]
fn each_document_and_recommender_is_asked_for() {
    let documents = |all: &[&str]| json!({"documents": all});
    let recommended = |by: &str| facts(json!({"recommended_by": by}));
    let article = "三（四）3";
    found_alone(
        rulebook(),
        &by_enterprise(),
        vec![
            (
                article,
                documents(&["plan", "formal-application"]),
                "documents",
                "not_met",
            ),
            (
                article,
                documents(&["intent", "formal-application"]),
                "documents",
                "not_met",
            ),
            (
                article,
                documents(&["intent", "plan"]),
                "documents",
                "not_met",
            ),
            (article, json!({"documents": null}), "documents", "unknown"),
            (
                article,
                recommended("autonomous-region-department"),
                "recommended-by",
                "met",
            ),
            (article, recommended("other"), "recommended-by", "not_met"),
        ],
    );
}

#[test]
fn all_that_fails_is_found_together_and_the_changes_named_make_it_eligible() {
    let own = |condition, builders: Value| {
        vec![(
            "",
            facts(json!({ "builders": builders })),
            condition,
            "not_met",
        )]
    };
    for (eligible, mut cases) in [
        (
            by_enterprise(),
            [
                failures_of_an_enterprise(),
                own(
                    "leading-enterprise-builders",
                    json!([builder("甲公司", "enterprise", true)]),
                ),
            ]
            .concat(),
        ),
        (
            by_platform(),
            [
                failures_of_an_enterprise(),
                own(
                    "joint-platform-builders",
                    json!([builder("甲公司", "enterprise", true)]),
                ),
            ]
            .concat(),
        ),
        (
            by_university(),
            own(
                "university-or-institute-builders",
                json!([builder("甲大学", "university", true)]),
            ),
        ),
    ] {
        cases.extend(failures());
        if eligible["kind"] == "joint-platform" {
            let change = facts(json!({"built_by_joint_investment": false}));
            cases.push(("", change, "joint-platform-investment", "not_met"));
        }
        let judged = eligible["attestations"].as_array().unwrap();
        let against: Vec<_> = judged
            .iter()
            .map(|id| format!("!{}", id.as_str().unwrap()))
            .collect();
        let broken = found_together(rulebook(), &eligible, cases.clone());
        let broken = with(&broken, json!({"attestations": against}));
        let before = evaluation(rulebook(), &broken);
        assert_eq!(before["verdict"], "not_eligible");
        assert_eq!(
            not_met(&before).len(),
            cases.len() + judged.len(),
            "{:?}",
            not_met(&before)
        );
        assert_eq!(
            before["findings"].as_array().unwrap().len(),
            not_met(&before).len()
        );
        let after = evaluation(rulebook(), &apply(&broken, &before));
        assert_eq!(after["verdict"], "eligible", "{after}");
    }
}

/// Issued on 2020-09-09; reading `start-date`.
#[test]
fn the_first_day_is_taken_and_the_day_before_refused() {
    for (day, taken) in [
        ("2020-09-08", false),
        ("2020-09-09", true),
        ("2020-09-10", true),
    ] {
        let request = with(&by_enterprise(), json!({"applied_on": day}));
        assert_eq!(judge(rulebook(), &request).is_ok(), taken, "{day}");
    }
}

/// 三（四）5: "经公示无异议", of no length; reading `notice-length`.
#[test]
fn the_portal_sets_the_length_of_the_notice() {
    let [notice] = rulebook().programme.notices.items() else {
        panic!("there is one notice");
    };
    let shown: Value =
        serde_json::from_slice(rules::page(&rulebook().programme.id).unwrap()).unwrap();
    assert_eq!(shown["notice"][0]["set_by"], "portal");
    assert_eq!(shown["notice"][0]["working_days"], 5);
    let [set] = xinzhou().programme.notices.items() else {
        panic!("there is one notice");
    };
    for (asked, open, fixed) in [
        (None, Some(5), Some(5)),
        (Some(1), Some(1), None),
        (Some(4), Some(4), None),
        (Some(5), Some(5), Some(5)),
        (Some(6), Some(6), None),
        (Some(250), Some(250), None),
    ] {
        assert_eq!(notice.length(asked), open, "{asked:?}");
        assert_eq!(
            set.length(asked),
            fixed,
            "第九条（三） of Xinzhou: {asked:?}"
        );
    }
}

/// 三（六）1, 2.
#[test]
fn reports_are_due_by_march_and_evaluations_after_three_years() {
    let [report, evaluated] = rulebook().programme.obligations.items() else {
        panic!("there are two obligations");
    };
    // "每年3月底前", "经推荐部门审核后报科技厅".
    assert_eq!(
        report.due,
        Due::Yearly {
            month: 3,
            day: None,
            first_after_years: Some(1)
        }
    );
    assert_eq!(report.through.items(), ["recommending-department"]);
    // "上一年6月后批复的": from 1 July on; reading `approved-after-june`.
    let [exemption] = report.exemptions.items() else {
        panic!("there is one exemption");
    };
    assert_eq!(
        (
            exemption.recognised_from_month,
            exemption.recognised_from_day
        ),
        (7, 1)
    );
    // "一般为认定运行满三年后开展", four grades, "不合格的给予一年整改期".
    assert_eq!(
        evaluated.due,
        Due::EveryYears {
            years: 3,
            first_after_years: None,
            month: None,
            day: None
        }
    );
    let grades: Vec<_> = evaluated
        .outcomes
        .iter()
        .map(|x| (x.label.zh.as_ref(), x.effect))
        .collect();
    assert_eq!(
        grades,
        [
            ("优秀", Effect::Kept {}),
            ("良好", Effect::Kept {}),
            ("合格", Effect::Kept {}),
            ("不合格", Effect::Rectification { months: Some(12) }),
        ]
    );
}

/// 三（二）, 三（五）: what is filed, what is approved, and what it alters of the certificate.
#[test]
fn changes_are_filed_or_approved() {
    let shown: Value =
        serde_json::from_slice(rules::page(&rulebook().programme.id).unwrap()).unwrap();
    let changes: Vec<_> = rulebook()
        .programme
        .changes
        .iter()
        .zip(shown["changes"].as_array().unwrap())
        .collect();
    let of = |procedure: ChangeProcedure| -> Vec<(&str, Value)> {
        let all = changes
            .iter()
            .filter(|(change, _)| change.procedure == procedure);
        all.map(|(change, shown)| (change.id.as_str(), shown["alters"].clone()))
            .collect()
    };
    assert_eq!(
        of(ChangeProcedure::Filing),
        [
            ("director-appointed", Value::Null),
            ("lead-restructured", json!("holder")),
            ("charter", Value::Null),
            ("council-members", Value::Null),
            ("committee-members", Value::Null),
            ("director-replaced", Value::Null),
        ]
    );
    assert_eq!(
        of(ChangeProcedure::Approval),
        [
            ("lead-replaced", json!("holder")),
            ("co-builders", Value::Null),
            ("building-mode", Value::Null),
            ("rename", json!("name")),
        ]
    );
    assert_eq!(of(ChangeProcedure::FilingSameYear), []);
}

#[test]
fn every_word_of_the_text_is_quoted_by_a_record() {
    let quotes = quotes(&rulebook().programme.id);
    let headings = [
        // What the web page left around the text; the letter's title, number, date and addressees.
        "欢迎进入科技大市场!科技政策法规您现在的位置:首页>科技资源>科技政策法规>详细\
         关于《内蒙古自治区技术创新中心建设实施方案(暂行)基本信息\
         名称关于《内蒙古自治区技术创新中心建设实施方案(暂行)年度2021级别市级市级自治区内容详细内容\
         关于印发《内蒙古自治区技术创新中心建设实施方案(暂行)》的通知内科发〔2020〕68号2020年9月9日\
         各盟市科技局、财政局,自治区各有关部门",
        // The letter's annex by name, its signatures and date, and the title of the annex.
        "附件:内蒙古自治区技术创新中心建设实施方案(暂行)内蒙古自治区科学技术厅内蒙古自治区财政\
         2020年9月9日附件内蒙古自治区技术创新中心建设实施方案(暂行)",
        // Titles of sections.
        "一、总体要求(一)建设思路",
        "(二)基本原则",
        "二、建设目标",
        "三、建设要求(一)建设模式",
        "(二)管理机制",
        "(三)经营方式",
        "(四)创建程序",
        "(五)调整变更",
        "(六)评估评价与动态管理",
        "四、保障措施(一)加强统筹协调",
        "(二)落实和完善科技创新政策",
        "(三)建立多元化投入机制",
        "(四)建立评估评价制度",
        "附件",
    ];
    assert_eq!(uncovered(TEXT, &quotes), headings);
}

/// The file with a passage replaced: what is wrong with it then.
fn defects(passage: &str, by: &str) -> Vec<(String, String)> {
    assert!(FILE.contains(passage), "{passage}");
    let file: ProgrammeFile = toml::from_str(&FILE.replace(passage, by)).unwrap();
    let defects = validate(&file, TEXT).into_iter();
    defects
        .map(|defect| (defect.place, defect.message))
        .collect()
}

#[test]
fn what_is_wrong_with_a_notice_or_its_readings_is_named() {
    let notice = "notice from 2020-09-09".to_owned();
    for days in ["0", "251"] {
        let found = defects("working_days = 5", &format!("working_days = {days}"));
        assert_eq!(
            found,
            [(notice.clone(), "`working_days` is 1 to 250".to_owned())]
        );
    }
    for days in ["1", "250"] {
        assert_eq!(
            defects("working_days = 5", &format!("working_days = {days}")),
            []
        );
    }
    let found = defects("reading = \"notice-length\"\n", "");
    let message = "`set_by` is for a length that the regulation leaves open: `reading` says so";
    let rests = (
        "reading `notice-length`".to_owned(),
        "nothing rests on it".to_owned(),
    );
    assert_eq!(found, [rests, (notice, message.to_owned())]);
    for (passage, by, place, message) in [
        (
            "through = [\"recommending-department\"]",
            "through = [\"nobody\"]",
            "obligation `annual-report`",
            "there is no party `nobody`",
        ),
        (
            "reading = \"rename-by-approval\"",
            "reading = \"x\"",
            "reading",
            "there is no reading `x`",
        ),
        (
            "reading = \"one-missed-report\"",
            "reading = \"x\"",
            "reading",
            "there is no reading `x`",
        ),
    ] {
        let found = defects(passage, by);
        assert_eq!(found[0], (place.to_owned(), message.to_owned()), "{by}");
    }
}

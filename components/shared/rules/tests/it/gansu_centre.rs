//! 甘肃省行业技术中心: the opinions' own numbers, dates and words.

use rules::{Alters, Due, Effect, Trigger};
use serde_json::{Value, json};

use crate::remedies::apply;
use crate::support::{evaluation, file, finding, judge, merge, with};

fn centre() -> rules::Rulebook {
    rules::rulebook("gansu-industry-technology-centre").expect("it is compiled in")
}

/// What only the experts can decide.
const JUDGEMENTS: [&str; 15] = [
    "industry-plan",
    "industry-base",
    "industry-firms",
    "industry-demand",
    "industry-standing",
    "stable-team",
    "innovation-environment",
    "exchange-with-peers",
    "up-to-date",
    "favourable-environment",
    "rules-kept",
    "cooperation",
    "people-and-equipment",
    "open-mechanism",
    "joint-entities",
];

/// An application of an invented enterprise of 白银 for a centre of copper alloys, exactly at every
/// threshold, with all opinions of the experts.
fn complete() -> Value {
    let years =
        |first: u64, second: u64, third: u64| json!({"2023": first, "2024": second, "2025": third});
    json!({
        "applied_on": "2026-11-23",
        "facts": {
            "supporting_organisation_type": "enterprise",
            "supporting_organisation_registered_in": "620402",
            "rd_equipment_original_value_cny": 10_000_000,
            "technology_development_spending_cny": years(5_000_000, 5_000_000, 5_000_000),
            "full_time_rd_staff": 50,
            "rd_staff_intermediate_title": 30,
            "results_and_patents": years(2, 3, 5),
            "information_published": years(2, 2, 2),
            "exchange_events": years(3, 3, 3),
            "people_trained": years(50, 50, 50),
            "results_transferred": years(0, 1, 2),
            "centre_has_independent_finance": true,
            "has_development_plan": true,
            "plan_goal_years": 4,
            "plan_names_research_topics": true,
            "plan_has_phased_programme": true,
            "has_project_rules": true,
            "has_funds_rules": true,
            "has_secrecy_rules": true,
            "keeps_ip_agreements": true,
        },
        "documents": ["application-report", "proofs"],
        "attestations": JUDGEMENTS,
    })
}

fn facts(change: Value) -> Value {
    json!({"facts": change})
}

/// Article, what is changed, and the condition that is then not met.
fn breaks() -> Vec<(&'static str, Value, &'static str)> {
    let without = |judgement: &str| {
        let all = JUDGEMENTS.iter().map(|id| match *id == judgement {
            true => format!("!{id}"),
            false => (*id).to_owned(),
        });
        json!({"attestations": all.collect::<Vec<_>>()})
    };
    vec![
        ("二（一）", without("industry-plan"), "industry-plan"),
        ("二（一）", without("industry-base"), "industry-base"),
        ("二（一）", without("industry-firms"), "industry-firms"),
        ("二（一）", without("industry-demand"), "industry-demand"),
        (
            "二（二）",
            facts(json!({"supporting_organisation_type": "other"})),
            "supporting-organisation",
        ),
        (
            "二（二）",
            facts(json!({"supporting_organisation_registered_in": "610102"})),
            "in-province",
        ),
        (
            "二（二）",
            without("industry-standing"),
            "industry-standing",
        ),
        (
            "二（二）",
            facts(json!({"rd_equipment_original_value_cny": 9_999_999})),
            "equipment",
        ),
        (
            "二（二）",
            facts(json!({"technology_development_spending_cny": {"2024": 4_999_999}})),
            "spending",
        ),
        ("二（二）", without("stable-team"), "stable-team"),
        (
            "二（二）",
            facts(json!({"full_time_rd_staff": 49})),
            "staff",
        ),
        (
            "二（二）",
            facts(json!({"rd_staff_intermediate_title": 29})),
            "intermediate-titles",
        ),
        (
            "二（三）",
            without("innovation-environment"),
            "innovation-environment",
        ),
        (
            "二（三）",
            without("exchange-with-peers"),
            "exchange-with-peers",
        ),
        ("二（三）", without("up-to-date"), "up-to-date"),
        (
            "二（三）",
            facts(json!({"results_and_patents": {"2025": 4}})),
            "results",
        ),
        (
            "二（四）",
            facts(json!({"information_published": {"2023": 1}})),
            "information",
        ),
        (
            "二（四）",
            facts(json!({"exchange_events": {"2025": 2}})),
            "events",
        ),
        (
            "二（四）",
            facts(json!({"people_trained": {"2024": 49}})),
            "training",
        ),
        (
            "二（四）",
            facts(json!({"results_transferred": {"2025": 1}})),
            "transfers",
        ),
        (
            "三（一）",
            without("favourable-environment"),
            "favourable-environment",
        ),
        (
            "三（一）",
            facts(json!({"centre_has_independent_finance": false})),
            "independent-finance",
        ),
        (
            "三（二）",
            facts(json!({"has_development_plan": false})),
            "development-plan",
        ),
        (
            "三（二）",
            facts(json!({"plan_goal_years": 6})),
            "plan-goals",
        ),
        (
            "三（二）",
            facts(json!({"plan_names_research_topics": false})),
            "plan-topics",
        ),
        (
            "三（二）",
            facts(json!({"plan_has_phased_programme": false})),
            "plan-phases",
        ),
        (
            "三（三）",
            facts(json!({"has_project_rules": false})),
            "project-rules",
        ),
        (
            "三（三）",
            facts(json!({"has_funds_rules": false})),
            "funds-rules",
        ),
        (
            "三（三）",
            facts(json!({"has_secrecy_rules": false})),
            "secrecy-rules",
        ),
        ("三（三）", without("rules-kept"), "rules-kept"),
        ("三（四）", without("cooperation"), "cooperation"),
        (
            "三（四）",
            facts(json!({"keeps_ip_agreements": false})),
            "ip-agreements",
        ),
        (
            "三（五）",
            without("people-and-equipment"),
            "people-and-equipment",
        ),
        ("三（五）", without("open-mechanism"), "open-mechanism"),
        ("三（五）", without("joint-entities"), "joint-entities"),
        ("四（一）", json!({"documents": ["proofs"]}), "documents"),
        (
            "四（一）",
            json!({"documents": ["application-report"]}),
            "documents",
        ),
    ]
}

/// The conditions that are not met, unknown or open.
fn not_met(evaluation: &Value) -> Vec<&str> {
    let findings = evaluation["findings"].as_array().unwrap().iter();
    let failed = findings.filter(|finding| finding["status"] != "met");
    failed
        .map(|finding| finding["condition"].as_str().unwrap())
        .collect()
}

#[test]
fn a_complete_application_is_eligible() {
    let evaluation = evaluation(centre(), &complete());
    assert_eq!(evaluation["verdict"], "eligible", "{evaluation}");
    assert_eq!(evaluation["to_become_eligible"], json!([]));
    assert_eq!(evaluation["receipt"]["version"], "2015-10-29");
}

#[test]
fn what_experts_decide_waits_for_them() {
    let evaluation = evaluation(centre(), &with(&complete(), json!({"attestations": null})));
    assert_eq!(evaluation["verdict"], "needs_review");
    assert_eq!(not_met(&evaluation), JUDGEMENTS);
}

#[test]
fn each_condition_broken_alone_is_found_alone() {
    for (article, change, condition) in breaks() {
        let evaluation = evaluation(centre(), &with(&complete(), change.clone()));
        assert_eq!(evaluation["verdict"], "not_eligible", "{article}: {change}");
        assert_eq!(not_met(&evaluation), [condition], "{article}: {change}");
        let found = finding(&evaluation, condition);
        assert_eq!(found["status"], "not_met", "{article}: {change}");
        assert_eq!(found["cite"]["article"], article, "{condition}");
    }
}

#[test]
fn every_condition_is_among_those_broken() {
    let mut broken: Vec<_> = breaks()
        .into_iter()
        .map(|(_, _, condition)| condition)
        .collect();
    broken.dedup();
    let conditions = centre().criteria.conditions.iter();
    let conditions: Vec<_> = conditions.map(|condition| condition.id.as_str()).collect();
    assert_eq!(broken, conditions);
}

#[test]
fn all_conditions_broken_together_are_all_found() {
    // Among them the share: 29 of 49 is 59.2%.
    let evaluation = evaluation(centre(), &all_broken());
    let conditions = centre().criteria.conditions.iter();
    let conditions: Vec<_> = conditions.map(|condition| condition.id.as_str()).collect();
    assert_eq!(not_met(&evaluation), conditions);
    for found in evaluation["findings"].as_array().unwrap() {
        assert_eq!(found["status"], "not_met", "{found}");
    }
}

/// Article, value, outcome: one below, at and one above every number of the text.
#[test]
fn every_number_of_the_text_includes_itself() {
    let year = |fact: &str, value: u64| json!({fact: {"2024": value}});
    let table = [
        // 研发仪器设备原值1000万元以上
        (
            "二（二）",
            json!({"rd_equipment_original_value_cny": 9_999_999}),
            "equipment",
            "not_met",
        ),
        (
            "二（二）",
            json!({"rd_equipment_original_value_cny": 10_000_000}),
            "equipment",
            "met",
        ),
        (
            "二（二）",
            json!({"rd_equipment_original_value_cny": 10_000_001}),
            "equipment",
            "met",
        ),
        // 近三年每年技术开发投入500万元以上
        (
            "二（二）",
            year("technology_development_spending_cny", 4_999_999),
            "spending",
            "not_met",
        ),
        (
            "二（二）",
            year("technology_development_spending_cny", 5_000_000),
            "spending",
            "met",
        ),
        (
            "二（二）",
            year("technology_development_spending_cny", 5_000_001),
            "spending",
            "met",
        ),
        // 专职研发人员50人以上
        (
            "二（二）",
            json!({"full_time_rd_staff": 49}),
            "staff",
            "not_met",
        ),
        (
            "二（二）",
            json!({"full_time_rd_staff": 50}),
            "staff",
            "met",
        ),
        (
            "二（二）",
            json!({"full_time_rd_staff": 51, "rd_staff_intermediate_title": 31}),
            "staff",
            "met",
        ),
        // 中级技术职称以上人员比例达到60%以上
        (
            "二（二）",
            json!({"full_time_rd_staff": 80, "rd_staff_intermediate_title": 47}),
            "intermediate-titles",
            "not_met",
        ),
        (
            "二（二）",
            json!({"full_time_rd_staff": 80, "rd_staff_intermediate_title": 48}),
            "intermediate-titles",
            "met",
        ),
        (
            "二（二）",
            json!({"full_time_rd_staff": 80, "rd_staff_intermediate_title": 49}),
            "intermediate-titles",
            "met",
        ),
        // 近三年累计有10项以上
        (
            "二（三）",
            json!({"results_and_patents": {"2023": 3, "2024": 3, "2025": 3}}),
            "results",
            "not_met",
        ),
        (
            "二（三）",
            json!({"results_and_patents": {"2023": 10, "2024": 0, "2025": 0}}),
            "results",
            "met",
        ),
        (
            "二（三）",
            json!({"results_and_patents": {"2023": 0, "2024": 0, "2025": 11}}),
            "results",
            "met",
        ),
        // 每年组织发布行业技术信息2次以上
        (
            "二（四）",
            year("information_published", 1),
            "information",
            "not_met",
        ),
        (
            "二（四）",
            year("information_published", 2),
            "information",
            "met",
        ),
        (
            "二（四）",
            year("information_published", 3),
            "information",
            "met",
        ),
        // 开展科技交流推广活动3次以上
        ("二（四）", year("exchange_events", 2), "events", "not_met"),
        ("二（四）", year("exchange_events", 3), "events", "met"),
        ("二（四）", year("exchange_events", 4), "events", "met"),
        // 培训人员50人以上
        (
            "二（四）",
            year("people_trained", 49),
            "training",
            "not_met",
        ),
        ("二（四）", year("people_trained", 50), "training", "met"),
        ("二（四）", year("people_trained", 51), "training", "met"),
        // 累计转化应用……科技成果3项以上, counted over the three years together
        (
            "二（四）",
            json!({"results_transferred": {"2023": 1, "2024": 1, "2025": 0}}),
            "transfers",
            "not_met",
        ),
        (
            "二（四）",
            json!({"results_transferred": {"2023": 1, "2024": 1, "2025": 1}}),
            "transfers",
            "met",
        ),
        (
            "二（四）",
            json!({"results_transferred": {"2023": 4, "2024": 0, "2025": 0}}),
            "transfers",
            "met",
        ),
        // 确立3-5年的发展目标
        (
            "三（二）",
            json!({"plan_goal_years": 2}),
            "plan-goals",
            "not_met",
        ),
        (
            "三（二）",
            json!({"plan_goal_years": 3}),
            "plan-goals",
            "met",
        ),
        (
            "三（二）",
            json!({"plan_goal_years": 5}),
            "plan-goals",
            "met",
        ),
        (
            "三（二）",
            json!({"plan_goal_years": 6}),
            "plan-goals",
            "not_met",
        ),
    ];
    for (article, change, condition, status) in table {
        let evaluation = evaluation(centre(), &with(&complete(), facts(change.clone())));
        let expected = if status == "met" {
            vec![]
        } else {
            vec![condition]
        };
        assert_eq!(not_met(&evaluation), expected, "{article}: {change}");
        let found = finding(&evaluation, condition);
        assert_eq!(found["status"], status, "{article}: {change}");
        assert_eq!(found["cite"]["article"], article, "{condition}");
    }
}

/// A high year does not make up for a low one, save where the text adds the years up.
#[test]
fn years_are_added_up_only_where_the_text_says_in_total() {
    let years = json!({"2023": 0, "2024": 100_000_000, "2025": 100_000_000});
    for (fact, condition, status) in [
        ("technology_development_spending_cny", "spending", "not_met"),
        ("information_published", "information", "not_met"),
        ("exchange_events", "events", "not_met"),
        ("people_trained", "training", "not_met"),
        ("results_and_patents", "results", "met"),
        ("results_transferred", "transfers", "met"),
    ] {
        let request = with(&complete(), facts(json!({fact: years})));
        let evaluation = evaluation(centre(), &request);
        assert_eq!(finding(&evaluation, condition)["status"], status, "{fact}");
    }
}

/// Fact, what is left out of it: the condition is unknown, not failed, and the fact is asked for.
#[test]
fn what_is_missing_is_unknown_and_not_failed() {
    for fact in centre().criteria.facts.iter().map(|fact| fact.id.as_str()) {
        let request = with(&complete(), facts(json!({fact: null})));
        let evaluation = evaluation(centre(), &request);
        assert_eq!(evaluation["verdict"], "undetermined", "{fact}");
        assert_eq!(evaluation["missing_facts"][0]["id"], fact);
    }
    for (article, fact, condition) in [
        (
            "二（二）",
            "technology_development_spending_cny",
            "spending",
        ),
        ("二（三）", "results_and_patents", "results"),
        ("二（四）", "information_published", "information"),
        ("二（四）", "exchange_events", "events"),
        ("二（四）", "people_trained", "training"),
        ("二（四）", "results_transferred", "transfers"),
    ] {
        let request = with(&complete(), facts(json!({fact: {"2025": null}})));
        let evaluation = evaluation(centre(), &request);
        assert_eq!(evaluation["verdict"], "undetermined", "{article} {fact}");
        assert_eq!(not_met(&evaluation), [condition], "{article} {fact}");
        assert_eq!(
            finding(&evaluation, condition)["status"],
            "unknown",
            "{article} {fact}"
        );
    }
    let request = with(&complete(), json!({"documents": null}));
    let evaluation = evaluation(centre(), &request);
    assert_eq!(finding(&evaluation, "documents")["status"], "unknown");
}

#[test]
fn who_may_support_a_centre_and_where() {
    // 一 names backbone enterprises, universities and research units. GB/T 2260: 620000 甘肃省,
    // 623001 合作市 in 甘南, 630102 in 青海, 610102 in 陕西.
    for (change, condition, status) in [
        (
            json!({"supporting_organisation_type": "enterprise"}),
            "supporting-organisation",
            "met",
        ),
        (
            json!({"supporting_organisation_type": "university"}),
            "supporting-organisation",
            "met",
        ),
        (
            json!({"supporting_organisation_type": "research-institution"}),
            "supporting-organisation",
            "met",
        ),
        (
            json!({"supporting_organisation_type": "other"}),
            "supporting-organisation",
            "not_met",
        ),
        (
            json!({"supporting_organisation_registered_in": "620000"}),
            "in-province",
            "met",
        ),
        (
            json!({"supporting_organisation_registered_in": "623001"}),
            "in-province",
            "met",
        ),
        (
            json!({"supporting_organisation_registered_in": "630102"}),
            "in-province",
            "not_met",
        ),
        (
            json!({"supporting_organisation_registered_in": "610102"}),
            "in-province",
            "not_met",
        ),
    ] {
        let evaluation = evaluation(centre(), &with(&complete(), facts(change.clone())));
        assert_eq!(
            finding(&evaluation, condition)["status"],
            status,
            "{change}"
        );
    }
}

#[test]
fn the_day_of_issue_is_the_first_that_is_judged() {
    // 2015年10月29日, under the signature.
    for (day, taken) in [
        ("2015-10-28", false),
        ("2015-10-29", true),
        ("2015-10-30", true),
    ] {
        let request = with(&complete(), json!({"applied_on": day}));
        assert_eq!(judge(centre(), &request).is_ok(), taken, "{day}");
    }
}

/// 近三年: the three calendar years before that of application, whatever its day.
#[test]
fn the_last_three_years_are_those_before_the_application() {
    let spending =
        json!({"2022": 0, "2023": 5_000_000, "2024": 5_000_000, "2025": 5_000_000, "2026": 0});
    for (day, status) in [
        ("2025-12-31", "not_met"),
        ("2026-01-01", "met"),
        ("2026-12-31", "met"),
        ("2027-01-01", "not_met"),
    ] {
        let change =
            json!({"applied_on": day, "facts": {"technology_development_spending_cny": spending}});
        let evaluation = evaluation(centre(), &with(&complete(), change));
        assert_eq!(finding(&evaluation, "spending")["status"], status, "{day}");
    }
}

/// The application in which every condition is broken.
fn all_broken() -> Value {
    let mut request = complete();
    for (_, change, _) in breaks() {
        merge(&mut request, change);
    }
    // Lists replace each other; these break every judgement and both documents.
    let against: Vec<_> = JUDGEMENTS.iter().map(|id| format!("!{id}")).collect();
    merge(
        &mut request,
        json!({"attestations": against, "documents": []}),
    );
    request
}

#[test]
fn the_changes_that_are_named_make_it_eligible() {
    let before = evaluation(centre(), &all_broken());
    let eligible = apply(&all_broken(), &before);
    let facts = &eligible["facts"];
    assert_eq!(facts["rd_equipment_original_value_cny"], 10_000_000);
    assert_eq!(
        facts["technology_development_spending_cny"]["2024"],
        5_000_000
    );
    assert_eq!(facts["full_time_rd_staff"], 50);
    // 60% of the 49 there were is 29.4: 30, which is 60% of 50 too.
    assert_eq!(facts["rd_staff_intermediate_title"], 30);
    // 2 + 3 + 5 are ten results, 0 + 1 + 2 three transferred.
    assert_eq!(facts["results_and_patents"]["2025"], 5);
    assert_eq!(facts["results_transferred"]["2025"], 2);
    assert_eq!(facts["plan_goal_years"], 5);
    let after = evaluation(centre(), &eligible);
    assert_eq!(after["verdict"], "eligible", "{after}");
}

/// 四（三）: by the end of February, from the year after recognition; assessed every year.
#[test]
fn what_falls_due() {
    let programme = centre().programme;
    let on = "2026-11-23".parse().unwrap();
    let february = Due::Yearly {
        month: 2,
        day: None,
        first_after_years: Some(1),
    };
    for id in ["annual-summary", "assessment-form"] {
        assert_eq!(programme.obligation(id, on).unwrap().due, february, "{id}");
    }
    let assessment = programme.obligation("yearly-assessment", on).unwrap();
    let december = Due::Yearly {
        month: 12,
        day: None,
        first_after_years: Some(1),
    };
    assert_eq!(assessment.due, december);
    let outcomes: Vec<_> = assessment
        .outcomes
        .iter()
        .map(|x| (x.label.zh.as_ref(), x.effect))
        .collect();
    assert_eq!(
        outcomes,
        [("合格", Effect::Kept {}), ("不合格", Effect::Failed {})]
    );
    // The day before its first, no obligation is in force.
    let before = "2015-10-28".parse().unwrap();
    let first = "2015-10-29".parse().unwrap();
    for id in ["annual-summary", "assessment-form", "yearly-assessment"] {
        assert!(programme.obligation(id, before).is_none(), "{id}");
        assert!(programme.obligation(id, first).is_some(), "{id}");
    }
}

/// 四（三）对连续两年不合格者将取消其行业技术中心资格: the only ground. No public notice is set, no change.
#[test]
fn two_failed_years_are_the_only_ground() {
    let programme = centre().programme;
    let triggers: Vec<_> = programme
        .grounds
        .iter()
        .map(|ground| ground.trigger.clone())
        .collect();
    let failed = Trigger::FailedInARow {
        obligation: rules::Str::new("yearly-assessment"),
        count: 2,
    };
    assert_eq!(triggers, [failed]);
    assert!(programme.notices.is_empty());
    let alters: Vec<Option<Alters>> = programme.changes.iter().map(|x| x.alters).collect();
    assert_eq!(alters, []);
}

/// 附件1: five headings.
#[test]
fn the_summary_follows_five_headings() {
    let guidance = file(&centre().programme.id).guidance;
    let outline = guidance
        .outlines
        .into_iter()
        .find(|outline| outline.id == "summary-outline")
        .unwrap();
    let top = outline
        .headings
        .iter()
        .filter(|heading| heading.under.is_none());
    let top: Vec<_> = top.map(|heading| heading.label.zh.as_ref()).collect();
    assert_eq!(
        top,
        [
            "依托单位情况",
            "当年工作开展情况",
            "取得的工作成效",
            "下一年度工作计划",
            "存在的主要困难问题及有关意见建议"
        ]
    );
}

/// Every heading and every word of the form stands in the annex it quotes.
#[test]
fn headings_stand_in_the_words_that_are_quoted() {
    let guidance = file(&centre().programme.id).guidance;
    for outline in guidance.outlines {
        for heading in outline.headings {
            let words = heading.label.zh.split('（').next().unwrap();
            assert!(outline.cite.text.contains(words), "{}: {words}", outline.id);
        }
    }
}

#[test]
fn the_certificate_has_the_prefix_and_the_provinces_name() {
    let certificate = &centre().programme.certificate;
    assert_eq!(certificate.prefix, "GSITC");
    let named = certificate.name_template.replace("{name}", "铜合金");
    assert_eq!(named, "甘肃省铜合金行业技术中心");
}

/// Each finding that rests on a reading names it, and the evaluation explains it.
#[test]
fn readings_are_named_with_the_findings() {
    let evaluation = evaluation(centre(), &complete());
    for (condition, reading) in [
        ("transfers", "transfers-of-three-years-together"),
        ("results", "results-and-patents-together"),
        ("events", "every-year-governs-three"),
        ("spending", "last-three-years"),
        ("plan-goals", "mechanism-at-application"),
    ] {
        assert_eq!(finding(&evaluation, condition)["reading"], reading);
        let readings = evaluation["readings"].as_array().unwrap();
        assert!(
            readings.iter().any(|known| known["id"] == reading),
            "{reading}"
        );
    }
}

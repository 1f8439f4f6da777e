//! 甘肃省产业技术创新联盟: the notice's own numbers, dates and words.

use rules::{Alters, ChangeProcedure, Due, Effect, Programme, Str, Trigger};
use serde_json::{Value, json};

use crate::remedies::apply;
use crate::support::{evaluation, finding, judge, merge, with};

fn alliance() -> rules::Rulebook {
    rules::rulebook("gansu-industry-alliance").expect("it is compiled in")
}

fn programme() -> &'static Programme {
    alliance().programme
}

/// What only the experts can decide.
const JUDGEMENTS: [&str; 13] = [
    "backbone-enterprises",
    "research-at-the-front",
    "importance",
    "scale",
    "policy",
    "decision-mechanism",
    "organisation",
    "expert-committee-role",
    "rules-kept",
    "phased-goals",
    "outside-exchange",
    "review-technology",
    "review-driving-force",
];

fn member(name: &str, kind: &str, leads: bool) -> Value {
    json!({
        "name": name, "kind": kind, "leads": leads,
        "attributes": {"independent_legal_person": true, "legal_representative_signed": true},
    })
}

/// Three invented members, of whom the enterprise leads.
fn members() -> [Value; 3] {
    [
        member("金昌祁连镍材有限公司", "enterprise", true),
        member("陇原理工大学", "university", false),
        member("河西有色金属研究所", "research-institution", false),
    ]
}

/// An application of that alliance, with all documents and all opinions of the experts.
fn complete() -> Value {
    let stated = alliance()
        .criteria
        .facts
        .iter()
        .filter(|fact| fact.id != "members");
    let mut facts: Value = stated
        .map(|fact| (fact.id.to_string(), json!(true)))
        .collect();
    facts["members"] = json!(members());
    json!({
        "applied_on": "2026-11-23",
        "facts": facts,
        "documents": ["written-application", "application-form", "agreement", "charter", "proofs"],
        "attestations": JUDGEMENTS,
    })
}

/// Article, what is changed, and the condition that is then not met.
fn breaks() -> Vec<(&'static str, Value, &'static str)> {
    let no = |fact: &str| json!({"facts": {fact: false}});
    let against = |judgement: &str| {
        let all = JUDGEMENTS.into_iter().map(|id| match id == judgement {
            true => format!("!{id}"),
            false => id.to_owned(),
        });
        json!({"attestations": all.collect::<Vec<_>>()})
    };
    let of = |members: Value| json!({"facts": {"members": members}});
    let without = |document: &str| {
        let all = complete()["documents"].as_array().unwrap().clone();
        let rest: Vec<_> = all.into_iter().filter(|id| id != document).collect();
        json!({"documents": rest})
    };
    let [enterprise, university, institute] = members();
    let says_no =
        |member: &Value, attribute: &str| with(member, json!({"attributes": {attribute: false}}));
    vec![
        (
            "一（一）",
            of(json!([
                with(&enterprise, json!({"leads": false})),
                with(&university, json!({"leads": true})),
                institute
            ])),
            "enterprise-leads",
        ),
        (
            "二（一）",
            of(json!([
                enterprise,
                member("武威风电装备有限公司", "enterprise", false)
            ])),
            "composition",
        ),
        (
            "二（一）",
            of(json!([
                enterprise,
                university,
                says_no(&institute, "independent_legal_person")
            ])),
            "legal-persons",
        ),
        (
            "二（一）",
            against("backbone-enterprises"),
            "backbone-enterprises",
        ),
        (
            "二（一）",
            against("research-at-the-front"),
            "research-at-the-front",
        ),
        ("二（一）", against("importance"), "importance"),
        ("二（一）", against("scale"), "scale"),
        ("二（一）", against("policy"), "policy"),
        ("二（二）", no("agreement_is_binding"), "agreement-binding"),
        ("二（二）", no("agreement_has_goals"), "agreement-goals"),
        ("二（二）", no("agreement_divides_tasks"), "agreement-tasks"),
        (
            "二（二）",
            of(json!([
                enterprise,
                says_no(&university, "legal_representative_signed"),
                institute
            ])),
            "agreement-signed",
        ),
        ("二（三）", no("has_charter"), "charter"),
        ("二（三）", no("has_decision_body"), "decision-body"),
        ("二（三）", no("has_advisory_body"), "advisory-body"),
        ("二（三）", no("has_executive_body"), "executive-body"),
        (
            "二（三）",
            against("decision-mechanism"),
            "decision-mechanism",
        ),
        ("二（三）", no("names_liable_party"), "liable-party"),
        ("二（三）", no("has_office"), "office"),
        ("二（三）", no("office_has_full_time_staff"), "office-staff"),
        ("二（四）", against("organisation"), "organisation"),
        (
            "二（四）",
            no("management_fully_staffed"),
            "management-staff",
        ),
        (
            "二（四）",
            no("has_technical_expert_committee"),
            "expert-committee",
        ),
        (
            "二（四）",
            against("expert-committee-role"),
            "expert-committee-role",
        ),
        ("二（四）", no("has_project_rules"), "project-rules"),
        ("二（四）", no("has_funds_rules"), "funds-rules"),
        ("二（四）", no("has_secrecy_rules"), "secrecy-rules"),
        ("二（四）", no("has_cooperation_rules"), "cooperation-rules"),
        ("二（四）", against("rules-kept"), "rules-kept"),
        (
            "二（四）",
            no("has_internal_funds_measures"),
            "internal-funds-measures",
        ),
        (
            "二（四）",
            no("supervises_funds_internally"),
            "funds-supervision",
        ),
        ("二（四）", no("ip_ownership_agreed"), "ip-ownership"),
        ("二（四）", no("ip_licensing_agreed"), "ip-licensing"),
        ("二（四）", no("ip_revenue_agreed"), "ip-revenue"),
        (
            "二（四）",
            no("breach_liability_agreed"),
            "breach-liability",
        ),
        (
            "二（四）",
            no("accepts_supervision_of_government_funds"),
            "government-funds",
        ),
        (
            "二（四）",
            no("has_medium_and_long_term_goals"),
            "long-term-goals",
        ),
        ("二（四）", against("phased-goals"), "phased-goals"),
        ("二（五）", no("can_admit_members"), "open-to-members"),
        ("二（五）", against("outside-exchange"), "outside-exchange"),
        ("二（五）", no("has_diffusion_mechanism"), "diffusion"),
        (
            "二（五）",
            no("bound_to_diffuse_funded_results"),
            "diffusion-duty",
        ),
        ("三（一）", without("written-application"), "documents"),
        ("三（一）", without("application-form"), "documents"),
        ("三（一）", without("agreement"), "documents"),
        ("三（一）", without("charter"), "documents"),
        ("三（一）", without("proofs"), "documents"),
        (
            "三（二）2",
            against("review-technology"),
            "review-technology",
        ),
        (
            "三（二）3",
            against("review-driving-force"),
            "review-driving-force",
        ),
    ]
}

/// The application in which every condition is broken.
fn all_broken() -> Value {
    let mut request = complete();
    for (_, change, _) in breaks() {
        merge(&mut request, change);
    }
    // Lists replace each other; these break what rests on members, opinions and documents.
    let no = json!({"independent_legal_person": false, "legal_representative_signed": false});
    let alone = json!([
        {"name": "金昌祁连镍材有限公司", "kind": "enterprise", "leads": false, "attributes": no},
        {"name": "甘肃新材料协会", "kind": "other", "leads": true, "attributes": no},
    ]);
    let against: Vec<_> = JUDGEMENTS.iter().map(|id| format!("!{id}")).collect();
    let change = json!({"facts": {"members": alone}, "attestations": against, "documents": []});
    merge(&mut request, change);
    request
}

/// The conditions that are not met, unknown or open.
fn not_met(evaluation: &Value) -> Vec<&str> {
    let findings = evaluation["findings"].as_array().unwrap().iter();
    let failed = findings.filter(|finding| finding["status"] != "met");
    failed
        .map(|finding| finding["condition"].as_str().unwrap())
        .collect()
}

fn conditions() -> Vec<&'static str> {
    let conditions = alliance().criteria.conditions.into_iter();
    conditions.map(|condition| condition.id.as_str()).collect()
}

#[test]
fn a_complete_application_is_eligible() {
    let evaluation = evaluation(alliance(), &complete());
    assert_eq!(evaluation["verdict"], "eligible", "{evaluation}");
    assert_eq!(evaluation["to_become_eligible"], json!([]));
    assert_eq!(evaluation["receipt"]["version"], "2020-02-25");
}

#[test]
fn what_experts_decide_waits_for_them() {
    let evaluation = evaluation(
        alliance(),
        &with(&complete(), json!({"attestations": null})),
    );
    assert_eq!(evaluation["verdict"], "needs_review");
    assert_eq!(not_met(&evaluation), JUDGEMENTS);
}

#[test]
fn each_condition_broken_alone_is_found_alone() {
    for (article, change, condition) in breaks() {
        let evaluation = evaluation(alliance(), &with(&complete(), change.clone()));
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
    assert_eq!(broken, conditions());
}

#[test]
fn all_conditions_broken_together_are_all_found() {
    let evaluation = evaluation(alliance(), &all_broken());
    assert_eq!(not_met(&evaluation), conditions());
    for found in evaluation["findings"].as_array().unwrap() {
        assert_eq!(found["status"], "not_met", "{found}");
    }
}

#[test]
fn the_changes_that_are_named_make_it_eligible() {
    let eligible = apply(&all_broken(), &evaluation(alliance(), &all_broken()));
    // To an enterprise and an association, one university or institution is to be added.
    assert_eq!(eligible["facts"]["members"].as_array().unwrap().len(), 3);
    let after = evaluation(alliance(), &eligible);
    assert_eq!(after["verdict"], "eligible", "{after}");
}

/// Article, members, the condition, what comes of it.
#[test]
fn who_makes_up_an_alliance() {
    let [enterprise, university, institute] = members();
    let second = member("武威风电装备有限公司", "enterprise", false);
    let association = member("甘肃新材料协会", "other", false);
    let leads = |member: &Value, leads: bool| with(member, json!({"leads": leads}));
    let table = [
        // 企业、高等院校和科研机构等: an enterprise, and one or both of the others.
        (
            "二（一）",
            json!([enterprise, university, institute]),
            "composition",
            "met",
        ),
        (
            "二（一）",
            json!([enterprise, university]),
            "composition",
            "met",
        ),
        (
            "二（一）",
            json!([enterprise, institute]),
            "composition",
            "met",
        ),
        (
            "二（一）",
            json!([enterprise, second]),
            "composition",
            "not_met",
        ),
        ("二（一）", json!([enterprise]), "composition", "not_met"),
        (
            "二（一）",
            json!([leads(&university, true), institute]),
            "composition",
            "not_met",
        ),
        ("二（一）", json!([]), "composition", "not_met"),
        // 其他组织机构也可加入, but do not take the place of a university or institution.
        (
            "二（一）",
            json!([enterprise, university, association]),
            "composition",
            "met",
        ),
        (
            "二（一）",
            json!([enterprise, association]),
            "composition",
            "not_met",
        ),
        (
            "二（一）",
            json!([enterprise, with(&association, json!({"kind": null}))]),
            "composition",
            "unknown",
        ),
        // 以企业为主体
        (
            "一（一）",
            json!([enterprise, university]),
            "enterprise-leads",
            "met",
        ),
        (
            "一（一）",
            json!([leads(&enterprise, false), leads(&university, true)]),
            "enterprise-leads",
            "not_met",
        ),
        (
            "一（一）",
            json!([
                leads(&enterprise, false),
                university,
                leads(&institute, true)
            ]),
            "enterprise-leads",
            "not_met",
        ),
        (
            "一（一）",
            json!([
                leads(&enterprise, false),
                university,
                leads(&association, true)
            ]),
            "enterprise-leads",
            "not_met",
        ),
        (
            "一（一）",
            json!([leads(&enterprise, false), university]),
            "enterprise-leads",
            "not_met",
        ),
        (
            "一（一）",
            json!([with(&enterprise, json!({"leads": null})), university]),
            "enterprise-leads",
            "unknown",
        ),
    ];
    for (article, members, condition, status) in table {
        let request = with(&complete(), json!({"facts": {"members": members}}));
        let evaluation = evaluation(alliance(), &request);
        let found = finding(&evaluation, condition);
        assert_eq!(found["status"], status, "{article}: {members}");
        assert_eq!(found["cite"]["article"], article);
    }
}

/// 二（二）产业联盟协议须由成员单位法定代表人共同签署; 二（一）多个独立法人: each of three members, by itself.
#[test]
fn one_member_that_has_not_signed_is_named() {
    for (article, attribute, condition) in [
        (
            "二（二）",
            "legal_representative_signed",
            "agreement-signed",
        ),
        ("二（一）", "independent_legal_person", "legal-persons"),
    ] {
        for index in 0..3 {
            for (stated, status) in [
                (json!(true), "met"),
                (json!(false), "not_met"),
                (Value::Null, "unknown"),
            ] {
                let mut members = members();
                let name = members[index]["name"].clone();
                merge(
                    &mut members[index],
                    json!({"attributes": {attribute: stated}}),
                );
                let request = with(&complete(), json!({"facts": {"members": members}}));
                let evaluation = evaluation(alliance(), &request);
                let found = finding(&evaluation, condition);
                assert_eq!(found["status"], status, "{article} {name}");
                assert_eq!(found["cite"]["article"], article);
                let changes = &evaluation["to_become_eligible"];
                match status {
                    "not_met" => assert_eq!(changes[0]["changes"][0]["members"], json!([name])),
                    _ => assert_eq!(*changes, json!([])),
                }
            }
        }
    }
}

#[test]
fn what_is_missing_is_unknown_and_not_failed() {
    for fact in alliance()
        .criteria
        .facts
        .iter()
        .map(|fact| fact.id.as_str())
    {
        let request = with(&complete(), json!({"facts": {fact: null}}));
        let evaluation = evaluation(alliance(), &request);
        assert_eq!(evaluation["verdict"], "undetermined", "{fact}");
        assert_eq!(evaluation["missing_facts"][0]["id"], fact);
    }
    let request = with(&complete(), json!({"documents": null}));
    let evaluation = evaluation(alliance(), &request);
    assert_eq!(not_met(&evaluation), ["documents"]);
    assert_eq!(finding(&evaluation, "documents")["status"], "unknown");
}

#[test]
fn the_day_of_issue_is_the_first_that_is_judged() {
    // 2020年2月25日, under the signature. 四2: 常年, any day after.
    for (day, taken) in [
        ("2020-02-24", false),
        ("2020-02-25", true),
        ("2020-02-26", true),
        ("2026-01-01", true),
    ] {
        let request = with(&complete(), json!({"applied_on": day}));
        assert_eq!(judge(alliance(), &request).is_ok(), taken, "{day}");
    }
}

/// 四3: before March every year, from the year after founding; assessed every two years, first in that year.
#[test]
fn what_falls_due() {
    let on = "2026-11-23".parse().unwrap();
    let summary = programme().obligation("annual-summary", on).unwrap();
    let february = Due::Yearly {
        month: 2,
        day: None,
        first_after_years: Some(1),
    };
    assert_eq!(summary.due, february);
    let assessment = programme().obligation("assessment", on).unwrap();
    let every_two = Due::EveryYears {
        years: 2,
        first_after_years: Some(1),
        month: Some(12),
        day: None,
    };
    assert_eq!(assessment.due, every_two);
    let outcomes = assessment.outcomes.iter();
    let outcomes: Vec<_> = outcomes.map(|x| (x.label.zh.as_ref(), x.effect)).collect();
    assert_eq!(
        outcomes,
        [("合格", Effect::Kept {}), ("不合格", Effect::Failed {})]
    );
    let before = "2020-02-24".parse().unwrap();
    let first = "2020-02-25".parse().unwrap();
    for id in ["annual-summary", "assessment"] {
        assert!(programme().obligation(id, before).is_none(), "{id}");
        assert!(programme().obligation(id, first).is_some(), "{id}");
    }
    assert!(programme().notices.is_empty());
}

/// 四3 连续两年考核不合格或不报送工作总结.
#[test]
fn two_grounds_each_counts_to_two() {
    let triggers: Vec<_> = programme()
        .grounds
        .iter()
        .map(|ground| ground.trigger.clone())
        .collect();
    let failed = Trigger::FailedInARow {
        obligation: Str::new("assessment"),
        count: 2,
    };
    let missed = Trigger::MissedInARow {
        obligation: Str::new("annual-summary"),
        count: 2,
    };
    assert_eq!(triggers, [failed, missed]);
}

/// 四4: all are filed within the year; what befalls the lead alters the holder.
#[test]
fn changes_are_filed_in_the_same_year() {
    let changes = programme().changes.iter();
    let changes: Vec<_> = changes
        .map(|x| (x.id.as_str(), x.procedure, x.alters))
        .collect();
    let filing = ChangeProcedure::FilingSameYear;
    assert_eq!(
        changes,
        [
            ("lead-renamed", filing, Some(Alters::Holder)),
            ("lead-restructured", filing, Some(Alters::Holder)),
            ("members-changed", filing, None),
            ("other-major-adjustment", filing, None),
        ]
    );
}

#[test]
fn the_certificate_has_the_prefix_and_the_full_name() {
    let certificate = &programme().certificate;
    assert_eq!(certificate.prefix, "GSIA");
    let named = certificate.name_template.replace("{name}", "镍钴新材料");
    assert_eq!(named, "甘肃省镍钴新材料产业技术创新联盟");
}

/// Each finding that rests on a reading names it, and the evaluation explains it.
#[test]
fn readings_are_named_with_the_findings() {
    let evaluation = evaluation(alliance(), &complete());
    for (condition, reading) in [
        ("enterprise-leads", "enterprise-leads"),
        ("composition", "several-legal-persons"),
        ("legal-persons", "every-member-a-legal-person"),
        ("expert-committee", "operation-at-application"),
        ("open-to-members", "open-mechanism-required"),
        ("review-technology", "three-review-questions"),
    ] {
        assert_eq!(finding(&evaluation, condition)["reading"], reading);
        let readings = evaluation["readings"].as_array().unwrap();
        assert!(
            readings.iter().any(|known| known["id"] == reading),
            "{reading}"
        );
    }
}

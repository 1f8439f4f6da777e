//! Programmes as they are shown, and applications judged.
//!
//! That each condition judges as the regulation says, the crate `rules` shows; here, that what goes
//! in and comes out over HTTP is all there and in both languages.

use boon::{Compiler, Draft, Schemas};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::problem::assert_document;
use super::server::get;
use super::words::{assert_bilingual, is_chinese};
use super::xinzhou::{ID, complete, evaluate, lacking, member, with};

fn programme() -> Value {
    let answer = get(&format!("/v1/eligibility/programmes/{ID}"));
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

#[test]
fn the_list_leads_to_each_programme() {
    let list = get("/v1/eligibility/programmes");
    assert_bilingual(&list.json());
    let listed = list.at("/programmes");
    let xinzhou = member(&listed, "id", ID);
    assert_eq!(xinzhou["name"]["zh"], "忻州市技术创新中心");
    assert_eq!(xinzhou["authority"]["zh"], "忻州市科技局");
    for entry in listed.as_array().expect("a list") {
        let programme = get(entry["href"].as_str().expect("a path"));
        for name in ["id", "name", "from", "sha256"] {
            assert_eq!(programme.at(&format!("/{name}")), entry[name], "{name}");
        }
    }
}

/// The receipt names the rules by the SHA-256 of their file, so that an old answer can be replayed.
#[test]
fn receipts_name_the_rule_file_by_its_hash() {
    let file = include_bytes!(
        "../../../components/shared/rules/programmes/xinzhou-technology-innovation-centre.toml"
    );
    let hash: String = Sha256::digest(file)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(programme()["sha256"], hash);
    let receipt = evaluate(&complete()).at("/receipt");
    assert_eq!(
        receipt,
        json!({"programme": ID, "version": "2020-12-01", "sha256": hash})
    );
}

/// 忻州市技术创新中心认定管理办法（试行）: 第三条 (two kinds), 第八条（三） (floor area), 第九条 (documents,
/// procedure, five working days), 第十四条 (three years), 第十五条 (three changes).
#[test]
fn a_programme_is_shown_whole() {
    let programme = programme();
    assert_bilingual(&programme);
    let ids = |list: &str| -> Vec<&str> {
        let items = programme[list].as_array().expect("a list").iter();
        items.filter_map(|item| item["id"].as_str()).collect()
    };
    assert_eq!(ids("kinds"), ["comprehensive", "domain"]);
    assert_eq!(
        ids("documents"),
        ["application-form", "annexes", "county-recommendation"]
    );
    assert_eq!(ids("changes"), ["rename", "direction", "restructuring"]);
    let floor_area = member(&programme["conditions"], "id", "floor-area");
    assert_eq!(floor_area["value"], 500);
    assert_eq!(floor_area["unit"], "m2");
    assert_eq!(floor_area["cite"]["article"], "第八条（三）");
    let fact = member(&programme["facts"], "id", "floor_area_m2");
    assert_eq!(fact["answer"]["unit"], "m2");
    assert_eq!(fact["unit_name"], json!({"zh": "平方米", "en": "m²"}));
    assert_eq!(programme["notice"][0]["working_days"], 5);
    assert_eq!(
        programme["obligations"][0]["due"],
        json!({"rule": "every-years", "years": 3})
    );
    let by_notice = member(&programme["procedure"], "id", "public-notice");
    assert_eq!(by_notice["cite"]["article"], "第九条（三）");
    assert_eq!(
        programme["certificate"]["name_template"],
        "忻州市{name}技术创新中心"
    );
}

/// Wherever the text can be read two ways, the reading is named and leads to its reason.
#[test]
fn every_reading_that_is_named_is_explained() {
    let programme = programme();
    let mut named = Vec::new();
    find_readings(&programme, &mut named);
    assert!(!named.is_empty());
    for id in &named {
        let reading = member(&programme["readings"], "id", id);
        for part in ["chosen", "alternative", "reason"] {
            assert!(
                reading[part]["zh"].as_str().is_some_and(is_chinese),
                "{reading}"
            );
        }
    }
}

fn find_readings(value: &Value, named: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(id)) = members.get("reading") {
                named.push(id.clone());
            }
            members
                .values()
                .for_each(|value| find_readings(value, named));
        }
        Value::Array(items) => items.iter().for_each(|value| find_readings(value, named)),
        _ => {}
    }
}

/// A portal that checks its form by the schema learns no news from the answer, and the other way round.
#[test]
fn the_schema_and_the_judge_accept_the_same() {
    let schema = programme()["application_schema"].clone();
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    compiler.enable_format_assertions();
    let mut schemas = Schemas::new();
    compiler
        .add_resource("urn:application", schema)
        .expect("the schema is a resource");
    let schema = compiler
        .compile("urn:application", &mut schemas)
        .expect("the schema is one");

    let attestation =
        json!({"opinion": "met", "attested_on": "2026-11-20", "reference": "专家组1号"});
    let attested = |change: Value| {
        let mut attestation = attestation.clone();
        for (name, value) in change.as_object().expect("an object") {
            attestation[name] = value.clone();
        }
        with(json!({"attestations": {"team": attestation}}))
    };
    let mut doubled = complete();
    doubled["documents"] = json!(["annexes", "annexes"]);
    let mut nothing = complete();
    nothing["facts"]["floor_area_m2"] = Value::Null;
    for (accepted, application) in [
        (true, complete()),
        (true, lacking()),
        (
            true,
            json!({"programme": ID, "kind": "domain", "applied_on": "2026-11-23"}),
        ),
        (true, with(json!({"facts": {"floor_area_m2": 0}}))),
        (
            true,
            with(json!({"facts": {"floor_area_m2": 999_999_999_999_999_u64}})),
        ),
        (true, attested(json!({}))),
        (true, attested(json!({"opinion": "not_met"}))),
        (false, json!({})),
        (false, json!([ID, "domain", "2026-11-23", {}, [], {}])),
        (false, json!("application")),
        (false, nothing),
        (false, with(json!({"programme": "gansu"}))),
        (false, with(json!({"programme": null}))),
        (false, with(json!({"kind": null}))),
        (false, with(json!({"kind": "both"}))),
        (false, with(json!({"kind": ["domain"]}))),
        (false, with(json!({"applied_on": null}))),
        (false, with(json!({"applied_on": "2026-02-30"}))),
        (false, with(json!({"applied_on": "2026-1-1"}))),
        (false, with(json!({"applied_on": 2026}))),
        (false, with(json!({"applicant": "x"}))),
        (false, with(json!({"facts": {"area": 500}}))),
        (false, with(json!({"facts": {"floor_area_m2": "480"}}))),
        (false, with(json!({"facts": {"floor_area_m2": -1}}))),
        (
            false,
            with(json!({"facts": {"floor_area_m2": 1_000_000_000_000_000_u64}})),
        ),
        (false, with(json!({"facts": {"specialised_units": 2.5}}))),
        (false, with(json!({"facts": {"has_charter": 1}}))),
        (false, with(json!({"facts": {"head_title": "professor"}}))),
        (
            false,
            with(json!({"facts": {"lead_registered_in": "忻州"}})),
        ),
        (false, with(json!({"facts": []}))),
        (false, with(json!({"documents": "annexes"}))),
        (false, with(json!({"documents": ["letter"]}))),
        (false, doubled),
        (
            false,
            with(json!({"attestations": {"floor-area": attestation}})),
        ),
        (
            false,
            with(json!({"attestations": {"team": ["met", "2026-11-20", null]}})),
        ),
        (false, attested(json!({"opinion": "maybe"}))),
        (false, attested(json!({"opinion": {"met": null}}))),
        (false, attested(json!({"attested_on": "2026-02-30"}))),
        (false, attested(json!({"reference": ""}))),
        (false, attested(json!({"reference": "x".repeat(201)}))),
        (false, attested(json!({"signed": true}))),
    ] {
        assert_eq!(
            schemas.validate(&application, schema).is_ok(),
            accepted,
            "by the schema: {application}"
        );
        let answer = evaluate(&application);
        let status = if accepted { 200 } else { 422 };
        assert_eq!(answer.status, status, "{application}: {answer}");
        if !accepted {
            assert_document(&answer.json());
        }
    }
}

/// Everything is told at once, with its article, in both languages.
#[test]
fn an_application_that_lacks_three_things_is_told_all_three() {
    let answer = evaluate(&lacking());
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let evaluation = answer.json();
    assert_bilingual(&evaluation);
    assert_eq!(evaluation["verdict"], "not_eligible");
    assert_eq!(evaluation["applied_on"], "2026-11-23");

    let area = member(&evaluation["findings"], "condition", "floor-area");
    assert_eq!(area["status"], "not_met");
    assert_eq!(area["cite"]["article"], "第八条（三）");
    assert!(
        area["cite"]["text"]
            .as_str()
            .is_some_and(|text| text.contains("使用面积不少于500平方米"))
    );
    assert_eq!(area["shortfall"]["amount"], 20);
    assert_eq!(area["shortfall"]["unit"], "m2");
    for (language, amount) in [("zh", "20平方米"), ("en", "20 m²")] {
        let sentence = area["sentence"][language].as_str().expect("a sentence");
        assert!(sentence.contains(amount), "{sentence}");
    }

    for (list, id, article, zh, en) in [
        (
            "missing_documents",
            "county-recommendation",
            "第九条（一）",
            "推荐文件",
            "recommendation",
        ),
        (
            "missing_facts",
            "major_safety_problem",
            "第八条（四）",
            "安全",
            "safety",
        ),
    ] {
        let missing = evaluation[list].as_array().expect("a list");
        assert_eq!(missing.len(), 1, "{list}: {missing:?}");
        let [missing] = missing.as_slice() else {
            continue;
        };
        assert_eq!(missing["id"], id);
        assert_eq!(missing["articles"], json!([article]));
        for (language, word) in [("zh", zh), ("en", en)] {
            let label = missing["label"][language].as_str().expect("a label");
            assert!(label.contains(word), "{label}");
        }
    }

    let changes = &member(&evaluation["to_become_eligible"], "condition", "floor-area")["changes"];
    assert_eq!(changes[0]["fact"], "floor_area_m2", "{changes}");
    assert_eq!(changes[0]["from"], 480, "{changes}");
    assert_eq!(changes[0]["to"], 500, "{changes}");
}

#[test]
fn what_only_experts_can_judge_waits_for_them_and_then_decides() {
    let evaluation = evaluate(&complete()).json();
    assert_bilingual(&evaluation);
    assert_eq!(evaluation["verdict"], "needs_review");
    assert_eq!(evaluation["missing_facts"], json!([]));
    assert_eq!(evaluation["missing_documents"], json!([]));
    let awaited = evaluation["missing_attestations"]
        .as_array()
        .expect("a list");
    assert!(!awaited.is_empty());

    let attestations = |opinion: &str| -> Value {
        let mut attestations = json!({});
        for missing in awaited {
            let id = missing["id"].as_str().expect("an identifier");
            attestations[id] = json!({"opinion": "met", "attested_on": "2026-11-20"});
        }
        attestations["team"]["opinion"] = json!(opinion);
        with(json!({"attestations": attestations}))
    };
    let all_met = evaluate(&attestations("met")).json();
    assert_bilingual(&all_met);
    assert_eq!(all_met["verdict"], "eligible");
    assert_eq!(all_met["missing_attestations"], json!([]));
    assert_eq!(all_met["to_become_eligible"], json!([]));

    let one_not_met = evaluate(&attestations("not_met")).json();
    assert_eq!(one_not_met["verdict"], "not_eligible");
    let team = member(&one_not_met["findings"], "condition", "team");
    assert_eq!(team["status"], "not_met");
}

#[test]
fn the_same_application_gets_the_same_answer() {
    let first = evaluate(&complete());
    for _ in 0..3 {
        assert_eq!(evaluate(&complete()).body, first.body);
    }
}

//! 内蒙古自治区技术创新中心: what happens to a certificate by 三（五） and 三（六） of 内科发〔2020〕68号.

use recognition::certificate::{CertificateStatus, EventId};
use rules::Programme;
use serde_json::{Value, json};

use crate::lives::{Events, assessed, day, missed, yearly_deadline};

use CertificateStatus::{Revoked, UnderRectification, Valid};

fn programme() -> &'static Programme {
    let rules = rules::programme("inner-mongolia-technology-innovation-centre").unwrap();
    rules.programme
}

fn centre() -> Events {
    Events::issued(programme(), "2021-05-20", None)
}

fn found(ground: &str, on: &str) -> Value {
    json!({"kind": "ground_found", "ground": ground, "on": on, "reference": "查1号"})
}

fn ordered(because: &EventId, on: &str) -> Value {
    json!({"kind": "rectification_ordered", "because": because, "on": on, "reference": "改1号"})
}

fn revoked(because: &EventId, ground: &str, on: &str) -> Value {
    json!({"kind": "revoked", "because": because, "ground": ground, "on": on, "reference": "撤1号"})
}

/// Revokes what is proposed on that ground, and sees that it is revoked on the day and not before.
#[track_caller]
fn is_revoked(mut centre: Events, because: &EventId, ground: &str, before: CertificateStatus) {
    assert_eq!(
        centre.proposed(),
        [(ground.to_owned(), "三（六）3".to_owned())]
    );
    // "经审定情况属实的": nothing changes until it is decided.
    assert_eq!(centre.around("2026-03-02"), [Some(before); 3]);
    let decision = centre.record(revoked(because, ground, "2026-03-02"));
    assert_eq!(
        centre.around("2026-03-02"),
        [Some(before), Some(Revoked), Some(Revoked)]
    );
    assert_eq!(centre.proposed(), []);
    let life = centre.life();
    let span = life.spans().last().unwrap();
    assert_eq!(span.because, decision);
    assert_eq!(span.ground.unwrap().id, ground);
    assert_eq!(span.article.article.as_str(), "三（六）3");
    assert_eq!(span.reference.as_deref(), Some("撤1号"));
}

/// 三（六）2: "优秀、良好、合格、不合格四个档次", "不合格的给予一年整改期".
#[test]
fn of_the_four_grades_only_failing_brings_a_rectification() {
    for (grade, proposed) in [
        ("excellent", None),
        ("good", None),
        ("pass", None),
        (
            "fail",
            Some(("rectification".to_owned(), "Some(12)".to_owned())),
        ),
    ] {
        let mut centre = centre();
        centre.record(assessed("evaluation", 2024, grade, "2024-06-20"));
        assert_eq!(centre.proposed(), Vec::from_iter(proposed), "{grade}");
        assert_eq!(centre.around("2024-06-20"), [Some(Valid); 3], "{grade}");
    }
    let unknown = assessed("evaluation", 2024, "fair", "2024-06-20");
    assert!(centre().refusal(&unknown).is_some());
}

/// A centre that failed on 2024-06-20 and was ordered on 2024-07-01 to put things right.
fn under_rectification() -> Events {
    let mut centre = centre();
    let failed = centre.record(assessed("evaluation", 2024, "fail", "2024-06-20"));
    centre.record(ordered(&failed, "2024-07-01"));
    assert_eq!(centre.proposed(), []);
    assert_eq!(
        centre.around("2024-07-01"),
        [
            Some(Valid),
            Some(UnderRectification),
            Some(UnderRectification)
        ]
    );
    let life = centre.life();
    let span = life.spans().last().unwrap();
    assert_eq!(span.article.article.as_str(), "三（六）2");
    // A year, to a Tuesday: 民法典 §202.
    let until = span.until.unwrap();
    assert_eq!(
        (until.statutory, until.effective),
        (day("2025-07-01"), day("2025-07-01"))
    );
    centre
}

/// 三（六）2: "到期后重新进行评估评价".
#[test]
fn passed_when_evaluated_again_it_is_valid_again() {
    let mut centre = under_rectification();
    centre.record(json!({"kind": "rectification_passed", "on": "2025-07-10"}));
    assert_eq!(
        centre.around("2025-07-10"),
        [Some(UnderRectification), Some(Valid), Some(Valid)]
    );
    assert_eq!(centre.proposed(), []);
}

/// 三（六）3, the first ground: "评估评价不合格，限期整改仍不合格的".
#[test]
fn still_failing_after_rectification_it_can_be_revoked() {
    let mut centre = under_rectification();
    let failed = centre.record(json!({"kind": "rectification_failed", "on": "2025-07-10"}));
    is_revoked(centre, &failed, "still-failing", UnderRectification);
}

/// 三（六）3, the second: "到期不提交年度报告的"; reading `one-missed-report`.
#[test]
fn one_report_not_handed_in_can_be_revoked_for() {
    let mut centre = centre();
    let missed = centre.record(missed("annual-report", 2024, "2025-04-01"));
    is_revoked(centre, &missed, "no-annual-report", Valid);
}

/// 三（六）3, the other four, which the authority finds.
#[test]
fn what_the_authority_finds_can_be_revoked_for() {
    for ground in [
        "evaluation-refused",
        "fraud",
        "lead-stopped",
        "breach-of-law",
    ] {
        let mut centre = centre();
        let finding = centre.record(found(ground, "2026-01-15"));
        is_revoked(centre, &finding, ground, Valid);
    }
    let grounds: Vec<_> = programme()
        .grounds
        .iter()
        .map(|ground| ground.id.as_str())
        .collect();
    assert_eq!(
        grounds,
        [
            "still-failing",
            "no-annual-report",
            "evaluation-refused",
            "fraud",
            "lead-stopped",
            "breach-of-law"
        ]
    );
    // The first two follow from what is recorded, and are not found.
    for ground in ["still-failing", "no-annual-report", "bad-manners"] {
        assert!(
            centre().refusal(&found(ground, "2026-01-15")).is_some(),
            "{ground}"
        );
    }
}

/// "经审定情况属实的予以摘牌并撤销": what is not so is kept.
#[test]
fn what_is_proposed_can_be_decided_against() {
    let mut centre = centre();
    let finding = centre.record(found("fraud", "2026-01-15"));
    let kept =
        json!({"kind": "kept", "because": finding, "on": "2026-02-01", "reference": "留1号"});
    centre.record(kept);
    assert_eq!(centre.proposed(), []);
    assert_eq!(centre.around("2026-02-01"), [Some(Valid); 3]);
}

/// 三（五）: what is filed is not approved and the other way round, and what alters the certificate.
#[test]
fn changes_alter_what_the_text_says() {
    let holder = json!({"name": "乙公司", "uscc": "914403001922038216"});
    for (kind, change, name, new_holder) in [
        ("filed", "lead-restructured", Value::Null, holder.clone()),
        ("approved", "lead-replaced", Value::Null, holder.clone()),
        ("approved", "rename", json!("新名"), Value::Null),
        ("filed", "director-appointed", Value::Null, Value::Null),
        ("filed", "charter", Value::Null, Value::Null),
        ("filed", "council-members", Value::Null, Value::Null),
        ("filed", "committee-members", Value::Null, Value::Null),
        ("filed", "director-replaced", Value::Null, Value::Null),
        ("approved", "co-builders", Value::Null, Value::Null),
        ("approved", "building-mode", Value::Null, Value::Null),
    ] {
        let event = |kind: &str, name: &Value, holder: &Value| {
            json!({"kind": kind, "change": change, "on": "2025-03-01", "reference": "变1号",
                "name": name, "holder": holder})
        };
        let mut centre = centre();
        let other = if kind == "filed" { "approved" } else { "filed" };
        assert!(
            centre.refusal(&event(other, &name, &new_holder)).is_some(),
            "{change}"
        );
        if name != Value::Null || new_holder != Value::Null {
            let bare = event(kind, &Value::Null, &Value::Null);
            assert!(centre.refusal(&bare).is_some(), "{change}");
        }
        centre.record(event(kind, &name, &new_holder));
        let life = centre.life();
        assert_eq!(
            life.name().unwrap(),
            name.as_str().unwrap_or("旧名"),
            "{change}"
        );
        let expected = if new_holder == Value::Null {
            "甲公司"
        } else {
            "乙公司"
        };
        assert_eq!(life.holder().unwrap().name, expected, "{change}");
    }
    // A restructuring that leaves name and code as they were is filed with them as they are.
    let mut centre = centre();
    let same = json!({"name": "甲公司", "uscc": "91350100M000100Y43"});
    centre.record(
        json!({"kind": "filed", "change": "lead-restructured", "on": "2025-03-01",
        "reference": "变1号", "holder": same}),
    );
    assert_eq!(centre.life().former_holders().count(), 0);
}

/// 三（六）1: "每年3月底前"; 民法典 §203 where the day is one of rest.
#[test]
fn the_annual_report_is_due_on_the_last_day_of_march() {
    for (year, statutory, effective) in [
        // A Sunday, a Monday, a Tuesday.
        (2024, "2024-03-31", "2024-04-01"),
        (2025, "2025-03-31", "2025-03-31"),
        (2026, "2026-03-31", "2026-03-31"),
    ] {
        assert_eq!(
            yearly_deadline(programme(), "annual-report", year),
            (day(statutory), day(effective))
        );
    }
}

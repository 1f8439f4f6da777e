//! 甘肃省科技成果转移转化示范区: what happens to a zone by 四 of 甘科成函〔2018〕8号.

use recognition::certificate::CertificateStatus;
use rules::Programme;
use serde_json::json;

use crate::lives::{Events, assessed, day, missed, yearly_deadline};

use CertificateStatus::{Expired, Valid};

fn programme() -> &'static Programme {
    let rules = rules::programme("gansu-technology-transfer-demonstration-zone").unwrap();
    rules.programme
}

/// Supported on 2024-11-01 for two years.
fn zone() -> Events {
    Events::issued(programme(), "2024-11-01", Some("2026-10-31"))
}

/// 二5 and reading `number-of-ours`: a zone is one until its period of construction ends.
#[test]
fn a_zone_ends_with_its_period() {
    assert_eq!(
        zone().around("2024-11-01"),
        [None, Some(Valid), Some(Valid)]
    );
    assert_eq!(
        zone().around("2026-10-31"),
        [Some(Valid), Some(Valid), Some(Expired)]
    );
}

/// 四4: "建设期满前，省科技厅开展总结评估". The text sets no grades and nothing that follows.
#[test]
fn the_summary_evaluation_is_recorded_and_nothing_follows() {
    let mut zone = zone();
    zone.record(assessed("summary-evaluation", 2026, "held", "2026-10-20"));
    assert_eq!(zone.proposed(), []);
    for grade in ["pass", "fail"] {
        let graded = assessed("summary-evaluation", 2025, grade, "2026-10-21");
        assert!(zone.refusal(&graded).is_some(), "{grade}");
    }
}

/// 四4 asks for a report every year; that one is missing has no consequence in the text.
#[test]
fn no_missed_report_and_no_finding_costs_the_status() {
    let mut zone = zone();
    for year in [2024, 2025] {
        zone.record(missed(
            "yearly-report",
            year,
            &format!("{}-01-05", year + 1),
        ));
    }
    assert_eq!(zone.proposed(), []);
    let found = json!({"kind": "ground_found", "ground": "fraud", "on": "2026-01-15", "reference": "查1号"});
    assert!(zone.refusal(&found).is_some());
    let changed = json!({"kind": "approved", "change": "rename", "on": "2026-01-15",
        "reference": "变1号", "name": "新名"});
    assert!(zone.refusal(&changed).is_some());
}

/// 四2: "8月31日前"; 四4: "每年12月底以前"; 民法典 §203 where the day is one of rest.
#[test]
fn applications_close_in_august_and_reports_are_due_in_december() {
    for (obligation, year, statutory, effective) in [
        // A Sunday, a Monday.
        ("application-deadline", 2025, "2025-08-31", "2025-09-01"),
        ("application-deadline", 2026, "2026-08-31", "2026-08-31"),
        // A Tuesday, a Wednesday.
        ("yearly-report", 2024, "2024-12-31", "2024-12-31"),
        ("yearly-report", 2025, "2025-12-31", "2025-12-31"),
    ] {
        assert_eq!(
            yearly_deadline(programme(), obligation, year),
            (day(statutory), day(effective))
        );
    }
}

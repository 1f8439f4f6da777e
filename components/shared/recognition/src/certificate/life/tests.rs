use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate};
use proptest::{prelude::*, sample::Index};
use rules::Programme;
use serde_json::{Value, json};

use super::*;

/// The record that the tests' events belong to.
const RECORD: &str = "INV-2024-00000000-0";

fn invented() -> &'static Programme {
    static INVENTED: LazyLock<&'static Programme> = LazyLock::new(|| {
        let file: rules::ProgrammeFile = toml::from_str(include_str!("invented.toml")).unwrap();
        let text = "命名。报送。考核。评估。变更。撤销。";
        assert_eq!(rules::validate(&file, text), []);
        Box::leak(Box::new(file.programme))
    });
    *INVENTED
}

fn xinzhou() -> &'static Programme {
    let rules = rules::programme("xinzhou-technology-innovation-centre").unwrap();
    rules.programme
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A journal under test.
#[derive(Clone)]
struct Journal {
    programme: &'static Programme,
    events: Vec<Recorded>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let events = self.events.iter();
        let shown = events.map(|Recorded { id, n, event, .. }| {
            let event = serde_json::to_string(event).unwrap();
            format!("{n} {id} {event}")
        });
        f.debug_list().entries(shown).finish()
    }
}

impl Journal {
    /// A certificate of the programme, issued on 2024-01-10.
    fn of(programme: &'static Programme) -> Self {
        let mut journal = Self::empty(programme);
        journal.issue(json!({}));
        journal
    }

    fn empty(programme: &'static Programme) -> Self {
        let events = Vec::new();
        Self { programme, events }
    }

    fn issue(&mut self, with: Value) -> EventId {
        let mut event = json!({
            "kind": "issued", "programme": self.programme.id, "basis": {"notice": "n1"},
            "name": "旧名中心", "holder": {"name": "甲公司", "uscc": "91350100M000100Y43"},
            "on": "2024-01-10", "reference": "发1号",
        });
        for (name, value) in with.as_object().unwrap() {
            event[name] = value.clone();
        }
        self.add(event)
    }

    /// Records an event, fit or not.
    fn add(&mut self, event: Value) -> EventId {
        let event: CertificateEvent = serde_json::from_str(&event.to_string()).unwrap();
        let id = EventId::of(RECORD, &event);
        self.events.push(Recorded {
            id: id.clone(),
            n: self.events.len() as u64 + 1,
            recorded_at: DateTime::parse_from_rfc3339("2040-01-01T08:00:00+08:00").unwrap(),
            by: "registrar".to_owned(),
            event,
        });
        id
    }

    /// Records an event that is not refused.
    #[track_caller]
    fn record(&mut self, event: Value) -> EventId {
        assert_eq!(self.refusal(&event), None, "{event}");
        self.add(event)
    }

    fn refusal(&self, event: &Value) -> Option<Refusal> {
        let event: CertificateEvent = serde_json::from_str(&event.to_string()).unwrap();
        Life::refusal(self.programme, &self.events, &event, day("2040-01-01"))
    }

    /// Why the event would have no effect.
    #[track_caller]
    fn void(&self, event: &Value) -> Void {
        match self.refusal(event) {
            Some(Refusal::Void(void)) => void,
            other => panic!("{event}: {other:?}"),
        }
    }

    fn life(&self) -> Life {
        Life::of(self.programme, &self.events)
    }

    /// The statuses, each with its first day.
    fn statuses(&self) -> Vec<(CertificateStatus, String)> {
        let life = self.life();
        let spans = life.spans().iter();
        spans
            .map(|span| (span.status, span.since.to_string()))
            .collect()
    }

    /// What is pending: `rectification`, or the ground of a revocation.
    fn pending(&self) -> Vec<String> {
        let life = self.life();
        let shown = |pending: &Pending| match pending.proposal {
            Proposal::Rectification { .. } => "rectification".to_owned(),
            Proposal::Revocation => pending.ground.map_or("none", |g| g.id.as_str()).to_owned(),
        };
        life.pending().iter().map(shown).collect()
    }

    /// Checks the status on the eve of each day, on the day and on the morrow: `eve` before the first,
    /// and then each in turn.
    #[track_caller]
    fn turns(&self, eve: Option<CertificateStatus>, turns: &[(&str, CertificateStatus)]) {
        let life = self.life();
        let mut before = eve;
        for (on, status) in turns {
            let on = day(on);
            let one = Days::new(1);
            for (date, expected) in [
                (on - one, before),
                (on, Some(*status)),
                (on + one, Some(*status)),
            ] {
                let found = life.status_on(date).map(|standing| standing.status());
                assert_eq!(found, expected, "on {date}");
            }
            before = Some(*status);
        }
    }
}

fn assessed(obligation: &str, year: i32, outcome: &str, on: &str) -> Value {
    json!({"kind": "assessed", "obligation": obligation, "year": year, "outcome": outcome, "on": on})
}

fn missed(obligation: &str, year: i32, on: &str) -> Value {
    json!({"kind": "report_missed", "obligation": obligation, "year": year, "on": on})
}

fn ordered(because: &EventId, on: &str) -> Value {
    json!({"kind": "rectification_ordered", "because": because, "on": on, "reference": "改1号"})
}

fn passed(on: &str) -> Value {
    json!({"kind": "rectification_passed", "on": on})
}

fn failed(on: &str) -> Value {
    json!({"kind": "rectification_failed", "on": on})
}

fn found(ground: &str, on: &str) -> Value {
    json!({"kind": "ground_found", "ground": ground, "on": on, "reference": "查1号"})
}

fn kept(because: &EventId, on: &str) -> Value {
    json!({"kind": "kept", "because": because, "on": on, "reference": "留1号"})
}

fn revoked(because: &EventId, ground: &str, on: &str) -> Value {
    json!({"kind": "revoked", "because": because, "ground": ground, "on": on, "reference": "撤1号"})
}

fn annulled(event: &EventId, on: &str) -> Value {
    json!({"kind": "annulled", "event": event, "on": on, "reference": "废1号", "reason": "误录"})
}

fn renamed(name: &str, on: &str) -> Value {
    json!({"kind": "approved", "change": "rename", "on": on, "reference": "批1号", "name": name})
}

use CertificateStatus::{Expired, Revoked, UnderRectification, Valid};

/// 忻州市技术创新中心认定管理办法（试行） 第十四条: "参考评估结果，决定保留、整改或撤销等事项".
#[test]
fn xinzhou_keeps_rectifies_or_revokes_after_an_evaluation() {
    let evaluated = |outcome| {
        let mut journal = Journal::of(xinzhou());
        let id = journal.record(assessed(
            "performance-evaluation",
            2027,
            outcome,
            "2027-02-01",
        ));
        (journal, id)
    };
    let (journal, _) = evaluated("keep");
    assert_eq!(journal.pending(), [""; 0]);
    journal.turns(None, &[("2024-01-10", Valid)]);

    let (mut journal, id) = evaluated("rectify");
    assert_eq!(journal.pending(), ["rectification"]);
    journal.turns(None, &[("2024-01-10", Valid)]);
    journal.record(ordered(&id, "2027-02-20"));
    assert_eq!(journal.pending(), [""; 0]);
    let life = journal.life();
    let span = life.spans().last().unwrap();
    assert_eq!(
        (span.until, span.article.article.as_str()),
        (None, "第十四条")
    );
    journal.record(passed("2027-08-20"));
    journal.turns(
        None,
        &[
            ("2024-01-10", Valid),
            ("2027-02-20", UnderRectification),
            ("2027-08-20", Valid),
        ],
    );

    let (mut journal, id) = evaluated("revoke");
    assert_eq!(journal.pending(), ["evaluation-revoke"]);
    let life = journal.life();
    let pending = &life.pending()[0];
    assert_eq!((&pending.because, pending.since), (&id, day("2027-02-01")));
    assert_eq!(
        pending.cite.text.as_str(),
        "参考评估结果，决定保留、整改或撤销等事项。"
    );
    journal.turns(None, &[("2024-01-10", Valid)]);
    let revocation = journal.record(revoked(&id, "evaluation-revoke", "2027-02-20"));
    journal.turns(None, &[("2024-01-10", Valid), ("2027-02-20", Revoked)]);
    let life = journal.life();
    let span = life.spans().last().unwrap();
    assert_eq!(span.because, revocation);
    assert_eq!(span.reference.as_deref(), Some("撤1号"));
    assert_eq!(span.ground.unwrap().id, "evaluation-revoke");
    assert_eq!(span.article.article.as_str(), "第十四条");
    assert_eq!(life.pending(), []);
}

/// 第十五条: a renaming is approved by the bureau.
#[test]
fn xinzhou_renames_by_approval() {
    let mut journal = Journal::of(xinzhou());
    journal.record(renamed("新名中心", "2025-03-01"));
    journal.record(renamed("今名中心", "2026-03-01"));
    let life = journal.life();
    assert_eq!(life.name(), Some("今名中心"));
    let former: Vec<_> = life
        .former_names()
        .map(|former| {
            (
                former.value,
                former.since.to_string(),
                former.until.to_string(),
            )
        })
        .collect();
    assert_eq!(
        former,
        [
            ("旧名中心", "2024-01-10".to_owned(), "2025-02-28".to_owned()),
            ("新名中心", "2025-03-01".to_owned(), "2026-02-28".to_owned()),
        ]
    );
    for (date, name) in [
        ("2024-01-09", None),
        ("2024-01-10", Some("旧名中心")),
        ("2025-02-28", Some("旧名中心")),
        ("2025-03-01", Some("新名中心")),
        ("2026-02-28", Some("新名中心")),
        ("2026-03-01", Some("今名中心")),
    ] {
        assert_eq!(life.status_on(day(date)).map(|on| on.name), name, "{date}");
    }
    assert_eq!(life.holder().unwrap().name, "甲公司");
    assert_eq!(life.former_holders().count(), 0);
    let direction = json!({"kind": "approved", "change": "direction", "on": "2026-04-01", "reference": "批2号"});
    journal.record(direction);
    assert_eq!(journal.life().name(), Some("今名中心"));
}

#[test]
fn a_change_is_made_by_its_procedure_and_carries_what_it_alters() {
    let holder = json!({"name": "乙公司", "uscc": "914403001922038216"});
    let mut journal = Journal::of(invented());
    let change = |kind: &str, change: &str, with: Value| {
        let mut event =
            json!({"kind": kind, "change": change, "on": "2025-03-01", "reference": "1号"});
        for (name, value) in with.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    let name = json!({"name": "新名中心"});
    let both = json!({"name": "新名中心", "holder": holder});
    let holder = json!({"holder": holder});
    let unknown = |given: &str, known: &[&'static str]| Void::UnknownChange {
        given: given.to_owned(),
        known: known.iter().copied().map(rules::Str::new).collect(),
    };
    for (event, void) in [
        (
            change("filed", "rename", name.clone()),
            unknown("rename", &["lead", "charter"]),
        ),
        (
            change("approved", "charter", json!({})),
            unknown("charter", &["rename"]),
        ),
        (
            change("approved", "nothing", json!({})),
            unknown("nothing", &["rename"]),
        ),
        (change("approved", "rename", json!({})), Void::NeedsName),
        (
            change("approved", "rename", holder.clone()),
            Void::NeedsName,
        ),
        (
            change("approved", "rename", both.clone()),
            Void::TakesNoHolder,
        ),
        (change("filed", "lead", json!({})), Void::NeedsHolder),
        (change("filed", "lead", both), Void::TakesNoName),
        (change("filed", "charter", name.clone()), Void::TakesNoName),
        (
            change("filed", "charter", holder.clone()),
            Void::TakesNoHolder,
        ),
    ] {
        assert_eq!(journal.void(&event), void, "{event}");
    }
    journal.record(change("filed", "charter", json!({})));
    journal.record(change("filed", "lead", holder));
    journal.record(change("approved", "rename", name));
    let life = journal.life();
    assert_eq!(
        (life.name(), life.holder().unwrap().name.as_str()),
        (Some("新名中心"), "乙公司")
    );
    let former = life.former_holders().next().unwrap();
    assert_eq!(
        (former.value.name.as_str(), former.until),
        ("甲公司", day("2025-02-28"))
    );
}

/// "当年报备": that such a change took place is recorded by itself, and alters nothing that stands on the certificate;
/// a change that is approved, or filed without a term, is known by its approval or filing alone.
#[test]
fn a_change_is_on_record_by_itself_where_it_is_filed_within_its_year() {
    let alliance = rules::programme("gansu-industry-alliance").unwrap();
    let inner_mongolia = rules::programme("inner-mongolia-technology-innovation-centre").unwrap();
    let centre = rules::programme("gansu-industry-technology-centre").unwrap();
    let zone = rules::programme("gansu-technology-transfer-demonstration-zone").unwrap();
    let changed = |change: &str, on: &str| json!({"kind": "changed", "change": change, "on": on});
    // 产业联盟 四4: the lead renamed or restructured, members changed, and other major adjustments.
    let of_alliance = [
        "lead-renamed",
        "lead-restructured",
        "members-changed",
        "other-major-adjustment",
    ];
    for (programme, known, others) in [
        (
            invented(),
            ["charter"].as_slice(),
            ["rename", "lead"].as_slice(),
        ),
        (alliance.programme, &of_alliance, &["rename"]),
        (xinzhou(), &[], &["rename", "direction", "restructuring"]),
        (
            inner_mongolia.programme,
            &[],
            &[
                "charter",
                "director-replaced",
                "lead-restructured",
                "rename",
            ],
        ),
        (centre.programme, &[], &["rename"]),
        (zone.programme, &[], &["rename"]),
    ] {
        let mut journal = Journal::of(programme);
        for given in others.iter().chain(&["", "nothing"]) {
            let void = Void::UnknownChange {
                given: (*given).to_owned(),
                known: known.iter().copied().map(rules::Str::new).collect(),
            };
            let event = changed(given, "2025-03-01");
            assert_eq!(journal.void(&event), void, "{} {given}", programme.id);
        }
        for given in known {
            assert_eq!(
                journal.void(&changed(given, "2024-01-09")),
                Void::BeforeIssue {
                    issued_on: day("2024-01-10")
                }
            );
            journal.record(changed(given, "2024-01-10"));
            journal.record(changed(given, "2025-03-01"));
        }
        let life = journal.life();
        assert_eq!(life.history().count(), 1 + 2 * known.len());
        assert_eq!(
            (life.name(), life.former_names().count()),
            (Some("旧名中心"), 0)
        );
        assert_eq!(life.former_holders().count(), 0);
        assert_eq!(journal.statuses().len(), 1);
        assert_eq!(journal.pending(), [""; 0]);
    }
    let text = Journal::of(xinzhou()).void(&changed("rename", "2025-03-01"));
    assert_eq!(
        text.text().en,
        "No change that is made in this way is called `rename`; there are: none."
    );
}

#[test]
fn a_name_borne_for_part_of_a_day_was_borne_on_that_day() {
    let mut journal = Journal::of(invented());
    journal.record(renamed("新名中心", "2024-01-10"));
    let life = journal.life();
    let former = life.former_names().next().unwrap();
    assert_eq!(
        (former.since, former.until),
        (day("2024-01-10"), day("2024-01-10"))
    );
    assert_eq!(life.status_on(day("2024-01-10")).unwrap().name, "新名中心");
    // The same name again is no change of name.
    journal.record(renamed("新名中心", "2024-01-11"));
    assert_eq!(journal.life().former_names().count(), 1);
}

#[test]
fn failures_in_a_row_follow_each_other_in_the_cycle() {
    // The review of the invented programme is yearly, from 2030 on every two years.
    for (years, pending) in [
        (&[(2024, "fail")][..], 0),
        (&[(2024, "fail"), (2025, "fail")], 1),
        (&[(2024, "fail"), (2025, "pass")], 0),
        (&[(2024, "fail"), (2025, "pass"), (2026, "fail")], 0),
        // 2025 is not recorded: unknown, so not in a row.
        (&[(2024, "fail"), (2026, "fail")], 0),
        (&[(2024, "fail"), (2026, "fail"), (2027, "fail")], 1),
        // Every further failure is the second in a row again.
        (&[(2024, "fail"), (2025, "fail"), (2026, "fail")], 2),
        (
            &[
                (2024, "pass"),
                (2025, "fail"),
                (2026, "fail"),
                (2027, "pass"),
            ],
            1,
        ),
        (&[(2030, "fail"), (2032, "fail")], 1),
        (&[(2030, "fail"), (2031, "fail")], 0),
        (&[(2030, "fail"), (2034, "fail")], 0),
        (&[(2030, "fail"), (2031, "pass"), (2032, "fail")], 0),
        (&[(2030, "fail"), (2031, "fail"), (2032, "fail")], 1),
        (&[(2030, "fail"), (2032, "pass"), (2034, "fail")], 0),
    ] {
        let mut journal = Journal::of(invented());
        for (year, outcome) in years {
            journal.record(assessed("review", *year, outcome, &format!("{year}-07-01")));
        }
        assert_eq!(
            journal.pending(),
            vec!["failed-twice"; pending],
            "{years:?}"
        );
    }
}

#[test]
fn a_year_that_is_assessed_late_can_complete_a_row() {
    let mut journal = Journal::of(invented());
    journal.record(assessed("review", 2024, "fail", "2024-07-01"));
    journal.record(assessed("review", 2026, "fail", "2026-07-01"));
    assert_eq!(journal.pending(), [""; 0]);
    let late = journal.record(assessed("review", 2025, "fail", "2026-08-01"));
    assert_eq!(journal.pending(), ["failed-twice"]);
    assert_eq!(journal.life().pending()[0].because, late);
}

#[test]
fn a_year_is_assessed_once() {
    let mut journal = Journal::of(invented());
    let first = journal.record(assessed("review", 2024, "fail", "2024-07-01"));
    let again = assessed("review", 2024, "pass", "2024-07-02");
    let void = Void::RecordedAlready { by: first.clone() };
    assert_eq!(journal.void(&again), void);
    journal.record(annulled(&first, "2024-07-02"));
    journal.record(again);
}

#[test]
fn reports_that_are_found_missing_in_a_row_are_a_ground() {
    for (obligation, years, pending) in [
        ("summary", &[2024][..], &[][..]),
        ("summary", &[2024, 2025], &["no-summary"]),
        ("summary", &[2024, 2026], &[]),
        ("accounts", &[2024], &["no-accounts"]),
        ("accounts", &[2024, 2026], &["no-accounts", "no-accounts"]),
    ] {
        let mut journal = Journal::of(invented());
        for year in years {
            journal.record(missed(obligation, *year, &format!("{year}-04-01")));
        }
        assert_eq!(journal.pending(), pending, "{obligation} {years:?}");
    }
    // That a report is recorded says nothing of the years that are not.
    let mut journal = Journal::of(invented());
    for year in [2024, 2027] {
        journal.record(
            json!({"kind": "report_received", "obligation": "accounts", "year": year,
            "on": format!("{year}-02-01")}),
        );
    }
    assert_eq!(journal.pending(), [""; 0]);
}

#[test]
fn a_rectification_ends_passed_or_failed() {
    let mut journal = Journal::of(invented());
    assert_eq!(
        journal.void(&passed("2027-02-01")),
        Void::NotUnderRectification
    );
    assert_eq!(
        journal.void(&failed("2027-02-01")),
        Void::NotUnderRectification
    );
    let poor = journal.record(assessed("evaluation", 2027, "poor", "2027-02-01"));
    assert_eq!(journal.pending(), ["rectification"]);
    let nothing = Void::NothingPending {
        because: poor.clone(),
    };
    assert_eq!(journal.void(&ordered(&poor, "2027-01-31")), nothing);
    journal.record(ordered(&poor, "2027-02-01"));
    assert_eq!(journal.void(&ordered(&poor, "2027-02-02")), nothing);
    let mut other = journal.clone();

    journal.record(passed("2028-02-01"));
    assert_eq!(
        journal.void(&passed("2028-02-02")),
        Void::NotUnderRectification
    );
    journal.turns(
        None,
        &[
            ("2024-01-10", Valid),
            ("2027-02-01", UnderRectification),
            ("2028-02-01", Valid),
        ],
    );
    assert_eq!(
        journal
            .life()
            .spans()
            .last()
            .unwrap()
            .article
            .article
            .as_str(),
        "四"
    );

    let still = other.record(failed("2028-02-01"));
    assert_eq!(other.pending(), ["still-failing"]);
    assert_eq!(
        other.life().status_on(day("2028-02-02")).unwrap().status(),
        UnderRectification
    );
    other.record(revoked(&still, "still-failing", "2028-03-01"));
    other.turns(
        None,
        &[
            ("2024-01-10", Valid),
            ("2027-02-01", UnderRectification),
            ("2028-03-01", Revoked),
        ],
    );
}

#[test]
fn a_rectification_ends_as_the_decision_or_the_programme_says() {
    for (outcome, on, named, until) in [
        // §202: twelve months on; 2029-02-01 is a Thursday.
        (
            "poor",
            "2028-02-01",
            None,
            Some(("2029-02-01", "2029-02-01")),
        ),
        // §202: no 29 February.
        (
            "poor",
            "2028-02-29",
            None,
            Some(("2029-02-28", "2029-02-28")),
        ),
        // §203: 2026-05-02 is in the May Day holiday, which ends on the 5th.
        (
            "poor",
            "2025-05-02",
            None,
            Some(("2026-05-02", "2026-05-06")),
        ),
        (
            "poor",
            "2025-05-02",
            Some("2025-10-09"),
            Some(("2025-10-09", "2025-10-09")),
        ),
        // In the National Day holiday of 2025, 1 to 8 October.
        (
            "poor",
            "2025-05-02",
            Some("2025-10-08"),
            Some(("2025-10-08", "2025-10-09")),
        ),
        ("weak", "2025-05-02", None, None),
        (
            "weak",
            "2025-05-02",
            Some("2025-10-09"),
            Some(("2025-10-09", "2025-10-09")),
        ),
    ] {
        let mut journal = Journal::of(invented());
        let id = journal.record(assessed("evaluation", 2025, outcome, "2025-05-01"));
        let mut order = ordered(&id, on);
        if let Some(named) = named {
            order["until"] = json!(named);
        }
        journal.record(order);
        let expected = until.map(|(statutory, effective)| Until {
            statutory: day(statutory),
            effective: day(effective),
        });
        assert_eq!(
            journal.life().spans().last().unwrap().until,
            expected,
            "{on} {named:?}"
        );
    }
}

#[test]
fn a_ground_is_found_by_the_authority_only_where_the_programme_has_it() {
    let mut journal = Journal::of(invented());
    for ground in ["nothing", "no-summary", "still-failing"] {
        let void = Void::UnknownGround {
            given: ground.to_owned(),
            known: vec![rules::Str::new("fraud")],
        };
        assert_eq!(journal.void(&found(ground, "2025-01-01")), void);
    }
    let fraud = journal.record(found("fraud", "2025-01-01"));
    assert_eq!(journal.pending(), ["fraud"]);
    assert_eq!(journal.statuses().len(), 1);
    let other = Void::UnknownGround {
        given: "no-summary".to_owned(),
        known: vec![rules::Str::new("fraud")],
    };
    assert_eq!(
        journal.void(&revoked(&fraud, "no-summary", "2025-02-01")),
        other
    );
    assert_eq!(
        journal.void(&ordered(&fraud, "2025-02-01")),
        Void::NothingPending {
            because: fraud.clone()
        }
    );
    journal.record(revoked(&fraud, "fraud", "2025-02-01"));
    assert_eq!(journal.statuses()[1], (Revoked, "2025-02-01".to_owned()));
}

#[test]
fn the_authority_can_decide_against_a_proposal() {
    let mut journal = Journal::of(invented());
    journal.record(assessed("review", 2024, "fail", "2024-07-01"));
    let second = journal.record(assessed("review", 2025, "fail", "2025-07-01"));
    let fraud = journal.record(found("fraud", "2025-07-02"));
    journal.record(kept(&second, "2025-08-01"));
    assert_eq!(journal.pending(), ["fraud"]);
    let nothing = Void::NothingPending {
        because: second.clone(),
    };
    assert_eq!(
        journal.void(&revoked(&second, "failed-twice", "2025-08-02")),
        nothing
    );
    journal.record(kept(&fraud, "2025-08-01"));
    assert_eq!(journal.pending(), [""; 0]);
    assert_eq!(journal.statuses().len(), 1);
}

#[test]
fn nothing_is_revoked_that_was_not_proposed() {
    let mut journal = Journal::of(invented());
    let pass = journal.record(assessed("review", 2024, "pass", "2024-07-01"));
    let nothing = Void::NothingPending {
        because: pass.clone(),
    };
    assert_eq!(
        journal.void(&revoked(&pass, "failed-twice", "2024-08-01")),
        nothing
    );
    assert_eq!(journal.void(&kept(&pass, "2024-08-01")), nothing);
    let none = EventId::of("another record", &journal.events[1].event);
    let no_such = Void::NoSuchEvent { id: none.clone() };
    assert_eq!(
        journal.void(&revoked(&none, "fraud", "2024-08-01")),
        no_such
    );
    assert_eq!(journal.void(&ordered(&none, "2024-08-01")), no_such);
    assert_eq!(journal.void(&kept(&none, "2024-08-01")), no_such);
    assert_eq!(journal.void(&annulled(&none, "2024-08-01")), no_such);
    // In the journal all the same, it changes nothing.
    let void = journal.add(revoked(&pass, "failed-twice", "2024-08-01"));
    assert_eq!(journal.statuses().len(), 1);
    let life = journal.life();
    let voided: Vec<_> = life.void().collect();
    assert_eq!(voided.len(), 1);
    assert_eq!((&voided[0].0.id, voided[0].1), (&void, &nothing));
}

#[test]
fn after_a_revocation_only_an_annulment_has_effect() {
    let mut journal = Journal::of(invented());
    let poor = journal.record(assessed("evaluation", 2025, "poor", "2025-01-01"));
    let fraud = journal.record(found("fraud", "2025-02-01"));
    let revocation = journal.record(revoked(&fraud, "fraud", "2025-03-01"));
    let by = Void::Revoked {
        by: revocation.clone(),
    };
    for event in [
        missed("summary", 2025, "2025-03-01"),
        assessed("review", 2025, "pass", "2025-03-01"),
        ordered(&poor, "2025-03-01"),
        passed("2025-03-01"),
        failed("2025-03-01"),
        renamed("新名中心", "2025-03-01"),
        json!({"kind": "changed", "change": "charter", "on": "2025-03-01"}),
        json!({"kind": "filed", "change": "charter", "on": "2025-03-01"}),
        found("fraud", "2025-03-01"),
        kept(&poor, "2025-03-01"),
        revoked(&fraud, "fraud", "2025-03-02"),
    ] {
        assert_eq!(journal.void(&event), by, "{event}");
    }
    journal.record(json!({"kind": "report_received", "obligation": "summary", "year": 2025, "on": "2025-03-02"}));
    assert_eq!(journal.statuses().len(), 2);

    // What was before is back, the proposals too, and with it what can happen.
    let annulment = journal.record(annulled(&revocation, "2025-06-01"));
    assert_eq!(journal.statuses().len(), 1);
    assert_eq!(journal.pending(), ["rectification", "fraud"]);
    journal.turns(
        None,
        &[
            ("2024-01-10", Valid),
            ("2025-03-01", Valid),
            ("2025-06-01", Valid),
        ],
    );
    let life = journal.life();
    let undone: Vec<_> = life.annulled().map(|(event, by)| (&event.id, by)).collect();
    assert_eq!(undone, [(&revocation, &annulment)]);
    assert_eq!(life.history().count(), 6);
    journal.record(ordered(&poor, "2025-03-05"));
    journal.turns(Some(Valid), &[("2025-03-05", UnderRectification)]);

    // Annulled once; the very same event stays annulled; with another reference it is another event.
    let again = Void::AnnulledAlready {
        by: annulment.clone(),
    };
    assert_eq!(journal.void(&annulled(&revocation, "2025-07-01")), again);
    let same = revoked(&fraud, "fraud", "2025-03-01");
    assert_eq!(
        journal.refusal(&same),
        Some(Refusal::Annulled { by: annulment })
    );
    let mut anew = revoked(&fraud, "fraud", "2025-08-01");
    anew["reference"] = json!("撤2号");
    journal.record(anew);
    journal.turns(Some(UnderRectification), &[("2025-08-01", Revoked)]);
}

#[test]
fn what_followed_from_an_annulled_event_falls_with_it() {
    let mut journal = Journal::of(invented());
    let poor = journal.record(assessed("evaluation", 2025, "poor", "2025-01-01"));
    let order = journal.record(ordered(&poor, "2025-02-01"));
    journal.record(annulled(&poor, "2025-03-01"));
    assert_eq!(journal.statuses().len(), 1);
    let life = journal.life();
    let void: Vec<_> = life.void().map(|(event, void)| (&event.id, void)).collect();
    assert_eq!(void, [(&order, &Void::NothingPending { because: poor })]);
}

#[test]
fn the_issue_and_annulments_stand() {
    let mut journal = Journal::of(invented());
    let issued = journal.events[0].id.clone();
    let fraud = journal.record(found("fraud", "2025-02-01"));
    let eve = Void::BeforeEvent {
        id: fraud.clone(),
        on: day("2025-02-01"),
    };
    assert_eq!(journal.void(&annulled(&fraud, "2025-01-31")), eve);
    let annulment = journal.record(annulled(&fraud, "2025-02-01"));
    for id in [issued, annulment] {
        let void = Void::NotAnnullable { id: id.clone() };
        assert_eq!(journal.void(&annulled(&id, "2025-03-01")), void);
    }
}

#[test]
fn a_period_ends_by_itself() {
    let mut journal = Journal::empty(invented());
    journal.issue(json!({"until": "2026-12-31"}));
    journal.turns(None, &[("2024-01-10", Valid), ("2027-01-01", Expired)]);
    assert_eq!(
        journal
            .life()
            .status_on(day("2026-12-31"))
            .unwrap()
            .status(),
        Valid
    );
    let weak = journal.record(assessed("evaluation", 2026, "weak", "2026-12-01"));
    let changed = |on: &str| json!({"kind": "changed", "change": "charter", "on": on});
    // On the last day a rectification can still be ordered; after it no more.
    for (event, void) in [
        (ordered(&weak, "2027-01-01"), Void::Expired),
        (renamed("新名中心", "2027-01-01"), Void::Expired),
        (passed("2027-01-01"), Void::Expired),
        (changed("2027-01-01"), Void::Expired),
    ] {
        assert_eq!(journal.void(&event), void, "{event}");
    }
    assert_eq!(journal.refusal(&changed("2026-12-31")), None);
    assert_eq!(journal.refusal(&ordered(&weak, "2026-12-31")), None);
    journal.record(ordered(&weak, "2026-12-20"));
    journal.turns(
        None,
        &[
            ("2024-01-10", Valid),
            ("2026-12-20", UnderRectification),
            ("2027-01-01", Expired),
        ],
    );
    // Its last year may still be assessed: no rectification comes of it, and a revocation is proposed.
    journal.record(assessed("evaluation", 2027, "poor", "2027-02-01"));
    assert_eq!(journal.pending(), [""; 0]);
    let fraud = journal.record(found("fraud", "2027-02-01"));
    journal.record(revoked(&fraud, "fraud", "2027-03-01"));
    journal.turns(
        Some(UnderRectification),
        &[("2027-01-01", Expired), ("2027-03-01", Revoked)],
    );
}

#[test]
fn a_revoked_certificate_does_not_expire() {
    let mut journal = Journal::empty(invented());
    journal.issue(json!({"until": "2026-12-31"}));
    let fraud = journal.record(found("fraud", "2025-02-01"));
    journal.record(revoked(&fraud, "fraud", "2026-12-31"));
    journal.turns(None, &[("2024-01-10", Valid), ("2026-12-31", Revoked)]);
    assert_eq!(journal.life().spans().len(), 2);
}

#[test]
fn obligations_are_those_in_force_on_the_day() {
    let journal = Journal::of(invented());
    let unknown = |given: &str, known: &[&'static str]| Void::UnknownObligation {
        given: given.to_owned(),
        known: known.iter().copied().map(rules::Str::new).collect(),
    };
    for (event, void) in [
        (
            missed("review", 2024, "2024-04-01"),
            unknown("review", &["accounts", "summary"]),
        ),
        (
            json!({"kind": "report_received", "obligation": "application", "year": 2024, "on": "2024-04-01"}),
            unknown("application", &["accounts", "summary"]),
        ),
        (
            assessed("summary", 2024, "pass", "2024-04-01"),
            unknown("summary", &["evaluation", "review"]),
        ),
        (
            assessed("review", 2024, "poor", "2024-04-01"),
            Void::UnknownOutcome {
                given: "poor".to_owned(),
                known: vec![rules::Str::new("pass"), rules::Str::new("fail")],
            },
        ),
    ] {
        assert_eq!(journal.void(&event), void, "{event}");
    }
    let text = journal
        .void(&assessed("review", 2024, "poor", "2024-04-01"))
        .text();
    assert_eq!(
        text.en,
        "The assessment does not end `poor`; it can end: pass, fail."
    );
    assert_eq!(text.zh, "该考核没有“poor”这一结果；可为：pass、fail。");
}

#[test]
fn a_certificate_is_issued_once() {
    let mut journal = Journal::empty(invented());
    let event = found("fraud", "2025-01-01");
    assert_eq!(journal.void(&event), Void::NotIssued);
    assert_eq!(journal.life().status_on(day("2030-01-01")), None);
    let other = json!({
        "kind": "issued", "programme": "another", "basis": {"notice": "n1"}, "name": "某中心",
        "holder": {"name": "甲公司", "uscc": "91350100M000100Y43"}, "on": "2023-01-10",
    });
    let programme = rules::Str::new("invented");
    assert_eq!(journal.void(&other), Void::OtherProgramme { programme });
    let first = journal.issue(json!({}));
    let issued_on = day("2024-01-10");
    assert_eq!(
        journal.void(&found("fraud", "2024-01-09")),
        Void::BeforeIssue { issued_on }
    );
    let mut again = serde_json::to_value(&journal.events[0].event).unwrap();
    assert_eq!(journal.refusal(&again), None);
    again["on"] = json!("2024-01-11");
    assert_eq!(
        journal.void(&again),
        Void::IssuedAlready { by: first.clone() }
    );
    again["on"] = json!("2024-01-09");
    assert!(
        matches!(journal.refusal(&again), Some(Refusal::Displaces { event, .. }) if event == first)
    );
}

#[test]
fn an_event_that_would_displace_another_is_refused() {
    let mut journal = Journal::of(invented());
    journal.record(assessed("review", 2024, "fail", "2024-07-01"));
    let second = journal.record(assessed("review", 2025, "fail", "2025-07-01"));
    let revocation = journal.record(revoked(&second, "failed-twice", "2025-08-01"));
    // A decision to keep, dated before the revocation that is recorded, would make that void.
    let refusal = journal.refusal(&kept(&second, "2025-07-15")).unwrap();
    let void = Void::NothingPending {
        because: second.clone(),
    };
    assert_eq!(
        refusal,
        Refusal::Displaces {
            event: revocation,
            void
        }
    );
    assert!(refusal.text().zh.contains("将不再有效"));
    // What is dated before it and leaves it its effect can still be recorded.
    journal.record(renamed("新名中心", "2025-07-15"));
}

#[test]
fn nothing_is_recorded_ahead() {
    let journal = Journal::of(invented());
    let event: CertificateEvent =
        serde_json::from_str(&found("fraud", "2025-01-02").to_string()).unwrap();
    let on = day("2025-01-02");
    for (today, refused) in [
        ("2025-01-01", true),
        ("2025-01-02", false),
        ("2025-01-03", false),
    ] {
        let today = day(today);
        let refusal = Life::refusal(journal.programme, &journal.events, &event, today);
        assert_eq!(refusal, refused.then_some(Refusal::Future { on, today }));
    }
}

#[test]
fn an_event_that_is_recorded_twice_is_one() {
    let mut journal = Journal::of(invented());
    let event = missed("accounts", 2024, "2024-04-01");
    let id = journal.record(event.clone());
    let once = journal.life();
    assert_eq!(journal.record(event), id);
    assert_eq!(journal.life(), once);
}

/// An event of any kind, fit or not, that refers to no event there is.
fn any_event() -> impl Strategy<Value = Value> {
    let on = (0_u64..4000).prop_map(|days| (day("2023-12-01") + Days::new(days)).to_string());
    (0..18, on, 2020..2036_i32, "[1-3]", any::<Index>()).prop_map(
        |(kind, on, year, reference, index)| {
            let id = "0".repeat(26);
            let grade = *index.get(&["pass", "fail", "fail", "fail", "poor"]);
            let outcome = *index.get(&["good", "poor", "weak", "bad", "pass"]);
            let ground = *index.get(&["fraud", "fraud", "failed-twice", "still-failing", "x"]);
            let mut event = match kind {
                0 => json!({"kind": "issued", "programme": index.get(&["invented", "x"]),
                    "basis": {"evaluation": "e"}, "name": "某中心", "until": "2030-01-01",
                    "holder": {"name": "甲", "uscc": "91350100M000100Y43"}}),
                1 => json!({"kind": "report_received", "obligation": "summary", "year": year}),
                2 => json!({"kind": "report_missed", "obligation": "summary", "year": year}),
                3 => json!({"kind": "report_missed", "obligation": "accounts", "year": year}),
                4 => json!({"kind": "assessed", "obligation": "review", "year": year, "outcome": grade}),
                5 => json!({"kind": "assessed", "obligation": "evaluation", "year": year, "outcome": outcome}),
                6 | 7 => json!({"kind": "rectification_ordered", "because": id}),
                8 => json!({"kind": "rectification_passed"}),
                9 => json!({"kind": "rectification_failed"}),
                10 => json!({"kind": "approved", "change": "rename", "name": format!("名{year}")}),
                11 => json!({"kind": "ground_found", "ground": ground}),
                12 => json!({"kind": "kept", "because": id}),
                13 | 14 => json!({"kind": "revoked", "because": id, "ground": ground}),
                15 => json!({"kind": "changed", "change": "charter"}),
                16 => json!({"kind": "filed", "change": "charter"}),
                _ => json!({"kind": "annulled", "event": id, "reason": "误录"}),
            };
            event["on"] = json!(on);
            event["reference"] = json!(reference);
            event
        },
    )
}

/// Makes an event refer to one of the journal: most often so that it has effect.
fn aim(event: &mut Value, journal: &Journal, index: Index) {
    let life = journal.life();
    let soon = |since: NaiveDate| json!((since + Days::new(index.index(90) as u64)).to_string());
    let aimed = index.index(8) > 0;
    let span = life
        .spans()
        .iter()
        .find(|span| span.status == UnderRectification);
    match event["kind"].as_str() {
        Some("rectification_passed" | "rectification_failed") => {
            if let Some(span) = span.filter(|_| aimed) {
                event["on"] = soon(span.since);
            }
        }
        Some("rectification_ordered" | "kept" | "revoked") => {
            event["because"] = json!(index.get(&journal.events).id);
            let orders = event["kind"] == "rectification_ordered";
            let fits = |pending: &&Pending| orders == (pending.proposal != Proposal::Revocation);
            let pending: Vec<_> = life.pending().iter().filter(fits).collect();
            if aimed && !pending.is_empty() {
                let pending = index.get(&pending);
                event["because"] = json!(pending.because);
                event["on"] = soon(pending.since);
                if let (Some(ground), "revoked") = (pending.ground, event["kind"].as_str().unwrap())
                {
                    event["ground"] = json!(ground.id);
                }
            }
        }
        Some("annulled") => event["event"] = json!(index.get(&journal.events).id),
        _ => {}
    }
}

/// A journal that begins with an issue, with or without a period, and goes on with anything.
fn any_journal() -> impl Strategy<Value = Journal> {
    let until = prop::option::of(
        (0_u64..2000).prop_map(|days| (day("2024-02-01") + Days::new(days)).to_string()),
    );
    let events = prop::collection::vec((any_event(), any::<Index>()), 0..40);
    (until, events).prop_map(|(until, events)| {
        let mut journal = Journal::empty(invented());
        journal.issue(json!({"until": until}));
        for (mut event, index) in events {
            aim(&mut event, &journal, index);
            journal.add(event);
        }
        journal
    })
}

/// What does not depend on the numbers in the journal.
fn unnumbered(mut life: Life) -> Life {
    for entry in &mut life.history {
        entry.recorded.n = 0;
    }
    life
}

proptest! {
    #[test]
    fn no_journal_fails_and_every_event_stands_in_the_history(
        journal in any_journal(), new in any_event(),
    ) {
        let life = journal.life();
        let ids: std::collections::BTreeSet<_> = journal.events.iter().map(|r| &r.id).collect();
        let history: Vec<_> = life.history().map(|entry| &entry.recorded.id).collect();
        prop_assert_eq!(history.len(), ids.len());
        prop_assert!(history.iter().all(|id| ids.contains(id)));
        prop_assert!(life.spans().is_sorted_by_key(|span| span.since));
        let revocations = life.spans().iter().filter(|span| span.status == Revoked);
        for span in revocations {
            prop_assert_eq!(life.effect(&span.because), Some(&EventEffect::Counts));
        }
        journal.refusal(&new);
    }

    #[test]
    fn the_order_of_the_journal_does_not_matter(
        journal in any_journal(), keys in prop::collection::vec(any::<u64>(), 41),
    ) {
        let mut shuffled: Vec<(u64, Recorded)> = keys.into_iter().zip(journal.events.clone()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let mut shuffled: Vec<Recorded> = shuffled.into_iter().map(|(_, recorded)| recorded).collect();
        // As read from the store, in any order.
        prop_assert_eq!(Life::of(invented(), &shuffled), journal.life());
        // As written in another order: numbered anew, but within one day as before.
        let numbers: Vec<(NaiveDate, u64)> =
            shuffled.iter().map(|recorded| (recorded.event.on(), recorded.n)).collect();
        let mut free: Vec<u64> = (1..).take(shuffled.len()).collect();
        for (at, (on, n)) in numbers.iter().enumerate() {
            // The day's places in the new order, taken by the day's events as they were.
            let places = numbers.iter().enumerate().filter(|(_, (other, _))| other == on);
            let mut places: Vec<u64> = places.map(|(place, _)| place as u64 + 1).collect();
            places.sort_unstable();
            let rank = numbers.iter().filter(|(other, m)| other == on && m < n).count();
            free[at] = places[rank];
        }
        for (recorded, n) in shuffled.iter_mut().zip(free) {
            recorded.n = n;
        }
        prop_assert_eq!(unnumbered(Life::of(invented(), &shuffled)), unnumbered(journal.life()));
    }

    #[test]
    fn entries_that_stand_twice_change_nothing(
        journal in any_journal(), again in prop::collection::vec(any::<Index>(), 0..10),
    ) {
        let mut doubled = journal.events.clone();
        for (index, n) in again.into_iter().zip(1000..) {
            let mut recorded = index.get(&journal.events).clone();
            recorded.n = n;
            doubled.push(recorded);
        }
        prop_assert_eq!(Life::of(invented(), &doubled), journal.life());
    }

    #[test]
    fn what_is_not_refused_counts_and_goes_on_counting(journal in any_journal()) {
        let mut recorded = Journal::empty(invented());
        // Only an annulment takes effects away.
        let others = journal.events.iter().filter(|of| !matches!(of.event, CertificateEvent::Annulled { .. }));
        for new in others {
            let today = day("2040-01-01");
            if Life::refusal(invented(), &recorded.events, &new.event, today).is_none() {
                recorded.events.push(new.clone());
            }
        }
        let life = recorded.life();
        prop_assert_eq!(life.void().collect::<Vec<_>>(), []);
    }
}

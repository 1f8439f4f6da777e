//! What falls due, and when it is reminded of: days worked out by hand from the regulations, 民法典 §§201–203
//! and the holiday notices.

use calendar::{Certainty, WorkingCalendar};
use chrono::Days;
use recognition::certificate::Certificate;
use recognition::notice::{Notice, NoticeEvent, Promised, Published, Withdrawn};
use recognition::outstanding::{Outstanding, Subject, of_certificate, of_notice, of_programme};
use rules::Programme;
use serde_json::{Value, json};

use crate::lives::{Events, assessed, day, missed};

pub(crate) const CENTRE: &str = "gansu-industry-technology-centre";
pub(crate) const ALLIANCE: &str = "gansu-industry-alliance";
pub(crate) const ZONE: &str = "gansu-technology-transfer-demonstration-zone";
pub(crate) const INNER_MONGOLIA: &str = "inner-mongolia-technology-innovation-centre";
pub(crate) const XINZHOU: &str = "xinzhou-technology-innovation-centre";

pub(crate) fn programme(id: &str) -> &'static Programme {
    rules::programme(id).unwrap().programme
}

pub(crate) fn issued(id: &str, on: &str) -> Events {
    Events::issued(programme(id), on, None)
}

/// All that is owed whose first reminder lies on a day up to `through`.
pub(crate) fn items(certificate: &Certificate, through: &str) -> Vec<Outstanding> {
    let programme = programme(&certificate.programme);
    of_certificate(
        programme,
        &certificate.life(programme),
        WorkingCalendar::published(),
        day(through),
    )
}

/// The same as text, `name statutory→effective`; the effective day alone where it is the same.
fn owed(events: &Events, through: &str) -> Vec<String> {
    let items = items(&events.certificate(), through);
    items.iter().map(shown).collect()
}

pub(crate) fn shown(item: &Outstanding) -> String {
    let statutory = item.deadline.statutory.unwrap();
    let effective = item.deadline.effective.unwrap();
    let name = item.what.name();
    if statutory == effective {
        format!("{name} {effective}")
    } else {
        format!("{name} {statutory}→{effective}")
    }
}

fn item(events: &Events, name: &str) -> Option<Outstanding> {
    let items = items(&events.certificate(), "2029-12-31");
    items.into_iter().find(|item| item.what.name() == name)
}

pub(crate) fn received(obligation: &str, year: i32, on: &str) -> Value {
    json!({"kind": "report_received", "obligation": obligation, "year": year, "on": on})
}

/// 四（三）: "每年2月底前将上年度工作总结和评价考核表报省工信委", from the year after; "每年定期组织…考核评价". 29 February
/// 2024 was a Thursday; 28 February 2025 a Friday; 31 December 2024 a Tuesday.
#[test]
fn a_centre_in_gansu_reports_and_is_assessed_every_year_from_the_next_on() {
    assert_eq!(
        owed(&issued(CENTRE, "2023-01-15"), "2025-01-28"),
        [
            "annual-summary/2024 2024-02-29",
            "assessment-form/2024 2024-02-29",
            "yearly-assessment/2024 2024-12-31",
        ]
    );
    // Thirty days before 28 February.
    let more = owed(&issued(CENTRE, "2023-01-15"), "2025-01-29");
    assert_eq!(
        more[3..],
        [
            "annual-summary/2025 2025-02-28",
            "assessment-form/2025 2025-02-28"
        ]
    );
}

/// 民法典 §203. 28 February 2026 is a Saturday worked in exchange for 春节; 28 February 2027 a Sunday; 31 December
/// 2023 a Sunday, and 1 January 2024 was a day off, so 2 January; 31 December 2022 a Saturday, 1 and 2 January
/// 2023 days off, so 3 January; 31 March 2024 a Sunday.
#[test]
fn a_deadline_on_a_rest_day_moves_to_the_first_working_day() {
    let centre = issued(CENTRE, "2021-05-20");
    let alliance = issued(ALLIANCE, "2022-05-20");
    let inner_mongolia = issued(INNER_MONGOLIA, "2022-05-20");
    for (events, name, expected) in [
        (
            &centre,
            "annual-summary/2026",
            "annual-summary/2026 2026-02-28",
        ),
        (
            &centre,
            "annual-summary/2027",
            "annual-summary/2027 2027-02-28→2027-03-01",
        ),
        (
            &centre,
            "yearly-assessment/2022",
            "yearly-assessment/2022 2022-12-31→2023-01-03",
        ),
        (
            &alliance,
            "assessment/2023",
            "assessment/2023 2023-12-31→2024-01-02",
        ),
        (
            &inner_mongolia,
            "annual-report/2024",
            "annual-report/2024 2024-03-31→2024-04-01",
        ),
    ] {
        assert_eq!(shown(&item(events, name).unwrap()), expected);
    }
    let settled = item(&centre, "annual-summary/2026").unwrap();
    assert_eq!(settled.deadline.certainty, Certainty::Settled);
    // The notice for 2027 is not out.
    let waiting = item(&centre, "annual-summary/2027").unwrap();
    let bounds = waiting.deadline.certainty.bounds().expect("provisional");
    assert_eq!(bounds.earliest, day("2027-02-28"));
    assert!(bounds.latest >= day("2027-03-01"));
    assert_eq!(bounds.missing_years, 2027..=2027);
}

/// 三（六）1: "每年3月底前提交上年度报告(对在上一年6月后批复的技术创新中心,次年无需提交上年度报告)"; 三（六）2: "满三年后".
#[test]
fn a_centre_approved_after_june_reports_a_year_later() {
    for (on, first) in [
        ("2022-01-10", "annual-report/2023"),
        ("2022-06-30", "annual-report/2023"),
        ("2022-07-01", "annual-report/2024"),
        ("2022-12-31", "annual-report/2024"),
    ] {
        let events = issued(INNER_MONGOLIA, on);
        let found = items(&events.certificate(), "2025-12-31");
        let reports: Vec<_> = found.iter().map(|item| item.what.name()).collect();
        assert_eq!(reports[0], first, "{on}");
        assert!(reports.contains(&"annual-report/2025".to_owned()), "{on}");
    }
    // 10 January 2025 was a Friday, 10 January 2028 is a Monday.
    let evaluation = |year: &str| item(&issued(INNER_MONGOLIA, "2022-01-10"), year);
    assert_eq!(
        shown(&evaluation("evaluation/2025").unwrap()),
        "evaluation/2025 2025-01-10"
    );
    assert_eq!(
        shown(&evaluation("evaluation/2028").unwrap()),
        "evaluation/2028 2028-01-10"
    );
    assert_eq!(evaluation("evaluation/2026"), None);
}

/// 四3: "每两年组织…考核（当年成立的联盟考核时间从次年开始计算）", by the end of such a year. 2021-12-31 was a Friday,
/// 2023-12-31 a Sunday, 2025-12-31 a Wednesday.
#[test]
fn an_alliance_is_assessed_in_the_year_after_and_every_two_years() {
    let found = owed(&issued(ALLIANCE, "2020-03-10"), "2026-01-01");
    let assessments: Vec<_> = found
        .iter()
        .filter(|owed| owed.starts_with("assessment/"))
        .collect();
    assert_eq!(
        assessments,
        [
            "assessment/2021 2021-12-31",
            "assessment/2023 2023-12-31→2024-01-02",
            "assessment/2025 2025-12-31",
        ]
    );
}

/// 第十四条: "以三年为周期". §202: a day that the month lacks is its last. 29 February 2024 and three years is 28
/// February 2027, a Sunday.
#[test]
fn xinzhou_evaluates_every_three_years_from_the_recognition() {
    for (on, year, expected) in [
        ("2021-05-20", 2024, "performance-evaluation/2024 2024-05-20"),
        ("2021-05-20", 2027, "performance-evaluation/2027 2027-05-20"),
        (
            "2024-02-29",
            2027,
            "performance-evaluation/2027 2027-02-28→2027-03-01",
        ),
    ] {
        let name = format!("performance-evaluation/{year}");
        assert_eq!(shown(&item(&issued(XINZHOU, on), &name).unwrap()), expected);
        let early = format!("performance-evaluation/{}", year - 1);
        assert_eq!(item(&issued(XINZHOU, on), &early), None);
    }
}

/// 四4: "每年12月底以前" in every year of the period, "建设期满前…开展总结评估". 30 June 2024 was a Sunday; the evaluation
/// is before the end all the same.
#[test]
fn a_zone_reports_within_its_period_and_is_evaluated_before_its_end() {
    let zone = Events::issued(programme(ZONE), "2021-07-01", Some("2024-06-30"));
    assert_eq!(
        owed(&zone, "2030-01-01"),
        [
            "yearly-report/2021 2021-12-31",
            "yearly-report/2022 2022-12-31→2023-01-03",
            "yearly-report/2023 2023-12-31→2024-01-02",
            "summary-evaluation/2024 2024-06-30",
        ]
    );
    for (on, first) in [
        ("2021-12-30", 2021),
        ("2021-12-31", 2022),
        ("2022-01-01", 2022),
    ] {
        let zone = Events::issued(programme(ZONE), on, Some("2024-06-30"));
        assert!(
            owed(&zone, "2030-01-01")[0].starts_with(&format!("yearly-report/{first}")),
            "{on}"
        );
    }
}

/// 四2: "于8月31日前". 31 August 2024 was a Saturday, 31 August 2025 a Sunday.
#[test]
fn applications_close_at_the_end_of_august() {
    let found = of_programme(
        programme(ZONE),
        WorkingCalendar::published(),
        day("2026-01-01"),
    );
    let shown: Vec<_> = found.iter().map(shown).collect();
    assert_eq!(shown[0], "application-deadline/2018 2018-08-31");
    assert_eq!(
        shown[6..],
        [
            "application-deadline/2024 2024-08-31→2024-09-02",
            "application-deadline/2025 2025-08-31→2025-09-01",
        ]
    );
    // Nobody is reminded of an application when it is too late for it.
    let leads = found[0].leads(&programme(ZONE).reminders);
    assert_eq!(leads, [30, 7, 1, 0]);
    for id in [CENTRE, ALLIANCE, INNER_MONGOLIA, XINZHOU] {
        let calendar = WorkingCalendar::published();
        assert_eq!(
            of_programme(programme(id), calendar, day("2026-01-01")),
            [],
            "{id}"
        );
    }
}

#[test]
fn the_event_of_that_year_closes_it_from_its_day_on() {
    let mut centre = issued(CENTRE, "2023-01-15");
    centre.record(received("annual-summary", 2024, "2024-02-20"));
    centre.record(missed("assessment-form", 2024, "2024-03-10"));
    centre.record(assessed("yearly-assessment", 2024, "passed", "2024-10-20"));
    for (name, closed) in [
        ("annual-summary/2024", Some("2024-02-20")),
        ("assessment-form/2024", Some("2024-03-10")),
        ("yearly-assessment/2024", Some("2024-10-20")),
        ("annual-summary/2025", None),
        ("yearly-assessment/2025", None),
    ] {
        let found = item(&centre, name).unwrap();
        assert_eq!(found.closed, closed.map(day), "{name}");
        if let Some(closed) = closed.map(day) {
            assert!(found.is_open_on(closed - Days::new(1)), "{name}");
            assert!(!found.is_open_on(closed), "{name}");
        }
    }
    let received = centre.record(received("annual-summary", 2025, "2025-02-20"));
    assert!(
        item(&centre, "annual-summary/2025")
            .unwrap()
            .closed
            .is_some()
    );
    centre.record(
        json!({"kind": "annulled", "event": received, "on": "2025-03-01", "reference": "1",
                         "reason": "误录"}),
    );
    assert_eq!(item(&centre, "annual-summary/2025").unwrap().closed, None);
}

/// 三（六）2: "不合格的给予一年整改期": ordered on 1 July 2024, it ends on 1 July 2025, a Tuesday.
#[test]
fn a_rectification_is_owed_until_it_ends() {
    let mut centre = issued(INNER_MONGOLIA, "2021-05-20");
    let failed = centre.record(assessed("evaluation", 2024, "fail", "2024-06-20"));
    let order = centre.record(json!({"kind": "rectification_ordered", "because": failed,
                                     "on": "2024-07-01", "reference": "改1号"}));
    let name = format!("rectification/{order}");
    let found = item(&centre, &name).unwrap();
    assert_eq!(shown(&found), format!("{name} 2025-07-01"));
    assert_eq!((found.opened, found.closed), (day("2024-07-01"), None));
    centre.record(json!({"kind": "rectification_passed", "on": "2025-06-10"}));
    assert_eq!(
        item(&centre, &name).unwrap().closed,
        Some(day("2025-06-10"))
    );

    // One that was failed is over too: what follows is for the authority to decide.
    let mut failing = issued(INNER_MONGOLIA, "2021-05-20");
    let poor = failing.record(assessed("evaluation", 2024, "fail", "2024-06-20"));
    let order = failing.record(json!({"kind": "rectification_ordered", "because": poor,
                                      "on": "2024-07-01", "reference": "改1号"}));
    let name = format!("rectification/{order}");
    let failed = failing.record(json!({"kind": "rectification_failed", "on": "2025-07-10"}));
    failing.record(
        json!({"kind": "kept", "because": failed, "on": "2025-08-01", "reference": "留1号"}),
    );
    failing.record(json!({"kind": "rectification_failed", "on": "2025-09-01"}));
    failing.record(json!({"kind": "rectification_passed", "on": "2025-10-01"}));
    assert_eq!(
        item(&failing, &name).unwrap().closed,
        Some(day("2025-07-10"))
    );
    let annulled = json!({"kind": "annulled", "event": failed, "on": "2025-09-02", "reference": "废1号",
                          "reason": "误录"});
    failing.record(annulled);
    assert_eq!(
        item(&failing, &name).unwrap().closed,
        Some(day("2025-09-01"))
    );

    // 第十四条 of Xinzhou sets no length: none is owed by a day, unless the decision names one.
    let rectified = |until: Value| {
        let mut centre = issued(XINZHOU, "2021-05-20");
        let poor = centre.record(assessed(
            "performance-evaluation",
            2024,
            "rectify",
            "2024-06-20",
        ));
        let order = centre.record(json!({"kind": "rectification_ordered", "because": poor,
                                         "on": "2024-07-01", "reference": "改1号", "until": until}));
        item(&centre, &format!("rectification/{order}"))
    };
    // 5 October 2024 lies in the National Day holiday, which ended on the 7th.
    let named = rectified(json!("2024-10-05")).unwrap();
    assert!(
        shown(&named).ends_with(" 2024-10-05→2024-10-08"),
        "{}",
        shown(&named)
    );
    assert_eq!(rectified(Value::Null), None);
}

/// 四4: "应在当年向省工信厅申请报备". 31 December 2024 was a Tuesday.
#[test]
fn a_change_is_filed_within_its_year() {
    let mut alliance = issued(ALLIANCE, "2021-03-10");
    let filed = |change: &str, on: &str| json!({"kind": "filed", "change": change, "on": on});
    alliance.record(filed("members-changed", "2024-04-01"));
    let change = json!({"kind": "changed", "change": "members-changed", "on": "2024-05-06"});
    let change = alliance.record(change);
    let name = format!("filing/{change}");
    let found = item(&alliance, &name).unwrap();
    assert_eq!(shown(&found), format!("{name} 2024-12-31"));
    assert_eq!((found.opened, found.closed), (day("2024-05-06"), None));
    alliance.record(filed("other-major-adjustment", "2024-06-01"));
    assert_eq!(item(&alliance, &name).unwrap().closed, None);
    alliance.record(filed("members-changed", "2024-07-01"));
    assert_eq!(
        item(&alliance, &name).unwrap().closed,
        Some(day("2024-07-01"))
    );

    // Changes that are approved, or filed without a term, are not owed by a day.
    let xinzhou = issued(XINZHOU, "2021-05-20");
    let inner_mongolia = issued(INNER_MONGOLIA, "2021-05-20");
    for (events, change) in [(&xinzhou, "rename"), (&inner_mongolia, "charter")] {
        let event = json!({"kind": "changed", "change": change, "on": "2024-05-06"});
        assert!(events.refusal(&event).is_some(), "{change}");
    }
}

#[test]
fn nothing_is_owed_from_the_day_of_a_revocation_on() {
    let mut centre = issued(CENTRE, "2022-01-15");
    centre.record(assessed("yearly-assessment", 2023, "failed", "2023-10-20"));
    let second = centre.record(assessed("yearly-assessment", 2024, "failed", "2024-10-20"));
    centre.record(
        json!({"kind": "revoked", "because": second, "ground": "failed-twice",
                         "on": "2025-01-10", "reference": "撤1号"}),
    );
    for item in items(&centre.certificate(), "2027-12-31") {
        assert!(!item.is_open_on(day("2025-01-10")), "{}", item.what.name());
        assert_eq!(
            item.next_check(&programme(CENTRE).reminders, day("2025-01-09")),
            None
        );
    }
    assert!(
        item(&centre, "annual-summary/2024")
            .unwrap()
            .is_open_on(day("2025-01-09"))
    );
}

pub(crate) fn notice(published: &str, events: &[NoticeEvent]) -> Notice {
    counted(published, 5, calendar::Counting::DayAfter, events)
}

pub(crate) fn counted(
    published: &str,
    days: u64,
    counting: calendar::Counting,
    events: &[NoticeEvent],
) -> Notice {
    let published = Published {
        evaluation: "an evaluation".to_owned(),
        programme: XINZHOU.to_owned(),
        kind: None,
        applicant: serde_json::from_value(
            json!({"name": "忻州云杉材料有限公司", "uscc": "91140900MA0ABCD123"}),
        )
        .unwrap(),
        name: "忻州市云杉技术创新中心".to_owned(),
        verdict: rules::Verdict::Eligible,
        published: day(published),
        promised: Promised::by(day(published), days.try_into().unwrap(), counting).unwrap(),
    };
    let publication = NoticeEvent::Published(published);
    let all: Vec<_> = std::iter::once(&publication).chain(events).collect();
    let ids: Vec<_> = all.iter().map(|event| event.id("n")).collect();
    let all = ids.iter().map(String::as_str).zip(all);
    Notice::of("n", &all.collect::<Vec<_>>()).unwrap()
}

/// 第九条（三）: five working days. Published on 28 September 2026 they end on 10 October, a make-up Saturday.
#[test]
fn a_notice_closes_and_is_reminded_of_while_it_runs() {
    let rule = &programme(XINZHOU).reminders;
    let closes = |notice: &Notice| {
        of_notice(programme(XINZHOU), notice, WorkingCalendar::published()).unwrap()
    };
    let running = closes(&notice("2026-09-28", &[]));
    assert_eq!(running.deadline.effective, Some(day("2026-10-10")));
    assert_eq!(running.deadline.certainty, Certainty::Settled);
    let days = running
        .leads(rule)
        .into_iter()
        .map(|lead| running.reminder_on(lead));
    // Thirty days before, it was not yet published.
    let expected = [
        None,
        Some("2026-10-03"),
        Some("2026-10-09"),
        Some("2026-10-10"),
    ];
    assert_eq!(days.collect::<Vec<_>>(), expected.map(|on| on.map(day)));
    let taken_back = NoticeEvent::Withdrawn(Withdrawn {
        on: day("2026-10-08"),
        reference: "撤1号".to_owned(),
        reason: "材料有误".to_owned(),
    });
    let withdrawn = closes(&notice("2026-09-28", &[taken_back]));
    assert_eq!(withdrawn.newest_reminder(rule, day("2026-10-09")), None);
    // Into a year whose holidays are not known nothing is counted.
    let unknown = closes(&notice("2026-12-28", &[]));
    assert_eq!(unknown.deadline.effective, None);
    assert_eq!(unknown.newest_reminder(rule, day("2027-02-01")), None);
    assert_eq!(
        unknown.next_check(rule, day("2027-02-01")),
        Some(day("2027-02-02"))
    );
}

/// Every reminder: the day before it is not due, on the day it is, and until the next it stays the newest.
#[test]
fn reminders_come_thirty_seven_and_one_day_before_on_the_day_and_after() {
    let rule = &programme(CENTRE).reminders;
    let summary = item(&issued(CENTRE, "2023-01-15"), "annual-summary/2027").unwrap();
    // From 1 March 2027, to which the deadline moves.
    let days = [
        (30, "2027-01-30"),
        (7, "2027-02-22"),
        (1, "2027-02-28"),
        (0, "2027-03-01"),
        (-1, "2027-03-02"),
        (-7, "2027-03-08"),
        (-30, "2027-03-31"),
    ];
    let mut before = None;
    for (lead, on) in days {
        let on = day(on);
        assert_eq!(summary.newest_reminder(rule, on - Days::new(1)), before);
        before = Some((lead, on));
        assert_eq!(summary.newest_reminder(rule, on), before);
    }
    assert_eq!(summary.newest_reminder(rule, day("2029-01-01")), before);
    // Recognised after the thirtieth day before, nobody was reminded then.
    let zone = Events::issued(programme(ZONE), "2021-12-20", Some("2024-06-30"));
    let report = item(&zone, "yearly-report/2021").unwrap();
    assert_eq!(report.reminder_on(30), None);
    assert_eq!(report.newest_reminder(rule, day("2021-12-23")), None);
    assert_eq!(
        report.newest_reminder(rule, day("2021-12-24")),
        Some((7, day("2021-12-24")))
    );
}

#[test]
fn what_is_owed_is_told_apart_and_stays_the_same_when_its_day_moves() {
    let number = issued(XINZHOU, "2021-05-20").certificate().number;
    let subject = Subject::Certificate(number.clone());
    assert_eq!(Subject::parse(&subject.to_string()), Some(subject.clone()));
    for text in ["", "certificate/", "notice", "holder/1"] {
        assert_eq!(Subject::parse(text), None, "{text}");
    }
    let centre = items(&issued(CENTRE, "2023-01-15").certificate(), "2027-12-31");
    let mut ids: Vec<_> = centre.iter().map(|item| item.id(&subject)).collect();
    let moved: Vec<_> = centre
        .iter()
        .map(|item| {
            let mut moved = item.clone();
            moved.deadline.effective = None;
            moved.id(&subject)
        })
        .collect();
    assert_eq!(ids, moved);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), centre.len());
}

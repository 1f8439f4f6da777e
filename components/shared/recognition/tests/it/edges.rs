//! What falls due, at the edges: the first year and the last, days that move, and what closes what.
//!
//! Days are worked out by hand from the words of the regulations, 民法典 §§201–203 and the holiday notices; each
//! table says how.

use calendar::{Certainty, Counting};
use chrono::{Datelike, Days};
use recognition::certificate::{CertificateNumber, EventId};
use recognition::notice::{Granted, Notice, NoticeEvent, Withdrawn};
use recognition::outstanding::{Outstanding, What, of_notice, of_programme};
use rules::Programme;
use serde_json::{Value, json};

use crate::lives::{Events, assessed, day, missed};
use crate::outstanding::{
    ALLIANCE, CENTRE, INNER_MONGOLIA, XINZHOU, ZONE, counted, issued, items, notice, programme,
    received, shown,
};

/// Everything outstanding of one obligation with a statutory day up to the end of `last`, as text.
fn of(events: &Events, obligation: &str, last: i32) -> Vec<String> {
    let items = items(&events.certificate(), &format!("{last}-12-31"));
    let items = items.iter().filter(|item| {
        let name = item.what.name();
        let statutory = item.deadline.statutory.unwrap();
        name.starts_with(&format!("{obligation}/")) && statutory.year() <= last
    });
    items
        .map(|item| shown(item).split_once('/').unwrap().1.to_owned())
        .collect()
}

/// What is outstanding under that name. Panics where there is none.
#[track_caller]
fn the(events: &Events, name: &str) -> Outstanding {
    let items = items(&events.certificate(), "2036-12-31");
    let mut items = items.into_iter().filter(|item| item.what.name() == name);
    let found = items.next();
    assert_eq!(items.next(), None, "{name} twice");
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn closed(events: &Events, name: &str) -> Option<String> {
    the(events, name).closed.map(|day| day.to_string())
}

fn annulled(event: &EventId, on: &str) -> Value {
    json!({"kind": "annulled", "event": event, "on": on, "reference": "废1号", "reason": "误录"})
}

/// 行业技术中心 四（三）: "每年2月底前将上年度工作总结和评价考核表报省工信委". 产业联盟 四3: "每年3月份之前报送上一年度工作总结".
/// Whoever is recognised on the last day of a year has had that year, and reports on it in the next.
///
/// 28 February 2021 was a Sunday; of 2022 a Monday; of 2023 a Tuesday; 29 February 2020 a Saturday.
#[test]
fn the_summary_of_a_year_is_owed_in_the_next_from_the_year_after_on() {
    for (on, expected) in [
        (
            "2020-03-01",
            ["2021 2021-02-28→2021-03-01", "2022 2022-02-28"].as_slice(),
        ),
        (
            "2020-12-31",
            &["2021 2021-02-28→2021-03-01", "2022 2022-02-28"],
        ),
        ("2021-01-01", &["2022 2022-02-28"]),
        ("2021-02-28", &["2022 2022-02-28"]),
        ("2021-12-31", &["2022 2022-02-28"]),
        ("2022-01-01", &[]),
    ] {
        let (centre, alliance) = (issued(CENTRE, on), issued(ALLIANCE, on));
        assert_eq!(of(&centre, "annual-summary", 2022), expected, "{on}");
        assert_eq!(of(&centre, "assessment-form", 2022), expected, "{on}");
        assert_eq!(of(&alliance, "annual-summary", 2022), expected, "{on}");
    }
    // On the first day of the regulation: 29 February 2016 was a Monday.
    let first = issued(CENTRE, "2015-10-29");
    assert_eq!(
        of(&first, "annual-summary", 2020),
        [
            "2016 2016-02-29",
            "2017 2017-02-28",
            "2018 2018-02-28",
            "2019 2019-02-28",
            "2020 2020-02-29→2020-03-02",
        ]
    );
}

/// 行业技术中心 四（三）: every year. 产业联盟 四3: "每两年组织…考核（当年成立的联盟考核时间从次年开始计算）".
///
/// 31 December 2021 was a Friday, 2022 a day off up to 2 January 2023, 2023 a Sunday before a day off, 2024 a
/// Tuesday, 2025 a Wednesday.
#[test]
fn assessments_begin_in_the_year_after() {
    let [y2021, y2022, y2023, y2024, y2025] = [
        "2021 2021-12-31",
        "2022 2022-12-31→2023-01-03",
        "2023 2023-12-31→2024-01-02",
        "2024 2024-12-31",
        "2025 2025-12-31",
    ];
    for (on, yearly, every_two_years) in [
        (
            "2020-12-31",
            [y2021, y2022, y2023, y2024, y2025].as_slice(),
            [y2021, y2023, y2025].as_slice(),
        ),
        ("2021-01-01", &[y2022, y2023, y2024, y2025], &[y2022, y2024]),
        ("2021-12-31", &[y2022, y2023, y2024, y2025], &[y2022, y2024]),
        ("2022-01-01", &[y2023, y2024, y2025], &[y2023, y2025]),
    ] {
        let (centre, alliance) = (issued(CENTRE, on), issued(ALLIANCE, on));
        assert_eq!(of(&centre, "yearly-assessment", 2025), yearly, "{on}");
        assert_eq!(of(&alliance, "assessment", 2025), every_two_years, "{on}");
    }
}

/// 三（六）1: "每年3月底前提交上年度报告(对在上一年6月后批复的技术创新中心,次年无需提交上年度报告)". The year after alone is spared.
///
/// 31 March of 2022 was a Thursday, 2023 a Friday, 2024 a Sunday, 2025 a Monday.
#[test]
fn only_the_year_after_is_spared_and_only_after_june() {
    let all = [
        "2022 2022-03-31",
        "2023 2023-03-31",
        "2024 2024-03-31→2024-04-01",
        "2025 2025-03-31",
    ];
    for (on, spared) in [
        ("2021-01-01", 0),
        ("2021-05-31", 0),
        ("2021-06-01", 0),
        ("2021-06-30", 0),
        ("2021-07-01", 1),
        ("2021-07-02", 1),
        ("2021-12-31", 1),
        // The first half of the next year: the same first report, without being spared one.
        ("2022-01-01", 1),
        ("2022-06-30", 1),
        ("2022-07-01", 2),
    ] {
        let centre = issued(INNER_MONGOLIA, on);
        assert_eq!(of(&centre, "annual-report", 2025), all[spared..], "{on}");
    }
}

/// 忻州 第十四条 "以三年为周期"; 内蒙古 三（六）2 "满三年后". §201: the opening day is not counted, so three years from a day end
/// on that day of the third year (§202), and on 28 February where there is no 29th; each cycle is counted from
/// the recognition, so that 2036 has its 29th again.
///
/// 29 February: 28 February 2027 is a Sunday, of 2030 a Thursday, of 2033 a Monday, 29 February 2036 a Friday.
/// 2 October 2024 lay in the holiday of 1–7 October, 28 January 2025 in that of 28 January – 4 February; 4 May
/// 2025 was a Sunday and 5 May off.
#[test]
fn three_years_end_on_the_same_day_of_the_third_year() {
    for (on, expected) in [
        (
            "2024-02-29",
            [
                "2027 2027-02-28→2027-03-01",
                "2030 2030-02-28",
                "2033 2033-02-28",
                "2036 2036-02-29",
            ]
            .as_slice(),
        ),
        ("2021-10-02", &["2024 2024-10-02→2024-10-08"]),
        ("2022-01-28", &["2025 2025-01-28→2025-02-05"]),
        ("2022-05-04", &["2025 2025-05-04→2025-05-06"]),
        ("2021-12-31", &["2024 2024-12-31"]),
    ] {
        let last = if on == "2024-02-29" { 2036 } else { 2026 };
        let (xinzhou, centre) = (issued(XINZHOU, on), issued(INNER_MONGOLIA, on));
        assert_eq!(
            of(&xinzhou, "performance-evaluation", last),
            expected,
            "{on}"
        );
        assert_eq!(of(&centre, "evaluation", last), expected, "{on}");
    }
}

/// 四4: "每年12月底以前" as long as the period runs, "建设期满前…开展总结评估". The last day of the period is before its end; it
/// is not moved, whatever day it is. 30 December 2023 was a Saturday, 31 December a Sunday, 1 January 2024 off;
/// the report of 2023 itself may be handed in on 2 January.
#[test]
fn nothing_falls_due_after_the_last_day_of_the_period() {
    let (first, second) = ("2022 2022-12-31→2023-01-03", "2023 2023-12-31→2024-01-02");
    for (on, until, reports) in [
        ("2021-12-31", "2023-12-30", [first].as_slice()),
        ("2021-12-31", "2023-12-31", &[first, second]),
        ("2021-12-31", "2024-01-01", &[first, second]),
        ("2022-12-30", "2024-12-30", &[first, second]),
        ("2022-12-31", "2024-12-30", &[second]),
        ("2023-01-01", "2024-12-30", &[second]),
    ] {
        let zone = Events::issued(programme(ZONE), on, Some(until));
        assert_eq!(of(&zone, "yearly-report", 2035), reports, "{on} {until}");
        let year = &until[..4];
        let summary = [format!("{year} {until}")];
        assert_eq!(of(&zone, "summary-evaluation", 2035), summary, "{until}");
        let summary = the(&zone, &format!("summary-evaluation/{year}"));
        assert_eq!(summary.deadline.certainty, Certainty::Settled);
        // All that is owed, and after the end it stays owed.
        let items = items(&zone.certificate(), "2035-12-31");
        assert_eq!(items.len(), reports.len() + 1);
        for item in items {
            assert!(item.is_owed_on(day("2030-01-01")), "{}", item.what.name());
        }
    }
}

/// 四2: "于8月31日前", every year from 2018 on. 31 August of 2018 was a Friday, 2019 a Saturday, 2024 a Saturday, 2025
/// a Sunday; the others were weekdays. An application is of its year: it can be made from 1 January on, in the
/// first year from the day of issue.
#[test]
fn an_application_is_of_its_year() {
    let calendar = calendar::WorkingCalendar::published();
    let found = of_programme(programme(ZONE), calendar, day("2026-08-31"));
    let expected = [
        ("2018-08-31", "2018-04-08"),
        ("2019-08-31→2019-09-02", "2019-01-01"),
        ("2020-08-31", "2020-01-01"),
        ("2021-08-31", "2021-01-01"),
        ("2022-08-31", "2022-01-01"),
        ("2023-08-31", "2023-01-01"),
        ("2024-08-31→2024-09-02", "2024-01-01"),
        ("2025-08-31→2025-09-01", "2025-01-01"),
        ("2026-08-31", "2026-01-01"),
    ];
    let expected = expected.map(|(by, opened)| {
        let name = format!("application-deadline/{}", &by[..4]);
        (format!("{name} {by}"), opened.to_owned())
    });
    let found: Vec<_> = found
        .iter()
        .map(|item| (shown(item), item.opened.to_string()))
        .collect();
    assert_eq!(found, expected);
    // The first reminder is thirty days before, on 1 August.
    let until = |through: &str| of_programme(programme(ZONE), calendar, day(through)).len();
    assert_eq!([until("2026-07-31"), until("2026-08-01")], [8, 9]);
}

/// 16–31 December 2026 may still be changed by the notice for 2027, and 2027 is not known at all. A day that is
/// a weekday stays until then; none lies before the day of the text, nor more than ten days after it.
#[test]
fn a_deadline_that_awaits_a_notice_is_bounded() {
    let centre = issued(CENTRE, "2021-05-20");
    let inner_mongolia = issued(INNER_MONGOLIA, "2023-12-15");
    for (events, name, effective, provisional) in [
        (&centre, "annual-summary/2026", "2026-02-28", false),
        (&centre, "yearly-assessment/2025", "2025-12-31", false),
        (&centre, "yearly-assessment/2026", "2026-12-31", true),
        (&centre, "annual-summary/2027", "2027-03-01", true),
        (&inner_mongolia, "evaluation/2026", "2026-12-15", false),
        (&inner_mongolia, "annual-report/2027", "2027-03-31", true),
    ] {
        let deadline = the(events, name).deadline;
        assert_eq!(deadline.effective, Some(day(effective)), "{name}");
        let bounds = deadline.certainty.bounds();
        assert_eq!(bounds.is_some(), provisional, "{name}");
        if let Some(bounds) = bounds {
            let statutory = deadline.statutory.unwrap();
            assert_eq!(bounds.earliest, statutory, "{name}");
            assert_eq!(bounds.latest, statutory + Days::new(10), "{name}");
            assert!(bounds.missing_years.contains(&2027), "{name}");
        }
    }
    // One day later, on 16 December, it is not settled.
    let next = issued(INNER_MONGOLIA, "2023-12-16");
    let deadline = the(&next, "evaluation/2026").deadline;
    assert!(deadline.certainty.bounds().is_some());
}

/// The year is that in which the text has it due: a report on 2023 of which the day moves to 2 January 2024 is of
/// 2023.
#[test]
fn it_is_closed_by_its_own_year_and_obligation_alone() {
    let zone = || Events::issued(programme(ZONE), "2022-07-01", Some("2025-06-30"));
    for (event, closed_on) in [
        (received("yearly-report", 2023, "2023-12-20"), "2023-12-20"),
        (received("yearly-report", 2023, "2024-01-02"), "2024-01-02"),
        (received("yearly-report", 2023, "2024-03-01"), "2024-03-01"),
        // Long before its year, it is in.
        (received("yearly-report", 2023, "2022-07-02"), "2022-07-02"),
        (missed("yearly-report", 2023, "2024-01-03"), "2024-01-03"),
        (received("yearly-report", 2022, "2024-01-02"), ""),
        (received("yearly-report", 2024, "2024-01-02"), ""),
        (missed("yearly-report", 2022, "2024-01-03"), ""),
        (
            assessed("summary-evaluation", 2023, "held", "2023-12-20"),
            "",
        ),
    ] {
        let mut zone = zone();
        zone.record(event.clone());
        let expected = (!closed_on.is_empty()).then(|| closed_on.to_owned());
        assert_eq!(closed(&zone, "yearly-report/2023"), expected, "{event}");
        assert_eq!(closed(&zone, "summary-evaluation/2025"), None, "{event}");
    }
    // Of two reports due on one day, each closes by itself.
    let mut centre = issued(CENTRE, "2021-05-20");
    centre.record(received("assessment-form", 2024, "2024-02-01"));
    assert_eq!(closed(&centre, "annual-summary/2024"), None);
    assert!(closed(&centre, "assessment-form/2024").is_some());
    // A zone's evaluation, by the year in which the period ends, also after that.
    let mut zone = zone();
    zone.record(assessed("summary-evaluation", 2025, "held", "2025-09-01"));
    let closed_on = closed(&zone, "summary-evaluation/2025");
    assert_eq!(closed_on.as_deref(), Some("2025-09-01"));
}

#[test]
fn the_first_event_by_legal_date_closes_it_and_the_next_when_that_is_annulled() {
    let mut centre = issued(CENTRE, "2021-05-20");
    let name = "annual-summary/2024";
    centre.record(received("annual-summary", 2024, "2024-03-20"));
    let finding = centre.record(missed("annual-summary", 2024, "2024-03-10"));
    assert_eq!(closed(&centre, name).as_deref(), Some("2024-03-10"));
    // Recorded last, and of an earlier day.
    let early = centre.record(received("annual-summary", 2024, "2024-02-20"));
    assert_eq!(closed(&centre, name).as_deref(), Some("2024-02-20"));
    centre.record(annulled(&early, "2024-05-01"));
    assert_eq!(closed(&centre, name).as_deref(), Some("2024-03-10"));
    centre.record(annulled(&finding, "2024-05-01"));
    assert_eq!(closed(&centre, name).as_deref(), Some("2024-03-20"));
}

#[test]
fn an_assessment_that_is_annulled_is_owed_again() {
    let mut xinzhou = issued(XINZHOU, "2021-05-20");
    let name = "performance-evaluation/2024";
    for outcome in ["keep", "rectify", "revoke"] {
        let event = assessed("performance-evaluation", 2024, outcome, "2024-06-20");
        let event = xinzhou.record(event);
        assert_eq!(closed(&xinzhou, name).as_deref(), Some("2024-06-20"));
        assert_eq!(closed(&xinzhou, "performance-evaluation/2027"), None);
        xinzhou.record(annulled(&event, "2024-07-01"));
        assert_eq!(closed(&xinzhou, name), None, "{outcome}");
    }
}

/// A revocation closes all that is owed from its day on, rectification and filing too; without it they are owed
/// again.
#[test]
fn a_revocation_that_is_annulled_gives_everything_back() {
    let mut centre = issued(INNER_MONGOLIA, "2021-05-20");
    centre.record(received("annual-report", 2022, "2022-03-10"));
    let failed = centre.record(assessed("evaluation", 2024, "fail", "2024-06-20"));
    let order = json!({"kind": "rectification_ordered", "because": failed, "on": "2024-07-01",
                       "reference": "改1号"});
    let order = centre.record(order);
    let fraud = json!({"kind": "ground_found", "ground": "fraud", "on": "2024-09-01", "reference": "查1号"});
    let fraud = centre.record(fraud);
    let revocation = json!({"kind": "revoked", "because": fraud, "ground": "fraud", "on": "2024-10-01",
                            "reference": "撤1号"});
    let revocation = centre.record(revocation);
    let rectification = format!("rectification/{order}");
    let names = [
        ("annual-report/2022", Some("2022-03-10"), Some("2022-03-10")),
        ("annual-report/2023", Some("2024-10-01"), None),
        ("annual-report/2025", Some("2024-10-01"), None),
        ("evaluation/2024", Some("2024-06-20"), Some("2024-06-20")),
        (&rectification, Some("2024-10-01"), None),
    ];
    for (name, revoked, _) in names {
        assert_eq!(closed(&centre, name).as_deref(), revoked, "{name}");
    }
    centre.record(annulled(&revocation, "2024-12-01"));
    for (name, _, given_back) in names {
        assert_eq!(closed(&centre, name).as_deref(), given_back, "{name}");
    }

    // 产业联盟 四3: two assessments in a row.
    let mut alliance = issued(ALLIANCE, "2020-05-20");
    let change = json!({"kind": "changed", "change": "members-changed", "on": "2024-02-01"});
    let change = alliance.record(change);
    alliance.record(assessed("assessment", 2021, "failed", "2021-11-01"));
    let second = alliance.record(assessed("assessment", 2023, "failed", "2023-11-01"));
    let revocation = json!({"kind": "revoked", "because": second, "ground": "failed-twice", "on": "2024-03-01",
                            "reference": "撤1号"});
    alliance.record(revocation);
    let filing = closed(&alliance, &format!("filing/{change}"));
    assert_eq!(filing.as_deref(), Some("2024-03-01"));
}

/// 三（六）2: "给予一年整改期", counted as §§201–203 say: from 29 February 2024 to 28 February 2025, a Friday; from 5
/// October 2023 to 5 October 2024, in the holiday that ended on the 7th. A day that the decision names goes
/// first; 1 March 2025 was a Saturday.
#[test]
fn a_rectification_lasts_a_year_unless_the_decision_names_a_day() {
    for (ordered, until, expected) in [
        ("2024-02-29", None, "2025-02-28"),
        ("2023-10-05", None, "2024-10-05→2024-10-08"),
        ("2024-02-29", Some("2024-08-30"), "2024-08-30"),
        ("2024-02-29", Some("2025-03-01"), "2025-03-01→2025-03-03"),
        // Of the day itself.
        ("2024-02-29", Some("2024-02-29"), "2024-02-29"),
    ] {
        let mut centre = issued(INNER_MONGOLIA, "2020-09-15");
        let failed = centre.record(assessed("evaluation", 2023, "fail", "2023-09-20"));
        let order = json!({"kind": "rectification_ordered", "because": failed, "on": ordered,
                           "reference": "改1号", "until": until});
        let order = centre.record(order);
        let name = format!("rectification/{order}");
        let found = the(&centre, &name);
        assert_eq!(shown(&found), format!("{name} {expected}"));
        assert_eq!((found.opened, found.closed), (day(ordered), None));
        // What comes of the year closes nothing.
        centre.record(assessed("evaluation", 2026, "pass", "2026-09-20"));
        centre.record(received("annual-report", 2026, "2026-09-20"));
        assert_eq!(the(&centre, &name).closed, None);
        centre.record(json!({"kind": "rectification_passed", "on": "2026-09-21"}));
        assert_eq!(closed(&centre, &name).as_deref(), Some("2026-09-21"));
    }
}

/// 四4: "应在当年向省工信厅申请报备". The last day of a year, §203: 31 December 2023 was a Sunday and 1 January off, so 2
/// January 2024.
#[test]
fn a_filing_is_owed_in_the_year_of_the_change() {
    for (on, expected) in [
        ("2023-12-30", "2023-12-31→2024-01-02"),
        ("2023-12-31", "2023-12-31→2024-01-02"),
        ("2024-01-01", "2024-12-31"),
    ] {
        for change in [
            "lead-renamed",
            "lead-restructured",
            "members-changed",
            "other-major-adjustment",
        ] {
            let mut alliance = issued(ALLIANCE, "2021-03-10");
            let change = json!({"kind": "changed", "change": change, "on": on});
            let change = alliance.record(change);
            let name = format!("filing/{change}");
            assert_eq!(
                shown(&the(&alliance, &name)),
                format!("{name} {expected}"),
                "{on}"
            );
            assert_eq!(the(&alliance, &name).opened, day(on));
        }
    }
}

#[test]
fn a_filing_is_closed_by_one_of_the_same_change_from_its_day_on() {
    let changed = |change: &str, on: &str| json!({"kind": "changed", "change": change, "on": on});
    let filed = |change: &str, on: &str| {
        let holder = change
            .starts_with("lead")
            .then(|| json!({"name": "乙公司", "uscc": "914403001922038216"}));
        json!({"kind": "filed", "change": change, "on": on, "holder": holder})
    };
    let mut alliance = issued(ALLIANCE, "2021-03-10");
    let march = alliance.record(changed("members-changed", "2024-03-01"));
    let march = format!("filing/{march}");
    alliance.record(filed("members-changed", "2024-02-29"));
    alliance.record(filed("lead-renamed", "2024-03-01"));
    alliance.record(filed("other-major-adjustment", "2024-03-02"));
    assert_eq!(closed(&alliance, &march), None);
    // Told too late, told all the same.
    let late = alliance.record(filed("members-changed", "2025-02-01"));
    assert_eq!(closed(&alliance, &march).as_deref(), Some("2025-02-01"));
    // One filing tells of all that went before it, and not of what came after.
    let may = alliance.record(changed("members-changed", "2024-05-06"));
    let may = format!("filing/{may}");
    assert_eq!(closed(&alliance, &may).as_deref(), Some("2025-02-01"));
    alliance.record(filed("members-changed", "2024-03-01"));
    assert_eq!(closed(&alliance, &march).as_deref(), Some("2024-03-01"));
    assert_eq!(closed(&alliance, &may).as_deref(), Some("2025-02-01"));
    alliance.record(annulled(&late, "2025-03-01"));
    assert_eq!(closed(&alliance, &may), None);

    // A change that was recorded in error is owed no filing.
    let mut alliance = issued(ALLIANCE, "2021-03-10");
    let change = alliance.record(changed("lead-renamed", "2024-05-06"));
    alliance.record(annulled(&change, "2024-06-01"));
    let found = items(&alliance.certificate(), "2025-12-31");
    let name = format!("filing/{change}");
    assert!(found.iter().all(|item| item.what.name() != name));
}

fn closes(notice: &Notice) -> Outstanding {
    let calendar = calendar::WorkingCalendar::published();
    of_notice(programme(XINZHOU), notice, calendar).unwrap()
}

/// Five working days after the day of publication, or from it on, counted by hand:
///
/// - 8 December 2026, a Tuesday: 9, 10, 11, 14, 15, the last settled day. A day later the fifth is the 16th, which
///   the notice for 2027 may change. From 24 December on, 25, 28, 29, 30, 31; from the 25th on, the fifth is in 2027.
/// - 20 January 2020: 21, 22, 23, 31 January and 1 February were promised; then the holiday was prolonged to 2
///   February, and the 31st and the 1st were off: 21, 22, 23 January, 3 and 4 February.
/// - 28 September 2026, a Monday: 28, 29, 30 September, 8, 9 October with the first day; else 29, 30 September, 8, 9,
///   10 October, a make-up Saturday.
#[test]
fn a_notice_closes_on_its_fifth_working_day() {
    for (published, counting, last, provisional) in [
        ("2026-12-08", Counting::DayAfter, Some("2026-12-15"), false),
        ("2026-12-09", Counting::DayAfter, Some("2026-12-16"), true),
        ("2026-12-24", Counting::DayAfter, Some("2026-12-31"), true),
        ("2026-12-25", Counting::DayAfter, None, true),
        ("2020-01-20", Counting::DayAfter, Some("2020-02-04"), false),
        ("2026-09-28", Counting::DayAfter, Some("2026-10-10"), false),
        (
            "2026-09-28",
            Counting::PublicationDay,
            Some("2026-10-09"),
            false,
        ),
    ] {
        let notice = counted(published, 5, counting, &[]);
        let item = closes(&notice);
        assert_eq!(item.deadline.statutory, None);
        assert_eq!(item.deadline.effective, last.map(day), "{published}");
        let bounds = item.deadline.certainty.bounds();
        assert_eq!(bounds.is_some(), provisional, "{published}");
        if let (Some(bounds), Some(last)) = (bounds, item.deadline.effective) {
            assert!(bounds.earliest <= last && last <= bounds.latest);
        }
        assert_eq!((item.opened, item.closed), (day(published), None));
        // It cannot be objected to any more, so nothing is owed.
        if let Some(last) = item.deadline.effective {
            assert!(item.is_owed_on(last), "{published}");
            assert!(!item.is_owed_on(last + Days::new(1)), "{published}");
        }
    }
}

/// 国办发明电〔2019〕3号 of 22 March 2019 made Sunday 28 April a working day. Published on 20 March for twenty-seven
/// working days: 21–22 and 25–29 March, 1–4 April (the 5th off), 8–12, 15–19, 22–26 April are twenty-six. The next was
/// Monday the 29th when it was promised, and is Sunday the 28th now; nobody loses the day that was promised.
#[test]
fn a_notice_closes_no_earlier_than_was_promised() {
    let item = closes(&counted("2019-03-20", 27, Counting::DayAfter, &[]));
    assert_eq!(item.deadline.effective, Some(day("2019-04-29")));
    assert_eq!(item.deadline.certainty, Certainty::Settled);
}

/// 忻州 holds from 1 December 2020 on.
#[test]
fn a_notice_names_the_rule_that_held_when_it_was_published() {
    for (published, held) in [("2020-11-30", false), ("2020-12-01", true)] {
        let What::NoticeCloses { rule } = closes(&notice(published, &[])).what else {
            panic!("a notice closes");
        };
        assert_eq!(rule.is_some(), held, "{published}");
    }
}

#[test]
fn a_notice_that_is_withdrawn_or_granted_closes_that_day() {
    let number = CertificateNumber::derive("XZ", 2026, "a notice", 0);
    let granted = Granted {
        number,
        on: day("2026-10-12"),
    };
    let withdrawn = |on: &str| {
        NoticeEvent::Withdrawn(Withdrawn {
            on: day(on),
            reference: "撤1号".to_owned(),
            reason: "材料有误".to_owned(),
        })
    };
    for (events, closed_on) in [
        ([NoticeEvent::Granted(granted.clone())], "2026-10-12"),
        ([NoticeEvent::Issued(granted)], "2026-10-12"),
        ([withdrawn("2026-09-28")], "2026-09-28"),
        ([withdrawn("2026-10-10")], "2026-10-10"),
    ] {
        let item = closes(&notice("2026-09-28", &events));
        assert_eq!(item.closed, Some(day(closed_on)));
        assert!(!item.is_open_on(day(closed_on)));
        assert_eq!(
            item.is_open_on(day(closed_on) - Days::new(1)),
            closed_on > "2026-09-28"
        );
    }
}

/// A rule that is replaced holds for the days up to its end: the review of the invented programme is yearly, by
/// the end of June, and from 2030 on every two years from the recognition.
#[test]
fn each_version_of_an_obligation_holds_for_its_own_days() {
    let file: rules::ProgrammeFile =
        toml::from_str(include_str!("../../src/certificate/life/invented.toml")).unwrap();
    let invented: &'static Programme = Box::leak(Box::new(file.programme));
    for (on, last_yearly, every_two_years) in [
        ("2026-01-10", 2029, ["2030", "2032", "2034"]),
        // Recognised before 2030, first due two years after: counted from the recognition all the same.
        ("2029-07-01", 0, ["2031", "2033", "2035"]),
        ("2030-01-01", 0, ["2032", "2034", "2036"]),
    ] {
        let events = Events::issued(invented, on, None);
        let calendar = calendar::WorkingCalendar::published();
        let through = day("2036-12-31");
        let found = recognition::outstanding::of_certificate(
            invented,
            &events.certificate().life(invented),
            calendar,
            through,
        );
        let days: Vec<_> = found
            .iter()
            .filter(|item| item.what.name().starts_with("review/"))
            .map(|item| item.deadline.statutory.unwrap().to_string())
            .collect();
        let yearly = (2026..=last_yearly).map(|year| format!("{year}-06-30"));
        let later = every_two_years.map(|year| format!("{year}{}", &on[4..]));
        let expected: Vec<_> = yearly.chain(later).collect();
        assert_eq!(days[..expected.len()], expected, "{on}");
        assert!(days.len() <= expected.len() + 1, "{on} {days:?}");
    }
}

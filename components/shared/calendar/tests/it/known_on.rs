//! What was known when.

use calendar::{Certainty, Counting, DayKind, Status, Unsettled, WorkingCalendar};

use crate::{date, days};

fn last_day(known_on: &str, published: &str, count: u64) -> String {
    let calendar = WorkingCalendar::published().as_known_on(date(known_on));
    let window = calendar
        .window(date(published), days(count), Counting::DayAfter)
        .unwrap();
    match (window.last_day, window.certainty) {
        (Some(last_day), Certainty::Settled) => last_day.to_string(),
        (Some(last_day), Certainty::Provisional(_)) => format!("provisional {last_day}"),
        (None, _) => "provisional".to_owned(),
    }
}

#[test]
fn amendments_hold_from_the_day_they_are_published() {
    for (known_on, published, expected) in [
        // 国办发明电〔2020〕1号, dated 26 January, published 27 January 2020: off until 2 February, and Saturday
        // 1 February no longer worked.
        ("2020-01-23", "2020-01-22", "2020-02-04"),
        ("2020-01-26", "2020-01-22", "2020-02-04"),
        ("2020-01-27", "2020-01-22", "2020-02-06"),
        ("2020-01-28", "2020-01-22", "2020-02-06"),
        // 国办发明电〔2019〕3号, published 22 March 2019: off 1–4 May instead of 1 May, 28 April and 5 May worked.
        ("2019-03-21", "2019-04-26", "2019-05-06"),
        ("2019-03-22", "2019-04-26", "2019-05-06"),
        ("2019-03-21", "2019-04-28", "2019-05-06"),
        ("2019-03-22", "2019-04-28", "2019-05-07"),
        ("2019-03-23", "2019-04-28", "2019-05-07"),
        // 国发明电〔2015〕1号, published 13 May 2015: off 3–5 September, 6 September worked.
        ("2015-05-12", "2015-08-31", "2015-09-07"),
        ("2015-05-13", "2015-08-31", "2015-09-08"),
    ] {
        assert_eq!(
            last_day(known_on, published, 5),
            expected,
            "{published} known on {known_on}"
        );
    }
}

#[test]
fn a_year_is_settled_by_its_notice() {
    // The notice for 2026 was published on 4 November 2025.
    for (known_on, published, expected) in [
        ("2025-11-03", "2025-12-08", "2025-12-15"),
        ("2025-11-03", "2025-12-09", "provisional 2025-12-16"),
        ("2025-11-04", "2025-12-09", "2025-12-16"),
        ("2025-11-03", "2026-03-02", "provisional"),
        ("2025-11-04", "2026-03-02", "2026-03-09"),
        // Before the first notice was out nothing was settled.
        ("2012-12-09", "2013-03-04", "provisional"),
        ("2012-12-10", "2013-03-04", "2013-03-11"),
    ] {
        assert_eq!(
            last_day(known_on, published, 5),
            expected,
            "{published} known on {known_on}"
        );
    }
}

#[test]
fn days_around_the_edge() {
    let day = |known_on, day| {
        WorkingCalendar::published()
            .as_known_on(date(known_on))
            .day(date(day))
            .unwrap()
    };
    assert_eq!(day("2018-12-05", "2018-12-14"), DayKind::Weekday);
    assert_eq!(day("2018-12-05", "2018-12-15"), DayKind::Weekend);
    for open in ["2018-12-16", "2018-12-29", "2018-12-31"] {
        let why = Unsettled::DecemberBeforeNextNotice { next_year: 2019 };
        assert_eq!(day("2018-12-05", open), DayKind::Unsettled(why));
    }
    let why = Unsettled::NoticeNotOut { year: 2019 };
    assert_eq!(day("2018-12-05", "2019-01-01"), DayKind::Unsettled(why));
    // The notice for 2019 then did change December: Saturday the 29th worked, Monday the 31st off.
    assert!(matches!(
        day("2018-12-06", "2018-12-29"),
        DayKind::MakeUp {
            holiday: "元旦",
            ..
        }
    ));
    assert!(matches!(
        day("2018-12-06", "2018-12-31"),
        DayKind::DayOff {
            holiday: "元旦",
            ..
        }
    ));
}

/// 国办发明电〔2023〕7号 encourages leave on 除夕 but orders none; in 2025 and 2026 that day is off by law.
#[test]
fn encouraged_leave_is_no_day_off() {
    let calendar = WorkingCalendar::published();
    assert_eq!(calendar.day(date("2024-02-09")), Ok(DayKind::Weekday));
    for new_years_eve in ["2025-01-28", "2026-02-16"] {
        assert_eq!(
            calendar.day(date(new_years_eve)).unwrap().status(),
            Status::Rest
        );
    }
}

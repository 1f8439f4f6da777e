//! Deadlines by 民法典 §201–203.

use calendar::{Assumption, CalendarError, Term, WorkingCalendar};
use chrono::NaiveDate;

use crate::date;

#[test]
fn a_deadline_on_a_rest_day_moves_to_the_next_working_day() {
    for (statutory, effective) in [
        // Friday, Saturday, Sunday, Monday.
        ("2025-02-28", "2025-02-28"),
        ("2025-03-01", "2025-03-03"),
        ("2025-03-02", "2025-03-03"),
        ("2025-03-03", "2025-03-03"),
        // The Saturday is worked for 春节 2026; the Sunday after it is not.
        ("2026-02-28", "2026-02-28"),
        ("2026-03-01", "2026-03-02"),
        // 国庆节 2026.
        ("2026-09-30", "2026-09-30"),
        ("2026-10-01", "2026-10-08"),
        ("2026-10-07", "2026-10-08"),
        // 劳动节 2019: the run ends on Saturday 4 May, and Sunday 5 May is worked.
        ("2019-05-01", "2019-05-05"),
        // 31 December 2022 begins the run of 元旦 2023.
        ("2022-12-31", "2023-01-03"),
        // 春节 2020 as extended, the longest run of rest days: ten.
        ("2020-01-24", "2020-02-03"),
    ] {
        let deadline = WorkingCalendar::published()
            .deadline_on(date(statutory))
            .unwrap();
        assert_eq!(deadline.effective, date(effective), "{statutory}");
        assert_eq!(deadline.certainty.bounds(), None, "{statutory}");
    }
}

#[test]
fn an_unsettled_deadline_has_bounds() {
    let calendar = crate::calendar();
    for (statutory, effective, provisional) in [
        ("2026-12-13", "2026-12-14", None),
        ("2026-12-15", "2026-12-15", None),
        (
            "2026-12-16",
            "2026-12-16",
            Some(("2026-12-16", "2026-12-26")),
        ),
        (
            "2026-12-31",
            "2026-12-31",
            Some(("2026-12-31", "2027-01-10")),
        ),
        (
            "2027-02-28",
            "2027-03-01",
            Some(("2027-02-28", "2027-03-10")),
        ),
    ] {
        let deadline = calendar.deadline_on(date(statutory)).unwrap();
        assert_eq!(deadline.effective, date(effective), "{statutory}");
        let bounds = deadline.certainty.bounds();
        assert_eq!(
            bounds.map(|bounds| (bounds.earliest, bounds.latest)),
            provisional.map(|(earliest, latest)| (date(earliest), date(latest))),
            "{statutory}"
        );
        if let Some(bounds) = bounds {
            assert_eq!(bounds.assumption, Assumption::LongestRunOfRest);
            assert_eq!(bounds.missing_years, 2027..=2027);
        }
    }
    // 2024-12-15 was a Sunday, settled as such, while the Monday after it still waited for the notice for 2025.
    let deadline = calendar
        .as_known_on(date("2024-11-11"))
        .deadline_on(date("2024-12-15"))
        .unwrap();
    assert_eq!(deadline.effective, date("2024-12-16"));
    assert_eq!(
        deadline.certainty.bounds().unwrap().earliest,
        date("2024-12-16")
    );
}

/// What came out later lay within the bounds, for every day of every year as known on the eve of its notice.
#[test]
fn bounds_held_in_every_published_year() {
    let calendar = WorkingCalendar::published();
    for year in 2013..=2026 {
        let notices = calendar.year(year).unwrap().notices();
        let published = notices
            .iter()
            .find(|notice| notice.year == year)
            .unwrap()
            .published;
        let eve = calendar.as_known_on(published.pred_opt().unwrap());
        let start = NaiveDate::from_ymd_opt(year - 1, 12, 1)
            .unwrap()
            .max(date("2013-01-01"));
        for statutory in start.iter_days().take(370) {
            let truth = calendar.deadline_on(statutory).unwrap();
            if truth.certainty.bounds().is_some() {
                continue;
            }
            let foreseen = eve.deadline_on(statutory).unwrap();
            match foreseen.certainty.bounds() {
                None => assert_eq!(foreseen.effective, truth.effective, "{statutory}"),
                Some(bounds) => {
                    assert!((bounds.earliest..=bounds.latest).contains(&truth.effective));
                }
            }
        }
    }
}

#[test]
fn months_end_on_the_corresponding_day_or_the_end_of_the_month() {
    use Term::{CorrespondingDay, EndOfMonth};
    for (opening, months, statutory, term) in [
        ("2024-01-30", 1, "2024-02-29", EndOfMonth),
        ("2024-01-29", 1, "2024-02-29", CorrespondingDay),
        ("2024-01-28", 1, "2024-02-28", CorrespondingDay),
        ("2024-02-29", 12, "2025-02-28", EndOfMonth),
        ("2020-02-29", 48, "2024-02-29", CorrespondingDay),
        ("2025-08-31", 1, "2025-09-30", EndOfMonth),
        ("2025-08-31", 2, "2025-10-31", CorrespondingDay),
        ("2025-02-28", 1, "2025-03-28", CorrespondingDay),
        ("2025-12-15", 1, "2026-01-15", CorrespondingDay),
        ("2024-11-30", 3, "2025-02-28", EndOfMonth),
        ("2012-06-01", 12, "2013-06-01", CorrespondingDay),
        ("2025-06-30", 0, "2025-06-30", CorrespondingDay),
    ] {
        let deadline = WorkingCalendar::published()
            .deadline_after_months(date(opening), months)
            .unwrap();
        assert_eq!(
            deadline.statutory,
            date(statutory),
            "{opening} + {months} months"
        );
        assert_eq!(deadline.term, term, "{opening} + {months} months");
    }
}

#[test]
fn years_are_twelve_months_each() {
    let calendar = WorkingCalendar::published();
    let three = calendar
        .deadline_after_years(date("2023-05-07"), 3)
        .unwrap();
    assert_eq!(three.statutory, date("2026-05-07"));
    assert_eq!(
        Ok(three),
        calendar.deadline_after_months(date("2023-05-07"), 36)
    );
}

#[test]
fn ends_of_months() {
    for (year, month, day, statutory) in [
        (2024, 2, 31, "2024-02-29"),
        (2025, 2, 31, "2025-02-28"),
        (2025, 2, 28, "2025-02-28"),
        (2025, 3, 31, "2025-03-31"),
        (2025, 4, 31, "2025-04-30"),
        (2025, 8, 1, "2025-08-01"),
    ] {
        let deadline = WorkingCalendar::published()
            .deadline_by(year, month, day)
            .unwrap();
        assert_eq!(deadline.statutory, date(statutory), "{year}-{month}-{day}");
    }
}

#[test]
fn impossible_dates_are_refused() {
    let calendar = WorkingCalendar::published();
    for (month, day) in [
        (0, 1),
        (13, 1),
        (13, 31),
        (2, 0),
        (2, 32),
        (u32::MAX, u32::MAX),
    ] {
        let error = CalendarError::NoSuchDate {
            year: 2025,
            month,
            day,
        };
        assert_eq!(calendar.deadline_by(2025, month, day), Err(error));
    }
    let error = CalendarError::BeforeFirstNotice {
        date: date("2012-12-31"),
    };
    assert_eq!(calendar.deadline_by(2012, 12, 31), Err(error));
    assert_eq!(
        calendar.deadline_by(10_000, 1, 1),
        Err(CalendarError::AfterLastDate)
    );
    assert_eq!(
        calendar.deadline_by(i32::MAX, 1, 1),
        Err(CalendarError::AfterLastDate)
    );
    assert!(calendar.deadline_by(i32::MIN, 1, 1).is_err());
}

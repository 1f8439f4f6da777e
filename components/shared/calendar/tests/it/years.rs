//! Whole years.

use calendar::{
    CalendarError, DATA_SHA256, DATA_VERSION, DayKind, FIRST_YEAR, NoticeKind, Status,
    WorkingCalendar, YearCertainty,
};
use chrono::Datelike;

use crate::date;

#[test]
fn certainty_of_years() {
    let calendar = crate::calendar();
    for (year, certainty, unsettled) in [
        (2013, YearCertainty::Settled, 0),
        (2025, YearCertainty::Settled, 0),
        (2026, YearCertainty::DecemberUnsettled, 16),
        (2027, YearCertainty::NoticeNotOut, 365),
        (2028, YearCertainty::NoticeNotOut, 366),
    ] {
        let year = calendar.year(year).unwrap();
        assert_eq!(year.certainty(), certainty, "{}", year.year());
        assert_eq!(year.unsettled_days(), unsettled, "{}", year.year());
    }
}

#[test]
fn years_outside_are_refused() {
    let calendar = crate::calendar();
    let error = CalendarError::BeforeFirstNotice {
        date: date("2012-01-01"),
    };
    assert_eq!(calendar.year(2012), Err(error));
    assert_eq!(calendar.year(9999).unwrap().days().len(), 365);
    assert_eq!(calendar.year(10_000), Err(CalendarError::AfterLastDate));
    assert_eq!(calendar.year(i32::MAX), Err(CalendarError::AfterLastDate));
    assert!(matches!(
        calendar.year(i32::MIN),
        Err(CalendarError::BeforeFirstNotice { .. })
    ));
}

/// 国办发明电〔2025〕7号 gives 33 days off in seven holidays and has six weekend days worked.
#[test]
fn special_days_of_2026() {
    let year = crate::calendar().year(2026).unwrap();
    let made_up: Vec<String> = year
        .special_days()
        .filter_map(|(date, day)| match day {
            DayKind::MakeUp { holiday, .. } => Some(format!("{date} {holiday}")),
            _ => None,
        })
        .collect();
    assert_eq!(
        made_up,
        [
            "2026-01-04 元旦",
            "2026-02-14 春节",
            "2026-02-28 春节",
            "2026-05-09 劳动节",
            "2026-09-20 国庆节",
            "2026-10-10 国庆节",
        ]
    );
    let off = year
        .special_days()
        .filter(|(_, day)| day.status() == Status::Rest)
        .count();
    assert_eq!(off, 3 + 9 + 3 + 5 + 3 + 3 + 7);
}

/// 31 December 2022 is named by the notice for 2023.
#[test]
fn a_special_day_stands_in_the_year_it_falls_in() {
    let year = WorkingCalendar::published().year(2022).unwrap();
    let (last, day) = year.special_days().last().unwrap();
    assert_eq!(last, date("2022-12-31"));
    assert!(matches!(day, DayKind::DayOff { holiday: "元旦", notice } if notice.year == 2023));
}

#[test]
fn notices_of_a_year() {
    let calendar = crate::calendar();
    let notices = |calendar: WorkingCalendar, year| -> Vec<&str> {
        calendar
            .year(year)
            .unwrap()
            .notices()
            .iter()
            .map(|notice| notice.number)
            .collect()
    };
    assert_eq!(
        notices(calendar, 2020),
        [
            "国办发明电〔2019〕16号",
            "国办发明电〔2020〕1号",
            "国办发明电〔2020〕27号"
        ]
    );
    assert_eq!(
        notices(calendar.as_known_on(date("2020-01-26")), 2020),
        ["国办发明电〔2019〕16号"]
    );
    assert_eq!(notices(calendar, 2027), [""; 0]);
}

#[test]
fn the_data_is_told_apart() {
    assert_eq!(FIRST_YEAR, 2013);
    let calendar = WorkingCalendar::published();
    let last = calendar.year(calendar.settled_through().year()).unwrap();
    let newest = last
        .notices()
        .into_iter()
        .max_by_key(|notice| notice.published)
        .unwrap();
    assert_eq!(newest.published.to_string(), DATA_VERSION);
    assert_eq!(DATA_SHA256.len(), 64);
}

#[test]
fn notices_are_yearly_or_amendments() {
    let kinds: Vec<_> = crate::calendar()
        .year(2019)
        .unwrap()
        .notices()
        .iter()
        .map(|notice| (notice.published.to_string(), notice.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("2018-12-06".to_owned(), NoticeKind::Yearly),
            ("2019-03-22".to_owned(), NoticeKind::Amendment),
            ("2019-11-21".to_owned(), NoticeKind::Yearly),
        ]
    );
}

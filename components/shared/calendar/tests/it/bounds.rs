//! The bounds of provisional windows, against a plain reading of the rule and against what later came out.

use calendar::{Assumption, Counting, Status, WorkingCalendar};
use chrono::{Datelike, Duration, NaiveDate};

use crate::{date, days};

/// The settled days of a calendar, and whether each is worked.
fn history(calendar: WorkingCalendar) -> Vec<(NaiveDate, bool)> {
    let last = calendar.settled_through();
    let days = date("2013-01-01")
        .iter_days()
        .take_while(|day| *day <= last);
    days.map(|day| (day, calendar.day(day).unwrap().status() == Status::Working))
        .collect()
}

/// The rule read plainly: days to the `count`-th working day, from every day of history within 15 days of the place in
/// the year of `u`. Spans that meet a day settled by the notice for `without` are left out.
fn spans(
    history: &[(NaiveDate, bool)],
    u: NaiveDate,
    count: usize,
    without: Option<i32>,
) -> (i64, i64) {
    let mut spans = Vec::new();
    for (index, (start, _)) in history.iter().enumerate() {
        let near = (-1..=1).any(|years| {
            let year = start.year() + years;
            let place = u
                .with_year(year)
                .or(NaiveDate::from_ymd_opt(year, 2, 28))
                .unwrap();
            (*start - place).num_days().abs() <= 15
        });
        if !near {
            continue;
        }
        let mut working = history[index + 1..].iter().filter(|(_, working)| *working);
        let Some((end, _)) = working.nth(count - 1) else {
            continue;
        };
        let left_out = without.is_some_and(|year| {
            let first = NaiveDate::from_ymd_opt(year - 1, 12, 16).unwrap();
            let last = NaiveDate::from_ymd_opt(year, 12, 15).unwrap();
            *start <= last && *end >= first
        });
        if !left_out {
            spans.push((*end - *start).num_days());
        }
    }
    (*spans.iter().min().unwrap(), *spans.iter().max().unwrap())
}

/// A window of which nothing was settled: u is the day of publication.
fn bounds(calendar: WorkingCalendar, u: NaiveDate, count: u64) -> (NaiveDate, NaiveDate) {
    let window = calendar.window(u, days(count), Counting::DayAfter).unwrap();
    let bounds = window.certainty.bounds().unwrap();
    assert_eq!(bounds.assumption, Assumption::SpansOfPublishedYears);
    (bounds.earliest, bounds.latest)
}

#[test]
fn bounds_follow_the_rule() {
    let history = history(WorkingCalendar::published());
    let nothing_known = WorkingCalendar::published().as_known_on(date("2012-01-01"));
    for u in [
        "2013-01-01",
        "2026-12-28",
        "2027-03-01",
        "2028-02-29",
        "2030-09-28",
        "2027-12-16",
    ] {
        for count in [1_u8, 5, 30, 250] {
            let u = date(u);
            let (shortest, longest) = spans(&history, u, count.into(), None);
            assert_eq!(
                bounds(nothing_known, u, count.into()),
                (u + Duration::days(shortest), u + Duration::days(longest)),
                "{u} + {count}"
            );
        }
    }
}

/// The assumption's history is every notice compiled in, whatever was known on the day in question.
#[test]
fn the_history_does_not_depend_on_what_was_known() {
    let calendar = crate::calendar();
    let u = date("2027-09-28");
    assert_eq!(
        bounds(calendar, u, 5),
        bounds(calendar.as_known_on(date("2014-01-01")), u, 5)
    );
}

/// As known on the eve of each year's notice: what then came out lies within the bounds.
#[test]
fn bounds_hold_in_every_published_year() {
    let calendar = WorkingCalendar::published();
    let mut provisional = 0;
    for year in 2014..=2026 {
        let eve = eve_of_notice(year);
        let december = NaiveDate::from_ymd_opt(year - 1, 12, 1).unwrap();
        let samples = december
            .iter_days()
            .take(31)
            .chain(december.iter_days().step_by(9).take(38));
        for published in samples {
            for count in [1, 5, 20] {
                let counting = Counting::DayAfter;
                let truth = calendar.window(published, days(count), counting).unwrap();
                let foreseen = eve.window(published, days(count), counting).unwrap();
                let (Some(last_day), Some(bounds)) = (truth.last_day, foreseen.certainty.bounds())
                else {
                    continue;
                };
                provisional += 1;
                assert!(
                    (bounds.earliest..=bounds.latest).contains(&last_day),
                    "{published}"
                );
            }
        }
    }
    assert!(provisional > 1_000);
}

fn eve_of_notice(year: i32) -> WorkingCalendar {
    let calendar = WorkingCalendar::published();
    let notices = calendar.year(year).unwrap().notices();
    let published = notices
        .iter()
        .find(|notice| notice.year == year)
        .unwrap()
        .published;
    calendar.as_known_on(published.pred_opt().unwrap())
}

/// The harder question: would the other years alone have bounded each year? For five working days, in all years but
/// two, and around the Spring Festival only: it was prolonged by an emergency in 2020, and in 2026 it had nine days off
/// for the first time. `Assumption::SpansOfPublishedYears` says so.
#[test]
fn years_that_the_other_years_would_not_have_bounded() {
    let calendar = crate::calendar();
    let history = history(calendar);
    let mut outside = Vec::new();
    for year in 2013..=2026 {
        let start = NaiveDate::from_ymd_opt(year - 1, 12, 15)
            .unwrap()
            .max(date("2013-01-01"));
        for u in start
            .iter_days()
            .take_while(|u| *u < date("2026-12-01"))
            .take(365)
        {
            let (shortest, longest) = spans(&history, u, 5, Some(year));
            let truth = calendar
                .window(u, days(5), Counting::DayAfter)
                .unwrap()
                .last_day
                .unwrap();
            if !(shortest..=longest).contains(&(truth - u).num_days()) {
                outside.push(u.to_string());
            }
        }
    }
    assert_eq!(
        outside,
        [
            "2020-01-19",
            "2020-01-20",
            "2020-01-21",
            "2020-01-22",
            "2020-01-23",
            "2026-02-12",
            "2026-02-13",
            "2026-02-14",
        ]
    );
}

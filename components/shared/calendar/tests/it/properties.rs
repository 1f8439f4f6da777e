//! What holds of every window and deadline.

use calendar::{Counting, NoticeWindow, Reason, Status, WorkingCalendar};
use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use crate::{date, days};

fn any_date() -> impl Strategy<Value = NaiveDate> {
    let whole = NaiveDate::MIN.num_days_from_ce()..=NaiveDate::MAX.num_days_from_ce();
    let near = date("2012-01-01").num_days_from_ce()..=date("2029-01-01").num_days_from_ce();
    prop_oneof![whole, near, Just(NaiveDate::MIN.num_days_from_ce())]
        .prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
}

/// Days from which 250 working days are settled.
fn settled_date() -> impl Strategy<Value = NaiveDate> {
    let settled = date("2013-01-01").num_days_from_ce()..=date("2025-10-01").num_days_from_ce();
    settled.prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
}

fn counting() -> impl Strategy<Value = Counting> {
    prop_oneof![Just(Counting::DayAfter), Just(Counting::PublicationDay)]
}

fn window(published: NaiveDate, count: u64, counting: Counting) -> NoticeWindow {
    WorkingCalendar::published()
        .window(published, days(count), counting)
        .unwrap()
}

fn counted(window: &NoticeWindow) -> usize {
    window
        .dates
        .iter()
        .filter(|day| day.reason.is_counted())
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ends_on_the_nth_working_day(published in settled_date(), n in 1_u64..=250, counting in counting()) {
        let window = window(published, n, counting);
        let last_day = window.last_day.unwrap();
        let calendar = WorkingCalendar::published();
        prop_assert_eq!(calendar.day(last_day).unwrap().status(), Status::Working);
        prop_assert_eq!(counted(&window), usize::try_from(n).unwrap());
        prop_assert_eq!(window.dates.last().unwrap().date, last_day);
        prop_assert!(window.dates.iter().map(|day| day.date).eq(
            published.iter_days().take_while(|day| *day <= last_day)
        ));
        prop_assert_eq!(
            window.dates.iter().find(|day| day.reason.is_counted()).map(|day| day.date),
            window.first_day
        );
        for day in &window.dates[1..] {
            let working = calendar.day(day.date).unwrap().status() == Status::Working;
            prop_assert_eq!(day.reason.is_counted(), working);
        }
    }

    #[test]
    fn one_more_day_ends_later(published in settled_date(), n in 1_u64..250, counting in counting()) {
        prop_assert!(window(published, n, counting).last_day < window(published, n + 1, counting).last_day);
    }

    #[test]
    fn published_later_ends_no_sooner(published in settled_date(), n in 1_u64..=250, counting in counting()) {
        let next_day = published.succ_opt().unwrap();
        prop_assert!(window(published, n, counting).last_day <= window(next_day, n, counting).last_day);
    }

    #[test]
    fn counting_the_day_of_publication_ends_no_later(published in settled_date(), n in 1_u64..=250) {
        let day_after = window(published, n, Counting::DayAfter);
        let publication_day = window(published, n, Counting::PublicationDay);
        prop_assert!(publication_day.last_day <= day_after.last_day);
        prop_assert_eq!(publication_day.last_day, day_after.other_rule.last_day);
        prop_assert_eq!(day_after.last_day, publication_day.other_rule.last_day);
    }

    /// Nothing panics, and a provisional window is coherent, whatever the dates.
    #[test]
    fn every_date_is_answered(
        published in any_date(),
        known_on in any_date(),
        n in 1_u64..=250,
        counting in counting(),
    ) {
        let calendar = WorkingCalendar::published().as_known_on(known_on);
        if let Ok(window) = calendar.window(published, days(n), counting) {
            prop_assert_eq!(window.closes_at().is_none(), window.last_day.is_none());
            let _ = window.notices();
            if let Some(bounds) = window.certainty.bounds() {
                prop_assert!(bounds.first_unsettled <= bounds.earliest);
                prop_assert!(bounds.earliest <= bounds.latest);
                if let Some(last_day) = window.last_day {
                    prop_assert!((bounds.earliest..=bounds.latest).contains(&last_day));
                    prop_assert!(last_day > calendar.settled_through());
                    prop_assert_eq!(last_day.year(), calendar.settled_through().year());
                }
                prop_assert!(counted(&window) < usize::try_from(n).unwrap());
                let unsettled = |reason| matches!(reason, Reason::Unsettled(_));
                prop_assert!(window.dates.iter().any(|day| unsettled(day.reason)));
            } else {
                prop_assert!(window.last_day.is_some_and(|last_day| last_day <= calendar.settled_through()));
            }
        }
        let _ = calendar.day(published);
        let _ = calendar.deadline_on(published);
        let _ = calendar.year(published.year());
    }

    #[test]
    fn every_deadline_is_answered(
        opening in any_date(),
        months in prop_oneof![any::<u32>(), 0_u32..1_000],
        year in any::<i32>(),
        month in 0_u32..=13,
        day in 0_u32..=32,
    ) {
        let calendar = WorkingCalendar::published();
        if let Ok(deadline) = calendar.deadline_after_months(opening, months) {
            prop_assert!(deadline.statutory <= deadline.effective);
            if let Some(bounds) = deadline.certainty.bounds() {
                prop_assert!((bounds.earliest..=bounds.latest).contains(&deadline.effective));
            }
        }
        let _ = calendar.deadline_after_years(opening, months);
        let _ = calendar.deadline_by(year, month, day);
    }

    #[test]
    fn a_settled_deadline_is_a_working_day(statutory in settled_date()) {
        let calendar = WorkingCalendar::published();
        let deadline = calendar.deadline_on(statutory).unwrap();
        prop_assert_eq!(calendar.day(deadline.effective).unwrap().status(), Status::Working);
        let between = statutory.iter_days().take_while(|day| *day < deadline.effective);
        for day in between {
            prop_assert_eq!(calendar.day(day).unwrap().status(), Status::Rest);
        }
    }
}

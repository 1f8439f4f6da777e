//! Bounds of a date that depends on a holiday notice that is not published yet.

use std::ops::RangeInclusive;

use chrono::{Datelike, Duration, NaiveDate};

use crate::data::{FIRST_DAY, FIRST_YEAR, LAST_DATE};
use crate::day::{Status, WorkingCalendar, settling_year};
use crate::error::CalendarError;

/// How far around the same day of the year the published years are searched, in days.
const AROUND: i64 = 15;

/// How many days are searched in each year.
const STARTS: usize = 31;

/// Whether an answer depends only on published notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Every day that the answer depends on is settled.
    Settled,
    /// The answer depends on an unsettled day. There may still be a date by the notices that are published now.
    Provisional(Bounds),
}

impl Certainty {
    /// `settled` or `provisional`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Provisional(_) => "provisional",
        }
    }

    /// The bounds of a provisional answer.
    #[must_use]
    pub const fn bounds(&self) -> Option<&Bounds> {
        match self {
            Self::Settled => None,
            Self::Provisional(bounds) => Some(bounds),
        }
    }
}

/// The days between which a provisional date will lie, if the assumption holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// The earliest possible day.
    pub earliest: NaiveDate,
    /// The latest possible day.
    pub latest: NaiveDate,
    /// The first unsettled day that the date depends on.
    pub first_unsettled: NaiveDate,
    /// The years whose missing notices the date depends on.
    pub missing_years: RangeInclusive<i32>,
    /// The assumption behind the bounds.
    pub assumption: Assumption,
}

/// The assumption behind the bounds of a provisional date. Neither is law: the next notice may do what no notice has
/// done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// For windows. Let u be the day before the first unsettled day, and m the number of working days still to count.
    /// Take every day within 15 days of u's month and day, in all settled years compiled in, and count the calendar days
    /// from there to the m-th working day after it. The window ends no sooner after u than the shortest of these spans,
    /// and no later than the longest. If the notices published now give a last day, the bounds are widened to contain it.
    ///
    /// All notices compiled in are used as history, also for a calendar as known on an earlier day. So the real last day
    /// of a past window always lies within its bounds. With only the other years as history, a window of five working
    /// days would have ended outside its bounds, one day late, if published on 19–23 January 2020 (an emergency notice
    /// extended the holiday) or on 12–14 February 2026 (nine days off for the first time), and on no other day of
    /// 2013–2026.
    SpansOfPublishedYears,
    /// For deadlines. The date does not move if it becomes a working day. Otherwise it moves by no more days than the
    /// longest run of rest days in the settled years compiled in (ten: the extended 春节 of 2020).
    LongestRunOfRest,
}

impl Assumption {
    /// `spans_of_published_years` or `longest_run_of_rest`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SpansOfPublishedYears => "spans_of_published_years",
            Self::LongestRunOfRest => "longest_run_of_rest",
        }
    }
}

impl WorkingCalendar {
    /// The bounds of the `remaining`-th working day from `first_unsettled` on. They contain `as_it_stands`, the day
    /// by the notices published now.
    pub(crate) fn bounds_of_window(
        self,
        first_unsettled: NaiveDate,
        remaining: u16,
        as_it_stands: Option<NaiveDate>,
    ) -> Result<Bounds, CalendarError> {
        let u = first_unsettled.pred_opt().unwrap_or(first_unsettled);
        let (shortest, longest) = spans(u, usize::from(remaining))?;
        let (earliest, latest) = (plus(u, shortest)?, plus(u, longest)?);
        Ok(self.bounds(
            as_it_stands.map_or(earliest, |day| earliest.min(day)),
            as_it_stands.map_or(latest, |day| latest.max(day)),
            first_unsettled,
            Assumption::SpansOfPublishedYears,
        ))
    }

    pub(crate) fn bounds(
        self,
        earliest: NaiveDate,
        latest: NaiveDate,
        first_unsettled: NaiveDate,
        assumption: Assumption,
    ) -> Bounds {
        let first = self.why_unsettled(first_unsettled).missing_year();
        let last = settling_year(latest);
        Bounds {
            earliest,
            latest,
            first_unsettled,
            missing_years: first..=last.max(first),
            assumption,
        }
    }
}

/// The fewest and the most calendar days to the `count`-th working day after a day near the month and day of `place`.
fn spans(place: NaiveDate, count: usize) -> Result<(i64, i64), CalendarError> {
    let history = WorkingCalendar::published();
    let settled_through = history.settled_through();
    let mut spans: Option<(i64, i64)> = None;
    // One more year on both sides, because days near 31 December can lie in the next year, and days near 1 January in
    // the year before.
    for year in FIRST_YEAR - 1..=settled_through.year() + 1 {
        let Some(middle) = on_month_and_day_of(place, year) else {
            continue;
        };
        let start = (middle - Duration::days(AROUND)).max(FIRST_DAY);
        let end = (middle + Duration::days(AROUND)).min(settled_through);
        let mut days = history.days_from(start)?;
        let working: Vec<NaiveDate> = start
            .iter_days()
            .take_while(|day| *day <= settled_through)
            .filter(|day| days.at(*day).status() == Status::Working)
            .take(count + STARTS)
            .collect();
        for from in start.iter_days().take_while(|from| *from <= end) {
            let passed = working.partition_point(|day| *day <= from);
            // A span that runs past the settled days is not used.
            let Some(last) = working.get(passed + count - 1) else {
                break;
            };
            let span = (*last - from).num_days();
            let (shortest, longest) = spans.unwrap_or((span, span));
            spans = Some((shortest.min(span), longest.max(span)));
        }
    }
    spans.ok_or(CalendarError::NoHistory)
}

/// The same month and day in another year; 28 February for 29 February.
fn on_month_and_day_of(date: NaiveDate, year: i32) -> Option<NaiveDate> {
    date.with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
}

/// The date `days` days after `date`.
///
/// # Errors
/// The date lies after 9999-12-31.
pub(crate) fn plus(date: NaiveDate, days: i64) -> Result<NaiveDate, CalendarError> {
    date.checked_add_signed(Duration::days(days))
        .filter(|date| *date <= LAST_DATE)
        .ok_or(CalendarError::AfterLastDate)
}

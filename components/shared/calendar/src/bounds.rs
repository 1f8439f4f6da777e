//! What can be said of a last day that depends on a notice not yet out.

use std::ops::RangeInclusive;

use chrono::{Datelike, Duration, NaiveDate};

use crate::data::{FIRST_DAY, FIRST_YEAR, LAST_DATE};
use crate::day::{Status, WorkingCalendar, settling_year};
use crate::error::CalendarError;

/// How far around the same place in the year the published years are searched, in days.
const AROUND: i64 = 15;

/// How many days lie that near to one place.
const STARTS: usize = 31;

/// Whether an answer follows from published notices alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Every day it depends on is settled.
    Settled,
    /// It depends on a day that is unsettled, whether or not the notices now out give a day meanwhile.
    Provisional(Bounds),
}

impl Certainty {
    /// The bounds of a provisional answer.
    #[must_use]
    pub const fn bounds(&self) -> Option<&Bounds> {
        match self {
            Self::Settled => None,
            Self::Provisional(bounds) => Some(bounds),
        }
    }
}

/// Between which days a provisional date will lie, if the assumption holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// The earliest possible day.
    pub earliest: NaiveDate,
    /// The latest possible day.
    pub latest: NaiveDate,
    /// The first unsettled day that was met.
    pub first_unsettled: NaiveDate,
    /// The years whose notices are awaited.
    pub missing_years: RangeInclusive<i32>,
    /// What the bounds rest on.
    pub assumption: Assumption,
}

/// What the bounds of a provisional date rest on. Neither is law: a coming notice is free to do what none has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// For windows. Let u be the day before the first unsettled day met, and m the working days still to count. From
    /// every day within 15 days of u's place in the year, in all settled years compiled in, the calendar days to the
    /// m-th working day after it are measured. The window ends no sooner after u than the shortest of these spans, and
    /// no later than the longest. Where the notices now out give a last day, the bounds are widened to contain it.
    ///
    /// All notices compiled in serve as history, also for a calendar as known on an earlier day. So the truth of a
    /// year that is already history always lies within. Judged by the other years alone, a window of five working days
    /// would have ended outside its bounds, one day late, if published on 19–23 January 2020 (the holiday was prolonged
    /// in an emergency) or on 12–14 February 2026 (nine days off for the first time), and on no other day of 2013–2026.
    SpansOfPublishedYears,
    /// For deadlines. The date stays if it turns out to be a working day, and moves by no more days than the longest
    /// run of rest days in the settled years compiled in (ten: 春节 2020, as extended).
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
    /// Bounds of the `remaining`-th working day, of which the days from `first_unsettled` on are not settled. They
    /// contain `as_it_stands`, the day that the notices now out give.
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

/// The shortest and the longest way, in calendar days, to the `count`-th working day after a day near `place`.
fn spans(place: NaiveDate, count: usize) -> Result<(i64, i64), CalendarError> {
    let history = WorkingCalendar::published();
    let settled_through = history.settled_through();
    let mut spans: Option<(i64, i64)> = None;
    // One year more on either side, because the days around 1 January belong to the place of 31 December and back.
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
            // A span that runs past the settled days says nothing.
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

/// A later date, unless it lies after the last one computed.
pub(crate) fn plus(date: NaiveDate, days: i64) -> Result<NaiveDate, CalendarError> {
    date.checked_add_signed(Duration::days(days))
        .filter(|date| *date <= LAST_DATE)
        .ok_or(CalendarError::AfterLastDate)
}

//! Deadlines by calendar date, and in months or years.

use chrono::{Datelike, NaiveDate};

use crate::bounds::{Assumption, Certainty, plus};
use crate::data::{LAST_DATE, LONGEST_RUN_OF_REST};
use crate::day::{DayKind, Status, WorkingCalendar};
use crate::error::CalendarError;

/// A deadline as the regulation sets it, and as 民法典 §203 moves it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadline {
    /// The day that the regulation sets.
    pub statutory: NaiveDate,
    /// How the regulation sets that day.
    pub term: Term,
    /// The last day on which one may act. If this day is provisional, unsettled days are taken as ordinary weekdays and
    /// weekends.
    pub effective: NaiveDate,
    /// Whether the effective day is settled. If it is not, the bounds say between which days it will lie.
    pub certainty: Certainty,
    /// The kind of the statutory day. A deadline on a [`DayKind::Weekday`] or [`DayKind::MakeUp`] does not move. A deadline
    /// on a [`DayKind::Weekend`] or [`DayKind::DayOff`] moves.
    pub reason: DayKind,
}

/// How the regulation sets the statutory day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The regulation names the date.
    Date,
    /// §202: "到期月的对应日为期间的最后一日".
    CorrespondingDay,
    /// §202: "没有对应日的，月末日为期间的最后一日".
    EndOfMonth,
}

impl WorkingCalendar {
    /// A deadline on a date.
    ///
    /// §203: "期间的最后一日是法定休假日的，以法定休假日结束的次日为期间的最后一日". Reading: a Saturday or Sunday is a 法定休假日, a
    /// make-up day is not. So the deadline moves to the first working day.
    ///
    /// If the result depends on an unsettled day, `effective` treats unsettled days as ordinary weekdays and weekends. The
    /// earliest possible day is then the first day that may be a working day. The latest is the statutory day plus the
    /// longest run of rest days in the published years.
    ///
    /// # Errors
    ///
    /// [`CalendarError::BeforeFirstNotice`] before 2013-01-01, [`CalendarError::AfterLastDate`] if it may reach past
    /// 9999-12-31.
    ///
    /// ```
    /// use calendar::{DayKind, WorkingCalendar};
    /// use chrono::NaiveDate;
    ///
    /// // "二月底前": 28 February 2026 is a Saturday, but worked in exchange for 春节 (国办发明电〔2025〕7号).
    /// let date = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    /// let deadline = WorkingCalendar::published().deadline_on(date)?;
    /// assert_eq!(deadline.effective, date);
    /// assert!(matches!(deadline.reason, DayKind::MakeUp { holiday: "春节", .. }));
    /// # Ok::<(), calendar::CalendarError>(())
    /// ```
    pub fn deadline_on(self, date: NaiveDate) -> Result<Deadline, CalendarError> {
        self.deadline(date, Term::Date)
    }

    /// A deadline by month and day of a year. If the month has no such day, the deadline is the month's last day. So day
    /// 31 means the end of any month.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NoSuchDate`] if the month is not 1–12 or the day not 1–31; the errors of
    /// [`deadline_on`](Self::deadline_on).
    ///
    /// ```
    /// use calendar::WorkingCalendar;
    /// use chrono::NaiveDate;
    ///
    /// // 甘肃省行业技术中心, 甘工信发〔2015〕454号: the annual summary is due by the end of February.
    /// let deadline = WorkingCalendar::published().deadline_by(2021, 2, 31)?;
    /// assert_eq!(Some(deadline.statutory), NaiveDate::from_ymd_opt(2021, 2, 28)); // a Sunday
    /// assert_eq!(Some(deadline.effective), NaiveDate::from_ymd_opt(2021, 3, 1));
    /// # Ok::<(), calendar::CalendarError>(())
    /// ```
    pub fn deadline_by(self, year: i32, month: u32, day: u32) -> Result<Deadline, CalendarError> {
        let no_such_date = CalendarError::NoSuchDate { year, month, day };
        if year > LAST_DATE.year() {
            return Err(CalendarError::AfterLastDate);
        }
        if !(1..=31).contains(&day) {
            return Err(no_such_date);
        }
        let (date, _) = day_or_end_of_month(year, month, day).ok_or(no_such_date)?;
        self.deadline(date, Term::Date)
    }

    /// A deadline `months` months after `opening`.
    ///
    /// §201: the opening day is not counted. §202: the period ends on the same day of the last month, or on that month's
    /// last day if it has no such day. `opening` may lie before the first notice if the deadline does not.
    ///
    /// # Errors
    ///
    /// The errors of [`deadline_on`](Self::deadline_on).
    ///
    /// ```
    /// use calendar::{Term, WorkingCalendar};
    /// use chrono::NaiveDate;
    ///
    /// let leap_day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    /// let deadline = WorkingCalendar::published().deadline_after_months(leap_day, 12)?;
    /// assert_eq!(Some(deadline.statutory), NaiveDate::from_ymd_opt(2025, 2, 28));
    /// assert_eq!(deadline.term, Term::EndOfMonth);
    /// # Ok::<(), calendar::CalendarError>(())
    /// ```
    pub fn deadline_after_months(
        self,
        opening: NaiveDate,
        months: u32,
    ) -> Result<Deadline, CalendarError> {
        let month_of_all =
            i64::from(opening.year()) * 12 + i64::from(opening.month0()) + i64::from(months);
        let after_last = CalendarError::AfterLastDate;
        let year = i32::try_from(month_of_all.div_euclid(12)).map_err(|_| after_last)?;
        let month = u32::try_from(month_of_all.rem_euclid(12) + 1).map_err(|_| after_last)?;
        let (date, term) = day_or_end_of_month(year, month, opening.day()).ok_or(after_last)?;
        self.deadline(date, term)
    }

    /// A deadline `years` times twelve months after `opening`.
    ///
    /// # Errors
    ///
    /// The errors of [`deadline_on`](Self::deadline_on).
    pub fn deadline_after_years(
        self,
        opening: NaiveDate,
        years: u32,
    ) -> Result<Deadline, CalendarError> {
        let months = years.checked_mul(12).ok_or(CalendarError::AfterLastDate)?;
        self.deadline_after_months(opening, months)
    }

    fn deadline(self, statutory: NaiveDate, term: Term) -> Result<Deadline, CalendarError> {
        let mut days = self.days_from(statutory)?;
        let reason = days.at(statutory);
        let mut effective = statutory;
        let mut first_unsettled = None;
        loop {
            match days.at(effective).status() {
                Status::Working => break,
                Status::Rest => {}
                Status::Unsettled => {
                    first_unsettled = first_unsettled.or(Some(effective));
                    if effective.weekday().num_days_from_monday() < 5 {
                        break;
                    }
                }
            }
            effective = plus(effective, 1)?;
        }
        let certainty = match first_unsettled {
            None => Certainty::Settled,
            Some(first_unsettled) => {
                let latest = plus(statutory, LONGEST_RUN_OF_REST.into())?.max(effective);
                Certainty::Provisional(self.bounds(
                    first_unsettled,
                    latest,
                    first_unsettled,
                    Assumption::LongestRunOfRest,
                ))
            }
        };
        Ok(Deadline {
            statutory,
            term,
            effective,
            certainty,
            reason,
        })
    }
}

/// §202: the day of the month, or the month's last day if the month has no such day. `None` if there is no such month.
fn day_or_end_of_month(year: i32, month: u32, day: u32) -> Option<(NaiveDate, Term)> {
    if let Some(date) = NaiveDate::from_ymd_opt(year, month, day) {
        return Some((date, Term::CorrespondingDay));
    }
    (28..day)
        .rev()
        .find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
        .map(|date| (date, Term::EndOfMonth))
}

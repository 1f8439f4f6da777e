//! A whole year of the calendar.

use chrono::{Datelike, NaiveDate};

use crate::data::Notice;
use crate::day::{DayKind, Status, WorkingCalendar};
use crate::error::CalendarError;

/// All days of one year.
///
/// ```
/// use calendar::WorkingCalendar;
///
/// // By the notice for 2024, the year has 251 working days.
/// let year = WorkingCalendar::published().year(2024)?;
/// assert_eq!(year.working_days(), 251);
/// # Ok::<(), calendar::CalendarError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    year: i32,
    calendar: WorkingCalendar,
    days: Vec<(NaiveDate, DayKind)>,
}

/// How much of a year is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearCertainty {
    /// The whole year.
    Settled,
    /// All but 16–31 December, which the next year's notice will settle.
    DecemberUnsettled,
    /// No day, because the notice for the year is not known.
    NoticeNotOut,
}

impl WorkingCalendar {
    /// The days of a year. All days are unsettled if the year's notice is not known.
    ///
    /// # Errors
    ///
    /// [`CalendarError::BeforeFirstNotice`] before 2013, [`CalendarError::AfterLastDate`] after 9999.
    pub fn year(self, year: i32) -> Result<Year, CalendarError> {
        let start = match NaiveDate::from_ymd_opt(year, 1, 1) {
            Some(start) => start,
            None if year < 0 => NaiveDate::MIN,
            None => return Err(CalendarError::AfterLastDate),
        };
        let mut calendar = self.days_from(start)?;
        let days = start
            .iter_days()
            .take_while(|date| date.year() == year)
            .map(|date| (date, calendar.at(date)))
            .collect();
        Ok(Year {
            year,
            calendar: self,
            days,
        })
    }
}

impl Year {
    /// The year.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.year
    }

    /// Every day from 1 January to 31 December.
    #[must_use]
    pub fn days(&self) -> &[(NaiveDate, DayKind)] {
        &self.days
    }

    /// The days off and the make-up days, with their holidays; only settled ones.
    pub fn special_days(&self) -> impl Iterator<Item = (NaiveDate, DayKind)> {
        self.days
            .iter()
            .copied()
            .filter(|(_, day)| matches!(day, DayKind::DayOff { .. } | DayKind::MakeUp { .. }))
    }

    /// How many days are certainly working days.
    #[must_use]
    pub fn working_days(&self) -> usize {
        self.count(Status::Working)
    }

    /// How many days are unsettled. A later notice will make them working days or rest days.
    #[must_use]
    pub fn unsettled_days(&self) -> usize {
        self.count(Status::Unsettled)
    }

    fn count(&self, status: Status) -> usize {
        self.days
            .iter()
            .filter(|(_, day)| day.status() == status)
            .count()
    }

    /// How much of the year is settled.
    #[must_use]
    pub fn certainty(&self) -> YearCertainty {
        match self.unsettled_days() {
            0 => YearCertainty::Settled,
            unsettled if unsettled < self.days.len() => YearCertainty::DecemberUnsettled,
            _ => YearCertainty::NoticeNotOut,
        }
    }

    /// The known notices that decide the year's days, by date of publication: the year's own notice, the amendments, and
    /// the next year's notice, which settles 16–31 December.
    #[must_use]
    pub fn notices(&self) -> Vec<&'static Notice> {
        match (self.days.first(), self.days.last()) {
            (Some((first, _)), Some((last, _))) => self.calendar.notices_on(*first, *last),
            _ => Vec::new(),
        }
    }
}

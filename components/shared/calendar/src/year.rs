//! A whole year of the calendar.

use chrono::{Datelike, NaiveDate};

use crate::data::Notice;
use crate::day::{Day, Status, WorkingCalendar};
use crate::error::CalendarError;

/// All days of one year.
///
/// ```
/// use calendar::WorkingCalendar;
///
/// // 2024: 366 days, and by its notice 251 of them are working days.
/// let year = WorkingCalendar::published().year(2024)?;
/// assert_eq!(year.working_days(), 251);
/// # Ok::<(), calendar::CalendarError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    year: i32,
    calendar: WorkingCalendar,
    days: Vec<(NaiveDate, Day)>,
}

/// How much of a year is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearCertainty {
    /// All of it.
    Settled,
    /// 16–31 December wait for the next year's notice.
    DecemberUnsettled,
    /// The notice for the year is not out, and no day of it is settled.
    NoticeNotOut,
}

impl WorkingCalendar {
    /// The days of a year. A year whose notice is not out is answered too, with all its days unsettled.
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
    pub fn days(&self) -> &[(NaiveDate, Day)] {
        &self.days
    }

    /// The days off and the make-up days, with their holidays; only settled ones.
    pub fn special_days(&self) -> impl Iterator<Item = (NaiveDate, Day)> {
        self.days
            .iter()
            .copied()
            .filter(|(_, day)| matches!(day, Day::DayOff { .. } | Day::MakeUp { .. }))
    }

    /// How many days are working days for certain.
    #[must_use]
    pub fn working_days(&self) -> usize {
        self.count(Status::Working)
    }

    /// How many days are unsettled: working days or rest days, as a coming notice will say.
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

    /// The known notices that decide its days, by date of publication: its own, its amendments, and the next year's,
    /// which settles 16–31 December.
    #[must_use]
    pub fn notices(&self) -> Vec<&'static Notice> {
        match (self.days.first(), self.days.last()) {
            (Some((first, _)), Some((last, _))) => self.calendar.notices_on(*first, *last),
            _ => Vec::new(),
        }
    }
}

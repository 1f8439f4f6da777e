//! Why a date cannot be computed.

use std::error::Error;
use std::fmt;

use chrono::NaiveDate;

use crate::data::{FIRST_DAY, LAST_DATE};

/// Why the calendar cannot answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CalendarError {
    /// The date is before the first year whose notice is compiled in.
    BeforeFirstNotice {
        /// The date.
        date: NaiveDate,
    },
    /// The date, or the resulting date, is after 9999-12-31.
    AfterLastDate,
    /// There is no such month, or no month has this day.
    NoSuchDate {
        /// The year.
        year: i32,
        /// The month, as given.
        month: u32,
        /// The day of the month, as given.
        day: u32,
    },
    /// The published years are too few to bound a provisional window.
    NoHistory,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeFirstNotice { date } => {
                write!(
                    f,
                    "{date} is before {FIRST_DAY}, the first day covered by a holiday notice"
                )
            }
            Self::AfterLastDate => write!(f, "dates after {LAST_DATE} are not computed"),
            Self::NoSuchDate { year, month, day } => {
                write!(f, "there is no day {day} of month {month} in {year}")
            }
            Self::NoHistory => {
                write!(f, "the published years are too few to bound the last day")
            }
        }
    }
}

impl Error for CalendarError {}

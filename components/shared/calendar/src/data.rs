//! The notices and the days they name, as `build.rs` generates them from `holidays/`.

use chrono::NaiveDate;

/// A notice of the State Council or its General Office.
///
/// ```
/// use calendar::{NoticeKind, WorkingCalendar};
///
/// let year = WorkingCalendar::published().year(2026)?;
/// let notice = year.notices()[0];
/// assert_eq!(notice.kind, NoticeKind::Yearly);
/// assert_eq!(notice.number, "国办发明电〔2025〕7号");
/// # Ok::<(), calendar::CalendarError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// The year it arranges.
    pub year: i32,
    /// Whether it arranges the whole year or changes what another notice arranged.
    pub kind: NoticeKind,
    /// Its number, such as `国办发明电〔2025〕7号`.
    pub number: &'static str,
    /// Who issued it.
    pub issuer: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The date under it.
    pub dated: NaiveDate,
    /// The day it was published, from which it is known.
    pub published: NaiveDate,
    /// Where it was published.
    pub source_url: &'static str,
}

/// Whether a notice arranges a year or amends one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// The yearly arrangement.
    Yearly,
    /// A later notice that adds a holiday or replaces the arrangement of one.
    Amendment,
}

/// What one notice says of one day.
pub(crate) struct Special {
    pub(crate) date: NaiveDate,
    pub(crate) kind: SpecialKind,
    pub(crate) holiday: &'static str,
    pub(crate) notice: &'static Notice,
    pub(crate) superseded_by: Option<&'static Notice>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpecialKind {
    DayOff,
    MakeUp,
}

impl Special {
    /// Whether this is what holds of the day for one who knows the notices published by `known`.
    pub(crate) fn holds(&self, known: NaiveDate) -> bool {
        self.notice.published <= known && self.superseded_by.is_none_or(|by| by.published > known)
    }
}

mod tables {
    use super::{Notice, NoticeKind, Special, SpecialKind};
    use chrono::NaiveDate;

    /// Evaluated while compiling, where a date that does not exist stops the build.
    const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        match NaiveDate::from_ymd_opt(year, month, day) {
            Some(date) => date,
            None => panic!("no such date"),
        }
    }

    pub(crate) const FIRST_DAY: NaiveDate = date(FIRST_YEAR, 1, 1);
    pub(crate) const BEFORE_FIRST_DAY: NaiveDate = date(FIRST_YEAR - 1, 12, 31);
    pub(crate) const LAST_DATE: NaiveDate = date(9999, 12, 31);

    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}

/// Day before [`FIRST_DAY`]: what is settled where no notice is known.
pub(crate) use tables::BEFORE_FIRST_DAY;
/// 1 January of [`FIRST_YEAR`].
pub(crate) use tables::FIRST_DAY;
/// From this day of December on, a day waits for the next year's notice.
pub(crate) use tables::FIRST_OPEN_DAY_OF_DECEMBER;
/// The last date that RFC 3339 can write. Dates after it are refused.
pub(crate) use tables::LAST_DATE;
/// The most rest days in a row in the settled part of the published years.
pub(crate) use tables::LONGEST_RUN_OF_REST;
/// All notices by date of publication.
pub(crate) use tables::NOTICES;
/// All days that a notice names, by date, then by notice.
pub(crate) use tables::SPECIALS;

/// The first year whose notice is compiled in. Earlier dates are refused.
pub const FIRST_YEAR: i32 = tables::FIRST_YEAR;

/// The day the newest notice compiled in was published, as `YYYY-MM-DD`.
pub const DATA_VERSION: &str = tables::NEWEST;

/// SHA-256 of the holiday files, one after another by year, in lower-case hexadecimal.
///
/// It changes with every correction of the data, so an answer that carries it can be replayed.
pub const DATA_SHA256: &str = tables::SHA256;

//! The notices and the days that they name. `build.rs` generates the tables from `holidays/`.

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
    /// The year whose holidays the notice arranges.
    pub year: i32,
    /// Whether the notice arranges the whole year or changes what another notice arranged.
    pub kind: NoticeKind,
    /// Its number, for example `国办发明电〔2025〕7号`.
    pub number: &'static str,
    /// Who issued it.
    pub issuer: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The date written under the notice.
    pub dated: NaiveDate,
    /// The day of publication. From this day on the notice is known.
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

/// What one notice says about one day.
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
    /// Whether this applies to the day, if only the notices published on `known` or before are known.
    pub(crate) fn holds(&self, known: NaiveDate) -> bool {
        self.notice.published <= known && self.superseded_by.is_none_or(|by| by.published > known)
    }
}

mod tables {
    use super::{Notice, NoticeKind, Special, SpecialKind};
    use chrono::NaiveDate;

    /// Evaluated at compile time: a date that does not exist stops the build.
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

/// The day before [`FIRST_DAY`]: the last settled day if no notice is known.
pub(crate) use tables::BEFORE_FIRST_DAY;
/// 1 January of [`FIRST_YEAR`].
pub(crate) use tables::FIRST_DAY;
/// From this day of December on, a day is settled only by the next year's notice.
pub(crate) use tables::FIRST_OPEN_DAY_OF_DECEMBER;
/// The last date that RFC 3339 can write. Later dates are refused.
pub(crate) use tables::LAST_DATE;
/// The largest number of consecutive rest days in the settled part of the published years.
pub(crate) use tables::LONGEST_RUN_OF_REST;
/// All notices by date of publication.
pub(crate) use tables::NOTICES;
/// All days that a notice names, by date, then by notice.
pub(crate) use tables::SPECIALS;

/// The first year whose notice is compiled in. Earlier dates are refused.
pub const FIRST_YEAR: i32 = tables::FIRST_YEAR;

/// The day on which the newest notice compiled in was published, as `YYYY-MM-DD`.
pub const DATA_VERSION: &str = tables::NEWEST;

/// SHA-256 of the holiday files, one after another by year, in lower-case hexadecimal.
///
/// Each correction of the data changes this hash. So the data behind an answer that contains the hash can be found again.
pub const DATA_SHA256: &str = tables::SHA256;

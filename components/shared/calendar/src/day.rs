//! The calendar, and what it says about one day.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::data::{
    BEFORE_FIRST_DAY, FIRST_DAY, FIRST_OPEN_DAY_OF_DECEMBER, LAST_DATE, NOTICES, Notice,
    NoticeKind, SPECIALS, Special, SpecialKind,
};
use crate::error::CalendarError;

/// The working days by the notices that are known on some day.
///
/// ```
/// use calendar::{DayKind, WorkingCalendar};
/// use chrono::NaiveDate;
///
/// // 国办发明电〔2020〕1号, published on 2020-01-27, turned a make-up Saturday into a day off.
/// let saturday = NaiveDate::from_ymd_opt(2020, 2, 1).unwrap();
/// let eve = NaiveDate::from_ymd_opt(2020, 1, 26).unwrap();
/// let calendar = WorkingCalendar::published();
/// assert!(matches!(calendar.day(saturday)?, DayKind::DayOff { holiday: "春节", .. }));
/// assert!(matches!(calendar.as_known_on(eve).day(saturday)?, DayKind::MakeUp { holiday: "春节", .. }));
/// # Ok::<(), calendar::CalendarError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingCalendar {
    known: NaiveDate,
    settled_through: NaiveDate,
}

impl WorkingCalendar {
    /// The calendar by all notices compiled in.
    #[must_use]
    pub fn published() -> Self {
        Self::knowing(NaiveDate::MAX)
    }

    /// The calendar by the notices and amendments published on `date` or before. `self` makes no difference.
    ///
    /// A window computed on 2019-03-01, and its change by the amendment of 2019-03-22, can both be shown.
    #[must_use]
    pub fn as_known_on(self, date: NaiveDate) -> Self {
        Self::knowing(date)
    }

    fn knowing(known: NaiveDate) -> Self {
        let settled_through = NOTICES
            .iter()
            .rev()
            .find(|notice| notice.kind == NoticeKind::Yearly && notice.published <= known)
            .and_then(|notice| {
                NaiveDate::from_ymd_opt(notice.year, 12, FIRST_OPEN_DAY_OF_DECEMBER - 1)
            })
            .unwrap_or(BEFORE_FIRST_DAY);
        Self {
            known,
            settled_through,
        }
    }

    /// The last settled day: 15 December of the last year whose notice is known. All days from 2013-01-01 to that day are
    /// settled. If no notice is known, the last settled day is 2012-12-31.
    #[must_use]
    pub fn settled_through(self) -> NaiveDate {
        self.settled_through
    }

    /// What is known about `date`.
    ///
    /// # Errors
    ///
    /// [`CalendarError::BeforeFirstNotice`] before 2013-01-01, [`CalendarError::AfterLastDate`] after 9999-12-31.
    pub fn day(self, date: NaiveDate) -> Result<DayKind, CalendarError> {
        Ok(self.days_from(date)?.at(date))
    }

    /// What the known notices say about `date`, even if the next notice may still change it. This is [`day`](Self::day)
    /// for a settled day. It is an ordinary weekday or weekend for an unsettled day from 16 to 31 December. It is `None`
    /// if the notice for the year of `date` is not known.
    ///
    /// # Errors
    ///
    /// The errors of [`day`](Self::day).
    ///
    /// ```
    /// use calendar::{DayKind, WorkingCalendar};
    /// use chrono::NaiveDate;
    ///
    /// // On 2018-12-05 the notice for 2018 was known. The notice for 2019 came one day later and made Monday 31 December
    /// // a day off.
    /// let eve = NaiveDate::from_ymd_opt(2018, 12, 5).unwrap();
    /// let calendar = WorkingCalendar::published().as_known_on(eve);
    /// let monday = NaiveDate::from_ymd_opt(2018, 12, 31).unwrap();
    /// assert_eq!(calendar.day_as_it_stands(monday)?, Some(DayKind::Weekday));
    /// assert_eq!(calendar.day_as_it_stands(monday.succ_opt().unwrap())?, None);
    /// # Ok::<(), calendar::CalendarError>(())
    /// ```
    pub fn day_as_it_stands(self, date: NaiveDate) -> Result<Option<DayKind>, CalendarError> {
        Ok(self.days_from(date)?.as_it_stands(date))
    }

    /// A reader of days from `start` on, for dates that only move forward.
    pub(crate) fn days_from(self, start: NaiveDate) -> Result<Days, CalendarError> {
        if start < FIRST_DAY {
            return Err(CalendarError::BeforeFirstNotice { date: start });
        }
        if start > LAST_DATE {
            return Err(CalendarError::AfterLastDate);
        }
        let from = SPECIALS.partition_point(|special| special.date < start);
        Ok(Days {
            calendar: self,
            specials: &SPECIALS[from..],
        })
    }

    /// Why `date` is unsettled. `date` must be after the last settled day.
    pub(crate) fn why_unsettled(self, date: NaiveDate) -> Unsettled {
        if date.year() <= self.settled_through.year() {
            Unsettled::DecemberBeforeNextNotice {
                next_year: date.year() + 1,
            }
        } else {
            Unsettled::NoticeNotOut { year: date.year() }
        }
    }

    /// The known notices that decide the days of a range, by date of publication: the notices of the years, the next
    /// year's notice if the range contains a day from 16 to 31 December, and the amendments that add or remove a special
    /// day in the range.
    pub(crate) fn notices_on(self, from: NaiveDate, to: NaiveDate) -> Vec<&'static Notice> {
        let years = from.year()..=settling_year(to);
        let start = SPECIALS.partition_point(|special| special.date < from);
        let end = SPECIALS.partition_point(|special| special.date <= to);
        let named = |notice: &Notice| {
            SPECIALS[start..end]
                .iter()
                .any(|special| special.notice == notice || special.superseded_by == Some(notice))
        };
        NOTICES
            .iter()
            .filter(|notice| notice.published <= self.known)
            .filter(|notice| match notice.kind {
                NoticeKind::Yearly => years.contains(&notice.year),
                NoticeKind::Amendment => named(notice),
            })
            .collect()
    }
}

/// The year whose notice settles `date`: the year of `date`, or the next year for 16–31 December.
pub(crate) fn settling_year(date: NaiveDate) -> i32 {
    let open = date.month() == 12 && date.day() >= FIRST_OPEN_DAY_OF_DECEMBER;
    date.year() + i32::from(open)
}

/// What the notices say about one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary working day, Monday to Friday.
    Weekday,
    /// A weekend day worked in exchange for a day off.
    MakeUp {
        /// The holiday whose day off is made up for.
        holiday: &'static str,
        /// The notice that says so.
        notice: &'static Notice,
    },
    /// An ordinary Saturday or Sunday.
    Weekend,
    /// A day off: the holiday itself, a day given in exchange, or a weekend day between such days.
    DayOff {
        /// The holiday.
        holiday: &'static str,
        /// The notice that says so.
        notice: &'static Notice,
    },
    /// Not yet settled by a known notice.
    Unsettled(Unsettled),
}

impl DayKind {
    /// Whether the day is worked.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Weekday | Self::MakeUp { .. } => Status::Working,
            Self::Weekend | Self::DayOff { .. } => Status::Rest,
            Self::Unsettled(_) => Status::Unsettled,
        }
    }
}

/// Whether a day is worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A working day.
    Working,
    /// A rest day.
    Rest,
    /// Not known yet.
    Unsettled,
}

/// Why a day is unsettled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsettled {
    /// The notice for the day's year is not known.
    NoticeNotOut {
        /// The year.
        year: i32,
    },
    /// The day is from 16 to 31 December, and the next year's notice, which may change the day, is not known.
    DecemberBeforeNextNotice {
        /// The year of the missing notice.
        next_year: i32,
    },
}

impl Unsettled {
    /// The year of the missing notice.
    #[must_use]
    pub const fn missing_year(self) -> i32 {
        match self {
            Self::NoticeNotOut { year } => year,
            Self::DecemberBeforeNextNotice { next_year } => next_year,
        }
    }
}

/// Reads days in ascending order. Moves forward in the table of special days instead of searching it for each day.
pub(crate) struct Days {
    calendar: WorkingCalendar,
    specials: &'static [Special],
}

impl Days {
    /// What is known about `date`. `date` must not be before the date of an earlier call.
    pub(crate) fn at(&mut self, date: NaiveDate) -> DayKind {
        if date > self.calendar.settled_through {
            return DayKind::Unsettled(self.calendar.why_unsettled(date));
        }
        self.named_or_ordinary(date)
    }

    /// Like [`WorkingCalendar::day_as_it_stands`]. `date` must not be before the date of an earlier call.
    pub(crate) fn as_it_stands(&mut self, date: NaiveDate) -> Option<DayKind> {
        let calendar = self.calendar;
        let known = date <= calendar.settled_through
            || matches!(
                calendar.why_unsettled(date),
                Unsettled::DecemberBeforeNextNotice { .. }
            );
        known.then(|| self.named_or_ordinary(date))
    }

    fn named_or_ordinary(&mut self, date: NaiveDate) -> DayKind {
        while let [special, rest @ ..] = self.specials
            && special.date <= date
        {
            if special.date == date && special.holds(self.calendar.known) {
                let Special {
                    holiday, notice, ..
                } = *special;
                return match special.kind {
                    SpecialKind::DayOff => DayKind::DayOff { holiday, notice },
                    SpecialKind::MakeUp => DayKind::MakeUp { holiday, notice },
                };
            }
            self.specials = rest;
        }
        match date.weekday() {
            Weekday::Sat | Weekday::Sun => DayKind::Weekend,
            _ => DayKind::Weekday,
        }
    }
}

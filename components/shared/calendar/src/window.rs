//! The window of a public notice.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};

use crate::bounds::{Certainty, plus};
use crate::counting::{Counting, WorkingDays};
use crate::data::Notice;
use crate::day::{DayKind, Status, Unsettled, WorkingCalendar};
use crate::error::CalendarError;

const CHINA: FixedOffset = match FixedOffset::east_opt(8 * 60 * 60) {
    Some(offset) => offset,
    None => panic!("eight hours are a valid offset"),
};

/// Midnight at the end of a day in China, as a time in UTC.
const END_OF_DAY_IN_UTC: NaiveTime = match NaiveTime::from_hms_opt(16, 0, 0) {
    Some(time) => time,
    None => panic!("16:00 is a valid time"),
};

/// The days on which a public notice (公示) runs, with a reason for each day.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoticeWindow {
    /// The day of publication.
    pub published: NaiveDate,
    /// How many working days it runs.
    pub days: WorkingDays,
    /// The counting rule used.
    pub counting: Counting,
    /// The first counted day. In a provisional window, this day is settled if it is before
    /// [`first_unsettled`](crate::Bounds::first_unsettled). Otherwise it is the day by the notices published now, or `None`
    /// if it lies in a year whose own notice is not published.
    pub first_day: Option<NaiveDate>,
    /// The last counted day.
    ///
    /// - In a settled window: that day, for certain.
    /// - In a provisional window that stays within the years whose own notices are published: the day by those notices,
    ///   with 16–31 December counted as [these days stand](WorkingCalendar::day_as_it_stands). The next year's notice may
    ///   still change the last day. The last day lies within the bounds.
    /// - In a provisional window that runs into a year whose own notice is not published: `None`. Only the bounds are
    ///   known.
    pub last_day: Option<NaiveDate>,
    /// Whether the last day is settled. If it is not, the bounds say between which days it will lie.
    pub certainty: Certainty,
    /// Every day from publication to the last day, with its reason. In a provisional window, to the latest possible last
    /// day.
    pub dates: Vec<WindowDate>,
    /// The result of the other counting rule.
    pub other_rule: OtherRule,
    calendar: WorkingCalendar,
}

/// One day of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowDate {
    /// The day.
    pub date: NaiveDate,
    /// Why the day is counted or not counted.
    pub reason: Reason,
}

/// Why a day of a window is counted or not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The day of publication. [`Counting::DayAfter`] never counts it.
    Published,
    /// An ordinary working day, counted.
    Counted,
    /// A weekend day worked in exchange, counted.
    MakeUp {
        /// The holiday whose day off is made up for.
        holiday: &'static str,
        /// The notice that says so.
        notice: &'static Notice,
    },
    /// An ordinary Saturday or Sunday, not counted.
    Weekend,
    /// A day off, not counted.
    DayOff {
        /// The holiday.
        holiday: &'static str,
        /// The notice that says so.
        notice: &'static Notice,
    },
    /// It is not known yet whether the day counts.
    Unsettled(Unsettled),
}

impl Reason {
    /// Whether the day certainly counts as a working day of the window.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Counted | Self::MakeUp { .. })
    }

    /// `published`, `counted`, `make_up`, `weekend`, `day_off` or `unsettled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Counted => "counted",
            Self::MakeUp { .. } => "make_up",
            Self::Weekend => "weekend",
            Self::DayOff { .. } => "day_off",
            Self::Unsettled(_) => "unsettled",
        }
    }

    /// The holiday of a day off or a make-up day.
    #[must_use]
    pub const fn holiday(self) -> Option<&'static str> {
        match self {
            Self::MakeUp { holiday, .. } | Self::DayOff { holiday, .. } => Some(holiday),
            _ => None,
        }
    }
}

impl From<DayKind> for Reason {
    fn from(day: DayKind) -> Self {
        match day {
            DayKind::Weekday => Self::Counted,
            DayKind::MakeUp { holiday, notice } => Self::MakeUp { holiday, notice },
            DayKind::Weekend => Self::Weekend,
            DayKind::DayOff { holiday, notice } => Self::DayOff { holiday, notice },
            DayKind::Unsettled(why) => Self::Unsettled(why),
        }
    }
}

/// The last day of a window by the counting rule that was not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherRule {
    /// The other rule.
    pub counting: Counting,
    /// The last day by that rule, with the meaning of [`NoticeWindow::last_day`].
    pub last_day: Option<NaiveDate>,
    /// Whether this last day is settled. If it is not, the bounds say between which days it will lie.
    pub certainty: Certainty,
}

impl NoticeWindow {
    /// When objections close: 24:00 in China on the last day (民法典 §203), which is 00:00 of the next day at UTC+8. This
    /// time is as certain as the last day. `None` if there is no last day.
    ///
    /// NOT MODELLED: §203 also lets the period end at the close of business, if there are business hours.
    #[must_use]
    pub fn closes_at(&self) -> Option<DateTime<FixedOffset>> {
        self.last_day.map(closes_at)
    }

    /// The notices that the window depends on, by date of publication: the notices of the years of its days, the next
    /// year's notice if a day is from 16 to 31 December, and the amendments that add or remove a special day.
    #[must_use]
    pub fn notices(&self) -> Vec<&'static Notice> {
        let to = self.dates.last().map_or(self.published, |last| last.date);
        self.calendar.notices_on(self.published, to)
    }
}

/// The end of `day` in China, as 00:00 of the next day at UTC+8 (16:00 UTC).
///
/// ```
/// use chrono::NaiveDate;
///
/// let day = NaiveDate::from_ymd_opt(2026, 10, 10).unwrap();
/// assert_eq!(calendar::closes_at(day).to_rfc3339(), "2026-10-11T00:00:00+08:00");
/// ```
#[must_use]
pub fn closes_at(day: NaiveDate) -> DateTime<FixedOffset> {
    DateTime::from_naive_utc_and_offset(day.and_time(END_OF_DAY_IN_UTC), CHINA)
}

/// The result of counting by one rule.
struct Count {
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    certainty: Certainty,
}

impl WorkingCalendar {
    /// The window of a public notice published on `published` that runs for `days` working days.
    ///
    /// A settled window has exactly `days` counted days and ends on the last of them. That day is a working day, so §203
    /// never moves it. If counting reaches an unsettled day, the window is provisional and has bounds. It may have a last
    /// day too; see [`NoticeWindow::last_day`].
    ///
    /// # Errors
    ///
    /// [`CalendarError::BeforeFirstNotice`] if published before 2013-01-01, [`CalendarError::AfterLastDate`] if the
    /// window may reach past 9999-12-31, [`CalendarError::NoHistory`] if the published years cannot bound it.
    ///
    /// ```
    /// use calendar::{Counting, WorkingCalendar, WorkingDays};
    /// use chrono::NaiveDate;
    ///
    /// // 云南省工信厅, 2024-06-03: "公示期从2024年6月3日起至2024年6月7日止(5个工作日)". The day of publication was counted.
    /// let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day);
    /// let five = WorkingDays::parse("5")?;
    /// let calendar = WorkingCalendar::published();
    /// let window = calendar.window(day(6, 3).unwrap(), five, Counting::PublicationDay)?;
    /// assert_eq!(window.last_day, day(6, 7));
    /// // By 民法典 §201 it would have ended after the weekend and 端午节 on 10 June.
    /// assert_eq!(window.other_rule.last_day, day(6, 11));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn window(
        self,
        published: NaiveDate,
        days: WorkingDays,
        counting: Counting,
    ) -> Result<NoticeWindow, CalendarError> {
        // Five working days take seven calendar days. The longest holidays add about ten.
        let mut dates = Vec::with_capacity(usize::from(days.get()) * 3 / 2 + 12);
        let count = self.count(published, days, counting, |date, reason| {
            dates.push(WindowDate { date, reason });
        })?;
        let other = self.count(published, days, counting.other(), |_, _| {})?;
        Ok(NoticeWindow {
            published,
            days,
            counting,
            first_day: count.first_day,
            last_day: count.last_day,
            certainty: count.certainty,
            dates,
            other_rule: OtherRule {
                counting: counting.other(),
                last_day: other.last_day,
                certainty: other.certainty,
            },
            calendar: self,
        })
    }

    /// Counts working days from the day of publication on. Calls `see` for each day of the window.
    fn count(
        self,
        published: NaiveDate,
        days: WorkingDays,
        counting: Counting,
        mut see: impl FnMut(NaiveDate, Reason),
    ) -> Result<Count, CalendarError> {
        let mut calendar = self.days_from(published)?;
        let mut date = published;
        if counting == Counting::DayAfter {
            see(date, Reason::Published);
            date = plus(date, 1)?;
        }
        let mut remaining = days.get();
        let mut first_day = None;
        loop {
            let day = calendar.at(date);
            if let DayKind::Unsettled(_) = day {
                let (first_as_it_stands, last_day) = self.count_as_it_stands(date, remaining)?;
                let bounds = self.bounds_of_window(date, remaining, last_day)?;
                for date in date.iter_days().take_while(|date| *date <= bounds.latest) {
                    see(date, Reason::from(calendar.at(date)));
                }
                return Ok(Count {
                    first_day: first_day.or(first_as_it_stands),
                    last_day,
                    certainty: Certainty::Provisional(bounds),
                });
            }
            let reason = Reason::from(day);
            see(date, reason);
            if reason.is_counted() {
                first_day = first_day.or(Some(date));
                remaining -= 1;
                if remaining == 0 {
                    let certainty = Certainty::Settled;
                    return Ok(Count {
                        first_day,
                        last_day: Some(date),
                        certainty,
                    });
                }
            }
            date = plus(date, 1)?;
        }
    }

    /// The first and the `remaining`-th working day from `start` on, by the notices that are known. `None` for a day in a
    /// year whose own notice is not known.
    fn count_as_it_stands(
        self,
        start: NaiveDate,
        remaining: u16,
    ) -> Result<(Option<NaiveDate>, Option<NaiveDate>), CalendarError> {
        let mut days = self.days_from(start)?;
        let mut working = start
            .iter_days()
            .map_while(|date| days.as_it_stands(date).map(|day| (date, day)))
            .filter(|(_, day)| day.status() == Status::Working)
            .map(|(date, _)| date);
        let first = working.next();
        let last = match usize::from(remaining) {
            0 | 1 => first,
            more => working.nth(more - 2),
        };
        Ok((first, last))
    }
}

//! Working days of the People's Republic of China, the windows of public notices counted in them, and deadlines.
//!
//! The days come from the State Council's yearly holiday notices and their amendments (`holidays/`), compiled into
//! static tables. A [`WorkingCalendar`] answers with [all notices](WorkingCalendar::published), or
//! [as they were known](WorkingCalendar::as_known_on) on some day. Nothing here reads a clock: today is an argument.
//!
//! ```
//! use calendar::{Counting, WorkingCalendar, WorkingDays};
//! use chrono::NaiveDate;
//!
//! // Five working days from Monday 28 September 2026: the National Day holiday lies between, and
//! // Saturday 10 October is worked in exchange.
//! let published = NaiveDate::from_ymd_opt(2026, 9, 28).unwrap();
//! let days = WorkingDays::parse("5")?;
//! let window = WorkingCalendar::published().window(published, days, Counting::DayAfter)?;
//! assert_eq!(window.last_day, NaiveDate::from_ymd_opt(2026, 10, 10));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is a working day
//!
//! A day is a working day if a notice names it as a make-up day, or if it is from Monday to Friday and no notice names it
//! as a day off. State organs rest on Saturday and Sunday (国务院关于职工工作时间的规定, art. 7). That a weekend day marked
//! 上班 counts as a 工作日 is an inference; no text says so.
//!
//! # What is settled
//!
//! A year is settled by its notice, except for 16–31 December. These days are settled by the next year's notice, because
//! the notices for 2012, 2019 and 2023 changed the December before. A notice may still be amended later, as in 2015, 2019
//! and 2020. Nobody can foresee an amendment, so it makes no day unsettled.
//!
//! An answer that depends on an unsettled day is [provisional](Certainty::Provisional) and has bounds. A provisional window
//! has a last day only if the window stays within years whose own notices are published. The last day is then computed
//! with the days [as they stand](WorkingCalendar::day_as_it_stands). No working day is counted in a year whose own notice
//! is not published.
//!
//! `NOT MODELLED:` days off in one region or city (全国年节及纪念日放假办法, art. 4); holidays for only some people, for
//! example half a day on 8 March; leave that a notice only encourages: 2024-02-09 is a working day.

#![deny(missing_docs)]

mod bounds;
mod counting;
mod data;
mod day;
mod deadline;
mod error;
mod window;
mod year;

pub use bounds::{Assumption, Bounds, Certainty};
pub use counting::{Counting, CountingError, WorkingDays, WorkingDaysError};
pub use data::{DATA_SHA256, DATA_VERSION, FIRST_YEAR, Notice, NoticeKind};
pub use day::{DayKind, Status, Unsettled, WorkingCalendar};
pub use deadline::{Deadline, Term};
pub use error::CalendarError;
pub use window::{NoticeWindow, OtherRule, Reason, WindowDate, closes_at};
pub use year::{Year, YearCertainty};

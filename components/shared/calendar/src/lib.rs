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
//! A make-up day named by a notice, or Monday to Friday and not a day off named by a notice. State organs rest on
//! Saturday and Sunday (国务院关于职工工作时间的规定, art. 7). That a weekend day marked 上班 counts as 工作日 is an
//! inference: no text says it in words.
//!
//! # What is settled
//!
//! A year is settled by its notice, except for 16–31 December: the notices for 2012, 2019 and 2023 changed the December
//! before, so these days settle when the next year's notice is out. A notice may still be amended later, as in 2015,
//! 2019 and 2020; such a change cannot be foreseen and makes nothing unsettled. Answers that meet an unsettled day are
//! [provisional](Certainty::Provisional) and carry bounds. A provisional window names a last day only while it stays
//! within years whose own notices are out, and then it is the day [as it stands](WorkingCalendar::day_as_it_stands); into
//! a year whose own notice is not out nothing is counted.
//!
//! `NOT MODELLED:` days off of one region or city (全国年节及纪念日放假办法, art. 4), holidays for part of the people
//! such as half a day on 8 March, and leave that a notice merely encourages: 2024-02-09 is a working day.

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
pub use day::{Day, Status, Unsettled, WorkingCalendar};
pub use deadline::{Deadline, Term};
pub use error::CalendarError;
pub use window::{NoticeWindow, OtherRule, Reason, WindowDate, closes_at};
pub use year::{Year, YearCertainty};

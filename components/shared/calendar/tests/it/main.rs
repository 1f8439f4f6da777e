//! Tests of the calendar through its public face.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bounds;
mod deadlines;
mod files;
mod known_on;
mod properties;
mod vectors;
mod windows;
mod years;

use calendar::{Counting, NoticeWindow, WorkingCalendar, WorkingDays};
use chrono::NaiveDate;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(count: u64) -> WorkingDays {
    count.try_into().unwrap()
}

/// The calendar by the notices of 2013–2026, before the one for 2027. What is provisional here will be settled by it.
fn calendar() -> WorkingCalendar {
    WorkingCalendar::published().as_known_on(date("2026-11-23"))
}

/// The window by 民法典 §201.
fn window(published: &str, count: u64) -> NoticeWindow {
    calendar()
        .window(date(published), days(count), Counting::DayAfter)
        .unwrap()
}

//! Calendar dates, `YYYY-MM-DD`, in queries and in JSON.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de::Error};

use crate::Text;

/// Reads a date, written as `2026-11-23` and no other way.
///
/// # Errors
/// What a date is, where the text is none: of another form, or no day of the calendar.
pub fn parse(text: &str) -> Result<NaiveDate, Text> {
    let digits = |range: std::ops::Range<usize>| {
        let part = text
            .get(range)
            .filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let well_formed =
        text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let parts = (digits(0..4), digits(5..7), digits(8..10));
    let (Some(year), Some(month), Some(day), true) = (parts.0, parts.1, parts.2, well_formed)
    else {
        return Err(Text::new(
            "日期的格式为 YYYY-MM-DD。",
            "A date is written YYYY-MM-DD.",
        ));
    };
    let year = i32::try_from(year).ok();
    year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or_else(|| {
            Text::new(
                format!("日历上没有{text}这一天。"),
                format!("{text} is no day of the calendar."),
            )
        })
}

/// Reads a date in JSON; for `#[serde(deserialize_with)]`.
///
/// # Errors
/// As [`parse`].
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(|text| D::Error::custom(text.into_error()))
}

//! Calendar dates: `YYYY-MM-DD` in queries and in JSON, and in sentences.

use std::fmt;

use chrono::{Datelike, NaiveDate};
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

/// A date in a Chinese sentence: `2026年10月1日`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zh(pub NaiveDate);

impl fmt::Display for Zh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(date) = self;
        write!(f, "{}年{}月{}日", date.year(), date.month(), date.day())
    }
}

/// A date in an English sentence: `1 October 2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct En(pub NaiveDate);

impl fmt::Display for En {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(date) = self;
        let month = match date.month() {
            1 => "January",
            2 => "February",
            3 => "March",
            4 => "April",
            5 => "May",
            6 => "June",
            7 => "July",
            8 => "August",
            9 => "September",
            10 => "October",
            11 => "November",
            _ => "December",
        };
        write!(f, "{} {month} {}", date.day(), date.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_sentences() {
        for (date, zh, en) in [
            ("2026-10-01", "2026年10月1日", "1 October 2026"),
            ("2024-02-29", "2024年2月29日", "29 February 2024"),
            ("2013-01-01", "2013年1月1日", "1 January 2013"),
            ("9999-12-31", "9999年12月31日", "31 December 9999"),
        ] {
            let date = parse(date).unwrap();
            assert_eq!(Zh(date).to_string(), zh);
            assert_eq!(En(date).to_string(), en);
        }
    }
}

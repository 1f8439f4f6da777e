use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::Text;

/// A day of the calendar. Its only written form is `2026-11-23`.
///
/// ```
/// use text::Day;
///
/// assert_eq!(Day::parse("2026-11-23"), Ok(Day::new(2026, 11, 23)));
/// assert!(Day::parse("2026-11-3").is_err());
/// assert!(Day::parse("2026-02-30").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(NaiveDate);

/// The length of `2026-10-01`.
const LENGTH: usize = 10;

impl Day {
    /// The day with this year, month and day of the month. For constants only.
    ///
    /// # Panics
    /// There is no such day.
    pub const fn new(year: i32, month: u32, day: u32) -> Self {
        match NaiveDate::from_ymd_opt(year, month, day) {
            Some(date) => Self(date),
            None => panic!("there is no such day"),
        }
    }

    /// Reads a day.
    ///
    /// # Errors
    /// What is wrong: the text has another form, or there is no such day.
    pub fn parse(text: &str) -> Result<Self, Text> {
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
            .map(Self)
            .ok_or_else(|| {
                Text::new(
                    format!("日历上没有{text}这一天。"),
                    format!("{text} is no day of the calendar."),
                )
            })
    }

    /// The day itself.
    pub const fn get(self) -> NaiveDate {
        self.0
    }

    /// Writes the day over the first ten bytes of `form`. `None` if the year does not have four digits.
    ///
    /// Does not use chrono's formatting, because an answer can contain hundreds of days, and formatting
    /// them would take longer than computing them.
    pub fn write_over<const N: usize>(self, mut form: [u8; N]) -> Option<[u8; N]> {
        let year = u32::try_from(self.0.year())
            .ok()
            .filter(|year| *year <= 9999)?;
        let digits = [(0..4, year), (5..7, self.0.month()), (8..10, self.0.day())];
        for (place, mut number) in digits {
            for digit in form.get_mut(place)?.iter_mut().rev() {
                *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        }
        Some(form)
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl From<Day> for NaiveDate {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const FORM: [u8; LENGTH] = *b"0000-00-00";
        match self.write_over(FORM) {
            Some(written) => f.write_str(std::str::from_utf8(&written).unwrap_or_default()),
            None => self.0.fmt(f),
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|text| D::Error::custom(text.into_error()))
    }
}

/// Reads a year of four digits.
///
/// # Errors
/// The text is not four digits. The error says what a year looks like.
pub fn parse_year(text: &str) -> Result<i32, Text> {
    let four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = four_digits.then(|| text.parse().ok()).flatten();
    year.ok_or_else(|| Text::new("年份为四位数字。", "A year is four digits."))
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
            let date = Day::parse(date).unwrap().get();
            assert_eq!(Zh(date).to_string(), zh);
            assert_eq!(En(date).to_string(), en);
        }
    }

    /// Compares with chrono's own output.
    #[test]
    fn days_are_written_as_chrono_writes_them() {
        let start = Day::new(2023, 12, 20).get();
        let days = start.iter_days().take(500);
        let edges = [
            (1, 1, 1),
            (0, 1, 1),
            (-1, 12, 31),
            (9999, 12, 31),
            (10_000, 1, 1),
        ];
        let edges = edges.map(|(year, month, day)| Day::new(year, month, day).get());
        for day in days.chain(edges) {
            assert_eq!(Day::from(day).to_string(), day.to_string());
            let json = serde_json::to_string(&Day::from(day)).unwrap();
            assert_eq!(json, serde_json::to_string(&day).unwrap());
        }
    }

    #[test]
    fn a_day_is_read_in_one_form_only() {
        for text in [
            "2026-1-05",
            "2026-01-5",
            "+026-01-05",
            " 2026-01-05",
            "2026-01-05 ",
            "2026/01/05",
            "20260105",
            "12026-01-05",
            "２026-01-05",
            "2025-02-29",
            "2026-13-01",
            "2026-00-10",
            "",
        ] {
            assert!(Day::parse(text).is_err(), "{text}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<Day>(&json).is_err(), "{text}");
        }
        let day: Day = serde_json::from_str("\"2024-02-29\"").unwrap();
        assert_eq!(day, Day::new(2024, 2, 29));
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2024-02-29\"");
    }

    #[test]
    fn a_year_is_four_digits() {
        for (text, year) in [
            ("2026", Some(2026)),
            ("0001", Some(1)),
            ("26", None),
            ("+2026", None),
            ("20260", None),
            ("２０２６", None),
            ("", None),
        ] {
            assert_eq!(parse_year(text).ok(), year, "{text}");
        }
    }
}

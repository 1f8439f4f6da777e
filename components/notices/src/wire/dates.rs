//! Dates as they are written in JSON.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde::{Serialize, Serializer};

/// `2026-10-01`, for years of four digits, which are all that are answered.
///
/// Written by hand, because a window names dozens of dates and chrono's formatting costs more than the
/// counting.
#[derive(Clone, Copy)]
pub(crate) struct Iso(pub(crate) NaiveDate);

/// The length of `2026-10-01`.
const LENGTH: usize = 10;

impl Iso {
    fn write<const N: usize>(self, mut written: [u8; N]) -> [u8; N] {
        let Self(date) = self;
        let digits = [
            (0..4, date.year().unsigned_abs()),
            (5..7, date.month()),
            (8..10, date.day()),
        ];
        for (place, mut number) in digits {
            for digit in written.get_mut(place).into_iter().flatten().rev() {
                *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        }
        written
    }
}

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written: [u8; LENGTH] = self.write(*b"0000-00-00");
        serializer.serialize_str(text(&written))
    }
}

impl fmt::Display for Iso {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(text(&self.write(*b"0000-00-00")))
    }
}

/// The bytes are digits and punctuation, so nothing is ever lost.
fn text(written: &[u8]) -> &str {
    std::str::from_utf8(written).unwrap_or_default()
}

/// The end of a day in China: `2026-10-11T00:00:00+08:00`, as RFC 3339 has it.
pub(crate) struct EndOfDay(pub(crate) DateTime<FixedOffset>);

impl Serialize for EndOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Iso(self.0.date_naive()).write(*b"0000-00-00T00:00:00+08:00");
        serializer.serialize_str(text(&written))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written() {
        for date in ["2026-10-01", "2024-02-29", "2013-01-01", "9999-12-31"] {
            let parsed: NaiveDate = date.parse().unwrap();
            assert_eq!(Iso(parsed).to_string(), date);
            assert_eq!(
                serde_json::to_string(&Iso(parsed)).unwrap(),
                format!("\"{date}\"")
            );
        }
    }

    /// Against chrono's own writing, over three years.
    #[test]
    fn every_end_of_day_is_written_as_rfc_3339_has_it() {
        let start: NaiveDate = "2024-01-01".parse().unwrap();
        for day in start.iter_days().take(1_100) {
            let end = calendar::closes_at(day);
            let written = serde_json::to_string(&EndOfDay(end)).unwrap();
            assert_eq!(written, format!("\"{}\"", end.to_rfc3339()));
        }
    }
}

//! The end of a day in JSON.

use chrono::{DateTime, FixedOffset};
use serde::{Serialize, Serializer, ser::Error};
use text::Day;

/// The end of a day in China, in the form of RFC 3339. The end of 10 October 2026 is
/// `2026-10-11T00:00:00+08:00`.
pub(crate) struct EndOfDay(pub(crate) DateTime<FixedOffset>);

impl Serialize for EndOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = *b"0000-00-00T00:00:00+08:00";
        let written = Day::from(self.0.date_naive()).write_over(form);
        let written = written
            .as_ref()
            .and_then(|bytes| std::str::from_utf8(bytes).ok());
        let written = written.ok_or_else(|| S::Error::custom("a year of four digits is needed"))?;
        serializer.serialize_str(written)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    /// Compares three years of days with chrono's own output.
    #[test]
    fn an_end_of_day_is_written_as_in_rfc_3339() {
        let start: NaiveDate = "2024-01-01".parse().unwrap();
        for day in start.iter_days().take(1_100) {
            let end = calendar::closes_at(day);
            let written = serde_json::to_string(&EndOfDay(end)).unwrap();
            assert_eq!(written, format!("\"{}\"", end.to_rfc3339()));
        }
    }
}

//! Windows that were computed apart from this crate: `window-vectors.csv` was handed to the project with the notices.

use crate::{date, window};

/// The rows that reach 16–31 December 2026 give the day by ordinary weeks. While the notice for 2027 is not out that
/// day may still change, so there it must lie within the bounds.
#[test]
fn all_rows_agree() {
    let mut rows = 0;
    for row in include_str!("window-vectors.csv").lines().skip(1) {
        let [published, days, first_day, last_day] =
            row.split(',').collect::<Vec<_>>().try_into().unwrap();
        let window = window(published, days.parse().unwrap());
        assert_eq!(window.first_day, Some(date(first_day)), "{row}");
        if let Some(bounds) = window.certainty.bounds() {
            assert!(date(last_day) > date("2026-12-15"), "{row}");
            assert!(
                (bounds.earliest..=bounds.latest).contains(&date(last_day)),
                "{row}"
            );
            assert_eq!(window.last_day, None, "{row}");
        } else {
            assert_eq!(window.last_day, Some(date(last_day)), "{row}");
        }
        rows += 1;
    }
    assert_eq!(rows, 4338);
}

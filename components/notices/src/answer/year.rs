//! A year of the calendar in JSON.

use calendar::{DATA_SHA256, DATA_VERSION, DayKind, Status, WorkingCalendar, Year, YearCertainty};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use text::Day;
use web::Problem;

use crate::answer::window::{Named, ShownNotice};

/// The year as JSON.
pub(crate) fn to_json(year: &Year) -> Result<Vec<u8>, Problem> {
    let months: Vec<_> = (1..=12).map(|number| month(year, number)).collect();
    let shown = Shown {
        year: year.year(),
        certainty: match year.certainty() {
            YearCertainty::Settled => "settled",
            YearCertainty::DecemberUnsettled => "december_unsettled",
            YearCertainty::NoticeNotOut => "notice_not_out",
        },
        working_days: months.iter().map(|month| month.working_days).sum(),
        unsettled: unsettled(year),
        months,
        special_days: year.special_days().filter_map(special).collect(),
        notices: year.notices().into_iter().map(ShownNotice::from).collect(),
        data: Data {
            newest_notice: DATA_VERSION,
            sha256: DATA_SHA256,
        },
        days: year.days().iter().map(day).collect(),
    };
    // A year has about 26 kB, so the buffer need not grow.
    let mut body = Vec::with_capacity(32 * 1024);
    serde_json::to_writer(&mut body, &shown).map_err(|e| Problem::internal(&e))?;
    Ok(body)
}

/// `working_days` is null if the year's holiday notice is not published yet. If only days in December
/// depend on the next year's notice, `working_days` is the number by today's notices, and `unsettled`
/// names those days.
#[derive(Serialize)]
struct Shown {
    year: i32,
    certainty: &'static str,
    working_days: Option<usize>,
    unsettled: Option<Unsettled>,
    months: Vec<Month>,
    special_days: Vec<Special>,
    notices: Vec<ShownNotice>,
    data: Data,
    days: Vec<ShownDay>,
}

/// The days that depend on a notice that is not published yet. They are always one range without gaps.
#[derive(Serialize)]
struct Unsettled {
    first_day: Day,
    last_day: Day,
    days: usize,
    missing_year: i32,
}

fn unsettled(year: &Year) -> Option<Unsettled> {
    let (first, why) = year.days().iter().find_map(|(date, day)| match day {
        DayKind::Unsettled(why) => Some((*date, *why)),
        _ => None,
    })?;
    let (last, _) = year.days().last()?;
    Some(Unsettled {
        first_day: Day::from(first),
        last_day: Day::from(*last),
        days: year.unsettled_days(),
        missing_year: why.missing_year(),
    })
}

#[derive(Serialize)]
struct Month {
    month: u32,
    working_days: Option<usize>,
    rest_days: Option<usize>,
    unsettled_days: usize,
}

fn month(year: &Year, number: u32) -> Month {
    let days = || {
        year.days()
            .iter()
            .filter(move |(date, _)| date.month() == number)
    };
    let (mut working_days, mut rest_days) = (Some(0), Some(0));
    for (date, day) in days() {
        match as_it_stands(*date, *day).map(DayKind::status) {
            Some(Status::Working) => working_days = working_days.map(|days| days + 1),
            Some(Status::Rest) => rest_days = rest_days.map(|days| days + 1),
            Some(Status::Unsettled) | None => (working_days, rest_days) = (None, None),
        }
    }
    Month {
        month: number,
        working_days,
        rest_days,
        unsettled_days: days()
            .filter(|(_, day)| day.status() == Status::Unsettled)
            .count(),
    }
}

/// What today's notices say about a day; `None` if they say nothing.
fn as_it_stands(date: NaiveDate, day: DayKind) -> Option<DayKind> {
    match day {
        DayKind::Unsettled(_) => WorkingCalendar::published()
            .day_as_it_stands(date)
            .ok()
            .flatten(),
        settled => Some(settled),
    }
}

/// A day that a holiday notice names. `notice` is the number of the notice.
#[derive(Serialize)]
struct Special {
    date: Day,
    kind: &'static str,
    holiday: &'static str,
    notice: &'static str,
}

fn special((date, day): (NaiveDate, DayKind)) -> Option<Special> {
    let (kind, holiday, notice) = match day {
        DayKind::DayOff { holiday, notice } => ("day_off", holiday, notice),
        DayKind::MakeUp { holiday, notice } => ("make_up", holiday, notice),
        _ => return None,
    };
    Some(Special {
        date: Day::from(date),
        kind,
        holiday,
        notice: notice.number,
    })
}

/// The holiday notices behind the answer.
#[derive(Serialize)]
struct Data {
    newest_notice: &'static str,
    sha256: &'static str,
}

/// A day of the year. `working` is null if it is not known yet whether the day is worked.
#[derive(Serialize)]
struct ShownDay {
    date: Day,
    working: Option<bool>,
    reason: Named,
}

fn day((date, day): &(NaiveDate, DayKind)) -> ShownDay {
    ShownDay {
        date: Day::from(*date),
        working: match day.status() {
            Status::Working => Some(true),
            Status::Rest => Some(false),
            Status::Unsettled => None,
        },
        reason: match day {
            DayKind::Weekday => Named("weekday", None),
            DayKind::Weekend => Named("weekend", None),
            DayKind::MakeUp { holiday, .. } => Named("make_up", Some(holiday)),
            DayKind::DayOff { holiday, .. } => Named("day_off", Some(holiday)),
            DayKind::Unsettled(_) => Named("unsettled", None),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn shown(known_on: &str, year: i32) -> Value {
        let calendar = WorkingCalendar::published().as_known_on(known_on.parse().unwrap());
        let body = to_json(&calendar.year(year).unwrap()).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// 国办发明电〔2025〕7号: 33 days off, 19 of them Monday to Friday, and 6 working days on weekends.
    #[test]
    fn a_year_with_unsettled_days_in_december() {
        let year = shown("2026-09-01", 2026);
        assert_eq!(year["certainty"], "december_unsettled");
        assert_eq!(year["working_days"], 261 - 19 + 6);
        assert_eq!(
            year["unsettled"],
            json!({"first_day": "2026-12-16", "last_day": "2026-12-31", "days": 16, "missing_year": 2027})
        );
        assert_eq!(
            year["months"][9],
            json!({"month": 10, "working_days": 18, "rest_days": 13, "unsettled_days": 0})
        );
        assert_eq!(
            year["months"][11],
            json!({"month": 12, "working_days": 23, "rest_days": 8, "unsettled_days": 16})
        );
        assert_eq!(year["special_days"].as_array().unwrap().len(), 33 + 6);
        let days = year["days"].as_array().unwrap();
        assert_eq!(days.len(), 365);
        for expected in [
            json!({"date": "2026-10-01", "working": false, "reason": "day_off 国庆节"}),
            json!({"date": "2026-10-10", "working": true, "reason": "make_up 国庆节"}),
            json!({"date": "2026-10-11", "working": false, "reason": "weekend"}),
            json!({"date": "2026-12-15", "working": true, "reason": "weekday"}),
            json!({"date": "2026-12-16", "working": null, "reason": "unsettled"}),
        ] {
            assert!(days.contains(&expected), "{expected}");
        }
    }

    #[test]
    fn a_year_whose_notice_is_not_out() {
        let year = shown("2026-09-01", 2028);
        assert_eq!(year["certainty"], "notice_not_out");
        assert_eq!(year["working_days"], Value::Null);
        assert_eq!(year["unsettled"]["days"], 366);
        assert_eq!(
            year["months"][1],
            json!({"month": 2, "working_days": null, "rest_days": null, "unsettled_days": 29})
        );
        assert_eq!(year["notices"], json!([]));
        let days = year["days"].as_array().unwrap();
        assert!(days.iter().all(|day| day["working"] == Value::Null));
    }

    #[test]
    fn a_settled_year_names_its_amendments() {
        let year = shown("2026-09-01", 2020);
        assert_eq!(year["certainty"], "settled");
        assert_eq!(year["unsettled"], Value::Null);
        assert_eq!(year["notices"][1]["kind"], "amendment");
        assert_eq!(year["notices"][1]["number"], "国办发明电〔2020〕1号");
        let extended = json!({"date": "2020-01-31", "kind": "day_off", "holiday": "春节", "notice": "国办发明电〔2020〕1号"});
        assert!(year["special_days"].as_array().unwrap().contains(&extended));
    }
}

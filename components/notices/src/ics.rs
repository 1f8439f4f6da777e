//! A year of the calendar as iCalendar (RFC 5545), for subscriptions.

use calendar::{DayKind, Notice, Year, YearCertainty};
use chrono::{Days, NaiveDate};
use http::StatusCode;
use text::Day;
use text::Text;
use web::Problem;
use web::ical::Lines;

/// The days off and the make-up days of a year as all-day events.
///
/// The same holiday notices give the same bytes: `UID`s come from the dates, `DTSTAMP`s from the notices.
///
/// # Errors
/// A 404 for a year whose notice is not published yet. An empty calendar would mean that there are no days
/// off.
pub(crate) fn calendar(year: &Year) -> Result<String, Problem> {
    if year.certainty() == YearCertainty::NoticeNotOut {
        return Err(not_out(year.year()));
    }
    let number = year.year();
    let mut lines = Lines::default();
    lines.begin("VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//accredit//Working days//ZH");
    lines.raw("CALSCALE", "GREGORIAN");
    lines.raw("METHOD", "PUBLISH");
    lines.text("X-WR-CALNAME", &format!("{number}年放假调休安排"));
    if year.certainty() == YearCertainty::DecemberUnsettled {
        let next = number + 1;
        let description = format!(
            "{next}年放假安排公布前，{number}年12月16日至31日可能变动。\n16–31 December {number} may change until the \
             arrangement for {next} is out."
        );
        lines.text("DESCRIPTION", &description);
        lines.text("X-WR-CALDESC", &description);
    }
    for run in runs(year) {
        run.write(&mut lines)?;
    }
    lines.end("VCALENDAR");
    Ok(lines.into_text())
}

fn not_out(year: i32) -> Problem {
    let text = Text::new(
        format!("{year}年的放假安排尚未公布，还没有该年的日历。"),
        format!(
            "The holiday notice for {year} is not out, so there is no calendar of that year yet."
        ),
    );
    Problem::new(
        StatusCode::NOT_FOUND,
        "notice-not-out",
        "Notice not out",
        text,
    )
}

/// Consecutive days off for one holiday, or a single make-up day.
struct Run {
    kind: Kind,
    holiday: &'static str,
    notice: &'static Notice,
    first: NaiveDate,
    last: NaiveDate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Off,
    MakeUp,
}

/// The runs of a year, by date. A run that crosses the end of the year is cut there; the rest is in the
/// next year's calendar.
fn runs(year: &Year) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (date, day) in year.special_days() {
        let (kind, holiday, notice) = match day {
            DayKind::DayOff { holiday, notice } => (Kind::Off, holiday, notice),
            DayKind::MakeUp { holiday, notice } => (Kind::MakeUp, holiday, notice),
            _ => continue,
        };
        match runs.last_mut() {
            Some(run)
                if kind == Kind::Off
                    && run.kind == kind
                    && run.holiday == holiday
                    && run.last.succ_opt() == Some(date) =>
            {
                run.last = date;
            }
            _ => runs.push(Run {
                kind,
                holiday,
                notice,
                first: date,
                last: date,
            }),
        }
    }
    runs
}

impl Run {
    fn write(&self, lines: &mut Lines) -> Result<(), Problem> {
        let Self {
            holiday,
            notice,
            first,
            last,
            ..
        } = self;
        let (name, zh, en) = match self.kind {
            Kind::Off => ("day-off", "放假", "day off"),
            Kind::MakeUp => ("make-up", "调休上班", "make-up working day"),
        };
        // DTEND is the day after the last (RFC 5545, section 3.6.1).
        let end = last
            .checked_add_days(Days::new(1))
            .ok_or_else(|| Problem::internal(&"a day off at the end of time"))?;
        let published = notice.published.format("%Y%m%dT000000Z").to_string();
        let number = notice.number;
        lines.begin("VEVENT");
        lines.raw("UID", &format!("{name}-{}@accredit", Day::from(*first)));
        lines.raw("DTSTAMP", &published);
        lines.raw("DTSTART;VALUE=DATE", &first.format("%Y%m%d").to_string());
        lines.raw("DTEND;VALUE=DATE", &end.format("%Y%m%d").to_string());
        lines.text("SUMMARY", &format!("{holiday} {zh}"));
        lines.text(
            "DESCRIPTION",
            &format!("{}: {en} ({number})", english(holiday)),
        );
        lines.raw("URL", notice.source_url);
        lines.raw("TRANSP", "TRANSPARENT");
        lines.end("VEVENT");
        Ok(())
    }
}

/// The holiday's name in English. A name without a known translation stays in Chinese.
fn english(holiday: &str) -> String {
    let names = holiday.split('、').map(|name| match name {
        "元旦" => "New Year's Day",
        "春节" => "Spring Festival",
        "清明节" => "Qingming Festival",
        "劳动节" => "Labour Day",
        "端午节" => "Dragon Boat Festival",
        "中秋节" => "Mid-Autumn Festival",
        "国庆节" => "National Day",
        "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日" => {
            "70th anniversary of the victory in the War of Resistance against Japan"
        }
        other => other,
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use calendar::WorkingCalendar;

    use super::*;

    fn calendar_of(year: i32) -> Result<String, Problem> {
        let known = "2026-09-01".parse().unwrap();
        let calendar = WorkingCalendar::published().as_known_on(known);
        super::calendar(&calendar.year(year).unwrap())
    }

    /// RFC 5545, section 3.1: lines end in CRLF and have at most 75 octets without the CRLF.
    #[test]
    fn lines_are_folded_between_characters() {
        for year in 2013..=2026 {
            let text = calendar_of(year).unwrap();
            assert!(text.ends_with("END:VCALENDAR\r\n"));
            let lines: Vec<_> = text.split_terminator("\r\n").collect();
            assert!(
                lines
                    .iter()
                    .all(|line| line.len() <= 75 && !line.contains(['\r', '\n']))
            );
            assert!(lines.iter().any(|line| line.starts_with(' ')));
        }
    }

    #[test]
    fn consecutive_days_off_are_one_event_and_each_make_up_day_is_one() {
        let text = calendar_of(2026).unwrap().replace("\r\n ", "");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 7 + 6);
        let national_day = text
            .split("BEGIN:VEVENT\r\n")
            .find(|event| event.contains("UID:day-off-2026-10-01@accredit"))
            .unwrap();
        for line in [
            "DTSTAMP:20251104T000000Z",
            "DTSTART;VALUE=DATE:20261001",
            "DTEND;VALUE=DATE:20261008",
            "SUMMARY:国庆节 放假",
            "DESCRIPTION:National Day: day off (国办发明电〔2025〕7号)",
            "TRANSP:TRANSPARENT",
        ] {
            assert!(
                national_day.lines().any(|l| l == line),
                "{national_day}: {line}"
            );
        }
        assert!(text.contains("SUMMARY:国庆节 调休上班\r\n"));
        assert!(text.contains("X-WR-CALNAME:2026年放假调休安排\r\n"));
        assert!(text.contains("2027年放假安排公布前"));
    }

    /// In 2020 two holidays share one arrangement. The comma between their names must be escaped.
    #[test]
    fn every_holiday_has_an_english_name() {
        let text = calendar_of(2020).unwrap().replace("\r\n ", "");
        assert!(text.contains("DESCRIPTION:National Day\\, Mid-Autumn Festival: day off ("));
        for year in 2013..=2026 {
            let calendar = WorkingCalendar::published();
            for run in runs(&calendar.year(year).unwrap()) {
                assert!(english(run.holiday).is_ascii(), "{}", run.holiday);
            }
        }
    }

    #[test]
    fn a_run_is_cut_at_the_end_of_the_year() {
        let text = calendar_of(2018).unwrap();
        assert!(text.contains("DTSTART;VALUE=DATE:20181230\r\n"));
        assert!(text.contains("DTEND;VALUE=DATE:20190101\r\n"));
        assert!(
            calendar_of(2019)
                .unwrap()
                .contains("DTSTART;VALUE=DATE:20190101\r\n")
        );
    }

    #[test]
    fn a_year_whose_notice_is_not_out_has_no_calendar() {
        let problem = calendar_of(2027).unwrap_err().to_json();
        let problem: serde_json::Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!(problem["status"], 404);
        assert!(problem["detail"].as_str().unwrap().contains("2027"));
    }
}

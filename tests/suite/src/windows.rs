//! Notice windows and calendar years.
//!
//! That windows are counted rightly, the crate `calendar` shows; here, that they come out over HTTP
//! as they were counted, under load, and that an answer agrees with itself.

use std::thread;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::server::{Answer, get};
use super::words::{assert_bilingual, is_chinese};

/// Handed to the project with the holiday notices, and computed apart from it.
const VECTORS: &str =
    include_str!("../../../components/shared/calendar/tests/it/window-vectors.csv");

/// After the notice for 2026 and before that for 2027: what is asked as known on it stands for good.
const KNOWN: &str = "as_known_on=2026-09-01";

/// 16 December 2026 and after wait for the notice for 2027.
const SETTLED_BEFORE: &str = "2026-12-16";

/// The last day of five working days from that day of publication, by the vectors; `None` where they
/// have none.
pub(crate) fn last_of_five(published: NaiveDate) -> Option<NaiveDate> {
    let begin = format!("{published},5,");
    let row = VECTORS.lines().find(|row| row.starts_with(&begin))?;
    row.rsplit(',').next()?.parse().ok()
}

fn date(value: &Value) -> NaiveDate {
    let text = value.as_str().unwrap_or_else(|| panic!("no date: {value}"));
    text.parse().unwrap_or_else(|_| panic!("no date: {value}"))
}

fn window(query: &str) -> Value {
    let answer = get(&format!("/v1/notices/window?{query}"));
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

/// Asserts that the dates of a window account for it: each day once and in order, as many counted as
/// asked for, the first and the last of them where the window says.
fn assert_adds_up(window: &Value) {
    let dates = window["dates"].as_array().expect("a list");
    let published = date(&window["published"]);
    for (expected, day) in published.iter_days().zip(dates) {
        assert_eq!(date(&day["date"]), expected, "{window}");
        let reason = day["reason"].as_str().expect("a reason");
        let (kind, holiday) = reason.split_once(' ').unwrap_or((reason, ""));
        let counted = match kind {
            "counted" | "make_up" => json!(true),
            "published" | "weekend" | "day_off" => json!(false),
            "unsettled" => Value::Null,
            other => panic!("{other} in {window}"),
        };
        assert_eq!(day["counted"], counted, "{day} in {window}");
        let named = matches!(kind, "make_up" | "day_off");
        assert_eq!(is_chinese(holiday), named, "{day} in {window}");
        let rests = matches!(expected.weekday(), Weekday::Sat | Weekday::Sun);
        match kind {
            "counted" => assert!(!rests, "{day} in {window}"),
            "weekend" => assert!(rests, "{day} in {window}"),
            _ => {}
        }
    }
    if window["certainty"] == "settled" {
        let counted: Vec<_> = dates.iter().filter(|day| day["counted"] == true).collect();
        assert_eq!(json!(counted.len()), window["days"], "{window}");
        for (name, day) in [("first_day", counted.first()), ("last_day", counted.last())] {
            assert_eq!(day.map(|day| &day["date"]), Some(&window[name]), "{window}");
        }
        assert_eq!(
            dates.last().map(|day| &day["date"]),
            Some(&window["last_day"])
        );
        let midnight = date(&window["last_day"]) + Days::new(1);
        assert_eq!(window["closes_at"], format!("{midnight}T00:00:00+08:00"));
        assert!(window.get("provisional").is_none(), "{window}");
    } else {
        let last = dates.last().expect("a day");
        assert_eq!(
            last["date"], window["provisional"]["latest_last_day"],
            "{window}"
        );
    }
}

#[test]
fn all_vectors_agree() {
    let rows: Vec<&str> = VECTORS.lines().skip(1).collect();
    assert_eq!(rows.len(), 4338);
    thread::scope(|scope| {
        for part in rows.chunks(rows.len().div_ceil(4)) {
            scope.spawn(move || part.iter().for_each(|row| assert_row(row)));
        }
    });
}

fn assert_row(row: &str) {
    let columns: Vec<&str> = row.split(',').collect();
    let [published, days, first_day, last_day] = columns.as_slice() else {
        panic!("{row}");
    };
    let settled = *last_day < SETTLED_BEFORE;
    let known = if settled { "" } else { KNOWN };
    let query = format!("published={published}&days={days}&{known}");
    let window = window(query.trim_end_matches('&'));
    assert_eq!(window["first_day"], *first_day, "{row}");
    assert_eq!(window["last_day"], *last_day, "{row}");
    assert_eq!(window["certainty"] == "settled", settled, "{row}");
    assert_adds_up(&window);
}

/// The issue's own windows, checked by hand against the notices.
#[test]
fn windows_checked_by_hand() {
    for (query, last_day) in [
        ("published=2026-09-28", "2026-10-10"),
        ("published=2026-02-12", "2026-02-26"),
        ("published=2019-04-26", "2019-05-06"),
        ("published=2025-01-24", "2025-02-07"),
        // 国办发明电〔2020〕1号, made public on 27 January 2020, prolonged the holiday.
        ("published=2020-01-22&as_known_on=2020-01-23", "2020-02-04"),
        ("published=2020-01-22&as_known_on=2020-01-28", "2020-02-06"),
        ("published=2020-01-22", "2020-02-06"),
    ] {
        let window = window(query);
        assert_eq!(window["last_day"], last_day, "{query}");
        assert_eq!(window["days"], 5, "{query}");
        assert_eq!(window["counting"], "day_after", "{query}");
        assert_bilingual(&window);
        assert_adds_up(&window);
        for language in ["zh", "en"] {
            let summary = window["summary"][language].as_str().expect("a sentence");
            let day = date(&json!(last_day)).day().to_string();
            assert!(summary.contains(&day), "{summary}");
        }
        let notices = window["notices"].as_array().expect("a list");
        assert!(!notices.is_empty(), "{query}");
        for notice in notices {
            assert!(
                notice["number"].as_str().is_some_and(is_chinese),
                "{notice}"
            );
            assert!(
                notice["source_url"]
                    .as_str()
                    .is_some_and(|url| url.contains("gov.cn")),
                "{notice}"
            );
        }
    }
}

/// 公示期从2024年6月3日起至2024年6月7日止（5个工作日）: 云南省工信厅 counts the day of publication. By 民法典
/// §201 the same notice runs until 11 June, after 端午节 (8–10 June).
#[test]
fn the_other_rule_stands_beside_the_one_asked_for() {
    let (by_publication, by_code) = ("2024-06-07", "2024-06-11");
    for (counting, first_day, last_day, other, others_last_day) in [
        (
            "day_after",
            "2024-06-04",
            by_code,
            "publication_day",
            by_publication,
        ),
        (
            "publication_day",
            "2024-06-03",
            by_publication,
            "day_after",
            by_code,
        ),
    ] {
        let window = window(&format!("published=2024-06-03&counting={counting}"));
        assert_eq!(window["counting"], counting);
        assert_eq!(window["first_day"], first_day);
        assert_eq!(window["last_day"], last_day);
        assert_eq!(
            window["other_rule"],
            json!({"counting": other, "last_day": others_last_day, "certainty": "settled"})
        );
        assert_adds_up(&window);
    }
}

#[test]
fn a_year_without_its_notice_is_answered_with_bounds_and_no_guess() {
    for (published, first_day) in [
        ("2026-12-28", json!("2026-12-29")),
        ("2027-03-01", json!(null)),
    ] {
        let window = window(&format!("published={published}&{KNOWN}"));
        assert_bilingual(&window);
        assert_adds_up(&window);
        assert_eq!(window["certainty"], "provisional", "{published}");
        assert_eq!(window["first_day"], first_day, "{published}");
        assert_eq!(window["last_day"], Value::Null, "{published}");
        assert_eq!(window["closes_at"], Value::Null, "{published}");
        let provisional = &window["provisional"];
        assert_eq!(provisional["missing_years"], json!([2027]), "{published}");
        let earliest = date(&provisional["earliest_last_day"]);
        let latest = date(&provisional["latest_last_day"]);
        // Five working days take five days at the least.
        assert!(
            earliest >= date(&json!(published)) + Days::new(5),
            "{earliest}"
        );
        assert!(earliest < latest, "{published}");
        assert!(
            date(&provisional["first_unsettled_day"]) <= earliest,
            "{published}"
        );
        assert!(!provisional["assumption"].is_null(), "{published}");
    }
}

/// What the answer says depends on the request alone, not on those before it.
#[test]
fn parallel_requests_get_their_own_answers() {
    thread::scope(|scope| {
        for days in 1..=8 {
            scope.spawn(move || {
                for _ in 0..10 {
                    let window = window(&format!("published=2026-03-02&days={days}"));
                    assert_eq!(window["days"], days);
                    assert_adds_up(&window);
                }
            });
        }
    });
}

/// The days of a year, from 1 January to 31 December.
fn days_of(year: i32) -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
    first
        .iter_days()
        .take_while(|day| day.year() == year)
        .collect()
}

#[test]
fn a_year_accounts_for_every_day() {
    for year in 2013..=2026 {
        let shown = get(&format!("/v1/notices/calendar/{year}")).json();
        assert_eq!(shown["year"], year);
        let days = shown["days"].as_array().expect("a list");
        let dates: Vec<_> = days.iter().map(|day| date(&day["date"])).collect();
        assert_eq!(dates, days_of(year));
        for (number, month) in (1..).zip(shown["months"].as_array().expect("a list")) {
            assert_eq!(month["month"], number);
            let of_month = dates.iter().filter(|date| date.month() == number).count();
            let told: u64 = ["working_days", "rest_days"]
                .iter()
                .map(|name| month[name].as_u64().expect("a number"))
                .sum();
            assert_eq!(told, u64::try_from(of_month).expect("days of a month"));
        }
        let special = days
            .iter()
            .filter(|day| {
                let reason = day["reason"].as_str().expect("a reason");
                reason.starts_with("day_off ") || reason.starts_with("make_up ")
            })
            .map(|day| day["date"].clone());
        let told = shown["special_days"].as_array().expect("a list").iter();
        let told: Vec<_> = told.map(|day| day["date"].clone()).collect();
        assert_eq!(special.collect::<Vec<_>>(), told, "{year}");
        if shown["certainty"] == "settled" {
            let working = days.iter().filter(|day| day["working"] == true).count();
            assert_eq!(shown["working_days"], working, "{year}");
        }
    }
}

/// Window and year rest on the same days: a window of 250 working days, counted in the years' lists.
#[test]
fn windows_and_years_agree() {
    let mut counted = Vec::new();
    for year in [2023, 2024, 2025] {
        let shown = get(&format!("/v1/notices/calendar/{year}")).json();
        let days = shown["days"].as_array().expect("a list");
        let working = days.iter().filter(|day| day["working"] == true);
        counted.extend(working.map(|day| day["date"].as_str().expect("a date").to_owned()));
    }
    for published in ["2023-03-01", "2023-09-29", "2024-02-09", "2024-10-01"] {
        for days in [1, 5, 60, 250] {
            let window = window(&format!("published={published}&days={days}"));
            let after = counted.iter().filter(|day| day.as_str() > published);
            let expected: Vec<_> = after.take(days).collect();
            assert_eq!(window["first_day"], *expected[0], "{published} + {days}");
            assert_eq!(
                window["last_day"],
                *expected[days - 1],
                "{published} + {days}"
            );
        }
    }
}

/// An event of an iCalendar file: its properties, unfolded, by name without parameters.
type Event = Vec<(String, String)>;

/// Reads a file as RFC 5545, section 3.1 has it: lines end in CRLF, have at most 75 octets, and go on
/// in a line that begins with a space.
fn events(answer: &Answer) -> Vec<Event> {
    let text = answer.text();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n"), "{answer}");
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{answer}");
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line}");
    }
    let unfolded = text.replace("\r\n ", "");
    let mut events: Vec<Event> = Vec::new();
    let mut open = Vec::new();
    for line in unfolded.lines() {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line}"));
        let name = name.split(';').next().unwrap_or_default();
        match name {
            "BEGIN" => {
                open.push(value);
                if value == "VEVENT" {
                    events.push(Event::new());
                }
            }
            "END" => assert_eq!(open.pop(), Some(value), "{line}"),
            _ if open.last() == Some(&"VEVENT") => {
                let event = events.last_mut().expect("an event is open");
                assert!(
                    !event.iter().any(|(known, _)| known == name),
                    "{name} twice"
                );
                event.push((name.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "{answer}");
    events
}

fn property<'a>(event: &'a Event, name: &str) -> &'a str {
    let found = event.iter().find(|(known, _)| known == name);
    found.map_or_else(|| panic!("no {name} in {event:?}"), |(_, value)| value)
}

fn day_of(event: &Event, name: &str) -> NaiveDate {
    NaiveDate::parse_from_str(property(event, name), "%Y%m%d").expect("a date")
}

/// 国办发明电〔2025〕7号, holiday by holiday: first day off, how many, and the weekend days worked.
#[test]
fn the_feed_of_2026_has_the_days_of_its_notice() {
    let answer = get("/v1/notices/calendar/2026.ics");
    let events = events(&answer);
    let mut found: Vec<(NaiveDate, i64, &str)> = events
        .iter()
        .map(|event| {
            let (start, end) = (day_of(event, "DTSTART"), day_of(event, "DTEND"));
            (start, (end - start).num_days(), property(event, "SUMMARY"))
        })
        .collect();
    found.sort();
    let mut expected: Vec<(NaiveDate, i64, &str)> = [
        ("2026-01-01", 3, "元旦 放假"),
        ("2026-01-04", 1, "元旦 调休上班"),
        ("2026-02-14", 1, "春节 调休上班"),
        ("2026-02-15", 9, "春节 放假"),
        ("2026-02-28", 1, "春节 调休上班"),
        ("2026-04-04", 3, "清明节 放假"),
        ("2026-05-01", 5, "劳动节 放假"),
        ("2026-05-09", 1, "劳动节 调休上班"),
        ("2026-06-19", 3, "端午节 放假"),
        ("2026-09-20", 1, "国庆节 调休上班"),
        ("2026-09-25", 3, "中秋节 放假"),
        ("2026-10-01", 7, "国庆节 放假"),
        ("2026-10-10", 1, "国庆节 调休上班"),
    ]
    .map(|(day, days, summary)| (date(&json!(day)), days, summary))
    .to_vec();
    // The notice for 2027 may add days of December.
    found.retain(|(day, ..)| *day < date(&json!(SETTLED_BEFORE)));
    expected.sort();
    assert_eq!(found, expected);
}

/// The feed and the JSON of a year name the same days; identifiers are unique over all years
/// (RFC 5545, section 3.8.4.7), so that feeds can be subscribed to side by side.
#[test]
fn feeds_agree_with_their_years() {
    let mut identifiers = Vec::new();
    for year in 2013..=2026 {
        let answer = get(&format!("/v1/notices/calendar/{year}.ics"));
        let events = events(&answer);
        let mut days = Vec::new();
        for event in &events {
            let (start, end) = (day_of(event, "DTSTART"), day_of(event, "DTEND"));
            assert!(end > start, "{event:?}");
            days.extend(start.iter_days().take_while(|day| *day < end));
            identifiers.push(property(event, "UID").to_owned());
            assert!(property(event, "DTSTAMP").ends_with('Z'), "{event:?}");
        }
        days.sort();
        let shown = get(&format!("/v1/notices/calendar/{year}")).json();
        let special = shown["special_days"].as_array().expect("a list").iter();
        let special: Vec<_> = special.map(|day| date(&day["date"])).collect();
        assert_eq!(days, special, "{year}");
    }
    let count = identifiers.len();
    identifiers.sort();
    identifiers.dedup();
    assert_eq!(identifiers.len(), count);
}

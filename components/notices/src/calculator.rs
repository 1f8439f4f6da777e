//! The window of a notice, and the calendar of a year. Both depend only on the request and the holiday
//! notices.

use calendar::{CalendarError, Counting, FIRST_YEAR, WorkingCalendar, WorkingDays};
use chrono::NaiveDate;
use http::request::Parts;
use registry::{NOTICE_DAYS, outside_calendar, wrong_days};
use text::{Day, Text, parse_year};
use web::{Caching, Fault, Problem, Query, Response};

use crate::answer::window::Asked;
use crate::answer::{window, year};
use crate::ics;

/// How long caches may use an answer. Short, because a new holiday notice changes the answers.
const CACHING: Caching = Caching::Seconds(300);

/// The window of a notice published on a given day: when it opens and closes.
pub(crate) fn window(parts: &Parts, today: NaiveDate) -> Result<Response, Problem> {
    web::allow(&parts.method, "GET, HEAD")?;
    let mut query = Query::of(&parts.uri);
    let published = query.required("published", read_published);
    let days = query.optional("days", read_days);
    let counting = query.optional("counting", read_counting);
    let known_on = query.optional("as_known_on", |text| read_known_on(text, today));
    query.finish()?;
    let asked = Asked {
        // `query.finish()` returned `Ok`, so the required parameter is there.
        published: published.ok_or_else(|| Problem::internal(&"no date of publication"))?,
        days: match days {
            Some(days) => days,
            None => WorkingDays::try_from(NOTICE_DAYS).map_err(|e| Problem::internal(&e))?,
        },
        counting: counting.unwrap_or(Counting::DayAfter),
        known_on,
    };
    let window = asked.window().map_err(|error| match error {
        CalendarError::BeforeFirstNotice { .. } | CalendarError::AfterLastDate => {
            Problem::invalid_query(vec![Fault::in_query("published", outside_calendar())])
        }
        error => Problem::internal(&error),
    })?;
    let body = window::to_json(&window, asked.known_on)?;
    Ok(web::matched(web::json_bytes(body), &parts.headers, CACHING))
}

fn read_published(text: &str) -> Result<NaiveDate, Text> {
    let date = Day::parse(text)?.get();
    match WorkingCalendar::published().day(date) {
        Ok(_) => Ok(date),
        Err(_) => Err(outside_calendar()),
    }
}

fn read_days(text: &str) -> Result<WorkingDays, Text> {
    WorkingDays::parse(text).map_err(|_| wrong_days())
}

fn read_counting(text: &str) -> Result<Counting, Text> {
    text.parse().map_err(|_| {
        Text::new(
            "计算规则应为 day_after（公布当日不计入）或 publication_day（公布当日计入）。",
            "The counting rule is day_after (the day of publication is not counted) or publication_day (it is).",
        )
    })
}

fn read_known_on(text: &str, today: NaiveDate) -> Result<NaiveDate, Text> {
    let date = Day::parse(text)?.get();
    if date <= today {
        return Ok(date);
    }
    let today = Day::from(today);
    Err(Text::new(
        format!("不得晚于今日（{today}）：此后将公布哪些通知尚不可知。"),
        format!(
            "Not later than today in China ({today}): nobody knows yet what will be published by then."
        ),
    ))
}

/// The calendar of a year: `2026` as JSON, `2026.ics` as iCalendar.
pub(crate) fn year(parts: &Parts, name: &str) -> Result<Response, Problem> {
    let (number, as_ics) = match name.strip_suffix(".ics") {
        Some(number) => (number, true),
        None => (name, false),
    };
    let number = parse_year(number).map_err(|_| no_such_year())?;
    web::read_only(parts)?;
    let calendar = WorkingCalendar::published()
        .year(number)
        .map_err(|error| match error {
            CalendarError::BeforeFirstNotice { .. } => before_first_year(),
            error => Problem::internal(&error),
        })?;
    let response = if as_ics {
        web::text("text/calendar; charset=utf-8", ics::calendar(&calendar)?)
    } else {
        web::json_bytes(year::to_json(&calendar)?)
    };
    Ok(web::matched(response, &parts.headers, CACHING))
}

fn no_such_year() -> Problem {
    Problem::not_found(Text::new(
        "年份应为四位数字，例如 /v1/notices/calendar/2026 或 /v1/notices/calendar/2026.ics。",
        "A year is four digits: /v1/notices/calendar/2026 or /v1/notices/calendar/2026.ics.",
    ))
}

fn before_first_year() -> Problem {
    Problem::not_found(Text::new(
        format!("已收录的放假通知自{FIRST_YEAR}年起，没有更早年份的日历。"),
        format!(
            "The first holiday notice known covers {FIRST_YEAR}; there is no calendar of an earlier year."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use http::{Method, StatusCode, header};
    use serde_json::{Value, json};

    use super::*;

    /// A day before the notice for 2027 was published. Answers with `as_known_on` this day never change.
    const TODAY: &str = "2026-09-01";

    fn parts(method: Method, path: &str, known: Option<&str>) -> Parts {
        let mut request = http::Request::builder().method(method).uri(path);
        if let Some(tag) = known {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn get(path: &str) -> Result<Response, Problem> {
        answered(&parts(Method::GET, path, None))
    }

    fn answered(parts: &Parts) -> Result<Response, Problem> {
        let segments = web::segments(parts, "/v1/notices")?;
        crate::calculate(parts, &segments, TODAY.parse().unwrap())
    }

    fn refused(path: &str) -> Value {
        let problem = get(path)
            .err()
            .unwrap_or_else(|| panic!("{path} is answered"));
        serde_json::from_slice(&problem.to_json()).unwrap()
    }

    #[test]
    fn a_wrong_query_is_refused_and_its_faults_are_named() {
        let window = "/v1/notices/window";
        for (query, parameters) in [
            ("", vec!["published"]),
            ("?published=", vec!["published"]),
            ("?published=2026-02-30", vec!["published"]),
            ("?published=2026-2-3", vec!["published"]),
            ("?published=2012-12-31", vec!["published"]),
            ("?published=9999-12-31", vec!["published"]),
            (
                "?published=2026-09-28&published=2026-09-28",
                vec!["published"],
            ),
            ("?published=2026-09-28&days=0", vec!["days"]),
            ("?published=2026-09-28&days=251", vec!["days"]),
            ("?published=2026-09-28&days=abc", vec!["days"]),
            ("?published=2026-09-28&days=", vec!["days"]),
            ("?published=2026-09-28&counting=x", vec!["counting"]),
            (
                "?published=2026-09-28&as_known_on=2026-09-02",
                vec!["as_known_on"],
            ),
            ("?published=2026-09-28&day=5", vec!["day"]),
            (
                "?published=2012-12-31&days=-1&counting=DAY_AFTER&as_known_on=x&a=b",
                vec!["published", "days", "counting", "as_known_on", "a"],
            ),
        ] {
            let problem = refused(&format!("{window}{query}"));
            assert_eq!(problem["status"], 400, "{query}");
            let errors = problem["errors"].as_array().unwrap();
            let named: Vec<_> = errors.iter().map(|error| &error["parameter"]).collect();
            assert_eq!(named, parameters, "{query}");
            for error in errors {
                assert!(
                    error["detail"]["zh"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty())
                );
                assert!(
                    error["detail"]["en"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty())
                );
            }
        }
        let problem = refused("/v1/notices/window?published=2012-12-31");
        let detail = problem["errors"][0]["detail"]["en"].as_str().unwrap();
        assert!(
            detail.contains("the first holiday notice known covers 2013"),
            "{detail}"
        );
    }

    #[test]
    fn paths_and_methods() {
        for (path, status) in [
            ("/v1/notices/healthz", 200),
            ("/v1/notices/healthz?a=b", 400),
            ("/v1/notices/window?published=2026-09-28", 200),
            (
                "/v1/notices/window?published=2026-09-28&as_known_on=2026-09-01",
                200,
            ),
            ("/v1/notices/calendar/2013", 200),
            ("/v1/notices/calendar/2026.ics", 200),
            ("/v1/notices/calendar/9999", 200),
            ("/v1/notices/calendar/9999.ics", 404),
            ("/v1/notices/calendar/2026?a=b", 400),
            ("/v1/notices/calendar/2012", 404),
            ("/v1/notices/calendar/0000.ics", 404),
            ("/v1/notices/calendar/26", 404),
            ("/v1/notices/calendar/+2026", 404),
            ("/v1/notices/calendar/", 404),
            ("/v1/notices/calendar/.ics", 404),
            ("/v1/notices/calendar/2026/1", 404),
            ("/v1/notices/calendar", 404),
            ("/v1/notices/", 404),
            ("/v1/notices", 404),
            ("/window", 404),
        ] {
            let answered = get(path).unwrap_or_else(Response::from);
            assert_eq!(answered.status(), status, "{path}");
        }
        for path in [
            "window?published=2026-09-28",
            "healthz",
            "calendar/2026",
            "calendar/2026.ics",
        ] {
            let path = format!("/v1/notices/{path}");
            for (method, status) in [
                (Method::HEAD, StatusCode::OK),
                (Method::POST, StatusCode::METHOD_NOT_ALLOWED),
            ] {
                let answered = answered(&parts(method, &path, None));
                let answered = answered.unwrap_or_else(Response::from);
                assert_eq!(answered.status(), status, "{path}");
                if status == StatusCode::METHOD_NOT_ALLOWED {
                    assert_eq!(answered.headers()[header::ALLOW], "GET, HEAD");
                }
            }
        }
    }

    #[test]
    fn a_request_with_the_known_tag_gives_304() {
        for (path, media_type) in [
            ("window?published=2026-09-28", "application/json"),
            ("calendar/2026", "application/json"),
            ("calendar/2026.ics", "text/calendar; charset=utf-8"),
        ] {
            let path = format!("/v1/notices/{path}");
            let first = get(&path).unwrap();
            assert_eq!(first.headers()[header::CONTENT_TYPE], media_type);
            assert_eq!(
                first.headers()[header::CACHE_CONTROL],
                "public, max-age=300"
            );
            let tag = first.headers()[header::ETAG].to_str().unwrap();
            let again = parts(Method::GET, &path, Some(tag));
            let again = answered(&again).unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        }
    }

    fn shown(published: &str, days: u64, counting: Counting, known_on: Option<&str>) -> Value {
        let asked = Asked {
            published: published.parse().unwrap(),
            days: days.try_into().unwrap(),
            counting,
            known_on: known_on.map(|date| date.parse().unwrap()),
        };
        let body = window::to_json(&asked.window().unwrap(), asked.known_on).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// 国办发明电〔2025〕7号: 1–7 October 2026 are off, Saturday 10 October is worked.
    #[test]
    fn a_settled_window() {
        let mut window = shown("2026-09-28", 5, Counting::DayAfter, None);
        let members = window.as_object_mut().unwrap();
        let notices = members.remove("notices").unwrap();
        assert_eq!(notices[0]["number"], "国办发明电〔2025〕7号");
        assert_eq!(notices[0]["kind"], "yearly");
        assert_eq!(notices[0]["published"], "2025-11-04");
        members.remove("summary").unwrap();
        let off = |day| json!({"date": day, "counted": false, "reason": "day_off 国庆节"});
        let counted = |day| json!({"date": day, "counted": true, "reason": "counted"});
        assert_eq!(
            window,
            json!({
                "published": "2026-09-28",
                "days": 5,
                "counting": "day_after",
                "first_day": "2026-09-29",
                "last_day": "2026-10-10",
                "closes_at": "2026-10-11T00:00:00+08:00",
                "certainty": "settled",
                "other_rule": {"counting": "publication_day", "last_day": "2026-10-09", "certainty": "settled"},
                "dates": [
                    {"date": "2026-09-28", "counted": false, "reason": "published"},
                    counted("2026-09-29"),
                    counted("2026-09-30"),
                    off("2026-10-01"),
                    off("2026-10-02"),
                    off("2026-10-03"),
                    off("2026-10-04"),
                    off("2026-10-05"),
                    off("2026-10-06"),
                    off("2026-10-07"),
                    counted("2026-10-08"),
                    counted("2026-10-09"),
                    {"date": "2026-10-10", "counted": true, "reason": "make_up 国庆节"},
                ],
            })
        );
    }

    #[test]
    fn provisional_windows() {
        for (published, first_day, last_day, closes_at) in [
            (
                "2026-12-14",
                json!("2026-12-15"),
                json!("2026-12-21"),
                json!("2026-12-22T00:00:00+08:00"),
            ),
            ("2026-12-28", json!("2026-12-29"), Value::Null, Value::Null),
            ("2027-03-01", Value::Null, Value::Null, Value::Null),
        ] {
            let window = shown(published, 5, Counting::DayAfter, Some(TODAY));
            assert_eq!(window["as_known_on"], TODAY);
            assert_eq!(window["certainty"], "provisional");
            assert_eq!(window["first_day"], first_day);
            assert_eq!(window["last_day"], last_day);
            assert_eq!(window["closes_at"], closes_at);
            let provisional = &window["provisional"];
            assert_eq!(provisional["missing_years"], json!([2027]));
            assert!(
                provisional["assumption"]["zh"]
                    .as_str()
                    .unwrap()
                    .contains("2013年")
            );
            let latest = &provisional["latest_last_day"];
            assert_eq!(
                window["dates"].as_array().unwrap().last().unwrap()["date"],
                *latest
            );
            let unsettled = json!({
                "date": provisional["first_unsettled_day"],
                "counted": null,
                "reason": "unsettled",
            });
            assert!(window["dates"].as_array().unwrap().contains(&unsettled));
        }
    }

    /// 国办发明电〔2020〕1号, published on 2020-01-27, prolonged 春节.
    #[test]
    fn the_emergency_notice_of_2020() {
        let last_day = |known_on| {
            let window = shown("2020-01-22", 5, Counting::DayAfter, Some(known_on));
            window["last_day"].clone()
        };
        assert_eq!(last_day("2020-01-23"), "2020-02-04");
        assert_eq!(last_day("2020-01-28"), "2020-02-06");
    }
}

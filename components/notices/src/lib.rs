//! `/v1/notices`: when does a public notice open and close, did it pass, and on which days is there
//! work?
//!
//! Windows and calendars follow from the request and the compiled-in holiday notices and need no store.
//! How days are counted, the crate `calendar` knows; what a notice is, `registry`.

mod ics;
mod publications;
mod wire;

use calendar::{CalendarError, Counting, FIRST_YEAR, WorkingCalendar, WorkingDays};
use chrono::{DateTime, FixedOffset, NaiveDate};
use http::Method;
use http::request::Parts;
use registry::{KeyValue, Spin};
use web::{Caching, Clients, Fault, Incoming, Problem, Query, Request, Response, Text};

use crate::publications::Desk;
use crate::wire::dates::Iso;
use crate::wire::window::Asked;
use crate::wire::{window, year};

web::component!(crate::handle);

/// How long an answer may be kept by those it passes through. Short, because a new holiday notice
/// changes answers.
const CACHING: Caching = Caching::Seconds(300);

/// What a public notice runs for where the request does not say: the five working days of the
/// programmes.
const USUAL_DAYS: u64 = 5;

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let answered = match web::now_in_china() {
        Some(now) => answer(request, now).await,
        None => Err(Problem::internal(&"the clock shows no date")),
    };
    answered.unwrap_or_else(Response::from)
}

async fn answer(request: Request, now: DateTime<FixedOffset>) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let segments = web::segments(&parts, "/v1/notices")?;
    match segments.as_slice() {
        ["window" | "healthz"] | ["calendar", ..] => stateless(&parts, &segments, now.date_naive()),
        _ => {
            let clients = Clients::needed_by(&parts).await?;
            let store = Spin::open().await.map_err(|e| Problem::internal(&e))?;
            let desk = Desk {
                store: &store,
                clients: &clients,
                now,
            };
            let answered = kept(&desk, &parts, body, &segments).await;
            web::leave_whole().await;
            answered
        }
    }
}

/// What follows from the request alone.
fn stateless(parts: &Parts, segments: &[&str], today: NaiveDate) -> Result<Response, Problem> {
    match segments {
        ["window"] => window(parts, today),
        ["healthz"] => {
            web::read_only(parts)?;
            Ok(web::health())
        }
        ["calendar", year] => calendar_year(parts, year),
        _ => Err(Problem::no_such_path()),
    }
}

/// What is kept.
async fn kept(
    desk: &Desk<'_, impl KeyValue>,
    parts: &Parts,
    body: impl Incoming,
    segments: &[&str],
) -> Result<Response, Problem> {
    let headers = &parts.headers;
    match segments {
        [] => match parts.method {
            Method::POST => {
                desk.publish(headers, &web::posted(parts, body).await?)
                    .await
            }
            Method::GET | Method::HEAD => desk.list(parts).await,
            _ => Err(Problem::method_not_allowed("GET, HEAD, POST")),
        },
        [id] => desk.show(parts, id).await,
        [id, "objections"] => {
            let body = web::posted(parts, body).await?;
            desk.object(headers, id, &body).await
        }
        [id, "objections", objection, "resolution"] => {
            let body = web::posted(parts, body).await?;
            desk.resolve(headers, id, objection, &body).await
        }
        [id, "withdrawal"] => {
            let body = web::posted(parts, body).await?;
            desk.withdraw(headers, id, &body).await
        }
        _ => Err(Problem::no_such_path()),
    }
}

fn window(parts: &Parts, today: NaiveDate) -> Result<Response, Problem> {
    web::allow(&parts.method, "GET, HEAD")?;
    let mut query = Query::of(&parts.uri);
    let published = query.required("published", read_published);
    let days = query.optional("days", read_days);
    let counting = query.optional("counting", read_counting);
    let known_on = query.optional("as_known_on", |text| read_known_on(text, today));
    query.finish()?;
    let asked = Asked {
        // Nothing required is missing once the reading has ended well.
        published: published.ok_or_else(|| Problem::internal(&"no date of publication"))?,
        days: match days {
            Some(days) => days,
            None => WorkingDays::try_from(USUAL_DAYS).map_err(|e| Problem::internal(&e))?,
        },
        counting: counting.unwrap_or(Counting::DayAfter),
        known_on,
    };
    let window = asked.window().map_err(|error| match error {
        CalendarError::BeforeFirstNotice { .. } | CalendarError::AfterLastDate => {
            Problem::invalid_query(vec![Fault::in_query("published", outside())])
        }
        error => Problem::internal(&error),
    })?;
    let body = window::to_json(&window, asked.known_on)?;
    Ok(web::matched(web::json_bytes(body), &parts.headers, CACHING))
}

fn read_published(text: &str) -> Result<NaiveDate, Text> {
    let date = web::date::parse(text)?;
    match WorkingCalendar::published().day(date) {
        Ok(_) => Ok(date),
        Err(_) => Err(outside()),
    }
}

/// What is told of a date that the calendar refuses.
fn outside() -> Text {
    Text::new(
        format!(
            "可计算{FIRST_YEAR}年1月1日至9999年12月31日之间的公示期：已收录的放假通知自{FIRST_YEAR}年起。"
        ),
        format!(
            "Windows are computed between {FIRST_YEAR}-01-01 and 9999-12-31: the first holiday notice known \
             covers {FIRST_YEAR}."
        ),
    )
}

fn read_days(text: &str) -> Result<WorkingDays, Text> {
    WorkingDays::parse(text).map_err(|_| wrong_days())
}

fn wrong_days() -> Text {
    let most = WorkingDays::MAX;
    Text::new(
        format!("工作日天数应为1至{most}的整数。"),
        format!("The number of working days is a whole number from 1 to {most}."),
    )
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
    let date = web::date::parse(text)?;
    if date <= today {
        return Ok(date);
    }
    let today = Iso(today);
    Err(Text::new(
        format!("不得晚于今日（{today}）：此后将公布哪些通知尚不可知。"),
        format!(
            "Not later than today in China ({today}): nobody knows yet what will be published by then."
        ),
    ))
}

/// A year, `2026` as JSON or `2026.ics` as iCalendar.
fn calendar_year(parts: &Parts, name: &str) -> Result<Response, Problem> {
    let (number, as_ics) = match name.strip_suffix(".ics") {
        Some(number) => (number, true),
        None => (name, false),
    };
    let number = read_year(number)?;
    web::read_only(parts)?;
    let year = WorkingCalendar::published()
        .year(number)
        .map_err(|error| match error {
            CalendarError::BeforeFirstNotice { .. } => before_first_year(),
            error => Problem::internal(&error),
        })?;
    let response = if as_ics {
        web::text("text/calendar; charset=utf-8", ics::calendar(&year)?)
    } else {
        web::json_bytes(year::to_json(&year)?)
    };
    Ok(web::matched(response, &parts.headers, CACHING))
}

fn read_year(text: &str) -> Result<i32, Problem> {
    let four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = four_digits.then(|| text.parse().ok()).flatten();
    year.ok_or_else(|| {
        Problem::not_found(Text::new(
            "年份应为四位数字，例如 /v1/notices/calendar/2026 或 /v1/notices/calendar/2026.ics。",
            "A year is four digits: /v1/notices/calendar/2026 or /v1/notices/calendar/2026.ics.",
        ))
    })
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

    /// A day before the notice for 2027 can have been out. What is asked as known on it stands for good.
    const TODAY: &str = "2026-09-01";

    fn parts(method: Method, path: &str, known: Option<&str>) -> Parts {
        let mut request = http::Request::builder().method(method).uri(path);
        if let Some(tag) = known {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn get(path: &str) -> Result<Response, Problem> {
        stateless_answer(&parts(Method::GET, path, None))
    }

    fn stateless_answer(parts: &Parts) -> Result<Response, Problem> {
        let segments = web::segments(parts, "/v1/notices")?;
        stateless(parts, &segments, TODAY.parse().unwrap())
    }

    fn refused(path: &str) -> Value {
        let problem = get(path)
            .err()
            .unwrap_or_else(|| panic!("{path} is answered"));
        serde_json::from_slice(&problem.to_json()).unwrap()
    }

    #[test]
    fn bad_queries_are_refused_with_what_to_change() {
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
                let answered = stateless_answer(&parts(method, &path, None));
                let answered = answered.unwrap_or_else(Response::from);
                assert_eq!(answered.status(), status, "{path}");
                if status == StatusCode::METHOD_NOT_ALLOWED {
                    assert_eq!(answered.headers()[header::ALLOW], "GET, HEAD");
                }
            }
        }
    }

    #[test]
    fn answers_are_known_by_their_tag() {
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
            let again = stateless_answer(&again).unwrap();
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

    /// 国办发明电〔2025〕7号: off 1–7 October 2026, Saturday 10 October worked.
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

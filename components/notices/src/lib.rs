//! `/v1/notices`: when does a public notice open and close, and on which days is there work?
//!
//! Every answer follows from the request and the compiled-in holiday notices; nothing is kept. How days
//! are counted, the crate `calendar` knows.

mod dates;
mod ics;
mod summary;
mod window;
mod year;

use calendar::{CalendarError, Counting, FIRST_YEAR, WorkingCalendar, WorkingDays};
use chrono::NaiveDate;
use http::request::Parts;
use web::{Caching, Fault, Problem, Query, Request, Response, Text};

use crate::dates::Iso;
use crate::window::Asked;

web::component!(crate::handle);

/// How long an answer may be kept by those it passes through. Short, because a new holiday notice
/// changes answers.
const CACHING: Caching = Caching::Seconds(300);

/// What a public notice runs for where the request does not say: the five working days of the
/// programmes.
const USUAL_DAYS: u64 = 5;

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match web::now_in_china() {
        Some(now) => answer(&parts, now.date_naive()),
        None => Err(Problem::internal(&"the clock shows no date")),
    };
    answered.unwrap_or_else(Response::from)
}

fn answer(parts: &Parts, today: NaiveDate) -> Result<Response, Problem> {
    let path = parts.uri.path().strip_prefix("/v1/notices/");
    let path = path.unwrap_or_default();
    match path {
        "window" => window(parts, today),
        "healthz" => {
            read_only(parts)?;
            Ok(web::health())
        }
        _ => match path.strip_prefix("calendar/") {
            Some(year) if !year.contains('/') => calendar_year(parts, year),
            _ => Err(Problem::not_found(Text::new(
                "没有这个地址。",
                "Nothing stands at this path.",
            ))),
        },
    }
}

fn read_only(parts: &Parts) -> Result<(), Problem> {
    web::allow(&parts.method, "GET, HEAD")?;
    Query::of(&parts.uri).finish()
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
    Ok(web::matched(
        web::json_bytes(body),
        &parts.headers,
        CACHING,
    ))
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
    let most = WorkingDays::MAX;
    WorkingDays::parse(text).map_err(|error| {
        Text::new(
            format!("工作日天数应为1至{most}的整数。"),
            format!("Not accepted: {error}; write a whole number from 1 to {most}."),
        )
    })
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
    read_only(parts)?;
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

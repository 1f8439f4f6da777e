//! `/v1/eligibility`: does this applicant meet this programme's conditions, and if not, what exactly
//! is missing?
//!
//! This component shows programmes, judges applications, and stores evaluations for portals. The crate
//! `rules` judges an application, and `registry` stores the evaluation.

mod answer;
mod batch;
mod judge;
mod keep;
mod request;

use http::request::Parts;
use text::{Day, Text};
use web::{Caching, Incoming, Problem, Query, Request, Response};

web::component!(crate::handle);

const BASE: &str = "/v1/eligibility";

/// How long caches may use an answer about programmes.
const PROGRAMME_CACHING: Caching = Caching::Seconds(300);

/// The most bytes a batch may have.
const BATCH_LIMIT: usize = 8 * 1024 * 1024;

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    answer(request).await.unwrap_or_else(Response::from)
}

async fn answer(request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let segments = web::segments(&parts, BASE)?;
    let asked = match segments.as_slice() {
        ["evaluations"] => Asked::of(&parts)?,
        ["evaluations", "batch"] => Asked::Judged,
        ["evaluations", _] => Asked::Kept,
        _ => Asked::Judged,
    };
    match asked {
        Asked::Kept => {
            let request = Request::from_parts(parts.clone(), body);
            endpoint::answer(request, BASE, async |endpoint, parts, body, segments| {
                keep::route(endpoint, parts, body, segments).await
            })
            .await
        }
        asked => route(&parts, body, &segments, asked).await,
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// To judge applications, or anything else that needs no store.
    Judged,
    /// To judge an application and compare the result with that of another date of application.
    Compared(Day),
    /// To judge an application and store the evaluation, or to show a stored evaluation.
    Kept,
}

impl Asked {
    fn of(parts: &Parts) -> Result<Self, Problem> {
        web::allow(&parts.method, "POST")?;
        let mut query = Query::of(&parts.uri);
        let asked = match query.optional("save", read_save) {
            // `compare_on` is not read here, so `finish` refuses it: a comparison is not stored.
            Some(Self::Kept) => Self::Kept,
            _ => match query.optional("compare_on", Day::parse) {
                Some(day) => Self::Compared(day),
                None => Self::Judged,
            },
        };
        query.finish()?;
        Ok(asked)
    }
}

/// Answers a request that needs no store.
async fn route(
    parts: &Parts,
    body: impl Incoming,
    segments: &[&str],
    asked: Asked,
) -> Result<Response, Problem> {
    match segments {
        ["healthz"] => {
            web::read_only(parts)?;
            Ok(web::health())
        }
        ["programmes"] => {
            web::read_only(parts)?;
            let list = web::json(&answer::programmes())?;
            Ok(web::matched(list, &parts.headers, PROGRAMME_CACHING))
        }
        ["programmes", id] => {
            web::read_only(parts)?;
            let page = rules::page(id).ok_or_else(no_such_programme)?;
            let shown = web::json_bytes(page);
            Ok(web::matched(shown, &parts.headers, PROGRAMME_CACHING))
        }
        ["evaluations"] => {
            web::content_type(&parts.headers, "application/json")?;
            let body = web::body(&parts.headers, body, web::BODY_LIMIT).await?;
            match asked {
                Asked::Compared(other) => judge::compare(&body, other),
                _ => Ok(web::json_bytes(judge::evaluation(&body)?.json)),
            }
        }
        ["evaluations", "batch"] => {
            web::allow(&parts.method, "POST")?;
            Query::of(&parts.uri).finish()?;
            web::content_type(&parts.headers, "application/x-ndjson")?;
            let body = web::body(&parts.headers, body, BATCH_LIMIT).await?;
            Ok(web::stream("application/x-ndjson", batch::Lines::new(body)))
        }
        _ => Err(Problem::no_such_path()),
    }
}

fn read_save(text: &str) -> Result<Asked, Text> {
    match text {
        "true" => Ok(Asked::Kept),
        "false" => Ok(Asked::Judged),
        _ => Err(Text::new("应为 true 或 false。", "It is true or false.")),
    }
}

fn no_such_programme() -> Problem {
    let list = "/v1/eligibility/programmes";
    Problem::not_found(Text::new(
        format!("没有这个项目，全部项目见 {list}。"),
        format!("There is no such programme; {list} lists them all."),
    ))
}

#[cfg(test)]
mod tests;

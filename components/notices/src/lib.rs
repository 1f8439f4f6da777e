//! `/v1/notices`: when does a public notice open and close, did it pass, and on which days is there
//! work?
//!
//! Windows and calendars depend only on the request and the compiled-in holiday notices; they need no
//! store. The crate `calendar` counts days, `recognition` defines notices, and `registry` stores them.

mod answer;
mod calculator;
mod ics;
mod lookup;
mod request;
mod write;

use chrono::NaiveDate;
use endpoint::Endpoint;
use http::Method;
use http::request::Parts;
use web::{Incoming, Problem, Request, Response};

web::component!(crate::handle);

const BASE: &str = "/v1/notices";

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let answered = match below(request.uri().path()) {
        Some("/healthz" | "/window") => on_request_alone(request),
        Some(path) if path == "/calendar" || path.starts_with("/calendar/") => {
            on_request_alone(request)
        }
        _ => {
            endpoint::answer(request, BASE, async |endpoint, parts, body, segments| {
                route(endpoint, parts, body, segments).await
            })
            .await
        }
    };
    answered.unwrap_or_else(Response::from)
}

/// The part of a path after this component's base path.
fn below(path: &str) -> Option<&str> {
    path.strip_prefix(BASE)
}

fn on_request_alone(request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let now = web::now_in_china().ok_or_else(|| Problem::internal(&"the clock shows no date"))?;
    let segments = web::segments(&parts, BASE)?;
    calculate(&parts, &segments, now.date_naive())
}

/// Answers a request that needs no store.
fn calculate(parts: &Parts, segments: &[&str], today: NaiveDate) -> Result<Response, Problem> {
    match segments {
        ["window"] => calculator::window(parts, today),
        ["healthz"] => {
            web::read_only(parts)?;
            Ok(web::health())
        }
        ["calendar", year] => calculator::year(parts, year),
        _ => Err(Problem::no_such_path()),
    }
}

/// Answers a request about stored notices.
async fn route(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    segments: &[&str],
) -> Result<Response, Problem> {
    match segments {
        [] => match parts.method {
            Method::POST => write::publish(endpoint, parts, body).await,
            Method::GET | Method::HEAD => lookup::list(endpoint, parts).await,
            _ => Err(Problem::method_not_allowed("GET, HEAD, POST")),
        },
        [id] => lookup::show(endpoint, parts, id).await,
        [id, "objections"] => write::object(endpoint, parts, body, id).await,
        [id, "objections", objection, "resolution"] => {
            write::resolve(endpoint, parts, body, id, objection).await
        }
        [id, "withdrawal"] => write::withdraw(endpoint, parts, body, id).await,
        _ => Err(Problem::no_such_path()),
    }
}

#[cfg(test)]
mod tests;

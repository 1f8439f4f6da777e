//! `/v1/certificates`: is this certificate genuine and in force? This component also answers all paths
//! that no other component has.
//!
//! This component issues certificates, records events on them, and shows them. `recognition` derives a
//! certificate's status from its events, and `registry` records the events.

mod answer;
mod lookup;
mod request;
mod write;

use endpoint::Endpoint;
use http::Method;
use http::request::Parts;
use text::Text;
use web::{Incoming, Problem, Request, Response};

web::component!(crate::handle);

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let answered = match request.uri().path() {
        "/healthz" | "/v1/certificates/healthz" => health(request),
        path if !is_ours(path) => Err(no_such_path()),
        _ => {
            endpoint::answer(request, BASE, async |endpoint, parts, body, segments| {
                route(endpoint, parts, body, segments).await
            })
            .await
        }
    };
    answered.unwrap_or_else(Response::from)
}

const BASE: &str = "/v1/certificates";

fn is_ours(path: &str) -> bool {
    let below = path.strip_prefix(BASE);
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

fn health(request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    web::read_only(&parts)?;
    Ok(web::health())
}

async fn route(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    segments: &[&str],
) -> Result<Response, Problem> {
    match segments {
        [] => match parts.method {
            Method::POST => write::issue(endpoint, parts, body).await,
            Method::GET | Method::HEAD => lookup::list(endpoint, parts).await,
            _ => Err(Problem::method_not_allowed("GET, HEAD, POST")),
        },
        [number] => lookup::show(endpoint, parts, number).await,
        [number, "history"] => lookup::history(endpoint, parts, number).await,
        [number, "events"] => write::record_event(endpoint, parts, body, number).await,
        _ => Err(no_such_path()),
    }
}

fn no_such_path() -> Problem {
    Problem::not_found(Text::new(
        "本应用没有这个地址。",
        "Nothing in this application stands at this path.",
    ))
}

#[cfg(test)]
mod tests;

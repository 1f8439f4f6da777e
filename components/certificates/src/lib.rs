//! `/v1/certificates`: is this certificate genuine and in force? And every path of the application
//! that nobody else has.
//!
//! Certificates are issued, what happens to them is recorded, and they are looked up. What follows
//! from an event by the programme's data, `registry` knows.

mod desk;
mod events;
mod issue;
mod lookup;
mod wire;

use http::Method;
use http::request::Parts;
use registry::{KeyValue, Spin};
use web::{Clients, Incoming, Problem, Request, Response, Text};

use crate::desk::Desk;

web::component!(crate::handle);

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    answer(request).await.unwrap_or_else(Response::from)
}

async fn answer(request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    if let "/healthz" | "/v1/certificates/healthz" = parts.uri.path() {
        web::read_only(&parts)?;
        return Ok(web::health());
    }
    let segments = web::segments(&parts, "/v1/certificates").map_err(|_| no_such_path())?;
    let now = web::now_in_china().ok_or_else(|| Problem::internal(&"the clock shows no date"))?;
    let clients = Clients::needed_by(&parts).await?;
    let store = Spin::open().await.map_err(|e| Problem::internal(&e))?;
    let desk = Desk {
        store: &store,
        clients: &clients,
        now,
    };
    let answered = route(&desk, &parts, body, &segments).await;
    web::leave_whole().await;
    answered
}

async fn route(
    desk: &Desk<'_, impl KeyValue>,
    parts: &Parts,
    body: impl Incoming,
    segments: &[&str],
) -> Result<Response, Problem> {
    let headers = &parts.headers;
    match segments {
        [] => match parts.method {
            Method::POST => {
                let body = web::posted(parts, body).await?;
                desk.issue(headers, &body).await
            }
            Method::GET | Method::HEAD => desk.list(parts).await,
            _ => Err(Problem::method_not_allowed("GET, HEAD, POST")),
        },
        [number] => desk.show(parts, number).await,
        [number, "history"] => desk.history(parts, number).await,
        [number, "events"] => {
            let body = web::posted(parts, body).await?;
            desk.add_event(headers, number, &body).await
        }
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

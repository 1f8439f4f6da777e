//! `/v1/reminders`: what falls due, and who has been told?
//!
//! The daily run makes reminders, portals read them, receivers of webhooks are sent them, and everyone can
//! ask what is coming. What falls due on a record, `recognition::outstanding` knows; how a run makes
//! reminders, `registry::run`.

mod answer;
mod feed;
mod outbox;
mod request;
mod runs;
#[cfg(test)]
mod tests;
mod upcoming;
mod webhooks;

use endpoint::Endpoint;
use http::request::Parts;
use web::{Incoming, Problem, Request, Response};

use crate::webhooks::Receivers;

web::component!(crate::handle);

const BASE: &str = "/v1/reminders";

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let answered = endpoint::answer(request, BASE, async |endpoint, parts, body, segments| {
        route(endpoint, parts, body, segments, Receivers::configured).await
    });
    answered.await.unwrap_or_else(Response::from)
}

/// Answers a request by its path. `receivers` are read only where a run is made.
async fn route(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    segments: &[&str],
    receivers: impl AsyncFnOnce() -> Result<Receivers, Problem>,
) -> Result<Response, Problem> {
    match segments {
        ["healthz"] => {
            web::read_only(parts)?;
            Ok(web::health())
        }
        ["runs"] => runs::run(endpoint, parts, body, receivers).await,
        ["outbox"] => outbox::list(endpoint, parts).await,
        ["upcoming"] => upcoming::list(endpoint, parts).await,
        ["calendar.ics"] => feed::calendar(endpoint, parts).await,
        _ => Err(Problem::no_such_path()),
    }
}

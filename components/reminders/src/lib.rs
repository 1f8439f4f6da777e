//! `/v1/reminders`: what falls due, and who has been told?
//!
//! What is owed on a record and by when, `registry::duty` knows; on which day to look at which record,
//! `registry::agenda`. Here the daily run makes reminders of it, portals read them, and everyone can
//! ask what is coming.

mod feed;
mod outbox;
mod owing;
mod run;
mod runs;
#[cfg(test)]
mod tests;
mod upcoming;
mod webhooks;
mod wire;

use chrono::{DateTime, FixedOffset, NaiveDate};
use http::request::Parts;
use registry::{KeyValue, Spin};
use web::{Clients, Incoming, Problem, Request, Response};

use crate::webhooks::Receivers;

web::component!(crate::handle);

/// What a request about reminders is answered with and from.
pub(crate) struct Desk<'d, S> {
    pub(crate) store: &'d S,
    pub(crate) clients: &'d Clients,
    /// Who is told by webhook.
    pub(crate) receivers: &'d Receivers,
    pub(crate) now: DateTime<FixedOffset>,
}

impl<S> Desk<'_, S> {
    pub(crate) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }
}

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    answer(request).await.unwrap_or_else(Response::from)
}

async fn answer(request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let segments = web::segments(&parts, "/v1/reminders")?;
    if let ["healthz"] = segments.as_slice() {
        web::read_only(&parts)?;
        return Ok(web::health());
    }
    let now = web::now_in_china().ok_or_else(|| Problem::internal(&"the clock shows no date"))?;
    let clients = Clients::needed_by(&parts).await?;
    let receivers = match segments.as_slice() {
        ["runs"] => Receivers::configured().await?,
        _ => Receivers::default(),
    };
    let store = Spin::open().await.map_err(|e| Problem::internal(&e))?;
    let desk = Desk {
        store: &store,
        clients: &clients,
        receivers: &receivers,
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
    match segments {
        ["runs"] => {
            let body = web::posted(parts, body).await?;
            desk.run(&parts.headers, &body).await
        }
        ["outbox"] => desk.outbox(parts).await,
        ["calendar.ics"] => desk.feed(parts).await,
        ["upcoming"] => desk.upcoming(parts).await,
        _ => Err(Problem::no_such_path()),
    }
}

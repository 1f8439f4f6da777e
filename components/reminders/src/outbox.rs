//! `GET /v1/reminders/outbox`: the reminders that were made, for portals to pull.

use endpoint::{Endpoint, problem, programme_in_query};
use http::request::Parts;
use registry::Declined;
use registry::outbox::Outbox;
use web::{Page, Problem, Query, Response, Role};

use crate::answer::OutboxPage;
use crate::request::outbox_cursor_in_query;

/// The reminders of a programme after the cursor, in the order they were made.
pub(crate) async fn list(endpoint: &Endpoint<'_>, parts: &Parts) -> Result<Response, Problem> {
    web::allow(&parts.method, "GET, HEAD")?;
    let client = endpoint.client(parts, Role::Portal)?;
    let mut query = Query::of(&parts.uri);
    let programme = query.required("programme", programme_in_query);
    let cursor = query.optional("cursor", outbox_cursor_in_query);
    let limit = Page::limit(&mut query);
    query.finish()?;
    // Nothing required is missing once the query has ended well.
    let programme = programme.ok_or_else(|| Problem::internal(&"no programme"))?;
    client.require(Role::Portal, programme.id)?;
    let outbox = Outbox::of(endpoint.store, programme.id);
    let page = outbox.after(&cursor.unwrap_or_default(), limit).await;
    let page = page.map_err(|error| problem(Declined::Failed(error)))?;
    web::json(&OutboxPage::from(page))
}

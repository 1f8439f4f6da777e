//! `GET /v1/reminders/outbox`: the reminders that were made, for portals to pull.

use http::request::Parts;
use registry::KeyValue;
use registry::reminder::{Cursor, Outbox, Rest};
use serde::Serialize;
use serde_json::value::RawValue;
use web::{Page, Problem, Query, Response, Role, Text};

use crate::Desk;

#[derive(Serialize)]
struct Shown {
    reminders: Vec<Box<RawValue>>,
    /// The `cursor` from which to read on, now or later.
    next: String,
    /// Whether there is more to read now.
    more: bool,
}

impl<S: KeyValue> Desk<'_, S> {
    /// The reminders of a programme after the cursor, in the order they were made.
    pub(crate) async fn outbox(&self, parts: &Parts) -> Result<Response, Problem> {
        web::allow(&parts.method, "GET, HEAD")?;
        let client = self.clients.authenticate(&parts.headers)?;
        client.require_role(Role::Portal)?;
        let mut query = Query::of(&parts.uri);
        let programme = query.required("programme", read_programme);
        let cursor = query.optional("cursor", read_cursor);
        let limit = Page::limit(&mut query);
        query.finish()?;
        // Nothing required is missing once the reading has ended well.
        let programme = programme.ok_or_else(|| Problem::internal(&"no programme"))?;
        client.require(Role::Portal, programme)?;
        let outbox = Outbox::of(self.store, programme);
        let page = outbox.after(&cursor.unwrap_or_default(), limit).await;
        let page = page.map_err(|e| Problem::internal(&e))?;
        let reminders = page.reminders.into_iter();
        web::json(&Shown {
            reminders: reminders.map(|reminder| reminder.shown).collect(),
            next: page.next.to_string(),
            more: page.rest == Rest::More,
        })
    }
}

/// A programme by its id.
pub(crate) fn read_programme(id: &str) -> Result<&'static str, Text> {
    let rules = rules::programme(id);
    rules.map(|rules| rules.id).ok_or_else(|| {
        let ids: Vec<_> = rules::programmes().iter().map(|rules| rules.id).collect();
        Text::new(
            format!("没有这个项目；现有：{}。", ids.join("、")),
            format!("No such programme; there are: {}.", ids.join(", ")),
        )
    })
}

fn read_cursor(text: &str) -> Result<Cursor, Text> {
    text.parse().map_err(|_| {
        Text::new(
            "cursor 应为上一页的 next。",
            "The cursor is the next of the page before.",
        )
    })
}

//! What is delivered: the reminders of the outbox.

use registry::outbox::{self, Cursor, Outbox, Reminder};
use store::{KeyValue, RecordError};

use super::delivery::{Batch, Message, Messages};
use super::event::cloud_event;

/// The outboxes of all programmes.
pub(crate) struct Outboxes<'s>(pub(crate) &'s dyn KeyValue);

impl Messages for Outboxes<'_> {
    async fn after(
        &self,
        programme: &str,
        cursor: &Cursor,
        limit: usize,
    ) -> Result<Batch, RecordError> {
        let page = Outbox::of(self.0, programme).after(cursor, limit).await?;
        let messages = page.reminders.into_iter().map(message);
        Ok(Batch {
            messages: messages.collect::<Result<_, _>>()?,
            next: page.next,
        })
    }

    async fn end(&self, programme: &str) -> Result<Cursor, RecordError> {
        Outbox::of(self.0, programme).end().await
    }

    async fn again(&self, id: &str) -> Result<Option<Message>, RecordError> {
        let found = outbox::look_up(self.0, id).await?;
        found.map(message).transpose()
    }
}

fn message(reminder: Reminder) -> Result<Message, RecordError> {
    let Reminder {
        id,
        programme,
        subject,
        made_at,
        message,
    } = reminder;
    let event = cloud_event(&id, &subject, made_at, &message);
    let body = event.map_err(|error| RecordError::Unreadable {
        key: id.clone(),
        cause: error.to_string(),
    })?;
    Ok(Message {
        id,
        programme,
        body,
    })
}

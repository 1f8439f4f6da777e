//! How far the deliveries to each receiver of webhooks have come.
//!
//! One value for each receiver, under `accredit/webhook/{name}`. It holds no address, no secret and no
//! message: messages stand in the outbox, everything else in the configuration.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use recognition::id;
use store::{KeyValue, RecordError, envelope};

use crate::outbox::Cursor;

const SCHEMA: &str = "webhook/progress/1";

/// How far the deliveries to a receiver have come.
///
/// Every message that lies behind a cursor was delivered, was given up, or stands in `retries`. Whoever
/// saves a progress keeps that true, so that any progress ever saved can be gone on from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryProgress {
    /// For each programme, up to where everything was attempted.
    pub cursors: BTreeMap<String, Cursor>,
    /// What was not delivered and is tried again.
    pub retries: Vec<Retry>,
    /// Set where the receiver wants no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
}

/// A message that is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// The message.
    pub id: String,
    /// How often it was attempted and not delivered.
    pub attempts: u32,
    /// Not before then.
    pub not_before: DateTime<FixedOffset>,
}

/// A receiver's wish for no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Which address it was said at, as [`Stopped::address`] shortens it.
    pub address: String,
    /// When.
    pub at: DateTime<FixedOffset>,
}

impl Stopped {
    /// What stands for an address: no two have the same, and none can be read from it.
    pub fn address(url: &str) -> String {
        id::derive("webhook-address", &[url])
    }
}

/// The progress of the receiver of that name; `None` where it has none yet.
///
/// # Errors
/// The store failed, or holds something else under that key.
pub async fn load(
    store: &dyn KeyValue,
    receiver: &str,
) -> Result<Option<DeliveryProgress>, RecordError> {
    envelope::load(store, &key(receiver), SCHEMA).await
}

/// Keeps the progress of the receiver of that name, in place of any other.
///
/// # Errors
/// The store failed, or the progress is larger than a store takes.
pub async fn save(
    store: &dyn KeyValue,
    receiver: &str,
    progress: &DeliveryProgress,
) -> Result<(), RecordError> {
    envelope::save(store, &key(receiver), SCHEMA, progress).await
}

fn key(receiver: &str) -> String {
    format!("accredit/webhook/{receiver}")
}

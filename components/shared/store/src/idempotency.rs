//! Which request each `Idempotency-Key` was used with.
//!
//! The id of a record is derived from its content, and answers are computed from the records. So a repeated
//! request creates nothing twice, even without a key. The key adds one check: it cannot be used again for
//! another request.

use serde::{Deserialize, Serialize};

use crate::envelope::{self, RecordError};
use crate::key_value::KeyValue;

const SCHEMA: &str = "idempotency/1";

/// The key of a request, if the client sent one.
pub struct UsedKey<'s> {
    store: &'s dyn KeyValue,
    key: Option<String>,
    request: String,
}

/// What a key was used for before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// For nothing, or for the same request. Also the result for a request without a key.
    Fits,
    /// For another request.
    Other,
}

#[derive(Serialize, Deserialize)]
struct Request {
    request: String,
}

impl<'s> UsedKey<'s> {
    /// The key, and its request. Both are derived ids. `key` is derived from the client and the key, so two
    /// clients may use the same key. `request` is derived from the path and the body.
    pub fn new(store: &'s dyn KeyValue, key: Option<String>, request: String) -> Self {
        Self {
            store,
            key: key.map(|key| format!("accredit/idempotency/{key}")),
            request,
        }
    }

    /// What the key was used for before.
    ///
    /// # Errors
    /// The store failed.
    pub async fn check(&self) -> Result<Use, RecordError> {
        let Some(key) = &self.key else {
            return Ok(Use::Fits);
        };
        let used: Option<Request> = envelope::load(self.store, key, SCHEMA).await?;
        Ok(match used {
            Some(used) if used.request != self.request => Use::Other,
            _ => Use::Fits,
        })
    }

    /// Stores that the key belongs to this request. Call this before the first write for the request, but
    /// not for a request that is refused: its sender may correct it and use the key again.
    ///
    /// The store cannot decide between two different requests that tie one key at the same moment: both may
    /// get [`Use::Fits`]. Then each request is carried out once, as if they had two keys.
    ///
    /// # Errors
    /// The store failed.
    pub async fn tie(&self) -> Result<Use, RecordError> {
        let Some(key) = &self.key else {
            return Ok(Use::Fits);
        };
        if self.check().await? == Use::Other {
            return Ok(Use::Other);
        }
        let request = Request {
            request: self.request.clone(),
        };
        envelope::save(self.store, key, SCHEMA, &request).await?;
        self.check().await
    }
}

//! Which requests the keys of `Idempotency-Key` were used with.
//!
//! Records are derived from what they say and answers from the records, so a repeated request makes
//! nothing twice even without a key. What a key adds is that it cannot be used for another request.

use serde::{Deserialize, Serialize};

use crate::id;
use crate::kept::{self, RecordError};
use crate::store::KeyValue;

/// The key that a client sent with a request, if it sent one.
pub struct UsedKey<'s, S> {
    store: &'s S,
    key: Option<String>,
    request: String,
}

/// What a key was used with before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// With nothing, or with the same request. So it is where there is no key.
    Fits,
    /// With another request.
    Other,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    request: String,
}

impl<'s, S: KeyValue> UsedKey<'s, S> {
    /// The key of that client, with the path and body it came with. Keys of different clients have
    /// nothing to do with each other.
    pub fn new(store: &'s S, client: &str, key: Option<&str>, path: &str, body: &[u8]) -> Self {
        let key = key.map(|key| id::derive("idempotency", &[client, key]));
        Self {
            store,
            key: key.map(|key| format!("accredit/idempotency/{key}")),
            request: id::derive("request", &[path, &String::from_utf8_lossy(body)]),
        }
    }

    /// What the key was used with before.
    ///
    /// # Errors
    /// The store failed.
    pub async fn check(&self) -> Result<Use, RecordError> {
        let Some(key) = &self.key else {
            return Ok(Use::Fits);
        };
        let used: Option<Request> = kept::load(self.store, key).await?;
        Ok(match used {
            Some(used) if used.request != self.request => Use::Other,
            _ => Use::Fits,
        })
    }

    /// Ties the key to the request, before the first thing is written for it. A request that is
    /// refused ties nothing: it may be mended and sent again with the same key.
    ///
    /// No store can decide between two different requests that tie one key at the same moment: both
    /// may be told that it fits. Each is then carried out once, as if they had come with two keys.
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
        kept::save(self.store, key, &request).await?;
        self.check().await
    }
}

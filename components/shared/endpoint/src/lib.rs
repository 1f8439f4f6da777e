//! Requests to the register, for all components: reading the request, finding out who sent it, and turning
//! a refusal of the register into a problem.
//!
//! The only shared crate that uses both `web` and `registry`.

#![deny(missing_docs)]

mod problem;
mod read;

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, NaiveDate};
use http::request::Parts;
use registry::{Caller, Writer};
use store::{KeyValue, Spin};
use web::{Client, Clients, IdempotencyKey, Incoming, Problem, Request, Response, Role};

pub use problem::problem;
pub use read::{number_in_path, number_in_query, programme_in_query};

/// What a handler needs to answer a request.
pub struct Endpoint<'e> {
    /// The register's store. The first call opens it.
    pub store: &'e dyn KeyValue,
    /// Who may write.
    pub clients: &'e Clients,
    /// The time in China.
    pub now: DateTime<FixedOffset>,
}

/// Answers a request with `route`, which gets the segments of the path after `base`.
///
/// Reads the clock once. Opens the store only if `route` calls the store.
///
/// # Errors
/// The errors of `route`; a 404 if the path is neither `base` nor below `base`; a 500 if the variable
/// `clients` is needed but cannot be read.
pub async fn answer(
    request: Request,
    base: &str,
    route: impl AsyncFnOnce(
        &Endpoint<'_>,
        &Parts,
        web::RequestBody,
        &[&str],
    ) -> Result<Response, Problem>,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let segments = web::segments(&parts, base)?;
    let now = web::now_in_china().ok_or_else(|| Problem::internal(&"the clock shows no date"))?;
    let clients = Clients::needed_by(&parts).await?;
    let store = Spin::default();
    let endpoint = Endpoint {
        store: &store,
        clients: &clients,
        now,
    };
    let answered = route(&endpoint, &parts, body, &segments).await;
    if store.is_open() {
        web::leave_whole().await;
    }
    answered
}

impl Endpoint<'_> {
    /// Today in China.
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// The client that sent a request.
    ///
    /// # Errors
    /// A 401 without a valid token; a 403 if the client lacks the role.
    pub fn client(&self, parts: &Parts, role: Role) -> Result<&Client, Problem> {
        let client = self.clients.authenticate(&parts.headers)?;
        client.require_role(role)?;
        Ok(client)
    }

    /// Reads a request that writes. Returns its writer and its body. The client's role is checked before
    /// the body is read. An idempotency key belongs to one `path` and one body; `path` names the record that
    /// is written.
    ///
    /// # Errors
    /// A 405, 401 or 403 before the body is read; the errors of [`web::posted`]; a 400 if the idempotency
    /// key is invalid.
    pub async fn receive(
        &self,
        parts: &Parts,
        body: impl Incoming,
        role: Role,
        path: &str,
    ) -> Result<(Writer<'_>, Bytes), Problem> {
        web::allow(&parts.method, "POST")?;
        let client = self.client(parts, role)?;
        let body = web::posted(parts, body).await?;
        Ok((self.writer(client, parts, path, &body)?, body))
    }

    /// The writer for a request of this client. For `path` and `body` see [`receive`](Self::receive).
    ///
    /// # Errors
    /// A 400 if the idempotency key is invalid.
    pub fn writer<'w>(
        &'w self,
        client: &'w Client,
        parts: &Parts,
        path: &str,
        body: &[u8],
    ) -> Result<Writer<'w>, Problem> {
        let key = web::idempotency_key(&parts.headers)?;
        let key = key.as_ref().map(IdempotencyKey::as_str);
        let caller = Caller {
            name: client.name(),
            acts_for: Box::new(|programme| client.acts_for(programme)),
        };
        Ok(Writer::new(self.store, caller, self.now, key, path, body))
    }
}

//! Who writes in these tests, and with which tokens.
//!
//! A server that is started here knows them by tokens made for the run. One at `ACCREDIT_URL` is told
//! them by whoever runs it, and `ACCREDIT_TOKENS` tells them to the tests.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::fresh;
use super::left_out;
use super::server::{self, Answer, send};

/// One who has a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// Portal and registrar of every programme.
    Office,
    /// Portal alone, of every programme.
    Portal,
    /// Registrar alone, of every programme.
    Registrar,
    /// Scheduler alone, of every programme.
    Scheduler,
    /// Portal and registrar of a programme that no test writes to.
    Elsewhere,
}

/// The name and rights of each client, as they stand in the variable `clients`.
const CLIENTS: [(Client, &str, &[&str], &str); 5] = [
    (Client::Office, "office", &["portal", "registrar"], "*"),
    (Client::Portal, "portal", &["portal"], "*"),
    (Client::Registrar, "registrar", &["registrar"], "*"),
    (Client::Scheduler, "scheduler", &["scheduler"], "*"),
    (
        Client::Elsewhere,
        "elsewhere",
        &["portal", "registrar"],
        "gansu-industry-alliance",
    ),
];

/// The tokens by the names of the clients; `None` where the server is elsewhere and nobody told them.
static TOKENS: LazyLock<Option<BTreeMap<String, String>>> = LazyLock::new(|| {
    if server::elsewhere().is_none() {
        let made = CLIENTS.map(|(_, name, ..)| (name.to_owned(), fresh::token()));
        return Some(made.into());
    }
    let given = std::env::var("ACCREDIT_TOKENS").ok()?;
    let tokens: BTreeMap<String, String> = serde_json::from_str(&given)
        .unwrap_or_else(|_| panic!("ACCREDIT_TOKENS is no JSON object of texts"));
    for (_, name, ..) in CLIENTS {
        assert!(
            tokens.contains_key(name),
            "ACCREDIT_TOKENS has no token of \"{name}\""
        );
    }
    Some(tokens)
});

/// Whether tests can write. Where they cannot, this is noted, and a test that writes ends well.
pub(crate) fn may_write() -> bool {
    if TOKENS.is_none() {
        left_out::note("ACCREDIT_TOKENS is not set");
    }
    TOKENS.is_some()
}

/// The value of the variable `clients` for a server that is started here.
pub(crate) fn variable() -> String {
    let clients = CLIENTS.map(|(client, name, roles, programme)| {
        let hash = Sha256::digest(client.token());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({"name": name, "roles": roles, "programmes": [programme], "token_sha256": hash})
    });
    Value::from(clients.to_vec()).to_string()
}

impl Client {
    /// The token.
    pub(crate) fn token(self) -> &'static str {
        let named = CLIENTS.iter().find(|(client, ..)| *client == self);
        let token = named.and_then(|(_, name, ..)| TOKENS.as_ref()?.get(*name));
        token.unwrap_or_else(|| panic!("no token of {self:?}"))
    }

    /// The value of the header `Authorization`.
    pub(crate) fn bearer(self) -> String {
        format!("Bearer {}", self.token())
    }

    /// Posts `body` as JSON, with the token.
    pub(crate) fn post(self, path: &str, body: &Value) -> Answer {
        self.post_with(path, body, &[])
    }

    /// Posts `body` as JSON, with the token and more headers.
    pub(crate) fn post_with(self, path: &str, body: &Value, more: &[(&str, &str)]) -> Answer {
        let bearer = self.bearer();
        let mut headers = vec![
            ("content-type", "application/json"),
            ("authorization", &bearer),
        ];
        headers.extend(more);
        send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Gets `path`, with the token.
    pub(crate) fn get(self, path: &str) -> Answer {
        send("GET", path, &[("authorization", &self.bearer())], &[])
    }
}

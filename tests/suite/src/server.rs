//! The server under test, and a small client for it.
//!
//! The server is the one at `ACCREDIT_URL` where that is set. Otherwise a host is started, once, on a free
//! port of this machine and with an empty store: a SQLite file, or in the target `suite-redis` a Redis
//! server of its own.

use std::fmt;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::process;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Request, Response};
use ureq::{Agent, SendBody};

use super::hosts::Host;
use super::left_out;
use super::store::{self, Store};

/// The address of a server that was not started here, without a slash at the end.
static ELSEWHERE: LazyLock<Option<String>> = LazyLock::new(|| {
    let url = std::env::var("ACCREDIT_URL").ok()?;
    if store::is_redis() {
        leave_all_out("the server at ACCREDIT_URL has one store, and the target `suite` tests it");
    }
    Some(url.trim_end_matches('/').to_owned())
});

/// The host that is started here.
static HOST: LazyLock<Host> = LazyLock::new(|| Host::start(&STORE));

/// Its store.
static STORE: LazyLock<Store> = LazyLock::new(|| match Store::start() {
    Ok(store) => store,
    Err(why) if is_ci() => fail(&format!("{why}, and CI is set")),
    Err(why) => leave_all_out(&why),
});

static CLIENT: LazyLock<Agent> = LazyLock::new(agent);

/// The address of a server that was not started here, without a slash at the end.
pub(crate) fn elsewhere() -> Option<&'static str> {
    ELSEWHERE.as_deref()
}

/// Whether this is a run that must leave nothing out for want of a program.
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// Ends this test binary well: what it would test is not here.
fn leave_all_out(why: &str) -> ! {
    let line =
        format!("NOTHING WAS TESTED. All tests that need a server are left out because {why}");
    end(&line, 0)
}

/// Ends this test binary as failed: no test can be right.
pub(crate) fn fail(why: &str) -> ! {
    // The code of the harness for tests that fail.
    end(&format!("FAILED because {why}"), 101)
}

/// Ends this test binary, with `line` as the last that it prints.
fn end(line: &str, code: i32) -> ! {
    // The lock is not given back, so the harness prints nothing after the line. It may have begun one.
    let mut stdout = io::stdout().lock();
    let _unread = writeln!(stdout, "\n{}: {line}", left_out::name()).and_then(|()| stdout.flush());
    process::exit(code)
}

/// A port of this machine that is free now.
pub(crate) fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("there is a free port").port()
}

/// A client that connects anew for every request. On one connection each answer would come 40 ms late:
/// Spin leaves TCP_NODELAY unset, so does the local host, and a body that leaves after its head waits for
/// the acknowledgement that the client holds back.
pub(crate) fn agent() -> Agent {
    agent_within(None)
}

/// The same, with a time after which no answer is waited for.
pub(crate) fn agent_within(limit: Option<Duration>) -> Agent {
    Agent::config_builder()
        .timeout_global(limit)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections(0)
        .max_idle_connections_per_host(0)
        .proxy(None)
        .build()
        .into()
}

/// The address of the server under test, without a slash at the end.
pub(crate) fn base() -> &'static str {
    elsewhere().unwrap_or_else(|| HOST.url())
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The request it answers, for messages.
    asked: String,
    /// Its status code.
    pub(crate) status: u16,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of the header `name`, or nothing. Panics where there is more than one.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        assert!(values.next().is_none(), "more than one {name} in {self}");
        Some(value.to_str().expect("a header of ASCII"))
    }

    /// The body as text. Panics where it is not UTF-8.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|_| panic!("not UTF-8: {self}"))
    }

    /// The body as JSON. Panics where it is not.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {self}"))
    }

    /// The part of the JSON body that `pointer` (RFC 6901) points at. Panics where there is none.
    pub(crate) fn at(&self, pointer: &str) -> Value {
        match self.json().pointer(pointer) {
            Some(value) => value.clone(),
            None => panic!("nothing at {pointer} in {self}"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} → {}", self.asked, self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "\n{}", String::from_utf8_lossy(&self.body))
    }
}

/// Sends a GET for `path`, which begins with a slash and may carry a query.
pub(crate) fn get(path: &str) -> Answer {
    send("GET", path, &[], &[])
}

/// Posts `body` as JSON.
pub(crate) fn post(path: &str, body: &Value) -> Answer {
    post_text(path, "application/json", &body.to_string())
}

/// Posts `body` as it stands, under the media type `content_type`.
pub(crate) fn post_text(path: &str, content_type: &str, body: &str) -> Answer {
    send(
        "POST",
        path,
        &[("content-type", content_type)],
        body.as_bytes(),
    )
}

/// Sends any request. Panics where no answer comes; any status is an answer.
pub(crate) fn send(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    match try_send(&CLIENT, base(), method, path, headers, body) {
        Ok(answer) => answer,
        Err(why) => panic!("{why}"),
    }
}

/// Sends any request to the server at `base`.
///
/// # Errors
/// No answer came, or not all of it.
pub(crate) fn try_send(
    client: &Agent,
    base: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, String> {
    let asked = format!("{method} {path}");
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{base}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    // A body of no bytes on a GET would be announced as one.
    let response = if body.is_empty() && matches!(method, "GET" | "HEAD") {
        request.body(()).map(|request| client.run(request))
    } else {
        request.body(body).map(|request| client.run(request))
    };
    match response {
        Ok(Ok(response)) => read(asked, response),
        Ok(Err(error)) => Err(format!("{asked}: no answer: {error}")),
        Err(error) => Err(format!("{asked}: not a request: {error}")),
    }
}

/// Posts `body` in chunks, without saying beforehand how long it is.
pub(crate) fn send_chunked(path: &str, content_type: &str, body: &[u8]) -> Answer {
    let asked = format!("POST {path}, in chunks");
    let mut body = body;
    let request = Request::post(format!("{}{path}", base()))
        .header("content-type", content_type)
        .body(SendBody::from_reader(&mut body))
        .unwrap_or_else(|error| panic!("{asked}: not a request: {error}"));
    match CLIENT.run(request) {
        Ok(response) => read(asked, response).unwrap_or_else(|why| panic!("{why}")),
        Err(error) => panic!("{asked}: no answer: {error}"),
    }
}

fn read(asked: String, response: Response<ureq::Body>) -> Result<Answer, String> {
    let (head, mut body) = response.into_parts();
    let body = body
        .with_config()
        .limit(64 << 20)
        .read_to_vec()
        .map_err(|error| format!("{asked}: the answer breaks off: {error}"))?;
    Ok(Answer {
        asked,
        status: head.status.as_u16(),
        headers: head.headers,
        body,
    })
}

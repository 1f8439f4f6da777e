//! The server under test, and a small client for it.
//!
//! The server is the one at `ACCREDIT_URL` where that is set. Otherwise the components are built
//! and served in this process, once, on a free port of this machine and with an empty store.

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;
use std::thread;

use host::{App, Options};
use serde_json::Value;
use tokio::net::TcpListener;
use ureq::http::{HeaderMap, Request, Response};
use ureq::{Agent, SendBody};

static BASE: LazyLock<String> = LazyLock::new(|| match std::env::var("ACCREDIT_URL") {
    Ok(url) => url.trim_end_matches('/').to_owned(),
    Err(_) => start(),
});

static CLIENT: LazyLock<Agent> = LazyLock::new(|| {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .build()
        .into()
});

/// Builds and serves the components for as long as this process lives.
fn start() -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("tokio starts");
        runtime.block_on(async {
            let state = tempfile::tempdir().expect("a temporary directory can be made");
            let mut options =
                Options::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spin.toml"));
            options.state_dir = Some(state.path().to_owned());
            let started = async {
                let app = App::load(options).await?;
                app.serve(TcpListener::bind("127.0.0.1:0").await?)
            };
            let (told, server) = match started.await {
                Ok(server) => (Ok(format!("http://{}", server.addr())), Some(server)),
                Err(error) => (Err(format!("{error:#}")), None),
            };
            sender.send(told).expect("the tests wait for the server");
            if let Some(_serving) = server {
                std::future::pending::<()>().await;
            }
        });
    });
    match receiver.recv() {
        Ok(Ok(url)) => url,
        Ok(Err(error)) => panic!("the components cannot be served: {error}"),
        Err(_) => panic!("the server ended before it served"),
    }
}

/// The address of the server under test, without a slash at the end.
pub(crate) fn base() -> &'static str {
    &BASE
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
    let asked = format!("{method} {path}");
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", base()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    // A body of no bytes on a GET would be announced as one.
    let response = if body.is_empty() && matches!(method, "GET" | "HEAD") {
        request.body(()).map(|request| CLIENT.run(request))
    } else {
        request.body(body).map(|request| CLIENT.run(request))
    };
    match response {
        Ok(Ok(response)) => read(asked, response),
        Ok(Err(error)) => panic!("{asked}: no answer: {error}"),
        Err(error) => panic!("{asked}: not a request: {error}"),
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
        Ok(response) => read(asked, response),
        Err(error) => panic!("{asked}: no answer: {error}"),
    }
}

fn read(asked: String, response: Response<ureq::Body>) -> Answer {
    let (head, mut body) = response.into_parts();
    let body = body
        .with_config()
        .limit(64 << 20)
        .read_to_vec()
        .unwrap_or_else(|error| panic!("{asked}: the answer breaks off: {error}"));
    Answer {
        asked,
        status: head.status.as_u16(),
        headers: head.headers,
        body,
    }
}

//! Requests per second of the components through the local host, beside a component that does
//! nothing but answer (`hello`).
//!
//! What the numbers are worth: the server and its clients share this machine, so only the ratio to
//! `hello` in the same run means anything. The rows take turns, round after round, so that
//! whatever else the machine does falls on all of them alike. Criterion measures one thing after
//! another, hence the loop of its own.
//!
//! `cargo bench -p bench --bench http`

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bench::{connect, serve};
use host::Server;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// Keep-alive connections that ask at the same time.
const CONNECTIONS: usize = 32;

/// Which server a row is asked of.
#[derive(Clone, Copy)]
enum Of {
    /// The component that the others are measured against.
    Hello,
    /// The application of `spin.toml`.
    Application,
}

/// One request, asked over and over.
struct Row {
    name: &'static str,
    of: Of,
    method: Method,
    path: &'static str,
    body: &'static str,
}

impl Row {
    /// A row of the application of `spin.toml`.
    fn application(
        name: &'static str,
        method: Method,
        path: &'static str,
        body: &'static str,
    ) -> Self {
        Self {
            name,
            of: Of::Application,
            method,
            path,
            body,
        }
    }
}

/// What is measured. The first row is what the others are compared with.
fn rows() -> Vec<Row> {
    const WINDOW: &str = "/v1/notices/window?published=2026-09-28&days=5";
    vec![
        Row {
            name: "hello",
            of: Of::Hello,
            method: Method::GET,
            path: "/",
            body: "",
        },
        Row::application("health", Method::GET, "/v1/eligibility/healthz", ""),
        Row::application("window", Method::GET, WINDOW, ""),
        Row::application(
            "programme",
            Method::GET,
            "/v1/eligibility/programmes/xinzhou-technology-innovation-centre",
            "",
        ),
        Row::application(
            "evaluation",
            Method::POST,
            "/v1/eligibility/evaluations",
            include_str!("../xinzhou-application.json"),
        ),
    ]
}

#[expect(clippy::print_stdout, reason = "the numbers are what it is run for")]
fn main() -> Result<()> {
    // `cargo bench` passes --bench; anything else only wants to see that it runs.
    let (rounds, spell) = if std::env::args().any(|argument| argument == "--bench") {
        (7, Duration::from_secs(2))
    } else {
        (1, Duration::from_millis(100))
    };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let servers = Runtime::new()?;
    let clients = Builder::new_current_thread().enable_all().build()?;

    let scratch = tempfile::tempdir()?;
    let hello = scratch.path().join("spin.toml");
    std::fs::write(&hello, hello_manifest(&workspace))?;
    let hello = servers.block_on(serve(hello, &scratch.path().join("hello"), &workspace))?;
    let application = servers.block_on(serve(
        workspace.join("spin.toml"),
        &scratch.path().join("application"),
        &workspace,
    ))?;

    let rows = rows();
    let mut measured: Vec<Vec<u64>> = rows.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for (row, measured) in rows.iter().zip(&mut measured) {
            let server = match row.of {
                Of::Hello => &hello,
                Of::Application => &application,
            };
            let answered = clients
                .block_on(ask(server, row, spell))
                .with_context(|| row.name)?;
            // The first round warms up.
            if round > 0 {
                measured.push(answered);
            }
        }
    }
    servers.block_on(hello.shutdown());
    servers.block_on(application.shutdown());

    println!("{CONNECTIONS} connections, median of {rounds} rounds");
    println!("{:<12} {:>12} {:>10}", "", "requests/s", "of hello");
    let base = measured[0].clone();
    for (row, measured) in rows.iter().zip(measured) {
        let percent = measured
            .iter()
            .zip(&base)
            .map(|(answered, base)| answered * 100 / base.max(&1))
            .collect();
        println!(
            "{:<12} {:>12} {:>9}%",
            row.name,
            median(measured) * 1000 / u64::try_from(spell.as_millis())?,
            median(percent)
        );
    }
    Ok(())
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[values.len() / 2]
}

fn hello_manifest(workspace: &Path) -> String {
    format!(
        r#"
spin_manifest_version = 2
[application]
name = "hello"
[[trigger.http]]
route = "/..."
component = "hello"
[component.hello]
source = {:?}
[component.hello.build]
command = "cargo build -p hello --target wasm32-wasip2 --release --target-dir target"
workdir = {workspace:?}
"#,
        workspace.join("target/wasm32-wasip2/release/hello.wasm")
    )
}

/// How many times `row` is answered over all connections within `spell`.
async fn ask(server: &Server, row: &Row, spell: Duration) -> Result<u64> {
    let answered = Arc::new(AtomicU64::new(0));
    let request = Request::builder()
        .method(row.method.clone())
        .uri(row.path)
        .header("host", server.addr().to_string())
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from_static(row.body.as_bytes())))?;
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let connection = connect(server).await?;
        let (request, answered) = (request.clone(), answered.clone());
        connections.spawn(repeat(
            connection,
            request,
            answered,
            Instant::now() + spell,
        ));
    }
    while let Some(ended) = connections.join_next().await {
        ended??;
    }
    Ok(answered.load(Ordering::Relaxed))
}

async fn repeat(
    mut connection: SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    answered: Arc<AtomicU64>,
    end: Instant,
) -> Result<()> {
    while Instant::now() < end {
        connection.ready().await?;
        let response = connection.send_request(request.clone()).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(
            status == StatusCode::OK,
            "{status}: {}",
            String::from_utf8_lossy(&body)
        );
        answered.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

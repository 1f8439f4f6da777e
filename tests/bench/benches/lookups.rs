//! How long a lookup by number takes among 1,000 certificates and among 1,000,000.
//!
//! Two stores are filled directly: of each certificate the view, the journal's counter and its one
//! event, as the components write them. Both are asked in turn, numbers at random, one request at a
//! time. Only the ratio means anything.
//!
//! `cargo bench -p bench --bench lookups`; the larger store takes some 3 GB in the temporary directory.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, ensure};
use bench::{connect, new_store, one, serve};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use recognition::certificate::CertificateNumber;
use rusqlite::params;
use tokio::runtime::{Builder, Runtime};

const PREFIX: &str = "XZTIC";

#[expect(clippy::print_stdout, reason = "the numbers are what it is run for")]
fn main() -> Result<()> {
    // `cargo bench` passes --bench; anything else only wants to see that it runs.
    let (most, rounds, requests) = if std::env::args().any(|argument| argument == "--bench") {
        (1_000_000, 11, 300)
    } else {
        (2_000, 1, 20)
    };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let servers = Runtime::new()?;
    let clients = Builder::new_current_thread().enable_all().build()?;
    let scratch = tempfile::tempdir()?;
    let mut stores = Vec::new();
    for certificates in [1_000, most] {
        let state_dir = scratch.path().join(certificates.to_string());
        fill(&state_dir, certificates)?;
        let server = serve(workspace.join("spin.toml"), &state_dir, &workspace);
        let server = servers.block_on(server)?;
        let connection = clients.block_on(connect(&server))?;
        stores.push((certificates, server, connection, Vec::new()));
    }
    let mut random = 0x9e37_79b9_7f4a_7c15;
    for round in 0..=rounds {
        for (certificates, _, connection, latencies) in &mut stores {
            for _ in 0..requests {
                let number = number(next(&mut random) % *certificates);
                let latency = clients.block_on(look_up(connection, &number))?;
                // The first round warms up.
                if round > 0 {
                    latencies.push(latency);
                }
            }
        }
    }
    println!("{:>12} {:>10} {:>10}", "certificates", "p50", "p99");
    for (certificates, server, _, mut latencies) in stores {
        latencies.sort_unstable();
        let at = |percent| latencies[(latencies.len() - 1) * percent / 100];
        println!(
            "{certificates:>12} {:>7} µs {:>7} µs",
            at(50).as_micros(),
            at(99).as_micros()
        );
        servers.block_on(server.shutdown());
    }
    Ok(())
}

/// The number of the certificate in that place.
fn number(place: u64) -> CertificateNumber {
    CertificateNumber::derive(PREFIX, 2026, &place.to_string(), 0)
}

/// xorshift64: any numbers that do not follow the order of the keys will do.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Makes a store with so many certificates.
fn fill(state_dir: &Path, certificates: u64) -> Result<()> {
    let mut file = new_store(state_dir)?;
    let model = number(u64::MAX);
    let pairs = one(&model, "2026-05-20".parse().map_err(Error::msg)?)?;
    let model = model.to_string();
    let transaction = file.transaction()?;
    {
        // Of a million numbers of 40 bits two may be the same; the components would try another.
        let mut insert = transaction
            .prepare("INSERT OR IGNORE INTO spin_key_value VALUES ('default', ?1, ?2)")?;
        for place in 0..certificates {
            let number = number(place).to_string();
            for (key, value) in &pairs {
                insert.execute(params![
                    key.replace(&model, &number),
                    value.replace(&model, &number).as_bytes()
                ])?;
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

async fn look_up(
    connection: &mut SendRequest<Full<Bytes>>,
    number: &CertificateNumber,
) -> Result<Duration> {
    let request = Request::get(format!("/v1/certificates/{number}"))
        .header("host", "localhost")
        .body(Full::default())?;
    connection.ready().await?;
    let asked = Instant::now();
    let response = connection.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    let latency = asked.elapsed();
    ensure!(
        status == StatusCode::OK,
        "{number}: {status}: {}",
        String::from_utf8_lossy(&body)
    );
    Ok(latency)
}

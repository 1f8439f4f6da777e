//! How long a lookup by number takes among 1,000 certificates and among 1,000,000.
//!
//! Two stores are filled directly: of each certificate the view, the journal's counter and its one
//! event, as the components write them. Both are asked in turn, numbers at random, one request at a
//! time. Only the ratio means anything.
//!
//! `cargo bench -p bench --bench lookups`; the larger store takes some 3 GB in the temporary directory.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result, ensure};
use bench::{connect, serve};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use registry::certificate::{Basis, CertificateNumber, Certificates, Event, Holder};
use registry::journal::{Journal, Written};
use registry::uscc::Uscc;
use registry::{Memory, trial};
use rusqlite::{Connection, params};
use tokio::runtime::{Builder, Runtime};

const PROGRAMME: &str = "xinzhou-technology-innovation-centre";
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
    std::fs::create_dir_all(state_dir)?;
    let mut file = Connection::open(state_dir.join("sqlite_key_value.db"))?;
    // The table of Spin.
    file.execute_batch(
        "PRAGMA synchronous = OFF;
         CREATE TABLE spin_key_value (store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
                                      PRIMARY KEY (store, key));",
    )?;
    let model = number(u64::MAX);
    let pairs = one(&model)?;
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

/// What the store holds of one certificate, as the components write it.
fn one(number: &CertificateNumber) -> Result<Vec<(String, String)>> {
    let event = Event::Issued {
        programme: PROGRAMME.to_owned(),
        basis: Basis::Notice("sgam142tf5pwwpcwk8a2p4nhgh".to_owned()),
        name: "忻州市煤基新材料技术创新中心".to_owned(),
        holder: Holder {
            name: "忻州云岭新材料有限公司".to_owned(),
            uscc: Uscc::parse("91350100M000100Y43")?,
        },
        on: "2026-05-20".parse().map_err(Error::msg)?,
        until: None,
        reference: Some("忻科发〔2026〕12号".to_owned()),
    };
    let written = Written {
        id: event.id(number).to_string(),
        recorded_at: "2026-05-20T09:00:00+08:00".parse().map_err(Error::msg)?,
        by: "xinzhou-registrar".to_owned(),
        slots: [("certificates/year".to_owned(), 1)].into(),
        event,
    };
    let store = Memory::default();
    let id = number.to_string();
    trial::run(async {
        let journal = Journal::<_, Certificates>::of(&store, &id);
        let mut log = journal.read().await?;
        journal.record(&mut log, written, &[]).await
    })
    .context("the store in memory never waits")??;
    let pairs = store.dump().into_iter();
    pairs
        .map(|(key, value)| Ok((key, String::from_utf8(value)?)))
        .collect()
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

//! How long a run of reminders takes where 200 of 1,000 certificates are due, and where 200 of 1,000,000 are.
//!
//! Two stores are filled directly, as the components and earlier runs would have left them: of each
//! certificate the view, the journal's counter and its one event, and its entry on the agenda. Five
//! times 200 certificates have their evaluation due in 2026; all others in 2027 and 2028. A run is made
//! on each of the seven days on which the 200 are reminded, in both stores in turn. Only the ratio means
//! anything.
//!
//! `cargo bench -p bench --bench ticks`; the larger store takes some 3 GB in the temporary directory.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, ensure};
use bench::{connect, new_store, one, serve_with};
use chrono::{Days, Months, NaiveDate};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use recognition::certificate::CertificateNumber;
use recognition::outstanding::Subject;
use registry::agenda::{AgendaEntry, NextCheck, Position, Progress};
use rusqlite::params;
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};

const PREFIX: &str = "XZTIC";

/// How many are due at once.
const DUE: u64 = 200;

/// The recognitions of those that are due: three years later, each is a working day, and 60 days and
/// more lie between them.
const RECOGNISED: [&str; 5] = [
    "2023-02-10",
    "2023-04-15",
    "2023-06-17",
    "2023-08-19",
    "2023-10-21",
];

/// When they are reminded, in days from the deadline.
const REMINDED: [i64; 7] = [-30, -7, -1, 0, 1, 7, 30];

const TOKEN: &str = "token-of-the-benchmark";
const CLIENTS: &str = r#"[{"name": "scheduler", "roles": ["scheduler"], "programmes": ["*"],
    "token_sha256": "614cc2526a7804ac2aecd0b0c02993fb46dde837947b69b069b4b1212f4fa59c"}]"#;

#[expect(clippy::print_stdout, reason = "the numbers are what it is run for")]
fn main() -> Result<()> {
    // `cargo bench` passes --bench; anything else only wants to see that it runs.
    let most = match std::env::args().any(|argument| argument == "--bench") {
        true => 1_000_000,
        false => 2_000,
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
        let variables = BTreeMap::from([("clients".to_owned(), CLIENTS.to_owned())]);
        let server = serve_with(
            workspace.join("spin.toml"),
            &state_dir,
            &workspace,
            variables,
        );
        let server = servers.block_on(server)?;
        let connection = clients.block_on(connect(&server))?;
        stores.push((certificates, server, connection, Vec::new()));
    }
    let mut larger_last = true;
    for recognised in RECOGNISED {
        let due = day(recognised)? + Months::new(36);
        for days in REMINDED {
            let as_of = moved(due, days);
            for (_, _, connection, times) in &mut stores {
                times.push(clients.block_on(run(connection, as_of))?);
            }
            stores.reverse();
            larger_last = !larger_last;
        }
    }
    if !larger_last {
        stores.reverse();
    }
    println!(
        "{:>12} {:>10} {:>10} {:>10}",
        "certificates", "least", "p50", "most"
    );
    let mut medians = Vec::new();
    for (certificates, server, _, mut times) in stores {
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros();
        println!(
            "{certificates:>12} {:>7} µs {:>7} µs {:>7} µs",
            at(0),
            at(50),
            at(100)
        );
        medians.push(at(50));
        servers.block_on(server.shutdown());
    }
    if let [small, large] = medians[..] {
        println!(
            "ratio of the medians: {}.{:02}",
            large / small,
            large * 100 / small % 100
        );
    }
    Ok(())
}

fn day(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(Error::msg)
}

fn moved(day: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    if days < 0 { day - by } else { day + by }
}

/// The number of the certificate in that place, and the day it was recognised.
fn certificate(place: u64) -> Result<(CertificateNumber, NaiveDate)> {
    let recognised = match usize::try_from(place / DUE).map(|set| RECOGNISED.get(set)) {
        Ok(Some(recognised)) => day(recognised)?,
        _ => day("2024-02-01")? + Days::new(place % 600),
    };
    let number = CertificateNumber::derive(PREFIX, 2023, &place.to_string(), 0);
    Ok((number, recognised))
}

/// Makes a store with so many certificates, runs having come as far as the first days of 2026.
fn fill(state_dir: &Path, certificates: u64) -> Result<()> {
    let mut file = new_store(state_dir)?;
    let model = CertificateNumber::derive(PREFIX, 2023, "model", 0);
    let on = day("2023-01-01")?;
    let pairs = one(&model, on)?;
    let (model, on) = (model.to_string(), on.to_string());
    let reached = day("2026-01-05")?;
    let mut slots: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    let transaction = file.transaction()?;
    {
        // Of a million numbers of 40 bits two may be the same; the components would try another.
        let mut insert = transaction
            .prepare("INSERT OR IGNORE INTO spin_key_value VALUES ('default', ?1, ?2)")?;
        for place in 0..certificates {
            let (number, recognised) = certificate(place)?;
            let subject = Subject::Certificate(number.clone());
            let (number, recognised_on) = (number.to_string(), recognised.to_string());
            for (key, value) in &pairs {
                let value = value.replace(&model, &number).replace(&on, &recognised_on);
                insert.execute(params![key.replace(&model, &number), value.as_bytes()])?;
            }
            // The first check is thirty days before three years have passed.
            let next = moved(recognised + Months::new(36), -30);
            let slot = slots.entry(next).or_default();
            *slot += 1;
            let next_check = NextCheck {
                on: next,
                since: Some(reached),
            };
            insert.execute(params![
                format!("accredit/agenda/of/{subject}"),
                stored("agenda/next-check/1", &next_check)?
            ])?;
            let entry = AgendaEntry {
                subject,
                awaits: None,
                again: false,
            };
            let key = format!("accredit/slots/agenda/{next}/{slot}");
            insert.execute(params![key, stored("slot/1", &entry)?])?;
        }
        for (next, slot) in slots {
            // As SQLite keeps a counter.
            let count = slot.to_le_bytes();
            insert.execute(params![format!("accredit/slots/agenda/{next}/n"), count])?;
        }
        let position = Position {
            day: reached,
            slot: 0,
        };
        insert.execute(params![
            "accredit/agenda/position",
            stored("agenda/progress/1", &Progress::from(position))?
        ])?;
        insert.execute(params![
            "accredit/agenda/ahead",
            stored("agenda/day/1", &reached)?
        ])?;
    }
    transaction.commit()?;
    Ok(())
}

/// A value as the components store it.
fn stored(schema: &str, value: &impl Serialize) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(
        &serde_json::json!({"schema": schema, "value": value}),
    )?)
}

/// Runs, and checks that the 200 and nobody else were reminded.
async fn run(connection: &mut SendRequest<Full<Bytes>>, as_of: NaiveDate) -> Result<Duration> {
    let request = Request::post("/v1/reminders/runs")
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(format!(r#"{{"as_of": "{as_of}"}}"#)))?;
    connection.ready().await?;
    let asked = Instant::now();
    let response = connection.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    let time = asked.elapsed();
    let shown = String::from_utf8_lossy(&body);
    ensure!(status == StatusCode::OK, "{as_of}: {status}: {shown}");
    let report: serde_json::Value = serde_json::from_slice(&body)?;
    // What the zones ask of applicants is reminded of on days of its own.
    let made = report["made"].as_u64().unwrap_or_default();
    ensure!(
        (DUE..DUE + 2).contains(&made) && report["complete"] == true,
        "{as_of}: {shown}"
    );
    Ok(time)
}

//! What the benchmarks in `benches` share: the application, served, and a connection to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result};
use chrono::NaiveDate;
use host::{App, Options, Server};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use recognition::certificate::{Basis, CertificateEvent, CertificateNumber, Holder};
use recognition::uscc::Uscc;
use registry::records::Certificates;
use rusqlite::Connection;
use store::Memory;
use store::journal::{Journal, Written};
use tokio::net::{TcpListener, TcpStream};

/// Serves the application of a manifest, with its store in a directory.
///
/// # Errors
/// It cannot be built, loaded or served.
pub async fn serve(manifest: PathBuf, state_dir: &Path, workspace: &Path) -> Result<Server> {
    serve_with(manifest, state_dir, workspace, BTreeMap::new()).await
}

/// The same, with values for its variables.
///
/// # Errors
/// It cannot be built, loaded or served.
pub async fn serve_with(
    manifest: PathBuf,
    state_dir: &Path,
    workspace: &Path,
    variables: BTreeMap<String, String>,
) -> Result<Server> {
    let mut options = Options::new(manifest);
    options.state_dir = Some(state_dir.to_owned());
    options.variables = variables;
    options.cache_dir = Some(workspace.join("target/wasmtime-cache"));
    let app = App::load(options).await?;
    app.serve(TcpListener::bind("127.0.0.1:0").await?)
}

/// A connection that is kept.
///
/// # Errors
/// The server does not take it.
pub async fn connect(server: &Server) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(server.addr()).await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// A new SQLite store in a directory, filled faster than Spin writes.
///
/// # Errors
/// It cannot be made.
pub fn new_store(state_dir: &Path) -> Result<Connection> {
    std::fs::create_dir_all(state_dir)?;
    let file = Connection::open(state_dir.join("sqlite_key_value.db"))?;
    // The table of Spin.
    file.execute_batch(
        "PRAGMA synchronous = OFF;
         CREATE TABLE spin_key_value (store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
                                      PRIMARY KEY (store, key));",
    )?;
    Ok(file)
}

/// What the store holds of one Xinzhou certificate issued on `on`, as the components write it.
///
/// # Errors
/// What it is made of is malformed.
pub fn one(number: &CertificateNumber, on: NaiveDate) -> Result<Vec<(String, String)>> {
    let event = CertificateEvent::Issued {
        programme: "xinzhou-technology-innovation-centre".to_owned(),
        basis: Basis::Notice("sgam142tf5pwwpcwk8a2p4nhgh".to_owned()),
        name: "忻州市煤基新材料技术创新中心".to_owned(),
        holder: Holder {
            name: "忻州云岭新材料有限公司".to_owned(),
            uscc: Uscc::parse("91350100M000100Y43")?,
        },
        on,
        until: None,
        reference: Some("忻科发12号".to_owned()),
    };
    let written = Written {
        id: event.id(number).to_string(),
        recorded_at: "2023-12-20T09:00:00+08:00".parse().map_err(Error::msg)?,
        by: "xinzhou-registrar".to_owned(),
        slots: [("certificates/year".to_owned(), 1)].into(),
        event,
    };
    let store = Memory::default();
    let id = number.to_string();
    faults::run(async {
        let mut journal = Journal::<Certificates>::load(&store, &id).await?;
        journal.record(written, &[]).await
    })
    .context("the store in memory never waits")??;
    let pairs = store.dump().into_iter();
    pairs
        .map(|(key, value)| Ok((key, String::from_utf8(value)?)))
        .collect()
}

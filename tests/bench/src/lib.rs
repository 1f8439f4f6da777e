//! What the benchmarks in `benches` share: the application, served, and a connection to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use host::{App, Options, Server};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
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

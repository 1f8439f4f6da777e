//! The HTTP server in front of the components: connections, the host's own paths, and which errors
//! become which answers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use http::uri::{Authority, Scheme, Uri};
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::component::ResponseBody;
use crate::outbound::is_internal;
use crate::routes::WELL_KNOWN;

/// How long requests begun may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A running server. It ends when this is dropped; [`Server::shutdown`] also waits for the end.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// The address it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no further requests, lets those begun end (for five seconds at most), and returns when
    /// all is done.
    pub async fn shutdown(self) {
        // Either failing means that the server has ended already.
        let _ended = self.stop.send(());
        let _ended = self.task.await;
    }

    pub(crate) fn start(app: Arc<App>, listener: TcpListener) -> Result<Self> {
        let addr = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(app, listener, stopped));
        Ok(Self { addr, stop, task })
    }
}

async fn accept(app: Arc<App>, listener: TcpListener, mut stopped: oneshot::Receiver<()>) {
    let connections = GracefulShutdown::new();
    loop {
        let (stream, client) = tokio::select! {
            // Told to stop, or left by whoever held the handle.
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    eprintln!("cannot accept a connection: {error}");
                    continue;
                }
            },
        };
        let app = app.clone();
        let builder = Builder::new(TokioExecutor::new());
        let connection = builder
            .serve_connection(
                // Spin leaves TCP_NODELAY unset, and with it the wait of a keep-alive client for a
                // body that left after its head.
                TokioIo::new(stream),
                service_fn(move |request| {
                    let app = app.clone();
                    async move { answer(&app, request, client).await }
                }),
            )
            .into_owned();
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // A client may leave when it likes; nothing is wrong with the server then.
            let _left = connection.await;
        });
    }
    drop(listener);
    let _late = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

/// Answers one request.
///
/// # Errors
///
/// When it does not say for which host it is, or says two: as on Spin, the connection then ends
/// without an answer.
async fn answer(
    app: &App,
    request: Request<Incoming>,
    client: SocketAddr,
) -> Result<Response<ResponseBody>> {
    let (mut request, body) = request.into_parts();
    drop_internal_host(&mut request.headers);
    let path = request.uri.path().to_owned();
    if let Some(own) = path.strip_prefix(WELL_KNOWN) {
        return Ok(match own {
            "health" => Response::new(full("OK")),
            "info" => info(app)?,
            _ => empty(StatusCode::NOT_FOUND),
        });
    }
    let Some(found) = app.routes.find(&path) else {
        return Ok(empty(StatusCode::NOT_FOUND));
    };
    request.uri = absolute(request.uri, &request.headers)?;
    let component = app
        .components
        .get(found.component())
        .with_context(|| format!("component {} is not loaded", found.component()))?;
    let answered = match found.add_headers(&mut request, client) {
        Ok(()) => component.handle(Request::from_parts(request, body)).await,
        Err(error) => Err(error),
    };
    Ok(answered.unwrap_or_else(|error| {
        eprintln!("[{}] a request failed: {error:#}", found.component());
        empty(StatusCode::INTERNAL_SERVER_ERROR)
    }))
}

fn drop_internal_host(headers: &mut HeaderMap) {
    let internal = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse::<Authority>().ok())
        .is_some_and(|authority| is_internal(authority.host()));
    if internal {
        headers.remove(header::HOST);
    }
}

/// `uri` with the scheme and the host the request is for.
fn absolute(uri: Uri, headers: &HeaderMap) -> Result<Uri> {
    let named: Option<Authority> = headers
        .get(header::HOST)
        .map(|host| anyhow::Ok(host.to_str()?.parse()?))
        .transpose()
        .context("the Host header is not a host")?;
    let mut parts = uri.into_parts();
    parts.authority = match (named, parts.authority) {
        (None, None) => bail!("the request names no host"),
        (Some(named), Some(asked)) if named != asked => {
            bail!("the request names two hosts, {named} and {asked}")
        }
        (named, asked) => named.or(asked),
    };
    parts.scheme = Some(Scheme::HTTP);
    // Only a request for `*` has no path.
    Uri::from_parts(parts).context("the request's target cannot be made absolute")
}

fn info(app: &App) -> Result<Response<ResponseBody>> {
    let mut info = serde_json::Map::new();
    info.insert("name".to_owned(), app.name.clone().into());
    if let Some(version) = &app.version {
        info.insert("version".to_owned(), version.clone().into());
    }
    Ok(Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(full(serde_json::to_string_pretty(&info)?))?)
}

fn full(text: impl Into<Bytes>) -> ResponseBody {
    Full::new(text.into())
        .map_err(unreachable_error)
        .boxed_unsync()
}

fn empty(status: StatusCode) -> Response<ResponseBody> {
    let mut response = Response::new(Empty::new().map_err(unreachable_error).boxed_unsync());
    *response.status_mut() = status;
    response
}

fn unreachable_error<E>(never: Infallible) -> E {
    match never {}
}

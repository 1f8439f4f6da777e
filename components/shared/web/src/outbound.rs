use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::Full;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

/// Sends requests to other servers.
pub trait Outbound {
    /// Posts `body` to `url` and returns the status of the answer. The rest of the answer is not read, and
    /// a redirect is not followed. Connecting, sending and waiting for the head of the answer together
    /// take at most `time_out`.
    ///
    /// # Errors
    /// No answer came. The receiver may have got the request nevertheless, except with
    /// [`OutboundError::Refused`].
    fn post(
        &self,
        url: &Uri,
        headers: HeaderMap,
        body: Vec<u8>,
        time_out: Duration,
    ) -> impl Future<Output = Result<StatusCode, OutboundError>>;

    /// The time since this value was created, measured by a clock that never goes back.
    fn elapsed(&self) -> Duration;
}

/// Why no answer came to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// No answer came within the time-out.
    #[error("no answer in time")]
    TimedOut,
    /// The configuration does not allow requests to this host. Nothing was sent.
    #[error("the host is not allowed")]
    Refused,
    /// The host was not found or not reached, or the connection broke.
    #[error("the connection failed")]
    Failed,
}

/// The network. The manifest's `allowed_outbound_hosts` says which hosts the component may reach.
///
/// Works only inside a component; a native build has no network here.
#[derive(Debug)]
pub struct Network {
    created: Instant,
}

impl Network {
    /// [`Outbound::elapsed`] counts from this call.
    #[expect(
        clippy::new_without_default,
        reason = "`new` reads the clock, and `default` would hide that"
    )]
    pub fn new() -> Self {
        Self {
            created: Instant::now(),
        }
    }
}

impl Outbound for Network {
    async fn post(
        &self,
        url: &Uri,
        mut headers: HeaderMap,
        body: Vec<u8>,
        time_out: Duration,
    ) -> Result<StatusCode, OutboundError> {
        // Without a length the body is sent in chunks, which some receivers do not accept.
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        let mut request = http::Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers;
        if let Some(options) = options(time_out) {
            request.extensions_mut().insert(options);
        }
        let sending = pin!(spin_sdk::http::send(request));
        let waiting = pin!(spin_sdk::time::sleep(time_out));
        match select(sending, waiting).await {
            Either::Left((answer, _)) => Ok(answer?.status()),
            // Dropping `sending` also closes the connection.
            Either::Right(((), _)) => Err(OutboundError::TimedOut),
        }
    }

    fn elapsed(&self) -> Duration {
        self.created.elapsed()
    }
}

/// Tells the runtime the time-out, so that the runtime closes the connection too. `None` if the runtime
/// does not support these options; the component's own time-out still holds.
fn options(time_out: Duration) -> Option<RequestOptionsExtension> {
    let nanoseconds = u64::try_from(time_out.as_nanos()).ok()?;
    let options = RequestOptions::new();
    options.set_connect_timeout(Some(nanoseconds)).ok()?;
    options.set_first_byte_timeout(Some(nanoseconds)).ok()?;
    options.set_between_bytes_timeout(Some(nanoseconds)).ok()?;
    Some(RequestOptionsExtension(options))
}

impl From<ErrorCode> for OutboundError {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::HttpRequestDenied => Self::Refused,
            ErrorCode::DnsTimeout
            | ErrorCode::ConnectionTimeout
            | ErrorCode::ConnectionReadTimeout
            | ErrorCode::ConnectionWriteTimeout
            | ErrorCode::HttpResponseTimeout => Self::TimedOut,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_shows_its_kind_and_no_text_of_the_runtime() {
        for (code, error) in [
            (ErrorCode::HttpRequestDenied, OutboundError::Refused),
            (ErrorCode::ConnectionTimeout, OutboundError::TimedOut),
            (ErrorCode::HttpResponseTimeout, OutboundError::TimedOut),
            (ErrorCode::ConnectionRefused, OutboundError::Failed),
            (ErrorCode::ConnectionTerminated, OutboundError::Failed),
            (ErrorCode::DestinationNotFound, OutboundError::Failed),
            (ErrorCode::TlsCertificateError, OutboundError::Failed),
            (
                ErrorCode::InternalError(Some("secret".to_owned())),
                OutboundError::Failed,
            ),
        ] {
            let words = format!("{code:?}");
            assert_eq!(OutboundError::from(code), error, "{words}");
            assert!(!error.to_string().contains("secret"), "{words}");
        }
    }
}

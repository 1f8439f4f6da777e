use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::Full;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

/// A way out of the component, for requests of its own.
pub trait Outbound {
    /// Posts `body` to `url` and returns the status of the answer; the rest of the answer is not read.
    /// A redirect is an answer like any other and is never followed. From the connection to the head of
    /// the answer everything takes at most `time_out`.
    ///
    /// # Errors
    /// No answer came. The request may have arrived all the same, unless it was refused here.
    fn post(
        &self,
        url: &Uri,
        headers: HeaderMap,
        body: Vec<u8>,
        time_out: Duration,
    ) -> impl Future<Output = Result<StatusCode, OutboundError>>;

    /// How long ago this way out was made, by a clock that never goes back.
    fn elapsed(&self) -> Duration;
}

/// Why no answer came to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The answer was not there in time.
    #[error("no answer in time")]
    TimedOut,
    /// The configuration does not allow requests to this host. None was sent.
    #[error("the host is not an allowed one")]
    Refused,
    /// The host was not found or not reached, or the exchange broke off.
    #[error("the connection failed")]
    Failed,
}

/// The network, as far as the manifest's `allowed_outbound_hosts` opens it to the component.
///
/// Works in a component only: natively there is no network behind it.
#[derive(Debug)]
pub struct Network {
    made: Instant,
}

impl Network {
    /// The network, from now on: [`Outbound::elapsed`] counts from here.
    #[expect(
        clippy::new_without_default,
        reason = "it reads the clock, which a default would hide"
    )]
    pub fn new() -> Self {
        Self {
            made: Instant::now(),
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
        // Told beforehand: otherwise the body goes out in chunks, which not every receiver takes.
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
            // What was not sent by now is dropped, and with it the connection.
            Either::Right(((), _)) => Err(OutboundError::TimedOut),
        }
    }

    fn elapsed(&self) -> Duration {
        self.made.elapsed()
    }
}

/// What the runtime is told of the time-out, so that it gives up the connection too. One that takes no
/// such options is told nothing: the component waits no longer in any case.
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
    fn what_went_wrong_is_told_by_its_kind() {
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

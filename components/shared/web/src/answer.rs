use std::{
    convert::Infallible,
    hash::{DefaultHasher, Hasher},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body::{Body as _, Frame};
use serde::Serialize;

use crate::Problem;

/// An answer.
pub type Response = http::Response<Body>;

/// The body of an answer: held whole, or made while it is sent.
pub enum Body {
    /// Held whole.
    Full(http_body_util::Full<Bytes>),
    /// Made while it is sent.
    Stream(Pin<Box<dyn http_body::Body<Data = Bytes, Error = Infallible>>>),
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Full(body) => Pin::new(body).poll_frame(cx),
            Self::Stream(body) => body.as_mut().poll_frame(cx),
        }
    }
}

/// How long an answer may be kept by those it passes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// Not at all.
    NoStore,
    /// For so many seconds, then asked for again by its `ETag`.
    Seconds(u32),
}

pub(crate) fn full(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response {
    let body = body.into();
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(Body::Full(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_LENGTH, length);
    response
}

/// An answer in JSON.
///
/// # Errors
/// A value that JSON cannot hold: a fault of ours.
pub fn json(value: &impl Serialize) -> Result<Response, Problem> {
    Ok(json_bytes(
        serde_json::to_vec(value).map_err(|e| Problem::internal(&e))?,
    ))
}

/// An answer that is JSON already.
pub fn json_bytes(body: impl Into<Bytes>) -> Response {
    let mut response = full(StatusCode::OK, "application/json", body);
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

/// The answer of a component that can answer at all: what its `/healthz` gives.
pub fn health() -> Response {
    json_bytes(r#"{"status":"ok"}"#)
}

/// An answer in a text format.
pub fn text(content_type: &'static str, body: String) -> Response {
    full(StatusCode::OK, content_type, body)
}

/// An answer that is made while it is sent.
pub fn stream(
    content_type: &'static str,
    body: impl http_body::Body<Data = Bytes, Error = Infallible> + 'static,
) -> Response {
    let mut response = Response::new(Body::Stream(Box::pin(body)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Gives a whole answer its `ETag` and `Cache-Control`, and makes it a 304 where the request already
/// has it (RFC 9110, section 13.1.2).
pub fn matched(mut response: Response, asked: &HeaderMap, caching: Caching) -> Response {
    let Caching::Seconds(seconds) = caching else {
        return response;
    };
    let Body::Full(body) = response.body() else {
        return response;
    };
    let mut hasher = DefaultHasher::new();
    let mut copy = body.clone();
    if let Poll::Ready(Some(Ok(frame))) =
        Pin::new(&mut copy).poll_frame(&mut Context::from_waker(std::task::Waker::noop()))
        && let Some(data) = frame.data_ref()
    {
        hasher.write(data);
    }
    let tag = format!("\"{:016x}\"", hasher.finish());
    let known = asked.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value.to_str().is_ok_and(|value| {
            value.split(',').map(str::trim).any(|candidate| {
                candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag
            })
        })
    });
    if known {
        response = Response::new(Body::Full(Bytes::new().into()));
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={seconds}")) {
        headers.insert(header::CACHE_CONTROL, value);
    }
    response
}

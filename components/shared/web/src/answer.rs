use std::{
    convert::Infallible,
    hash::{DefaultHasher, Hasher},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
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
    /// Kept, but asked for again by its `ETag` each time: for what may change at any moment.
    Revalidate,
}

impl Caching {
    /// The value of `Cache-Control`, where an answer may be kept.
    fn directive(self) -> Option<String> {
        match self {
            Self::NoStore => None,
            Self::Seconds(seconds) => Some(format!("public, max-age={seconds}")),
            Self::Revalidate => Some("public, no-cache".to_owned()),
        }
    }
}

/// What describes a body and not the answer: a 304 has no body and none of these (RFC 9110, section
/// 15.4.5).
const OF_THE_BODY: [header::HeaderName; 5] = [
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
];

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

/// 201: something was made, which stands at `location` from now on. The body shows it, in JSON.
///
/// # Errors
/// A value that JSON cannot hold, or a location that a header cannot: faults of ours.
pub fn created(location: &str, value: &impl Serialize) -> Result<Response, Problem> {
    let mut response = json(value)?;
    let location = HeaderValue::try_from(location).map_err(|e| Problem::internal(&e))?;
    *response.status_mut() = StatusCode::CREATED;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Waits for the shortest time there is, after the last call of the store and before the answer.
///
/// After a SQLite call, Spin's server otherwise often sends the head of an answer before its body, and
/// a client that keeps its connection and acknowledges late waits some 40 ms for the body. Yielding
/// does not help, only a real wait does; it costs about a millisecond.
pub async fn leave_whole() {
    spin_sdk::time::sleep(Duration::from_nanos(1)).await;
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
/// has it (RFC 9110, section 13.1.2). Its other headers stay, but for those of the body that a 304 has
/// not.
pub fn matched(mut response: Response, asked: &HeaderMap, caching: Caching) -> Response {
    let Some(directive) = caching.directive() else {
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
        *response.body_mut() = Body::Full(Bytes::new().into());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        for name in OF_THE_BODY {
            response.headers_mut().remove(name);
        }
    }
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Ok(value) = HeaderValue::try_from(directive) {
        headers.insert(header::CACHE_CONTROL, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use serde_json::{Value, json};

    use super::*;

    /// The bytes of an answer that is held whole.
    fn bytes(response: Response) -> Bytes {
        let mut collected = std::pin::pin!(response.into_body().collect());
        let mut context = Context::from_waker(std::task::Waker::noop());
        match Future::poll(collected.as_mut(), &mut context) {
            Poll::Ready(Ok(body)) => body.to_bytes(),
            _ => panic!("the body is not whole"),
        }
    }

    fn header<'r>(response: &'r Response, name: &header::HeaderName) -> Option<&'r str> {
        response.headers().get(name)?.to_str().ok()
    }

    #[test]
    fn what_was_made_is_shown_with_its_place() {
        let response = created("/v1/notices/7", &json!({"id": 7})).unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        for (name, value) in [
            (header::LOCATION, "/v1/notices/7"),
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_LENGTH, "8"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            assert_eq!(header(&response, &name), Some(value), "{name}");
        }
        let shown: Value = serde_json::from_slice(&bytes(response)).unwrap();
        assert_eq!(shown, json!({"id": 7}));

        let refused = created("/v1/notices/\n", &json!({})).err().unwrap();
        assert_eq!(Response::from(refused).status(), 500);
    }

    #[test]
    fn answers_are_kept_as_long_as_they_may_be() {
        for (caching, directive, tagged) in [
            (Caching::NoStore, "no-store", false),
            (Caching::Seconds(300), "public, max-age=300", true),
            (Caching::Revalidate, "public, no-cache", true),
        ] {
            let first = matched(json_bytes("{}"), &HeaderMap::new(), caching);
            assert_eq!(first.status(), 200, "{caching:?}");
            assert_eq!(header(&first, &header::CACHE_CONTROL), Some(directive));
            assert_eq!(first.headers().contains_key(header::ETAG), tagged);
            let Some(tag) = header(&first, &header::ETAG) else {
                continue;
            };
            for (asked, body, status) in [
                (tag.to_owned(), "{}", 304),
                (format!("\"x\", W/{tag}"), "{}", 304),
                ("*".to_owned(), "{}", 304),
                (tag.to_owned(), "[]", 200),
                ("\"x\"".to_owned(), "{}", 200),
            ] {
                let mut headers = HeaderMap::new();
                headers.insert(
                    header::IF_NONE_MATCH,
                    HeaderValue::try_from(&asked).unwrap(),
                );
                let again = matched(json_bytes(body), &headers, caching);
                assert_eq!(again.status(), status, "{asked} {body}");
                assert_eq!(header(&again, &header::CACHE_CONTROL), Some(directive));
            }
        }
    }

    #[test]
    fn a_match_keeps_the_headers_that_are_not_of_the_body() {
        let answer = || {
            let mut response = json_bytes("{}");
            let headers = response.headers_mut();
            for (name, value) in [
                (header::VARY, "accept"),
                (header::VARY, "accept-language"),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
                (header::CONTENT_DISPOSITION, "inline"),
            ] {
                headers.append(name, HeaderValue::from_static(value));
            }
            response
        };
        let first = matched(answer(), &HeaderMap::new(), Caching::Revalidate);
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        let again = matched(answer(), &asked, Caching::Revalidate);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        for response in [&first, &again] {
            let vary: Vec<_> = response.headers().get_all(header::VARY).iter().collect();
            assert_eq!(vary, ["accept", "accept-language"]);
            let policy = header(response, &header::CONTENT_SECURITY_POLICY);
            assert_eq!(policy, Some("default-src 'none'"));
        }
        for name in [
            header::CONTENT_TYPE,
            header::CONTENT_LENGTH,
            header::CONTENT_DISPOSITION,
        ] {
            assert!(first.headers().contains_key(&name), "{name}");
            assert!(!again.headers().contains_key(&name), "{name}");
        }
        assert_eq!(bytes(first), "{}");
        assert!(bytes(again).is_empty());
    }
}

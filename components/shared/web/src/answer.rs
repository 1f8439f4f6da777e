use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body::{Body as _, Frame};
use serde::Serialize;
use xxhash_rust::xxh64::xxh64;

use crate::Problem;

/// The answer to a request.
pub type Response = http::Response<Body>;

/// The body of an answer.
pub enum Body {
    /// A body that is completely in memory.
    Full(http_body_util::Full<Bytes>),
    /// A body that is produced while it is sent.
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

/// How long caches may use an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// No cache may store the answer.
    NoStore,
    /// Caches may use the answer for this many seconds. Then they ask again with its `ETag`.
    Seconds(u32),
    /// Caches may store the answer, but ask again with its `ETag` before each use. For data that may
    /// change at any moment.
    Revalidate,
}

impl Caching {
    /// The value of `Cache-Control`; `None` for an answer that no cache may store.
    fn directive(self) -> Option<String> {
        match self {
            Self::NoStore => None,
            Self::Seconds(seconds) => Some(format!("public, max-age={seconds}")),
            Self::Revalidate => Some("public, no-cache".to_owned()),
        }
    }
}

/// Headers that describe the body. A 304 has no body, so these headers are removed from it (RFC 9110,
/// section 15.4.5).
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

/// A 200 with the value as JSON. Caches may not store the answer.
///
/// # Errors
/// A 500 if JSON cannot represent the value.
pub fn json(value: &impl Serialize) -> Result<Response, Problem> {
    Ok(json_bytes(
        serde_json::to_vec(value).map_err(|e| Problem::internal(&e))?,
    ))
}

/// A 200 with a body that is already JSON. Caches may not store the answer.
pub fn json_bytes(body: impl Into<Bytes>) -> Response {
    let mut response = full(StatusCode::OK, "application/json", body);
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

/// A 201: something was created and can be read at `location`. The body is `value` as JSON.
///
/// # Errors
/// A 500 if JSON cannot represent the value, or a header cannot hold `location`.
pub fn created(location: &str, value: &impl Serialize) -> Result<Response, Problem> {
    let mut response = json(value)?;
    let location = HeaderValue::try_from(location).map_err(|e| Problem::internal(&e))?;
    *response.status_mut() = StatusCode::CREATED;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Waits for the shortest possible time. Call this after the last store call and before the answer.
///
/// Without this wait, Spin's server often sends the head of an answer before its body after a SQLite
/// call. A client that keeps its connection open and delays its TCP acknowledgements then waits about
/// 40 ms for the body. Yielding does not help; only a real wait does. The wait costs about 1 ms.
pub async fn leave_whole() {
    spin_sdk::time::sleep(Duration::from_nanos(1)).await;
}

/// The answer to `/healthz`. It proves only that the component can answer.
pub fn health() -> Response {
    json_bytes(r#"{"status":"ok"}"#)
}

/// A 200 with a text body of this media type.
pub fn text(content_type: &'static str, body: String) -> Response {
    full(StatusCode::OK, content_type, body)
}

/// A 200 with a body that is produced while it is sent. Caches may not store the answer.
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

/// The `ETag` of a body: its XXH64. XXH64 has a specification, so a body has the same tag in every build
/// of the component, whatever compiler and libraries were used.
fn entity_tag(body: &[u8]) -> String {
    format!("\"{:016x}\"", xxh64(body, 0))
}

/// Adds `ETag` and `Cache-Control` to an answer, and turns it into a 304 if the request already names this
/// `ETag` (RFC 9110, section 13.1.2).
///
/// A 304 keeps all headers except those that describe the body. An answer with [`Caching::NoStore`], or
/// with a body that is produced while it is sent, is returned unchanged.
pub fn matched(mut response: Response, asked: &HeaderMap, caching: Caching) -> Response {
    let Some(directive) = caching.directive() else {
        return response;
    };
    let Body::Full(body) = response.body() else {
        return response;
    };
    let mut copy = body.clone();
    let mut context = Context::from_waker(std::task::Waker::noop());
    let frame = match Pin::new(&mut copy).poll_frame(&mut context) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        _ => Bytes::new(),
    };
    let tag = entity_tag(&frame);
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

    /// The bytes of an answer whose body is in memory.
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
    fn a_created_answer_has_a_location_and_a_body() {
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
    fn caching_sets_the_headers_and_a_known_tag_gives_304() {
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

    /// Published XXH64 values with seed 0: for empty input and for `abc`.
    #[test]
    fn a_tag_is_xxh64() {
        assert_eq!(entity_tag(b""), "\"ef46db3751d8e999\"");
        assert_eq!(entity_tag(b"abc"), "\"44bc2cf5ad770999\"");
    }

    #[test]
    fn a_304_keeps_only_headers_that_do_not_describe_the_body() {
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

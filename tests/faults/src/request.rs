use bytes::Bytes;
use http::request::Parts;
use http_body_util::Full;

/// A request with these headers, as a component's route takes it.
///
/// # Panics
/// The path or a header is malformed.
#[expect(clippy::expect_used, reason = "a test ends there")]
pub fn request(
    method: http::Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> (Parts, Full<Bytes>) {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body.into()));
    request.expect("a well-formed request").into_parts()
}

use std::collections::BTreeMap;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde_json::Value;

/// An answer, read to its end, to be compared with others.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body as JSON; `null` where there is none.
    pub body: Value,
}

impl Answer {
    /// Reads an answer to its end.
    ///
    /// # Panics
    /// A header is not of ASCII, or the body cannot be read or is not JSON.
    #[expect(clippy::expect_used, reason = "a test ends there")]
    pub async fn of<B>(response: http::Response<B>) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: std::fmt::Debug>,
    {
        let (parts, body) = response.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = value.to_str().expect("a header of ASCII").to_owned();
            (name.to_string(), value)
        });
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        Self {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: match bytes.is_empty() {
                true => Value::Null,
                false => serde_json::from_slice(&bytes).expect("a body of JSON"),
            },
        }
    }

    /// What a problem is called: the last part of its type.
    pub fn kind(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.rsplit([':', '/', '#']).next().unwrap_or_default()
    }
}

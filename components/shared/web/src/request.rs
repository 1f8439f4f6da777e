use std::{fmt, marker::PhantomData, pin::Pin};
use text::Text;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::error::Category;
use serde_path_to_error::Segment;

use crate::{Fault, Problem, Query};

/// A request as Spin passes it to a component.
pub type Request = spin_sdk::http::Request;

/// The body of a [`Request`].
pub type RequestBody = spin_sdk::wasip3::http_compat::IncomingRequestBody;

/// A request body that can be read: [`RequestBody`], or a body that a test made.
pub trait Incoming:
    http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
{
}

impl<B> Incoming for B where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
{
}

/// The most bytes of a body, if the path has no limit of its own.
pub const BODY_LIMIT: usize = 256 * 1024;

/// Refuses methods that the path does not accept. `allow` is the value of the `Allow` header.
///
/// # Errors
/// A 405 that names the accepted methods.
pub fn allow(method: &Method, allow: &'static str) -> Result<(), Problem> {
    if allow.split(", ").any(|allowed| allowed == method.as_str()) {
        Ok(())
    } else {
        Err(Problem::method_not_allowed(allow))
    }
}

/// Accepts only a GET or HEAD without parameters.
///
/// # Errors
/// A 405 for another method; a 400 that names the parameters.
pub fn read_only(parts: &Parts) -> Result<(), Problem> {
    allow(&parts.method, "GET, HEAD")?;
    Query::of(&parts.uri).finish()
}

/// Refuses a body whose media type is not `expected` or whose charset is not UTF-8.
///
/// # Errors
/// A 415.
pub fn content_type(headers: &HeaderMap, expected: &'static str) -> Result<(), Problem> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let mut parts = given.unwrap_or_default().split(';').map(str::trim);
    let fits = parts
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case(expected))
        && parts.all(|parameter| {
            let name = parameter.get(..8).unwrap_or_default();
            let value = parameter.get(8..).unwrap_or_default().trim_matches('"');
            parameter.is_empty()
                || !name.eq_ignore_ascii_case("charset=")
                || value.eq_ignore_ascii_case("utf-8")
        });
    if fits {
        return Ok(());
    }
    let text = Text::new(
        format!("Content-Type 应为 {expected}（UTF-8）。"),
        format!("Content-Type is {expected}, in UTF-8."),
    );
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let problem = Problem::new(
        status,
        "unsupported-media-type",
        "Unsupported media type",
        text.clone(),
    )
    .with_errors(vec![Fault::in_body("", text)]);
    Err(problem.with_header(header::ACCEPT, HeaderValue::from_static(expected)))
}

/// The segments of a request's path after `base`. With the base `/v1/x` the path `/v1/x/a/b` gives
/// `["a", "b"]`, and `/v1/x` gives none.
///
/// # Errors
/// A 404 if the path is neither `base` nor below `base`.
pub fn segments<'p>(parts: &'p Parts, base: &str) -> Result<Vec<&'p str>, Problem> {
    let path = parts.uri.path().strip_prefix(base);
    match path.map(|rest| (rest, rest.strip_prefix('/'))) {
        Some((_, Some(below))) => Ok(below.split('/').collect()),
        Some(("", None)) => Ok(Vec::new()),
        _ => Err(Problem::no_such_path()),
    }
}

/// Accepts only a POST of JSON without parameters, and reads its body of at most [`BODY_LIMIT`] bytes.
///
/// # Errors
/// A 405 for another method; a 400 that names the parameters; a 415 for another media type; the errors of
/// [`body`](self::body()).
pub async fn posted(parts: &Parts, body: impl Incoming) -> Result<Bytes, Problem> {
    allow(&parts.method, "POST")?;
    Query::of(&parts.uri).finish()?;
    content_type(&parts.headers, "application/json")?;
    self::body(&parts.headers, body, BODY_LIMIT).await
}

/// The most bytes to read and throw away from a body that is too long.
const THROWN_AWAY: usize = 8 * 1024 * 1024;

/// Reads a whole body of at most `limit` bytes.
///
/// The rest of a body that is too long is read too, up to 8 MiB. Some clients send the whole body before
/// they read the answer; they would find the connection closed and never see the 413. A client that first
/// asks whether to send the body (`Expect: 100-continue`) is answered at once.
///
/// # Errors
/// A 413 if the body is longer than `limit`; a 400 if the body is incomplete.
pub async fn body(
    headers: &HeaderMap,
    body: impl Incoming,
    limit: usize,
) -> Result<Bytes, Problem> {
    let mut body = std::pin::pin!(body);
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|length| length.parse().ok());
    if declared.is_some_and(|length: u64| length > to_u64(limit)) {
        if !headers.contains_key(header::EXPECT) {
            throw_away(body.as_mut()).await;
        }
        return Err(too_large(limit));
    }
    match Limited::new(body.as_mut(), limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            throw_away(body).await;
            Err(too_large(limit))
        }
        Err(_) => {
            let text = Text::new("请求体不完整。", "The body broke off.");
            Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "incomplete-body",
                "Incomplete body",
                text,
            ))
        }
    }
}

async fn throw_away(mut body: Pin<&mut impl http_body::Body<Data = Bytes>>) {
    let mut read = 0;
    while read <= THROWN_AWAY {
        let Some(Ok(frame)) = body.as_mut().frame().await else {
            return;
        };
        read += frame.data_ref().map_or(0, Bytes::len);
    }
}

fn to_u64(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX)
}

fn too_large(limit: usize) -> Problem {
    let text = Text::new(
        format!("请求体不得超过{limit}字节。"),
        format!("The body has at most {limit} bytes."),
    );
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    Problem::new(
        status,
        "content-too-large",
        "Content too large",
        text.clone(),
    )
    .with_errors(vec![Fault::in_body("", text)])
}

/// Reads a JSON object.
///
/// # Errors
/// A 400 with line and column if `bytes` is not JSON; a 422 with the place if `bytes` is JSON but not a
/// valid `T`.
pub fn parse_json<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let ByName(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        malformed(error.inner(), &pointer)
    })?;
    reader.end().map_err(|error| malformed(&error, ""))?;
    Ok(value)
}

/// A struct that can be read only from a JSON object.
///
/// serde alone also reads a struct from a JSON list, in the order of the fields in the source, and its error
/// messages contain the struct's name. Callers should see neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByName<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByName<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = ByName<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(ByName)
    }
}

fn malformed(error: &serde_json::Error, pointer: &str) -> Problem {
    // serde's message without its line and column, which are added in both languages below.
    let message = error.to_string();
    let words = message.split(" at line ").next().unwrap_or_default();
    let words = Text::from_error(words).unwrap_or_else(|| {
        // Translations of the most common messages. All others get a general one.
        let zh = [
            ("unknown field", "没有这一项"),
            ("missing field", "缺少必填项"),
            ("duplicate field", "重复的项"),
            ("invalid type", "类型不符"),
            ("invalid value", "值不符"),
            ("unknown variant", "没有这个选项"),
            ("EOF", "内容不完整"),
        ];
        let known = zh.iter().find(|(en, _)| words.starts_with(en));
        let zh = known.map_or("格式有误", |(_, zh)| *zh);
        Text::new(format!("{zh}（{words}）"), words.to_owned())
    });
    let (line, column) = (error.line(), error.column());
    let text = Text::new(
        format!("第{line}行第{column}列：{}", words.zh),
        format!("line {line}, column {column}: {}", words.en),
    );
    if error.classify() == Category::Data {
        return Problem::invalid_body(vec![Fault::in_body(pointer, text)]);
    }
    let detail = Text::new("请求体不是有效的 JSON。", "The body is not valid JSON.");
    Problem::new(StatusCode::BAD_REQUEST, "not-json", "Not JSON", detail)
        .with_errors(vec![Fault::in_body("", text)])
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// Reads a member that may be missing but may not be `null`: a caller leaves out what it does not know.
/// For `#[serde(default, deserialize_with = "web::given")]`.
///
/// # Errors
/// The errors of reading a `T`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Shape {
        name: String,
        #[serde(default)]
        parts: Vec<u8>,
    }

    #[test]
    fn a_problem_with_json_names_the_place() {
        for (body, status, pointer) in [
            ("{", 400, "#"),
            ("{} {}", 422, "#"),
            (r#"{"name": "a"} x"#, 400, "#"),
            ("[]", 422, "#"),
            (r#"["a", [1]]"#, 422, "#"),
            ("null", 422, "#"),
            (r#"{"name": 1}"#, 422, "#/name"),
            (r#"{"name": "a", "parts": [1, 2, 300]}"#, 422, "#/parts/2"),
            (r#"{"name": "a", "nome": 1}"#, 422, "#/nome"),
            (r#"{"name": "a", "name": "b"}"#, 422, "#"),
            ("{\"name\": \"\u{fffd}", 400, "#"),
        ] {
            let problem = parse_json::<Shape>(body.as_bytes()).unwrap_err().to_json();
            let problem: serde_json::Value = serde_json::from_slice(&problem).unwrap();
            assert_eq!(problem["status"], status, "{body}: {problem}");
            assert_eq!(
                problem["errors"][0]["pointer"], pointer,
                "{body}: {problem}"
            );
            assert!(!problem.to_string().contains("Shape"), "{body}: {problem}");
        }
    }

    #[test]
    fn the_media_type_may_carry_parameters() {
        for (given, fits) in [
            (Some("application/json"), true),
            (Some("Application/JSON; charset=UTF-8"), true),
            (Some("application/json;profile=x"), true),
            (Some("application/json; charset=gbk"), false),
            (Some("text/plain"), false),
            (Some("application/jsonp"), false),
            (None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(given));
            }
            assert_eq!(
                content_type(&headers, "application/json").is_ok(),
                fits,
                "{given:?}"
            );
        }
    }
}

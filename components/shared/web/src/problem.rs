use std::collections::BTreeMap;
use text::Text;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{Response, answer, idempotency::IDEMPOTENCY_KEY};

/// Why a request failed: problem details (RFC 9457).
///
/// The message is for the caller and says what to change. An internal cause is written to the log once and
/// never appears in a problem.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: Text,
    errors: Vec<Fault>,
    // In a box, so that `Result<_, Problem>` stays small.
    more: Box<More>,
}

/// Extra members and headers; most problems have none.
#[derive(Debug, Clone, Default)]
struct More {
    members: BTreeMap<&'static str, String>,
    headers: HeaderMap,
}

/// One thing to change in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where the fault is.
    #[serde(flatten)]
    pub place: Place,
    /// What to change.
    pub detail: Text,
}

/// A place in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A place in the body: a JSON Pointer (RFC 6901) as a URI fragment, like in the example of RFC 9457.
    /// `#` means the whole body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
    /// A header, by its name.
    Header(String),
}

impl Fault {
    /// A fault at a JSON Pointer in the body. The empty pointer means the whole body.
    pub fn in_body(pointer: &str, detail: Text) -> Self {
        // A pointer in a fragment is percent-encoded (RFC 6901, section 6).
        let mut fragment = String::from("#");
        for byte in pointer.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                    fragment.push(char::from(byte));
                }
                other => fragment.push_str(&format!("%{other:02X}")),
            }
        }
        Self {
            place: Place::Pointer(fragment),
            detail,
        }
    }

    /// A fault in a query parameter.
    pub fn in_query(parameter: impl Into<String>, detail: Text) -> Self {
        Self {
            place: Place::Parameter(parameter.into()),
            detail,
        }
    }

    /// A fault in a header.
    pub fn in_header(name: impl Into<String>, detail: Text) -> Self {
        Self {
            place: Place::Header(name.into()),
            detail,
        }
    }
}

impl From<text::Fault> for Fault {
    fn from(fault: text::Fault) -> Self {
        Self::in_body(&fault.pointer, fault.message)
    }
}

impl From<Vec<text::Fault>> for Problem {
    /// A 422: the body has these faults.
    fn from(faults: Vec<text::Fault>) -> Self {
        Self::invalid_body(faults.into_iter().map(Fault::from).collect())
    }
}

/// The JSON document of a problem.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    /// `detail` in both languages. RFC 9457 allows only one string in `detail` itself.
    message: &'a Text,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
    #[serde(flatten)]
    members: &'a BTreeMap<&'static str, String>,
}

impl Problem {
    /// A problem of any kind. `kind` becomes the end of the problem's `type`. All problems of one kind have
    /// the same `title`.
    pub fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: Text) -> Self {
        let (errors, more) = (Vec::new(), Box::default());
        Self {
            status,
            kind,
            title,
            detail,
            errors,
            more,
        }
    }

    /// Adds a member that only this kind of problem has (RFC 9457, section 3.2).
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.more.members.insert(name, value.into());
        self
    }

    /// Sets the faults that the caller must correct.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more.headers.insert(name, value);
        self
    }

    /// A 404: there is nothing at this path.
    pub fn not_found(detail: Text) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// A 404: no component has this path.
    pub fn no_such_path() -> Self {
        Self::not_found(Text::new("没有这个地址。", "Nothing stands at this path."))
    }

    /// A 405. `allow` lists the methods that the path accepts, as the header `Allow` writes them.
    pub fn method_not_allowed(allow: &'static str) -> Self {
        let detail = Text::new(
            format!("此地址只接受以下方法：{allow}"),
            format!("This path takes only: {allow}"),
        );
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, "method-not-allowed", "Method not allowed", detail)
            .with_header(header::ALLOW, HeaderValue::from_static(allow))
    }

    /// A 422: the body is JSON, but its content has faults.
    pub fn invalid_body(errors: Vec<Fault>) -> Self {
        let detail = Text::new(
            "请求内容有误，见 errors。",
            "The body has faults; see errors.",
        );
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "invalid-body", "Invalid content", detail).with_errors(errors)
    }

    /// A 400: the query has faults.
    pub fn invalid_query(errors: Vec<Fault>) -> Self {
        let detail = Text::new(
            "查询参数有误，见 errors。",
            "The query has faults; see errors.",
        );
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid-query",
            "Invalid query",
            detail,
        )
        .with_errors(errors)
    }

    /// A 400: headers have faults.
    pub fn invalid_header(errors: Vec<Fault>) -> Self {
        let detail = Text::new(
            "请求头有误，见 errors。",
            "The headers have faults; see errors.",
        );
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, "invalid-header", "Invalid header", detail).with_errors(errors)
    }

    /// A 409: the request has no fault, but the stored records do not allow it now. For `kind` and `title`
    /// see [`Problem::new`].
    pub fn conflict(kind: &'static str, title: &'static str, detail: Text) -> Self {
        Self::new(StatusCode::CONFLICT, kind, title, detail)
    }

    /// A 422: a different request already used this `Idempotency-Key`.
    pub fn idempotency_key_reused() -> Self {
        let detail = Text::new(
            "此 Idempotency-Key 已用于另一请求。新的请求请换新的键；重试请原样重发原来的请求。",
            "This Idempotency-Key was used with another request. A new request takes a new key; a retry \
             repeats the first request as it was.",
        );
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "Idempotency key reused",
            detail.clone(),
        )
        .with_errors(vec![Fault::in_header(IDEMPOTENCY_KEY, detail)])
    }

    /// A 500: an error that is not the caller's. Writes `cause` to the log.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        eprintln!("internal error: {cause}");
        let detail = Text::new(
            "系统内部错误，请稍后重试。",
            "An error on our side. Please try again later.",
        );
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Internal error",
            detail,
        )
    }

    /// The problem as JSON, for the body of an answer.
    pub fn to_json(&self) -> Vec<u8> {
        let document = Document {
            r#type: format!("urn:problem-type:accredit:{}", self.kind),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail.en,
            message: &self.detail,
            errors: &self.errors,
            members: &self.more.members,
        };
        // The document has only strings, numbers and lists, and JSON can represent them all.
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        let mut response = answer::full(
            problem.status,
            "application/problem+json",
            problem.to_json(),
        );
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(problem.more.headers);
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_pointer_is_written_as_a_fragment() {
        // Examples from RFC 6901, section 6.
        for (pointer, fragment) in [
            ("", "#"),
            ("/foo/0", "#/foo/0"),
            ("/a~1b", "#/a~1b"),
            ("/c%d", "#/c%25d"),
            ("/e^f", "#/e%5Ef"),
            ("/ ", "#/%20"),
        ] {
            let fault = Fault::in_body(pointer, Text::new("", ""));
            assert_eq!(fault.place, Place::Pointer(fragment.to_owned()));
        }
    }

    #[test]
    fn problems_have_their_status_type_and_place() {
        let text = || Text::new("中", "en");
        for (problem, status, kind, errors) in [
            (
                Problem::conflict("notice-open", "Notice open", text()),
                409,
                "notice-open",
                Value::Null,
            ),
            (
                Problem::invalid_header(vec![Fault::in_header("Idempotency-Key", text())]),
                400,
                "invalid-header",
                json!([{"header": "Idempotency-Key", "detail": {"zh": "中", "en": "en"}}]),
            ),
            (
                Problem::invalid_query(vec![Fault::in_query("limit", text())]),
                400,
                "invalid-query",
                json!([{"parameter": "limit", "detail": {"zh": "中", "en": "en"}}]),
            ),
        ] {
            let shown: Value = serde_json::from_slice(&problem.to_json()).unwrap();
            assert_eq!(
                shown["type"],
                format!("urn:problem-type:accredit:{kind}"),
                "{shown}"
            );
            assert_eq!(shown["status"], status, "{shown}");
            assert_eq!(shown["errors"], errors, "{shown}");
        }
        let reused = Problem::idempotency_key_reused().to_json();
        let reused: Value = serde_json::from_slice(&reused).unwrap();
        assert_eq!(
            reused["type"],
            "urn:problem-type:accredit:idempotency-key-reused"
        );
        assert_eq!(reused["status"], 422);
        assert_eq!(reused["errors"][0]["header"], "Idempotency-Key");
    }
}

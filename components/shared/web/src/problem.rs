use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{Response, Text, answer, idempotency::IDEMPOTENCY_KEY};

/// Why a request is not answered with what it asked for: problem details by RFC 9457.
///
/// The message is for the caller and says what to change. A cause that is no business of the
/// caller's goes to the log, once, never into a problem.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: Text,
    errors: Vec<Fault>,
    // In a box, which keeps the error half of every result small.
    more: Box<More>,
}

/// What most problems have not.
#[derive(Debug, Clone, Default)]
struct More {
    members: BTreeMap<&'static str, String>,
    headers: HeaderMap,
}

/// One thing to change in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What to change.
    pub detail: Text,
}

/// A place in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the body: a JSON Pointer (RFC 6901) as a URI fragment, as in RFC 9457's own example.
    /// `#` is the whole body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
    /// A header, by its name.
    Header(String),
}

impl Fault {
    /// A fault at a JSON Pointer in the body; the empty pointer is the whole body.
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

/// The document, member by member.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    /// `detail` in both languages: RFC 9457 has `detail` be one string.
    message: &'a Text,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
    #[serde(flatten)]
    members: &'a BTreeMap<&'static str, String>,
}

impl Problem {
    /// A problem of a kind of the caller's own. `kind` names it for programs, `title` is the same for
    /// every problem of the kind.
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

    /// Adds a member of the kind's own, for programs (RFC 9457, section 3.2).
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.more.members.insert(name, value.into());
        self
    }

    /// Names what to change.
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

    /// 404: nothing stands at this path.
    pub fn not_found(detail: Text) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// 404: no component of the application has this path.
    pub fn no_such_path() -> Self {
        Self::not_found(Text::new("没有这个地址。", "Nothing stands at this path."))
    }

    /// 405: the path has other methods.
    pub fn method_not_allowed(allow: &'static str) -> Self {
        let detail = Text::new(
            format!("此地址只接受以下方法：{allow}"),
            format!("This path takes only: {allow}"),
        );
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, "method-not-allowed", "Method not allowed", detail)
            .with_header(header::ALLOW, HeaderValue::from_static(allow))
    }

    /// 422: the body can be read, and says something that cannot be.
    pub fn invalid_body(errors: Vec<Fault>) -> Self {
        let detail = Text::new(
            "请求内容有误，见 errors。",
            "The body has faults; see errors.",
        );
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "invalid-body", "Invalid content", detail).with_errors(errors)
    }

    /// 400: the query has faults.
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

    /// 400: headers have faults.
    pub fn invalid_header(errors: Vec<Fault>) -> Self {
        let detail = Text::new(
            "请求头有误，见 errors。",
            "The headers have faults; see errors.",
        );
        let status = StatusCode::BAD_REQUEST;
        Self::new(status, "invalid-header", "Invalid header", detail).with_errors(errors)
    }

    /// 409: the request is in order, and what is kept now does not allow it. `kind` and `title` are as in
    /// [`Problem::new`].
    pub fn conflict(kind: &'static str, title: &'static str, detail: Text) -> Self {
        Self::new(StatusCode::CONFLICT, kind, title, detail)
    }

    /// 422: the `Idempotency-Key` came before, with another request.
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

    /// 500: something that is no fault of the caller's. `cause` goes to the log.
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

    /// The problem as JSON, as it stands in a body.
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
        // Strings, numbers and lists of them: there is nothing in it that JSON cannot hold.
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
        // RFC 6901, section 6: the pointers of its example, as fragments.
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

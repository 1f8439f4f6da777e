use http::{HeaderMap, HeaderValue};
use text::Text;

use crate::{Fault, Problem};

/// The name of the header, as error messages write it.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The most characters a key may have.
const LONGEST: usize = 128;

/// The value of `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a client's name for a
/// request. A second request with the same key is a retry of the first.
///
/// A key has 1 to 128 characters of visible ASCII. It is the same key with quotes and without.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key, without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(value: &HeaderValue) -> Option<Self> {
        // `to_str` accepts only ASCII, so one byte is one character from here on.
        let value = value.to_str().ok()?.trim_matches(' ');
        let key = match value.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            // A proxy may join two headers of one name with a comma (RFC 9110, section 5.3). So a comma
            // outside quotes may separate two keys.
            None => Some(value).filter(|bare| !bare.contains(','))?.to_owned(),
        };
        let fits =
            (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then_some(Self(key))
    }
}

/// The content of a string of RFC 8941 (section 3.3.3). `quoted` begins after the opening quote.
///
/// `None` if the closing quote is missing or is not the end. Parameters are therefore refused; the draft
/// defines none.
fn unquoted(quoted: &str) -> Option<String> {
    let mut key = String::new();
    let mut rest = quoted.chars();
    loop {
        match rest.next()? {
            '"' => return rest.as_str().is_empty().then_some(key),
            '\\' => key.push(rest.next().filter(|c| matches!(c, '"' | '\\'))?),
            plain => key.push(plain),
        }
    }
}

/// Reads the `Idempotency-Key` of a request; `None` if the request has no such header.
///
/// The draft wants the value in double quotes, but most clients send it without. Both are accepted. A key
/// without quotes must not contain a comma.
///
/// # Errors
/// A 400 if the request has the header twice, or its value is not a key.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = if values.next().is_some() {
        Text::new("请求头只能出现一次。", "The header stands more than once.")
    } else if let Some(key) = IdempotencyKey::parse(value) {
        return Ok(Some(key));
    } else {
        Text::new(
            format!("应为1至{LONGEST}个可见 ASCII 字符，可加双引号；不加双引号时不得含逗号。"),
            format!(
                "1 to {LONGEST} characters of visible ASCII, in double quotes or bare; a bare key has no comma."
            ),
        )
    };
    let fault = Fault::in_header(IDEMPOTENCY_KEY, text);
    Err(Problem::invalid_header(vec![fault]))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(values: &[&[u8]]) -> Result<Option<IdempotencyKey>, Problem> {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_bytes(value).unwrap();
            headers.append("idempotency-key", value);
        }
        idempotency_key(&headers)
    }

    #[test]
    fn a_key_may_be_quoted_or_bare() {
        let longest = "k".repeat(128);
        let quoted_longest = format!("\"{longest}\"");
        for (value, key) in [
            // The draft's own example.
            (
                "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"",
                "8e03978e-40d5-43e8-bc93-6894a57f9324",
            ),
            (
                "8e03978e-40d5-43e8-bc93-6894a57f9324",
                "8e03978e-40d5-43e8-bc93-6894a57f9324",
            ),
            ("a", "a"),
            ("  a  ", "a"),
            ("\"a\"  ", "a"),
            ("!~", "!~"),
            ("\"a,b;c\"", "a,b;c"),
            ("a;b", "a;b"),
            ("a\"b", "a\"b"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (&longest, &longest),
            (&quoted_longest, &longest),
        ] {
            let read = read(&[value.as_bytes()]).unwrap();
            assert_eq!(
                read.as_ref().map(IdempotencyKey::as_str),
                Some(key),
                "{value}"
            );
        }
        assert_eq!(read(&[]).unwrap(), None);
    }

    #[test]
    fn a_value_that_is_not_a_key_is_refused() {
        let too_long = "k".repeat(129);
        let quoted_too_long = format!("\"{too_long}\"");
        for values in [
            &["a", "b"] as &[&str],
            &["a", "a"],
            &["a", ""],
            &[""],
            &["  "],
            &["\"\""],
            &["\""],
            &["\"a"],
            &["\"a\\"],
            &["\"a\\\""],
            &["\"a\\b\""],
            &["\"a\"b"],
            &["\"a\";v=1"],
            &["\"a\", \"b\""],
            &["a,b"],
            &["a, b"],
            &["a b"],
            &["\"a b\""],
            &["a\tb"],
            &["键"],
            &["\"键\""],
            &[&too_long],
            &[&quoted_too_long],
        ] {
            let bytes: Vec<_> = values.iter().map(|value| value.as_bytes()).collect();
            let problem = read(&bytes)
                .err()
                .unwrap_or_else(|| panic!("{values:?} is taken"));
            let problem: Value = serde_json::from_slice(&problem.to_json()).unwrap();
            assert_eq!(problem["status"], 400, "{values:?}");
            assert_eq!(problem["type"], "urn:problem-type:accredit:invalid-header");
            assert_eq!(problem["errors"][0]["header"], "Idempotency-Key");
            // The two faults have different messages.
            let detail = problem["errors"][0]["detail"]["en"].as_str().unwrap();
            let twice = detail == "The header stands more than once.";
            assert_eq!(twice, values.len() > 1, "{values:?}: {detail}");
        }
    }
}

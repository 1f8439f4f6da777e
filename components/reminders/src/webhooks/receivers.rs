//! Who is told by webhook, as the variable `webhooks` says.

use http::header::{CONTENT_TYPE, InvalidHeaderValue, USER_AGENT};
use http::uri::Scheme;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use serde::Deserialize;
use serde_json::error::Category;
use web::{ByName, LONGEST_NAME, Problem, is_name};

use super::event::MEDIA_TYPE;
use super::signature::Secret;

/// The Spin variable that names the receivers.
const VARIABLE: &str = "webhooks";

/// The most receivers there may be.
const MOST: usize = 20;

/// The most characters of an address.
const LONGEST_URL: usize = 2048;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// One who is told by webhook.
///
/// Neither its address nor its secrets are for the log: an address may hold a token of its own.
pub(crate) struct Receiver {
    name: String,
    url: Uri,
    programmes: Vec<&'static str>,
    secret: Secret,
    old_secret: Option<Secret>,
}

impl Receiver {
    /// The receiver's name. No two receivers have one name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is told.
    pub(crate) fn url(&self) -> &Uri {
        &self.url
    }

    /// The programmes it is told of.
    pub(crate) fn programmes(&self) -> &[&'static str] {
        &self.programmes
    }

    /// The headers of a message that is sent at `timestamp`, in seconds since 1970. With two secrets
    /// there are two signatures, so that the receiver can change over in its own time.
    ///
    /// # Errors
    /// An id that no header can hold.
    pub(crate) fn headers(
        &self,
        id: &str,
        timestamp: i64,
        body: &[u8],
    ) -> Result<HeaderMap, InvalidHeaderValue> {
        let mut signatures = self.secret.sign(id, timestamp, body);
        if let Some(old) = &self.old_secret {
            signatures.push(' ');
            signatures.push_str(&old.sign(id, timestamp, body));
        }
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(USER_AGENT, HeaderValue::from_static("accredit"));
        headers.insert(ID, HeaderValue::try_from(id)?);
        headers.insert(TIMESTAMP, HeaderValue::from(timestamp));
        headers.insert(SIGNATURE, HeaderValue::try_from(signatures)?);
        Ok(headers)
    }
}

/// Everyone who is told by webhook.
#[derive(Default)]
pub(crate) struct Receivers(Vec<Receiver>);

/// What is wrong with the variable `webhooks`.
///
/// Says where and what, and never repeats a value: a secret may stand in the wrong place. Receivers are
/// counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReceiversError {
    #[error("not JSON at line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    #[error(
        "not a list of objects with name, url, programmes, secret and perhaps old_secret, and nothing \
         else, at line {line}, column {column}"
    )]
    Shape { line: usize, column: usize },
    #[error("there are at most {MOST} receivers")]
    TooMany,
    #[error("receiver {receiver}: a name has 1 to {LONGEST_NAME} characters of a-z, 0-9 and -")]
    Name { receiver: usize },
    #[error(
        "receiver {receiver}: url is an absolute https address of at most {LONGEST_URL} characters of \
         ASCII, without user, password and fragment; http only for this machine itself"
    )]
    Url { receiver: usize },
    #[error("receiver {receiver}: programmes are ids of programmes, each once, or * alone for all")]
    Programmes { receiver: usize },
    #[error("receiver {receiver}: {field} is whsec_ and 24 to 64 bytes in base64")]
    Secret {
        receiver: usize,
        field: &'static str,
    },
    #[error("receivers {first} and {second} have one name")]
    SameName { first: usize, second: usize },
}

/// A receiver as it stands in the variable.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    url: String,
    programmes: Vec<String>,
    secret: String,
    old_secret: Option<String>,
}

impl Receivers {
    /// Reads the variable `webhooks` of the component.
    ///
    /// # Errors
    /// A 500 where it cannot be read, or [`Receivers::parse`] refuses it. The log says why, without its
    /// value.
    pub(crate) async fn configured() -> Result<Self, Problem> {
        web::variable(VARIABLE, Self::parse).await
    }

    /// Reads the value of the variable `webhooks`: a JSON array. Where it is empty, nobody is told.
    ///
    /// # Errors
    /// What is wrong with the value, the first fault alone.
    pub(crate) fn parse(text: &str) -> Result<Self, ReceiversError> {
        if text.trim().is_empty() {
            return Ok(Self(Vec::new()));
        }
        let entries: Vec<ByName<Entry>> = serde_json::from_str(text).map_err(|error| {
            // serde's own words may repeat what stands there.
            let (line, column) = (error.line(), error.column());
            match error.classify() {
                Category::Data => ReceiversError::Shape { line, column },
                _ => ReceiversError::NotJson { line, column },
            }
        })?;
        if entries.len() > MOST {
            return Err(ReceiversError::TooMany);
        }
        let mut receivers: Vec<Receiver> = Vec::with_capacity(entries.len());
        for (second, ByName(entry)) in (1..).zip(entries) {
            let receiver = entry.read(second)?;
            let mut before = (1..).zip(&receivers);
            if let Some((first, _)) = before.find(|(_, other)| other.name == receiver.name) {
                return Err(ReceiversError::SameName { first, second });
            }
            receivers.push(receiver);
        }
        Ok(Self(receivers))
    }

    /// The receivers, in their order.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Receiver> {
        self.0.iter()
    }
}

impl Entry {
    fn read(self, receiver: usize) -> Result<Receiver, ReceiversError> {
        if !is_name(&self.name) {
            return Err(ReceiversError::Name { receiver });
        }
        let secret = |text: &str, field| {
            Secret::parse(text).ok_or(ReceiversError::Secret { receiver, field })
        };
        Ok(Receiver {
            url: url(&self.url).ok_or(ReceiversError::Url { receiver })?,
            programmes: programmes(&self.programmes)
                .ok_or(ReceiversError::Programmes { receiver })?,
            secret: secret(&self.secret, "secret")?,
            old_secret: self
                .old_secret
                .map(|old| secret(&old, "old_secret"))
                .transpose()?,
            name: self.name,
        })
    }
}

/// Reads the address of a receiver.
fn url(text: &str) -> Option<Uri> {
    // `Uri` drops a fragment, and takes some bytes beyond ASCII.
    if text.len() > LONGEST_URL || text.contains('#') || !text.is_ascii() {
        return None;
    }
    let url: Uri = text.parse().ok()?;
    let authority = url.authority()?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return None;
    }
    let scheme = url.scheme()?;
    let fits = *scheme == Scheme::HTTPS || *scheme == Scheme::HTTP && is_here(authority.host());
    fits.then_some(url)
}

/// Whether a host is this machine itself.
fn is_here(host: &str) -> bool {
    let address: Option<std::net::IpAddr> = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok();
    host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}

/// Reads the programmes of a receiver, in the order of all programmes.
fn programmes(ids: &[String]) -> Option<Vec<&'static str>> {
    let all = rules::programmes().iter().map(|rules| rules.id);
    if matches!(ids, [one] if one == "*") {
        return Some(all.collect());
    }
    let named: Vec<_> = all.filter(|id| ids.iter().any(|one| one == id)).collect();
    // Fewer, where one is unknown or stands twice.
    (!ids.is_empty() && named.len() == ids.len()).then_some(named)
}

#[cfg(test)]
mod tests;

//! The tick of the reminders, called by the cron trigger of Spin.
//!
//! Reads the variables `url` and `token` and calls `POST /v1/reminders/runs` at that URL until everything
//! due is done. A failure becomes the error of the trigger; the trigger's plugin writes it to the log once.

mod tick;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use spin_sdk::variables;
use spin_sdk::wasip3::http::types::RequestOptions;
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

use tick::Answer;
pub use tick::Failure;

/// The longest wait for a connection, for the head of an answer, and for the next part of its body, in
/// nanoseconds.
const PATIENCE_NS: u64 = 120_000_000_000;

/// The most bytes of an answer. A report is always shorter.
const MAX_ANSWER: usize = 1 << 20;

/// Calls the application until everything due is done.
///
/// # Errors
///
/// A variable cannot be used, a call fails, or the limit of calls is reached before everything is done.
pub async fn tick() -> Result<(), Failure> {
    let runs = runs(&variable("url").await?)?;
    let token = bearer(&variable("token").await?)?;
    tick::run(async |body| post(&runs, &token, body).await).await
}

async fn variable(name: &'static str) -> Result<String, Failure> {
    // Without the error's own words: those of a provider may hold its configuration.
    variables::get(name).await.map_err(|_| Failure::Variable {
        name,
        reason: "cannot be read".to_owned(),
    })
}

/// The URL of the runs, from the `url` of the application.
fn runs(url: &str) -> Result<Uri, Failure> {
    let unusable = || Failure::Variable {
        name: "url",
        reason: "must be scheme://host[:port], without a path".to_owned(),
    };
    let origin: Uri = url.parse().map_err(|_| unusable())?;
    if origin.scheme().is_none() || origin.path_and_query().is_some_and(|path| path != "/") {
        return Err(unusable());
    }
    let mut parts = origin.into_parts();
    parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/v1/reminders/runs"));
    Uri::from_parts(parts).map_err(|_| unusable())
}

fn bearer(token: &str) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim())).map_err(|_| {
        Failure::Variable {
            name: "token",
            reason: "contains a character that no header may contain".to_owned(),
        }
    })?;
    value.set_sensitive(true);
    Ok(value)
}

async fn post(runs: &Uri, token: &HeaderValue, body: String) -> Result<Answer, Failure> {
    let no_answer = |error: &dyn std::fmt::Display| Failure::NoAnswer(error.to_string());
    let options = RequestOptions::new();
    options
        .set_connect_timeout(Some(PATIENCE_NS))
        .and_then(|()| options.set_first_byte_timeout(Some(PATIENCE_NS)))
        .and_then(|()| options.set_between_bytes_timeout(Some(PATIENCE_NS)))
        .map_err(|error| no_answer(&error))?;
    let request = http::Request::post(runs)
        .header(AUTHORIZATION, token)
        .header(CONTENT_TYPE, "application/json")
        // Without a length the body is sent in chunks, which some proxies refuse in a POST.
        .header(CONTENT_LENGTH, body.len())
        .extension(RequestOptionsExtension(options))
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| no_answer(&error))?;
    let (head, body) = spin_sdk::http::send(request)
        .await
        .map_err(|error| no_answer(&error))?
        .into_parts();
    let body = Limited::new(body, MAX_ANSWER)
        .collect()
        .await
        .map_err(|error| no_answer(&error))?;
    Ok(Answer {
        status: head.status,
        body: body.to_bytes().into(),
    })
}

/// The component's export. A native build has none, because a native linker does not accept the export's
/// name.
#[cfg(target_arch = "wasm32")]
mod entry {
    use cron_world::{Error, Guest, Metadata};

    struct Component;

    cron_world::export!(Component);

    impl Guest for Component {
        async fn handle_cron_event(_: Metadata) -> Result<(), Error> {
            crate::tick()
                .await
                .map_err(|failure| Error::Other(failure.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_an_origin() {
        for (url, expected) in [
            ("http://a.cn", Some("http://a.cn/v1/reminders/runs")),
            (
                "https://a.cn:8443/",
                Some("https://a.cn:8443/v1/reminders/runs"),
            ),
            (
                "http://[::1]:3000",
                Some("http://[::1]:3000/v1/reminders/runs"),
            ),
            ("https://a.cn/v1", None),
            ("https://a.cn/?q", None),
            ("a.cn", None),
            ("/", None),
            ("", None),
        ] {
            let runs = runs(url).ok().map(|runs| runs.to_string());
            assert_eq!(runs.as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_token_loses_its_line_break_and_is_never_shown() {
        let value = bearer("abc\n").unwrap();
        assert_eq!(value, "Bearer abc");
        assert!(!format!("{value:?}").contains("abc"));
        let refused = bearer("a\nbc").unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("bc"));
    }
}

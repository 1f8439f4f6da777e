//! One tick: calls the application until it reports that everything due is done.
//!
//! The caller passes a function that makes the HTTP call.

use serde::Deserialize;
use serde_json::json;

/// The most calls of one tick. The next tick does the rest.
const MAX_CALLS: usize = 1_000;

/// An answer of the application.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: http::StatusCode,
    pub(crate) body: Vec<u8>,
}

/// Why a tick ended before everything was done. The error texts never contain the token.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The manifest does not give the component this variable, or its value cannot be used.
    #[error("variable `{name}`: {reason}")]
    Variable {
        /// The variable's name.
        name: &'static str,
        /// What is wrong, without the value.
        reason: String,
    },
    /// No complete answer came.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The application answered with another status than 200.
    #[error("answered {0}")]
    Refused(http::StatusCode),
    /// The answer is not a report.
    #[error("answered without a report: {0}")]
    NoReport(serde_json::Error),
    /// The report says that more is due, but has no cursor.
    #[error("the report is not complete and names no cursor to go on with")]
    NoCursor,
    /// More is due after the last call of the tick.
    #[error("not complete after {MAX_CALLS} calls; the next tick goes on from there")]
    Unfinished,
}

/// The members of a report that are read here. A report has others, and later versions may have more.
#[derive(Deserialize)]
struct Report {
    complete: bool,
    next: Option<String>,
}

/// Calls `post` again and again until a report is complete. Writes each report to the log.
///
/// # Errors
///
/// The first failure ends the tick. The application keeps what was done; the next tick continues there.
pub(crate) async fn run(
    post: impl AsyncFn(String) -> Result<Answer, Failure>,
) -> Result<(), Failure> {
    let mut cursor = None;
    for _ in 0..MAX_CALLS {
        let body = match &cursor {
            None => json!({}),
            Some(cursor) => json!({ "cursor": cursor }),
        };
        let answer = post(body.to_string()).await?;
        if answer.status != http::StatusCode::OK {
            return Err(Failure::Refused(answer.status));
        }
        let report: Report = serde_json::from_slice(&answer.body).map_err(Failure::NoReport)?;
        // A report has counts and dates, but no personal data.
        eprintln!("{}", String::from_utf8_lossy(&answer.body));
        if report.complete {
            return Ok(());
        }
        cursor = Some(report.next.ok_or(Failure::NoCursor)?);
    }
    Err(Failure::Unfinished)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures::executor::block_on;
    use http::StatusCode;

    use super::*;

    /// The result of a tick if each call gets this answer, and the number of calls.
    fn ticked(status: StatusCode, body: &str) -> (String, usize) {
        let calls = Cell::new(0);
        let ended = block_on(run(async |_| {
            calls.set(calls.get() + 1);
            Ok(Answer {
                status,
                body: body.into(),
            })
        }));
        let ended = ended.map_or_else(|failure| failure.to_string(), |()| "done".to_owned());
        (ended, calls.get())
    }

    #[test]
    fn only_a_complete_report_ends_a_tick_without_failure() {
        for (status, body, expected, calls) in [
            (200, r#"{"complete": true}"#, "done", 1),
            (
                200,
                r#"{"complete": true, "next": null, "new": 1}"#,
                "done",
                1,
            ),
            (200, r#"{"complete": false}"#, "names no cursor", 1),
            (200, r#"{"complete": "true"}"#, "without a report", 1),
            (
                200,
                r#"{"complete": false, "next": "c"}"#,
                "1000 calls",
                1_000,
            ),
            (200, "<html>", "without a report", 1),
            (202, r#"{"complete": true}"#, "answered 202 Accepted", 1),
            (500, r#"{"complete": true}"#, "answered 500 Internal", 1),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let (ended, called) = ticked(status, body);
            assert!(ended.contains(expected), "{status} {body}: {ended}");
            assert_eq!(called, calls, "{status} {body}");
        }
    }
}

//! One tick: calls until the application reports that everything due is done.
//!
//! Not here: how a call is made.

use serde::Deserialize;
use serde_json::json;

/// How many calls one tick makes at most. What is left then, the next tick goes on with.
const MAX_CALLS: usize = 1_000;

/// An answer of the application.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: http::StatusCode,
    pub(crate) body: Vec<u8>,
}

/// Why a tick did not come to its end. No text holds the token.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A variable that the manifest does not pass on, or that cannot be used.
    #[error("variable `{name}`: {reason}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// What is wrong with it, without its value.
        reason: String,
    },
    /// No whole answer came.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The application refused or failed.
    #[error("answered {0}")]
    Refused(http::StatusCode),
    /// The answer is no report.
    #[error("answered without a report: {0}")]
    NoReport(serde_json::Error),
    /// The report says that more is due, and names no cursor.
    #[error("the report is not complete and names no cursor to go on with")]
    NoCursor,
    /// Something is left after all the calls of one tick.
    #[error("not complete after {MAX_CALLS} calls; the next tick goes on from there")]
    Unfinished,
}

/// What is read of a report. It says more, and may come to say more still.
#[derive(Deserialize)]
struct Report {
    complete: bool,
    next: Option<String>,
}

/// Calls `post` with one body after the other until a report is complete. Writes each report to the
/// log.
///
/// # Errors
///
/// The first failure ends the tick: the application keeps what was done, and the next tick goes on
/// from there.
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
        // Counts and days, nothing of a person.
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

    /// What becomes of a tick whose every call is answered like this, and how many there are.
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
    fn only_a_complete_report_ends_it_well() {
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

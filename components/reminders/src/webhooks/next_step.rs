//! What follows from the answer to an attempt.
//!
//! | answer | follows |
//! |---|---|
//! | 2xx | delivered |
//! | 410 | the receiver wants no more: nothing is sent to its address again |
//! | anything else: another 4xx, 5xx, a redirect, no answer in time, a broken connection | tried again |
//!
//! A message is tried again on the first pass after [`WAITS`], each counted from the failure before. After
//! the last of them it is given up; it still stands in the outbox. There is no jitter: passes come when a
//! scheduler calls, which spreads nothing and bundles nothing. `Retry-After` is not read.

use std::time::Duration;

use http::StatusCode;
use web::OutboundError;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// How many seconds a message waits after its first failure, after its second, and so on.
const WAITS: [u64; 8] = [
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
];

/// What follows from the answer to an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NextStep {
    /// Nothing: the message was delivered.
    Delivered,
    /// Nothing is sent to that address again.
    Stop,
    /// The message is tried again after this time.
    TryAgain { after: Duration, why: String },
    /// The message is not tried again.
    GiveUp { why: String },
}

impl NextStep {
    /// What follows from the answer to a message that has failed so many times before.
    pub(super) fn after(answer: Result<StatusCode, OutboundError>, failures: u32) -> Self {
        let why = match answer {
            Ok(status) if status.is_success() => return Self::Delivered,
            Ok(StatusCode::GONE) => return Self::Stop,
            Ok(status) => format!("the answer was {}", status.as_u16()),
            Err(error) => error.to_string(),
        };
        let failures = usize::try_from(failures).ok();
        match failures.and_then(|failures| WAITS.get(failures)) {
            Some(seconds) => Self::TryAgain {
                after: Duration::from_secs(*seconds),
                why,
            },
            None => Self::GiveUp { why },
        }
    }
}

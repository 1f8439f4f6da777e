use store::{KeyValue, Memory};

use crate::Answer;
use crate::stores::{Dying, Failing, Failure, run};

/// Sends a request whose process dies after any number of calls of the store, and one any of whose calls
/// fails, each over the store as it was before. `send` sends it; `check` is shown each store afterwards,
/// with words for what happened. Returns how many calls the request makes.
///
/// # Panics
/// A call that failed is not answered with a problem of status 500, or the request waits for something
/// that never comes.
#[expect(clippy::expect_used, reason = "a test ends there")]
pub fn crash_at_every_call(
    before: &Memory,
    send: impl AsyncFn(&dyn KeyValue) -> Answer,
    check: impl Fn(&Memory, &str),
) -> u32 {
    for failure in [Failure::Before, Failure::After] {
        for calls in 0.. {
            let store = before.clone();
            let failing = Failing::after(&store, calls, failure);
            let answer = run(send(&failing)).expect("an answer");
            if answer.status == 201 {
                break;
            }
            assert_eq!(answer.status, 500, "{answer:?}");
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            check(&store, &format!("where call {calls} fails {failure:?}"));
        }
    }
    let mut calls = 0;
    loop {
        let store = before.clone();
        let survived = run(send(&Dying::after(&store, calls))).is_some();
        check(&store, &format!("dead after {calls} calls"));
        if survived {
            return calls;
        }
        calls += 1;
    }
}

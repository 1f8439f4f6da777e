//! Requests that stop at a store call, and store calls that fail.

use faults::{Dying, crash_at_every_call};

use super::*;

/// All answers that show the certificate, and its notice.
fn read(store: &Memory, certificate: &str, notice: &str) -> (Vec<Answer>, Notice) {
    let own = ["", "/history", "?on=2026-10-20"];
    let own = own.map(|rest| format!("{certificate}{rest}"));
    let paths = own.into_iter().chain(lists());
    let answers = paths.map(|path| run(get(store, &path)).unwrap());
    (answers.collect(), notice_of(store, notice))
}

/// Sends a request that stops or fails at one store call, then sends the request again, and checks that
/// the result is as if nothing had happened. Does so for each store call. Returns how many calls the
/// undisturbed request makes.
fn completed_by_repeating(before: &Memory, path: &str, body: &Value) -> u32 {
    let (_, notice) = on_notice();
    let certificate = format!("/v1/certificates/{}", number_on(&notice));
    let readable: Vec<_> = [format!("{certificate}/history"), certificate.clone()]
        .into_iter()
        .filter(|path| run(get(before, path)).unwrap().status == 200)
        .chain(lists())
        .collect();
    let undisturbed = before.clone();
    let expected = run(post(&undisturbed, path, body)).unwrap();
    assert_eq!(expected.status, 201, "{expected:?}");
    let everything = read(&undisturbed, &certificate, &notice);
    assert!(everything.0.iter().all(|answer| answer.status == 200));

    let good = |store: &Memory, how: &str| {
        for path in &readable {
            let answer = run(get(store, path)).unwrap();
            assert_eq!(answer.status, 200, "{path} {how}");
        }
        let again = run(post(store, path, body)).unwrap();
        assert_eq!(again, expected, "{how}");
        assert_eq!(read(store, &certificate, &notice), everything, "{how}");
    };
    crash_at_every_call(before, async |store| post(store, path, body).await, good)
}

#[test]
fn repeating_an_interrupted_issue_completes_it() {
    let (before, notice) = on_notice();
    let request = issue_request(&notice, ISSUED_ON);
    let calls = completed_by_repeating(&before, "/v1/certificates", &request);
    assert!(calls <= 41, "{calls}");
}

/// A rename needs more calls than an assessment, because it also adds the certificate to a list.
#[test]
fn repeating_an_interrupted_event_completes_it() {
    let (before, certificate) = issued();
    let path = format!("{certificate}/events");
    for (event, most) in [(renamed(), 13), (assessed("keep"), 11)] {
        let calls = completed_by_repeating(&before, &path, &event);
        assert!(calls <= most, "{calls}");
    }
}

/// The request stops twice, at any two store calls.
#[test]
fn repeating_an_issue_that_crashed_twice_completes_it() {
    let (before, notice) = on_notice();
    let undisturbed = before.clone();
    let expected = run(issue(&undisturbed, &notice, ISSUED_ON)).unwrap();
    let certificate = expected.headers["location"].clone();
    let everything = read(&undisturbed, &certificate, &notice);
    let crashes = |store: &Memory, calls| {
        let dying = Dying::after(store, calls);
        run(issue(&dying, &notice, ISSUED_ON)).is_none()
    };
    for first in 0.. {
        let once = before.clone();
        let crashed = crashes(&once, first);
        for second in (0..).take_while(|_| crashed) {
            let store = once.clone();
            let crashed = crashes(&store, second);
            let again = run(issue(&store, &notice, ISSUED_ON)).unwrap();
            assert_eq!(again, expected, "{first} {second}");
            let found = read(&store, &certificate, &notice);
            assert_eq!(found, everything, "{first} {second}");
            if !crashed {
                break;
            }
        }
        if !crashed {
            break;
        }
    }
}

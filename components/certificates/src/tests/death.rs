//! A writer that stops at any call of the store, and a store that fails at any.

use registry::trial::{Dying, Failing, Failure};

use super::*;

/// Everything that can be read of the certificate and of what it rests on.
fn read(store: &Memory, certificate: &str, notice: &str) -> (Vec<Answer>, Notice) {
    let own = ["", "/history", "?on=2026-10-20"];
    let own = own.map(|rest| format!("{certificate}{rest}"));
    let paths = own.into_iter().chain(lists());
    let answers = paths.map(|path| trial::run(get(store, &path)).unwrap());
    (answers.collect(), notice_of(store, notice))
}

/// Sends a request whose process dies at any call of the store or whose call fails, and again. Returns
/// how many calls the request makes.
fn made_good(before: &Memory, path: &str, body: &Value) -> u32 {
    let notice = publication("2026-09-28").notice_id();
    let certificate = format!("/v1/certificates/{}", number_on(&notice));
    let readable: Vec<_> = [format!("{certificate}/history"), certificate.clone()]
        .into_iter()
        .filter(|path| trial::run(get(before, path)).unwrap().status == 200)
        .chain(lists())
        .collect();
    let undisturbed = before.clone();
    let expected = trial::run(post(&undisturbed, path, body)).unwrap();
    assert_eq!(expected.status, 201, "{expected:?}");
    let everything = read(&undisturbed, &certificate, &notice);
    assert!(everything.0.iter().all(|answer| answer.status == 200));

    let good = |store: &Memory, how: &str| {
        for path in &readable {
            let answer = trial::run(get(store, path)).unwrap();
            assert_eq!(answer.status, 200, "{path} {how}");
        }
        let again = trial::run(post(store, path, body)).unwrap();
        assert_eq!(again, expected, "{how}");
        assert_eq!(read(store, &certificate, &notice), everything, "{how}");
    };
    for failure in [Failure::Before, Failure::After] {
        for calls in 0.. {
            let store = before.clone();
            let failing = Failing::after(&store, calls, failure);
            let answer = trial::run(post(&failing, path, body)).unwrap();
            if answer.status == 201 {
                break;
            }
            assert_eq!(answer.status, 500, "{answer:?}");
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            good(&store, &format!("where call {calls} fails {failure:?}"));
        }
    }
    for calls in 0.. {
        let store = before.clone();
        let dying = Dying::after(&store, calls);
        let survived = trial::run(post(&dying, path, body)).is_some();
        good(&store, &format!("dead after {calls} calls"));
        if survived {
            return calls;
        }
    }
    unreachable!()
}

#[test]
fn an_issue_that_is_interrupted_is_made_good_by_asking_again() {
    let (before, notice) = on_notice();
    let request = issue_request(&notice, ISSUED_ON);
    let calls = made_good(&before, "/v1/certificates", &request);
    assert!(calls <= 54, "{calls}");
}

/// A rename lists the certificate once more; an assessment does not.
#[test]
fn an_event_that_is_interrupted_is_made_good_by_asking_again() {
    let (before, certificate) = issued();
    let path = format!("{certificate}/events");
    for (event, most) in [(renamed(), 16), (assessed("keep"), 14)] {
        let calls = made_good(&before, &path, &event);
        assert!(calls <= most, "{calls}");
    }
}

/// An issue whose process dies twice, at any two calls.
#[test]
fn an_issue_is_made_good_after_two_deaths() {
    let (before, notice) = on_notice();
    let undisturbed = before.clone();
    let expected = trial::run(issue(&undisturbed, &notice, ISSUED_ON)).unwrap();
    let certificate = expected.headers["location"].clone();
    let everything = read(&undisturbed, &certificate, &notice);
    let dies = |store: &Memory, calls| {
        let dying = Dying::after(store, calls);
        trial::run(issue(&dying, &notice, ISSUED_ON)).is_none()
    };
    for first in 0.. {
        let once = before.clone();
        let died = dies(&once, first);
        for second in (0..).take_while(|_| died) {
            let store = once.clone();
            let died = dies(&store, second);
            let again = trial::run(issue(&store, &notice, ISSUED_ON)).unwrap();
            assert_eq!(again, expected, "{first} {second}");
            let found = read(&store, &certificate, &notice);
            assert_eq!(found, everything, "{first} {second}");
            if !died {
                break;
            }
        }
        if !died {
            break;
        }
    }
}

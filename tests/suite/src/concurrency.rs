//! Many at the same moment: no record is made twice, and nothing that was answered is lost.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

use super::clients::{Client, may_write};
use super::problem::assert_problem;
use super::register::{
    Applied, CERTIFICATES, ISSUED, NOTICES, applied, assert_made, certificate, history, issued,
    listed, named, of_the_year, passed, read, reference, text,
};
use super::server::{self, Answer};

/// How many send at the same moment.
const SENDERS: usize = 16;

/// How often they all ask for one certificate.
const ROUNDS: usize = 200;

/// How many events are added to one certificate.
const EVENTS: usize = 1000;

/// Does `work` for every number below `count`, by [`SENDERS`] threads. The results stand in the order of
/// the numbers.
fn share<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let result = work(index);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// In every round, all send what `request` says of the round and the sender, at the same moment. Gives
/// the answers, round by round.
fn together(
    rounds: usize,
    request: impl Fn(usize, usize) -> (String, Value) + Sync,
) -> Vec<Vec<Answer>> {
    let barrier = Barrier::new(SENDERS);
    let agent = server::agent();
    let send = |round, sender| {
        let (path, body) = request(round, sender);
        let clients = [Client::Office, Client::Registrar, Client::Portal];
        let client = match path.as_str() {
            CERTIFICATES => clients[sender % 2],
            _ => clients[sender % 2 * 2],
        };
        let bearer = client.bearer();
        let headers = [
            ("content-type", "application/json"),
            ("authorization", &bearer),
        ];
        let body = body.to_string();
        barrier.wait();
        server::try_send(
            &agent,
            server::base(),
            "POST",
            &path,
            &headers,
            body.as_bytes(),
        )
    };
    // No sender stops at a bad answer: the others would wait for it.
    let by_sender: Vec<Vec<_>> = thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let send = &send;
                scope.spawn(move || (0..rounds).map(|round| send(round, sender)).collect())
            })
            .collect();
        let joined = senders.into_iter().map(|sender| sender.join());
        joined
            .map(|answers| answers.expect("no sender panics"))
            .collect()
    });
    let mut by_round: Vec<Vec<Answer>> = (0..rounds).map(|_| Vec::new()).collect();
    for answers in by_sender {
        for (round, answer) in by_round.iter_mut().zip(answers) {
            round.push(answer.unwrap_or_else(|why| panic!("{why}")));
        }
    }
    by_round
}

/// Asserts that a certificate stands once wherever it is listed, with one event in its history.
fn assert_once(applied: &Applied, number: &str) {
    let kinds: Vec<_> = history(number)
        .iter()
        .map(|event| (text(&event["kind"]), text(&event["effect"])))
        .collect();
    assert_eq!(kinds, [("issued".to_owned(), "counts".to_owned())]);
    assert_eq!(certificate(number)["name"], applied.name());
    assert_eq!(listed(&format!("holder={}", applied.uscc())), [number]);
    assert_eq!(named(&applied.name()), [number]);
}

/// Asserts that each of these stands once in the list of the year.
fn assert_listed_once(numbers: &[String]) {
    let all = of_the_year();
    let once: BTreeSet<&String> = all.iter().collect();
    assert_eq!(once.len(), all.len(), "something is listed twice");
    for number in numbers {
        assert!(once.contains(number), "{number} is not listed");
    }
}

#[test]
fn many_who_ask_for_one_certificate_get_one() {
    if !may_write() {
        return;
    }
    let notices = share(ROUNDS, |_| passed());
    let reference = reference();
    let rounds = together(ROUNDS, |round, _| {
        let (_, notice) = &notices[round];
        let body = json!({"notice": notice, "issued_on": ISSUED, "reference": reference});
        (CERTIFICATES.to_owned(), body)
    });
    for answers in &rounds {
        for answer in answers {
            assert_made(answer);
            assert_eq!(answer.body, answers[0].body, "{answer}");
        }
    }
    let numbers = share(ROUNDS, |round| {
        let (applied, notice) = &notices[round];
        let number = text(&rounds[round][0].at("/number"));
        assert_once(applied, &number);
        let granted = &read(&format!("{NOTICES}/{notice}"))["granted"];
        assert_eq!(granted["number"], number);
        number
    });
    assert_listed_once(&numbers);
}

/// No store can keep two notices of one application from being put up at the same moment. One of them
/// grants, the others never do.
#[test]
fn of_notices_that_were_put_up_at_the_same_moment_one_grants() {
    if !may_write() {
        return;
    }
    const ROUNDS: usize = 10;
    let applications = share(ROUNDS, |_| applied());
    let rounds = together(ROUNDS, |round, sender| {
        let day = format!("2026-04-{:02}", sender + 1);
        let body = json!({"evaluation": applications[round].evaluation, "published": day});
        (NOTICES.to_owned(), body)
    });
    for (answers, applied) in rounds.iter().zip(&applications) {
        let mut put_up = Vec::new();
        for answer in answers {
            match answer.status {
                201 => put_up.push(text(&answer.at("/id"))),
                _ => assert_problem(answer, "already-on-notice", &[]),
            }
        }
        assert!(!put_up.is_empty());
        let mut numbers = Vec::new();
        for notice in &put_up {
            let body = json!({"notice": notice, "issued_on": ISSUED});
            let answer = Client::Office.post(CERTIFICATES, &body);
            match numbers.len() {
                _ if answer.status == 201 => numbers.push(text(&answer.at("/number"))),
                0 => assert_problem(&answer, "already-on-notice", &[]),
                _ => assert_problem(&answer, "name-taken", &[]),
            }
        }
        assert_eq!(numbers.len(), 1, "{put_up:?}");
        assert_once(applied, &numbers[0]);
    }
}

#[test]
fn many_events_of_one_certificate_are_all_in_its_history() {
    if !may_write() {
        return;
    }
    let (_, _, number) = issued();
    let path = format!("{CERTIFICATES}/{number}/events");
    let event = |index: usize| {
        json!({"kind": "approved", "change": "direction", "on": "2026-06-01",
               "reference": format!("忻科函〔2026〕{index}号")})
    };
    let answers = share(EVENTS, |index| Client::Registrar.post(&path, &event(index)));
    for answer in &answers {
        assert_made(answer);
    }
    let view = certificate(&number);
    let told = history(&number);
    assert_eq!(told.len(), EVENTS + 1);
    assert!(told.iter().all(|event| event["effect"] == "counts"));
    let ids: BTreeSet<_> = told.iter().map(|event| text(&event["id"])).collect();
    assert_eq!(ids.len(), EVENTS + 1);
    for answer in &answers {
        assert!(ids.contains(&text(&answer.at("/id"))), "{answer}");
    }
    // One that is recorded already has the certificate folded anew, and nothing is different.
    let again = Client::Registrar.post(&path, &event(EVENTS / 2));
    assert_made(&again);
    assert_eq!(again.body, answers[EVENTS / 2].body, "{again}");
    assert_eq!(certificate(&number), view);
    assert_eq!(history(&number), told);
}

/// Each asks for another day. No more than one is told that it has a certificate, and that is the one
/// there is; whoever asks again is told on which day it was issued.
#[test]
fn of_those_who_ask_for_different_days_one_gets_its_own() {
    if !may_write() {
        return;
    }
    const ROUNDS: usize = 25;
    let notices = share(ROUNDS, |_| passed());
    let request = |round: usize, sender: usize| {
        let (_, notice): &(Applied, String) = &notices[round];
        let day = format!("2026-06-{:02}", sender + 1);
        let body = json!({"notice": notice, "issued_on": day});
        (CERTIFICATES.to_owned(), body)
    };
    let rounds = together(ROUNDS, request);
    let again = together(ROUNDS, request);
    for ((first, again), (applied, _)) in rounds.iter().zip(&again).zip(&notices) {
        let made = |answers: &[Answer]| -> Vec<Value> {
            let made = answers.iter().filter(|answer| answer.status == 201);
            made.map(|answer| answer.at("/issued_on")).collect()
        };
        let (at_first, in_the_end) = (made(first), made(again));
        assert!(at_first.len() <= 1, "{first:?}");
        assert_eq!(in_the_end.len(), 1, "{again:?}");
        assert!(at_first.iter().all(|day| *day == in_the_end[0]));
        let numbers = named(&applied.name());
        assert_eq!(numbers.len(), 1);
        assert_eq!(certificate(&numbers[0])["issued_on"], in_the_end[0]);
    }
}

/// Half issue, half withdraw. What was answered stays, and the notice and the certificate agree.
#[test]
fn a_notice_that_is_granted_and_withdrawn_at_once_is_one_of_them() {
    if !may_write() {
        return;
    }
    const ROUNDS: usize = 50;
    let notices = share(ROUNDS, |_| passed());
    let rounds = together(ROUNDS, |round, sender| {
        let (_, notice) = &notices[round];
        if sender % 2 == 0 {
            let body = json!({"notice": notice, "issued_on": ISSUED});
            (CERTIFICATES.to_owned(), body)
        } else {
            let body = json!({"on": ISSUED, "reference": "撤1号", "reason": "材料有误"});
            (format!("{NOTICES}/{notice}/withdrawal"), body)
        }
    });
    for (answers, (applied, notice)) in rounds.iter().zip(&notices) {
        let done = |half: usize| {
            let mut answers = answers.iter().skip(half).step_by(2);
            answers.any(|answer| answer.status == 201)
        };
        let (issued, withdrawn) = (done(0), done(1));
        assert!(!(issued && withdrawn), "{answers:?}");
        let notice = read(&format!("{NOTICES}/{notice}"));
        let numbers = named(&applied.name());
        let taken_back = notice["status"] == "withdrawn";
        assert_eq!(taken_back, notice.get("granted").is_none(), "{notice}");
        assert!(!issued || numbers.len() == 1, "{notice}");
        assert!(!withdrawn || taken_back && numbers.is_empty(), "{notice}");
        assert!(numbers.is_empty() || !taken_back, "{notice}");
    }
}

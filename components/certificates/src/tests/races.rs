//! Two writers at the same time, in every order that has few switches between the two.

use std::cell::Cell;

use faults::interleave;
use recognition::notice::{Granted, Outcome};
use store::journal::Written;

use super::*;

/// The numbers of all certificates in the list of the year.
fn numbers(store: &Memory) -> Vec<String> {
    let [.., year] = lists();
    let answer = run(get(store, &year)).unwrap();
    let listed = answer.body["certificates"].as_array().unwrap().iter();
    let number = |entry: &Value| entry["number"].as_str().unwrap().to_owned();
    listed.map(number).collect()
}

#[test]
fn two_equal_issues_make_one_certificate() {
    let (before, notice) = on_notice();
    let orders = interleave(
        2,
        || before.clone(),
        async |store, _| issue(store, &notice, ISSUED_ON).await,
        |store, [one, other]| {
            assert_eq!(one.status, 201, "{one:?}");
            assert_eq!(one, other);
            assert_eq!(numbers(store), [number_on(&notice)]);
            let [holder, name, ..] = lists();
            assert_eq!((listed(store, &holder), listed(store, &name)), (1, 1));
        },
    );
    assert!(orders > 1_000, "{orders}");
}

/// Two writers issue on different days. If both are refused, a repeated request decides.
#[test]
fn two_issues_of_different_days_make_one_certificate() {
    let (before, notice) = on_notice();
    for days in [["2026-10-12", "2026-10-13"], ["2026-10-13", "2026-10-12"]] {
        interleave(
            2,
            || before.clone(),
            async |store, writer| issue(store, &notice, days[writer]).await,
            |store, answers| {
                let again = days.map(|day| run(issue(store, &notice, day)).unwrap());
                assert_eq!(numbers(store), [number_on(&notice)]);
                let certificate = certificate_of(store, &number_on(&notice)).unwrap();
                let issued_on = certificate.issued.on.to_string();
                for ((answer, again), day) in answers.iter().zip(&again).zip(days) {
                    assert_eq!(again.status, if issued_on == day { 201 } else { 409 });
                    match (answer.status, answer.kind()) {
                        (201, _) => assert_eq!(issued_on, day),
                        (409, "already-granted" | "already-issued" | "overtaken") => {}
                        _ => panic!("{answer:?}"),
                    }
                }
            },
        );
    }
}

/// A grant does not contain the reference, so the certificate's journal decides which writer succeeds.
#[test]
fn two_issues_with_different_references_do_not_both_succeed() {
    let (before, notice) = on_notice();
    interleave(
        2,
        || before.clone(),
        async |store, writer| {
            let mut request = issue_request(&notice, ISSUED_ON);
            request["reference"] = json!(["忻科发1号", "忻科发2号"][writer]);
            post(store, "/v1/certificates", &request).await.status
        },
        |store, answers| {
            assert_eq!(numbers(store), [number_on(&notice)]);
            assert!(answers.contains(&409), "{answers:?}");
        },
    );
}

/// The result of an issue and of an event that excludes the issue, at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RaceResult {
    /// The event had already succeeded when the issue began.
    late: bool,
    /// The issue succeeded.
    issued: bool,
    /// The event succeeded.
    recorded: bool,
    /// There is a certificate.
    certificate: bool,
    /// The notice has a grant with effect.
    granted: bool,
}

fn race_with_issue(event: &NoticeEvent, mut check: impl FnMut(&Memory, &str, RaceResult)) {
    let (before, notice) = on_notice();
    let answered = Cell::new(false);
    interleave(
        3,
        || {
            answered.set(false);
            before.clone()
        },
        async |store, writer| {
            if writer == 0 {
                let late = answered.get();
                (late, issue(store, &notice, ISSUED_ON).await.status == 201)
            } else {
                let recorded = record_on_notice(store, &notice, event.clone())
                    .await
                    .is_ok();
                answered.set(recorded);
                (false, recorded)
            }
        },
        |store, [(late, issued), (_, recorded)]| {
            assert_eq!(
                notice_of(store, &notice),
                notice_by_its_events(store, &notice)
            );
            let certificate = certificate_of(store, &number_on(&notice)).is_some();
            let result = RaceResult {
                late,
                issued,
                recorded,
                certificate,
                granted: notice_of(store, &notice).granted.is_some(),
            };
            assert_eq!(issued, certificate, "{result:?}");
            assert!(!(late && certificate), "{result:?}");
            assert!(certificate || !result.granted, "{result:?}");
            check(store, &notice, result);
        },
    );
}

/// There is a certificate if and only if the notice has a grant, whenever the objection is written.
#[test]
fn an_objection_at_the_same_time_as_an_issue() {
    let objection = objection();
    race_with_issue(&objection, |_, _, result| {
        assert_eq!(result.certificate, result.granted, "{result:?}");
    });
}

#[test]
fn a_withdrawal_at_the_same_time_as_an_issue() {
    let withdrawal = withdrawal();
    race_with_issue(&withdrawal, |store, notice, result| {
        let taken_back = notice_of(store, notice).withdrawn.is_some();
        assert_eq!(result.certificate, result.granted, "{result:?}");
        assert_eq!(taken_back, !result.granted, "{result:?}");
    });
}

/// A grant after an objection stays void. After the objection is dismissed, the certificate can be issued,
/// even on the same day as in the void grant.
#[test]
fn a_certificate_can_be_issued_after_its_first_grant_was_void() {
    let (store, notice) = on_notice();
    let objection = objection();
    let number = CertificateNumber::parse(&number_on(&notice)).unwrap();
    let on = ISSUED_ON.parse().unwrap();
    let overtaken = NoticeEvent::Granted(Granted { number, on });
    let dismissed = NoticeEvent::Resolved(Resolved {
        objection: objection.id(&notice),
        outcome: Outcome::Dismissed,
        on: "2026-11-20".parse().unwrap(),
        reference: "复1号".to_owned(),
    });
    run(record_on_notice(&store, &notice, objection))
        .unwrap()
        .unwrap();
    // The grant that `issue` writes if it has not seen the objection.
    let written = Written::new(
        overtaken.id(&notice),
        at("2026-11-20"),
        "registrar",
        overtaken,
    );
    let late = async {
        let mut journal = Journal::<Notices>::load(&store, &notice).await?;
        journal.record(written, &[]).await
    };
    run(late).unwrap().unwrap();
    let refused = run(issue(&store, &notice, ISSUED_ON)).unwrap();
    assert_eq!((refused.status, refused.kind()), (409, "objection-stands"));
    run(record_on_notice(&store, &notice, dismissed))
        .unwrap()
        .unwrap();
    let once = run(issue(&store, &notice, ISSUED_ON)).unwrap();
    assert_eq!(once.status, 201, "{once:?}");
    assert_eq!(run(issue(&store, &notice, ISSUED_ON)), Some(once));
    let granted = notice_of(&store, &notice).granted.unwrap();
    assert_eq!(granted.number.to_string(), number_on(&notice));
}

#[test]
fn one_of_two_decisions_has_effect_and_the_other_is_refused() {
    let (before, certificate) = issued();
    let because = record(&before, &certificate, &assessed("revoke"));
    let path = format!("{certificate}/events");
    let history = format!("{certificate}/history");
    for days in [
        ["2026-11-10", "2026-11-10"],
        ["2026-11-10", "2026-11-11"],
        ["2026-11-11", "2026-11-10"],
    ] {
        let decisions = [
            json!({"kind": "kept", "because": because, "on": days[0], "reference": "留1号"}),
            json!({"kind": "revoked", "because": because, "ground": "evaluation-revoke",
                   "on": days[1], "reference": "撤1号"}),
        ];
        interleave(
            2,
            || before.clone(),
            async |store, writer| post(store, &path, &decisions[writer]).await,
            |store, answers| {
                let history = run(get(store, &history)).unwrap();
                let events = history.body["events"].as_array().unwrap();
                let effects = decisions.each_ref().map(|decision| {
                    let of = events
                        .iter()
                        .find(|event| event["kind"] == decision["kind"]);
                    of.map(|event| event["effect"].as_str().unwrap())
                });
                // A decision that was refused before it was written is not in the history.
                let counts = |effect: &&Option<&str>| **effect == Some("counts");
                assert_eq!(effects.iter().filter(counts).count(), 1, "{effects:?}");
                let refused = answers.iter().filter(|answer| answer.status == 409);
                assert!(refused.count() > 0, "{answers:?}");
                // A repeated request succeeds only if its decision has effect.
                for (decision, effect) in decisions.iter().zip(effects) {
                    let again = run(post(store, &path, decision)).unwrap();
                    let expected = if effect == Some("counts") { 201 } else { 409 };
                    assert_eq!(again.status, expected, "{again:?}");
                }
            },
        );
    }
}

/// Holds for both orders of publishing and both orders of issuing.
#[test]
fn only_one_of_two_notices_for_an_evaluation_leads_to_a_certificate() {
    let published = ["2026-09-27", "2026-09-28"];
    let (before, evaluation) = evaluated();
    let notices = published.map(|published| {
        let put = run(publish(&before.clone(), &evaluation, published));
        put.unwrap().unwrap().id
    });
    interleave(
        3,
        || before.clone(),
        async |store, writer| publish(store, &evaluation, published[writer]).await.is_ok(),
        |store, _| {
            let [one, other] = notices.each_ref();
            for turn in [[one, other], [other, one]] {
                let store = store.clone();
                let issued =
                    turn.map(|notice| run(issue(&store, notice, ISSUED_ON)).unwrap().status);
                let made = issued.iter().filter(|status| **status == 201);
                assert_eq!(made.count(), 1, "{issued:?}");
                assert_eq!(numbers(&store).len(), 1);
            }
        },
    );
}

//! Two writers at once, in every order with few switches.

use std::cell::Cell;

use registry::certificate::CertificateNumber;
use registry::notice::{Granted, Outcome, Resolved};

use super::*;

/// The numbers of the certificates there are, by the list of the year.
fn numbers(store: &Memory) -> Vec<String> {
    let [.., year] = lists();
    let answer = trial::run(get(store, &year)).unwrap();
    let listed = answer.body["certificates"].as_array().unwrap().iter();
    let number = |entry: &Value| entry["number"].as_str().unwrap().to_owned();
    listed.map(number).collect()
}

#[test]
fn the_same_issue_twice_is_one() {
    let (before, notice) = on_notice();
    let orders = trial::interleave(
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

/// Two writers who ask for different days. Where both are told of the other, asking again decides.
#[test]
fn two_issues_of_different_days_make_one_certificate() {
    let (before, notice) = on_notice();
    for days in [["2026-10-12", "2026-10-13"], ["2026-10-13", "2026-10-12"]] {
        trial::interleave(
            2,
            || before.clone(),
            async |store, writer| issue(store, &notice, days[writer]).await,
            |store, answers| {
                let again = days.map(|day| trial::run(issue(store, &notice, day)).unwrap());
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

/// The file number stands in no grant: the certificate's journal alone decides.
#[test]
fn two_issues_of_different_references_are_not_both_answered() {
    let (before, notice) = on_notice();
    trial::interleave(
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

/// What came of an issue and of an event that stands against it, at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Meeting {
    /// The event had been answered when the issue began.
    late: bool,
    /// The issue was answered with a 201.
    issued: bool,
    /// So was the event.
    recorded: bool,
    /// There is a certificate.
    certificate: bool,
    /// The notice says so.
    granted: bool,
}

fn meet(event: &Event, mut check: impl FnMut(&Memory, &str, Meeting)) {
    let (before, notice) = on_notice();
    let answered = Cell::new(false);
    trial::interleave(
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
                let recorded = record_on_notice(store, &notice, event.clone()).await;
                answered.set(recorded);
                (false, recorded)
            }
        },
        |store, [(late, issued), (_, recorded)]| {
            assert_eq!(
                notice_of(store, &notice),
                notice_by_its_journal(store, &notice)
            );
            let certificate = certificate_of(store, &number_on(&notice)).is_some();
            let meeting = Meeting {
                late,
                issued,
                recorded,
                certificate,
                granted: notice_of(store, &notice).granted.is_some(),
            };
            assert_eq!(issued, certificate, "{meeting:?}");
            assert!(!(late && certificate), "{meeting:?}");
            assert!(certificate || !meeting.granted, "{meeting:?}");
            check(store, &notice, meeting);
        },
    );
}

/// However late what stands against it is written: where there is a certificate, the notice says so.
#[test]
fn an_objection_meets_a_grant() {
    let objection = objection();
    meet(&objection, |_, _, meeting| {
        assert_eq!(meeting.certificate, meeting.granted, "{meeting:?}");
    });
}

#[test]
fn a_withdrawal_meets_a_grant() {
    let withdrawal = withdrawal();
    meet(&withdrawal, |store, notice, meeting| {
        let taken_back = notice_of(store, notice).withdrawn.is_some();
        assert_eq!(meeting.certificate, meeting.granted, "{meeting:?}");
        assert_eq!(taken_back, !meeting.granted, "{meeting:?}");
    });
}

/// A grant that an objection went before stays void, and once the objection is dismissed the
/// certificate can be issued all the same, on the same day too.
#[test]
fn a_grant_that_was_overtaken_can_be_asked_for_again() {
    let (store, notice) = on_notice();
    let objection = objection();
    let number = CertificateNumber::parse(&number_on(&notice)).unwrap();
    let on = ISSUED_ON.parse().unwrap();
    let overtaken = Event::Granted(Granted { number, on });
    let dismissed = Event::Resolved(Resolved {
        objection: objection.id(&notice),
        outcome: Outcome::Dismissed,
        on: "2026-11-20".parse().unwrap(),
        reference: "复1号".to_owned(),
    });
    for event in [objection, overtaken] {
        trial::run(record_on_notice(&store, &notice, event)).unwrap();
    }
    let standing = trial::run(issue(&store, &notice, ISSUED_ON)).unwrap();
    assert_eq!(
        (standing.status, standing.kind()),
        (409, "objection-stands")
    );
    trial::run(record_on_notice(&store, &notice, dismissed)).unwrap();
    let once = trial::run(issue(&store, &notice, ISSUED_ON)).unwrap();
    assert_eq!(once.status, 201, "{once:?}");
    assert_eq!(trial::run(issue(&store, &notice, ISSUED_ON)), Some(once));
    let granted = notice_of(&store, &notice).granted.unwrap();
    assert_eq!(granted.number.to_string(), number_on(&notice));
}

#[test]
fn of_two_decisions_one_has_effect_and_somebody_is_told() {
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
        trial::interleave(
            2,
            || before.clone(),
            async |store, writer| post(store, &path, &decisions[writer]).await,
            |store, answers| {
                let history = trial::run(get(store, &history)).unwrap();
                let events = history.body["events"].as_array().unwrap();
                let effects = decisions.each_ref().map(|decision| {
                    let of = events
                        .iter()
                        .find(|event| event["kind"] == decision["kind"]);
                    of.map(|event| event["effect"].as_str().unwrap())
                });
                // One that was refused before it was written is not there.
                let counts = |effect: &&Option<&str>| **effect == Some("counts");
                assert_eq!(effects.iter().filter(counts).count(), 1, "{effects:?}");
                let told = answers.iter().filter(|answer| answer.status == 409);
                assert!(told.count() > 0, "{answers:?}");
                // Whoever asks again is told how it stands.
                for (decision, effect) in decisions.iter().zip(effects) {
                    let again = trial::run(post(store, &path, decision)).unwrap();
                    let expected = if effect == Some("counts") { 201 } else { 409 };
                    assert_eq!(again.status, expected, "{again:?}");
                }
            },
        );
    }
}

/// Whichever is asked first, and whichever was put up first.
#[test]
fn of_two_notices_for_one_evaluation_one_leads_to_a_certificate() {
    let published = ["2026-09-27", "2026-09-28"];
    let notices = published.map(|published| publication(published).notice_id());
    trial::interleave(
        3,
        Memory::default,
        async |store, writer| publish(store, publication(published[writer])).await,
        |store, _| {
            let [one, other] = notices.each_ref();
            for turn in [[one, other], [other, one]] {
                let store = store.clone();
                let issued =
                    turn.map(|notice| trial::run(issue(&store, notice, ISSUED_ON)).unwrap().status);
                let made = issued.iter().filter(|status| **status == 201);
                assert_eq!(made.count(), 1, "{issued:?}");
                assert_eq!(numbers(&store).len(), 1);
            }
        },
    );
}

//! From an application to a certificate and through its life.
//!
//! What each event may follow, the crate `registry` shows; here, that what the components keep adds up
//! across them, and is the same again when every request is sent again.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::clients::{Client, may_write};
use super::fresh;
use super::problem::assert_problem;
use super::register::{
    APPLIED, CERTIFICATES, ISSUED, KEPT_EVALUATIONS, LAST_DAY, NOTICES, PUBLISHED, application,
    applied, assert_made, attested, certificate, full_name, history, issue, issued, keep, kept,
    listed, named, of_the_year, passed, publish, read, record, reference, text, today,
};
use super::server::Answer;
use super::windows::last_of_five;
use super::xinzhou::ID;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn day_after(date: NaiveDate) -> String {
    (date + Days::new(1)).to_string()
}

/// Asks for the certificate on a notice, on a day.
fn ask(notice: &str, issued_on: &str) -> Answer {
    let body = json!({"notice": notice, "issued_on": issued_on});
    Client::Office.post(CERTIFICATES, &body)
}

/// Everything that is posted, to be posted again.
struct Journey(Vec<(String, Value, Answer)>);

impl Journey {
    fn post(&mut self, path: &str, body: Value) -> Value {
        let answer = Client::Office.post(path, &body);
        assert_made(&answer);
        let shown = answer.json();
        self.0.push((path.to_owned(), body, answer));
        shown
    }

    /// Posts everything again: each is answered as the first time, byte for byte.
    fn again(&self) {
        for (path, body, first) in &self.0 {
            let again = Client::Office.post(path, body);
            assert_eq!(again.status, 201, "{again}");
            assert_eq!(again.body, first.body, "{again}\n{first}");
            assert_eq!(again.header("location"), first.header("location"));
        }
    }
}

#[test]
fn an_application_becomes_a_certificate_that_lives_on() {
    if !may_write() {
        return;
    }
    let mut journey = Journey(Vec::new());
    let application = application();
    let holder = application["applicant"].clone();
    let first_name = full_name(&text(&application["platform"]));

    let evaluation = journey.post(KEPT_EVALUATIONS, application.clone());
    assert_eq!(evaluation["evaluation"]["verdict"], "needs_review");
    let evaluation = text(&evaluation["id"]);
    let shown = Client::Portal.get(&kept(&evaluation));
    assert_eq!(shown.at("/application"), application);
    assert_eq!(shown.at("/evaluation/applied_on"), APPLIED);

    // The vectors were computed apart from the program.
    assert_eq!(last_of_five(date(PUBLISHED)), Some(date(LAST_DAY)));
    let notice = journey.post(
        NOTICES,
        json!({"evaluation": evaluation, "published": PUBLISHED}),
    );
    assert_eq!(notice["name"], first_name);
    assert_eq!(notice["applicant"], holder);
    assert_eq!(notice["promised"]["last_day"], LAST_DAY);
    let notice = text(&notice["id"]);
    let shown = read(&format!("{NOTICES}/{notice}"));
    assert_eq!(shown["status"], "closed_passed");
    assert_eq!(shown["closes_on"], LAST_DAY);
    assert_eq!(shown["closes_at"], "2026-05-07T00:00:00+08:00");

    let possible_from = day_after(date(LAST_DAY));
    for early in [PUBLISHED, "2026-04-30", LAST_DAY] {
        let refused = ask(&notice, early);
        assert_problem(&refused, "notice-open", &[]);
        assert_eq!(refused.at("/possible_from"), possible_from, "{refused}");
    }
    assert_eq!(
        listed(&format!("holder={}", text(&holder["uscc"]))),
        [""; 0]
    );

    let award = reference();
    let made = journey.post(
        CERTIFICATES,
        json!({"notice": notice, "issued_on": ISSUED, "reference": award}),
    );
    let number = text(&made["number"]);
    assert_eq!(made["name"], first_name);
    assert_eq!(made["holder"], holder);
    let shown = certificate(&number);
    assert_eq!(shown["status"], "valid");
    assert_eq!(shown["since"], ISSUED);
    assert_eq!(shown["because"]["reference"], award);
    assert_eq!(shown["basis"], json!({"notice": notice}));
    assert_eq!(shown["former_names"], json!([]));
    let granted = &read(&format!("{NOTICES}/{notice}"))["granted"];
    assert_eq!(granted["number"], number);
    assert_eq!(granted["issued_on"], ISSUED);
    assert_found(&number, &holder, &[&first_name]);

    let events = format!("{CERTIFICATES}/{number}/events");
    let second_name = full_name(&format!("新材料{}", fresh::word()));
    journey.post(
        &events,
        json!({"kind": "approved", "change": "rename", "on": "2026-06-01", "reference": reference(),
               "name": second_name}),
    );
    assert_found(&number, &holder, &[&first_name, &second_name]);

    let assessed = journey.post(
        &events,
        json!({"kind": "assessed", "obligation": "performance-evaluation", "year": 2026,
               "outcome": "rectify", "on": "2026-07-01"}),
    );
    let pending = &certificate(&number)["pending_decisions"];
    assert_eq!(pending.as_array().map(Vec::len), Some(1), "{pending}");
    assert_eq!(pending[0]["proposal"], "rectification");
    assert_eq!(pending[0]["because"], assessed["id"]);
    assert_eq!(pending[0]["since"], "2026-07-01");
    assert_eq!(pending[0]["cite"]["article"], "第十四条");
    assert_eq!(certificate(&number)["status"], "valid");

    let order = reference();
    journey.post(
        &events,
        json!({"kind": "rectification_ordered", "because": assessed["id"], "on": "2026-07-10",
               "reference": order}),
    );
    let shown = certificate(&number);
    assert_eq!(shown["status"], "under_rectification");
    assert_eq!(shown["because"]["reference"], order);
    assert_eq!(shown["pending_decisions"], json!([]));

    journey.post(
        &events,
        json!({"kind": "rectification_passed", "on": "2026-10-10"}),
    );
    assert_eq!(certificate(&number)["pending_decisions"], json!([]));

    for (on, status, name) in [
        ("2026-05-19", Value::Null, &first_name),
        (ISSUED, json!("valid"), &first_name),
        ("2026-05-21", json!("valid"), &first_name),
        ("2026-05-31", json!("valid"), &first_name),
        ("2026-06-01", json!("valid"), &second_name),
        ("2026-06-02", json!("valid"), &second_name),
        ("2026-07-09", json!("valid"), &second_name),
        ("2026-07-10", json!("under_rectification"), &second_name),
        ("2026-07-11", json!("under_rectification"), &second_name),
        ("2026-10-09", json!("under_rectification"), &second_name),
        ("2026-10-10", json!("valid"), &second_name),
        ("2026-10-11", json!("valid"), &second_name),
    ] {
        let shown = read(&format!("{CERTIFICATES}/{number}?on={on}"));
        assert_eq!(shown["on"], on, "{shown}");
        assert_eq!(shown["status"], status, "{shown}");
        assert_eq!(shown["name"], *name, "{shown}");
    }
    let shown = certificate(&number);
    assert_eq!(shown["on"], today().to_string());
    assert_eq!(
        shown["former_names"],
        json!([{"name": first_name, "since": ISSUED, "until": "2026-05-31"}])
    );

    let told = history(&number);
    let kinds: Vec<_> = told.iter().map(|event| text(&event["kind"])).collect();
    let expected = [
        "issued",
        "approved",
        "assessed",
        "rectification_ordered",
        "rectification_passed",
    ];
    assert_eq!(kinds, expected);
    assert!(told.iter().all(|event| event["effect"] == "counts"));

    journey.again();
    assert_eq!(certificate(&number), shown);
    assert_eq!(history(&number), told);
    assert_found(&number, &holder, &[&first_name, &second_name]);
}

/// Asserts that every way to look a certificate up leads to it once.
fn assert_found(number: &str, holder: &Value, names: &[&str]) {
    assert_eq!(
        listed(&format!("holder={}", text(&holder["uscc"]))),
        [number]
    );
    for name in names {
        assert_eq!(named(name), [number], "{name}");
    }
    let of_the_year = of_the_year();
    let found = of_the_year.iter().filter(|other| *other == number);
    assert_eq!(found.count(), 1);
}

#[test]
fn what_experts_found_good_is_recognised() {
    if !may_write() {
        return;
    }
    let applied = keep(attested(application()));
    let shown = Client::Portal.get(&kept(&applied.evaluation));
    assert_eq!(shown.at("/evaluation/verdict"), "eligible");
    let notice = publish(&applied, PUBLISHED);
    let shown = read(&format!("{NOTICES}/{notice}"));
    assert_eq!(shown["verdict"], "eligible");
    let shown = certificate(&issue(&notice));
    assert_eq!(shown["name"], applied.name());
    assert_eq!(shown["holder"]["uscc"], applied.uscc());
    assert_eq!(shown["status"], "valid");
}

#[test]
fn what_is_not_eligible_is_not_put_on_notice() {
    if !may_write() {
        return;
    }
    let mut lacking = application();
    lacking["facts"]["floor_area_m2"] = json!(480);
    let applied = keep(lacking);
    let body = json!({"evaluation": applied.evaluation, "published": PUBLISHED});
    let refused = Client::Office.post(NOTICES, &body);
    assert_problem(&refused, "not-eligible", &[]);
}

/// Put on notice today, whatever day it is.
#[test]
fn a_notice_that_is_open_grants_nothing_and_says_from_when_it_will() {
    if !may_write() {
        return;
    }
    let today = today();
    let applied = applied();
    let notice = publish(&applied, &today.to_string());
    let shown = read(&format!("{NOTICES}/{notice}"));
    assert_eq!(shown["status"], "open");
    // Five working days have not passed on the day of publication. When they have, a holiday notice
    // that is not out may still settle.
    let closes_on = shown["closes_on"].as_str().map(date);
    if let Some(last) = last_of_five(today) {
        assert_eq!(closes_on, Some(last), "{shown}");
    }
    let refused = ask(&notice, &today.to_string());
    assert_problem(&refused, "notice-open", &[]);
    let possible_from = closes_on.map(|last| json!(day_after(last)));
    assert_eq!(
        refused.json().get("possible_from"),
        possible_from.as_ref(),
        "{refused}"
    );
    assert_eq!(named(&applied.name()), [""; 0]);
    assert_eq!(read(&format!("{NOTICES}/{notice}")), shown);
}

#[test]
fn a_revocation_and_its_annulment_are_both_told() {
    if !may_write() {
        return;
    }
    let (applied, _, number) = issued();
    let assessed = record(
        &number,
        &json!({"kind": "assessed", "obligation": "performance-evaluation", "year": 2026,
                "outcome": "revoke", "on": "2026-07-01"}),
    );
    let proposed = certificate(&number)["pending_decisions"].clone();
    assert_eq!(proposed.as_array().map(Vec::len), Some(1), "{proposed}");
    assert_eq!(proposed[0]["proposal"], "revocation");
    assert_eq!(proposed[0]["because"], assessed);
    assert_eq!(proposed[0]["ground"]["id"], "evaluation-revoke");

    let decision = reference();
    let revoked = record(
        &number,
        &json!({"kind": "revoked", "because": assessed, "ground": "evaluation-revoke",
                "on": "2026-07-15", "reference": decision}),
    );
    let shown = certificate(&number);
    assert_eq!(shown["status"], "revoked");
    assert_eq!(shown["since"], "2026-07-15");
    assert_eq!(shown["because"]["event"], revoked);
    assert_eq!(shown["because"]["reference"], decision);
    assert_eq!(shown["because"]["ground"]["id"], "evaluation-revoke");
    assert_eq!(shown["because"]["cite"]["article"], "第十四条");
    assert_eq!(shown["pending_decisions"], json!([]));
    let status = |on: &str| read(&format!("{CERTIFICATES}/{number}?on={on}"))["status"].clone();
    for (on, expected) in [
        ("2026-07-14", "valid"),
        ("2026-07-15", "revoked"),
        ("2026-07-16", "revoked"),
    ] {
        assert_eq!(status(on), expected, "{on}");
    }
    let list = read(&format!("{CERTIFICATES}?holder={}", applied.uscc()));
    assert_eq!(list["certificates"][0]["status"], "revoked");

    let reason = "送达对象有误，决定作废。";
    let annulled = record(
        &number,
        &json!({"kind": "annulled", "event": revoked, "on": "2026-08-01", "reference": reference(),
                "reason": reason}),
    );
    let shown = certificate(&number);
    assert_eq!(shown["status"], "valid");
    assert_eq!(shown["since"], ISSUED);
    // What was proposed before the revocation is to be decided again.
    assert_eq!(shown["pending_decisions"], proposed);
    assert_eq!(status("2026-07-20"), "valid");
    let told = history(&number);
    let told: Vec<_> = told
        .iter()
        .map(|event| (text(&event["kind"]), text(&event["effect"])))
        .collect();
    let expected = [
        ("issued", "counts"),
        ("assessed", "counts"),
        ("revoked", "annulled"),
        ("annulled", "counts"),
    ];
    assert!(
        told.iter()
            .map(|(kind, effect)| (kind.as_str(), effect.as_str()))
            .eq(expected),
        "{told:?}"
    );
    let told = history(&number);
    assert_eq!(told[2]["annulled_by"], annulled);
    assert_eq!(told[2]["id"], revoked);
    assert_eq!(told[3]["event"], revoked);
    assert_eq!(told[3]["reason"], reason);
}

/// Objects to a notice, and gives the path where the decision is posted.
fn object(notice: &str, received_on: &str) -> String {
    let path = format!("{NOTICES}/{notice}/objections");
    let body = json!({"received_on": received_on, "reference": reference(), "matter": "面积不实"});
    let made = Client::Office.post(&path, &body);
    assert_made(&made);
    text(&made.at("/resolution"))
}

#[test]
fn an_objection_holds_a_certificate_up_until_it_is_dismissed() {
    if !may_write() {
        return;
    }
    for (outcomes, status, problem) in [
        (vec![], "closed_passed", None),
        (
            vec![None],
            "closed_with_objection",
            Some("objection-stands"),
        ),
        (vec![Some("dismissed")], "closed_passed", None),
        (
            vec![Some("upheld")],
            "closed_with_objection",
            Some("objection-stands"),
        ),
        (
            vec![Some("dismissed"), None],
            "closed_with_objection",
            Some("objection-stands"),
        ),
        (
            vec![Some("dismissed"), Some("dismissed")],
            "closed_passed",
            None,
        ),
    ] {
        let (applied, notice) = passed();
        for (received_on, outcome) in ["2026-04-24", LAST_DAY].iter().zip(&outcomes) {
            let resolution = object(&notice, received_on);
            assert_problem(&ask(&notice, ISSUED), "objection-stands", &[]);
            if let Some(outcome) = outcome {
                let body =
                    json!({"outcome": outcome, "on": "2026-05-12", "reference": reference()});
                assert_made(&Client::Office.post(&resolution, &body));
            }
        }
        let shown = read(&format!("{NOTICES}/{notice}"));
        assert_eq!(shown["status"], status, "{outcomes:?}");
        let count = |of: Option<&str>| outcomes.iter().filter(|one| **one == of).count();
        assert_eq!(
            shown["objections"],
            json!({"undecided": count(None), "dismissed": count(Some("dismissed")),
                   "upheld": count(Some("upheld"))})
        );
        let asked = ask(&notice, ISSUED);
        match problem {
            None => assert_made(&asked),
            Some(problem) => assert_problem(&asked, problem, &[]),
        }
        let issued = usize::from(problem.is_none());
        assert_eq!(named(&applied.name()).len(), issued, "{outcomes:?}");
    }
}

#[test]
fn an_objection_that_comes_too_late_is_told_when_the_notice_closed() {
    if !may_write() {
        return;
    }
    let (_, notice) = passed();
    let path = format!("{NOTICES}/{notice}/objections");
    let late = day_after(date(LAST_DAY));
    let refused = Client::Office.post(
        &path,
        &json!({"received_on": late, "reference": reference()}),
    );
    assert_problem(&refused, "notice-closed", &[]);
    for (language, day) in [("zh", "2026年5月6日"), ("en", "6 May 2026")] {
        let message = text(&refused.at(&format!("/message/{language}")));
        assert!(message.contains(day), "{refused}");
    }
    // The last day is in time.
    object(&notice, LAST_DAY);
}

/// The matter of an objection may speak of people: portals alone see it.
#[test]
fn the_public_sees_how_many_objected_and_portals_see_what() {
    if !may_write() {
        return;
    }
    let (_, notice) = passed();
    object(&notice, LAST_DAY);
    let path = format!("{NOTICES}/{notice}");
    let public = super::server::get(&path);
    assert!(!public.text().contains("面积不实"), "{public}");
    assert_eq!(
        public.at("/objections"),
        json!({"undecided": 1, "dismissed": 0, "upheld": 0})
    );
    let whole = Client::Portal.get(&path);
    assert_eq!(whole.status, 200, "{whole}");
    assert_eq!(whole.header("cache-control"), Some("no-store"), "{whole}");
    assert_eq!(whole.at("/objections/all/0/objected/matter"), "面积不实");
    assert_eq!(whole.at("/objections/all/0/objected/received_on"), LAST_DAY);
}

#[test]
fn what_was_withdrawn_can_be_put_on_notice_again() {
    if !may_write() {
        return;
    }
    let (applied, first) = passed();
    let second = json!({"evaluation": applied.evaluation, "published": "2026-06-12"});
    let refused = Client::Office.post(NOTICES, &second);
    assert_problem(&refused, "already-on-notice", &[]);
    assert!(refused.text().contains(&first), "{refused}");

    let body = json!({"on": "2026-05-08", "reference": reference(), "reason": "名称有误"});
    assert_made(&Client::Office.post(&format!("{NOTICES}/{first}/withdrawal"), &body));
    let shown = read(&format!("{NOTICES}/{first}"));
    assert_eq!(shown["status"], "withdrawn");
    assert_eq!(shown["withdrawn"]["reason"], "名称有误");
    assert_problem(&ask(&first, ISSUED), "withdrawn", &[]);

    let made = Client::Office.post(NOTICES, &second);
    assert_made(&made);
    let second = text(&made.at("/id"));
    assert_ne!(second, first);
    assert_eq!(
        made.at("/promised/last_day"),
        last_of_five(date("2026-06-12"))
            .expect("a vector")
            .to_string()
    );
    assert_problem(&ask(&first, ISSUED), "withdrawn", &[]);
    assert_problem(&ask(&second, "2026-06-22"), "notice-open", &[]);
    assert_made(&ask(&second, "2026-06-23"));
}

/// The windows of 2026 that were computed apart from the program and have closed: that a certificate is
/// refused on the last day of each and granted on the day after.
#[test]
fn the_day_after_the_window_is_the_first_on_which_a_certificate_is_issued() {
    if !may_write() {
        return;
    }
    for (published, last) in [
        ("2026-03-30", "2026-04-07"),
        ("2026-04-03", "2026-04-13"),
        ("2026-06-12", "2026-06-22"),
        ("2026-09-15", "2026-09-21"),
        ("2026-09-23", "2026-10-08"),
        ("2026-09-28", "2026-10-10"),
    ] {
        assert_eq!(last_of_five(date(published)), Some(date(last)));
        let notice = publish(&applied(), published);
        let next = day_after(date(last));
        let refused = ask(&notice, last);
        assert_problem(&refused, "notice-open", &[]);
        assert_eq!(refused.at("/possible_from"), next, "{refused}");
        let made = ask(&notice, &next);
        assert_made(&made);
        assert_eq!(made.at("/issued_on"), next);
    }
}

#[test]
fn notices_are_listed_by_programme_and_status() {
    if !may_write() {
        return;
    }
    let (applied, notice) = passed();
    for query in [
        "".to_owned(),
        format!("programme={ID}&"),
        "status=closed_passed&".to_owned(),
        format!("programme={ID}&status=closed_passed&"),
    ] {
        let entry = find_notice(&query, &notice).unwrap_or_else(|| panic!("not in {query}"));
        assert_eq!(entry["name"], applied.name());
        assert_eq!(entry["closes_on"], LAST_DAY);
        assert_eq!(entry["status"], "closed_passed");
    }
    for status in ["scheduled", "withdrawn", "closed_with_objection"] {
        assert_eq!(find_notice(&format!("status={status}&"), &notice), None);
    }
}

/// The entry of a notice in a list of them.
fn find_notice(query: &str, notice: &str) -> Option<Value> {
    let mut cursor = String::new();
    loop {
        let page = read(&format!("{NOTICES}?{query}limit=100{cursor}"));
        let mut entries = page["notices"].as_array().expect("a list").iter();
        if let Some(entry) = entries.find(|entry| entry["id"] == notice) {
            return Some(entry.clone());
        }
        let next = page["next"].as_u64()?;
        cursor = format!("&cursor={next}");
    }
}

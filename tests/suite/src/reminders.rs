//! Reminders, as a scheduler, a portal and the public see them.
//!
//! That each is made once, whatever happens to a run, is shown in the component's own tests. Runs are of
//! every certificate in the store, so tests here look at the certificates they made.

use chrono::{Months, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::clients::{Client, may_write};
use super::programmes::gansu_centre_issued;
use super::register::{application, attested, issue_on, keep, publish, read, record, text, today};
use super::server::{Answer, get};
use super::xinzhou::ID;

const RUNS: &str = "/v1/reminders/runs";

/// Runs to the end, and gives the last report.
fn run() -> Value {
    let mut body = json!({});
    loop {
        let answer = Client::Scheduler.post(RUNS, &body);
        assert_eq!(answer.status, 200, "{answer}");
        let report = answer.json();
        assert_eq!(report["unreadable"], 0, "{report}");
        if report["complete"] == true {
            return report;
        }
        body = json!({"cursor": report["next"]});
    }
}

/// The reminders of a certificate in its programme's outbox, read from the beginning.
fn reminders(programme: &str, number: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/reminders/outbox?programme={programme}&limit=100{cursor}");
        let answer = Client::Portal.get(&path);
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer}");
        let page = answer.json();
        let all = page["reminders"].as_array().expect("a list").iter();
        found.extend(
            all.filter(|one| one["obligation"]["certificate"] == number)
                .cloned(),
        );
        if page["more"] == false {
            return found;
        }
        cursor = format!("&cursor={}", text(&page["next"]));
    }
}

/// What is owed on a certificate.
fn upcoming(number: &str) -> Vec<Value> {
    let shown = read(&format!("/v1/reminders/upcoming?certificate={number}"));
    shown["obligations"].as_array().expect("a list").clone()
}

fn owed<'a>(obligations: &'a [Value], obligation: &str, year: i32) -> Option<&'a Value> {
    obligations.iter().find(|owed| {
        owed["closed_by"]["obligation"] == obligation && owed["closed_by"]["year"] == year
    })
}

/// 每年2月底前. 28 February 2026, a Saturday, was worked in exchange for a day of 春节 (国办发明电〔2025〕7号);
/// 28 February 2027 is a Sunday.
#[test]
fn a_deadline_moves_off_a_rest_day_and_stays_on_a_make_up_day() {
    if !may_write() {
        return;
    }
    let number = gansu_centre_issued("2024-05-20");
    let obligations = upcoming(&number);
    let in_2026 = owed(&obligations, "annual-summary", 2026).expect("it is owed");
    assert_eq!(in_2026["statutory"], "2026-02-28");
    assert_eq!(in_2026["effective"], "2026-02-28");
    assert_eq!(in_2026["certainty"], "settled");
    let Some(in_2027) = owed(&obligations, "annual-summary", 2027) else {
        // What is owed within a year and a day is shown.
        assert!(today() < "2026-02-27".parse::<NaiveDate>().expect("a day"));
        return;
    };
    assert_eq!(in_2027["statutory"], "2027-02-28");
    assert_eq!(in_2027["effective"], "2027-03-01");
    let known = get("/v1/notices/calendar/2027").json()["certainty"] != "notice_not_out";
    let certainty = if known { "settled" } else { "provisional" };
    assert_eq!(in_2027["certainty"], certainty, "{in_2027}");
    if !known {
        assert_eq!(in_2027["provisional"]["earliest"], "2027-02-28");
        assert_eq!(in_2027["provisional"]["missing_years"], json!([2027]));
    }
}

/// 以三年为周期 (第十四条): recognised three years ago but for twenty days, so the reminder thirty days
/// before was due ten days ago and is made late.
#[test]
fn a_reminder_is_made_once_and_ends_with_the_event() {
    if !may_write() {
        return;
    }
    let due = today() + TimeDelta::days(20);
    let issued = due - Months::new(36);
    let mut application = application();
    application["applied_on"] = json!((issued - TimeDelta::days(60)).to_string());
    let applied = keep(attested(application));
    let notice = publish(&applied, &(issued - TimeDelta::days(30)).to_string());
    let number = issue_on(&notice, &issued.to_string());
    let report = run();
    assert_eq!(report["days"]["to"], today().to_string(), "{report}");
    let made = reminders(ID, &number);
    let [reminder] = made.as_slice() else {
        panic!("{made:?}");
    };
    assert_eq!(reminder["lead"], 30, "{reminder}");
    assert_eq!(reminder["late"], true, "{reminder}");
    let obligation = &reminder["obligation"];
    assert_eq!(obligation["statutory"], due.to_string(), "{reminder}");
    assert_eq!(obligation["cite"]["article"], "第十四条", "{reminder}");

    run();
    assert_eq!(reminders(ID, &number), made);

    let owed = upcoming(&number);
    assert_eq!(owed[0]["id"], obligation["id"], "{owed:?}");
    let closed_by = &obligation["closed_by"];
    record(
        &number,
        &json!({"kind": closed_by["kind"], "obligation": closed_by["obligation"], "year": today_year(),
                "outcome": "keep", "on": today().to_string()}),
    );
    let left = upcoming(&number);
    // Where the deadline lies in the next year, this year's assessment is another one.
    let same_year = closed_by["year"] == today_year();
    assert_eq!(
        left.iter().any(|one| one["id"] == obligation["id"]),
        !same_year,
        "{left:?}"
    );
}

fn today_year() -> i32 {
    use chrono::Datelike as _;
    today().year()
}

#[test]
fn only_a_scheduler_runs_and_only_a_portal_reads_the_outbox() {
    let refused = |answer: Answer, status: u16| assert_eq!(answer.status, status, "{answer}");
    let outbox = format!("/v1/reminders/outbox?programme={ID}");
    refused(super::server::post(RUNS, &json!({})), 401);
    refused(get(&outbox), 401);
    refused(get(RUNS), 405);
    if !may_write() {
        return;
    }
    for client in [Client::Office, Client::Portal, Client::Registrar] {
        refused(client.post(RUNS, &json!({})), 403);
    }
    for client in [Client::Scheduler, Client::Registrar, Client::Elsewhere] {
        refused(client.get(&outbox), 403);
    }
    let tomorrow = super::register::future();
    let answer = Client::Scheduler.post(RUNS, &json!({"as_of": tomorrow}));
    refused(answer, 422);
}

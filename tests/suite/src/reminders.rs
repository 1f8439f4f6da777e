//! Reminders, as a scheduler, a portal and the public see them.
//!
//! That each is made once, whatever happens to a run, is shown in the component's own tests. Runs are of
//! every certificate in the store, so tests here look at the certificates they made.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::clients::{Client, may_write};
use super::hosts::{self, Host};
use super::programmes::gansu_centre_issued;
use super::receiver::{Receiver, Reply};
use super::register::{CERTIFICATES, KEPT_EVALUATIONS, NOTICES};
use super::register::{application, attested, issue_on, keep, publish, read, record, text, today};
use super::server::{Answer, get};
use super::store::Store;
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

/// An application in time for a recognition on that day.
fn application_for(issued: NaiveDate) -> Value {
    let mut application = application();
    application["applied_on"] = json!((issued - TimeDelta::days(60)).to_string());
    attested(application)
}

/// A day of publication in time for it.
fn published_for(issued: NaiveDate) -> String {
    (issued - TimeDelta::days(30)).to_string()
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
    let applied = keep(application_for(issued));
    let notice = publish(&applied, &published_for(issued));
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

/// A server on a store of its own, where runs are of nothing but what the test made.
struct Own(Host);

impl Own {
    fn post(&self, client: Client, path: &str, body: &Value) -> Answer {
        let answer = self.0.post_as(client, path, body);
        answer.unwrap_or_else(|why| panic!("{why}"))
    }

    fn made(&self, path: &str, body: &Value, member: &str) -> String {
        let answer = self.post(Client::Office, path, body);
        assert_eq!(answer.status, 201, "{answer}");
        text(&answer.at(member))
    }

    /// A certificate whose evaluation is due on that day.
    fn evaluated_by(&self, due: NaiveDate) -> String {
        let issued = due - Months::new(36);
        let evaluation = self.made(KEPT_EVALUATIONS, &application_for(issued), "/id");
        let notice = json!({"evaluation": evaluation, "published": published_for(issued)});
        let notice = self.made(NOTICES, &notice, "/id");
        let issue = json!({"notice": notice, "issued_on": issued.to_string()});
        self.made(CERTIFICATES, &issue, "/number")
    }

    fn run(&self) -> Value {
        let answer = self.post(Client::Scheduler, RUNS, &json!({}));
        assert_eq!(answer.status, 200, "{answer}");
        answer.json()
    }
}

/// What each answer brings, as the README has it; and one receiver that hangs holds up no other.
#[test]
fn receivers_are_told_and_what_they_answer_is_heeded() {
    if !hosts::may_start() || !may_write() {
        return;
    }
    let receiver = Receiver::start();
    receiver.answer("/refuses", Reply::Status(500));
    receiver.answer("/hangs", Reply::Hang);
    receiver.answer("/closes", Reply::CloseEarly);
    receiver.answer(
        "/redirects",
        Reply::Redirect(format!("{}/elsewhere", receiver.base())),
    );
    receiver.answer("/gone", Reply::Status(410));
    // The secret of the standard's own example, and another one.
    let secrets = [
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ];
    let paths = ["takes", "refuses", "hangs", "closes", "redirects", "gone"];
    let webhooks = paths.map(|path| {
        let url = format!("{}/{path}", receiver.base());
        json!({"name": path, "url": url, "programmes": ["*"], "secret": secrets[0],
               "old_secret": secrets[1]})
    });
    let store = Store::start().unwrap_or_else(|why| panic!("{why}"));
    let webhooks = Value::from(webhooks.to_vec()).to_string();
    let variables = [
        ("webhooks", webhooks.as_str()),
        ("webhook_host", "http://127.0.0.1:*"),
    ];
    let own = Own(Host::start_with(&store, &variables));

    // Receivers are told of what is made once they are there.
    own.run();
    let number = own.evaluated_by(today() + TimeDelta::days(20));
    let began = SystemTime::now();
    let report = own.run();
    assert_eq!(
        (&report["made"], &report["delivered"], &report["failed"]),
        (&json!(1), &json!(1), &json!(5)),
        "{report}"
    );
    let of = |name: &str| {
        let all = report["webhooks"].as_array().expect("a list").iter();
        let mut found = all.filter(|one| one["receiver"] == name);
        found
            .next()
            .unwrap_or_else(|| panic!("no {name} in {report}"))
            .clone()
    };
    assert_eq!(
        of("takes"),
        json!({"receiver": "takes", "delivered": 1, "failed": 0, "given_up": 0,
                                   "waiting": 0, "stopped": false})
    );
    for failing in ["refuses", "hangs", "closes", "redirects"] {
        let found = of(failing);
        assert_eq!(
            (&found["failed"], &found["waiting"]),
            (&json!(1), &json!(1)),
            "{found}"
        );
        assert_eq!(found["stopped"], false, "{found}");
    }
    assert_eq!(of("gone")["stopped"], true);
    assert_eq!(receiver.received("/elsewhere").len(), 0);

    let taken = receiver.received("/takes");
    let [message] = taken.as_slice() else {
        panic!("{taken:?}");
    };
    let waited = message.at.duration_since(began).expect("it came after");
    assert!(waited < Duration::from_secs(9), "{waited:?}");
    assert_eq!(message.method, "POST");
    let mut headers = http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let value = message
            .header(name)
            .unwrap_or_else(|| panic!("{name} of {message:?}"));
        headers.insert(name, value.parse().expect("a header"));
    }
    for secret in secrets {
        let webhook = standardwebhooks::Webhook::new(secret).expect("a secret");
        webhook
            .verify(&message.body, &headers)
            .expect("it is genuine");
    }
    let event: Value = serde_json::from_slice(&message.body).expect("JSON");
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["subject"], number.as_str());
    assert_eq!(event["id"], message.header("webhook-id").expect("an id"));
    assert_eq!(event["data"]["id"], event["id"]);
    assert_eq!(event["data"]["obligation"]["certificate"], number.as_str());

    // Nobody is told twice of what it took, nor before its time of what it did not, nor where it is gone.
    let again = own.run();
    assert_eq!(
        (&again["delivered"], &again["failed"]),
        (&json!(0), &json!(0)),
        "{again}"
    );
    assert_eq!(receiver.received("/gone").len(), 1);
}

/// How often a run is killed.
const KILLS: usize = 8;

/// The host dies in the middle of runs: every reminder is in the outbox in the end, one id for each.
#[test]
fn a_run_that_is_killed_loses_nothing() {
    if !hosts::may_start() || !may_write() {
        return;
    }
    let store = Store::start().unwrap_or_else(|why| panic!("{why}"));
    let own = Own(Host::start(&store));
    let mut numbers: Vec<_> = (0..40)
        .map(|days| own.evaluated_by(today() + TimeDelta::days(8 + days % 12)))
        .collect();
    drop(own);
    for kill in 0..=KILLS {
        let host = Host::start(&store);
        let (answered, answers) = mpsc::channel();
        let complete = thread::scope(|scope| {
            let runs = scope.spawn(|| {
                // One record at a time, so that a run takes many requests.
                while let Ok(answer) = host.post_as(Client::Scheduler, RUNS, &json!({"limit": 1})) {
                    assert_eq!(answer.status, 200, "{answer}");
                    if answer.at("/complete") == true {
                        return true;
                    }
                    // Who has killed the host listens no more.
                    let _unheard = answered.send(());
                }
                false
            });
            if kill < KILLS {
                let few = super::fresh::below(4);
                let _answered = answers.iter().take(few).count();
                host.kill();
            }
            runs.join().expect("it runs")
        });
        assert!(complete || kill < KILLS);
    }
    let host = Host::start(&store);
    let bearer = Client::Portal.bearer();
    let path = format!("/v1/reminders/outbox?programme={ID}&limit=100");
    let page = host.read(&path, &[("authorization", &bearer)]);
    let made = page["reminders"].as_array().expect("a list").iter();
    let mut made: Vec<_> = made
        .map(|one| {
            (
                text(&one["obligation"]["certificate"]),
                text(&one["id"]),
                one["lead"].clone(),
            )
        })
        .collect();
    made.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    made.dedup();
    assert!(made.iter().all(|(_, _, lead)| lead == 30), "{made:?}");
    numbers.sort();
    let told: Vec<_> = made.into_iter().map(|(number, ..)| number).collect();
    assert_eq!(told, numbers);
}

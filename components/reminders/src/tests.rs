//! The run of reminders over stores in memory, against a list of what is due that is made without it.

mod cost;
mod death;
mod meeting;
mod oracle;
mod population;
mod requests;
mod world;
mod year;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate};
use http::{Method, header};
use http_body_util::{BodyExt, Full};
use registry::reminder::{Cursor, Outbox};
use registry::{KeyValue, Memory, trial};
use serde_json::{Value, json};
use web::{Clients, Response};

use crate::Desk;
use oracle::Told;

const SCHEDULER: &str = "test-token-of-the-scheduler";
const ONE_SCHEDULER: &str = "test-token-of-one-scheduler";
const PORTAL: &str = "test-token-of-the-portal";
const ONE_PORTAL: &str = "test-token-of-one-portal";
const CLIENTS: &str = r#"[
    {"name": "scheduler", "roles": ["scheduler"], "programmes": ["*"],
     "token_sha256": "c39bd505e715fef64731158fe84e8cf28cfe741ec45a432395ac6053f5c94c2a"},
    {"name": "one-scheduler", "roles": ["scheduler"],
     "programmes": ["xinzhou-technology-innovation-centre"],
     "token_sha256": "acc80b61f3b40db594f2eb697a84632b2db4a1eaee1bcbb8058cdca0e2b98c6b"},
    {"name": "portal", "roles": ["portal"], "programmes": ["*"],
     "token_sha256": "212d1f9a5311ad95f77cda431c2bed8d2b2b05d21f00463f8813a4164bf585e6"},
    {"name": "one-portal", "roles": ["portal"],
     "programmes": ["xinzhou-technology-innovation-centre"],
     "token_sha256": "d263629338f3a46411739e0a5d1407599c5676d0332ffe459416b28fd9f69c66"}
]"#;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An answer, to be compared.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    status: u16,
    allow: Option<String>,
    body: Value,
}

/// Answers a request on that day.
async fn send<S: KeyValue>(
    store: &S,
    today: NaiveDate,
    (method, path): (Method, &str),
    token: Option<&str>,
    body: String,
) -> Answer {
    let clients = Clients::parse(CLIENTS).unwrap();
    let desk = Desk {
        store,
        clients: &clients,
        receivers: &crate::Receivers::default(),
        now: DateTime::parse_from_rfc3339(&format!("{today}T12:00:00+08:00")).unwrap(),
    };
    let mut request = http::Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let segments = web::segments(&parts, "/v1/reminders").unwrap();
    let body = Full::new(Bytes::from(body));
    let answered = crate::route(&desk, &parts, body, &segments).await;
    let (parts, body) = answered.unwrap_or_else(Response::from).into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let allow = parts.headers.get(header::ALLOW);
    Answer {
        status: parts.status.as_u16(),
        allow: allow.map(|allow| allow.to_str().unwrap().to_owned()),
        body: match bytes.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&bytes).unwrap(),
        },
    }
}

/// Asks for a run on that day.
async fn run(store: &impl KeyValue, today: NaiveDate, request: &Value) -> Answer {
    let to = (Method::POST, "/v1/reminders/runs");
    send(store, today, to, Some(SCHEDULER), request.to_string()).await
}

/// A tick, with the cursor followed to the end. Fails where the store does.
async fn tick(store: &impl KeyValue, today: NaiveDate) -> Result<(), u16> {
    tick_by(store, today, 500).await
}

/// The same, in parts of so many records.
async fn tick_by(store: &impl KeyValue, today: NaiveDate, limit: u32) -> Result<(), u16> {
    let mut request = json!({"limit": limit});
    for _ in 0..1000 {
        let answer = run(store, today, &request).await;
        if answer.status != 200 {
            return Err(answer.status);
        }
        if answer.body["complete"] == json!(true) {
            return Ok(());
        }
        request["cursor"] = answer.body["next"].clone();
    }
    panic!("a run of {today} that never ends");
}

/// A tick on a store that fails at nothing.
fn ticked(store: &Memory, today: NaiveDate) {
    assert_eq!(trial::run(tick(store, today)), Some(Ok(())));
}

/// A portal that reads every outbox from where it stopped.
#[derive(Debug, Clone, Default)]
struct Reader {
    cursors: BTreeMap<&'static str, String>,
    read: Vec<Told>,
}

impl Reader {
    async fn read(&mut self, store: &impl KeyValue, today: NaiveDate) {
        for rules in rules::programmes() {
            while self.page(store, today, rules.id).await {}
        }
    }

    /// Reads one page. Whether there is more.
    async fn page(
        &mut self,
        store: &impl KeyValue,
        today: NaiveDate,
        programme: &'static str,
    ) -> bool {
        let mut path = format!("/v1/reminders/outbox?programme={programme}&limit=100");
        if let Some(cursor) = self.cursors.get(programme) {
            path = format!("{path}&cursor={cursor}");
        }
        let to = (Method::GET, path.as_str());
        let answer = send(store, today, to, Some(PORTAL), String::new()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let reminders = answer.body["reminders"].as_array().unwrap().iter();
        self.read.extend(reminders.map(Told::read));
        let next = answer.body["next"].as_str().unwrap();
        self.cursors.insert(programme, next.to_owned());
        answer.body["more"] == json!(true)
    }

    fn catch_up(&mut self, store: &Memory, today: NaiveDate) {
        trial::run(self.read(store, today)).unwrap();
    }
}

/// What a portal reads that begins now.
fn read(store: &Memory, today: NaiveDate) -> Vec<Told> {
    let mut reader = Reader::default();
    reader.catch_up(store, today);
    reader.read
}

/// The ids of all reminders in the outboxes.
fn made(store: &Memory) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for rules in rules::programmes() {
        let outbox = Outbox::of(store, rules.id);
        let page = trial::run(outbox.after(&Cursor::default(), usize::MAX));
        let reminders = page.unwrap().unwrap().reminders.into_iter();
        ids.extend(reminders.map(|reminder| reminder.id));
    }
    ids
}

fn ids<'t>(told: impl IntoIterator<Item = &'t Told>) -> BTreeSet<String> {
    told.into_iter().map(|told| told.id.clone()).collect()
}

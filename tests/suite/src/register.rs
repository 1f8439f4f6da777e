//! What an authority's office does, step by step, for a test that begins where the step has been taken.
//!
//! Every step is asserted to succeed. Names, codes and references are new each time.

use std::time::UNIX_EPOCH;

use chrono::{DateTime, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::clients::Client;
use super::fresh;
use super::server::{Answer, get};
use super::words::assert_bilingual;
use super::xinzhou::{EVALUATIONS, evaluate, with};

pub(crate) const NOTICES: &str = "/v1/notices";
pub(crate) const CERTIFICATES: &str = "/v1/certificates";

/// Where an evaluation is posted that is to be kept.
pub(crate) const KEPT_EVALUATIONS: &str = "/v1/eligibility/evaluations?save=true";

/// The day of every application here.
pub(crate) const APPLIED: &str = "2026-03-02";

/// A day of publication, whose five working days have the holidays of 1 May among them.
pub(crate) const PUBLISHED: &str = "2026-04-24";

/// The last day of objections then: `window-vectors.csv`, and `journey.rs` looks there.
pub(crate) const LAST_DAY: &str = "2026-05-06";

/// A day after it, on which certificates are issued here.
pub(crate) const ISSUED: &str = "2026-05-20";

/// Today in China.
pub(crate) fn today() -> NaiveDate {
    let since = UNIX_EPOCH.elapsed().expect("a clock after 1970");
    let seconds = i64::try_from(since.as_secs()).expect("a clock of these centuries");
    let now = DateTime::from_timestamp(seconds, 0).expect("a date");
    (now + TimeDelta::hours(8)).date_naive()
}

/// A day after today in China, also at midnight.
pub(crate) fn future() -> String {
    (today() + TimeDelta::days(2)).to_string()
}

/// An application that was evaluated and kept.
pub(crate) struct Applied {
    /// The application, as it was sent.
    pub(crate) application: Value,
    /// The id of the evaluation.
    pub(crate) evaluation: String,
}

impl Applied {
    /// The full official name it asks for.
    pub(crate) fn name(&self) -> String {
        let platform = text(&self.application["platform"]);
        full_name(&platform)
    }

    /// The applicant's code.
    pub(crate) fn uscc(&self) -> String {
        text(&self.application["applicant"]["uscc"])
    }
}

/// The name of a platform of the programme.
pub(crate) fn full_name(platform: &str) -> String {
    format!("忻州市{platform}技术创新中心")
}

/// A text of JSON.
pub(crate) fn text(value: &Value) -> String {
    let text = value.as_str().unwrap_or_else(|| panic!("no text: {value}"));
    text.to_owned()
}

/// An application of a new organisation for a new name; experts have not judged it.
pub(crate) fn application() -> Value {
    let word = fresh::word();
    with(json!({
        "applied_on": APPLIED,
        "applicant": {"name": format!("忻州{word}研究院"), "uscc": fresh::uscc()},
        "platform": format!("煤基新材料{word}"),
    }))
}

/// The application, with a good opinion wherever experts judge.
pub(crate) fn attested(mut application: Value) -> Value {
    let evaluation = evaluate(&application).json();
    let awaited = evaluation["missing_attestations"].as_array();
    let mut attestations = json!({});
    for missing in awaited.expect("a list") {
        attestations[text(&missing["id"])] = json!({"opinion": "met", "attested_on": APPLIED});
    }
    application["attestations"] = attestations;
    application
}

/// Asserts that something was made, with texts in both languages, and shown where it stands.
pub(crate) fn assert_made(answer: &Answer) {
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer}");
    assert_bilingual(&answer.json());
    let location = answer.header("location").unwrap_or_default();
    assert!(location.starts_with("/v1/"), "{answer}");
}

/// Posts for the office what makes something, and gives a member of the answer.
pub(crate) fn made(path: &str, body: &Value, member: &str) -> String {
    let answer = Client::Office.post(path, body);
    assert_made(&answer);
    text(&answer.at(member))
}

/// Has an application judged and kept.
pub(crate) fn keep(application: Value) -> Applied {
    let evaluation = made(KEPT_EVALUATIONS, &application, "/id");
    Applied {
        application,
        evaluation,
    }
}

/// A new application, kept.
pub(crate) fn applied() -> Applied {
    keep(application())
}

/// Puts an application on notice, and gives the notice's id.
pub(crate) fn publish(applied: &Applied, published: &str) -> String {
    let body = json!({"evaluation": applied.evaluation, "published": published});
    made(NOTICES, &body, "/id")
}

/// A new application's notice, which has passed.
pub(crate) fn passed() -> (Applied, String) {
    let applied = applied();
    let notice = publish(&applied, PUBLISHED);
    (applied, notice)
}

/// Issues the certificate on a notice, and gives its number.
pub(crate) fn issue(notice: &str) -> String {
    issue_on(notice, ISSUED)
}

/// The same, on that day.
pub(crate) fn issue_on(notice: &str, day: &str) -> String {
    let body = json!({"notice": notice, "issued_on": day, "reference": reference()});
    made(CERTIFICATES, &body, "/number")
}

/// A new certificate, with what it rests on.
pub(crate) fn issued() -> (Applied, String, String) {
    let (applied, notice) = passed();
    let number = issue(&notice);
    (applied, notice, number)
}

/// Records an event, and gives its id.
pub(crate) fn record(number: &str, event: &Value) -> String {
    made(&format!("{CERTIFICATES}/{number}/events"), event, "/id")
}

/// A new file number.
pub(crate) fn reference() -> String {
    format!("忻科函〔2026〕{}号", fresh::word())
}

/// A certificate as it stands.
pub(crate) fn certificate(number: &str) -> Value {
    read(&format!("{CERTIFICATES}/{number}"))
}

/// Everything that happened to a certificate.
pub(crate) fn history(number: &str) -> Vec<Value> {
    let history = read(&format!("{CERTIFICATES}/{number}/history"));
    history["events"].as_array().expect("a list").clone()
}

/// What anyone reads at a path.
pub(crate) fn read(path: &str) -> Value {
    let answer = get(path);
    assert_eq!(answer.status, 200, "{answer}");
    let shown = answer.json();
    assert_bilingual(&shown);
    shown
}

/// The numbers in a list of certificates, from its first page to its last.
pub(crate) fn listed(query: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut page = read(&format!("{CERTIFICATES}?{query}&limit=100"));
    loop {
        let entries = page["certificates"].as_array().expect("a list");
        numbers.extend(entries.iter().map(|entry| text(&entry["number"])));
        let Some(next) = page["next"].as_u64() else {
            return numbers;
        };
        page = read(&format!("{CERTIFICATES}?{query}&limit=100&cursor={next}"));
    }
}

/// The list of the certificates of a name.
pub(crate) fn named(name: &str) -> Vec<String> {
    listed(&format!("name={}", encoded(name)))
}

/// The list of the certificates of the programme and year that all certificates here are of.
pub(crate) fn of_the_year() -> Vec<String> {
    listed(&format!("programme={}&year=2026", super::xinzhou::ID))
}

/// A text as a query has it.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Where evaluations stand that are kept.
pub(crate) fn kept(evaluation: &str) -> String {
    format!("{EVALUATIONS}/{evaluation}")
}

//! Requests over stores in memory.

pub(crate) mod records;
mod requests;

use chrono::{DateTime, FixedOffset, NaiveDate};
use http::Method;
use serde_json::{Value, json};
use store::{KeyValue, Memory};
use web::{Clients, Response};

use super::*;

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

pub(crate) const GSITC: &str = "gansu-industry-technology-centre";
pub(crate) const XZTIC: &str = "xinzhou-technology-innovation-centre";
pub(crate) const GSIA: &str = "gansu-industry-alliance";
pub(crate) const GSTTZ: &str = "gansu-technology-transfer-demonstration-zone";

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

/// Answers a request at 09:00 on a day; `asked` are its headers. Nobody is told by webhook.
pub(crate) fn respond(
    store: &dyn KeyValue,
    today: &str,
    (method, path): (Method, &str),
    asked: &[(&str, &str)],
    body: &str,
) -> Response {
    let clients = Clients::parse(CLIENTS).unwrap();
    let endpoint = Endpoint {
        store,
        clients: &clients,
        now: at(&format!("{today}T09:00:00+08:00")),
    };
    let path = format!("{BASE}/{path}");
    let (parts, body) = faults::request(method, &path, asked, body.to_owned());
    let segments = web::segments(&parts, BASE).unwrap();
    let nobody = async || Ok(Receivers::default());
    let answered = route(&endpoint, &parts, body, &segments, nobody);
    let answered = faults::run(answered).unwrap();
    answered.unwrap_or_else(Response::from)
}

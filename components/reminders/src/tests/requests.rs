//! What requests are refused, and what lists say.

use bytes::Bytes;
use faults::{Answer, Counting};
use recognition::certificate::CertificateNumber;
use recognition::outstanding::Subject;

use super::records::{enter, issued, number, published, ticked};
use super::*;

const TODAY: &str = "2025-02-27";

fn send(
    store: &dyn KeyValue,
    today: &str,
    (method, path): (Method, &str),
    token: Option<&str>,
    body: &str,
) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let json = ("content-type", "application/json");
    let mut asked = vec![json];
    asked.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    let response = respond(store, today, (method, path), &asked, body);
    faults::run(Answer::of(response)).unwrap()
}

fn asked(
    store: &dyn KeyValue,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> Answer {
    send(store, TODAY, (method, path), token, body)
}

fn get(store: &dyn KeyValue, path: &str, token: Option<&str>) -> Answer {
    asked(store, Method::GET, path, token, "")
}

/// A certificate that is entered for its next check, as its issue enters it.
fn entered(
    store: &Memory,
    programme: &str,
    source: &str,
    on: &str,
    until: Option<&str>,
) -> CertificateNumber {
    let number = issued(store, programme, (source, "云杉"), on, until);
    enter(store, &Subject::Certificate(number.clone()), on);
    number
}

/// Seven records, of which reminders are due on the days around today, 30, 7 and 1 days before and 7 days
/// after; and the number of a transfer zone whose period ends.
fn small() -> (Memory, CertificateNumber) {
    let store = Memory::default();
    entered(&store, GSITC, "one", "2023-05-08", None);
    entered(&store, GSIA, "two", "2021-06-01", None);
    entered(&store, XZTIC, "three", "2022-03-06", None);
    entered(&store, XZTIC, "four", "2022-02-20", None);
    let zone = entered(&store, GSTTZ, "five", "2022-04-01", Some("2025-03-29"));
    published(&store, "2025-02-21");
    ticked(&store, "2025-02-24", 3);
    (store, zone)
}

/// The places of what is wrong.
fn places(answer: &Answer) -> Vec<&str> {
    let errors = answer.body["errors"].as_array().into_iter().flatten();
    let place = |error: &'_ Value| {
        let of = ["pointer", "parameter"];
        of.into_iter().find(|of| error[of].is_string())
    };
    errors
        .map(|error| error[place(error).unwrap()].as_str().unwrap())
        .collect()
}

#[test]
fn a_run_is_refused_where_the_request_is_wrong() {
    let store = Memory::default();
    for (body, status, wrong) in [
        (r#"{"as_of": "2025-02-27"}"#, 200, vec![]),
        (r#"{"as_of": "2025-02-28"}"#, 422, vec!["#/as_of"]),
        (r#"{"as_of": "2025-2-7"}"#, 422, vec!["#/as_of"]),
        (r#"{"as_of": null}"#, 422, vec!["#/as_of"]),
        (r#"{"limit": 0}"#, 422, vec!["#/limit"]),
        (r#"{"limit": 1}"#, 200, vec![]),
        (r#"{"limit": 1000}"#, 200, vec![]),
        (r#"{"limit": 1001}"#, 422, vec!["#/limit"]),
        (r#"{"limit": -1}"#, 422, vec!["#/limit"]),
        (r#"{"cursor": "x"}"#, 422, vec!["#/cursor"]),
        (
            r#"{"cursor": "2025-02-27.2025-02-26"}"#,
            422,
            vec!["#/cursor"],
        ),
        (
            r#"{"cursor": "2025-02-27.2025-02-26.1.1"}"#,
            422,
            vec!["#/cursor"],
        ),
        (r#"{"cursor": "2025-02-27.2025-02-26.1"}"#, 200, vec![]),
        (
            r#"{"cursor": "2025-02-28.2025-02-26.1"}"#,
            422,
            vec!["#/as_of"],
        ),
        (
            r#"{"as_of": "2025-02-26", "cursor": "2025-02-27.2025-02-26.1"}"#,
            422,
            vec!["#/as_of"],
        ),
        (
            r#"{"as_of": "2025-02-28", "limit": 0}"#,
            422,
            vec!["#/as_of", "#/limit"],
        ),
        (r#"{"unknown": 1}"#, 422, vec!["#/unknown"]),
        (r#"{"dry_run": 1}"#, 422, vec!["#/dry_run"]),
        ("{", 400, vec!["#"]),
    ] {
        let answer = asked(&store, Method::POST, "runs", Some(SCHEDULER), body);
        assert_eq!((answer.status, places(&answer)), (status, wrong), "{body}");
    }
}

/// Who may do what; and what is refused writes nothing.
/// What is refused before the store is needed does not touch it: unknown paths, other methods, callers
/// who may not, and values that cannot be read.
#[test]
fn what_is_refused_by_the_request_alone_touches_no_store() {
    let store = Memory::default();
    let outbox = format!("outbox?programme={XZTIC}");
    let of_all = format!("outbox?programme={GSIA}");
    let number = number(GSTTZ, "nobody").to_string();
    let mistyped = format!("{}*", &number[..number.len() - 1]);
    let swapped = format!("certificate={}", number.replace("-2026-", "-2062-"));
    let (get, post) = (Method::GET, Method::POST);
    for (method, path, token, status, allow) in [
        (&get, "nothing", None, 404, None),
        (&get, "", None, 404, None),
        (&get, "runs/1", Some(SCHEDULER), 404, None),
        (&post, "nothing", Some(SCHEDULER), 404, None),
        (&get, "runs", Some(SCHEDULER), 405, Some("POST")),
        (&get, "runs", None, 405, Some("POST")),
        (&Method::DELETE, "runs", Some(SCHEDULER), 405, Some("POST")),
        (&post, &outbox, Some(PORTAL), 405, Some("GET, HEAD")),
        (&post, "upcoming", None, 405, Some("GET, HEAD")),
        (&post, "calendar.ics", None, 405, Some("GET, HEAD")),
        (&post, "runs", None, 401, None),
        (&post, "runs", Some("another"), 401, None),
        (&post, "runs", Some(PORTAL), 403, None),
        (&post, "runs", Some(ONE_SCHEDULER), 403, None),
        (&post, "runs?limit=1", Some(SCHEDULER), 400, None),
        (&get, &outbox, None, 401, None),
        (&get, &outbox, Some(SCHEDULER), 403, None),
        (&get, &of_all, Some(ONE_PORTAL), 403, None),
        (&get, "healthz", None, 200, None),
    ] {
        let counting = Counting::new(&store);
        let answer = asked(&counting, method.clone(), path, token, "{");
        assert_eq!(answer.status, status, "{method} {path} {token:?}");
        let allowed = answer.headers.get("allow").map(String::as_str);
        assert_eq!(allowed, allow, "{method} {path}");
        assert_eq!(counting.calls(), 0, "{method} {path}");
    }
    for query in [
        format!("certificate={mistyped}"),
        swapped,
        "programme=none".to_owned(),
        format!("programme={XZTIC}&cursor=x"),
        format!("programme={XZTIC}&days=x"),
        format!("programme={XZTIC}&limit=x"),
    ] {
        for path in ["upcoming", "calendar.ics", "outbox"] {
            let counting = Counting::new(&store);
            let path = format!("{path}?{query}");
            let answer = asked(&counting, Method::GET, &path, Some(PORTAL), "");
            assert_eq!((answer.status, counting.calls()), (400, 0), "{path}");
        }
    }
}

/// The body of a request from a caller who may not is not read.
#[test]
fn the_role_is_settled_before_the_body_is_read() {
    let store = Memory::default();
    for (token, status) in [(None, 401), (Some(PORTAL), 403), (Some(ONE_SCHEDULER), 403)] {
        let clients = Clients::parse(CLIENTS).unwrap();
        let now = at("2025-02-27T09:00:00+08:00");
        let endpoint = Endpoint {
            store: &store,
            clients: &clients,
            now,
        };
        let mut request = http::Request::post("/v1/reminders/runs");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let nobody = async || Ok(Receivers::default());
        let answered = route(&endpoint, &parts, NeverRead, &["runs"], nobody);
        let answer = faults::run(answered)
            .unwrap()
            .unwrap_or_else(Response::from);
        assert_eq!(answer.status().as_u16(), status);
    }
}

/// A body that must not be read.
struct NeverRead;

impl http_body::Body for NeverRead {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        panic!("the body is read")
    }
}

#[test]
fn a_portal_reads_the_outboxes_of_its_programmes() {
    let store = Memory::default();
    for (programme, method, token) in [
        (XZTIC, Method::GET, ONE_PORTAL),
        (XZTIC, Method::HEAD, ONE_PORTAL),
        (GSIA, Method::GET, PORTAL),
    ] {
        let path = format!("outbox?programme={programme}");
        assert_eq!(asked(&store, method, &path, Some(token), "").status, 200);
    }
    assert!(store.dump().is_empty());
}

/// A run in parts: each answer says how to go on, and whoever follows comes to an end.
#[test]
fn a_run_is_made_in_parts_by_following_its_cursor() {
    for dry_run in [false, true] {
        let (store, _) = small();
        let mut request = json!({"limit": 1, "dry_run": dry_run});
        let (mut parts, mut made) = (0, 0);
        loop {
            let body = request.to_string();
            let answer = asked(&store, Method::POST, "runs", Some(SCHEDULER), &body);
            assert_eq!(answer.status, 200, "{answer:?}");
            let report = &answer.body;
            assert_eq!(report["as_of"], TODAY);
            made += report["made"].as_u64().unwrap();
            let reminders = report["reminders"].as_array().map(Vec::len);
            let shown = reminders.map(|count| u64::try_from(count).unwrap());
            assert_eq!(shown, dry_run.then(|| report["made"].as_u64().unwrap()));
            parts += 1;
            assert!(parts < 40, "it never ends");
            if report["complete"] == json!(true) {
                assert_eq!(report.get("next"), None);
                break;
            }
            request["cursor"] = report["next"].clone();
        }
        assert!(parts > 2 && made > 2, "{parts} {made}");
    }
}

/// The whole of a report and of a reminder, as the API has them.
#[test]
fn a_report_and_a_reminder_have_these_members() {
    let store = Memory::default();
    entered(&store, GSITC, "one", "2024-05-08", None);
    ticked(&store, "2025-02-26", 1);
    let body = r#"{"dry_run": true}"#;
    let answer = asked(&store, Method::POST, "runs", Some(SCHEDULER), body);
    let mut report = answer.body;
    let reminder = report["reminders"][0].take();
    let members =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(
        members(&report),
        [
            "as_of",
            "complete",
            "days",
            "delivered",
            "dry_run",
            "failed",
            "late",
            "looked_at",
            "made",
            "reminders",
            "still_open",
            "unreadable",
            "webhooks"
        ]
    );
    let number = number(GSITC, "one").to_string();
    let mut obligation = reminder["obligation"].clone();
    assert_eq!(
        members(&reminder),
        [
            "as_of",
            "due_on",
            "id",
            "late",
            "lead",
            "made_at",
            "obligation",
            "text"
        ]
    );
    assert_eq!(
        members(&obligation),
        [
            "by",
            "certainty",
            "certificate",
            "cite",
            "closed_by",
            "effective",
            "holder",
            "id",
            "kind",
            "label",
            "name",
            "programme",
            "reading",
            "statutory",
            "to"
        ]
    );
    for party in ["by", "to"] {
        assert_eq!(members(&obligation[party]), ["id", "name"]);
    }
    assert_eq!(obligation["certificate"].take(), json!(number));
    assert_eq!(obligation["kind"].take(), json!("report"));
    assert_eq!(obligation["statutory"].take(), json!("2025-02-28"));
    assert_eq!(
        obligation["closed_by"].take(),
        json!({"kind": "report_received", "obligation": "annual-summary", "year": 2025})
    );
    assert_eq!(
        reminder["text"],
        json!({
            "zh": "云杉：上年度工作总结，截止2025年2月28日，还有1天。依据：四（三）。",
            "en": "云杉: Summary of the year before, by 28 February 2025; 1 day left. See 四（三）.",
        })
    );
}

#[test]
fn an_outbox_is_refused_where_the_query_is_wrong() {
    let store = Memory::default();
    for (query, wrong) in [
        (String::new(), vec!["programme"]),
        ("programme=none".to_owned(), vec!["programme"]),
        (format!("programme={XZTIC}&limit=0"), vec!["limit"]),
        (format!("programme={XZTIC}&limit=101"), vec!["limit"]),
        (format!("programme={XZTIC}&cursor=x"), vec!["cursor"]),
        (format!("programme={XZTIC}&cursor=3-4"), vec!["cursor"]),
        (format!("programme={XZTIC}&cursor=3-2.1"), vec!["cursor"]),
        (format!("programme={XZTIC}&cursor=3-1.2"), vec![]),
        (format!("programme={XZTIC}&since=1"), vec!["since"]),
    ] {
        let answer = get(&store, &format!("outbox?{query}"), Some(PORTAL));
        let status = if wrong.is_empty() { 200 } else { 400 };
        assert_eq!((answer.status, places(&answer)), (status, wrong), "{query}");
    }
}

/// Pages of each size come to the same, and the last cursor is good for what comes later.
#[test]
fn an_outbox_is_read_page_by_page_and_later() {
    let (store, _) = small();
    let page = |store: &Memory, limit: u32, cursor: &Option<String>| {
        let mut path = format!("outbox?programme={XZTIC}&limit={limit}");
        if let Some(cursor) = cursor {
            path = format!("{path}&cursor={cursor}");
        }
        let body = get(store, &path, Some(ONE_PORTAL)).body;
        let told = body["reminders"].as_array().unwrap().clone();
        let next = Some(body["next"].as_str().unwrap().to_owned());
        (told, next, body["more"] == json!(true))
    };
    for limit in [1, 2, 100] {
        let store = store.clone();
        let (mut all, mut cursor) = (Vec::new(), None);
        for today in day(TODAY).iter_days().take(8) {
            ticked(&store, &today.to_string(), 1);
            loop {
                let (told, next, more) = page(&store, limit, &cursor);
                assert!(told.len() <= usize::try_from(limit).unwrap());
                all.extend(told);
                cursor = next;
                if !more {
                    break;
                }
            }
        }
        let (whole, last, more) = page(&store, 100, &None);
        assert_eq!((&all, &cursor, more), (&whole, &last, false));
        assert!(all.len() > 6, "{}", all.len());
    }
}

/// Asks on a day of 2026, when the notice for 2027 is not out.
fn upcoming(store: &Memory, today: &str, query: &str) -> Answer {
    let path = format!("upcoming?{query}");
    send(store, today, (Method::GET, &path), None, "")
}

/// The dates of what is shown: statutory and effective, and whether they are settled.
fn shown(answer: &Answer) -> Vec<[&str; 3]> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let obligations = answer.body["obligations"].as_array().unwrap().iter();
    let of = ["statutory", "effective", "certainty"];
    obligations
        .map(|owed| of.map(|of| owed[of].as_str().unwrap_or_default()))
        .collect()
}

/// The dates of the two years: 28 February 2026 is a Saturday, worked in exchange for 春节; that of
/// 2027 is a Sunday, in a year whose notice is not out.
#[test]
fn the_last_day_of_february_stays_where_it_is_worked() {
    let store = Memory::default();
    let number = entered(&store, GSITC, "one", "2023-05-08", None);
    ticked(&store, "2025-11-20", 5);
    let query = format!("certificate={number}");
    // The two reports of last February are overdue still; then comes the year's assessment.
    let reports = [["2025-02-28", "2025-02-28", "settled"]; 2];
    let assessment = [["2025-12-31", "2025-12-31", "settled"]];
    let next = [["2026-02-28", "2026-02-28", "settled"]; 2];
    let all = [&reports[..], &assessment, &next].concat();
    let found = upcoming(&store, "2025-11-24", &query);
    assert_eq!(shown(&found)[3..], all);
    ticked(&store, "2026-11-20", 4);
    let of_2027 = upcoming(&store, "2026-11-23", &query);
    let moved = ["2027-02-28", "2027-03-01", "provisional"];
    let all = shown(&of_2027);
    assert_eq!(
        all.iter().filter(|owed| **owed == moved).count(),
        2,
        "{all:?}"
    );
    let provisional = &of_2027.body["obligations"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()["provisional"];
    assert_eq!(provisional["missing_years"], json!([2027]), "{provisional}");
    assert_eq!(
        provisional["earliest"],
        json!("2027-02-28"),
        "{provisional}"
    );
}

#[test]
fn upcoming_is_of_a_certificate_or_a_programme() {
    let (store, zone) = small();
    let number = zone.to_string();
    let mistyped = format!(
        "{}{}",
        &number[..number.len() - 1],
        if number.ends_with('A') { 'B' } else { 'A' }
    );
    let unknown = super::records::number(GSTTZ, "nobody").to_string();
    for (query, status) in [
        (String::new(), 400),
        (format!("certificate={number}&programme={GSTTZ}"), 400),
        ("programme=none".to_owned(), 400),
        (format!("certificate={mistyped}"), 400),
        (format!("certificate={unknown}"), 404),
        (format!("certificate={number}"), 200),
        (format!("certificate={}", number.to_lowercase()), 200),
        (format!("programme={GSTTZ}&days=0"), 200),
        (format!("programme={GSTTZ}&days=366"), 200),
        (format!("programme={GSTTZ}&days=367"), 400),
        (format!("programme={GSTTZ}&days=-1"), 400),
        (format!("programme={GSTTZ}&cursor=x"), 400),
        (format!("programme={GSTTZ}&cursor=2025-02-26"), 400),
        (format!("programme={GSTTZ}&limit=0"), 400),
        (format!("programme={GSTTZ}&unknown=1"), 400),
    ] {
        let answer = upcoming(&store, TODAY, &query);
        assert_eq!(answer.status, status, "{query}");
    }
    let period_ends = ["2025-03-29", "2025-03-29", "settled"];
    let is = |query: String, expected: &[[&str; 3]]| {
        let answer = upcoming(&store, TODAY, &query);
        assert_eq!(shown(&answer), expected, "{query}");
    };
    // The reports of the years before are overdue still.
    let overdue = [
        ["2022-12-31", "2023-01-03", "settled"],
        ["2023-12-31", "2024-01-02", "settled"],
        ["2024-12-31", "2024-12-31", "settled"],
    ];
    let with = |more: &[[&'static str; 3]]| [&overdue[..], more].concat();
    is(format!("programme={GSTTZ}&days=29"), &with(&[]));
    is(format!("programme={GSTTZ}&days=30"), &with(&[period_ends]));
    is(format!("certificate={number}&days=29"), &with(&[]));
    is(
        format!("certificate={number}&days=30"),
        &with(&[period_ends]),
    );
    // 31 August 2025 is a Sunday.
    let application = ["2025-08-31", "2025-09-01", "settled"];
    is(format!("programme={GSTTZ}&days=185"), &with(&[period_ends]));
    is(
        format!("programme={GSTTZ}&days=186"),
        &with(&[period_ends, application]),
    );
}

//! What requests are refused, and what lists say.

use super::death::{TODAY, days, small, story};
use super::oracle::{GSIA, GSITC, GSTTZ, XZTIC};
use super::world::World;
use super::*;

fn asked(store: &Memory, method: Method, path: &str, token: Option<&str>, body: &str) -> Answer {
    let path = format!("/v1/reminders/{path}");
    let to = (method, path.as_str());
    trial::run(send(store, day(TODAY), to, token, body.to_owned())).unwrap()
}

fn get(store: &Memory, path: &str, token: Option<&str>) -> Answer {
    asked(store, Method::GET, path, token, "")
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
#[test]
fn each_path_has_its_method_and_its_role() {
    let store = Memory::default();
    let outbox = format!("outbox?programme={XZTIC}");
    let other = format!("outbox?programme={GSIA}");
    let (get, post) = (Method::GET, Method::POST);
    for (method, path, token, status, allow) in [
        (&post, "runs", None, 401, None),
        (&post, "runs", Some("another"), 401, None),
        (&post, "runs", Some(PORTAL), 403, None),
        (&post, "runs", Some(ONE_SCHEDULER), 403, None),
        (&get, "runs", Some(SCHEDULER), 405, Some("POST")),
        (&Method::DELETE, "runs", Some(SCHEDULER), 405, Some("POST")),
        (&get, &outbox, None, 401, None),
        (&get, &outbox, Some(SCHEDULER), 403, None),
        (&get, &outbox, Some(ONE_PORTAL), 200, None),
        (&Method::HEAD, &outbox, Some(ONE_PORTAL), 200, None),
        (&get, &other, Some(ONE_PORTAL), 403, None),
        (&get, &other, Some(PORTAL), 200, None),
        (&post, &outbox, Some(PORTAL), 405, Some("GET, HEAD")),
        (&post, "upcoming", None, 405, Some("GET, HEAD")),
        (&get, "nothing", None, 404, None),
    ] {
        let answer = asked(&store, method.clone(), path, token, "{}");
        assert_eq!(answer.status, status, "{method} {path} {token:?}");
        assert_eq!(answer.allow.as_deref(), allow, "{method} {path}");
        assert!(store.dump().is_empty(), "{method} {path}");
    }
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
    let store = small().before(&days("2025-02-24", 3));
    let page = |store: &Memory, limit: u32, cursor: &Option<String>| {
        let mut path = format!("outbox?programme={XZTIC}&limit={limit}");
        if let Some(cursor) = cursor {
            path = format!("{path}&cursor={cursor}");
        }
        let body = get(store, &path, Some(ONE_PORTAL)).body;
        let told: Vec<_> = body["reminders"]
            .as_array()
            .unwrap()
            .iter()
            .map(Told::read)
            .collect();
        let next = Some(body["next"].as_str().unwrap().to_owned());
        (told, next, body["more"] == json!(true))
    };
    for limit in [1, 2, 100] {
        let store = store.clone();
        let (mut all, mut cursor) = (Vec::new(), None);
        for today in days(TODAY, 8) {
            ticked(&store, today);
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
    let path = format!("/v1/reminders/upcoming?{query}");
    let to = (Method::GET, path.as_str());
    trial::run(send(store, day(today), to, None, String::new())).unwrap()
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
    let world = World {
        stories: vec![story(GSITC, "2023-05-08", None)],
        postings: Vec::new(),
    };
    let store = world.before(&days("2025-11-20", 5));
    let number = world.stories[0].number.to_string();
    let query = format!("certificate={number}");
    // The two reports of last February are overdue still; then comes the year's assessment.
    let reports = [["2025-02-28", "2025-02-28", "settled"]; 2];
    let assessment = [["2025-12-31", "2025-12-31", "settled"]];
    let next = [["2026-02-28", "2026-02-28", "settled"]; 2];
    let all = [&reports[..], &assessment, &next].concat();
    let found = upcoming(&store, "2025-11-24", &query);
    assert_eq!(shown(&found)[3..], all);
    let store = world.before(&days("2026-11-20", 4));
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
    let world = small();
    let store = world.before(&days("2025-02-24", 3));
    let zone = world
        .stories
        .iter()
        .find(|story| story.programme == GSTTZ)
        .unwrap();
    let number = zone.number.to_string();
    let mistyped = format!(
        "{}{}",
        &number[..number.len() - 1],
        if number.ends_with('A') { 'B' } else { 'A' }
    );
    let unknown = super::population::number(GSTTZ, "nobody").to_string();
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

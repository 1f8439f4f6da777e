//! Reads that may be kept: `ETag`, `Cache-Control`, `If-None-Match` (RFC 9110, section 13.1.2), HEAD.

use super::server::{get, send};

const READS: [(&str, &str); 5] = [
    ("/v1/eligibility/programmes", "application/json"),
    (
        "/v1/eligibility/programmes/xinzhou-technology-innovation-centre",
        "application/json",
    ),
    (
        "/v1/notices/window?published=2026-09-28",
        "application/json",
    ),
    ("/v1/notices/calendar/2026", "application/json"),
    (
        "/v1/notices/calendar/2026.ics",
        "text/calendar; charset=utf-8",
    ),
];

#[test]
fn a_read_is_known_again_by_its_tag() {
    for (path, media_type) in READS {
        let first = get(path);
        assert_eq!(first.status, 200, "{first}");
        assert_eq!(first.header("content-type"), Some(media_type));
        let caching = first.header("cache-control").unwrap_or_default();
        assert_eq!(caching, "public, max-age=300", "{first}");
        let tag = first.header("etag").unwrap_or_default();
        assert!(
            tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'),
            "{first}"
        );
        for (asked, status) in [
            (tag.to_owned(), 304),
            (format!("W/{tag}"), 304),
            (format!("\"other\", {tag}"), 304),
            ("*".to_owned(), 304),
            ("\"other\"".to_owned(), 200),
            (tag.trim_matches('"').to_owned(), 200),
        ] {
            for method in ["GET", "HEAD"] {
                let again = send(method, path, &[("if-none-match", &asked)], &[]);
                assert_eq!(again.status, status, "{asked}: {again}");
                assert_eq!(again.header("etag"), Some(tag), "{again}");
                assert_eq!(again.header("cache-control"), Some(caching), "{again}");
                let expected: &[u8] = match (method, status) {
                    ("GET", 200) => &first.body,
                    _ => &[],
                };
                assert_eq!(again.body, expected, "{method} {asked}");
            }
        }
    }
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    for (path, _) in READS {
        let whole = get(path);
        let head = send("HEAD", path, &[], &[]);
        assert_eq!(head.status, 200, "{head}");
        assert!(head.body.is_empty(), "{head}");
        for name in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), whole.header(name), "{name}: {head}");
        }
        let length = whole.body.len().to_string();
        assert!(
            head.header("content-length")
                .is_none_or(|told| told == length),
            "{head}"
        );
    }
}

#[test]
fn other_answers_have_other_tags() {
    let mut tags: Vec<_> = [
        "/v1/notices/window?published=2026-09-28",
        "/v1/notices/window?published=2026-09-28&days=6",
        "/v1/notices/window?published=2026-09-28&counting=publication_day",
        "/v1/notices/window?published=2026-09-28&as_known_on=2026-09-01",
        "/v1/notices/calendar/2026",
        "/v1/notices/calendar/2026.ics",
        "/v1/notices/calendar/2025",
    ]
    .iter()
    .map(|path| get(path).header("etag").map(str::to_owned))
    .collect();
    let asked = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), asked, "{tags:?}");
}

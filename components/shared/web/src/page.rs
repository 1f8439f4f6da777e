use std::ops::RangeInclusive;
use text::Text;

use crate::Query;

/// The page of a list that a query asks for with `limit` and `cursor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The `next` of the page before; `None` for the first page.
    pub cursor: Option<u64>,
    /// The most entries of the page: 1 to 100, and 20 if the query has no `limit`.
    pub limit: usize,
}

/// The values that `limit` may have.
const LIMITS: RangeInclusive<usize> = 1..=100;

/// The limit if the query has none.
const DEFAULT_LIMIT: usize = 20;

impl Page {
    /// Takes `limit` and `cursor` from a query.
    ///
    /// [`Query::finish`] reports a parameter that cannot be read. Use the page only after `finish`
    /// returned `Ok`.
    pub fn of(query: &mut Query) -> Self {
        let limit = Self::limit(query);
        Self {
            cursor: query.optional("cursor", read_cursor),
            limit,
        }
    }

    /// Takes only `limit`, for a list whose cursors are not numbers.
    pub fn limit(query: &mut Query) -> usize {
        let limit = query.optional("limit", read_limit);
        limit.unwrap_or(DEFAULT_LIMIT)
    }
}

fn read_limit(text: &str) -> Result<usize, Text> {
    let limit = digits(text).and_then(|digits| digits.parse().ok());
    limit.filter(|limit| LIMITS.contains(limit)).ok_or_else(|| {
        let (least, most) = (LIMITS.start(), LIMITS.end());
        Text::new(
            format!("每页条数应为{least}至{most}的整数。"),
            format!("The number of entries is a whole number from {least} to {most}."),
        )
    })
}

fn read_cursor(text: &str) -> Result<u64, Text> {
    let cursor = digits(text).and_then(|digits| digits.parse().ok());
    cursor.ok_or_else(|| {
        Text::new(
            "cursor 应为上一页 next 给出的数字。",
            "The cursor is the number that the page before gave as next.",
        )
    })
}

/// The text if it has only digits. `parse` alone would also accept a sign.
fn digits(text: &str) -> Option<&str> {
    Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(query: &str) -> (Page, Result<(), Value>) {
        let uri: http::Uri = format!("/v1/notices?{query}").parse().unwrap();
        let mut query = Query::of(&uri);
        let page = Page::of(&mut query);
        let ended = query
            .finish()
            .map_err(|problem| serde_json::from_slice(&problem.to_json()).unwrap());
        (page, ended)
    }

    #[test]
    fn a_page_has_a_limit_and_a_cursor() {
        for (query, cursor, limit) in [
            ("", None, 20),
            ("limit=1", None, 1),
            ("limit=2", None, 2),
            ("limit=99", None, 99),
            ("limit=100", None, 100),
            ("cursor=0", Some(0), 20),
            ("cursor=1", Some(1), 20),
            ("cursor=41&limit=5", Some(41), 5),
            ("cursor=18446744073709551615", Some(u64::MAX), 20),
        ] {
            let (page, ended) = read(query);
            assert_eq!(ended, Ok(()), "{query}");
            assert_eq!(page, Page { cursor, limit }, "{query}");
        }
    }

    #[test]
    fn a_wrong_limit_or_cursor_is_refused() {
        for (query, parameters) in [
            ("limit=0", vec!["limit"]),
            ("limit=101", vec!["limit"]),
            ("limit=", vec!["limit"]),
            ("limit=-1", vec!["limit"]),
            ("limit=%2B5", vec!["limit"]),
            ("limit=5.0", vec!["limit"]),
            ("limit=99999999999999999999999", vec!["limit"]),
            ("limit=5&limit=5", vec!["limit"]),
            ("cursor=", vec!["cursor"]),
            ("cursor=-1", vec!["cursor"]),
            ("cursor=%2B1", vec!["cursor"]),
            ("cursor=a1", vec!["cursor"]),
            ("cursor=18446744073709551616", vec!["cursor"]),
            ("cursor=1&cursor=2", vec!["cursor"]),
            (
                "limit=x&cursor=y&offset=3",
                vec!["limit", "cursor", "offset"],
            ),
        ] {
            let problem = read(query).1.unwrap_err();
            assert_eq!(problem["status"], 400, "{query}");
            let errors = problem["errors"].as_array().unwrap();
            let named: Vec<_> = errors.iter().map(|error| &error["parameter"]).collect();
            assert_eq!(named, parameters, "{query}");
            for language in ["zh", "en"] {
                let detail = errors[0]["detail"][language].as_str();
                assert!(detail.is_some_and(|text| !text.is_empty()), "{query}");
            }
        }
    }
}

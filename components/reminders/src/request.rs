//! What comes in: the body of a run, and the values of queries.

use chrono::{DateTime, FixedOffset, NaiveDate};
use endpoint::{number_in_query, programme_in_query};
use recognition::certificate::CertificateNumber;
use registry::agenda::Position;
use registry::check::HORIZON;
use registry::{Run, RunMode, outbox};
use rules::Programme;
use serde::Deserialize;
use text::{Day, En, Faults, Text, Zh};
use web::{Fault, Problem, Query};

/// How many records one run checks, where the request does not say.
const USUAL_LIMIT: usize = 500;

/// How many at most.
const MOST: usize = 1000;

/// A request to run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunRequest {
    #[serde(default, deserialize_with = "web::given")]
    as_of: Option<Day>,
    #[serde(default)]
    dry_run: bool,
    #[serde(default, deserialize_with = "web::given")]
    cursor: Option<String>,
    #[serde(default, deserialize_with = "web::given")]
    limit: Option<u64>,
}

impl RunRequest {
    /// The run that is asked for.
    ///
    /// # Errors
    /// Every fault of the request.
    pub(crate) fn read(self, now: DateTime<FixedOffset>) -> Result<Run, Problem> {
        let today = now.date_naive();
        let mut faults = Faults::default();
        let cursor = self.cursor.as_deref().map(RunCursor::parse);
        if let Some(None) = cursor {
            let text = Text::new(
                "cursor 应为上一次应答中的 next。",
                "The cursor is the next of the answer before.",
            );
            faults.add("/cursor", text);
        }
        let cursor = cursor.flatten();
        let as_of = match (self.as_of.map(Day::get), &cursor) {
            (Some(as_of), Some(cursor)) if as_of != cursor.as_of => {
                let text = Text::new(
                    "与 cursor 所属的日期不同。",
                    "The cursor belongs to a run of another day.",
                );
                faults.add("/as_of", text);
                as_of
            }
            (Some(as_of), _) => as_of,
            (None, Some(cursor)) => cursor.as_of,
            (None, None) => today,
        };
        if as_of > today {
            let text = Text::new(
                format!("不得晚于今日（{}）。", Zh(today)),
                format!("Not after today in China ({}).", En(today)),
            );
            faults.add("/as_of", text);
        }
        let limit = match self.limit {
            None => USUAL_LIMIT,
            Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        };
        if !(1..=MOST).contains(&limit) {
            let text = Text::new(
                format!("应为1至{MOST}的整数。"),
                format!("It is a whole number from 1 to {MOST}."),
            );
            faults.add("/limit", text);
        }
        faults.finish()?;
        Ok(Run {
            now,
            as_of,
            limit,
            mode: match self.dry_run {
                false => RunMode::Real,
                true => RunMode::Dry(cursor.map(|cursor| cursor.position)),
            },
        })
    }
}

/// Where a run goes on: its day, and the position that it has reached.
///
/// Only a dry run begins at the position. A real run begins at the position that is stored, so a cursor
/// that was given out long ago can make it skip nothing.
pub(crate) struct RunCursor {
    pub(crate) as_of: NaiveDate,
    pub(crate) position: Position,
}

impl RunCursor {
    fn parse(text: &str) -> Option<Self> {
        let (as_of, position) = text.split_once('.')?;
        Some(Self {
            as_of: Day::parse(as_of).ok()?.get(),
            position: parse_position(position)?,
        })
    }
}

impl std::fmt::Display for RunCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.as_of, written(self.position))
    }
}

/// A position of the agenda, as a cursor has it.
pub(crate) fn written(Position { day, slot }: Position) -> String {
    format!("{day}.{slot}")
}

fn parse_position(text: &str) -> Option<Position> {
    let (day, slot) = text.split_once('.')?;
    Some(Position {
        day: Day::parse(day).ok()?.get(),
        slot: slot.parse().ok()?,
    })
}

/// What a query asks about.
pub(crate) enum Asked {
    /// A certificate.
    Certificate(CertificateNumber),
    /// A programme.
    Programme(&'static Programme),
}

/// Reads `certificate` or `programme` of a query, then by `rest` its other parameters, and ends the query.
///
/// # Errors
/// A 400 with every fault, or because the query has not exactly one of the two.
pub(crate) fn asked<T>(
    mut query: Query,
    rest: impl FnOnce(&mut Query) -> T,
) -> Result<(Asked, T), Problem> {
    let certificate = query.optional("certificate", number_in_query);
    let programme = query.optional("programme", programme_in_query);
    let rest = rest(&mut query);
    query.finish()?;
    match (certificate, programme) {
        (Some(number), None) => Ok((Asked::Certificate(number), rest)),
        (None, Some(rules)) => Ok((Asked::Programme(rules.programme), rest)),
        _ => {
            let text = Text::new(
                "应给出 certificate（证书编号）或 programme（项目）之一。",
                "Exactly one of certificate and programme is needed.",
            );
            let fault = Fault::in_query("certificate", text);
            Err(Problem::invalid_query(vec![fault]))
        }
    }
}

/// A number of days, as a query has it.
pub(crate) fn days_in_query(text: &str) -> Result<u64, Text> {
    let days = text.parse().ok().filter(|days| *days <= HORIZON);
    days.ok_or_else(|| {
        Text::new(
            format!("天数应为0至{HORIZON}的整数。"),
            format!("The number of days is a whole number from 0 to {HORIZON}."),
        )
    })
}

/// The cursor of the upcoming list, as a query has it.
pub(crate) fn position_in_query(text: &str) -> Result<Position, Text> {
    parse_position(text).ok_or_else(not_next)
}

/// The cursor of an outbox, as a query has it.
pub(crate) fn outbox_cursor_in_query(text: &str) -> Result<outbox::Cursor, Text> {
    text.parse().map_err(|_| not_next())
}

fn not_next() -> Text {
    Text::new(
        "cursor 应为上一页的 next。",
        "The cursor is the next of the page before.",
    )
}

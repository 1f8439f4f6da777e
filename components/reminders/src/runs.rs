//! `POST /v1/reminders/runs`: the tick, as a request.

use chrono::NaiveDate;
use http::HeaderMap;
use registry::agenda::Position;
use registry::{KeyValue, RecordError};
use web::date::{En, Zh};
use web::{Faults, Network, Problem, Response, Role, Text};

use crate::Desk;
use crate::run::{Mode, Run};
use crate::webhooks::{Outboxes, begin, deliver};
use crate::wire::{Report, RunRequest};

/// How many records one request looks at, where it does not say.
const USUAL_LIMIT: u64 = 500;

/// How many at most.
const MOST: u64 = 1000;

/// Where a run goes on: its day, and for a dry run the position.
///
/// A run that writes goes on from the position that is kept: a cursor that was given out long ago can
/// make it skip nothing.
struct Cursor {
    as_of: NaiveDate,
    position: Position,
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut part = || parts.next();
        let (as_of, day, slot) = (part()?, part()?, part()?);
        let cursor = Self {
            as_of: web::date::parse(as_of).ok()?,
            position: Position {
                day: web::date::parse(day).ok()?,
                slot: slot.parse().ok()?,
            },
        };
        parts.next().is_none().then_some(cursor)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Position { day, slot } = self.position;
        write!(f, "{}.{day}.{slot}", self.as_of)
    }
}

impl<S: KeyValue> Desk<'_, S> {
    /// Makes the reminders that are due, up to today or the day asked for.
    pub(crate) async fn run(&self, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
        let client = self.clients.authenticate(headers)?;
        client.require_role(Role::Scheduler)?;
        // A run is of every programme, so a token for some of them cannot make one.
        for rules in rules::programmes() {
            client.require(Role::Scheduler, rules.id)?;
        }
        let request: RunRequest = web::parse_json(body)?;
        let mut faults = Faults::default();
        let cursor = request.cursor.as_deref().map(Cursor::read);
        if let Some(None) = cursor {
            faults.add(
                "/cursor",
                Text::new(
                    "cursor 应为上一次应答中的 next。",
                    "The cursor is the next of the answer before.",
                ),
            );
        }
        let cursor = cursor.flatten();
        let as_of = match (request.as_of, &cursor) {
            (Some(as_of), Some(cursor)) if as_of != cursor.as_of => {
                faults.add(
                    "/as_of",
                    Text::new(
                        "与 cursor 所属的日期不同。",
                        "The cursor belongs to a run of another day.",
                    ),
                );
                as_of
            }
            (Some(as_of), _) => as_of,
            (None, Some(cursor)) => cursor.as_of,
            (None, None) => self.today(),
        };
        if as_of > self.today() {
            faults.add("/as_of", not_later(self.today()));
        }
        let limit = request.limit.unwrap_or(USUAL_LIMIT);
        if !(1..=MOST).contains(&limit) {
            faults.add(
                "/limit",
                Text::new(
                    format!("应为1至{MOST}的整数。"),
                    format!("It is a whole number from 1 to {MOST}."),
                ),
            );
        }
        faults.finish()?;
        let run = Run {
            store: self.store,
            now: self.now,
            as_of,
            limit: usize::try_from(limit).map_err(|e| Problem::internal(&e))?,
            mode: match request.dry_run {
                false => Mode::Real,
                true => Mode::Dry(cursor.map(|cursor| cursor.position)),
            },
        };
        let failed = |error: RecordError| Problem::internal(&error);
        let outboxes = Outboxes(self.store);
        if run.mode == Mode::Real {
            // A receiver that is new hears of what is made from here on.
            let begun = begin(self.store, self.receivers, &outboxes).await;
            begun.map_err(failed)?;
        }
        let outcome = run.go().await.map_err(failed)?;
        let passes = match run.mode {
            Mode::Real => {
                let network = Network::new();
                let passes = deliver(self.store, self.receivers, &outboxes, &network, self.now);
                passes.await.map_err(failed)?
            }
            Mode::Dry(_) => Vec::new(),
        };
        let position = outcome.reached;
        let next = Cursor { as_of, position }.to_string();
        web::json(&Report::new(as_of, outcome, passes, request.dry_run, next))
    }
}

fn not_later(today: NaiveDate) -> Text {
    Text::new(
        format!("不得晚于今日（{}）。", Zh(today)),
        format!("Not after today in China ({}).", En(today)),
    )
}

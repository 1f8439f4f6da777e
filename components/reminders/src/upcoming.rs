//! `GET /v1/reminders/upcoming`: what is owed, and by when.
//!
//! Of a certificate, everything within a year that is still owed. Of a programme, what has its deadline
//! within some days, and what is overdue on the records that are looked at within them: read from the
//! agenda, so that it costs what is due and not what exists.

use chrono::{Days, NaiveDate};
use http::request::Parts;
use registry::agenda::{Agenda, BEGINNING, Entry, Position};
use registry::certificate::CertificateNumber;
use registry::duty::{Duty, Subject};
use registry::{KeyValue, RecordError};
use rules::Programme;
use serde::Serialize;
use web::{Page, Problem, Query, Response, Text};

use crate::Desk;
use crate::outbox::read_programme;
use crate::owing::{HORIZON, Owing, Reading, horizon};
use crate::wire::{ShownDuty, ShownUpcoming};

/// How many days ahead are shown where the query does not say.
const USUAL_DAYS: u64 = 90;

/// The most entries of the agenda that are read for one page. Where fewer of them are asked for, the
/// page is short, and the list goes on all the same.
const MOST_READ: usize = 300;

/// The most certificates and notices that are shown on one page.
pub(crate) struct Walk {
    pub(crate) owing: Vec<Owing>,
    /// From where the list goes on.
    pub(crate) next: Option<Position>,
}

#[derive(Serialize)]
struct Shown {
    on: NaiveDate,
    through: NaiveDate,
    obligations: Vec<ShownUpcoming>,
    /// The `cursor` of the next part.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl<S: KeyValue> Desk<'_, S> {
    /// What is owed on a certificate, or in a programme.
    pub(crate) async fn upcoming(&self, parts: &Parts) -> Result<Response, Problem> {
        web::allow(&parts.method, "GET, HEAD")?;
        let mut query = Query::of(&parts.uri);
        let certificate = query.optional("certificate", read_number);
        let programme = query.optional("programme", read_programme);
        let days = query.optional("days", read_days);
        let cursor = query.optional("cursor", read_cursor);
        let limit = Page::limit(&mut query);
        query.finish()?;
        let today = self.today();
        match (certificate, programme) {
            (Some(number), None) => {
                let through = ahead(today, days.unwrap_or(HORIZON));
                let owing = self.of_certificate(number, horizon(today)).await?;
                web::json(&Shown {
                    on: today,
                    through,
                    obligations: shown(&[owing], today, through),
                    next: None,
                })
            }
            (None, Some(programme)) => {
                let through = ahead(today, days.unwrap_or(USUAL_DAYS));
                let programme = rules::programme(programme)
                    .ok_or_else(|| Problem::internal(&"a programme that is not known"))?;
                let walk = self.walk(programme.programme, cursor, through, limit).await;
                let walk = walk.map_err(|e| Problem::internal(&e))?;
                let next = walk.next.map(|next| format!("{}.{}", next.day, next.slot));
                web::json(&Shown {
                    on: today,
                    through,
                    obligations: shown(&walk.owing, today, through),
                    next,
                })
            }
            _ => Err(one_of_two()),
        }
    }

    /// What is owed on the certificate, as far as its first reminder lies on a day up to `through`.
    pub(crate) async fn of_certificate(
        &self,
        number: CertificateNumber,
        through: NaiveDate,
    ) -> Result<Owing, Problem> {
        let today = self.today();
        let subject = Subject::Certificate(number);
        let owing = Owing::on(self.store, &subject, Reading::AsKept, today, through).await;
        owing.map_err(|e| Problem::internal(&e))?.ok_or_else(|| {
            Problem::not_found(Text::new(
                "没有这个编号的证书。",
                "There is no certificate of this number.",
            ))
        })
    }

    /// The records of a programme that are to be looked at by `through`, from the cursor on, at most
    /// `limit`. The first part begins with the programme itself.
    pub(crate) async fn walk(
        &self,
        programme: &'static Programme,
        cursor: Option<Position>,
        through: NaiveDate,
        limit: usize,
    ) -> Result<Walk, RecordError> {
        let today = self.today();
        let agenda = Agenda::of(self.store);
        let mut owing = Vec::new();
        let mut at = match cursor {
            Some(cursor) => cursor,
            None => {
                owing.push(Owing::programme(programme, through));
                let reached = agenda.position().await?;
                reached.unwrap_or(Position::BEGINNING)
            }
        };
        let mut read = 0;
        while at.day <= through {
            let entries = agenda.day(at.day);
            for slot in at.slot + 1..=entries.count().await? {
                if owing.len() >= limit || read == MOST_READ {
                    return Ok(Walk {
                        owing,
                        next: Some(at),
                    });
                }
                read += 1;
                at.slot = slot;
                let Some(Entry { subject, .. }) = entries.at(slot).await? else {
                    continue;
                };
                if !may_be_of(&subject, programme) {
                    continue;
                }
                // A record may be entered on several days: its next one is where it is shown.
                let standing = agenda.standing(&subject).await?;
                if standing.is_none_or(|standing| standing.next != at.day) {
                    continue;
                }
                match Owing::on(self.store, &subject, Reading::AsKept, today, through).await {
                    // One record that is broken keeps nobody from seeing the others.
                    Err(error @ RecordError::Unreadable { .. }) => eprintln!("reminders: {error}"),
                    found => {
                        let found = found?.filter(|owing| owing.programme.id == programme.id);
                        owing.extend(found);
                    }
                }
            }
            let following = match at.day {
                // Until the first run has ended, all stands there, or where that run has put it.
                BEGINNING => today.checked_sub_days(Days::new(HORIZON)),
                day => day.succ_opt(),
            };
            let Some(day) = following else { break };
            at = Position { day, slot: 0 };
        }
        Ok(Walk { owing, next: None })
    }
}

/// Whether the record can be one of the programme's. A certificate's number says so.
fn may_be_of(subject: &Subject, programme: &Programme) -> bool {
    match subject {
        Subject::Certificate(number) => number.prefix() == programme.certificate.prefix.as_str(),
        Subject::Notice(_) | Subject::Programme(_) => true,
    }
}

/// What is still owed with a deadline up to `through`, each once, by deadline.
fn shown(owing: &[Owing], today: NaiveDate, through: NaiveDate) -> Vec<ShownUpcoming> {
    let mut duties = still_owed(owing, today);
    duties.retain(|(_, duty)| duty.deadline.effective.is_none_or(|last| last <= through));
    let upcoming = duties.into_iter();
    upcoming
        .map(|(owing, duty)| ShownUpcoming::new(ShownDuty::new(owing, duty), owing, duty, today))
        .collect()
}

/// What is still owed or will be, each once, by deadline.
pub(crate) fn still_owed(owing: &[Owing], today: NaiveDate) -> Vec<(&Owing, &Duty)> {
    let mut duties: Vec<_> = owing
        .iter()
        .flat_map(|owing| owing.duties.iter().map(move |duty| (owing, duty)))
        .filter(|(_, duty)| {
            let closed = duty.closed.is_some_and(|closed| closed <= today);
            let over = duty.is_overdue_on(today) && !duty.is_owed_on(today);
            !closed && !over
        })
        .collect();
    duties.sort_by_cached_key(|(owing, duty)| (duty.deadline.effective, duty.id(&owing.subject)));
    duties.dedup_by_key(|(owing, duty)| duty.id(&owing.subject));
    duties
}

pub(crate) fn ahead(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_add_days(Days::new(days)).unwrap_or(today)
}

pub(crate) fn one_of_two() -> Problem {
    let text = Text::new(
        "应给出 certificate（证书编号）或 programme（项目）之一。",
        "Exactly one of certificate and programme is needed.",
    );
    Problem::invalid_query(vec![web::Fault::in_query("certificate", text)])
}

pub(crate) fn read_number(text: &str) -> Result<CertificateNumber, Text> {
    CertificateNumber::parse(text).map_err(|error| {
        let text = error.text();
        Text::new(text.zh, text.en)
    })
}

fn read_days(text: &str) -> Result<u64, Text> {
    let days = text
        .parse()
        .ok()
        .filter(|days| (0..=HORIZON).contains(days));
    days.ok_or_else(|| {
        Text::new(
            format!("天数应为0至{HORIZON}的整数。"),
            format!("The number of days is a whole number from 0 to {HORIZON}."),
        )
    })
}

fn read_cursor(text: &str) -> Result<Position, Text> {
    let position = text.split_once('.').and_then(|(day, slot)| {
        Some(Position {
            day: web::date::parse(day).ok()?,
            slot: slot.parse().ok()?,
        })
    });
    position.ok_or_else(|| {
        Text::new(
            "cursor 应为上一页的 next。",
            "The cursor is the next of the page before.",
        )
    })
}

//! `GET /v1/reminders/calendar.ics`: deadlines as iCalendar (RFC 5545), to be subscribed to.
//!
//! Of a certificate, everything that is still to be done, however long overdue, and what falls due within
//! two years. Of a programme, its application deadlines and what falls due on its records within a year.
//! What is done is in no feed.

mod ical;

use chrono::NaiveDate;
use endpoint::{Endpoint, problem};
use http::request::Parts;
use recognition::certificate::CertificateNumber;
use registry::Declined;
use registry::check::programme::records_due;
use registry::check::{HORIZON, ahead, check_certificate};
use rules::Programme;
use store::{KeyValue, RecordError};
use text::Text;
use web::{Caching, Problem, Query, Response};

use self::ical::{Extent, Feed};
use crate::answer::log_unreadable;
use crate::request::{Asked, asked};

/// A subscription asks twice a day by itself, and whoever reloads waits no longer than this for what is
/// new.
const CACHING: Caching = Caching::Seconds(3600);

/// The most records of a programme that are checked for a feed.
const MOST_RECORDS: usize = 1000;

/// The most parts in which the agenda is read for a feed.
const MOST_PARTS: usize = 10;

/// The deadlines of a certificate, or of a programme.
pub(crate) async fn calendar(endpoint: &Endpoint<'_>, parts: &Parts) -> Result<Response, Problem> {
    web::allow(&parts.method, "GET, HEAD")?;
    let (asked, ()) = asked(Query::of(&parts.uri), |_| ())?;
    let (store, today) = (endpoint.store, endpoint.today());
    let feed = match asked {
        Asked::Certificate(number) => of_certificate(store, number, today).await,
        Asked::Programme(programme) => {
            let feed = of_programme(store, programme, today).await;
            feed.map_err(Declined::Failed)
        }
    };
    let response = web::text("text/calendar; charset=utf-8", feed.map_err(problem)?);
    Ok(web::matched(response, &parts.headers, CACHING))
}

async fn of_certificate(
    store: &dyn KeyValue,
    number: CertificateNumber,
    today: NaiveDate,
) -> Result<String, Declined> {
    let through = ahead(today, 2 * HORIZON);
    let about = Text::new(
        format!("证书{number}尚未了结事项的截止日。"),
        format!("Deadlines of what is owed on certificate {number}."),
    );
    let checked = check_certificate(store, number, today, through).await?;
    let name = checked.about.name().zh;
    let checked = [checked];
    let feed = Feed::new(&name, about, &checked, today, through, Extent::Whole);
    Ok(feed.write())
}

async fn of_programme(
    store: &dyn KeyValue,
    programme: &'static Programme,
    today: NaiveDate,
) -> Result<String, RecordError> {
    let through = ahead(today, HORIZON);
    let mut checked = Vec::new();
    let mut next = None;
    for _ in 0..MOST_PARTS {
        let left = MOST_RECORDS.saturating_sub(checked.len());
        let part = records_due(store, programme, next, today, through, left).await?;
        log_unreadable(&part.unreadable);
        checked.extend(part.checked);
        next = part.next;
        if next.is_none() || checked.len() >= MOST_RECORDS {
            break;
        }
    }
    let extent = match next {
        None => Extent::Whole,
        Some(_) => Extent::Cut,
    };
    let name = &programme.name;
    let about = Text::new(
        format!("{}尚未了结事项的截止日。", name.zh),
        format!("Deadlines of what is owed: {}.", name.en),
    );
    let feed = Feed::new(&name.zh, about, &checked, today, through, extent);
    Ok(feed.write())
}

#[cfg(test)]
mod tests;

//! `GET /v1/reminders/upcoming`: what is still to be done, and by when.
//!
//! Of a certificate, everything within a year. Of a programme, what has its deadline within some days, and
//! what is overdue on the records that are checked within them.

use endpoint::{Endpoint, problem};
use http::request::Parts;
use registry::Declined;
use registry::check::programme::records_due;
use registry::check::{HORIZON, ahead, check_certificate, horizon};
use web::{Page, Problem, Query, Response};

use crate::answer::{Upcoming, log_unreadable};
use crate::request::{Asked, asked, days_in_query, position_in_query, written};

/// How many days ahead are shown of a programme, where the query does not say.
const USUAL_DAYS: u64 = 90;

/// What is still to be done for a certificate, or in a programme.
pub(crate) async fn list(endpoint: &Endpoint<'_>, parts: &Parts) -> Result<Response, Problem> {
    web::allow(&parts.method, "GET, HEAD")?;
    let (asked, (days, cursor, limit)) = asked(Query::of(&parts.uri), |query| {
        (
            query.optional("days", days_in_query),
            query.optional("cursor", position_in_query),
            Page::limit(query),
        )
    })?;
    let (store, today) = (endpoint.store, endpoint.today());
    match asked {
        Asked::Certificate(number) => {
            let through = ahead(today, days.unwrap_or(HORIZON));
            let checked = check_certificate(store, number, today, horizon(today)).await;
            let checked = [checked.map_err(problem)?];
            web::json(&Upcoming::new(&checked, today, through, None))
        }
        Asked::Programme(programme) => {
            let through = ahead(today, days.unwrap_or(USUAL_DAYS));
            let part = records_due(store, programme, cursor, today, through, limit).await;
            let part = part.map_err(|error| problem(Declined::Failed(error)))?;
            log_unreadable(&part.unreadable);
            let next = part.next.map(written);
            web::json(&Upcoming::new(&part.checked, today, through, next))
        }
    }
}

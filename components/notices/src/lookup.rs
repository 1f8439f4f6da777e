//! Reading notices: a single notice, or a list.

use endpoint::{Endpoint, problem, programme_in_query};
use http::request::Parts;
use http::{HeaderValue, header};
use recognition::id;
use recognition::notice::NoticeStatus;
use registry::records::Notices;
use registry::{Declined, lists};
use store::journal::look_up;
use store::listing::Listing;
use text::Text;
use web::{Caching, Page, Problem, Query, Response, Role};

use crate::answer::notice::{List, ListedNotice, Reader, ShownNotice, window_and_status};

/// Lists the notices, the newest first.
pub(crate) async fn list(endpoint: &Endpoint<'_>, parts: &Parts) -> Result<Response, Problem> {
    let mut query = Query::of(&parts.uri);
    let programme = query.optional("programme", programme_in_query);
    let status = query.optional("status", read_status);
    let asked = Page::of(&mut query);
    query.finish()?;
    let list = match programme {
        Some(rules) => lists::notices_of_programme(rules.id),
        None => lists::NOTICES.to_owned(),
    };
    let today = endpoint.today();
    let list = Listing::of(endpoint.store, list);
    let page =
        list.page::<Notices, _>(asked.cursor, asked.limit, |notice| match window_and_status(
            &notice, today,
        ) {
            Ok((window, found)) => {
                let wanted = status.is_none_or(|status| status == found);
                wanted.then(|| Ok(ListedNotice::new(notice, &window, found)))
            }
            Err(error) => Some(Err(error)),
        });
    let page = page.await.and_then(List::try_from);
    web::json(&page.map_err(|error| problem(error.into()))?)
}

/// Shows a notice with its status today.
pub(crate) async fn show(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    id: &str,
) -> Result<Response, Problem> {
    web::read_only(parts)?;
    let client = match parts.headers.contains_key(header::AUTHORIZATION) {
        true => Some(endpoint.client(parts, Role::Portal)?),
        false => None,
    };
    let found = match id::is_derived(id) {
        true => look_up::<Notices>(endpoint.store, id).await,
        false => Ok(None),
    };
    let found = found.map_err(|error| problem(error.into()))?;
    let notice = found.ok_or_else(|| problem(Declined::NoSuchNotice))?;
    let reader = match client {
        Some(client) => {
            client.require(Role::Portal, &notice.published.programme)?;
            Reader::Portal
        }
        None => Reader::Public,
    };
    let (window, status) =
        window_and_status(&notice, endpoint.today()).map_err(|error| problem(error.into()))?;
    let mut shown = web::json(&ShownNotice::new(&notice, &window, status, reader))?;
    let vary = HeaderValue::from_static("authorization");
    shown.headers_mut().insert(header::VARY, vary);
    Ok(match reader {
        Reader::Public => web::matched(shown, &parts.headers, Caching::Revalidate),
        Reader::Portal => shown,
    })
}

fn read_status(text: &str) -> Result<NoticeStatus, Text> {
    let all = [
        NoticeStatus::Scheduled,
        NoticeStatus::Open,
        NoticeStatus::ClosedPassed,
        NoticeStatus::ClosedWithObjection,
        NoticeStatus::Withdrawn,
    ];
    let named = all.into_iter().find(|status| status.as_str() == text);
    named.ok_or_else(|| {
        let names = all.map(NoticeStatus::as_str).join(", ");
        Text::new(
            format!("应为以下之一：{names}"),
            format!("It is one of: {names}"),
        )
    })
}

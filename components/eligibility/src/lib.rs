//! `/v1/eligibility`: does this applicant meet this programme's conditions, and if not, what exactly
//! is missing?
//!
//! Programmes are shown and applications judged here, and judged ones kept where a portal asks for it.
//! How an application is judged, the crate `rules` knows; how it is kept, `registry`.

mod batch;
mod keep;
mod wire;

use chrono::NaiveDate;
use registry::Spin;
use web::{Caching, Clients, Problem, Query, Request, Response, Text};

web::component!(crate::handle);

/// How long a programme may be kept by those it passes through, in seconds.
const PROGRAMME_CACHING: Caching = Caching::Seconds(300);

/// The most bytes a batch may have.
const BATCH_LIMIT: usize = 8 * 1024 * 1024;

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    answer(request).await.unwrap_or_else(Response::from)
}

async fn answer(request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let segments = web::segments(&parts, "/v1/eligibility")?;
    match segments.as_slice() {
        ["healthz"] => {
            web::read_only(&parts)?;
            Ok(web::health())
        }
        ["programmes"] => {
            web::read_only(&parts)?;
            let list = web::json(&wire::programmes())?;
            Ok(web::matched(list, &parts.headers, PROGRAMME_CACHING))
        }
        ["programmes", id] => {
            web::read_only(&parts)?;
            let page = rules::page(id).ok_or_else(no_such_programme)?;
            let shown = web::json_bytes(page);
            Ok(web::matched(shown, &parts.headers, PROGRAMME_CACHING))
        }
        ["evaluations"] => {
            web::allow(&parts.method, "POST")?;
            let mut query = Query::of(&parts.uri);
            let keeping = query.optional("save", read_keeping).unwrap_or(Keeping::No);
            let compare_on = match keeping {
                Keeping::No => query.optional("compare_on", web::date::parse),
                // What is kept is what the application is, and not what it might be.
                Keeping::Yes => None,
            };
            query.finish()?;
            web::content_type(&parts.headers, "application/json")?;
            let body = web::body(&parts.headers, body, web::BODY_LIMIT).await?;
            match (keeping, compare_on) {
                (Keeping::No, None) => wire::evaluate(&body),
                (Keeping::No, Some(other)) => wire::compare(&body, other),
                (Keeping::Yes, _) => {
                    let clients = Clients::needed_by(&parts).await?;
                    let today = today()?;
                    let store = store().await?;
                    let kept = keep::keep(&store, &clients, &parts.headers, &body, today).await;
                    web::leave_whole().await;
                    kept
                }
            }
        }
        ["evaluations", "batch"] => {
            accepts(&parts, "application/x-ndjson")?;
            let body = web::body(&parts.headers, body, BATCH_LIMIT).await?;
            Ok(web::stream("application/x-ndjson", batch::Lines::new(body)))
        }
        ["evaluations", id] => {
            web::read_only(&parts)?;
            let clients = Clients::needed_by(&parts).await?;
            let shown = keep::show(&store().await?, &clients, &parts.headers, id).await;
            web::leave_whole().await;
            shown
        }
        _ => Err(Problem::no_such_path()),
    }
}

/// Whether an evaluation is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeping {
    Yes,
    No,
}

fn read_keeping(text: &str) -> Result<Keeping, Text> {
    match text {
        "true" => Ok(Keeping::Yes),
        "false" => Ok(Keeping::No),
        _ => Err(Text::new("应为 true 或 false。", "It is true or false.")),
    }
}

fn today() -> Result<NaiveDate, Problem> {
    let now = web::now_in_china().ok_or_else(|| Problem::internal(&"the clock shows no date"))?;
    Ok(now.date_naive())
}

async fn store() -> Result<Spin, Problem> {
    Spin::open().await.map_err(|e| Problem::internal(&e))
}

fn accepts(parts: &http::request::Parts, media_type: &'static str) -> Result<(), Problem> {
    web::allow(&parts.method, "POST")?;
    Query::of(&parts.uri).finish()?;
    web::content_type(&parts.headers, media_type)
}

fn no_such_programme() -> Problem {
    let list = "/v1/eligibility/programmes";
    Problem::not_found(Text::new(
        format!("没有这个项目，全部项目见 {list}。"),
        format!("There is no such programme; {list} lists them all."),
    ))
}

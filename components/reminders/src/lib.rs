//! `/v1/reminders`. As yet it tells only that it runs.

#[expect(dead_code, reason = "called by the tick, which is built beside this")]
mod webhooks;

use web::{Problem, Request, Response};

web::component!(crate::handle);

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    answer(&parts).unwrap_or_else(Response::from)
}

fn answer(parts: &http::request::Parts) -> Result<Response, Problem> {
    match parts.uri.path() {
        "/v1/reminders/healthz" => {
            web::read_only(parts)?;
            Ok(web::health())
        }
        _ => Err(Problem::no_such_path()),
    }
}

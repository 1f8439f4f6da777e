//! `/v1/reminders`. As yet it tells only that it runs.

use web::{Problem, Query, Request, Response, Text};

web::component!(crate::handle);

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    answer(&parts).unwrap_or_else(Response::from)
}

fn answer(parts: &http::request::Parts) -> Result<Response, Problem> {
    match parts.uri.path() {
        "/v1/reminders/healthz" => {
            web::allow(&parts.method, "GET, HEAD")?;
            Query::of(&parts.uri).finish()?;
            Ok(web::health())
        }
        _ => Err(Problem::not_found(Text::new(
            "没有这个地址。",
            "Nothing stands at this path.",
        ))),
    }
}

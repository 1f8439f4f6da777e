//! `/v1/certificates`, and every path of the application that nobody else has.
//!
//! As yet it tells only that it runs.

use web::{Problem, Request, Response, Text};

web::component!(crate::handle);

/// Answers a request.
pub async fn handle(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    answer(&parts).unwrap_or_else(Response::from)
}

fn answer(parts: &http::request::Parts) -> Result<Response, Problem> {
    match parts.uri.path() {
        "/healthz" | "/v1/certificates/healthz" => {
            web::read_only(parts)?;
            Ok(web::health())
        }
        _ => Err(Problem::not_found(Text::new(
            "本应用没有这个地址。",
            "Nothing in this application stands at this path.",
        ))),
    }
}

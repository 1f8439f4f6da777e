//! Stored evaluations, on which public notices are based.
//!
//! Only portals store and see evaluations, each portal for its own programmes.

use endpoint::{Endpoint, problem};
use http::request::Parts;
use registry::{Judged, evaluation};
use serde_json::value::RawValue;
use text::Text;
use web::{Incoming, Problem, Response, Role};

use crate::answer::ShownEvaluation;
use crate::judge::{self, Evaluated};

pub(crate) async fn route(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    segments: &[&str],
) -> Result<Response, Problem> {
    match segments {
        ["evaluations"] => keep(endpoint, parts, body).await,
        ["evaluations", id] => show(endpoint, parts, id).await,
        _ => Err(Problem::no_such_path()),
    }
}

/// Judges an application and stores the evaluation.
async fn keep(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
) -> Result<Response, Problem> {
    let client = endpoint.client(parts, Role::Portal)?;
    web::content_type(&parts.headers, "application/json")?;
    let body = web::body(&parts.headers, body, web::BODY_LIMIT).await?;
    let writer = endpoint.writer(client, parts, "evaluations", &body)?;
    let judged = judged(judge::evaluation(&body)?, &body)?;
    let kept = registry::keep(&writer, judged).await;
    let (id, evaluation) = kept.map_err(problem)?;
    web::created(
        &format!("/v1/eligibility/evaluations/{id}"),
        &ShownEvaluation::new(&id, &evaluation),
    )
}

/// Shows a stored evaluation.
async fn show(endpoint: &Endpoint<'_>, parts: &Parts, id: &str) -> Result<Response, Problem> {
    web::read_only(parts)?;
    let client = endpoint.client(parts, Role::Portal)?;
    let kept = evaluation::look_up(endpoint.store, id).await;
    let kept = kept.map_err(|error| problem(error.into()))?;
    let evaluation = kept.ok_or_else(|| {
        Problem::not_found(Text::new(
            "没有这份评价记录。",
            "No such evaluation is kept.",
        ))
    })?;
    client.require(Role::Portal, &evaluation.programme)?;
    web::json(&ShownEvaluation::new(id, &evaluation))
}

/// What is stored: the application exactly as it was sent, and the evaluation exactly as it is answered.
fn judged(evaluated: Evaluated, body: &[u8]) -> Result<Judged, Problem> {
    Ok(Judged {
        programme: evaluated.programme,
        kind: evaluated.kind,
        applied_on: evaluated.applied_on,
        applicant: evaluated.applicant,
        platform: evaluated.platform,
        verdict: evaluated.verdict,
        rules_sha256: evaluated.rules_sha256,
        application: raw(body)?,
        evaluation: raw(&evaluated.json)?,
    })
}

fn raw(json: &[u8]) -> Result<Box<RawValue>, Problem> {
    let text = std::str::from_utf8(json).map_err(|e| Problem::internal(&e))?;
    RawValue::from_string(text.trim().to_owned()).map_err(|e| Problem::internal(&e))
}

//! Writing: publishing and withdrawing notices, recording objections and the decisions on them.
//!
//! The answer to a write contains what was recorded and nothing that changes later. So a repeated request
//! gets the same answer.

use endpoint::{Endpoint, problem};
use http::request::Parts;
use recognition::notice::{Objected, Withdrawn};
use text::Day;
use web::{Incoming, Problem, Response, Role};

use crate::answer::notice::{ShownObjection, ShownPublication, ShownResolution, ShownWithdrawal};
use crate::request::{ObjectionRequest, PublicationRequest, ResolutionRequest, WithdrawalRequest};

/// Publishes a notice for the application of a stored evaluation.
pub(crate) async fn publish(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
) -> Result<Response, Problem> {
    let sent = endpoint.receive(parts, body, Role::Portal, "notices");
    let (writer, body) = sent.await?;
    let request: PublicationRequest = web::parse_json(&body)?;
    let put = registry::publish(&writer, &request.into()).await;
    let put = put.map_err(problem)?;
    web::created(
        &format!("/v1/notices/{}", put.id),
        &ShownPublication::new(&put.id, &put.published),
    )
}

/// Records an objection.
pub(crate) async fn object(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    id: &str,
) -> Result<Response, Problem> {
    let path = format!("notices/{id}/objections");
    let (writer, body) = endpoint.receive(parts, body, Role::Portal, &path).await?;
    let request: ObjectionRequest = web::parse_json(&body)?;
    let objected = Objected::from(request);
    let recorded = registry::object(&writer, id, objected.clone()).await;
    let objection = recorded.map_err(problem)?;
    web::created(
        &format!("/v1/notices/{id}"),
        &ShownObjection {
            notice: id,
            id: &objection,
            received_on: Day::from(objected.received_on),
            reference: &objected.reference,
            resolution: format!("/v1/notices/{id}/objections/{objection}/resolution"),
        },
    )
}

/// Records the decision on an objection.
pub(crate) async fn resolve(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    id: &str,
    objection: &str,
) -> Result<Response, Problem> {
    let path = format!("notices/{id}/objections/{objection}/resolution");
    let (writer, body) = endpoint.receive(parts, body, Role::Portal, &path).await?;
    let request: ResolutionRequest = web::parse_json(&body)?;
    let resolved = request.on(objection);
    let recorded = registry::resolve(&writer, id, resolved.clone()).await;
    recorded.map_err(problem)?;
    web::created(
        &format!("/v1/notices/{id}"),
        &ShownResolution {
            notice: id,
            resolved: &resolved,
        },
    )
}

/// Withdraws a notice.
pub(crate) async fn withdraw(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    id: &str,
) -> Result<Response, Problem> {
    let path = format!("notices/{id}/withdrawal");
    let (writer, body) = endpoint.receive(parts, body, Role::Portal, &path).await?;
    let request: WithdrawalRequest = web::parse_json(&body)?;
    let withdrawn = Withdrawn::from(request);
    let recorded = registry::withdraw(&writer, id, withdrawn.clone()).await;
    recorded.map_err(problem)?;
    web::created(
        &format!("/v1/notices/{id}"),
        &ShownWithdrawal {
            notice: id,
            withdrawn: &withdrawn,
        },
    )
}

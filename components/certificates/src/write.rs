//! Writing to the register: issuing certificates and recording events on them.

use endpoint::{Endpoint, number_in_path, problem};
use http::request::Parts;
use web::{Incoming, Problem, Response, Role};

use crate::answer::{ShownEvent, ShownIssue};
use crate::request::{self, IssueRequest};

/// Issues a certificate.
pub(crate) async fn issue(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
) -> Result<Response, Problem> {
    let sent = endpoint.receive(parts, body, Role::Registrar, "certificates");
    let (writer, body) = sent.await?;
    let request: IssueRequest = web::parse_json(&body)?;
    let asked = request.into();
    let issued = registry::issue(&writer, &asked).await.map_err(problem)?;
    web::created(
        &format!("/v1/certificates/{}", issued.number),
        &ShownIssue::new(&issued, &asked),
    )
}

/// Records an event on a certificate.
pub(crate) async fn record_event(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    number: &str,
) -> Result<Response, Problem> {
    web::allow(&parts.method, "POST")?;
    let number = number_in_path(number)?;
    let path = format!("certificates/{number}/events");
    let sent = endpoint.receive(parts, body, Role::Registrar, &path);
    let (writer, body) = sent.await?;
    let event = request::event(&body)?;
    let recorded = registry::record_event(&writer, &number, &event).await;
    let id = recorded.map_err(problem)?;
    web::created(
        &format!("/v1/certificates/{number}/history"),
        &ShownEvent {
            number: &number,
            id: &id,
            event: &event,
        },
    )
}

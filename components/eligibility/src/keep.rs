//! Evaluations that are kept, so that a public notice can rest on them.
//!
//! Portals alone keep and see them, each for its own programmes.

use chrono::NaiveDate;
use http::HeaderMap;
use registry::certificate::Holder;
use registry::evaluation::{self, Evaluation};
use registry::idempotency::{Use, UsedKey};
use registry::{KeyValue, RecordError};
use serde::Serialize;
use serde_json::value::RawValue;
use web::{Clients, Faults, IdempotencyKey, Problem, Response, Role, Text};

use crate::wire::{self, Evaluated};

/// Judges the application in `body` and keeps it.
pub(crate) async fn keep(
    store: &impl KeyValue,
    clients: &Clients,
    headers: &HeaderMap,
    body: &[u8],
    today: NaiveDate,
) -> Result<Response, Problem> {
    let client = clients.authenticate(headers)?;
    client.require_role(Role::Portal)?;
    let evaluated = wire::evaluation(body)?;
    client.require(Role::Portal, evaluated.programme)?;
    let evaluation = to_be_kept(evaluated, body, today)?;
    let key = web::idempotency_key(headers)?;
    let key = key.as_ref().map(IdempotencyKey::as_str);
    let key = UsedKey::new(store, client.name(), key, "evaluations", body);
    if key.tie().await.map_err(failed)? == Use::Other {
        return Err(Problem::idempotency_key_reused());
    }
    let id = evaluation::keep(store, &evaluation).await.map_err(failed)?;
    web::created(
        &format!("/v1/eligibility/evaluations/{id}"),
        &Shown::new(&id, &evaluation),
    )
}

/// A kept evaluation.
pub(crate) async fn show(
    store: &impl KeyValue,
    clients: &Clients,
    headers: &HeaderMap,
    id: &str,
) -> Result<Response, Problem> {
    let client = clients.authenticate(headers)?;
    client.require_role(Role::Portal)?;
    let kept = evaluation::look_up(store, id).await.map_err(failed)?;
    let Some(evaluation) = kept else {
        return Err(Problem::not_found(Text::new(
            "没有这份评价记录。",
            "No such evaluation is kept.",
        )));
    };
    client.require(Role::Portal, &evaluation.programme)?;
    web::json(&Shown::new(id, &evaluation))
}

/// The evaluation as it is kept: what is needed beyond judging is there, or is asked for.
fn to_be_kept(evaluated: Evaluated, body: &[u8], today: NaiveDate) -> Result<Evaluation, Problem> {
    let mut faults = Faults::default();
    faults.not_after_today("/applied_on", evaluated.applied_on, today);
    if evaluated.applicant.is_none() {
        faults.add(
            "/applicant",
            Text::new(
                "保存评价须写明申请单位的名称和统一社会信用代码。",
                "To keep an evaluation, the applicant's name and unified social credit code are needed.",
            ),
        );
    }
    if evaluated.platform.is_none() {
        faults.add(
            "/platform",
            Text::new(
                "保存评价须写明拟用名称中由申请单位自定的部分。",
                "To keep an evaluation, the applicant's own part of the official name is needed.",
            ),
        );
    }
    faults.finish()?;
    let (Some(applicant), Some(platform)) = (evaluated.applicant, evaluated.platform) else {
        return Err(Problem::internal(&"a fault was not told"));
    };
    Ok(Evaluation {
        programme: evaluated.programme.to_owned(),
        kind: evaluated.kind,
        applied_on: evaluated.applied_on,
        applicant,
        platform,
        verdict: evaluated.verdict,
        rules_sha256: evaluated.rules_sha256.to_owned(),
        application: raw(body)?,
        evaluation: raw(&evaluated.json)?,
    })
}

fn raw(json: &[u8]) -> Result<Box<RawValue>, Problem> {
    let text = std::str::from_utf8(json).map_err(|e| Problem::internal(&e))?;
    RawValue::from_string(text.trim().to_owned()).map_err(|e| Problem::internal(&e))
}

fn failed(error: RecordError) -> Problem {
    Problem::internal(&error)
}

/// A kept evaluation in JSON.
#[derive(Serialize)]
struct Shown<'e> {
    id: &'e str,
    programme: &'e str,
    applicant: &'e Holder,
    platform: &'e str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<rules::Text>,
    application: &'e RawValue,
    evaluation: &'e RawValue,
}

impl<'e> Shown<'e> {
    fn new(id: &'e str, evaluation: &'e Evaluation) -> Self {
        let advisory = evaluation.applicant.uscc.advisory();
        Self {
            id,
            programme: &evaluation.programme,
            applicant: &evaluation.applicant,
            platform: &evaluation.platform,
            advisories: advisory.into_iter().collect(),
            application: &evaluation.application,
            evaluation: &evaluation.evaluation,
        }
    }
}

#[cfg(test)]
mod tests;

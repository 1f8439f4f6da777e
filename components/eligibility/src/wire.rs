//! The JSON of this component: what comes in, what goes out.

use chrono::NaiveDate;
use rules::{
    Application, Attestation, Date, Entries, Object, Opinion, Programme, Submission, Text,
};
use serde::{Deserialize, Deserializer, Serialize};
use web::{ByName, Fault, Problem, Response};

/// An application to be judged.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvaluationRequest<'a> {
    programme: String,
    #[serde(default, deserialize_with = "some")]
    kind: Option<String>,
    #[serde(deserialize_with = "web::date::deserialize")]
    applied_on: NaiveDate,
    #[serde(borrow, default)]
    facts: Object<'a>,
    #[serde(default, deserialize_with = "some")]
    documents: Option<Vec<String>>,
    #[serde(default)]
    attestations: Entries<ByName<WireAttestation>>,
}

/// The opinion of experts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireAttestation {
    opinion: Opinion,
    #[serde(deserialize_with = "web::date::deserialize")]
    attested_on: NaiveDate,
    #[serde(default, deserialize_with = "some")]
    reference: Option<String>,
}

/// Reads a member that may be left out, but is no `null`: what is not known is left out.
fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Judges the application in `body`.
pub(crate) fn evaluate(body: &[u8]) -> Result<Response, Problem> {
    Ok(web::json_bytes(evaluation(body)?))
}

/// Judges the application in `body`; the evaluation as JSON.
pub(crate) fn evaluation(body: &[u8]) -> Result<Vec<u8>, Problem> {
    let request: EvaluationRequest = web::parse_json(body)?;
    let rules = rules::programme(&request.programme).ok_or_else(unknown_programme)?;
    let attestations: Vec<_> = request
        .attestations
        .0
        .into_iter()
        .map(
            |(
                id,
                ByName(WireAttestation {
                    opinion,
                    attested_on,
                    reference,
                }),
            )| {
                (
                    id,
                    Attestation {
                        opinion,
                        attested_on,
                        reference,
                    },
                )
            },
        )
        .collect();
    let submission = Submission {
        kind: request.kind.as_deref(),
        applied_on: request.applied_on,
        facts: &request.facts.0,
        documents: request.documents.as_deref(),
        attestations: &attestations,
    };
    let application = Application::read(rules.programme, &submission).map_err(|faults| {
        let faults = faults.into_iter();
        Problem::invalid_body(
            faults
                .map(|f| Fault::in_body(&f.pointer, text(f.message)))
                .collect(),
        )
    })?;
    let evaluation = rules::evaluate(&rules, &application);
    serde_json::to_vec(&evaluation).map_err(|e| Problem::internal(&e))
}

fn text(text: Text) -> web::Text {
    web::Text::new(text.zh, text.en)
}

fn unknown_programme() -> Problem {
    let ids: Vec<_> = rules::programmes().iter().map(|rules| rules.id).collect();
    let ids = ids.join(", ");
    let message = web::Text::new(
        format!("应为以下之一：{ids}"),
        format!("It is one of: {ids}"),
    );
    Problem::invalid_body(vec![Fault::in_body("/programme", message)])
}

/// The list of programmes.
#[derive(Serialize)]
pub(crate) struct Programmes {
    programmes: Vec<Entry>,
}

/// A programme in the list.
#[derive(Serialize)]
struct Entry {
    id: &'static str,
    name: &'static Text,
    authority: Option<&'static Text>,
    from: Date,
    href: String,
    sha256: &'static str,
}

/// Every programme, in short.
pub(crate) fn programmes() -> Programmes {
    let entries = rules::programmes().iter().map(|rules| Entry {
        id: rules.id,
        name: &rules.programme.name,
        authority: authority(rules.programme),
        from: rules.programme.from,
        href: format!("/v1/eligibility/programmes/{}", rules.id),
        sha256: rules.sha256,
    });
    Programmes {
        programmes: entries.collect(),
    }
}

fn authority(programme: &'static Programme) -> Option<&'static Text> {
    let mut parties = programme.parties.into_iter();
    parties
        .find(|party| party.id == "authority")
        .map(|party| &party.name)
}

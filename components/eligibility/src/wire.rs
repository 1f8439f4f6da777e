//! The JSON of this component: what comes in, what goes out.

use chrono::NaiveDate;
use rules::{
    Application, Attestation, Choice, Condition, Document, Entries, FactDeclaration, FactType,
    Object, Programme, Rules, Submission, Text,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::{Fault, Problem, Response};

/// An application to be judged.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvaluationRequest<'a> {
    programme: String,
    kind: Option<String>,
    #[serde(deserialize_with = "web::date::deserialize")]
    applied_on: NaiveDate,
    #[serde(borrow, default)]
    facts: Object<'a>,
    documents: Option<Vec<String>>,
    #[serde(default)]
    attestations: Entries<Attestation>,
}

/// Judges the application in `body`.
pub(crate) fn evaluate(body: &[u8]) -> Result<Response, Problem> {
    Ok(web::json_bytes(evaluation(body)?))
}

/// Judges the application in `body`; the evaluation as JSON.
pub(crate) fn evaluation(body: &[u8]) -> Result<Vec<u8>, Problem> {
    let request: EvaluationRequest = web::parse_json(body)?;
    let rules = rules::programme(&request.programme).ok_or_else(unknown_programme)?;
    let submission = Submission {
        kind: request.kind.as_deref(),
        applied_on: request.applied_on,
        facts: &request.facts.0,
        documents: request.documents.as_deref(),
        attestations: &request.attestations.0,
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
    let ids: Vec<_> = rules::programmes().map(|rules| rules.id).collect();
    let ids = ids.join(", ");
    let message = web::Text::new(
        format!("应为以下之一：{ids}"),
        format!("It is one of: {ids}"),
    );
    Problem::invalid_body(vec![Fault::in_body("/programme", message)])
}

/// A programme in the list of programmes.
#[derive(Serialize)]
struct Entry<'p> {
    id: &'p str,
    name: &'p Text,
    authority: Option<&'p Text>,
    from: NaiveDate,
    href: String,
    sha256: &'p str,
}

/// The list of programmes.
pub(crate) fn programmes() -> impl Serialize {
    let entries = rules::programmes().map(
        |Rules {
             programme,
             id,
             sha256,
         }| Entry {
            id,
            name: &programme.name,
            authority: authority(programme),
            from: programme.from,
            href: format!("/v1/eligibility/programmes/{id}"),
            sha256,
        },
    );
    json!({ "programmes": entries.collect::<Vec<_>>() })
}

fn authority(programme: &Programme) -> Option<&Text> {
    programme
        .parties
        .iter()
        .find(|party| party.id == "authority")
        .map(|party| &party.name)
}

/// A programme, whole: all a portal needs to build its form.
#[derive(Serialize)]
struct Shown<'p> {
    id: &'p str,
    sha256: &'p str,
    name: &'p Text,
    from: NaiveDate,
    source: &'p rules::Source,
    certificate: &'p rules::CertificateRule,
    parties: &'p [rules::Party],
    kinds: &'p [rules::Kind],
    facts: Vec<ShownFact<'p>>,
    documents: &'p [Document],
    conditions: &'p [Condition],
    procedure: &'p [rules::Step],
    notice: &'p [rules::NoticeRule],
    obligations: &'p [rules::Obligation],
    changes: &'p [rules::Change],
    grounds: &'p [rules::Ground],
    outlines: &'p [rules::Outline],
    provisions: &'p [rules::Provision],
    readings: &'p [rules::Reading],
    not_modelled: &'p [rules::NotModelled],
    /// JSON Schema of the body of an evaluation.
    application_schema: Value,
}

#[derive(Serialize)]
struct ShownFact<'p> {
    #[serde(flatten)]
    declared: &'p FactDeclaration,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<Text>,
    schema: Value,
}

/// A programme, whole.
pub(crate) fn programme<'p>(rules: &Rules<'p>) -> impl Serialize + use<'p> {
    let programme = rules.programme;
    Shown {
        id: rules.id,
        sha256: rules.sha256,
        name: &programme.name,
        from: programme.from,
        source: &programme.source,
        certificate: &programme.certificate,
        parties: &programme.parties,
        kinds: &programme.kinds,
        facts: programme.facts.iter().map(shown_fact).collect(),
        documents: &programme.documents,
        conditions: &programme.conditions,
        procedure: &programme.steps,
        notice: &programme.notices,
        obligations: &programme.obligations,
        changes: &programme.changes,
        grounds: &programme.grounds,
        outlines: &programme.outlines,
        provisions: &programme.provisions,
        readings: &programme.readings,
        not_modelled: &programme.not_modelled,
        application_schema: application_schema(programme),
    }
}

fn shown_fact(declared: &FactDeclaration) -> ShownFact<'_> {
    let unit_name = match &declared.answer {
        FactType::Number { unit, .. } | FactType::Yearly { unit, .. } => Some(unit.name()),
        _ => None,
    };
    ShownFact {
        declared,
        unit_name,
        schema: fact_schema(&declared.answer),
    }
}

/// JSON Schema (2020-12) of a fact's value.
fn fact_schema(answer: &FactType) -> Value {
    match answer {
        FactType::Number { decimals, .. } => number_schema(*decimals),
        FactType::Yearly { decimals, .. } => json!({
            "type": "object",
            "patternProperties": { "^(19|20)[0-9]{2}$": number_schema(*decimals) },
            "additionalProperties": false,
        }),
        FactType::Boolean => json!({ "type": "boolean" }),
        FactType::Choice { choices } => json!({ "enum": ids(choices) }),
        FactType::Choices { choices } => {
            json!({ "type": "array", "items": { "enum": ids(choices) }, "uniqueItems": true })
        }
        FactType::Division => json!({ "type": "string", "pattern": "^[1-9][0-9]{5}$" }),
        FactType::Members {
            choices,
            attributes,
        } => {
            let attributes: serde_json::Map<_, _> = attributes
                .iter()
                .map(|attribute| (attribute.id.clone(), json!({ "type": "boolean" })))
                .collect();
            json!({
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string", "minLength": 1, "maxLength": 200 },
                        "kind": { "enum": ids(choices) },
                        "leads": { "type": "boolean" },
                        "attributes": {
                            "type": "object",
                            "properties": attributes,
                            "additionalProperties": false,
                        },
                    },
                    "required": ["name"],
                    "additionalProperties": false,
                },
            })
        }
    }
}

fn number_schema(decimals: u32) -> Value {
    // Written out, because a multiple such as 0.01 has no exact binary form to compute with.
    let kind = if decimals == 0 { "integer" } else { "number" };
    json!({ "type": kind, "minimum": 0, "maximum": 999_999_999_999_999_i64 })
}

fn ids(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.id.as_str()).collect()
}

fn application_schema(programme: &Programme) -> Value {
    let facts: serde_json::Map<_, _> = programme
        .facts
        .iter()
        .map(|fact| (fact.id.clone(), fact_schema(&fact.answer)))
        .collect();
    let documents: Vec<_> = programme
        .documents
        .iter()
        .map(|document| &document.id)
        .collect();
    let kinds: Vec<_> = programme.kinds.iter().map(|kind| &kind.id).collect();
    let judgements: serde_json::Map<_, _> = programme
        .conditions
        .iter()
        .filter(|condition| matches!(condition.test, rules::Test::Judgement { .. }))
        .map(|condition| {
            (
                condition.id.clone(),
                json!({ "$ref": "#/$defs/attestation" }),
            )
        })
        .collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "programme": { "const": programme.id },
            "applied_on": { "type": "string", "format": "date" },
            "facts": { "type": "object", "properties": facts, "additionalProperties": false },
            "documents": {
                "type": "array", "items": { "enum": documents }, "uniqueItems": true,
            },
            "attestations": {
                "type": "object", "properties": judgements, "additionalProperties": false,
            },
        },
        "required": ["programme", "applied_on"],
        "additionalProperties": false,
        "$defs": {
            "attestation": {
                "type": "object",
                "properties": {
                    "opinion": { "enum": ["met", "not_met"] },
                    "attested_on": { "type": "string", "format": "date" },
                    "reference": { "type": "string", "minLength": 1, "maxLength": 200 },
                },
                "required": ["opinion", "attested_on"],
                "additionalProperties": false,
            },
        },
    });
    if !kinds.is_empty() {
        schema["properties"]["kind"] = json!({ "enum": kinds });
        schema["required"] = json!(["programme", "kind", "applied_on"]);
    }
    schema
}

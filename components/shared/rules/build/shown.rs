//! The page of a programme: all that a portal needs to build its form, in JSON.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::{
    ApplicationKind, CertificateRule, Change, Choice, Condition, Criteria, Day, Document,
    FactDeclaration, FactType, Ground, NotModelled, NoticeRule, Obligation, Outline, Party,
    ProgrammeFile, Provision, Reading, ReminderRule, Source, Step, Str, Test, Text,
};

/// The page of a programme. Its fields have the order of the JSON.
#[derive(Serialize)]
struct Shown<'p> {
    id: Str,
    sha256: &'p str,
    name: &'p Text,
    from: Day,
    source: &'p Source,
    certificate: &'p CertificateRule,
    parties: &'p [Party],
    kinds: &'p [ApplicationKind],
    facts: Vec<ShownFact<'p>>,
    documents: &'p [Document],
    conditions: &'p [Condition],
    procedure: &'p [Step],
    notice: &'p [NoticeRule],
    obligations: &'p [Obligation],
    reminders: &'p ReminderRule,
    changes: &'p [Change],
    grounds: &'p [Ground],
    outlines: &'p [Outline],
    provisions: &'p [Provision],
    readings: &'p [Reading],
    not_modelled: &'p [NotModelled],
    /// JSON Schema of the body of an evaluation.
    application_schema: Value,
}

#[derive(Serialize)]
struct ShownFact<'p> {
    #[serde(flatten)]
    declared: &'p FactDeclaration,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<Text>,
}

/// The page of a programme.
pub(crate) fn page<'f>(file: &'f ProgrammeFile, sha256: &'f str) -> impl Serialize + 'f {
    let ProgrammeFile {
        programme,
        criteria,
        guidance,
    } = file;
    Shown {
        id: programme.id,
        sha256,
        name: &programme.name,
        from: programme.from,
        source: &programme.source,
        certificate: &programme.certificate,
        parties: &programme.parties,
        kinds: &criteria.kinds,
        facts: criteria.facts.iter().map(shown_fact).collect(),
        documents: &criteria.documents,
        conditions: &criteria.conditions,
        procedure: &guidance.steps,
        notice: &programme.notices,
        obligations: &programme.obligations,
        reminders: &programme.reminders,
        changes: &programme.changes,
        grounds: &programme.grounds,
        outlines: &guidance.outlines,
        provisions: &guidance.provisions,
        readings: &criteria.readings,
        not_modelled: &guidance.not_modelled,
        application_schema: application_schema(programme.id, criteria),
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
                .map(|attribute| (attribute.id.to_string(), json!({ "type": "boolean" })))
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
    // No `multipleOf` for decimals: a multiple such as 0.01 has no exact binary form.
    let kind = if decimals == 0 { "integer" } else { "number" };
    json!({ "type": kind, "minimum": 0, "maximum": 999_999_999_999_999_i64 })
}

fn ids(choices: &[Choice]) -> Vec<Str> {
    choices.iter().map(|choice| choice.id).collect()
}

fn application_schema(programme: Str, criteria: &Criteria) -> Value {
    let facts: serde_json::Map<_, _> = criteria
        .facts
        .iter()
        .map(|fact| (fact.id.to_string(), fact_schema(&fact.answer)))
        .collect();
    let documents: Vec<_> = criteria
        .documents
        .iter()
        .map(|document| &document.id)
        .collect();
    let kinds: Vec<_> = criteria.kinds.iter().map(|kind| &kind.id).collect();
    let judgements: serde_json::Map<_, _> = criteria
        .conditions
        .iter()
        .filter(|condition| matches!(condition.test, Test::Judgement { .. }))
        .map(|condition| {
            (
                condition.id.to_string(),
                json!({ "$ref": "#/$defs/attestation" }),
            )
        })
        .collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "programme": { "const": programme },
            "applied_on": { "type": "string", "format": "date" },
            "facts": { "type": "object", "properties": facts, "additionalProperties": false },
            "documents": {
                "type": "array", "items": { "enum": documents }, "uniqueItems": true,
            },
            "attestations": {
                "type": "object", "properties": judgements, "additionalProperties": false,
            },
            "applicant": {
                "type": "object",
                "properties": {
                    "name": { "type": "string", "minLength": 1, "maxLength": 200 },
                    // GB 32100-2015.
                    "uscc": { "type": "string", "pattern": "^[0-9A-HJ-NP-RT-UW-Y]{18}$" },
                },
                "required": ["name", "uscc"],
                "additionalProperties": false,
            },
            "platform": { "type": "string", "minLength": 1, "maxLength": 50 },
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

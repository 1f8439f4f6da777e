//! The JSON of answers.

use recognition::certificate::Holder;
use registry::evaluation::Evaluation;
use rules::{Comparison, Programme};
use serde::Serialize;
use serde_json::value::RawValue;
use text::{Day, Text};

/// An evaluation, and what would change on another date of application.
#[derive(Serialize)]
pub(crate) struct Compared<'e> {
    #[serde(flatten)]
    pub(crate) evaluation: &'e rules::Evaluation<'e>,
    pub(crate) comparison: Comparison<'e>,
}

/// A stored evaluation.
#[derive(Serialize)]
pub(crate) struct ShownEvaluation<'e> {
    id: &'e str,
    programme: &'e str,
    applicant: &'e Holder,
    platform: &'e str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<Text>,
    application: &'e RawValue,
    evaluation: &'e RawValue,
}

impl<'e> ShownEvaluation<'e> {
    pub(crate) fn new(id: &'e str, evaluation: &'e Evaluation) -> Self {
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

/// The list of programmes.
#[derive(Serialize)]
pub(crate) struct Programmes {
    programmes: Vec<ListedProgramme>,
}

/// A programme in the list.
#[derive(Serialize)]
struct ListedProgramme {
    id: &'static str,
    name: &'static Text,
    authority: Option<&'static Text>,
    from: Day,
    href: String,
    sha256: &'static str,
}

/// A list of all programmes.
pub(crate) fn programmes() -> Programmes {
    let entries = rules::programmes().iter().map(|rules| ListedProgramme {
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
    programme.party("authority").map(|party| &party.name)
}

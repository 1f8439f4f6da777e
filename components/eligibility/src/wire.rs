//! The JSON of this component: what comes in, what goes out.

use chrono::NaiveDate;
use registry::certificate::Holder;
use registry::uscc::Uscc;
use rules::{
    Application, Attestation, Date, Entries, Object, Opinion, Programme, Submission, Text, Verdict,
};
use serde::{Deserialize, Serialize};
use web::{ByName, Fault, Faults, Problem, Response};

/// An application to be judged.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvaluationRequest<'a> {
    programme: String,
    #[serde(default, deserialize_with = "web::given")]
    kind: Option<String>,
    #[serde(deserialize_with = "web::date::deserialize")]
    applied_on: NaiveDate,
    #[serde(borrow, default)]
    facts: Object<'a>,
    #[serde(default, deserialize_with = "web::given")]
    documents: Option<Vec<String>>,
    #[serde(default)]
    attestations: Entries<ByName<WireAttestation>>,
    #[serde(default, deserialize_with = "web::given")]
    applicant: Option<ByName<WireApplicant>>,
    #[serde(default, deserialize_with = "web::given")]
    platform: Option<String>,
}

/// Who applies.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireApplicant {
    name: String,
    uscc: String,
}

/// An application that was judged.
pub(crate) struct Evaluated {
    pub(crate) programme: &'static str,
    pub(crate) kind: Option<String>,
    pub(crate) applied_on: NaiveDate,
    pub(crate) applicant: Option<Holder>,
    pub(crate) platform: Option<String>,
    pub(crate) verdict: Verdict,
    pub(crate) rules_sha256: &'static str,
    pub(crate) json: Vec<u8>,
}

/// The opinion of experts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireAttestation {
    opinion: Opinion,
    #[serde(deserialize_with = "web::date::deserialize")]
    attested_on: NaiveDate,
    #[serde(default, deserialize_with = "web::given")]
    reference: Option<String>,
}

/// Judges the application in `body`.
pub(crate) fn evaluate(body: &[u8]) -> Result<Response, Problem> {
    Ok(web::json_bytes(evaluation(body)?.json))
}

/// Judges the application in `body`.
pub(crate) fn evaluation(body: &[u8]) -> Result<Evaluated, Problem> {
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
    let mut faults = Faults::default();
    let applicant = request
        .applicant
        .and_then(|ByName(applicant)| holder(applicant, &mut faults));
    if let Some(platform) = &request.platform {
        look_at_platform(rules.programme, platform, &mut faults);
    }
    let application = Application::read(rules.programme, &submission).map_err(|found| {
        let found = found.into_iter();
        faults.extend(found.map(|f| Fault::in_body(&f.pointer, text(f.message))));
    });
    faults.finish()?;
    // Where it could not be read, there was a fault.
    let application = application.map_err(|()| Problem::internal(&"no fault was told"))?;
    let evaluation = rules::evaluate(&rules, &application);
    let json = serde_json::to_vec(&evaluation).map_err(|e| Problem::internal(&e))?;
    Ok(Evaluated {
        programme: rules.id,
        verdict: evaluation.verdict,
        rules_sha256: rules.sha256,
        json,
        kind: request.kind,
        applied_on: request.applied_on,
        applicant,
        platform: request.platform,
    })
}

fn holder(applicant: WireApplicant, faults: &mut Faults) -> Option<Holder> {
    faults.text("/applicant/name", &applicant.name, MOST_NAME_CHARACTERS);
    match Uscc::parse(&applicant.uscc) {
        Ok(uscc) => Some(Holder {
            name: applicant.name,
            uscc,
        }),
        Err(error) => {
            faults.add("/applicant/uscc", text(error.text()));
            None
        }
    }
}

/// The most characters of an organisation's name.
const MOST_NAME_CHARACTERS: usize = 200;
/// The most characters of the part of an official name that the applicant chooses.
const MOST_PLATFORM_CHARACTERS: usize = 50;

/// Looks at the applicant's part of the official name.
fn look_at_platform(programme: &Programme, platform: &str, faults: &mut Faults) {
    faults.text("/platform", platform, MOST_PLATFORM_CHARACTERS);
    let template = &programme.certificate.name_template;
    let mut affixes = template.split("{name}").map(str::trim);
    if let Some(affix) = affixes.find(|affix| !affix.is_empty() && platform.contains(affix)) {
        let whole = template.replace("{name}", "××");
        faults.add(
            "/platform",
            web::Text::new(
                format!("只填“{whole}”中的“××”部分，不含“{affix}”。"),
                format!("Only what stands for ×× in “{whole}”, without “{affix}”."),
            ),
        );
    }
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

//! The JSON of this component: what comes in, what goes out.

use chrono::NaiveDate;
use registry::certificate::{Holder, LONGEST_NAME};
use registry::uscc::Uscc;
use rules::{
    Application, Attestation, Comparison, Date, Entries, Evaluation, Object, Opinion, Programme,
    Rulebook, Submission, Text, Verdict,
};
use serde::{Deserialize, Serialize};
use web::date::{En, Zh};
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

/// Judges the application in `body`, and says what another date of application would change.
pub(crate) fn compare(body: &[u8], other: NaiveDate) -> Result<Response, Problem> {
    let mut request: EvaluationRequest = web::parse_json(body)?;
    let attestations = request.take_attestations();
    let (rulebook, application) = request.application(&attestations)?;
    request.applied_on = other;
    let on_other = request.application(&attestations).map_err(|_| {
        // The application could be read on its own date. So the fault is in the other date.
        let from = rulebook.programme.from.get();
        let message = web::Text::new(
            format!("该项目自{}起受理申请。", Zh(from)),
            format!("The programme starts on {}.", En(from)),
        );
        Problem::invalid_query(vec![Fault::in_query("compare_on", message)])
    })?;
    let evaluation = rules::evaluate(&application);
    let on_other = rules::evaluate(&on_other.1);
    let comparison = rules::compare(&evaluation, &on_other);
    web::json(&Compared {
        evaluation: &evaluation,
        comparison,
    })
}

/// An evaluation, and what another date would change.
#[derive(Serialize)]
struct Compared<'e> {
    #[serde(flatten)]
    evaluation: &'e Evaluation<'e>,
    comparison: Comparison<'e>,
}

/// Judges the application in `body`.
pub(crate) fn evaluation(body: &[u8]) -> Result<Evaluated, Problem> {
    let mut request: EvaluationRequest = web::parse_json(body)?;
    let attestations = request.take_attestations();
    let (rulebook, application) = request.application(&attestations)?;
    let evaluation = rules::evaluate(&application);
    let json = serde_json::to_vec(&evaluation).map_err(|e| Problem::internal(&e))?;
    Ok(Evaluated {
        programme: rulebook.programme.id.as_str(),
        verdict: evaluation.verdict,
        rules_sha256: rulebook.sha256,
        json,
        applied_on: request.applied_on,
        // `application` has already told of any fault in the applicant.
        applicant: request.holder(&mut Faults::default()),
        kind: request.kind,
        platform: request.platform,
    })
}

impl EvaluationRequest<'_> {
    fn take_attestations(&mut self) -> Vec<(String, Attestation)> {
        let attestations = std::mem::take(&mut self.attestations.0).into_iter();
        attestations
            .map(|(id, ByName(given))| {
                let WireAttestation {
                    opinion,
                    attested_on,
                    reference,
                } = given;
                let attestation = Attestation {
                    opinion,
                    attested_on,
                    reference,
                };
                (id, attestation)
            })
            .collect()
    }

    /// The application, read by the rules of its programme: every fault at once, or none.
    fn application(
        &self,
        attestations: &[(String, Attestation)],
    ) -> Result<(Rulebook, Application), Problem> {
        let rulebook = rules::rulebook(&self.programme).ok_or_else(unknown_programme)?;
        let submission = Submission {
            kind: self.kind.as_deref(),
            applied_on: self.applied_on,
            facts: &self.facts.0,
            documents: self.documents.as_deref(),
            attestations,
        };
        let mut faults = Faults::default();
        let _read = self.holder(&mut faults);
        if let Some(platform) = &self.platform {
            check_platform(rulebook.programme, platform, &mut faults);
        }
        match Application::read(rulebook, &submission) {
            Ok(application) => {
                faults.finish()?;
                Ok((rulebook, application))
            }
            Err(found) => {
                let found = found.into_iter();
                faults.extend(found.map(|f| Fault::in_body(&f.pointer, text(f.message))));
                faults.finish()?;
                Err(Problem::internal(
                    &"an application with a fault that is not told",
                ))
            }
        }
    }

    /// The applicant, if one is named and nothing is wrong with it.
    fn holder(&self, faults: &mut Faults) -> Option<Holder> {
        let ByName(applicant) = self.applicant.as_ref()?;
        faults.text("/applicant/name", &applicant.name, LONGEST_NAME);
        let uscc = Uscc::parse(&applicant.uscc)
            .map_err(|error| faults.add("/applicant/uscc", text(error.text())));
        Some(Holder {
            name: applicant.name.clone(),
            uscc: uscc.ok()?,
        })
    }
}

/// The most characters of the part of an official name that the applicant chooses.
const MOST_PLATFORM_CHARACTERS: usize = 50;

/// Checks the part of the official name that the applicant chooses.
fn check_platform(programme: &Programme, platform: &str, faults: &mut Faults) {
    faults.text("/platform", platform, MOST_PLATFORM_CHARACTERS);
    let template = &programme.certificate.name_template;
    let mut affixes = template.split("{name}").map(str::trim);
    if let Some(affix) = affixes.find(|affix| !affix.is_empty() && platform.contains(affix)) {
        let whole = programme.certificate.full_name("××");
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
    let ids = rules::programme_ids().join(", ");
    let message = web::Text::new(
        format!("应为以下之一：{ids}"),
        format!("It is one of: {ids}"),
    );
    Problem::invalid_body(vec![Fault::in_body("/programme", message)])
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
    from: Date,
    href: String,
    sha256: &'static str,
}

/// Every programme, in short.
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

//! The JSON of requests.

use recognition::certificate::{Holder, LONGEST_NAME};
use recognition::uscc::Uscc;
use rules::{Application, Attestation, Entries, Object, Opinion, Programme, Rulebook, Submission};
use serde::Deserialize;
use text::{Day, Fault, Faults, Text};
use web::{ByName, Problem};

/// An application to judge.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvaluationRequest<'a> {
    programme: String,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) kind: Option<String>,
    pub(crate) applied_on: Day,
    #[serde(borrow, default)]
    facts: Object<'a>,
    #[serde(default, deserialize_with = "web::given")]
    documents: Option<Vec<String>>,
    #[serde(default)]
    attestations: Entries<ByName<AttestationRequest>>,
    #[serde(default, deserialize_with = "web::given")]
    applicant: Option<ByName<ApplicantRequest>>,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) platform: Option<String>,
}

/// Who applies.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplicantRequest {
    name: String,
    uscc: String,
}

/// The opinion of experts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestationRequest {
    opinion: Opinion,
    attested_on: Day,
    #[serde(default, deserialize_with = "web::given")]
    reference: Option<String>,
}

impl EvaluationRequest<'_> {
    pub(crate) fn take_attestations(&mut self) -> Vec<(String, Attestation)> {
        let attestations = std::mem::take(&mut self.attestations.0).into_iter();
        attestations
            .map(|(id, ByName(given))| {
                let AttestationRequest {
                    opinion,
                    attested_on,
                    reference,
                } = given;
                let attestation = Attestation {
                    opinion,
                    attested_on: attested_on.get(),
                    reference,
                };
                (id, attestation)
            })
            .collect()
    }

    /// Reads the application by the rules of its programme.
    ///
    /// # Errors
    /// A 422 with all faults.
    pub(crate) fn application(
        &self,
        attestations: &[(String, Attestation)],
    ) -> Result<(Rulebook, Application), Problem> {
        let rulebook = rules::rulebook(&self.programme).ok_or_else(unknown_programme)?;
        let submission = Submission {
            kind: self.kind.as_deref(),
            applied_on: self.applied_on.get(),
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
                faults.extend(found);
                faults.finish()?;
                Err(Problem::internal(
                    &"the application was refused without a fault",
                ))
            }
        }
    }

    /// The applicant; `None` if the request names none or its code is invalid. Adds what is wrong to `faults`.
    pub(crate) fn holder(&self, faults: &mut Faults) -> Option<Holder> {
        let ByName(applicant) = self.applicant.as_ref()?;
        faults.text("/applicant/name", &applicant.name, LONGEST_NAME);
        let uscc = Uscc::parse(&applicant.uscc)
            .map_err(|error| faults.add("/applicant/uscc", error.text()));
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
            Text::new(
                format!("只填“{whole}”中的“××”部分，不含“{affix}”。"),
                format!("Only what stands for ×× in “{whole}”, without “{affix}”."),
            ),
        );
    }
}

fn unknown_programme() -> Problem {
    let ids = rules::programme_ids().join(", ");
    let message = Text::new(
        format!("应为以下之一：{ids}"),
        format!("It is one of: {ids}"),
    );
    vec![Fault::at(&["programme"], message)].into()
}

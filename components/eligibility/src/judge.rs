//! Judging applications.

use chrono::NaiveDate;
use recognition::certificate::Holder;
use rules::Verdict;
use text::{Day, En, Faults, Text, Zh};
use web::{Fault, Problem, Response};

use crate::answer::Compared;
use crate::request::EvaluationRequest;

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

/// Judges the application in `body`, and says what would change on the date of application `other`.
pub(crate) fn compare(body: &[u8], other: Day) -> Result<Response, Problem> {
    let mut request: EvaluationRequest = web::parse_json(body)?;
    let attestations = request.take_attestations();
    let (rulebook, application) = request.application(&attestations)?;
    request.applied_on = other;
    let on_other = request.application(&attestations).map_err(|_| {
        // The application could be read on its own date. So the fault is in the other date.
        let from = rulebook.programme.from.get();
        let message = Text::new(
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
        applied_on: request.applied_on.get(),
        // `request.application` already reported all faults of the applicant.
        applicant: request.holder(&mut Faults::default()),
        kind: request.kind,
        platform: request.platform,
    })
}

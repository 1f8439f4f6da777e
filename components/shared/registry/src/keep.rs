//! Storing an evaluation, on which a public notice or a certificate can be based.

use chrono::NaiveDate;
use recognition::certificate::Holder;
use rules::Verdict;
use serde_json::value::RawValue;
use text::{Fault, Faults, Text};

use crate::declined::Declined;
use crate::evaluation::{self, Evaluation};
use crate::writer::Writer;

/// An application and the result of judging it.
pub struct Judged {
    /// The programme.
    pub programme: &'static str,
    /// The kind of application, if the programme has kinds.
    pub kind: Option<String>,
    /// The date of application.
    pub applied_on: NaiveDate,
    /// Who applied, if the application says so.
    pub applicant: Option<Holder>,
    /// The part of the official name that the applicant chose, if the application says so.
    pub platform: Option<String>,
    /// The result of judging the application.
    pub verdict: Verdict,
    /// SHA-256 of the rule file by which the application was judged.
    pub rules_sha256: &'static str,
    /// The application, as it was sent.
    pub application: Box<RawValue>,
    /// The evaluation, as it is answered.
    pub evaluation: Box<RawValue>,
}

/// Stores an evaluation. Returns its id and the stored evaluation. Repeating the request changes nothing.
///
/// # Errors
/// The application lacks something that a stored evaluation needs, the client does not act for the programme,
/// or the store failed.
pub async fn keep(writer: &Writer<'_>, judged: Judged) -> Result<(String, Evaluation), Declined> {
    writer.may_act_for(judged.programme)?;
    let evaluation = decide(judged, writer.today())?;
    writer.tie_key().await?;
    let id = evaluation::save(writer.store, &evaluation).await?;
    Ok((id, evaluation))
}

/// The evaluation to store. Storing needs the applicant and the platform's name; judging does not.
fn decide(judged: Judged, today: NaiveDate) -> Result<Evaluation, Vec<Fault>> {
    let mut faults = Faults::default();
    faults.not_after_today("/applied_on", judged.applied_on, today);
    if judged.applicant.is_none() {
        faults.add(
            "/applicant",
            Text::new(
                "保存评价须写明申请单位的名称和统一社会信用代码。",
                "To keep an evaluation, the applicant's name and unified social credit code are needed.",
            ),
        );
    }
    if judged.platform.is_none() {
        faults.add(
            "/platform",
            Text::new(
                "保存评价须写明拟用名称中由申请单位自定的部分。",
                "To keep an evaluation, the applicant's own part of the official name is needed.",
            ),
        );
    }
    match (judged.applicant, judged.platform) {
        (Some(applicant), Some(platform)) => {
            faults.finish()?;
            Ok(Evaluation {
                programme: judged.programme.to_owned(),
                kind: judged.kind,
                applied_on: judged.applied_on,
                applicant,
                platform,
                verdict: judged.verdict,
                rules_sha256: judged.rules_sha256.to_owned(),
                application: judged.application,
                evaluation: judged.evaluation,
            })
        }
        _ => Err(faults.into_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{XINZHOU, around, day, evaluation};

    fn judged(applied_on: NaiveDate) -> Judged {
        let kept = evaluation(XINZHOU);
        Judged {
            programme: XINZHOU,
            kind: kept.kind,
            applied_on,
            applicant: Some(kept.applicant),
            platform: Some(kept.platform),
            verdict: kept.verdict,
            rules_sha256: "",
            application: kept.application,
            evaluation: kept.evaluation,
        }
    }

    fn places(judged: Judged) -> Vec<String> {
        let faults = decide(judged, day("2026-03-02")).err().unwrap_or_default();
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn what_is_kept_was_applied_for_up_to_today() {
        let found = around("2026-03-02").map(|on| places(judged(on)));
        assert_eq!(found, [vec![], vec![], vec!["/applied_on".to_owned()]]);
    }

    #[test]
    fn what_is_kept_says_who_applied_and_for_what() {
        let today = day("2026-03-02");
        for (applicant, platform, expected) in [
            (true, true, &[][..]),
            (false, true, &["/applicant"]),
            (true, false, &["/platform"]),
            (false, false, &["/applicant", "/platform"]),
        ] {
            let mut judged = judged(today);
            judged.applicant = judged.applicant.filter(|_| applicant);
            judged.platform = judged.platform.filter(|_| platform);
            assert_eq!(places(judged), expected);
        }
        let mut all = judged(day("2026-03-03"));
        (all.applicant, all.platform) = (None, None);
        assert_eq!(places(all), ["/applied_on", "/applicant", "/platform"]);
    }
}

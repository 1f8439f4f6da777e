//! Judges an application by its programme: every finding, all that is missing, and what would help.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    Application, Cite, Condition, Given, Reading, Remedy, Shortfall, Status, Test, Text,
    judge::judge, wording,
};

/// The result of judging an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// At least one condition is not met.
    NotEligible,
    /// None fails, but facts or documents are missing.
    Undetermined,
    /// None fails, and only judgements of experts are still missing.
    NeedsReview,
    /// Every condition is met.
    Eligible,
}

/// An application that was judged.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation<'a> {
    /// The result.
    pub verdict: Verdict,
    /// The result in a sentence.
    pub summary: Text,
    /// The programme.
    pub programme: &'static str,
    /// The kind of application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The date of application.
    pub applied_on: NaiveDate,
    /// For each condition whether the application meets it, in the programme's order.
    pub findings: Vec<Finding<'a>>,
    /// Conditions that do not apply to this application, each with the test that excludes it.
    pub not_applicable: Vec<NotApplicable>,
    /// Facts that are needed and not given.
    pub missing_facts: Vec<Missing>,
    /// Documents that are needed and not handed in.
    pub missing_documents: Vec<Missing>,
    /// Judgements that experts have not given.
    pub missing_attestations: Vec<Missing>,
    /// The smallest changes that turn each condition that is not met into one that is.
    pub to_become_eligible: Vec<Improvement>,
    /// The readings of the law that the findings rest on.
    pub readings: Vec<&'static Reading>,
    /// The rules by which the application was judged.
    pub receipt: Receipt,
}

/// Whether an application meets one condition, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Finding<'a> {
    /// The condition.
    pub condition: &'static str,
    /// Whether the application meets the condition.
    pub status: Status,
    /// What the condition is called.
    pub label: &'static Text,
    /// Where the regulation sets it, and its words.
    pub cite: &'static Cite,
    /// The reading of the law that the condition rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<&'static str>,
    /// What is required: the condition's own test.
    pub required: &'static Test,
    /// What the application gives for the condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<Given<'a>>,
    /// By how much the condition is missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Shortfall>,
    /// The facts still needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_facts: Vec<&'static str>,
    /// The documents still needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_documents: Vec<&'static str>,
    /// The finding in a sentence.
    pub sentence: Text,
}

/// A condition that does not apply to an application.
#[derive(Debug, Clone, Serialize)]
pub struct NotApplicable {
    /// The condition.
    pub condition: &'static str,
    /// What the condition is called.
    pub label: &'static Text,
    /// When the condition would apply.
    pub asked_when: Text,
}

/// Something that an application lacks, with the conditions that need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The fact, the document or the judgement.
    pub id: &'static str,
    /// What it is called.
    pub label: &'static Text,
    /// The conditions that need it.
    pub conditions: Vec<&'static str>,
    /// The articles that set these conditions.
    pub articles: Vec<&'static str>,
}

/// What turns a condition that is not met into one that is.
#[derive(Debug, Clone, Serialize)]
pub struct Improvement {
    /// The condition.
    pub condition: &'static str,
    /// The changes, all of them needed.
    pub changes: Vec<Remedy>,
}

/// Names the rules by which an application was judged, so that the same rules can judge it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The programme.
    pub programme: &'static str,
    /// The first day of the version that was in force on the date of application.
    pub version: NaiveDate,
    /// SHA-256 of the programme's file, in hexadecimal.
    pub sha256: &'static str,
}

/// Judges `application` by the conditions in force on its date.
pub fn evaluate(application: &Application) -> Evaluation<'_> {
    let rulebook = application.rulebook;
    let mut evaluation = Evaluation {
        verdict: Verdict::Eligible,
        summary: Text::new("", ""),
        programme: rulebook.programme.id.as_str(),
        kind: application.kind,
        applied_on: application.applied_on,
        findings: Vec::new(),
        not_applicable: Vec::new(),
        missing_facts: Vec::new(),
        missing_documents: Vec::new(),
        missing_attestations: Vec::new(),
        to_become_eligible: Vec::new(),
        readings: Vec::new(),
        receipt: rulebook.receipt(application.applied_on),
    };
    for condition in application.conditions() {
        evaluation.add(condition, application);
    }
    evaluation.conclude();
    evaluation
}

impl<'a> Evaluation<'a> {
    fn add(&mut self, condition: &'static Condition, application: &'a Application) {
        let guard = condition
            .when
            .as_ref()
            .map(|when| (when, judge(when, &condition.id, application)));
        let mut result = match guard {
            None => judge(&condition.test, &condition.id, application),
            Some((when, guard)) => match guard.status {
                Status::Met => judge(&condition.test, &condition.id, application),
                Status::NotMet => {
                    self.not_applicable.push(NotApplicable {
                        condition: &condition.id,
                        label: &condition.label,
                        asked_when: wording::required(when, application),
                    });
                    return;
                }
                // It is not known whether the condition applies at all.
                Status::Unknown | Status::ForReview => guard,
            },
        };
        let criteria = application.rulebook.criteria;
        for fact in result
            .missing_facts
            .iter()
            .filter_map(|id| criteria.fact(id))
        {
            note(&mut self.missing_facts, &fact.id, &fact.label, condition);
        }
        for document in result
            .missing_documents
            .iter()
            .filter_map(|id| criteria.document(id))
        {
            note(
                &mut self.missing_documents,
                &document.id,
                &document.label,
                condition,
            );
        }
        if result.status == Status::ForReview
            && let Test::Judgement { question } = &condition.test
        {
            note(
                &mut self.missing_attestations,
                &condition.id,
                question,
                condition,
            );
        }
        if let Some(reading) = &condition.reading {
            let declared = criteria
                .readings
                .iter()
                .find(|declared| &declared.id == reading);
            if let Some(declared) = declared.filter(|new| !self.readings.contains(new)) {
                self.readings.push(declared);
            }
        }
        let changes = std::mem::take(&mut result.remedies);
        if !changes.is_empty() {
            self.to_become_eligible.push(Improvement {
                condition: &condition.id,
                changes,
            });
        }
        self.findings.push(Finding {
            condition: &condition.id,
            status: result.status,
            label: &condition.label,
            cite: &condition.cite,
            reading: condition.reading.as_deref(),
            required: &condition.test,
            given: application.given(&condition.test, &condition.id),
            sentence: wording::sentence(condition, &result, application),
            shortfall: result.shortfall,
            missing_facts: result.missing_facts,
            missing_documents: result.missing_documents,
        });
    }

    fn conclude(&mut self) {
        let count = |status| self.findings.iter().filter(|f| f.status == status).count();
        let not_met = count(Status::NotMet);
        let unknown = count(Status::Unknown);
        let for_review = count(Status::ForReview);
        let (verdict, zh, en) = if not_met > 0 {
            (Verdict::NotEligible, "不符合条件", "Not eligible")
        } else if unknown > 0 {
            (
                Verdict::Undetermined,
                "资料不全，尚不能判断",
                "Undetermined: information is missing",
            )
        } else if for_review > 0 {
            (
                Verdict::NeedsReview,
                "客观条件均已符合，待专家论证",
                "Needs review by experts",
            )
        } else {
            (Verdict::Eligible, "符合全部条件", "Eligible")
        };
        self.verdict = verdict;
        self.summary = Text::new(
            format!("{zh}：{not_met}项不符合，{unknown}项资料不全，{for_review}项待专家判断。"),
            format!(
                "{en}. Conditions not met: {not_met}; undetermined: {unknown}; \
                 awaiting experts: {for_review}."
            ),
        );
    }
}

fn note(
    missing: &mut Vec<Missing>,
    id: &'static str,
    label: &'static Text,
    condition: &'static Condition,
) {
    let article = condition.cite.article.as_str();
    match missing.iter_mut().find(|known| known.id == id) {
        Some(known) => {
            known.conditions.push(&condition.id);
            if !known.articles.contains(&article) {
                known.articles.push(article);
            }
        }
        None => missing.push(Missing {
            id,
            label,
            conditions: vec![&condition.id],
            articles: vec![article],
        }),
    }
}

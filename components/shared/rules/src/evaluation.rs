//! Judges an application by its programme: every finding, all that is missing, and what would help.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    Application, Cite, Condition, Reading, Remedy, Rules, Shortfall, Status, Test, Text,
    judge::{Judged, judge},
};

/// The result of judging an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// At least one condition is not met.
    NotEligible,
    /// None fails, but facts or documents are missing.
    Undetermined,
    /// None fails and none is open but those that experts have yet to judge.
    NeedsReview,
    /// Every condition is met.
    Eligible,
}

/// An application, judged.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
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
    /// How the application stands to each condition, in the programme's order.
    pub findings: Vec<Finding>,
    /// Conditions that are not asked of this application, each with the test that says so.
    pub not_applicable: Vec<NotApplicable>,
    /// Facts that are needed and not given.
    pub missing_facts: Vec<Missing>,
    /// Documents that are needed and not handed in.
    pub missing_documents: Vec<Missing>,
    /// Judgements that experts have not given.
    pub missing_attestations: Vec<Missing>,
    /// The smallest changes that turn each condition that is not met into one that is.
    pub to_become_eligible: Vec<Improvement>,
    /// The readings of the law the findings rest on.
    pub readings: Vec<&'static Reading>,
    /// By which rules it was judged.
    pub receipt: Receipt,
}

/// How an application stands to one condition.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The condition.
    pub condition: &'static str,
    /// How the application stands to it.
    pub status: Status,
    /// What the condition is called.
    pub label: &'static Text,
    /// Where the regulation sets it, and its words.
    pub cite: &'static Cite,
    /// The reading of the law it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<&'static str>,
    /// What is required.
    pub required: Text,
    /// What was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<Text>,
    /// By how much it is missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Shortfall>,
    /// The facts still needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_facts: Vec<&'static str>,
    /// The documents still needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_documents: Vec<&'static str>,
    /// All of it in a sentence.
    pub sentence: Text,
}

/// A condition that is not asked of an application.
#[derive(Debug, Clone, Serialize)]
pub struct NotApplicable {
    /// The condition.
    pub condition: &'static str,
    /// What it is called.
    pub label: &'static Text,
    /// When it would be asked.
    pub asked_when: Text,
}

/// Something an application lacks, with the conditions that need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The fact, the document or the judgement.
    pub id: &'static str,
    /// What it is called.
    pub label: &'static Text,
    /// The conditions that need it.
    pub conditions: Vec<&'static str>,
    /// Their articles.
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

/// By which rules an application was judged, so that the answer can be replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The programme.
    pub programme: &'static str,
    /// The day the version in force on the date of application started.
    pub version: NaiveDate,
    /// SHA-256 of the rule file, in hexadecimal.
    pub sha256: &'static str,
}

/// Judges `application` by the conditions in force on its date.
pub fn evaluate(rules: &Rules, application: &Application) -> Evaluation {
    let programme = rules.programme;
    let mut evaluation = Evaluation {
        verdict: Verdict::Eligible,
        summary: Text::new("", ""),
        programme: &programme.id,
        kind: application.kind,
        applied_on: application.applied_on,
        findings: Vec::new(),
        not_applicable: Vec::new(),
        missing_facts: Vec::new(),
        missing_documents: Vec::new(),
        missing_attestations: Vec::new(),
        to_become_eligible: Vec::new(),
        readings: Vec::new(),
        receipt: rules.receipt(application.applied_on),
    };
    for condition in application.conditions() {
        evaluation.add(rules, condition, application);
    }
    evaluation.conclude();
    evaluation
}

impl Evaluation {
    fn add(&mut self, rules: &Rules, condition: &'static Condition, application: &Application) {
        let mut judged = match &condition.when {
            None => judge(&condition.test, &condition.id, application),
            Some(when) => {
                let guard = judge(when, &condition.id, application);
                match guard.status {
                    Status::Met => judge(&condition.test, &condition.id, application),
                    Status::NotMet => {
                        self.not_applicable.push(NotApplicable {
                            condition: &condition.id,
                            label: &condition.label,
                            asked_when: guard.required,
                        });
                        return;
                    }
                    // Whether it is asked at all is not known.
                    Status::Unknown | Status::ForReview => guard,
                }
            }
        };
        let programme = rules.programme;
        for fact in &judged.missing_facts {
            if let Some(declared) = programme.facts.iter().find(|declared| declared.id == *fact) {
                note(
                    &mut self.missing_facts,
                    &declared.id,
                    &declared.label,
                    condition,
                );
            }
        }
        for document in &judged.missing_documents {
            if let Some(declared) = programme.documents.iter().find(|d| d.id == *document) {
                note(
                    &mut self.missing_documents,
                    &declared.id,
                    &declared.label,
                    condition,
                );
            }
        }
        if judged.status == Status::ForReview
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
            let declared = programme
                .readings
                .iter()
                .find(|declared| &declared.id == reading);
            if let Some(declared) = declared.filter(|new| !self.readings.contains(new)) {
                self.readings.push(declared);
            }
        }
        let changes = std::mem::take(&mut judged.remedies);
        if !changes.is_empty() {
            self.to_become_eligible.push(Improvement {
                condition: &condition.id,
                changes,
            });
        }
        self.findings.push(Finding {
            condition: &condition.id,
            status: judged.status,
            label: &condition.label,
            cite: &condition.cite,
            reading: condition.reading.as_deref(),
            sentence: sentence(rules, condition, &judged),
            required: judged.required,
            given: judged.given,
            shortfall: judged.shortfall,
            missing_facts: judged.missing_facts,
            missing_documents: judged.missing_documents,
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

fn sentence(rules: &Rules, condition: &Condition, judged: &Judged) -> Text {
    let (label, required) = (&condition.label, &judged.required);
    let nothing = Text::new("未填写", "not given");
    let given = judged.given.as_ref().unwrap_or(&nothing);
    match judged.status {
        Status::Met => Text::new(
            format!("{}：{}，符合要求（{}）。", label.zh, given.zh, required.zh),
            format!("{}: {}; met ({}).", label.en, given.en, required.en),
        ),
        Status::NotMet => {
            let by = match &judged.shortfall {
                Some(short) => Text::new(
                    format!("，相差{}", short.text.zh),
                    format!(", off by {}", short.text.en),
                ),
                None => Text::new("", ""),
            };
            let missing = missing_sentence(rules, judged);
            Text::new(
                format!(
                    "{}：{}，不符合要求（{}）{}。{}",
                    label.zh, given.zh, required.zh, by.zh, missing.zh
                ),
                format!(
                    "{}: {}; not met ({}){}.{}",
                    label.en, given.en, required.en, by.en, missing.en
                ),
            )
        }
        Status::Unknown => {
            let missing = missing_sentence(rules, judged);
            Text::new(
                format!(
                    "{}：资料不全，无法判断（{}）。{}",
                    label.zh, required.zh, missing.zh
                ),
                format!(
                    "{}: undetermined ({}).{}",
                    label.en, required.en, missing.en
                ),
            )
        }
        Status::ForReview => Text::new(
            format!("{}：待专家判断：{}", label.zh, required.zh),
            format!("{}: for experts to judge: {}", label.en, required.en),
        ),
    }
}

fn missing_sentence(rules: &Rules, judged: &Judged) -> Text {
    let programme = rules.programme;
    let facts = judged
        .missing_facts
        .iter()
        .filter_map(|id| programme.facts.iter().find(|fact| fact.id == *id))
        .map(|fact| &fact.label);
    let documents = judged
        .missing_documents
        .iter()
        .filter_map(|id| {
            programme
                .documents
                .iter()
                .find(|document| document.id == *id)
        })
        .map(|document| &document.label);
    let labels: Vec<_> = facts.chain(documents).collect();
    if labels.is_empty() {
        return Text::new("", "");
    }
    let zh: Vec<&str> = labels.iter().map(|label| label.zh.as_ref()).collect();
    let en: Vec<&str> = labels.iter().map(|label| label.en.as_ref()).collect();
    Text::new(
        format!("缺少：{}。", zh.join("、")),
        format!(" Missing: {}.", en.join(", ")),
    )
}

//! What another date of application would change.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{Cite, Evaluation, Finding, Receipt, Status, Test, Text, Verdict};

/// How an application would be judged on another date: only what differs.
///
/// On another date other versions of the rules may be in force, and “the last three years” are other
/// years.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison<'a> {
    /// The other date of application.
    pub applied_on: NaiveDate,
    /// The result on the other date.
    pub verdict: Verdict,
    /// The rules in force on the other date.
    pub receipt: Receipt,
    /// The conditions that are judged differently, and those that apply on only one of the dates.
    pub changes: Vec<Difference<'a>>,
}

/// A condition that is judged differently on another date.
#[derive(Debug, Clone, Serialize)]
pub struct Difference<'a> {
    /// The condition.
    pub condition: &'static str,
    /// What the condition is called.
    pub label: &'static Text,
    /// How it is judged on the date of application; none: it does not apply.
    pub before: Option<JudgedOn<'a>>,
    /// How it is judged on the other date; none: it does not apply.
    pub after: Option<JudgedOn<'a>>,
}

/// How a condition is judged on one of two dates.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct JudgedOn<'a> {
    /// Whether the application meets the condition.
    pub status: Status,
    /// Where the regulation sets the condition.
    pub cite: &'static Cite,
    /// What is required.
    pub required: &'static Test,
    /// The finding in a sentence.
    pub sentence: &'a Text,
}

/// What changes from one evaluation of an application to another.
///
/// ```
/// use rules::{Application, Object, Submission, compare, evaluate, rulebook};
///
/// // Nothing in the Xinzhou regulation has changed between the two dates.
/// let rulebook = rulebook("xinzhou-technology-innovation-centre").ok_or("no such programme")?;
/// let facts: Object = serde_json::from_str(r#"{"floor_area_m2": 480}"#)?;
/// let on = |date: &str| {
///     let submission = Submission {
///         kind: Some("domain"),
///         applied_on: date.parse().map_err(|_| "no date")?,
///         facts: &facts.0,
///         documents: None,
///         attestations: &[],
///     };
///     Application::read(rulebook, &submission).map_err(|_| "no application")
/// };
/// let (before, after) = (on("2026-11-23")?, on("2027-11-23")?);
/// let (before, after) = (evaluate(&before), evaluate(&after));
/// assert!(compare(&before, &after).changes.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare<'a>(before: &'a Evaluation<'a>, after: &'a Evaluation<'a>) -> Comparison<'a> {
    let in_other = |other: &'a Evaluation<'a>, finding: &Finding| {
        let mut findings = other.findings.iter();
        findings.find(|other| other.condition == finding.condition)
    };
    let mut changes = Vec::new();
    for finding in &before.findings {
        let other = in_other(after, finding);
        if other.is_none_or(|other| differs(finding, other)) {
            changes.push(difference(finding, Some(finding), other));
        }
    }
    for finding in &after.findings {
        if in_other(before, finding).is_none() {
            changes.push(difference(finding, None, Some(finding)));
        }
    }
    Comparison {
        applied_on: after.applied_on,
        verdict: after.verdict,
        receipt: after.receipt,
        changes,
    }
}

/// The sentence says what was given and what is missing. The test says what is required.
fn differs(one: &Finding, other: &Finding) -> bool {
    one.status != other.status || one.required != other.required || one.sentence != other.sentence
}

/// `of` is either `before` or `after`: it names the condition.
fn difference<'a>(
    of: &Finding,
    before: Option<&'a Finding<'a>>,
    after: Option<&'a Finding<'a>>,
) -> Difference<'a> {
    let judged = |finding: &'a Finding<'a>| JudgedOn {
        status: finding.status,
        cite: finding.cite,
        required: finding.required,
        sentence: &finding.sentence,
    };
    Difference {
        condition: of.condition,
        label: of.label,
        before: before.map(judged),
        after: after.map(judged),
    }
}

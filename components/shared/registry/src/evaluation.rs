//! Kept evaluations: an application as it was handed in, and what it was judged to be.
//!
//! An evaluation is a function of the application and the rules, so it is written once and never
//! changes. It lies under `accredit/evaluation/{id}`; its id is derived from the application's text
//! and the SHA-256 of the rule file, so keeping it twice writes the same.

use chrono::NaiveDate;
use rules::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::certificate::Holder;
use crate::id;
use crate::kept::{self, RecordError};
use crate::store::KeyValue;

/// A kept evaluation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// The programme.
    pub programme: String,
    /// The kind of application, where the programme has kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The date of application.
    pub applied_on: NaiveDate,
    /// Who applied.
    pub applicant: Holder,
    /// The part of the official name that the applicant chose.
    pub platform: String,
    /// What the application was judged to be.
    pub verdict: Verdict,
    /// SHA-256 of the rule file it was judged by.
    pub rules_sha256: String,
    /// The application, as it was sent.
    pub application: Box<RawValue>,
    /// The evaluation, as it was answered.
    pub evaluation: Box<RawValue>,
}

impl Evaluation {
    /// What identifies the evaluation: the application and the rules it was judged by.
    pub fn id(&self) -> String {
        id::derive(
            "evaluation",
            &[self.application.get(), self.rules_sha256.as_str()],
        )
    }
}

/// Keeps an evaluation, and returns its id. Keeping it again changes nothing.
///
/// # Errors
/// The store failed, or the evaluation is larger than a store takes.
pub async fn keep(store: &impl KeyValue, evaluation: &Evaluation) -> Result<String, RecordError> {
    let id = evaluation.id();
    kept::save(store, &key(&id), evaluation).await?;
    Ok(id)
}

/// A kept evaluation, in one call of the store; `None` where there is none of that id.
///
/// # Errors
/// The store failed, or holds something else under that key.
pub async fn look_up(store: &impl KeyValue, id: &str) -> Result<Option<Evaluation>, RecordError> {
    kept::load(store, &key(id)).await
}

fn key(id: &str) -> String {
    format!("accredit/evaluation/{id}")
}

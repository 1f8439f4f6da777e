//! Stored evaluations: an application as it was sent, and the result of judging it.
//!
//! An evaluation depends only on the application and the rules, so it never changes after it is written. Its
//! key is `accredit/evaluation/{id}`. The id is derived from the application's text and the SHA-256 of the
//! rule file, so storing an evaluation twice writes the same value.

use chrono::NaiveDate;
use recognition::certificate::Holder;
use recognition::id;
use rules::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{KeyValue, RecordError, envelope};

const SCHEMA: &str = "evaluation/1";

/// A stored evaluation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Evaluation {
    /// The programme.
    pub programme: String,
    /// The kind of application, if the programme has kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The date of application.
    pub applied_on: NaiveDate,
    /// Who applied.
    pub applicant: Holder,
    /// The part of the official name that the applicant chose.
    pub platform: String,
    /// The result of judging the application.
    pub verdict: Verdict,
    /// SHA-256 of the rule file by which the application was judged.
    pub rules_sha256: String,
    /// The application, as it was sent.
    pub application: Box<RawValue>,
    /// The evaluation, as it was answered.
    pub evaluation: Box<RawValue>,
}

impl Evaluation {
    /// The id of the evaluation, derived from the application and the rules.
    pub fn id(&self) -> String {
        id::derive(
            "evaluation",
            &[self.application.get(), self.rules_sha256.as_str()],
        )
    }
}

/// Stores an evaluation and returns its id. Storing it again changes nothing.
pub(crate) async fn save(
    store: &dyn KeyValue,
    evaluation: &Evaluation,
) -> Result<String, RecordError> {
    let id = evaluation.id();
    envelope::save(store, &key(&id), SCHEMA, evaluation).await?;
    Ok(id)
}

/// Reads the evaluation with this id in one store call; `None` if there is none. If `id` does not have the
/// form of an id, the store is not called.
///
/// # Errors
/// The store failed, or holds something else under that key.
pub async fn look_up(store: &dyn KeyValue, id: &str) -> Result<Option<Evaluation>, RecordError> {
    if !id::is_derived(id) {
        return Ok(None);
    }
    envelope::load(store, &key(id), SCHEMA).await
}

fn key(id: &str) -> String {
    format!("accredit/evaluation/{id}")
}

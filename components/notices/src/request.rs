//! The JSON of requests.

use calendar::Counting;
use recognition::notice::{CountingRule, Objected, Outcome, Resolved, Withdrawn};
use registry::Publication;
use serde::Deserialize;
use text::Day;

/// A request to publish a notice for an application.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicationRequest {
    evaluation: String,
    published: Day,
    #[serde(default, deserialize_with = "web::given")]
    days: Option<u64>,
    #[serde(default, deserialize_with = "web::given")]
    counting: Option<CountingRule>,
}

impl From<PublicationRequest> for Publication {
    fn from(request: PublicationRequest) -> Self {
        Self {
            evaluation: request.evaluation,
            published: request.published.get(),
            days: request.days,
            counting: request.counting.map_or(Counting::DayAfter, Counting::from),
        }
    }
}

/// An objection that was received.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectionRequest {
    received_on: Day,
    reference: String,
    #[serde(default, deserialize_with = "web::given")]
    matter: Option<String>,
}

impl From<ObjectionRequest> for Objected {
    fn from(request: ObjectionRequest) -> Self {
        Self {
            received_on: request.received_on.get(),
            reference: request.reference,
            matter: request.matter,
        }
    }
}

/// A decision on an objection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolutionRequest {
    outcome: Outcome,
    on: Day,
    reference: String,
}

impl ResolutionRequest {
    /// The decision on the objection with this id.
    pub(crate) fn on(self, objection: &str) -> Resolved {
        Resolved {
            objection: objection.to_owned(),
            outcome: self.outcome,
            on: self.on.get(),
            reference: self.reference,
        }
    }
}

/// The withdrawal of a notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawalRequest {
    on: Day,
    reference: String,
    reason: String,
}

impl From<WithdrawalRequest> for Withdrawn {
    fn from(request: WithdrawalRequest) -> Self {
        Self {
            on: request.on.get(),
            reference: request.reference,
            reason: request.reason,
        }
    }
}

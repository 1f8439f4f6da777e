//! The programmes of recognition, and what they make of an application.
//!
//! A programme is a file under `programmes/`: conditions, facts, documents, procedure and
//! obligations, each beside the words of the regulation it rests on. The build script reads and
//! checks the files; here they are judged by typed conditions. Nothing here knows HTTP, storage or
//! the time of day.
//!
//! ```
//! use chrono::NaiveDate;
//! use rules::{Application, Object, Submission, Verdict, evaluate, programme};
//!
//! // 第八条（三）: 使用面积不少于500平方米.
//! let rules = programme("xinzhou-technology-innovation-centre").ok_or("no such programme")?;
//! let facts: Object = serde_json::from_str(r#"{"floor_area_m2": 480}"#)?;
//! let application = Application::read(rules.programme, &Submission {
//!     kind: Some("domain"),
//!     applied_on: NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("no such day")?,
//!     facts: &facts.0,
//!     documents: None,
//!     attestations: &[],
//! }).map_err(|faults| faults[0].to_string())?;
//! let evaluation = evaluate(&rules, &application);
//! assert_eq!(evaluation.verdict, Verdict::NotEligible);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod application;
mod comparison;
mod evaluation;
mod fault;
mod judge;
mod model;
mod object;
mod page;
mod wording;

use chrono::NaiveDate;

pub use application::{Application, Attestation, Fact, Given, Member, Opinion, Submission};
pub use comparison::{Comparison, Difference, Judged, compare};
pub use evaluation::{
    Evaluation, Finding, Improvement, Missing, NotApplicable, Receipt, Verdict, evaluate,
};
pub use fault::Fault;
pub use judge::{Remedy, Shortfall, Status};
pub use model::*;
pub use object::{Entries, Object};
pub use page::page;

/// A programme, with what identifies the file it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The programme's identifier.
    pub id: &'static str,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: &'static str,
    /// The programme.
    pub programme: &'static Programme,
}

impl Rules {
    /// By which rules an application of that date is judged.
    pub fn receipt(&self, applied_on: NaiveDate) -> Receipt {
        let starts = self
            .programme
            .conditions
            .iter()
            .map(|condition| condition.from.get());
        let version = starts.filter(|from| *from <= applied_on).max();
        Receipt {
            programme: self.id,
            version: version.unwrap_or(self.programme.from.get()),
            sha256: self.sha256,
        }
    }
}

use page::Page;

include!(concat!(env!("OUT_DIR"), "/programmes.rs"));

/// The programme of that name.
pub fn programme(id: &str) -> Option<Rules> {
    PROGRAMMES.iter().find(|rules| rules.id == id).copied()
}

/// Every programme, by name.
pub fn programmes() -> &'static [Rules] {
    &PROGRAMMES
}

//! The programmes of recognition, and the judging of applications by them.
//!
//! A programme is a file under `programmes/`: conditions, facts, documents, procedure and
//! obligations, each beside the words of the regulation it rests on. The build script reads and
//! checks the files. Applications are judged here, by typed conditions. Nothing here knows HTTP,
//! storage or the time of day.
//!
//! What a file says is compiled in as two parts. Every component needs the [`Programme`] (name,
//! certificate, notices, obligations, changes, grounds), which [`programme`] finds. Only a component
//! that judges applications needs the [`Criteria`] too (facts, documents, conditions, readings):
//! [`rulebook`] finds both. The criteria are the larger part, and nothing that [`programme`] returns
//! refers to them, so the linker drops them where [`rulebook`] is not called.
//!
//! ```
//! use chrono::NaiveDate;
//! use rules::{Application, Object, Submission, Verdict, evaluate, rulebook};
//!
//! // 第八条（三）: 使用面积不少于500平方米.
//! let rulebook = rulebook("xinzhou-technology-innovation-centre").ok_or("no such programme")?;
//! let facts: Object = serde_json::from_str(r#"{"floor_area_m2": 480}"#)?;
//! let application = Application::read(rulebook, &Submission {
//!     kind: Some("domain"),
//!     applied_on: NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("no such day")?,
//!     facts: &facts.0,
//!     documents: None,
//!     attestations: &[],
//! }).map_err(|faults| faults[0].to_string())?;
//! let evaluation = evaluate(&application);
//! assert_eq!(evaluation.verdict, Verdict::NotEligible);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod application;
mod comparison;
mod evaluation;
mod judge;
mod model;
mod object;
mod page;
mod tables;
mod wording;

pub use application::{Application, Attestation, Fact, Given, Member, Opinion, Submission};
pub use comparison::{Comparison, Difference, JudgedOn, compare};
pub use evaluation::{
    Evaluation, Finding, Improvement, Missing, NotApplicable, Receipt, Verdict, evaluate,
};
pub use judge::{Remedy, Shortfall, Status};
pub use model::*;
pub use object::{Entries, Object};
pub use tables::{Rulebook, Rules, page, programme, programme_ids, programmes, rulebook};
pub(crate) use text::Fault;

//! The operations on the register, one function each.
//!
//! | operation | does |
//! |---|---|
//! | [`keep`] | stores an evaluation |
//! | [`publish`] | publishes a notice for an application |
//! | [`object`], [`resolve`], [`withdraw`] | record an objection, the decision on it, a withdrawal of the notice |
//! | [`issue`] | issues a certificate |
//! | [`record_event`] | records an event on a certificate |
//! | [`run`] | makes the reminders that are due |
//!
//! An operation loads what it needs, decides by a pure function, and commits. If it refuses, the reason is a
//! [`Declined`]. A [`Writer`] is a client's request to write. Only the writer commits events, and it also takes
//! care of the agenda and the idempotency key.
//!
//! [`records`] has the kinds of record, [`lists`] the names of their lists. [`agenda`] tells on which day to
//! check which record, [`mod@check`] what is outstanding on a record, [`outbox`] which reminders were made,
//! [`deliveries`] how far the receivers of webhooks have been told. This crate knows no HTTP and no clock:
//! today is an argument.

#![deny(missing_docs)]

pub mod agenda;
pub mod check;
mod declined;
pub mod deliveries;
pub mod evaluation;
mod issue;
mod keep;
pub mod lists;
mod notice;
mod object;
pub mod outbox;
mod publish;
mod record_event;
pub mod records;
mod resolve;
mod run;
#[cfg(test)]
mod samples;
mod withdraw;
mod writer;

pub use declined::{Declined, Overtaken, RecordKind};
pub use issue::{IssueRequest, IssuedCertificate, issue};
pub use keep::{Judged, keep};
pub use object::object;
pub use publish::{NOTICE_DAYS, Publication, PutOnNotice, outside_calendar, publish, wrong_days};
pub use record_event::record_event;
pub use resolve::resolve;
pub use run::{Run, RunEnd, RunMode, RunOutcome, run};
pub use withdraw::withdraw;
pub use writer::{Caller, Writer};

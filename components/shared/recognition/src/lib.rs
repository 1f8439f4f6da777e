//! Recognition (认定): what a certificate and a public notice are, what follows from what happened to
//! them, and what is outstanding.
//!
//! Pure: no store, no HTTP, no clock. Today is an argument.
//!
//! - [`certificate`]: numbers, events, and what a certificate's events come to.
//! - [`notice`]: public notices, objections to them, and whether they passed.
//! - [`outstanding`]: what falls due on a record, by when, and when it is reminded of.
//! - [`reminder`]: what a reminder says.
//! - [`uscc`]: unified social credit codes.
//! - [`id`]: identifiers that are derived from what makes a thing what it is.

#![deny(missing_docs)]

pub mod certificate;
pub mod id;
pub mod notice;
pub mod outstanding;
pub mod reminder;
pub mod uscc;

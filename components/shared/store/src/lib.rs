//! Storing records: the key-value store, and what is built on it.
//!
//! From the bottom up; each part uses only the parts before it:
//!
//! - [`KeyValue`] is the store. It asks only for what every backend of Spin guarantees. [`Memory`] and
//!   [`Spin`] implement it.
//! - [`envelope`] is the form of a stored value: JSON with the name of its schema.
//! - [`Slots`] is a numbered list.
//! - [`journal`] stores the events of a record one by one, and all of them in one value for lookups.
//! - [`listing`] lists records.
//! - [`idempotency`] ties a client's key to a request.
//!
//! Every key begins with `accredit/`, because a Redis may also contain the data of other programs. This crate
//! knows no certificate, no notice, no HTTP and no clock.

#![deny(missing_docs)]

pub mod envelope;
pub mod idempotency;
pub mod journal;
mod key_value;
pub mod listing;
mod memory;
mod slots;
mod spin;

pub use envelope::RecordError;
pub use key_value::{KeyValue, StoreError};
pub use memory::Memory;
pub use slots::Slots;
pub use spin::Spin;

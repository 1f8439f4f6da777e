//! The records of recognition, and the store they are kept in.
//!
//! - [`KeyValue`] is the store; [`Memory`] and [`Spin`] are stores.
//! - A [`journal`] keeps what happened to a record, event by event, and a view of it for lookups; an
//!   [`index`] lists records. Both hold on any store that reads, writes and increments single keys.
//! - [`evaluation`], [`notice`] and [`certificate`] are the records.
//! - [`webhook`] is how far the deliveries to each receiver have come.
//!
//! Every key begins with `accredit/`: on Redis the store is shared with whatever else is there.
//! No HTTP is known here, and no clock: today is an argument.

#![deny(missing_docs)]

pub mod agenda;
pub mod certificate;
pub mod duty;
pub mod evaluation;
pub mod id;
pub mod idempotency;
pub mod index;
pub mod journal;
mod kept;
pub mod notice;
pub mod reminder;
mod store;
pub mod trial;
pub mod uscc;
pub mod webhook;

pub use kept::RecordError;
pub use store::{KeyValue, Memory, Spin, StoreError};

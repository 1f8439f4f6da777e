//! The records of recognition, and the store they are kept in.
//!
//! - [`KeyValue`] is the store; [`Memory`] and [`Spin`] are stores.
//! - A [`journal`] keeps what happened to a record, event by event, and a view of it for lookups; an
//!   [`index`] lists records. Both hold on any store that reads, writes and increments single keys.
//! - [`certificate`], `evaluation` and `notice` are the records.
//!
//! No HTTP is known here, and no clock: today is an argument.

#![deny(missing_docs)]

pub mod certificate;
pub mod id;
mod store;
pub mod uscc;

pub use store::{KeyValue, Memory, Spin, StoreError};

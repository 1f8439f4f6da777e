//! What the tests of everything that writes records share: stores that stop, fail and interleave, and a
//! request's answer to compare.
//!
//! Nothing here ships: the crate is a dependency of tests alone.

mod answer;
mod crashes;
mod request;
mod stores;

pub use answer::Answer;
pub use crashes::crash_at_every_call;
pub use request::request;
pub use stores::{Counting, Dying, Failing, Failure, Stepped, interleave, run};

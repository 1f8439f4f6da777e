//! Certificates: their numbers, what happens to them, and what follows by the programme's data.
//!
//! Pure: no store, no clock, no HTTP. A [`CertificateNumber`] is derived from the record that the
//! certificate rests on. An [`Event`] is what happened, by its legal date. A [`Life`] is what all
//! events together come to: a fold that never fails, over a programme's obligations, changes and
//! grounds.

mod check;
mod event;
mod life;
mod number;
mod record;

pub use event::{
    Basis, Event, EventId, EventIdError, Holder, LONGEST_NAME, LONGEST_REASON, LONGEST_REFERENCE,
};
pub use life::{
    Entry, EventEffect, Former, Issue, Life, Pending, Proposal, Recorded, Refusal, Span, Standing,
    Status, Until, Void,
};
pub use number::{CertificateNumber, NumberError};
pub use record::{
    Certificate, Certificates, Issued, index_of_holder, index_of_name, index_of_year, indexes_of,
};

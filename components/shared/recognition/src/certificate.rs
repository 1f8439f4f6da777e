//! Certificates: their numbers, their events, and what follows from the events by the programme's data.
//!
//! Pure: no store, no clock, no HTTP. A [`CertificateNumber`] is derived from the certificate's basis. A
//! [`CertificateEvent`] is something that happened, with its legal date. A [`Life`] is computed from all events
//! by the programme's obligations, changes and grounds. The computation never fails.

mod check;
mod event;
mod fields;
mod life;
mod number;
mod record;

pub use event::{
    Basis, CertificateEvent, EventId, EventIdError, Holder, LONGEST_NAME, LONGEST_REASON,
    LONGEST_REFERENCE,
};
pub use fields::{EventFields, EventKind, MissingField};
pub use life::{
    CertificateStatus, EventEffect, Former, HistoryEntry, Issue, Life, Pending, Proposal, Recorded,
    Refusal, Span, StatusOn, Until, Void,
};
pub use number::{CertificateNumber, NumberError};
pub use record::{Certificate, Issued};

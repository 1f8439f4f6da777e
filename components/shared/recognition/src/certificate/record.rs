//! A certificate: its events, and the content of its issue.

use chrono::NaiveDate;
use rules::Programme;

use super::{Basis, CertificateEvent, CertificateNumber, EventId, Holder, Life, Recorded};

/// A certificate with its events, each once.
///
/// The status is not stored. [`life`](Self::life) computes it from the events and the programme's data in
/// microseconds. So a corrected rule takes effect in every answer at once, and the events are enough to show
/// the status on an earlier day and the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The number of the certificate.
    pub number: CertificateNumber,
    /// The programme.
    pub programme: String,
    /// The notice or evaluation on which the certificate is based.
    pub basis: Basis,
    /// The content of the issue.
    pub issued: Issued,
    /// All events of the certificate.
    pub events: Vec<Recorded>,
}

/// The content of a certificate at its issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The full official name.
    pub name: String,
    /// The holder.
    pub holder: Holder,
    /// The day of recognition.
    pub on: NaiveDate,
}

impl Certificate {
    /// The certificate with this number; `None` if none of the events issues it.
    pub fn of(number: CertificateNumber, events: Vec<Recorded>) -> Option<Self> {
        let issues = events.iter().filter_map(|recorded| match &recorded.event {
            CertificateEvent::Issued {
                programme,
                basis,
                name,
                holder,
                on,
                ..
            } => {
                let issued = Issued {
                    name: name.clone(),
                    holder: holder.clone(),
                    on: *on,
                };
                let order = (*on, recorded.n);
                Some((order, (programme.clone(), basis.clone(), issued)))
            }
            _ => None,
        });
        let (_, (programme, basis, issued)) = issues.min_by_key(|(order, _)| *order)?;
        Some(Self {
            number,
            programme,
            basis,
            issued,
            events,
        })
    }

    /// Computes the life of the certificate by the programme's data.
    pub fn life(&self, programme: &'static Programme) -> Life {
        Life::of(programme, &self.events)
    }
}

impl CertificateEvent {
    /// The id of the event on the certificate `number`.
    pub fn id(&self, number: &CertificateNumber) -> EventId {
        EventId::of(&number.to_string(), self)
    }
}

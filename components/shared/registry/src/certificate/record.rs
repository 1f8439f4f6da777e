//! The journal of certificates, their view, and where they are listed.

use chrono::NaiveDate;
use rules::Programme;
use serde::{Deserialize, Serialize};

use super::{Basis, CertificateNumber, Event, EventId, Holder, Life, Recorded};
use crate::id;
use crate::journal::{self, Record};
use crate::uscc::Uscc;

/// The journal of certificates.
pub enum Certificates {}

/// A certificate: its events, each once. What they come to follows by the programme's data, in
/// microseconds, so a rule that is mended takes effect in every answer at once; and a lookup that asks
/// how it stood on an earlier day, or for its history, needs no more than this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Its number.
    pub number: CertificateNumber,
    /// The programme.
    pub programme: String,
    /// What it rests on.
    pub basis: Basis,
    /// As what it was issued.
    pub issued: Issued,
    /// Everything that happened to it.
    pub events: Vec<Recorded>,
}

/// As what a certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// The full official name.
    pub name: String,
    /// The holder.
    pub holder: Holder,
    /// The day of recognition.
    pub on: NaiveDate,
}

impl Certificate {
    /// What its events come to.
    pub fn life(&self, programme: &'static Programme) -> Life {
        Life::of(programme, &self.events)
    }
}

impl Event {
    /// Identifies the event among those of a certificate.
    pub fn id(&self, number: &CertificateNumber) -> EventId {
        EventId::of(&number.to_string(), self)
    }
}

/// The index of the certificates that a holder has or had.
pub fn index_of_holder(uscc: &Uscc) -> String {
    format!("certificates/holder/{uscc}")
}

/// The index of the certificates that bear or bore a name.
pub fn index_of_name(name: &str) -> String {
    format!("certificates/name/{}", id::derive("name", &[name]))
}

/// The index of the certificates of a programme that were issued in a year.
pub fn index_of_year(programme: &str, year: i32) -> String {
    format!("certificates/year/{programme}/{year}")
}

/// Where a certificate is listed once an event of it is recorded.
pub fn indexes_of(event: &Event) -> Vec<String> {
    use chrono::Datelike;
    let (name, holder) = match event {
        Event::Issued {
            programme,
            name,
            holder,
            on,
            ..
        } => {
            return vec![
                index_of_holder(&holder.uscc),
                index_of_name(name),
                index_of_year(programme, on.year()),
            ];
        }
        Event::Filed { name, holder, .. } | Event::Approved { name, holder, .. } => (name, holder),
        _ => return Vec::new(),
    };
    let name = name.as_deref().map(index_of_name);
    let holder = holder.as_ref().map(|holder| index_of_holder(&holder.uscc));
    name.into_iter().chain(holder).collect()
}

impl Record for Certificates {
    const SPACE: &'static str = "cert";
    type Event = Event;
    type View = Certificate;

    fn fold(id: &str, entries: &[journal::Entry<Event>]) -> Option<Certificate> {
        let number = CertificateNumber::parse(id).ok()?;
        let events: Vec<_> = entries
            .iter()
            .filter_map(|entry| {
                Some(Recorded {
                    id: EventId::parse(&entry.written.id).ok()?,
                    n: entry.n,
                    recorded_at: entry.written.recorded_at,
                    by: entry.written.by.clone(),
                    event: entry.written.event.clone(),
                })
            })
            .collect();
        let issues = events.iter().filter_map(|recorded| match &recorded.event {
            Event::Issued {
                programme,
                basis,
                name,
                holder,
                on,
                ..
            } => Some((
                (*on, recorded.n),
                (
                    programme.clone(),
                    basis.clone(),
                    Issued {
                        name: name.clone(),
                        holder: holder.clone(),
                        on: *on,
                    },
                ),
            )),
            _ => None,
        });
        let (_, (programme, basis, issued)) = issues.min_by_key(|(order, _)| *order)?;
        Some(Certificate {
            number,
            programme,
            basis,
            issued,
            events,
        })
    }
}

//! The kinds of record that have a journal.

use recognition::certificate::{
    Certificate, CertificateEvent, CertificateNumber, EventId, Recorded,
};
use recognition::notice::{Notice, NoticeEvent};
use rules::Programme;
use store::RecordError;
use store::envelope::unreadable;
use store::journal::{Entry, Record};

/// Certificates, by their numbers.
pub enum Certificates {}

impl Record for Certificates {
    const SPACE: &'static str = "certificate";
    type Event = CertificateEvent;
    type View = Certificate;

    fn fold(id: &str, entries: &[Entry<CertificateEvent>]) -> Option<Certificate> {
        let events = entries.iter().filter_map(|entry| {
            Some(Recorded {
                id: EventId::parse(&entry.written.id).ok()?,
                n: entry.n,
                recorded_at: entry.written.recorded_at,
                by: entry.written.by.clone(),
                event: entry.written.event.clone(),
            })
        });
        Certificate::of(CertificateNumber::parse(id).ok()?, events.collect())
    }
}

/// Public notices, by their ids.
pub enum Notices {}

impl Record for Notices {
    const SPACE: &'static str = "notice";
    type Event = NoticeEvent;
    type View = Notice;

    fn fold(id: &str, entries: &[Entry<NoticeEvent>]) -> Option<Notice> {
        let events = entries.iter();
        let events = events.map(|entry| (&*entry.written.id, &entry.written.event));
        Notice::of(id, &events.collect::<Vec<_>>())
    }
}

/// The programme of a record.
///
/// # Errors
/// No programme has this id, so the record cannot be read.
pub fn programme_of(record: &str, id: &str) -> Result<&'static Programme, RecordError> {
    let rules = rules::programme(id);
    let rules = rules.ok_or_else(|| unreadable(record, &"its programme is not known"))?;
    Ok(rules.programme)
}

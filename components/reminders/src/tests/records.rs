//! Records in a store: what the requests of a test are answered from.

use calendar::Counting;
use recognition::certificate::{Basis, CertificateEvent, CertificateNumber, Holder};
use recognition::notice::{NoticeEvent, Promised, Published};
use recognition::outstanding::Subject;
use recognition::uscc::Uscc;
use registry::agenda::Agenda;
use registry::records::{Certificates, Notices};
use registry::{Run, RunEnd, RunMode};
use store::Memory;
use store::journal::{Journal, Record, Written};

use super::{at, day};

fn holder() -> Holder {
    Holder {
        name: "云杉材料有限公司".to_owned(),
        uscc: Uscc::parse("91140900MA0ABCD123").unwrap(),
    }
}

/// The number of the certificate that a programme has issued on that basis.
pub(crate) fn number(programme: &str, source: &str) -> CertificateNumber {
    let programme = rules::programme(programme).unwrap().programme;
    CertificateNumber::derive(&programme.certificate.prefix, 2026, source, 0)
}

/// A certificate under that name.
pub(crate) fn issued(
    store: &Memory,
    programme: &str,
    (source, name): (&str, &str),
    on: &str,
    until: Option<&str>,
) -> CertificateNumber {
    let event = CertificateEvent::Issued {
        programme: programme.to_owned(),
        basis: Basis::Evaluation(source.to_owned()),
        name: name.to_owned(),
        holder: holder(),
        on: day(on),
        until: until.map(day),
        reference: None,
    };
    let number = number(programme, source);
    happened(store, &number, event, &format!("{on}T10:00:00+08:00"));
    number
}

/// Something that happened to a certificate.
pub(crate) fn happened(
    store: &Memory,
    number: &CertificateNumber,
    event: CertificateEvent,
    recorded_at: &str,
) {
    let id = event.id(number).to_string();
    record::<Certificates>(store, &number.to_string(), id, event, recorded_at);
}

/// A notice of 忻州 for five working days from that day on, entered for that day.
pub(crate) fn published(store: &Memory, on: &str) -> String {
    let days = 5_u64.try_into().unwrap();
    let published = Published {
        evaluation: format!("evaluation of {on}"),
        programme: super::XZTIC.to_owned(),
        kind: None,
        applicant: holder(),
        name: "忻州市云杉技术创新中心".to_owned(),
        verdict: rules::Verdict::Eligible,
        published: day(on),
        promised: Promised::by(day(on), days, Counting::DayAfter).unwrap(),
    };
    let id = published.notice_id();
    on_notice(store, &id, NoticeEvent::Published(published), on);
    enter(store, &Subject::Notice(id.clone()), on);
    id
}

/// Something that happened to a notice.
pub(crate) fn on_notice(store: &Memory, id: &str, event: NoticeEvent, on: &str) {
    let recorded_at = format!("{on}T09:00:00+08:00");
    record::<Notices>(store, id, event.id(id), event, &recorded_at);
}

fn record<R: Record>(store: &Memory, id: &str, event_id: String, event: R::Event, at_time: &str) {
    let written = Written::new(event_id, at(at_time), "test", event);
    faults::run(async {
        let mut journal = Journal::<R>::load(store, id).await.unwrap();
        journal.record(written, &[]).await.unwrap();
    })
    .unwrap();
}

/// Enters a record for a day, as a run does.
pub(crate) fn enter(store: &Memory, subject: &Subject, on: &str) {
    let entered = faults::run(async { Agenda::of(store).check_on(subject, day(on)).await });
    entered.unwrap().unwrap();
}

/// Runs of reminders on so many days from that day on.
pub(crate) fn ticked(store: &Memory, from: &str, count: usize) {
    for today in day(from).iter_days().take(count) {
        let run = Run {
            now: at(&format!("{today}T12:00:00+08:00")),
            as_of: today,
            limit: 500,
            mode: RunMode::Real,
        };
        let outcome = faults::run(registry::run(store, &run)).unwrap().unwrap();
        assert_eq!(outcome.end, RunEnd::Reached);
    }
}

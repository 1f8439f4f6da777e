//! Checking a record for what is outstanding: the record is loaded, and what it comes to is computed.

pub mod programme;

use calendar::WorkingCalendar;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use recognition::certificate::{Certificate, CertificateNumber};
use recognition::notice::Notice;
use recognition::outstanding::{self, Outstanding, Subject};
use recognition::reminder::About;
use rules::Programme;
use store::envelope::unreadable;
use store::journal::{look_up, up_to_date};
use store::{KeyValue, RecordError};

use crate::declined::Declined;
use crate::records::{Certificates, Notices, programme_of};

/// A record, and what is outstanding on it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The record.
    pub about: About,
    /// What is outstanding, by statutory day.
    pub outstanding: Vec<Outstanding>,
    /// Whether more may fall due later.
    pub future: Future,
    /// When the newest event of a certificate was recorded. For a notice and a programme, the day they
    /// begin: no later event changes what is told of their deadlines.
    pub revised: DateTime<Utc>,
    /// The events on record.
    events: Vec<String>,
}

/// Whether more may fall due on a record later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Future {
    /// As time goes by.
    Open,
    /// By a new event alone.
    Closed,
}

/// How a record is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As a lookup reads it.
    AsKept,
    /// Brought up to date first, where a writer has stopped.
    UpToDate,
}

/// How far ahead a check goes: in days, a year and a day.
pub const HORIZON: u64 = 366;

/// The day so far ahead.
pub fn horizon(on: NaiveDate) -> NaiveDate {
    ahead(on, HORIZON)
}

/// The day so many days later.
pub fn ahead(on: NaiveDate, days: u64) -> NaiveDate {
    on.checked_add_days(Days::new(days)).unwrap_or(on)
}

/// The start of a day in UTC, for what is known by its day alone.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// What is outstanding on the record, as far as its first reminder lies on a day up to `through`. `None`
/// where there is no such record. Name and holder are those of the day `on`.
///
/// # Errors
/// The store failed, or holds something that cannot be read.
pub async fn check(
    store: &dyn KeyValue,
    subject: &Subject,
    reading: Reading,
    on: NaiveDate,
    through: NaiveDate,
) -> Result<Option<Checked>, RecordError> {
    let id = subject.id();
    match subject {
        Subject::Certificate(_) => {
            let certificate = match reading {
                Reading::AsKept => look_up::<Certificates>(store, &id).await?,
                Reading::UpToDate => up_to_date::<Certificates>(store, &id).await?,
            };
            let checked = certificate.map(|found| of_certificate(subject, &found, on, through));
            checked.transpose()
        }
        Subject::Notice(_) => {
            let notice = match reading {
                Reading::AsKept => look_up::<Notices>(store, &id).await?,
                Reading::UpToDate => up_to_date::<Notices>(store, &id).await?,
            };
            notice.map(|found| of_notice(subject, &found)).transpose()
        }
        Subject::Programme(_) => {
            let rules = rules::programme(&id);
            Ok(rules.map(|rules| of_programme(rules.programme, through)))
        }
    }
}

/// The same for the certificate of that number, as a lookup reads it.
///
/// # Errors
/// There is no such certificate, or as [`check`].
pub async fn check_certificate(
    store: &dyn KeyValue,
    number: CertificateNumber,
    on: NaiveDate,
    through: NaiveDate,
) -> Result<Checked, Declined> {
    let subject = Subject::Certificate(number);
    let checked = check(store, &subject, Reading::AsKept, on, through).await?;
    checked.ok_or(Declined::NoSuchCertificate)
}

fn of_certificate(
    subject: &Subject,
    certificate: &Certificate,
    on: NaiveDate,
    through: NaiveDate,
) -> Result<Checked, RecordError> {
    let programme = programme_of(&subject.to_string(), &certificate.programme)?;
    let life = certificate.life(programme);
    let calendar = WorkingCalendar::published();
    // Before its day of recognition a certificate has no status, and the name and holder it was issued for.
    let issued = &certificate.issued;
    let (name, holder, in_force) = match life.status_on(on) {
        Some(state) => (state.name, state.holder, state.status().is_in_force()),
        None => (&*issued.name, &issued.holder, true),
    };
    let events = certificate.events.iter();
    let newest = events.clone().map(|event| event.recorded_at.to_utc()).max();
    Ok(Checked {
        about: About {
            subject: subject.clone(),
            programme,
            name: Some(name.to_owned()),
            holder: Some(holder.clone()),
        },
        outstanding: outstanding::of_certificate(programme, &life, calendar, through),
        future: match in_force {
            true => Future::Open,
            false => Future::Closed,
        },
        revised: newest.unwrap_or_else(|| start_of(issued.on)),
        events: events.map(|event| event.id.to_string()).collect(),
    })
}

fn of_notice(subject: &Subject, notice: &Notice) -> Result<Checked, RecordError> {
    let published = &notice.published;
    let key = subject.to_string();
    let programme = programme_of(&key, &published.programme)?;
    let calendar = WorkingCalendar::published();
    let close = outstanding::of_notice(programme, notice, calendar);
    Ok(Checked {
        about: About {
            subject: subject.clone(),
            programme,
            name: Some(published.name.clone()),
            holder: Some(published.applicant.clone()),
        },
        outstanding: vec![close.map_err(|error| unreadable(&key, &error))?],
        future: Future::Closed,
        revised: start_of(published.published),
        // A notice is entered on the agenda for its publication alone. Without it there is no notice.
        events: vec![notice.id.clone()],
    })
}

/// What is outstanding for those who apply to the programme, as far as its first reminder lies on a day
/// up to `through`.
pub fn of_programme(programme: &'static Programme, through: NaiveDate) -> Checked {
    let calendar = WorkingCalendar::published();
    Checked {
        about: About {
            subject: Subject::Programme(programme.id.to_string()),
            programme,
            name: None,
            holder: None,
        },
        outstanding: outstanding::of_programme(programme, calendar, through),
        future: Future::Open,
        revised: start_of(programme.from.get()),
        events: Vec::new(),
    }
}

impl Checked {
    /// Whether the event is on record.
    pub fn has_event(&self, id: &str) -> bool {
        self.events.iter().any(|event| event == id)
    }
}

/// What is still to be done or will be, each thing once, by deadline.
pub fn still_to_do(checked: &[Checked], today: NaiveDate) -> Vec<(&Checked, &Outstanding)> {
    let id = |(record, item): &(&Checked, &Outstanding)| item.id(&record.about.subject);
    let mut items: Vec<_> = checked
        .iter()
        .flat_map(|record| record.outstanding.iter().map(move |item| (record, item)))
        .filter(|(_, item)| {
            let closed = item.closed.is_some_and(|closed| closed <= today);
            let too_late = item.is_overdue_on(today) && !item.is_owed_on(today);
            !closed && !too_late
        })
        .collect();
    items.sort_by_cached_key(|entry| (entry.1.deadline.effective, id(entry)));
    items.dedup_by_key(|entry| id(entry));
    items
}

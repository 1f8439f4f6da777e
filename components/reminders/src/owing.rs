//! What is owed on a record.

use calendar::WorkingCalendar;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use registry::certificate::{Certificate, Certificates, Holder};
use registry::duty::{self, Duty, Subject};
use registry::journal::{look_up, up_to_date};
use registry::notice::{Notice, Notices};
use registry::{KeyValue, RecordError};
use rules::Programme;

/// A record, with what is owed on it.
pub(crate) struct Owing {
    pub(crate) subject: Subject,
    pub(crate) programme: &'static Programme,
    /// The full official name; none for a programme.
    pub(crate) name: Option<String>,
    pub(crate) holder: Option<Holder>,
    /// By statutory day.
    pub(crate) duties: Vec<Duty>,
    /// Whether more may come to be owed after these.
    pub(crate) future: Future,
    /// When the newest event of a certificate was recorded. A notice and a programme show nothing that
    /// an event would change: the day they are of.
    pub(crate) revised: DateTime<Utc>,
    /// The events on record.
    events: Vec<String>,
}

/// Whether more may come to be owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Future {
    /// As time goes by.
    Open,
    /// By a new event alone.
    Closed,
}

/// How a record is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As a lookup reads it.
    AsKept,
    /// Brought up to date first, where a writer has stopped.
    UpToDate,
}

/// How far ahead of a day is looked for what is owed next: in days, a year and a day.
pub(crate) const HORIZON: u64 = 366;

/// The day so far ahead.
pub(crate) fn horizon(on: NaiveDate) -> NaiveDate {
    on.checked_add_days(Days::new(HORIZON)).unwrap_or(on)
}

impl Owing {
    /// What is owed on the record, as far as its first reminder lies on a day up to `through`; `None`
    /// where there is no such record. Names are those of the day `on`.
    ///
    /// # Errors
    /// The store failed, or holds something that cannot be read.
    pub(crate) async fn on(
        store: &impl KeyValue,
        subject: &Subject,
        reading: Reading,
        on: NaiveDate,
        through: NaiveDate,
    ) -> Result<Option<Self>, RecordError> {
        match subject {
            Subject::Certificate(number) => {
                let id = number.to_string();
                let found = match reading {
                    Reading::AsKept => look_up::<Certificates>(store, &id).await?.map(|f| f.view),
                    Reading::UpToDate => up_to_date::<Certificates>(store, &id).await?,
                };
                found
                    .map(|certificate| Self::certificate(subject, &certificate, on, through))
                    .transpose()
            }
            Subject::Notice(id) => {
                let found = match reading {
                    Reading::AsKept => look_up::<Notices>(store, id).await?.map(|f| f.view),
                    Reading::UpToDate => up_to_date::<Notices>(store, id).await?,
                };
                found
                    .map(|notice| Self::notice(subject, &notice))
                    .transpose()
            }
            Subject::Programme(id) => {
                Ok(rules::programme(id).map(|rules| Self::programme(rules.programme, through)))
            }
        }
    }

    fn certificate(
        subject: &Subject,
        certificate: &Certificate,
        on: NaiveDate,
        through: NaiveDate,
    ) -> Result<Self, RecordError> {
        let programme = programme(subject, &certificate.programme)?;
        let life = certificate.life(programme);
        let standing = life.status_on(on);
        let calendar = WorkingCalendar::published();
        let ended = standing.is_some_and(|standing| !standing.status().is_in_force());
        Ok(Self {
            subject: subject.clone(),
            programme,
            name: Some(
                standing
                    .map_or(&*certificate.issued.name, |s| s.name)
                    .to_owned(),
            ),
            holder: Some(
                standing
                    .map_or(&certificate.issued.holder, |s| s.holder)
                    .clone(),
            ),
            duties: duty::of_certificate(programme, &life, calendar, through),
            future: if ended { Future::Closed } else { Future::Open },
            revised: certificate
                .events
                .iter()
                .map(|event| event.recorded_at.to_utc())
                .max()
                .unwrap_or_else(|| start_of(certificate.issued.on)),
            events: certificate
                .events
                .iter()
                .map(|event| event.id.to_string())
                .collect(),
        })
    }

    fn notice(subject: &Subject, notice: &Notice) -> Result<Self, RecordError> {
        let published = &notice.published;
        let programme = programme(subject, &published.programme)?;
        let calendar = WorkingCalendar::published();
        let duty = duty::of_notice(programme, notice, calendar)
            .map_err(|error| unreadable(subject, &error))?;
        Ok(Self {
            subject: subject.clone(),
            programme,
            name: Some(published.name.clone()),
            holder: Some(published.applicant.clone()),
            duties: vec![duty],
            future: Future::Closed,
            revised: start_of(published.published),
            // A notice is entered for its publication alone, which is what makes it one.
            events: vec![notice.id.clone()],
        })
    }

    /// What applicants owe to a programme.
    pub(crate) fn programme(programme: &'static Programme, through: NaiveDate) -> Self {
        let calendar = WorkingCalendar::published();
        Self {
            subject: Subject::Programme(programme.id.to_string()),
            programme,
            name: None,
            holder: None,
            duties: duty::of_programme(programme, calendar, through),
            future: Future::Open,
            revised: start_of(programme.from.get()),
            events: Vec::new(),
        }
    }

    /// Whether the event is on record.
    pub(crate) fn has(&self, event: &str) -> bool {
        self.events.iter().any(|id| id == event)
    }
}

/// 00:00 UTC of a day of which no time is known.
pub(crate) fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn programme(subject: &Subject, id: &str) -> Result<&'static Programme, RecordError> {
    let rules = rules::programme(id);
    let rules = rules.ok_or_else(|| unreadable(subject, &"its programme is not known"))?;
    Ok(rules.programme)
}

fn unreadable(subject: &Subject, cause: &dyn std::fmt::Display) -> RecordError {
    RecordError::Unreadable {
        key: subject.to_string(),
        cause: cause.to_string(),
    }
}

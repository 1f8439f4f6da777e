//! Why an operation was not carried out.

use chrono::NaiveDate;
use recognition::certificate::{CertificateNumber, Refusal, Void};
use store::RecordError;
use text::Fault;

/// Why an operation was not carried out. Nothing was written, unless the variant says otherwise.
///
/// The variants carry data, not messages for callers: `endpoint` writes those.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    /// The request has faults.
    #[error("the request has faults")]
    Faults(Vec<Fault>),
    /// Another request already used the idempotency key.
    #[error("another request already used the idempotency key")]
    KeyReused,
    /// The client does not act for the programme.
    #[error("the client does not act for the programme {programme}")]
    NotForProgramme {
        /// The programme.
        programme: String,
    },
    /// There is no certificate with this number.
    #[error("there is no such certificate")]
    NoSuchCertificate,
    /// There is no notice with this id.
    #[error("there is no such notice")]
    NoSuchNotice,
    /// The notice has no objection with this id.
    #[error("the notice has no such objection")]
    NoSuchObjection,
    /// The application was judged not eligible, so no notice can be published for it.
    #[error("not eligible for a notice")]
    NotEligibleForNotice,
    /// The application was judged not eligible, so no certificate can be issued.
    #[error("not eligible for a certificate")]
    NotEligibleForCertificate,
    /// The programme has no public notice.
    #[error("the programme has no public notice")]
    NoNoticeInProgramme,
    /// The application already has a notice that was not withdrawn.
    #[error("the application already has the notice {notice}")]
    OnNoticeAlready {
        /// The id of that notice.
        notice: String,
    },
    /// The application has an earlier notice that was not withdrawn.
    #[error("the application has an earlier notice, {notice}")]
    EarlierNotice {
        /// The id of that notice.
        notice: String,
    },
    /// The notice has not closed.
    #[error("the notice has not closed")]
    NoticeOpen {
        /// The last day of the notice; `None` if it depends on a holiday notice that is not published yet.
        closes_on: Option<NaiveDate>,
    },
    /// The notice has closed.
    #[error("the notice closed on {last}")]
    NoticeClosed {
        /// The last day of the notice.
        last: NaiveDate,
    },
    /// The notice was withdrawn.
    #[error("the notice was withdrawn")]
    NoticeWithdrawn,
    /// A certificate was granted on the notice.
    #[error("a certificate was granted on the notice")]
    NoticeGranted,
    /// A certificate was granted on the notice, but with another number or for another day.
    #[error("certificate {number} was granted on the notice, for {on}")]
    GrantedOtherwise {
        /// The granted number.
        number: CertificateNumber,
        /// The granted day of issue.
        on: NaiveDate,
    },
    /// An objection is undecided or was upheld.
    #[error("an objection is undecided or was upheld")]
    ObjectionStands,
    /// There is already a decision on the objection.
    #[error("the objection was already decided")]
    ObjectionDecided,
    /// Another event that excludes this event was recorded at the same moment. Both are recorded, but only
    /// one of them has effect.
    #[error("overtaken: {0:?}")]
    Overtaken(Overtaken),
    /// A certificate in force already has the name.
    #[error("certificate {other} already has the name")]
    NameTaken {
        /// The number of that certificate.
        other: CertificateNumber,
    },
    /// The certificate was already issued, with other content than this request asks for.
    #[error("certificate {number} was already issued with other content")]
    IssuedOtherwise {
        /// The number of the certificate.
        number: CertificateNumber,
    },
    /// The event does not fit the certificate.
    #[error("the event does not fit: {0}")]
    DoesNotFit(Refusal),
    /// The event is recorded but has no effect: another event that excludes it was recorded at the same
    /// moment.
    #[error("the event has no effect: {0}")]
    TookNoEffect(Void),
    /// The report was not overdue on that day.
    #[error("the report was not overdue")]
    ReportNotOverdue,
    /// The report was not outstanding on that day.
    #[error("the report was not outstanding")]
    ReportNotOwed,
    /// The record has reached the largest size that the store accepts.
    #[error("the record of the {0:?} is full")]
    Full(RecordKind),
    /// The store failed, or a stored value cannot be read. Repeating the request is safe.
    #[error(transparent)]
    Failed(#[from] RecordError),
}

/// What was recorded at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overtaken {
    /// An event that excludes this event.
    ByExclusion,
    /// An objection or a withdrawal, before this grant.
    BeforeGrant,
    /// A grant for another day.
    ByOtherGrant,
}

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A certificate.
    Certificate,
    /// A notice.
    Notice,
}

impl From<Vec<Fault>> for Declined {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

impl Declined {
    /// A single fault.
    pub(crate) fn fault(pointer: &str, zh: &'static str, en: &'static str) -> Self {
        Self::Faults(vec![Fault {
            pointer: pointer.to_owned(),
            message: text::Text::new(zh, en),
        }])
    }

    /// Converts an error of writing to a record of this kind.
    pub(crate) fn writing(kind: RecordKind) -> impl Fn(RecordError) -> Self {
        move |error| match error {
            RecordError::TooLarge { .. } => Self::Full(kind),
            error => Self::Failed(error),
        }
    }
}

//! Public notices in JSON.

use calendar::{NoticeWindow, WorkingCalendar, closes_at};
use chrono::NaiveDate;
use recognition::certificate::{CertificateNumber, Holder};
use recognition::notice::{
    Granted, Notice, NoticeStatus, Objection, Outcome, Promised, Published, Resolved, Withdrawn,
};
use rules::Verdict;
use serde::Serialize;
use store::RecordError;
use store::envelope::unreadable;
use store::listing::Page;
use text::Day;

use crate::answer::dates::EndOfDay;

/// What was recorded when a notice was published. Later events do not change this.
#[derive(Serialize)]
pub(crate) struct ShownPublication<'n> {
    id: &'n str,
    evaluation: &'n str,
    programme: &'n str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'n str>,
    name: &'n str,
    applicant: &'n Holder,
    verdict: Verdict,
    published: Day,
    promised: ShownPromise<'n>,
}

impl<'n> ShownPublication<'n> {
    pub(crate) fn new(id: &'n str, published: &'n Published) -> Self {
        Self {
            id,
            evaluation: &published.evaluation,
            programme: &published.programme,
            kind: published.kind.as_deref(),
            name: &published.name,
            applicant: &published.applicant,
            verdict: published.verdict,
            published: Day::from(published.published),
            promised: ShownPromise {
                promised: &published.promised,
                closes_at: published.promised.last_day.map(closes_at).map(EndOfDay),
            },
        }
    }
}

#[derive(Serialize)]
struct ShownPromise<'n> {
    #[serde(flatten)]
    promised: &'n Promised,
    closes_at: Option<EndOfDay>,
}

/// A notice with its status today.
#[derive(Serialize)]
pub(crate) struct ShownNotice<'n> {
    #[serde(flatten)]
    publication: ShownPublication<'n>,
    status: NoticeStatus,
    /// The window, computed from the holiday notices that are published today.
    now: ShownNow,
    /// The last day on which objections can be made.
    closes_on: Option<Day>,
    closes_at: Option<EndOfDay>,
    objections: ShownObjections<'n>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn: Option<&'n Withdrawn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<ShownGrant<'n>>,
}

#[derive(Serialize)]
struct ShownNow {
    first_day: Option<Day>,
    last_day: Option<Day>,
    certainty: &'static str,
    /// Whether this window differs from the promised window.
    moved: bool,
    notices: Vec<&'static str>,
}

#[derive(Serialize)]
struct ShownObjections<'n> {
    undecided: usize,
    dismissed: usize,
    upheld: usize,
    /// All objections. Only portals see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<&'n [Objection]>,
}

#[derive(Serialize)]
struct ShownGrant<'n> {
    number: &'n CertificateNumber,
    issued_on: Day,
    /// The path of the certificate, as soon as the certificate is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
}

/// Who reads a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Anyone.
    Public,
    /// A portal that acts for the programme.
    Portal,
}

/// The window of a notice, computed from the holiday notices that are published today, and the status of
/// the notice on `today`.
///
/// # Errors
/// The stored notice has a window that cannot be computed.
pub(crate) fn window_and_status(
    notice: &Notice,
    today: NaiveDate,
) -> Result<(NoticeWindow, NoticeStatus), RecordError> {
    let window = notice.published.window(WorkingCalendar::published());
    let window = window.map_err(|error| unreadable(&notice.id, &error))?;
    let status = notice.status(&window, today);
    Ok((window, status))
}

impl<'n> ShownNotice<'n> {
    pub(crate) fn new(
        notice: &'n Notice,
        window: &NoticeWindow,
        status: NoticeStatus,
        reader: Reader,
    ) -> Self {
        let promised = &notice.published.promised;
        let closes_on = notice.closes_on(window);
        let notices = window.notices();
        let count = |outcome| {
            let outcomes = notice.objections.iter().map(Objection::outcome);
            outcomes.filter(|found| *found == outcome).count()
        };
        Self {
            publication: ShownPublication::new(&notice.id, &notice.published),
            status,
            now: ShownNow {
                first_day: window.first_day.map(Day::from),
                last_day: window.last_day.map(Day::from),
                certainty: window.certainty.as_str(),
                moved: (promised.first_day, promised.last_day)
                    != (window.first_day, window.last_day),
                notices: notices.into_iter().map(|notice| notice.number).collect(),
            },
            closes_on: closes_on.map(Day::from),
            closes_at: closes_on.map(closes_at).map(EndOfDay),
            objections: ShownObjections {
                undecided: count(None),
                dismissed: count(Some(Outcome::Dismissed)),
                upheld: count(Some(Outcome::Upheld)),
                all: (reader == Reader::Portal).then_some(&notice.objections),
            },
            withdrawn: notice.withdrawn.as_ref(),
            granted: notice
                .granted
                .as_ref()
                .map(|Granted { number, on }| ShownGrant {
                    number,
                    issued_on: Day::from(*on),
                    href: notice
                        .issued
                        .is_some()
                        .then(|| format!("/v1/certificates/{number}")),
                }),
        }
    }
}

/// A notice in a list.
#[derive(Serialize)]
pub(crate) struct ListedNotice {
    id: String,
    programme: String,
    name: String,
    applicant: Holder,
    published: Day,
    status: NoticeStatus,
    closes_on: Option<Day>,
    href: String,
}

impl ListedNotice {
    pub(crate) fn new(notice: Notice, window: &NoticeWindow, status: NoticeStatus) -> Self {
        let closes_on = notice.closes_on(window).map(Day::from);
        let href = format!("/v1/notices/{}", notice.id);
        Self {
            id: notice.id,
            programme: notice.published.programme,
            name: notice.published.name,
            applicant: notice.published.applicant,
            published: Day::from(notice.published.published),
            status,
            closes_on,
            href,
        }
    }
}

/// A page of the list of notices.
#[derive(Serialize)]
pub(crate) struct List {
    notices: Vec<ListedNotice>,
    /// The `cursor` of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

impl TryFrom<Page<Result<ListedNotice, RecordError>>> for List {
    type Error = RecordError;

    fn try_from(page: Page<Result<ListedNotice, RecordError>>) -> Result<Self, RecordError> {
        Ok(Self {
            notices: page.records.into_iter().collect::<Result<_, _>>()?,
            next: page.next,
        })
    }
}

/// An objection that was recorded.
#[derive(Serialize)]
pub(crate) struct ShownObjection<'n> {
    pub(crate) notice: &'n str,
    pub(crate) id: &'n str,
    pub(crate) received_on: Day,
    pub(crate) reference: &'n str,
    pub(crate) resolution: String,
}

/// A decision that was recorded.
#[derive(Serialize)]
pub(crate) struct ShownResolution<'n> {
    pub(crate) notice: &'n str,
    #[serde(flatten)]
    pub(crate) resolved: &'n Resolved,
}

/// A withdrawal that was recorded.
#[derive(Serialize)]
pub(crate) struct ShownWithdrawal<'n> {
    pub(crate) notice: &'n str,
    #[serde(flatten)]
    pub(crate) withdrawn: &'n Withdrawn,
}

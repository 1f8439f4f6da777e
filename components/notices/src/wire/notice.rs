//! Public notices in JSON: what comes in, what goes out.

use calendar::{Certainty, NoticeWindow, WorkingCalendar, closes_at};
use chrono::NaiveDate;
use registry::certificate::{CertificateNumber, Holder};
use registry::index::Page;
use registry::notice::{
    CountingRule, Granted, Notice, Objection, Outcome, Promised, Published, Resolved, Status,
    Withdrawn,
};
use rules::Verdict;
use serde::{Deserialize, Serialize};
use web::Problem;

use crate::wire::dates::{EndOfDay, Iso};

/// A request to put an application on notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicationRequest {
    pub(crate) evaluation: String,
    #[serde(deserialize_with = "web::date::deserialize")]
    pub(crate) published: NaiveDate,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) days: Option<u64>,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) counting: Option<CountingRule>,
}

/// An objection that was received.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectionRequest {
    #[serde(deserialize_with = "web::date::deserialize")]
    pub(crate) received_on: NaiveDate,
    pub(crate) reference: String,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) matter: Option<String>,
}

/// A decision on an objection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolutionRequest {
    pub(crate) outcome: Outcome,
    #[serde(deserialize_with = "web::date::deserialize")]
    pub(crate) on: NaiveDate,
    pub(crate) reference: String,
}

/// A notice taken back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawalRequest {
    #[serde(deserialize_with = "web::date::deserialize")]
    pub(crate) on: NaiveDate,
    pub(crate) reference: String,
    pub(crate) reason: String,
}

/// A notice that was put up: what stands from then on, whatever becomes of it.
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
    published: Iso,
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
            published: Iso(published.published),
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

/// A notice as it stands today.
#[derive(Serialize)]
pub(crate) struct ShownNotice<'n> {
    #[serde(flatten)]
    publication: ShownPublication<'n>,
    status: Status,
    /// The window by the holiday notices that are out now.
    now: ShownNow,
    /// Until when objections can be made.
    closes_on: Option<Iso>,
    closes_at: Option<EndOfDay>,
    objections: ShownObjections<'n>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn: Option<&'n Withdrawn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<ShownGrant<'n>>,
}

#[derive(Serialize)]
struct ShownNow {
    first_day: Option<Iso>,
    last_day: Option<Iso>,
    certainty: &'static str,
    /// Whether it is another than was promised.
    moved: bool,
    notices: Vec<&'static str>,
}

#[derive(Serialize)]
struct ShownObjections<'n> {
    undecided: usize,
    dismissed: usize,
    upheld: usize,
    /// What portals see and the public does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<&'n [Objection]>,
}

#[derive(Serialize)]
struct ShownGrant<'n> {
    number: &'n CertificateNumber,
    issued_on: Iso,
    /// Where the certificate is, once it is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
}

/// Who looks at a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Anyone.
    Public,
    /// A portal that acts for the programme.
    Portal,
}

/// Of a notice: the window by what is known today, and how the notice stands.
pub(crate) fn standing(
    notice: &Notice,
    today: NaiveDate,
) -> Result<(NoticeWindow, Status), Problem> {
    let window = notice.published.window(WorkingCalendar::published());
    let window = window.map_err(|e| Problem::internal(&e))?;
    let status = notice.status(&window, today);
    Ok((window, status))
}

impl<'n> ShownNotice<'n> {
    pub(crate) fn new(
        notice: &'n Notice,
        window: &NoticeWindow,
        status: Status,
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
                first_day: window.first_day.map(Iso),
                last_day: window.last_day.map(Iso),
                certainty: match window.certainty {
                    Certainty::Settled => "settled",
                    Certainty::Provisional(_) => "provisional",
                },
                moved: (promised.first_day, promised.last_day)
                    != (window.first_day, window.last_day),
                notices: notices.into_iter().map(|notice| notice.number).collect(),
            },
            closes_on: closes_on.map(Iso),
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
                    issued_on: Iso(*on),
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
pub(crate) struct Entry {
    id: String,
    programme: String,
    name: String,
    applicant: Holder,
    published: Iso,
    status: Status,
    closes_on: Option<Iso>,
    href: String,
}

impl Entry {
    pub(crate) fn new(notice: Notice, window: &NoticeWindow, status: Status) -> Self {
        let closes_on = notice.closes_on(window).map(Iso);
        let href = format!("/v1/notices/{}", notice.id);
        Self {
            id: notice.id,
            programme: notice.published.programme,
            name: notice.published.name,
            applicant: notice.published.applicant,
            published: Iso(notice.published.published),
            status,
            closes_on,
            href,
        }
    }
}

/// A part of the list of notices.
#[derive(Serialize)]
pub(crate) struct List {
    notices: Vec<Entry>,
    /// The `cursor` of the next part.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

impl TryFrom<Page<Result<Entry, Problem>>> for List {
    type Error = Problem;

    fn try_from(page: Page<Result<Entry, Problem>>) -> Result<Self, Problem> {
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
    pub(crate) received_on: Iso,
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

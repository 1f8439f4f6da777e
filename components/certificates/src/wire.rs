//! The JSON of this component: what comes in, what goes out.

use chrono::{DateTime, FixedOffset, NaiveDate};
use registry::certificate::{
    Basis, Certificate, CertificateNumber, Event, EventEffect, EventId, Holder, Life, Pending,
    Proposal, Span, Status, Until, Void,
};
use registry::index::Page;
use rules::{Cite, Ground, Programme};
use serde::{Deserialize, Serialize};
use web::date::{En, Zh};
use web::{Problem, Text};

use crate::desk::text_of;

/// A request to issue a certificate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueRequest {
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) notice: Option<String>,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) evaluation: Option<String>,
    #[serde(deserialize_with = "web::date::deserialize")]
    pub(crate) issued_on: NaiveDate,
    #[serde(default, deserialize_with = "until")]
    pub(crate) until: Option<NaiveDate>,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) reference: Option<String>,
}

fn until<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    web::date::deserialize(deserializer).map(Some)
}

/// A certificate that was issued: what stands from then on, whatever becomes of it.
#[derive(Serialize)]
pub(crate) struct ShownIssue<'c> {
    number: String,
    event: &'c EventId,
    programme: &'c str,
    name: &'c str,
    holder: &'c Holder,
    issued_on: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'c str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<Text>,
    href: String,
}

impl<'c> ShownIssue<'c> {
    pub(crate) fn new(
        number: &CertificateNumber,
        event: &'c EventId,
        programme: &'static Programme,
        name: &'c str,
        holder: &'c Holder,
        request: &'c IssueRequest,
    ) -> Self {
        Self {
            number: number.to_string(),
            event,
            programme: &programme.id,
            name,
            holder,
            issued_on: request.issued_on,
            until: request.until,
            reference: request.reference.as_deref(),
            advisories: advisories(holder),
            href: format!("/v1/certificates/{number}"),
        }
    }
}

/// What is odd about a holder, and refused by nobody.
fn advisories(holder: &Holder) -> Vec<Text> {
    holder.uscc.advisory().map(text_of).into_iter().collect()
}

/// An event that was recorded.
#[derive(Serialize)]
pub(crate) struct ShownEvent<'c> {
    pub(crate) number: &'c CertificateNumber,
    pub(crate) id: &'c EventId,
    pub(crate) event: &'c Event,
}

/// A certificate as it stands on a day.
#[derive(Serialize)]
pub(crate) struct ShownCertificate<'c> {
    number: &'c CertificateNumber,
    programme: &'c str,
    programme_name: &'static rules::Text,
    name: &'c str,
    former_names: Vec<FormerName<'c>>,
    holder: &'c Holder,
    former_holders: Vec<FormerHolder<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    basis: &'c Basis,
    /// The day that is asked about.
    on: NaiveDate,
    /// How it stands on that day; `null` before it was issued.
    status: Option<Status>,
    summary: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Because<'c>>,
    /// What the authority has to decide today.
    pending_decisions: Vec<ShownPending<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<Text>,
    history: String,
}

#[derive(Serialize)]
struct FormerName<'c> {
    name: &'c str,
    since: NaiveDate,
    until: NaiveDate,
}

#[derive(Serialize)]
struct FormerHolder<'c> {
    holder: &'c Holder,
    since: NaiveDate,
    until: NaiveDate,
}

/// Why a certificate has its status.
#[derive(Serialize)]
struct Because<'c> {
    event: &'c EventId,
    cite: &'static Cite,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<ShownGround>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Until>,
}

#[derive(Serialize)]
struct ShownGround {
    id: &'static str,
    label: &'static rules::Text,
}

impl ShownGround {
    fn new(ground: &'static Ground) -> Self {
        Self {
            id: &ground.id,
            label: &ground.label,
        }
    }
}

/// A decision that is proposed.
#[derive(Serialize)]
struct ShownPending<'c> {
    #[serde(flatten)]
    proposal: Proposal,
    /// The event that the decision names as `because`.
    because: &'c EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<ShownGround>,
    label: &'static rules::Text,
    cite: &'static Cite,
    since: NaiveDate,
}

impl<'c> ShownPending<'c> {
    fn new(pending: &'c Pending) -> Self {
        Self {
            proposal: pending.proposal,
            because: &pending.because,
            ground: pending.ground.map(ShownGround::new),
            label: pending.label,
            cite: pending.cite,
            since: pending.since,
        }
    }
}

impl<'c> ShownCertificate<'c> {
    pub(crate) fn new(
        certificate: &'c Certificate,
        programme: &'static Programme,
        life: &'c Life,
        on: NaiveDate,
    ) -> Self {
        let standing = life.status_on(on);
        let span = standing.as_ref().map(|standing| standing.span);
        let issued = &certificate.issued;
        // Before it was issued it bore none: what it was issued with is shown.
        let name = standing.as_ref().map_or(issued.name.as_str(), |s| s.name);
        let holder = standing.as_ref().map_or(&issued.holder, |s| s.holder);
        Self {
            number: &certificate.number,
            programme: &certificate.programme,
            programme_name: &programme.name,
            name,
            former_names: life
                .former_names()
                .filter(|former| former.until < on)
                .map(|former| FormerName {
                    name: former.value,
                    since: former.since,
                    until: former.until,
                })
                .collect(),
            holder,
            former_holders: life
                .former_holders()
                .filter(|former| former.until < on)
                .map(|former| FormerHolder {
                    holder: former.value,
                    since: former.since,
                    until: former.until,
                })
                .collect(),
            issued_on: life.issue().map(|issue| issue.on),
            until: life.issue().and_then(|issue| issue.until),
            basis: &certificate.basis,
            on,
            status: span.map(|span| span.status),
            summary: summary(span, on),
            since: span.map(|span| span.since),
            because: span.map(|span| Because {
                event: &span.because,
                cite: span.article,
                reference: span.reference.as_deref(),
                ground: span.ground.map(ShownGround::new),
                until: span.until,
            }),
            pending_decisions: life.pending().iter().map(ShownPending::new).collect(),
            advisories: advisories(holder),
            history: format!("/v1/certificates/{}/history", certificate.number),
        }
    }
}

/// How a certificate stands, in a sentence.
fn summary(span: Option<&Span>, on: NaiveDate) -> Text {
    let Some(span) = span else {
        return Text::new(
            format!("{}，证书尚未颁发。", Zh(on)),
            format!("On {} the certificate had not been issued.", En(on)),
        );
    };
    let since = span.since;
    let (zh, en) = match span.status {
        Status::Valid => ("有效", "is valid"),
        Status::UnderRectification => (
            "有效，正在整改",
            "is valid, and a rectification is under way",
        ),
        Status::Revoked => ("已被撤销", "is revoked"),
        Status::Expired => ("已期满", "has expired"),
    };
    Text::new(
        format!("{}，该证书{zh}（自{}起）。", Zh(on), Zh(since)),
        format!("On {} the certificate {en} (since {}).", En(on), En(since)),
    )
}

/// A certificate in a list.
#[derive(Serialize)]
pub(crate) struct Entry {
    number: CertificateNumber,
    programme: String,
    name: String,
    holder: Holder,
    issued_on: NaiveDate,
    status: Option<Status>,
    href: String,
}

impl Entry {
    pub(crate) fn new(certificate: &Certificate, life: &Life, today: NaiveDate) -> Self {
        let standing = life.status_on(today);
        let issued = &certificate.issued;
        Self {
            number: certificate.number.clone(),
            programme: certificate.programme.clone(),
            name: life.name().unwrap_or(&issued.name).to_owned(),
            holder: life.holder().unwrap_or(&issued.holder).clone(),
            issued_on: issued.on,
            status: standing.map(|standing| standing.status()),
            href: format!("/v1/certificates/{}", certificate.number),
        }
    }
}

/// A part of a list.
#[derive(Serialize)]
pub(crate) struct List {
    certificates: Vec<Entry>,
    /// The `cursor` of the next part.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

impl TryFrom<Page<Result<Entry, Problem>>> for List {
    type Error = Problem;

    fn try_from(page: Page<Result<Entry, Problem>>) -> Result<Self, Problem> {
        Ok(Self {
            certificates: page.records.into_iter().collect::<Result<_, _>>()?,
            next: page.next,
        })
    }
}

/// Everything that happened to a certificate, by legal date.
#[derive(Serialize)]
pub(crate) struct ShownHistory<'c> {
    number: &'c CertificateNumber,
    events: Vec<ShownEntry<'c>>,
}

#[derive(Serialize)]
struct ShownEntry<'c> {
    id: &'c EventId,
    recorded_at: DateTime<FixedOffset>,
    #[serde(flatten)]
    event: &'c Event,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    annulled_by: Option<&'c EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<ShownVoid<'c>>,
}

#[derive(Serialize)]
struct ShownVoid<'c> {
    #[serde(flatten)]
    void: &'c Void,
    text: rules::Text,
}

impl<'c> ShownHistory<'c> {
    pub(crate) fn new(number: &'c CertificateNumber, life: &'c Life) -> Self {
        let events = life.history().map(|entry| {
            let (effect, annulled_by, void) = match &entry.effect {
                EventEffect::Counts => ("counts", None, None),
                EventEffect::Annulled { by } => ("annulled", Some(by), None),
                EventEffect::Void(void) => ("void", None, Some(void)),
            };
            ShownEntry {
                id: &entry.recorded.id,
                recorded_at: entry.recorded.recorded_at,
                event: &entry.recorded.event,
                effect,
                annulled_by,
                why: void.map(|void| ShownVoid {
                    void,
                    text: void.text(),
                }),
            }
        });
        Self {
            number,
            events: events.collect(),
        }
    }
}

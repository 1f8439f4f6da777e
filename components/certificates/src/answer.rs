//! The JSON of answers.

use chrono::{DateTime, FixedOffset, NaiveDate};
use recognition::certificate::{
    Basis, Certificate, CertificateEvent, CertificateNumber, CertificateStatus, EventEffect,
    EventId, Holder, Life, Pending, Proposal, Span, Until, Void,
};
use registry::{IssueRequest, IssuedCertificate};
use rules::{Cite, Ground, Programme};
use serde::Serialize;
use store::RecordError;
use store::listing::Page;
use text::{En, Text, Zh};

/// What was recorded when a certificate was issued. Later events do not change this.
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
    pub(crate) fn new(issued: &'c IssuedCertificate, asked: &'c IssueRequest) -> Self {
        let number = &issued.number;
        Self {
            number: number.to_string(),
            event: &issued.event,
            programme: &issued.programme.id,
            name: &issued.name,
            holder: &issued.holder,
            issued_on: asked.issued_on,
            until: asked.until,
            reference: asked.reference.as_deref(),
            advisories: advisories(&issued.holder),
            href: format!("/v1/certificates/{number}"),
        }
    }
}

/// What looks wrong about a holder but is accepted.
fn advisories(holder: &Holder) -> Vec<Text> {
    holder.uscc.advisory().into_iter().collect()
}

/// An event that was recorded.
#[derive(Serialize)]
pub(crate) struct ShownEvent<'c> {
    pub(crate) number: &'c CertificateNumber,
    pub(crate) id: &'c EventId,
    pub(crate) event: &'c CertificateEvent,
}

/// A certificate with its status on a day.
#[derive(Serialize)]
pub(crate) struct ShownCertificate<'c> {
    number: &'c CertificateNumber,
    programme: &'c str,
    programme_name: &'static Text,
    name: &'c str,
    former_names: Vec<FormerName<'c>>,
    holder: &'c Holder,
    former_holders: Vec<FormerHolder<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    basis: &'c Basis,
    /// The day of the status.
    on: NaiveDate,
    /// The status on that day; `null` before the certificate was issued.
    status: Option<CertificateStatus>,
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
    label: &'static Text,
}

impl ShownGround {
    fn new(ground: &'static Ground) -> Self {
        Self {
            id: &ground.id,
            label: &ground.label,
        }
    }
}

/// A proposed decision.
#[derive(Serialize)]
struct ShownPending<'c> {
    #[serde(flatten)]
    proposal: Proposal,
    /// The event that the decision names as `because`.
    because: &'c EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<ShownGround>,
    label: &'static Text,
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
        // Before the day of issue there is no status. Then the name and the holder of the issue are shown.
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

/// The status of a certificate in one sentence.
fn summary(span: Option<&Span>, on: NaiveDate) -> Text {
    let Some(span) = span else {
        return Text::new(
            format!("{}，证书尚未颁发。", Zh(on)),
            format!("On {} the certificate had not been issued.", En(on)),
        );
    };
    let since = span.since;
    let (zh, en) = match span.status {
        CertificateStatus::Valid => ("有效", "is valid"),
        CertificateStatus::UnderRectification => (
            "有效，正在整改",
            "is valid, and a rectification is under way",
        ),
        CertificateStatus::Revoked => ("已被撤销", "is revoked"),
        CertificateStatus::Expired => ("已期满", "has expired"),
    };
    Text::new(
        format!("{}，该证书{zh}（自{}起）。", Zh(on), Zh(since)),
        format!("On {} the certificate {en} (since {}).", En(on), En(since)),
    )
}

/// A certificate in a list.
#[derive(Serialize)]
pub(crate) struct ListedCertificate {
    number: CertificateNumber,
    programme: String,
    name: String,
    holder: Holder,
    issued_on: NaiveDate,
    status: Option<CertificateStatus>,
    href: String,
}

impl ListedCertificate {
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

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct List {
    certificates: Vec<ListedCertificate>,
    /// The `cursor` of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

impl TryFrom<Page<Result<ListedCertificate, RecordError>>> for List {
    type Error = RecordError;

    fn try_from(page: Page<Result<ListedCertificate, RecordError>>) -> Result<Self, RecordError> {
        Ok(Self {
            certificates: page.records.into_iter().collect::<Result<_, _>>()?,
            next: page.next,
        })
    }
}

/// All events of a certificate, by legal date.
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
    event: &'c CertificateEvent,
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
    text: Text,
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

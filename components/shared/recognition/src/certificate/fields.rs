//! An event as a flat JSON object. Requests, the store and answers use this form.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use text::Day;

use super::{Basis, CertificateEvent, EventId, Holder};

/// The members of an event. The kind of an event decides which of them it has; the others are absent.
///
/// All kinds share one type, because a reader for each kind would make the component much larger. Unknown
/// members are skipped, because a later version may have written them. Code that reads a request must refuse
/// unknown members itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFields {
    /// What happened.
    pub kind: EventKind,
    /// The programme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// The notice or evaluation on which the certificate is based.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// The obligation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obligation: Option<String>,
    /// The calendar year in which the report or assessment is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// The outcome of an assessment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The event that caused a proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<EventId>,
    /// The change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// The ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// The event that is annulled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// The full official name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// The legal date.
    pub on: Day,
    /// The last day of a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The file number of the decision or report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What was wrong with an annulled event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What happened: the kinds of [`CertificateEvent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented at the variant of the same name")]
pub enum EventKind {
    Issued,
    ReportReceived,
    ReportMissed,
    Assessed,
    RectificationOrdered,
    RectificationPassed,
    RectificationFailed,
    Changed,
    Filed,
    Approved,
    GroundFound,
    Kept,
    Revoked,
    Annulled,
}

/// A member that the kind of event needs is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("missing field `{0}`")]
pub struct MissingField(pub &'static str);

impl EventFields {
    /// An event of this kind and day without other members.
    pub fn new(kind: EventKind, on: NaiveDate) -> Self {
        Self {
            kind,
            programme: None,
            basis: None,
            obligation: None,
            year: None,
            outcome: None,
            because: None,
            change: None,
            ground: None,
            event: None,
            name: None,
            holder: None,
            on: on.into(),
            until: None,
            reference: None,
            reason: None,
        }
    }

    /// Converts the members to an event. Members that the kind does not have are ignored.
    ///
    /// # Errors
    /// A member that the kind needs is missing.
    pub fn into_event(self) -> Result<CertificateEvent, MissingField> {
        fn needed<T>(member: Option<T>, name: &'static str) -> Result<T, MissingField> {
            member.ok_or(MissingField(name))
        }
        let on = self.on.get();
        Ok(match self.kind {
            EventKind::Issued => CertificateEvent::Issued {
                programme: needed(self.programme, "programme")?,
                basis: needed(self.basis, "basis")?,
                name: needed(self.name, "name")?,
                holder: needed(self.holder, "holder")?,
                on,
                until: self.until.map(Day::get),
                reference: self.reference,
            },
            EventKind::ReportReceived => CertificateEvent::ReportReceived {
                obligation: needed(self.obligation, "obligation")?,
                year: needed(self.year, "year")?,
                on,
                reference: self.reference,
            },
            EventKind::ReportMissed => CertificateEvent::ReportMissed {
                obligation: needed(self.obligation, "obligation")?,
                year: needed(self.year, "year")?,
                on,
                reference: self.reference,
            },
            EventKind::Assessed => CertificateEvent::Assessed {
                obligation: needed(self.obligation, "obligation")?,
                year: needed(self.year, "year")?,
                outcome: needed(self.outcome, "outcome")?,
                on,
                reference: self.reference,
            },
            EventKind::RectificationOrdered => CertificateEvent::RectificationOrdered {
                because: needed(self.because, "because")?,
                on,
                reference: needed(self.reference, "reference")?,
                until: self.until.map(Day::get),
            },
            EventKind::RectificationPassed => CertificateEvent::RectificationPassed {
                on,
                reference: self.reference,
            },
            EventKind::RectificationFailed => CertificateEvent::RectificationFailed {
                on,
                reference: self.reference,
            },
            EventKind::Changed => CertificateEvent::Changed {
                change: needed(self.change, "change")?,
                on,
                reference: self.reference,
            },
            EventKind::Filed => CertificateEvent::Filed {
                change: needed(self.change, "change")?,
                on,
                reference: self.reference,
                name: self.name,
                holder: self.holder,
            },
            EventKind::Approved => CertificateEvent::Approved {
                change: needed(self.change, "change")?,
                on,
                reference: needed(self.reference, "reference")?,
                name: self.name,
                holder: self.holder,
            },
            EventKind::GroundFound => CertificateEvent::GroundFound {
                ground: needed(self.ground, "ground")?,
                on,
                reference: needed(self.reference, "reference")?,
            },
            EventKind::Kept => CertificateEvent::Kept {
                because: needed(self.because, "because")?,
                on,
                reference: needed(self.reference, "reference")?,
            },
            EventKind::Revoked => CertificateEvent::Revoked {
                because: needed(self.because, "because")?,
                ground: needed(self.ground, "ground")?,
                on,
                reference: needed(self.reference, "reference")?,
            },
            EventKind::Annulled => CertificateEvent::Annulled {
                event: needed(self.event, "event")?,
                on,
                reference: needed(self.reference, "reference")?,
                reason: needed(self.reason, "reason")?,
            },
        })
    }
}

impl EventKind {
    /// The members that an event of this kind can have, without `kind` and `on`.
    pub const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Issued => &["programme", "basis", "name", "holder", "until", "reference"],
            Self::ReportReceived | Self::ReportMissed => &["obligation", "year", "reference"],
            Self::Assessed => &["obligation", "year", "outcome", "reference"],
            Self::RectificationOrdered => &["because", "reference", "until"],
            Self::RectificationPassed | Self::RectificationFailed => &["reference"],
            Self::Changed => &["change", "reference"],
            Self::Filed | Self::Approved => &["change", "reference", "name", "holder"],
            Self::GroundFound => &["ground", "reference"],
            Self::Kept => &["because", "reference"],
            Self::Revoked => &["because", "ground", "reference"],
            Self::Annulled => &["event", "reference", "reason"],
        }
    }
}

impl TryFrom<EventFields> for CertificateEvent {
    type Error = MissingField;

    fn try_from(fields: EventFields) -> Result<Self, MissingField> {
        fields.into_event()
    }
}

impl From<CertificateEvent> for EventFields {
    fn from(event: CertificateEvent) -> Self {
        let day = event.on();
        let new = |kind| Self::new(kind, day);
        match event {
            CertificateEvent::Issued {
                programme,
                basis,
                name,
                holder,
                until,
                reference,
                ..
            } => Self {
                programme: Some(programme),
                basis: Some(basis),
                name: Some(name),
                holder: Some(holder),
                until: until.map(Day::from),
                reference,
                ..new(EventKind::Issued)
            },
            CertificateEvent::ReportReceived {
                obligation,
                year,
                reference,
                ..
            } => Self {
                obligation: Some(obligation),
                year: Some(year),
                reference,
                ..new(EventKind::ReportReceived)
            },
            CertificateEvent::ReportMissed {
                obligation,
                year,
                reference,
                ..
            } => Self {
                obligation: Some(obligation),
                year: Some(year),
                reference,
                ..new(EventKind::ReportMissed)
            },
            CertificateEvent::Assessed {
                obligation,
                year,
                outcome,
                reference,
                ..
            } => Self {
                obligation: Some(obligation),
                year: Some(year),
                outcome: Some(outcome),
                reference,
                ..new(EventKind::Assessed)
            },
            CertificateEvent::RectificationOrdered {
                because,
                reference,
                until,
                ..
            } => Self {
                because: Some(because),
                reference: Some(reference),
                until: until.map(Day::from),
                ..new(EventKind::RectificationOrdered)
            },
            CertificateEvent::RectificationPassed { reference, .. } => Self {
                reference,
                ..new(EventKind::RectificationPassed)
            },
            CertificateEvent::RectificationFailed { reference, .. } => Self {
                reference,
                ..new(EventKind::RectificationFailed)
            },
            CertificateEvent::Changed {
                change, reference, ..
            } => Self {
                change: Some(change),
                reference,
                ..new(EventKind::Changed)
            },
            CertificateEvent::Filed {
                change,
                reference,
                name,
                holder,
                ..
            } => Self {
                change: Some(change),
                reference,
                name,
                holder,
                ..new(EventKind::Filed)
            },
            CertificateEvent::Approved {
                change,
                reference,
                name,
                holder,
                ..
            } => Self {
                change: Some(change),
                reference: Some(reference),
                name,
                holder,
                ..new(EventKind::Approved)
            },
            CertificateEvent::GroundFound {
                ground, reference, ..
            } => Self {
                ground: Some(ground),
                reference: Some(reference),
                ..new(EventKind::GroundFound)
            },
            CertificateEvent::Kept {
                because, reference, ..
            } => Self {
                because: Some(because),
                reference: Some(reference),
                ..new(EventKind::Kept)
            },
            CertificateEvent::Revoked {
                because,
                ground,
                reference,
                ..
            } => Self {
                because: Some(because),
                ground: Some(ground),
                reference: Some(reference),
                ..new(EventKind::Revoked)
            },
            CertificateEvent::Annulled {
                event,
                reference,
                reason,
                ..
            } => Self {
                event: Some(event),
                reference: Some(reference),
                reason: Some(reason),
                ..new(EventKind::Annulled)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    /// For each kind, the members that an event of it needs, and those that it can have beside them.
    const KINDS: [(&str, &[&str], &[&str]); 14] = [
        (
            "issued",
            &["programme", "basis", "name", "holder"],
            &["until", "reference"],
        ),
        ("report_received", &["obligation", "year"], &["reference"]),
        ("report_missed", &["obligation", "year"], &["reference"]),
        (
            "assessed",
            &["obligation", "year", "outcome"],
            &["reference"],
        ),
        (
            "rectification_ordered",
            &["because", "reference"],
            &["until"],
        ),
        ("rectification_passed", &[], &["reference"]),
        ("rectification_failed", &[], &["reference"]),
        ("changed", &["change"], &["reference"]),
        ("filed", &["change"], &["name", "holder", "reference"]),
        ("approved", &["change", "reference"], &["name", "holder"]),
        ("ground_found", &["ground", "reference"], &[]),
        ("kept", &["because", "reference"], &[]),
        ("revoked", &["because", "ground", "reference"], &[]),
        ("annulled", &["event", "reference", "reason"], &[]),
    ];

    /// Every member there is, `kind` and `on` aside.
    fn members() -> Vec<(&'static str, Value)> {
        let id = "nxaq1xd1g45qnxwcnx5we2k61w";
        vec![
            ("programme", json!("p")),
            ("basis", json!({"evaluation": "e"})),
            ("obligation", json!("o")),
            ("year", json!(2024)),
            ("outcome", json!("passed")),
            ("because", json!(id)),
            ("change", json!("c")),
            ("ground", json!("g")),
            ("event", json!(id)),
            ("name", json!("某中心")),
            (
                "holder",
                json!({"name": "某公司", "uscc": "91350100M000100Y43"}),
            ),
            ("until", json!("2027-01-04")),
            ("reference", json!("1号")),
            ("reason", json!("误录")),
        ]
    }

    /// An event of that kind with these members.
    fn with(kind: &str, has: impl Fn(&str) -> bool) -> (Value, EventFields) {
        let mut value = json!({"kind": kind, "on": "2024-01-05"});
        for (name, member) in members() {
            if has(name) {
                value[name] = member;
            }
        }
        let fields = serde_json::from_value(value.clone()).unwrap();
        (value, fields)
    }

    #[test]
    fn an_event_is_made_of_the_members_of_its_kind_alone() {
        for (kind, needed, optional) in KINDS {
            let own = |name: &str| needed.contains(&name) || optional.contains(&name);
            let (whole, fields) = with(kind, own);
            let named: BTreeSet<_> = fields.kind.members().iter().collect();
            assert_eq!(named, needed.iter().chain(optional).collect(), "{kind}");
            let event = fields.into_event().unwrap();
            assert_eq!(serde_json::to_value(&event).unwrap(), whole);
            // Those of other kinds change nothing, one by one and all at once.
            let members = members().into_iter().map(|(name, _)| name);
            for other in members.filter(|name| !own(name)) {
                let (value, fields) = with(kind, |name| own(name) || name == other);
                assert_eq!(fields.into_event().unwrap(), event, "{value}");
            }
            let (value, fields) = with(kind, |_| true);
            assert_eq!(fields.into_event().unwrap(), event, "{value}");
            // Each of its own does.
            for name in optional {
                let (value, fields) = with(kind, |other| own(other) && other != *name);
                assert_ne!(fields.into_event().unwrap(), event, "{value}");
            }
        }
    }

    #[test]
    fn what_a_kind_needs_is_named_where_it_is_missing() {
        for (kind, needed, _) in KINDS {
            for missing in needed {
                let (value, fields) = with(kind, |name| name != *missing);
                assert_eq!(fields.into_event(), Err(MissingField(missing)), "{value}");
            }
            let (_, bare) = with(kind, |_| false);
            let first = needed.first().map(|name| MissingField(name));
            assert_eq!(bare.into_event().err(), first, "{kind}");
        }
        let message = serde_json::from_str::<CertificateEvent>(
            r#"{"kind": "kept", "on": "2024-01-05", "reference": "1号"}"#,
        );
        let message = message.unwrap_err().to_string();
        assert!(message.contains("missing field `because`"), "{message}");
    }
}

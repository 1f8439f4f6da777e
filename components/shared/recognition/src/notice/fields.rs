//! An event of a notice as a flat JSON object, the stored form.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use text::Day;

use super::{Granted, NoticeEvent, Objected, Outcome, Published, Resolved, Withdrawn};
use crate::certificate::{CertificateNumber, MissingField};

/// The members of an event. The kind of an event decides which of them it has; the others are absent.
/// Unknown members are skipped, because a later version may have written them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeEventFields {
    /// What happened.
    pub kind: NoticeEventKind,
    /// The content of the notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Published>,
    /// The day of the event. A publication has its day in its content instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
    /// The file number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The objection in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// The objection that was decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection: Option<String>,
    /// The outcome of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The reason for a withdrawal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The certificate that was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<CertificateNumber>,
}

/// What happened: the kinds of [`NoticeEvent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented at the variant of the same name")]
pub enum NoticeEventKind {
    Published,
    Objected,
    Resolved,
    Withdrawn,
    Granted,
    Issued,
}

impl NoticeEventFields {
    fn new(kind: NoticeEventKind, on: Option<NaiveDate>) -> Self {
        Self {
            kind,
            publication: None,
            on: on.map(Day::from),
            reference: None,
            matter: None,
            objection: None,
            outcome: None,
            reason: None,
            number: None,
        }
    }
}

impl TryFrom<NoticeEventFields> for NoticeEvent {
    type Error = MissingField;

    fn try_from(fields: NoticeEventFields) -> Result<Self, MissingField> {
        fn needed<T>(member: Option<T>, name: &'static str) -> Result<T, MissingField> {
            member.ok_or(MissingField(name))
        }
        let on = needed(fields.on, "on").map(Day::get);
        Ok(match fields.kind {
            NoticeEventKind::Published => {
                Self::Published(needed(fields.publication, "publication")?)
            }
            NoticeEventKind::Objected => Self::Objected(Objected {
                received_on: on?,
                reference: needed(fields.reference, "reference")?,
                matter: fields.matter,
            }),
            NoticeEventKind::Resolved => Self::Resolved(Resolved {
                objection: needed(fields.objection, "objection")?,
                outcome: needed(fields.outcome, "outcome")?,
                on: on?,
                reference: needed(fields.reference, "reference")?,
            }),
            NoticeEventKind::Withdrawn => Self::Withdrawn(Withdrawn {
                on: on?,
                reference: needed(fields.reference, "reference")?,
                reason: needed(fields.reason, "reason")?,
            }),
            NoticeEventKind::Granted => Self::Granted(Granted {
                number: needed(fields.number, "number")?,
                on: on?,
            }),
            NoticeEventKind::Issued => Self::Issued(Granted {
                number: needed(fields.number, "number")?,
                on: on?,
            }),
        })
    }
}

impl From<NoticeEvent> for NoticeEventFields {
    fn from(event: NoticeEvent) -> Self {
        match event {
            NoticeEvent::Published(published) => Self {
                publication: Some(published),
                ..Self::new(NoticeEventKind::Published, None)
            },
            NoticeEvent::Objected(objected) => Self {
                reference: Some(objected.reference),
                matter: objected.matter,
                ..Self::new(NoticeEventKind::Objected, Some(objected.received_on))
            },
            NoticeEvent::Resolved(resolved) => Self {
                objection: Some(resolved.objection),
                outcome: Some(resolved.outcome),
                reference: Some(resolved.reference),
                ..Self::new(NoticeEventKind::Resolved, Some(resolved.on))
            },
            NoticeEvent::Withdrawn(withdrawn) => Self {
                reference: Some(withdrawn.reference),
                reason: Some(withdrawn.reason),
                ..Self::new(NoticeEventKind::Withdrawn, Some(withdrawn.on))
            },
            NoticeEvent::Granted(granted) => Self {
                number: Some(granted.number),
                ..Self::new(NoticeEventKind::Granted, Some(granted.on))
            },
            NoticeEvent::Issued(issued) => Self {
                number: Some(issued.number),
                ..Self::new(NoticeEventKind::Issued, Some(issued.on))
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// For each kind, the members that an event of it needs, and those that it can have beside them.
    const KINDS: [(&str, &[&str], &[&str]); 6] = [
        ("published", &["publication"], &[]),
        ("objected", &["on", "reference"], &["matter"]),
        (
            "resolved",
            &["objection", "outcome", "on", "reference"],
            &[],
        ),
        ("withdrawn", &["on", "reference", "reason"], &[]),
        ("granted", &["number", "on"], &[]),
        ("issued", &["number", "on"], &[]),
    ];

    /// Every member there is, `kind` aside.
    fn members() -> [(&'static str, Value); 8] {
        let publication = json!({
            "evaluation": "an evaluation", "programme": "p", "kind": "k",
            "applicant": {"name": "某公司", "uscc": "91350100M000100Y43"}, "name": "某中心",
            "verdict": "eligible", "published": "2024-09-11",
            "promised": {"days": 5, "counting": "day_after", "first_day": "2024-09-12",
                         "last_day": "2024-09-19", "certainty": "settled"},
        });
        [
            ("publication", publication),
            ("on", json!("2024-09-19")),
            ("reference", json!("1号")),
            ("matter", json!("场地不符")),
            ("objection", json!("an objection")),
            ("outcome", json!("upheld")),
            ("reason", json!("材料有误")),
            ("number", json!("XZTIC-2026-Z56XBX7S-4")),
        ]
    }

    /// An event of that kind with these members.
    fn with(kind: &str, has: impl Fn(&str) -> bool) -> Value {
        let mut value = json!({"kind": kind});
        for (name, member) in members() {
            if has(name) {
                value[name] = member;
            }
        }
        value
    }

    fn read(value: &Value) -> Result<NoticeEvent, serde_json::Error> {
        serde_json::from_str(&value.to_string())
    }

    #[test]
    fn every_kind_is_written_as_it_is_read() {
        for (kind, needed, optional) in KINDS {
            let own = |name: &str| needed.contains(&name) || optional.contains(&name);
            let value = with(kind, own);
            let event = read(&value).unwrap();
            assert_eq!(serde_json::to_value(&event).unwrap(), value);
            for absent in optional {
                let less = with(kind, |name| own(name) && name != *absent);
                let event = read(&less).unwrap();
                assert_eq!(serde_json::to_value(&event).unwrap(), less);
            }
            // What other kinds have changes nothing, and neither does what no kind has.
            let mut more = with(kind, |_| true);
            more["more"] = json!(1);
            more["publication"]["more"] = json!(1);
            more["publication"]["applicant"]["more"] = json!(1);
            more["publication"]["promised"]["more"] = json!(1);
            assert_eq!(read(&more).unwrap(), event, "{more}");
        }
    }

    #[test]
    fn what_a_kind_needs_is_named_where_it_is_missing() {
        for (kind, needed, _) in KINDS {
            for missing in needed {
                let less = with(kind, |name| name != *missing);
                let fields: NoticeEventFields = serde_json::from_value(less.clone()).unwrap();
                let error = NoticeEvent::try_from(fields);
                assert_eq!(error, Err(MissingField(missing)), "{less}");
                let message = read(&less).unwrap_err().to_string();
                let expected = format!("missing field `{missing}`");
                assert!(message.contains(&expected), "{message}");
            }
        }
    }
}

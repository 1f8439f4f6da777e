//! What is outstanding, by kind: its name, its article, whose it is, and the event that closes it.

use rules::{Change, Cite, NoticeRule, Obligation, ObligationKind, Str};
use serde::Serialize;
use text::Text;

use crate::certificate::EventId;

/// What is outstanding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A report, an assessment or an application.
    Obligation {
        /// The obligation, in the version in force on the statutory day.
        rule: &'static Obligation,
        /// The calendar year of the statutory day.
        year: i32,
    },
    /// A rectification is to be ended.
    Rectification {
        /// The event that ordered it.
        order: EventId,
        /// The rule it rests on.
        cite: &'static Cite,
    },
    /// The authority is to be told of a change.
    Filing {
        /// The change.
        change: &'static Change,
        /// The event by which it took place.
        event: EventId,
    },
    /// Objections to a notice end.
    NoticeCloses {
        /// The rule that sets the notice.
        rule: Option<&'static NoticeRule>,
    },
}

/// Whose an obligation is, as ids of the programme's parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parties {
    /// Who is to act.
    pub by: Option<Str>,
    /// For whom.
    pub to: Option<Str>,
    /// Through whom it goes.
    pub through: &'static [Str],
}

/// The event that closes something outstanding, as far as the event is known beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClosedBy {
    /// The kind of the event.
    pub kind: &'static str,
    /// The obligation that the event names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligation: Option<Str>,
    /// The year that the event names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// The change that the event names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Str>,
}

impl What {
    /// Tells it apart from everything else that is outstanding on the same record. No date is part of it,
    /// so that a deadline that moves stays the same deadline.
    pub fn name(&self) -> String {
        match self {
            Self::Obligation { rule, year } => format!("{}/{year}", rule.id),
            Self::Rectification { order, .. } => format!("rectification/{order}"),
            Self::Filing { event, .. } => format!("filing/{event}"),
            Self::NoticeCloses { .. } => "notice-closes".to_owned(),
        }
    }

    /// Its kind, as the API names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Obligation { rule, .. } => match rule.kind {
                ObligationKind::Report => "report",
                ObligationKind::Assessment => "assessment",
                ObligationKind::Application => "application",
            },
            Self::Rectification { .. } => "rectification",
            Self::Filing { .. } => "filing",
            Self::NoticeCloses { .. } => "notice",
        }
    }

    /// What it is, for people.
    pub fn label(&self) -> Text {
        match self {
            Self::Obligation { rule, .. } => rule.label.clone(),
            Self::Rectification { .. } => Text::new("整改期满", "End of the rectification"),
            Self::Filing { change, .. } => Text::new(
                format!("报备：{}", change.label.zh),
                format!("Filing: {}", change.label.en),
            ),
            Self::NoticeCloses { .. } => Text::new("公示期满", "Close of the public notice"),
        }
    }

    /// The article that it rests on.
    pub fn cite(&self) -> Option<&'static Cite> {
        match self {
            Self::Obligation { rule, .. } => Some(&rule.cite),
            Self::Rectification { cite, .. } => Some(cite),
            Self::Filing { change, .. } => Some(&change.cite),
            Self::NoticeCloses { rule } => rule.map(|rule| &rule.cite),
        }
    }

    /// Whose it is.
    pub fn parties(&self) -> Parties {
        match self {
            Self::Obligation { rule, .. } => Parties {
                by: Some(rule.by),
                to: Some(rule.to),
                through: rule.through.items(),
            },
            Self::Filing { change, .. } => Parties {
                by: None,
                to: None,
                through: change.through.items(),
            },
            Self::Rectification { .. } | Self::NoticeCloses { .. } => Parties {
                by: None,
                to: None,
                through: &[],
            },
        }
    }

    /// The event that closes it. None for an application and for the close of a notice: they end by
    /// themselves.
    pub fn closed_by(&self) -> Option<ClosedBy> {
        let closed_by = |kind| ClosedBy {
            kind,
            obligation: None,
            year: None,
            change: None,
        };
        match self {
            Self::Obligation { rule, year } => {
                let kind = match rule.kind {
                    ObligationKind::Report => "report_received",
                    ObligationKind::Assessment => "assessed",
                    ObligationKind::Application => return None,
                };
                Some(ClosedBy {
                    obligation: Some(rule.id),
                    year: Some(*year),
                    ..closed_by(kind)
                })
            }
            Self::Rectification { .. } => Some(closed_by("rectification_passed")),
            Self::Filing { change, .. } => Some(ClosedBy {
                change: Some(change.id),
                ..closed_by("filed")
            }),
            Self::NoticeCloses { .. } => None,
        }
    }

    /// Whether it can still be done once its deadline has passed. An application or an objection
    /// cannot, so it has no reminders of later days.
    pub(super) fn is_owed_after(&self) -> bool {
        match self {
            Self::Obligation { rule, .. } => rule.kind != ObligationKind::Application,
            Self::Rectification { .. } | Self::Filing { .. } => true,
            Self::NoticeCloses { .. } => false,
        }
    }
}

//! Why an event can have no effect.

use chrono::NaiveDate;
use rules::Str;
use serde::Serialize;
use text::Text;

use crate::certificate::EventId;

/// Why an event can have no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Void {
    /// No certificate was issued.
    #[error("no certificate was issued")]
    NotIssued,
    /// The event's date is before the issue.
    #[error("the certificate was issued on {issued_on} only")]
    BeforeIssue {
        /// The day of issue.
        issued_on: NaiveDate,
    },
    /// The certificate was already issued.
    #[error("the certificate was issued already, by event {by}")]
    IssuedAlready {
        /// The event that issued the certificate.
        by: EventId,
    },
    /// The event issues a certificate of another programme.
    #[error("the certificate is one of the programme `{programme}`")]
    OtherProgramme {
        /// The certificate's programme.
        programme: Str,
    },
    /// The programme has no obligation of the wanted kind with this name on that day.
    #[error(
        "no such obligation is called `{given}` on that day; there are: {}",
        list(known)
    )]
    UnknownObligation {
        /// The name given.
        given: String,
        /// The names there are.
        known: Vec<Str>,
    },
    /// The assessment cannot have this outcome.
    #[error("the assessment does not end `{given}`; it can end: {}", list(known))]
    UnknownOutcome {
        /// The outcome in the event.
        given: String,
        /// The possible outcomes.
        known: Vec<Str>,
    },
    /// The programme has no change with this name that uses the procedure of the event.
    #[error(
        "no change that is made in this way is called `{given}`; there are: {}",
        list(known)
    )]
    UnknownChange {
        /// The name given.
        given: String,
        /// The names there are.
        known: Vec<Str>,
    },
    /// The programme has no ground with this name that is possible here.
    #[error(
        "no ground that can stand here is called `{given}`; there are: {}",
        list(known)
    )]
    UnknownGround {
        /// The name given.
        given: String,
        /// The names there are.
        known: Vec<Str>,
    },
    /// A result for the same year is already recorded.
    #[error("event {by} says so of that year already; annul it first if it is in error")]
    RecordedAlready {
        /// The event with that result.
        by: EventId,
    },
    /// The change alters the name, but the event has no new name.
    #[error("the change alters the name: `name` is needed")]
    NeedsName,
    /// The change does not alter the name, but the event has a new name.
    #[error("the change does not alter the name: it takes no `name`")]
    TakesNoName,
    /// The change alters the holder, but the event has no new holder.
    #[error("the change alters the holder: `holder` is needed")]
    NeedsHolder,
    /// The change does not alter the holder, but the event has a new holder.
    #[error("the change does not alter the holder: it takes no `holder`")]
    TakesNoHolder,
    /// The event names an event that does not exist.
    #[error("there is no event {id}")]
    NoSuchEvent {
        /// The named event.
        id: EventId,
    },
    /// The event's date is before the date of the event that it names.
    #[error("event {id} is of {on} only")]
    BeforeEvent {
        /// The named event.
        id: EventId,
        /// The date of the named event.
        on: NaiveDate,
    },
    /// The event is a decision, but the event that it names caused no such proposal.
    #[error("nothing that this could decide is pending because of event {because}")]
    NothingPending {
        /// The named event.
        because: EventId,
    },
    /// No rectification is under way.
    #[error("no rectification is under way on that day")]
    NotUnderRectification,
    /// The event annuls an issue or an annulment, which cannot be annulled.
    #[error("event {id} cannot be annulled: it issues the certificate or annuls an event itself")]
    NotAnnullable {
        /// The named event.
        id: EventId,
    },
    /// The event annuls an event that is already annulled.
    #[error("event {by} annulled that already")]
    AnnulledAlready {
        /// The earlier annulment.
        by: EventId,
    },
    /// The certificate is revoked.
    #[error("the certificate is revoked on that day, by event {by}")]
    Revoked {
        /// The revocation.
        by: EventId,
    },
    /// The certificate's period has ended.
    #[error("the certificate's period has ended on that day")]
    Expired,
}

impl Void {
    /// The reason as a text for people.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::NotIssued => "证书尚未颁发。".to_owned(),
            Self::BeforeIssue { issued_on } => format!("证书于{issued_on}才颁发。"),
            Self::IssuedAlready { by } => format!("证书已由事件{by}颁发。"),
            Self::OtherProgramme { programme } => format!("证书属于项目“{programme}”。"),
            Self::UnknownObligation { given, known } => {
                format!(
                    "当日没有名为“{given}”的此类义务；现有：{}。",
                    zh_list(known)
                )
            }
            Self::UnknownOutcome { given, known } => {
                format!("该考核没有“{given}”这一结果；可为：{}。", zh_list(known))
            }
            Self::UnknownChange { given, known } => {
                format!(
                    "按此程序办理的变更中没有“{given}”；现有：{}。",
                    zh_list(known)
                )
            }
            Self::UnknownGround { given, known } => {
                format!("此处可用的事由中没有“{given}”；现有：{}。", zh_list(known))
            }
            Self::RecordedAlready { by } => {
                format!("该年度已由事件{by}记录；如系误录，请先将其作废。")
            }
            Self::NeedsName => "该变更改变名称，须给出新名称（name）。".to_owned(),
            Self::TakesNoName => "该变更不改变名称，不得给出名称（name）。".to_owned(),
            Self::NeedsHolder => "该变更改变持有单位，须给出新单位（holder）。".to_owned(),
            Self::TakesNoHolder => "该变更不改变持有单位，不得给出单位（holder）。".to_owned(),
            Self::NoSuchEvent { id } => format!("没有事件{id}。"),
            Self::BeforeEvent { id, on } => format!("事件{id}发生于{on}，在此之后。"),
            Self::NothingPending { because } => {
                format!("没有因事件{because}而待此决定的事项。")
            }
            Self::NotUnderRectification => "当日不在整改之中。".to_owned(),
            Self::NotAnnullable { id } => {
                format!("事件{id}不得作废：它颁发了证书，或本身即为作废。")
            }
            Self::AnnulledAlready { by } => format!("该事件已由事件{by}作废。"),
            Self::Revoked { by } => format!("证书当日已由事件{by}撤销。"),
            Self::Expired => "证书当日已期满。".to_owned(),
        };
        Text::new(zh, capitalised(&self.to_string()))
    }
}

/// The words as a sentence, with a capital letter.
pub(super) fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}

fn list(known: &[Str]) -> String {
    joined(known, ", ").unwrap_or_else(|| "none".to_owned())
}

fn zh_list(known: &[Str]) -> String {
    joined(known, "、").unwrap_or_else(|| "无".to_owned())
}

fn joined(known: &[Str], between: &str) -> Option<String> {
    let known: Vec<&str> = known.iter().map(|id| id.as_str()).collect();
    (!known.is_empty()).then(|| known.join(between))
}

//! Reminders: what is said when something outstanding falls due, and how a reminder is identified.
//!
//! A [`ReminderMessage`] is the same in the outbox, in a webhook and in a dry run. Its members are part of the API:
//! portals read them.

use calendar::Certainty;
use chrono::{DateTime, FixedOffset, NaiveDate};
use rules::{Cite, Programme, Str};
use serde::Serialize;
use text::{En, Text, Zh};

use crate::certificate::Holder;
use crate::id;
use crate::outstanding::{ClosedBy, Deadline, Outstanding, Subject, What};

/// The record that something is outstanding on, with its name and holder on the day of the check.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// The record.
    pub subject: Subject,
    /// Its programme.
    pub programme: &'static Programme,
    /// The full official name of the platform; none for a programme.
    pub name: Option<String>,
    /// The holder or applicant; none for a programme.
    pub holder: Option<Holder>,
}

impl About {
    /// The official name in both languages, or that of the programme.
    pub fn name(&self) -> Text {
        match &self.name {
            Some(name) => Text::new(name.clone(), name.clone()),
            None => self.programme.name.clone(),
        }
    }
}

/// Identifies the reminder that is made so many days before the deadline. `outstanding` is the
/// [id](Outstanding::id) of what is due.
///
/// No date is part of the id. So whoever makes the reminder again makes the same one, whatever day it is
/// and wherever the deadline has moved to.
pub fn id_of(outstanding: &str, lead: i64) -> String {
    id::derive("reminder", &[outstanding, &lead.to_string()])
}

/// A reminder, as it is told.
#[derive(Debug, Clone, Serialize)]
pub struct ReminderMessage {
    /// Identifies the reminder.
    pub id: String,
    /// How many days before the deadline it is made; less than zero: after the deadline.
    pub lead: i64,
    /// The day on which it fell due.
    pub due_on: NaiveDate,
    /// The day of the run that made it.
    pub as_of: NaiveDate,
    /// Whether it fell due on a day before that.
    pub late: bool,
    /// When it was made, in China's time.
    pub made_at: DateTime<FixedOffset>,
    /// What is due, by when and by which article, in a sentence.
    pub text: Text,
    /// What is due.
    pub obligation: OutstandingMessage,
}

/// A reminder that has fallen due, before it is put into words.
#[derive(Debug, Clone, PartialEq)]
pub struct DueReminder<'o> {
    /// Identifies the reminder.
    pub id: String,
    /// What is due.
    pub outstanding: &'o Outstanding,
    /// How many days before the deadline it is made; less than zero: after the deadline.
    pub lead: i64,
    /// The day on which it fell due.
    pub due_on: NaiveDate,
}

impl ReminderMessage {
    /// What is told of a due reminder by the run of the day `as_of`.
    pub fn new(
        about: &About,
        due: &DueReminder<'_>,
        as_of: NaiveDate,
        made_at: DateTime<FixedOffset>,
    ) -> Self {
        Self {
            id: due.id.clone(),
            lead: due.lead,
            due_on: due.due_on,
            as_of,
            late: due.due_on < as_of,
            made_at,
            text: sentence(about, due.outstanding, as_of),
            obligation: OutstandingMessage::new(about, due.outstanding),
        }
    }
}

/// Something outstanding, as it is told.
#[derive(Debug, Clone, Serialize)]
pub struct OutstandingMessage {
    id: String,
    programme: Str,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Holder>,
    kind: &'static str,
    label: Text,
    /// What is to be recorded once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<ClosedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Party>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Party>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    through: Vec<Party>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cite: Option<&'static Cite>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<Str>,
    #[serde(flatten)]
    deadline: DeadlineMessage,
}

#[derive(Debug, Clone, Serialize)]
struct Party {
    id: Str,
    name: &'static Text,
}

#[derive(Debug, Clone, Serialize)]
struct DeadlineMessage {
    #[serde(skip_serializing_if = "Option::is_none")]
    statutory: Option<NaiveDate>,
    effective: Option<NaiveDate>,
    certainty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<Provisional>,
}

/// Between which days a deadline lies that waits for a holiday notice.
#[derive(Debug, Clone, Serialize)]
struct Provisional {
    earliest: NaiveDate,
    latest: NaiveDate,
    first_unsettled_day: NaiveDate,
    missing_years: Vec<i32>,
    assumption: &'static str,
}

impl OutstandingMessage {
    /// What is told of something outstanding.
    pub fn new(about: &About, outstanding: &Outstanding) -> Self {
        let what = &outstanding.what;
        let named = |id: Str| {
            let party = about.programme.party(&id)?;
            Some(Party {
                id: party.id,
                name: &party.name,
            })
        };
        let parties = what.parties();
        let through = parties.through.iter();
        let (certificate, notice) = match &about.subject {
            Subject::Certificate(number) => (Some(number.to_string()), None),
            Subject::Notice(id) => (None, Some(id.clone())),
            Subject::Programme(_) => (None, None),
        };
        Self {
            id: outstanding.id(&about.subject),
            programme: about.programme.id,
            certificate,
            notice,
            name: about.name.clone(),
            holder: about.holder.clone(),
            kind: what.kind(),
            label: what.label(),
            closed_by: what.closed_by(),
            by: parties.by.and_then(named),
            to: parties.to.and_then(named),
            through: through.filter_map(|id| named(*id)).collect(),
            cite: what.cite(),
            reading: reading(what),
            deadline: DeadlineMessage::new(&outstanding.deadline),
        }
    }
}

/// The reading of the text that the obligation rests on.
fn reading(what: &What) -> Option<Str> {
    match what {
        What::Obligation { rule, .. } => rule.reading,
        What::Filing { change, .. } => change.reading,
        What::NoticeCloses { rule } => rule.and_then(|rule| rule.reading),
        What::Rectification { .. } => None,
    }
}

impl DeadlineMessage {
    fn new(deadline: &Deadline) -> Self {
        let bounds = deadline.certainty.bounds();
        Self {
            statutory: deadline.statutory,
            effective: deadline.effective,
            certainty: deadline.certainty.as_str(),
            provisional: bounds.map(|bounds| Provisional {
                earliest: bounds.earliest,
                latest: bounds.latest,
                first_unsettled_day: bounds.first_unsettled,
                missing_years: bounds.missing_years.clone().collect(),
                assumption: bounds.assumption.as_str(),
            }),
        }
    }
}

/// What is due, by when and by which article, as it stands on the day `on`.
pub fn sentence(about: &About, outstanding: &Outstanding, on: NaiveDate) -> Text {
    let label = outstanding.what.label();
    let name = about.name();
    let (zh, en) = (&name.zh, &name.en);
    let cite = outstanding.what.cite();
    let article = cite.map_or("", |cite| &*cite.article);
    let Some(last) = outstanding.deadline.effective else {
        return Text::new(
            format!("{zh}：{}，截止日待放假通知公布后确定。", label.zh),
            format!(
                "{en}: {}, by a day that waits for a holiday notice.",
                label.en
            ),
        );
    };
    let left = days_left((last - on).num_days());
    let (provisional_zh, provisional_en) = match outstanding.deadline.certainty {
        Certainty::Settled => ("", ""),
        Certainty::Provisional(_) => ("（暂定）", " (provisional)"),
    };
    Text::new(
        format!(
            "{zh}：{}，截止{}{provisional_zh}，{}。依据：{article}。",
            label.zh,
            Zh(last),
            left.zh
        ),
        format!(
            "{en}: {}, by {}{provisional_en}; {}. See {article}.",
            label.en,
            En(last),
            left.en
        ),
    )
}

/// How many days are left; less than zero: how many have passed since the last.
fn days_left(days: i64) -> Text {
    let counted = |days: i64| match days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    match days {
        0 => Text::new("今日截止", "today is the last day"),
        1.. => Text::new(format!("还有{days}天"), format!("{} left", counted(days))),
        _ => Text::new(
            format!("已过{}天", -days),
            format!("{} past", counted(-days)),
        ),
    }
}

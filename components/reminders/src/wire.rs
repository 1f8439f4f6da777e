//! The JSON of this component: what comes in, what goes out.

use calendar::{Bounds, Certainty};
use chrono::{DateTime, FixedOffset, NaiveDate};
use registry::certificate::Holder;
use registry::duty::{Deadline, Duty, Subject, What};
use rules::{Cite, ObligationKind, Programme, Str};
use serde::{Deserialize, Serialize};
use web::Text;
use web::date::{En, Zh};

use crate::owing::Owing;
use crate::run::{End, Outcome};
use crate::webhooks::{Pass, Rest, Wish};

/// A request to run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunRequest {
    #[serde(default, deserialize_with = "day")]
    pub(crate) as_of: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) dry_run: bool,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) cursor: Option<String>,
    #[serde(default, deserialize_with = "web::given")]
    pub(crate) limit: Option<u64>,
}

fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    web::date::deserialize(deserializer).map(Some)
}

/// What a run came to.
#[derive(Serialize)]
pub(crate) struct Report {
    as_of: NaiveDate,
    dry_run: bool,
    days: Days,
    looked_at: usize,
    made: usize,
    late: usize,
    still_open: usize,
    unreadable: usize,
    /// Deliveries to all receivers together.
    delivered: usize,
    failed: usize,
    webhooks: Vec<ShownPass>,
    /// In a dry run, what would be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    reminders: Option<Vec<ShownReminder>>,
    complete: bool,
    /// The `cursor` of the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What came of the deliveries to a receiver.
#[derive(Serialize)]
struct ShownPass {
    receiver: String,
    delivered: usize,
    failed: usize,
    given_up: usize,
    /// To be tried again.
    waiting: usize,
    /// Whether it answered 410.
    stopped: bool,
}

impl From<Pass> for ShownPass {
    fn from(pass: Pass) -> Self {
        Self {
            receiver: pass.receiver,
            delivered: pass.delivered,
            failed: pass.failed,
            given_up: pass.given_up,
            waiting: pass.waiting,
            stopped: pass.wish == Wish::Stopped,
        }
    }
}

#[derive(Serialize)]
struct Days {
    from: NaiveDate,
    to: NaiveDate,
}

impl Report {
    pub(crate) fn new(
        as_of: NaiveDate,
        outcome: Outcome,
        passes: Vec<Pass>,
        dry_run: bool,
        next: String,
    ) -> Self {
        let delivered_all = passes.iter().all(|pass| pass.rest == Rest::Nothing);
        let complete = outcome.end == End::Reached && delivered_all;
        Self {
            as_of,
            dry_run,
            days: Days {
                from: outcome.from.min(outcome.reached.day),
                to: outcome.reached.day,
            },
            looked_at: outcome.looked_at,
            made: outcome.made,
            late: outcome.late,
            still_open: outcome.still_open,
            unreadable: outcome.unreadable,
            delivered: passes.iter().map(|pass| pass.delivered).sum(),
            failed: passes.iter().map(|pass| pass.failed).sum(),
            webhooks: passes.into_iter().map(ShownPass::from).collect(),
            reminders: dry_run.then_some(outcome.reminders),
            complete,
            next: (!complete).then_some(next),
        }
    }
}

/// Something owed.
#[derive(Debug, Serialize)]
pub(crate) struct ShownDuty {
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
    label: rules::Text,
    /// What is to be recorded once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<ClosedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<ShownParty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<ShownParty>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    through: Vec<ShownParty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cite: Option<&'static Cite>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<Str>,
    #[serde(flatten)]
    deadline: ShownDeadline,
}

/// The event by which something owed is closed, as far as it is known beforehand.
#[derive(Debug, Serialize)]
pub(crate) struct ClosedBy {
    pub(crate) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    obligation: Option<Str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Str>,
}

#[derive(Debug, Serialize)]
struct ShownParty {
    id: Str,
    name: &'static rules::Text,
}

#[derive(Debug, Serialize)]
struct ShownDeadline {
    #[serde(skip_serializing_if = "Option::is_none")]
    statutory: Option<NaiveDate>,
    effective: Option<NaiveDate>,
    certainty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<Provisional>,
}

#[derive(Debug, Serialize)]
struct Provisional {
    earliest: NaiveDate,
    latest: NaiveDate,
    first_unsettled_day: NaiveDate,
    missing_years: Vec<i32>,
    assumption: &'static str,
}

impl ShownDuty {
    pub(crate) fn new(owing: &Owing, duty: &Duty) -> Self {
        let programme = owing.programme;
        let party = |id: Str| party(programme, id);
        let mut shown = Self {
            id: duty.id(&owing.subject),
            programme: programme.id,
            certificate: None,
            notice: None,
            name: owing.name.clone(),
            holder: owing.holder.clone(),
            kind: kind(&duty.what),
            label: label(&duty.what),
            closed_by: closed_by(&duty.what),
            by: None,
            to: None,
            through: Vec::new(),
            cite: cite(&duty.what),
            reading: None,
            deadline: ShownDeadline::new(&duty.deadline),
        };
        match &owing.subject {
            Subject::Certificate(number) => shown.certificate = Some(number.to_string()),
            Subject::Notice(id) => shown.notice = Some(id.clone()),
            Subject::Programme(_) => {}
        }
        match &duty.what {
            What::Obligation { rule, .. } => {
                shown.by = party(rule.by);
                shown.to = party(rule.to);
                shown.through = rule.through.iter().filter_map(|id| party(*id)).collect();
                shown.reading = rule.reading;
            }
            What::Filing { change, .. } => {
                shown.through = change.through.iter().filter_map(|id| party(*id)).collect();
                shown.reading = change.reading;
            }
            What::NoticeCloses { rule: Some(rule) } => shown.reading = rule.reading,
            What::Rectification { .. } | What::NoticeCloses { rule: None } => {}
        }
        shown
    }
}

fn party(programme: &'static Programme, id: Str) -> Option<ShownParty> {
    let party = programme.party(&id)?;
    Some(ShownParty {
        id: party.id,
        name: &party.name,
    })
}

pub(crate) fn kind(what: &What) -> &'static str {
    match what {
        What::Obligation { rule, .. } => match rule.kind {
            ObligationKind::Report => "report",
            ObligationKind::Assessment => "assessment",
            ObligationKind::Application => "application",
        },
        What::Rectification { .. } => "rectification",
        What::Filing { .. } => "filing",
        What::NoticeCloses { .. } => "notice",
    }
}

/// What is owed, for people.
pub(crate) fn label(what: &What) -> rules::Text {
    match what {
        What::Obligation { rule, .. } => rule.label.clone(),
        What::Rectification { .. } => rules::Text::new("整改期满", "End of the rectification"),
        What::Filing { change, .. } => rules::Text::new(
            format!("报备：{}", change.label.zh),
            format!("Filing: {}", change.label.en),
        ),
        What::NoticeCloses { .. } => rules::Text::new("公示期满", "Close of the public notice"),
    }
}

pub(crate) fn cite(what: &What) -> Option<&'static Cite> {
    match what {
        What::Obligation { rule, .. } => Some(&rule.cite),
        What::Rectification { cite, .. } => Some(cite),
        What::Filing { change, .. } => Some(&change.cite),
        What::NoticeCloses { rule } => rule.map(|rule| &rule.cite),
    }
}

pub(crate) fn closed_by(what: &What) -> Option<ClosedBy> {
    let kind = |kind| ClosedBy {
        kind,
        obligation: None,
        year: None,
        change: None,
    };
    match what {
        What::Obligation { rule, year } => {
            let kind = match rule.kind {
                ObligationKind::Report => "report_received",
                ObligationKind::Assessment => "assessed",
                ObligationKind::Application => return None,
            };
            Some(ClosedBy {
                kind,
                obligation: Some(rule.id),
                year: Some(*year),
                change: None,
            })
        }
        What::Rectification { .. } => Some(kind("rectification_passed")),
        What::Filing { change, .. } => Some(ClosedBy {
            change: Some(change.id),
            ..kind("filed")
        }),
        What::NoticeCloses { .. } => None,
    }
}

impl ShownDeadline {
    fn new(deadline: &Deadline) -> Self {
        Self {
            statutory: deadline.statutory,
            effective: deadline.effective,
            certainty: match deadline.certainty {
                Certainty::Settled => "settled",
                Certainty::Provisional(_) => "provisional",
            },
            provisional: deadline.certainty.bounds().map(Provisional::new),
        }
    }
}

impl Provisional {
    fn new(bounds: &Bounds) -> Self {
        Self {
            earliest: bounds.earliest,
            latest: bounds.latest,
            first_unsettled_day: bounds.first_unsettled,
            missing_years: bounds.missing_years.clone().collect(),
            assumption: bounds.assumption.as_str(),
        }
    }
}

/// A reminder.
#[derive(Debug, Serialize)]
pub(crate) struct ShownReminder {
    id: String,
    /// Days before the deadline; less than zero: after it.
    lead: i64,
    /// The day it was due.
    due_on: NaiveDate,
    /// The day that the run was of.
    as_of: NaiveDate,
    late: bool,
    made_at: DateTime<FixedOffset>,
    text: Text,
    obligation: ShownDuty,
}

impl ShownReminder {
    pub(crate) fn new(
        owing: &Owing,
        duty: &Duty,
        lead: i64,
        due_on: NaiveDate,
        id: &str,
        as_of: NaiveDate,
        made_at: DateTime<FixedOffset>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            lead,
            due_on,
            as_of,
            late: due_on < as_of,
            made_at,
            text: sentence(owing, duty, as_of),
            obligation: ShownDuty::new(owing, duty),
        }
    }
}

/// What is owed, by whom and by when, in a sentence.
fn sentence(owing: &Owing, duty: &Duty, as_of: NaiveDate) -> Text {
    let label = label(&duty.what);
    let name = &owing.programme.name;
    let (zh, en) = match &owing.name {
        Some(name) => (name.as_str(), name.as_str()),
        None => (&*name.zh, &*name.en),
    };
    let article = cite(&duty.what).map_or("", |cite| &*cite.article);
    let Some(last) = duty.deadline.effective else {
        return Text::new(
            format!("{zh}：{}，截止日待放假通知公布后确定。", label.zh),
            format!(
                "{en}: {}, by a day that waits for a holiday notice.",
                label.en
            ),
        );
    };
    let days = (last - as_of).num_days();
    let (left_zh, left_en) = match days {
        0 => ("今日截止".to_owned(), "today is the last day".to_owned()),
        1.. => (format!("还有{days}天"), format!("{} left", counted(days))),
        _ => {
            let days = -days;
            (format!("已过{days}天"), format!("{} past", counted(days)))
        }
    };
    let (sure_zh, sure_en) = match duty.deadline.certainty {
        Certainty::Settled => ("", ""),
        Certainty::Provisional(_) => ("（暂定）", " (provisional)"),
    };
    Text::new(
        format!(
            "{zh}：{}，截止{}{sure_zh}，{left_zh}。依据：{article}。",
            label.zh,
            Zh(last)
        ),
        format!(
            "{en}: {}, by {}{sure_en}; {left_en}. See {article}.",
            label.en,
            En(last)
        ),
    )
}

fn counted(days: i64) -> String {
    match days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// Something owed, as it stands on a day.
#[derive(Serialize)]
pub(crate) struct ShownUpcoming {
    #[serde(flatten)]
    duty: ShownDuty,
    state: &'static str,
    summary: Text,
    reminders: Vec<ReminderDay>,
}

#[derive(Serialize)]
struct ReminderDay {
    lead: i64,
    on: NaiveDate,
}

impl ShownUpcoming {
    pub(crate) fn new(shown: ShownDuty, owing: &Owing, duty: &Duty, on: NaiveDate) -> Self {
        let leads = duty.leads(&owing.programme.reminders).into_iter();
        Self {
            duty: shown,
            state: match (duty.is_overdue_on(on), duty.opened <= on) {
                (true, _) => "overdue",
                (false, true) => "open",
                (false, false) => "to_come",
            },
            summary: sentence(owing, duty, on),
            reminders: leads
                .filter_map(|lead| {
                    let on = duty.reminder_on(lead)?;
                    Some(ReminderDay { lead, on })
                })
                .collect(),
        }
    }
}

//! What is outstanding: the report of a year, an assessment, the end of a rectification, a filing, the
//! close of a notice, an application; each with its deadline, and when it is reminded of.
//!
//! It follows from the programme's data, the record's events and the calendar.
//!
//! Readings, beside those that the programmes' files declare:
//!
//! - A revocation closes everything that is outstanding on a certificate. After the end of its period,
//!   what had fallen due by then stays outstanding, and nothing more falls due.
//! - 民法典 §203 moves a deadline to the first working day. It does not move what is due "before the
//!   period ends" (期满前): the day after the period is not before its end.
//! - A finding of the authority that a report was not handed in closes the report, as the report does.
//! - A rectification's result ends it, whether it was passed or failed, though after a failure the
//!   certificate stays under rectification until the authority has decided.
//! - A change is to be filed from the day it took place, if that day is on record. 当年 ends on
//!   31 December.

mod certificate;
mod notice;
mod what;
mod yearly;

use calendar::Certainty;
use chrono::{Days, NaiveDate};
use rules::ReminderRule;

use crate::certificate::CertificateNumber;
use crate::id;

pub use certificate::of_certificate;
pub use notice::of_notice;
pub use what::{ClosedBy, Parties, What};
pub use yearly::of_programme;

/// The record that something is outstanding on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A certificate.
    Certificate(CertificateNumber),
    /// A public notice, by its id.
    Notice(String),
    /// A programme, by its id: what its applicants have to do.
    Programme(String),
}

/// Something outstanding, with its deadline.
#[derive(Debug, Clone, PartialEq)]
pub struct Outstanding {
    /// What is outstanding.
    pub what: What,
    /// By when.
    pub deadline: Deadline,
    /// The first day on which it is outstanding. No reminder of an earlier day is due.
    pub opened: NaiveDate,
    /// The first day on which it is outstanding no more. Absent: nothing on record has closed it.
    pub closed: Option<NaiveDate>,
}

/// By when something is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The day that the regulation names; none for a notice, which runs for working days.
    pub statutory: Option<NaiveDate>,
    /// The last day on which one may act (民法典 §203). Where it is provisional, the day by what is
    /// known now; none where a holiday notice is awaited before any day can be named.
    pub effective: Option<NaiveDate>,
    /// Whether the effective day is settled.
    pub certainty: Certainty,
    /// It lies no earlier, whatever holiday notice is still to come.
    not_before: NaiveDate,
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Certificate(number) => write!(f, "certificate/{number}"),
            Self::Notice(id) => write!(f, "notice/{id}"),
            Self::Programme(id) => write!(f, "programme/{id}"),
        }
    }
}

impl Subject {
    /// The record's own id: the certificate's number, or the id of the notice or of the programme.
    pub fn id(&self) -> String {
        match self {
            Self::Certificate(number) => number.to_string(),
            Self::Notice(id) | Self::Programme(id) => id.clone(),
        }
    }

    /// Reads a subject as [`Display`](std::fmt::Display) writes it; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once('/')?;
        match kind {
            "certificate" => CertificateNumber::parse(id).ok().map(Self::Certificate),
            "notice" => Some(Self::Notice(id.to_owned())),
            "programme" => Some(Self::Programme(id.to_owned())),
            _ => None,
        }
    }
}

impl From<calendar::Deadline> for Deadline {
    fn from(deadline: calendar::Deadline) -> Self {
        Self {
            statutory: Some(deadline.statutory),
            effective: Some(deadline.effective),
            certainty: deadline.certainty,
            not_before: deadline.statutory,
        }
    }
}

impl Outstanding {
    /// Identifies what is outstanding, among everything that is outstanding on any record.
    pub fn id(&self, subject: &Subject) -> String {
        id::derive("obligation", &[&subject.to_string(), &self.what.name()])
    }

    /// Whether it is outstanding on that day.
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        self.opened <= day && self.closed.is_none_or(|closed| day < closed)
    }

    /// Whether it can still be done on that day.
    pub fn is_owed_on(&self, day: NaiveDate) -> bool {
        self.is_open_on(day) && (self.what.is_owed_after() || !self.is_overdue_on(day))
    }

    /// Whether its deadline lies before that day.
    pub fn is_overdue_on(&self, day: NaiveDate) -> bool {
        self.deadline.effective.is_some_and(|last| last < day)
    }

    /// How many days before the deadline it is reminded of, most first; less than zero is after it.
    pub fn leads(&self, rule: &ReminderRule) -> Vec<i64> {
        let before = rule.before.iter().map(|days| i64::from(*days));
        let after = rule.after.iter().map(|days| -i64::from(*days));
        let after = after.filter(|_| self.what.is_owed_after());
        before.chain(after).collect()
    }

    /// The day of a reminder; none where the deadline has no day yet, or where nothing was
    /// outstanding on that day.
    pub fn reminder_on(&self, lead: i64) -> Option<NaiveDate> {
        let day = sooner(self.deadline.effective?, lead)?;
        (day >= self.opened).then_some(day)
    }

    /// The newest reminder of a day up to `day`, as lead and day, where it is outstanding on
    /// `day`.
    pub fn newest_reminder(&self, rule: &ReminderRule, day: NaiveDate) -> Option<(i64, NaiveDate)> {
        if !self.is_open_on(day) {
            return None;
        }
        let leads = self.leads(rule).into_iter();
        let days = leads.filter_map(|lead| Some((lead, self.reminder_on(lead)?)));
        days.filter(|(_, on)| *on <= day).max_by_key(|(_, on)| *on)
    }

    /// The first day after `after` on which a reminder may be due; none where none will be. On that day
    /// the record is to be checked.
    ///
    /// Until a deadline has passed, a holiday notice may move it, but never before the statutory day. So
    /// the first check is by the statutory day, and from then on there is one each day until the reminder
    /// is due. A holiday notice may also move a reminder from a day before `opened` to a later day.
    pub fn next_check(&self, rule: &ReminderRule, after: NaiveDate) -> Option<NaiveDate> {
        let first = after.succ_opt()?.max(self.opened);
        let leads = self.leads(rule).into_iter();
        let checks = leads.filter_map(|lead| {
            if let Some(last) = self.deadline.effective {
                let due = sooner(last, lead)?;
                let bounds = self.deadline.certainty.bounds();
                let latest = sooner(bounds.map_or(last, |bounds| bounds.latest), lead)?;
                if (self.opened..=after).contains(&due) || latest < first {
                    return None;
                }
            }
            let check = sooner(self.deadline.not_before, lead)?.max(first);
            self.closed
                .is_none_or(|closed| check < closed)
                .then_some(check)
        });
        checks.min()
    }
}

/// When to check a record after `after`: on the first day that any item asks for.
pub fn next_check(
    items: &[Outstanding],
    rule: &ReminderRule,
    after: NaiveDate,
) -> Option<NaiveDate> {
    let checks = items.iter();
    checks.filter_map(|item| item.next_check(rule, after)).min()
}

/// The earliest of the days that are known.
fn earliest<const N: usize>(days: [Option<NaiveDate>; N]) -> Option<NaiveDate> {
    days.into_iter().flatten().min()
}

/// The first reminder's lead.
fn first_lead(rule: &ReminderRule) -> i64 {
    rule.before.first().map_or(0, |days| i64::from(*days))
}

/// So many days before `day`, or after it where less than zero.
fn sooner(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let by = Days::new(days.unsigned_abs());
    if days < 0 {
        day.checked_add_days(by)
    } else {
        day.checked_sub_days(by)
    }
}

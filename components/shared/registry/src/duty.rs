//! What falls due: the report of a year, an assessment, the end of a rectification, a filing, the
//! close of a notice, an application; each with its deadline, and when it is reminded of.
//!
//! Pure: it follows from the programme's data, the record's events and the calendar. No store, no
//! clock, no HTTP.
//!
//! Readings, beside those that the programmes' files declare:
//!
//! - What is owed while a certificate is in force is owed no more once it is revoked. After its period
//!   has ended, what had fallen due by then stays owed, and nothing more falls due.
//! - 民法典 §203 moves a deadline to the first working day. It does not move what is due "before the
//!   period ends" (期满前): the day after the period is not before its end.
//! - A finding of the authority that a report was not handed in closes the report, as the report does.
//! - A rectification's result ends it, whether it was passed or failed, though after a failure the
//!   certificate stays under rectification until the authority has decided.
//! - A change is owed a filing from the day it took place, if that is on record. 当年 ends on
//!   31 December.

use std::collections::BTreeMap;

use calendar::{CalendarError, Certainty, WorkingCalendar};
use chrono::{Datelike, Days, NaiveDate};
use rules::{
    Change, ChangeProcedure, Cite, Due, NoticeRule, Obligation, ObligationKind, Programme,
    ReminderRule,
};

use crate::certificate::{CertificateNumber, Event, EventEffect, EventId, Life, Recorded, Status};
use crate::id;
use crate::notice::{Notice, Published};

/// The record that something is owed on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A certificate.
    Certificate(CertificateNumber),
    /// A public notice, by its id.
    Notice(String),
    /// A programme, by its id: what is owed by whoever applies.
    Programme(String),
}

/// Something owed, with its deadline.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// What is owed.
    pub what: What,
    /// By when.
    pub deadline: Deadline,
    /// The first day on which it is owed. No reminder of an earlier day is due.
    pub opened: NaiveDate,
    /// The first day on which it is owed no more. Absent: nothing on record has closed it.
    pub closed: Option<NaiveDate>,
}

/// What is owed.
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

/// By when something is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The day that the text comes to; none for a notice, which runs for working days.
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

impl What {
    /// Tells it apart from all else that is owed on the same record. Dates are no part of it, so
    /// that a deadline that moves stays the same deadline.
    pub fn name(&self) -> String {
        match self {
            Self::Obligation { rule, year } => format!("{}/{year}", rule.id),
            Self::Rectification { order, .. } => format!("rectification/{order}"),
            Self::Filing { event, .. } => format!("filing/{event}"),
            Self::NoticeCloses { .. } => "notice-closes".to_owned(),
        }
    }

    /// Whether it can still be done once its deadline has passed. An application or an objection
    /// cannot, so it has no reminders of later days.
    fn is_owed_after(&self) -> bool {
        match self {
            Self::Obligation { rule, .. } => rule.kind != ObligationKind::Application,
            Self::Rectification { .. } | Self::Filing { .. } => true,
            Self::NoticeCloses { .. } => false,
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

impl Duty {
    /// Identifies what is owed, among everything that is owed on any record.
    pub fn id(&self, subject: &Subject) -> String {
        id::derive("duty", &[&subject.to_string(), &self.what.name()])
    }

    /// Whether it is owed on that day.
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

    /// The day of a reminder; none where the deadline has no day yet, or where it was not owed then.
    pub fn reminder_on(&self, lead: i64) -> Option<NaiveDate> {
        let day = sooner(self.deadline.effective?, lead)?;
        (day >= self.opened).then_some(day)
    }

    /// The newest reminder of a day up to `day`, as lead and day, where it is owed on `day`.
    pub fn newest_reminder(&self, rule: &ReminderRule, day: NaiveDate) -> Option<(i64, NaiveDate)> {
        if !self.is_open_on(day) {
            return None;
        }
        let leads = self.leads(rule).into_iter();
        let days = leads.filter_map(|lead| Some((lead, self.reminder_on(lead)?)));
        days.filter(|(_, on)| *on <= day).max_by_key(|(_, on)| *on)
    }

    /// The first day after `after` on which to look whether a reminder is due; none where none will
    /// be. A holiday notice may move the deadline until it has passed, but never before the statutory
    /// day: so that is when to look first, and then each day until the reminder is due. It may also
    /// move a reminder of a day before `opened` to a day on which it is owed.
    pub fn next_look(&self, rule: &ReminderRule, after: NaiveDate) -> Option<NaiveDate> {
        let first = after.succ_opt()?.max(self.opened);
        let leads = self.leads(rule).into_iter();
        let looks = leads.filter_map(|lead| {
            if let Some(last) = self.deadline.effective {
                let due = sooner(last, lead)?;
                let bounds = self.deadline.certainty.bounds();
                let latest = sooner(bounds.map_or(last, |bounds| bounds.latest), lead)?;
                if (self.opened..=after).contains(&due) || latest < first {
                    return None;
                }
            }
            let look = sooner(self.deadline.not_before, lead)?.max(first);
            self.closed
                .is_none_or(|closed| look < closed)
                .then_some(look)
        });
        looks.min()
    }
}

/// When to look at a record again after `after`: the first look that any of its duties asks for.
pub fn next_look(duties: &[Duty], rule: &ReminderRule, after: NaiveDate) -> Option<NaiveDate> {
    let looks = duties.iter();
    looks.filter_map(|duty| duty.next_look(rule, after)).min()
}

/// What is owed on a certificate whose first reminder lies on a day up to `through`, by statutory day.
pub fn of_certificate(
    programme: &'static Programme,
    life: &Life,
    calendar: WorkingCalendar,
    through: NaiveDate,
) -> Vec<Duty> {
    let Some(issue) = life.issue() else {
        return Vec::new();
    };
    let cycle = Cycle {
        programme,
        calendar,
        issued: issue.on,
        until: issue.until,
        through,
    };
    let mut duties = cycle.duties(&fulfilled(life));
    duties.extend(rectifications(life, calendar));
    duties.extend(filings(programme, life, calendar));
    let mut spans = life.spans().iter();
    let revoked = spans.find(|span| span.status == Status::Revoked);
    for duty in &mut duties {
        duty.closed = earliest([duty.closed, revoked.map(|span| span.since)]);
    }
    let first = first_lead(&programme.reminders);
    duties.retain(|duty| {
        let first = sooner(duty.deadline.not_before, first);
        first.is_some_and(|first| first.max(duty.opened) <= through)
    });
    duties.sort_by_key(|duty| duty.deadline.not_before);
    duties
}

/// The events that count, by legal date.
fn counted(life: &Life) -> impl Iterator<Item = &Recorded> {
    let history = life.history();
    let counted = history.filter(|entry| entry.effect == EventEffect::Counts);
    counted.map(|entry| &entry.recorded)
}

/// The day on which the obligation of a year was first fulfilled, or found missing.
fn fulfilled(life: &Life) -> BTreeMap<(&str, i32), NaiveDate> {
    let mut fulfilled = BTreeMap::new();
    for recorded in counted(life) {
        if let Event::ReportReceived {
            obligation,
            year,
            on,
            ..
        }
        | Event::ReportMissed {
            obligation,
            year,
            on,
            ..
        }
        | Event::Assessed {
            obligation,
            year,
            on,
            ..
        } = &recorded.event
        {
            fulfilled.entry((obligation.as_str(), *year)).or_insert(*on);
        }
    }
    fulfilled
}

/// The rectifications that end by a day.
fn rectifications(life: &Life, calendar: WorkingCalendar) -> Vec<Duty> {
    // The first failed result of each, which leaves the status as it is.
    let mut failed: BTreeMap<&EventId, NaiveDate> = BTreeMap::new();
    let mut ordered = None;
    for recorded in counted(life) {
        match &recorded.event {
            Event::RectificationOrdered { .. } => ordered = Some(&recorded.id),
            Event::RectificationFailed { on, .. } => {
                if let Some(order) = ordered {
                    failed.entry(order).or_insert(*on);
                }
            }
            _ => {}
        }
    }
    let next = life.spans().iter().skip(1).map(|next| Some(next.since));
    let spans = life.spans().iter().zip(next.chain([None]));
    let rectifications = spans.filter(|(span, _)| span.status == Status::UnderRectification);
    rectifications
        .filter_map(|(span, next)| {
            let deadline = calendar.deadline_on(span.until?.statutory).ok()?;
            Some(Duty {
                what: What::Rectification {
                    order: span.because.clone(),
                    cite: span.article,
                },
                deadline: deadline.into(),
                opened: span.since,
                closed: earliest([failed.get(&span.because).copied(), next]),
            })
        })
        .collect()
}

/// The changes that are to be filed within their year.
fn filings(programme: &'static Programme, life: &Life, calendar: WorkingCalendar) -> Vec<Duty> {
    let filing = |recorded: &Recorded| {
        let Event::Changed { change, on, .. } = &recorded.event else {
            return None;
        };
        let filed = counted(life).filter_map(|other| match &other.event {
            Event::Filed {
                change: filed,
                on: day,
                ..
            } if filed == change && day >= on => Some(*day),
            _ => None,
        });
        let closed = filed.min();
        let change = programme.changes.into_iter().find(|found| {
            found.procedure == ChangeProcedure::FilingSameYear && found.id == change.as_str()
        })?;
        let deadline = calendar.deadline_by(on.year(), 12, 31).ok()?;
        Some(Duty {
            what: What::Filing {
                change,
                event: recorded.id.clone(),
            },
            deadline: deadline.into(),
            opened: *on,
            closed,
        })
    };
    counted(life).filter_map(filing).collect()
}

/// The earliest of the days that are known.
fn earliest<const N: usize>(days: [Option<NaiveDate>; N]) -> Option<NaiveDate> {
    days.into_iter().flatten().min()
}

/// What a notice comes to: its close.
///
/// # Errors
/// As [`WorkingCalendar::window`].
pub fn of_notice(
    programme: &'static Programme,
    notice: &Notice,
    calendar: WorkingCalendar,
) -> Result<Duty, CalendarError> {
    let published = notice.published.published;
    let window = notice.published.window(calendar)?;
    let rules = programme.notices.into_iter();
    Ok(Duty {
        what: What::NoticeCloses {
            rule: rules
                .filter(|rule| rule.from.get() <= published)
                .max_by_key(|rule| rule.from),
        },
        deadline: Deadline {
            statutory: None,
            effective: notice.closes_on(&window).or(window.last_day),
            not_before: no_earlier(&notice.published),
            certainty: window.certainty,
        },
        opened: published,
        closed: earliest([
            notice.withdrawn.as_ref().map(|withdrawn| withdrawn.on),
            notice.granted.as_ref().map(|granted| granted.on),
            notice.issued.as_ref().map(|issued| issued.on),
        ]),
    })
}

/// What is owed to a programme by those who apply, where the first reminder lies on a day up to
/// `through`.
pub fn of_programme(
    programme: &'static Programme,
    calendar: WorkingCalendar,
    through: NaiveDate,
) -> Vec<Duty> {
    let cycle = Cycle {
        programme,
        calendar,
        issued: programme.from.get(),
        until: None,
        through,
    };
    let mut duties = cycle.of_kinds(&[ObligationKind::Application], &BTreeMap::new());
    for duty in &mut duties {
        // An application is for one year's round.
        let year = duty.deadline.not_before.year();
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        duty.opened = first.map_or(duty.opened, |first| first.max(duty.opened));
    }
    duties.sort_by_key(|duty| duty.deadline.not_before);
    duties
}

/// A notice of so many working days closes no earlier than so many days after its publication.
fn no_earlier(published: &Published) -> NaiveDate {
    use crate::notice::CountingRule;
    let days = u64::from(published.promised.days);
    let days = match published.promised.counting {
        CountingRule::DayAfter => days,
        CountingRule::PublicationDay => days.saturating_sub(1),
    };
    let day = published.published.checked_add_days(Days::new(days));
    day.unwrap_or(published.published)
}

/// The obligations of a certificate, year by year.
struct Cycle {
    programme: &'static Programme,
    calendar: WorkingCalendar,
    issued: NaiveDate,
    until: Option<NaiveDate>,
    through: NaiveDate,
}

impl Cycle {
    fn duties(&self, fulfilled: &BTreeMap<(&str, i32), NaiveDate>) -> Vec<Duty> {
        let kinds = [ObligationKind::Report, ObligationKind::Assessment];
        self.of_kinds(&kinds, fulfilled)
    }

    fn of_kinds(
        &self,
        kinds: &[ObligationKind],
        fulfilled: &BTreeMap<(&str, i32), NaiveDate>,
    ) -> Vec<Duty> {
        let versions = self.programme.obligations.into_iter();
        let versions = versions.filter(|version| kinds.contains(&version.kind));
        let mut duties = Vec::new();
        for rule in versions {
            for deadline in self.deadlines(rule) {
                let statutory = deadline.not_before;
                let year = statutory.year();
                let in_force = self.programme.obligation(&rule.id, statutory);
                let owed = in_force.is_some_and(|version| version.from == rule.from)
                    && statutory >= self.issued
                    && self.until.is_none_or(|until| statutory <= until)
                    && !self.is_exempt(rule, year);
                if owed {
                    duties.push(Duty {
                        what: What::Obligation { rule, year },
                        deadline,
                        opened: self.issued,
                        closed: fulfilled.get(&(rule.id.as_str(), year)).copied(),
                    });
                }
            }
        }
        duties
    }

    /// 对在上一年6月后批复的技术创新中心,次年无需提交上年度报告, and its like.
    fn is_exempt(&self, rule: &Obligation, year: i32) -> bool {
        let recognised = (self.issued.month(), self.issued.day());
        self.issued.year().checked_add(1) == Some(year)
            && rule.exemptions.iter().any(|exemption| {
                let from = (
                    exemption.recognised_from_month,
                    exemption.recognised_from_day,
                );
                recognised >= from
            })
    }

    /// The deadlines that the rule comes to for this certificate, of all versions' times.
    fn deadlines(&self, rule: &Obligation) -> Vec<Deadline> {
        let first = first_lead(&self.programme.reminders);
        let mut deadlines = Vec::new();
        for n in 0.. {
            let deadline = match rule.due {
                Due::Yearly {
                    month,
                    day,
                    first_after_years,
                } => {
                    let years = first_after_years.unwrap_or(0).saturating_add(n);
                    let deadline = self.in_year(years, month, day);
                    // The first such day after the recognition.
                    let early = |found: &Deadline| {
                        first_after_years.is_none() && found.not_before <= self.issued
                    };
                    match deadline {
                        Some(Ok(found)) if early(&found) => continue,
                        deadline => deadline,
                    }
                }
                Due::EveryYears {
                    years,
                    first_after_years,
                    month,
                    day,
                } => {
                    let first = first_after_years.unwrap_or(years);
                    let years = years.saturating_mul(n).saturating_add(first);
                    match month {
                        Some(month) => self.in_year(years, month, day),
                        None => {
                            let deadline = self.calendar.deadline_after_years(self.issued, years);
                            Some(deadline.map(Deadline::from))
                        }
                    }
                }
                Due::BeforePeriodEnds {} if n == 0 => self.until.map(|until| {
                    Ok(Deadline {
                        statutory: Some(until),
                        effective: Some(until),
                        certainty: Certainty::Settled,
                        not_before: until,
                    })
                }),
                Due::BeforePeriodEnds {} => None,
            };
            match deadline {
                // Days before the first holiday notice are not known, and long past.
                Some(Err(CalendarError::BeforeFirstNotice { .. })) => {}
                Some(Ok(found)) => {
                    let reminded = sooner(found.not_before, first);
                    if reminded.is_none_or(|reminded| reminded > self.through) {
                        break;
                    }
                    deadlines.push(found);
                }
                _ => break,
            }
        }
        deadlines
    }

    /// By that day of the calendar year so many years after the recognition.
    fn in_year(
        &self,
        years: u32,
        month: u32,
        day: Option<u32>,
    ) -> Option<Result<Deadline, CalendarError>> {
        let year = self.issued.year().checked_add_unsigned(years)?;
        let deadline = self.calendar.deadline_by(year, month, day.unwrap_or(31));
        Some(deadline.map(Deadline::from))
    }
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

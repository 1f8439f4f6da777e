//! The obligations of a programme, year by year: of a certificate's holder, and of those who apply.

use std::collections::BTreeMap;

use calendar::{CalendarError, Certainty, WorkingCalendar};
use chrono::{Datelike, NaiveDate};
use rules::{Due, Obligation, ObligationKind, Programme};

use super::{Deadline, Outstanding, What, first_lead, sooner};

/// What those who apply to a programme have to do, where the first reminder lies on a day up to `through`.
pub fn of_programme(
    programme: &'static Programme,
    calendar: WorkingCalendar,
    through: NaiveDate,
) -> Vec<Outstanding> {
    let cycle = Cycle {
        programme,
        calendar,
        issued: programme.from.get(),
        until: None,
        through,
    };
    let mut items = cycle.of_kinds(&[ObligationKind::Application], &BTreeMap::new());
    for item in &mut items {
        // An application is for one year's round.
        let year = item.deadline.not_before.year();
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        item.opened = first.map_or(item.opened, |first| first.max(item.opened));
    }
    items.sort_by_key(|item| item.deadline.not_before);
    items
}

/// The obligations of a certificate, year by year.
pub(super) struct Cycle {
    pub(super) programme: &'static Programme,
    pub(super) calendar: WorkingCalendar,
    pub(super) issued: NaiveDate,
    pub(super) until: Option<NaiveDate>,
    pub(super) through: NaiveDate,
}

impl Cycle {
    pub(super) fn items(&self, fulfilled: &BTreeMap<(&str, i32), NaiveDate>) -> Vec<Outstanding> {
        let kinds = [ObligationKind::Report, ObligationKind::Assessment];
        self.of_kinds(&kinds, fulfilled)
    }

    fn of_kinds(
        &self,
        kinds: &[ObligationKind],
        fulfilled: &BTreeMap<(&str, i32), NaiveDate>,
    ) -> Vec<Outstanding> {
        let versions = self.programme.obligations.into_iter();
        let versions = versions.filter(|version| kinds.contains(&version.kind));
        let mut items = Vec::new();
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
                    items.push(Outstanding {
                        what: What::Obligation { rule, year },
                        deadline,
                        opened: self.issued,
                        closed: fulfilled.get(&(rule.id.as_str(), year)).copied(),
                    });
                }
            }
        }
        items
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

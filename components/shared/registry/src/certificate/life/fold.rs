//! The fold of a certificate's events.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{CalendarError, WorkingCalendar};
use chrono::NaiveDate;
use rules::{
    Alters, Change, ChangeProcedure, Due, Effect, Ground, Obligation, ObligationKind, Programme,
    Str, Trigger,
};

use super::{
    Borne, Entry, EventEffect, Issue, Life, Pending, Proposal, Recorded, Span, Status, Until, Void,
};
use crate::certificate::{Event, EventId, Holder};

pub(super) fn fold(programme: &'static Programme, events: &[Recorded]) -> Life {
    let events = in_order(events);
    let annulments = annulments(&events);
    let mut fold = Fold::new(programme, &events);
    let mut history = Vec::with_capacity(events.len());
    for recorded in events {
        let annulled = annulments.annulled.get(&recorded.id);
        let effect = match (annulled, annulments.of.get(&recorded.id)) {
            (Some(by), _) => EventEffect::Annulled { by: by.clone() },
            (None, Some(effect)) => effect.clone(),
            (None, None) => match fold.apply(&recorded.id, &recorded.event) {
                Ok(()) => EventEffect::Counts,
                Err(void) => EventEffect::Void(void),
            },
        };
        history.push(Entry {
            recorded: recorded.clone(),
            effect,
        });
    }
    fold.expire();
    Life {
        issue: fold.issue,
        names: fold.names,
        holders: fold.holders,
        spans: fold.spans,
        pending: fold.pending,
        history,
    }
}

/// Each event once, by legal date and number.
fn in_order(events: &[Recorded]) -> Vec<&Recorded> {
    let mut once: BTreeMap<&EventId, &Recorded> = BTreeMap::new();
    for recorded in events {
        let first = once.entry(&recorded.id).or_insert(recorded);
        if recorded.n < first.n {
            *first = recorded;
        }
    }
    let mut events: Vec<&Recorded> = once.into_values().collect();
    events.sort_by_key(|recorded| (recorded.event.on(), recorded.n));
    events
}

/// Which events are annulled, and what became of the annulments.
#[derive(Default)]
struct Annulments {
    /// By which event.
    annulled: BTreeMap<EventId, EventId>,
    of: BTreeMap<EventId, EventEffect>,
}

fn annulments(events: &[&Recorded]) -> Annulments {
    let mut annulments = Annulments::default();
    for recorded in events {
        let Event::Annulled { event: id, on, .. } = &recorded.event else {
            continue;
        };
        let void = match events.iter().find(|target| target.id == *id) {
            None => Some(Void::NoSuchEvent { id: id.clone() }),
            Some(target) => match &target.event {
                Event::Issued { .. } | Event::Annulled { .. } => {
                    Some(Void::NotAnnullable { id: id.clone() })
                }
                event if event.on() > *on => Some(Void::BeforeEvent {
                    id: id.clone(),
                    on: event.on(),
                }),
                _ => annulments
                    .annulled
                    .get(id)
                    .map(|by| Void::AnnulledAlready { by: by.clone() }),
            },
        };
        let effect = match void {
            Some(void) => EventEffect::Void(void),
            None => {
                let by = recorded.id.clone();
                annulments.annulled.insert(id.clone(), by);
                EventEffect::Counts
            }
        };
        annulments.of.insert(recorded.id.clone(), effect);
    }
    annulments
}

/// How the assessment of a year ended.
#[derive(Clone, Copy, PartialEq)]
enum Ended {
    Failed,
    Otherwise,
}

/// What was recorded of each year of an obligation, and by which event.
type Years = BTreeMap<i32, (Ended, EventId)>;

struct Fold {
    programme: &'static Programme,
    /// The day of the first event that issues a certificate of the programme.
    first_issue: Option<NaiveDate>,
    ids: BTreeSet<EventId>,
    issue: Option<Issue>,
    names: Vec<Borne<String>>,
    holders: Vec<Borne<Holder>>,
    spans: Vec<Span>,
    pending: Vec<Pending>,
    assessed: BTreeMap<Str, Years>,
    missed: BTreeMap<Str, Years>,
}

impl Fold {
    fn new(programme: &'static Programme, events: &[&Recorded]) -> Self {
        let first_issue = events.iter().find_map(|recorded| match &recorded.event {
            Event::Issued {
                programme: of, on, ..
            } if programme.id == of.as_str() => Some(*on),
            _ => None,
        });
        Self {
            programme,
            first_issue,
            ids: events.iter().map(|recorded| recorded.id.clone()).collect(),
            issue: None,
            names: Vec::new(),
            holders: Vec::new(),
            spans: Vec::new(),
            pending: Vec::new(),
            assessed: BTreeMap::new(),
            missed: BTreeMap::new(),
        }
    }

    /// Takes the next event, by legal date. Where it can have no effect, nothing has changed but that an
    /// expiry before it has come about.
    fn apply(&mut self, id: &EventId, event: &Event) -> Result<(), Void> {
        if let Event::Issued { programme, .. } = event
            && self.programme.id != programme.as_str()
        {
            let programme = self.programme.id;
            return Err(Void::OtherProgramme { programme });
        }
        if let Some(issue) = &self.issue {
            if issue.until.is_some_and(|until| until < event.on()) {
                self.expire();
            }
            self.takes(event)?;
        } else if !matches!(event, Event::Issued { .. }) {
            return Err(match self.first_issue {
                Some(issued_on) => Void::BeforeIssue { issued_on },
                None => Void::NotIssued,
            });
        }
        match event {
            Event::Issued { .. } => self.issued(id, event),
            Event::ReportReceived { obligation, on, .. } => self
                .obligation(obligation, *on, ObligationKind::Report)
                .map(drop),
            Event::ReportMissed {
                obligation,
                year,
                on,
                ..
            } => self.report_missed(id, obligation, *year, *on),
            Event::Assessed {
                obligation,
                year,
                outcome,
                on,
                ..
            } => self.assessed(id, obligation, *year, outcome, *on),
            Event::RectificationOrdered { because, .. } => {
                self.rectification_ordered(id, event, because)
            }
            Event::RectificationPassed { .. } => self.rectification_passed(id, event),
            Event::RectificationFailed { on, .. } => self.rectification_failed(id, *on),
            Event::Filed {
                change,
                on,
                name,
                holder,
                ..
            }
            | Event::Approved {
                change,
                on,
                name,
                holder,
                ..
            } => {
                let change = self.change(event, change)?;
                self.altered(change, *on, name.as_ref(), holder.as_ref())
            }
            Event::Changed { change, .. } => self.change(event, change).map(drop),
            Event::GroundFound { ground, on, .. } => self.ground_found(id, ground, *on),
            Event::Kept { because, .. } => self.kept(because),
            Event::Revoked {
                because, ground, ..
            } => self.revoked(id, event, because, ground),
            // Told apart before the fold.
            Event::Annulled { event, .. } => Err(Void::NoSuchEvent { id: event.clone() }),
        }
    }

    fn status(&self) -> Option<&Span> {
        self.spans.last()
    }

    /// Whether the certificate, as it stands, takes such an event.
    fn takes(&self, event: &Event) -> Result<(), Void> {
        let Some(span) = self.status() else {
            return Ok(());
        };
        match span.status {
            Status::Valid | Status::UnderRectification => Ok(()),
            Status::Revoked => match event {
                Event::ReportReceived { .. } | Event::Issued { .. } => Ok(()),
                _ => Err(Void::Revoked {
                    by: span.because.clone(),
                }),
            },
            // Its last years may still be reported and assessed, and a ground for revocation found.
            Status::Expired => match event {
                Event::RectificationOrdered { .. }
                | Event::RectificationPassed { .. }
                | Event::RectificationFailed { .. }
                | Event::Changed { .. }
                | Event::Filed { .. }
                | Event::Approved { .. } => Err(Void::Expired),
                _ => Ok(()),
            },
        }
    }

    fn issued(&mut self, id: &EventId, event: &Event) -> Result<(), Void> {
        if let Some(issue) = &self.issue {
            let by = issue.event.clone();
            return Err(Void::IssuedAlready { by });
        }
        let Event::Issued {
            basis,
            name,
            holder,
            on,
            until,
            reference,
            ..
        } = event
        else {
            return Ok(());
        };
        self.issue = Some(Issue {
            event: id.clone(),
            on: *on,
            until: *until,
            basis: basis.clone(),
        });
        self.names.push(Borne {
            value: name.clone(),
            since: *on,
        });
        self.holders.push(Borne {
            value: holder.clone(),
            since: *on,
        });
        self.spans.push(Span {
            status: Status::Valid,
            since: *on,
            because: id.clone(),
            article: &self.programme.certificate.cite,
            reference: reference.clone(),
            ground: None,
            until: None,
        });
        Ok(())
    }

    /// The period has ended, unless the certificate was revoked before.
    fn expire(&mut self) {
        let Some(issue) = &self.issue else { return };
        let ended = self
            .status()
            .is_some_and(|span| matches!(span.status, Status::Revoked | Status::Expired));
        let Some(since) = issue.until.and_then(|until| until.succ_opt()) else {
            return;
        };
        if !ended {
            self.spans.push(Span {
                status: Status::Expired,
                since: since.max(issue.on),
                because: issue.event.clone(),
                article: &self.programme.certificate.cite,
                reference: None,
                ground: None,
                until: None,
            });
        }
    }

    /// The obligation of that name and kind, in the version in force on that day.
    fn obligation(
        &self,
        given: &str,
        on: NaiveDate,
        kind: ObligationKind,
    ) -> Result<&'static Obligation, Void> {
        let found = self.programme.obligation(given, on);
        found.filter(|version| version.kind == kind).ok_or_else(|| {
            let all = self.programme.obligations.into_iter();
            let of_kind = all.filter(|version| version.kind == kind && version.from.get() <= on);
            let ids: BTreeSet<Str> = of_kind.map(|version| version.id).collect();
            Void::UnknownObligation {
                given: given.to_owned(),
                known: ids.into_iter().collect(),
            }
        })
    }

    fn report_missed(
        &mut self,
        id: &EventId,
        obligation: &str,
        year: i32,
        on: NaiveDate,
    ) -> Result<(), Void> {
        let obligation = self.obligation(obligation, on, ObligationKind::Report)?;
        let missed = self.missed.entry(obligation.id).or_default();
        enter(missed, year, Ended::Failed, id)?;
        let run = run(missed, year, obligation);
        self.propose_revocations(id, on, |ground| match &ground.trigger {
            Trigger::MissedInARow {
                obligation: of,
                count,
            } => *of == obligation.id && run >= *count,
            _ => false,
        });
        Ok(())
    }

    fn assessed(
        &mut self,
        id: &EventId,
        obligation: &str,
        year: i32,
        given: &str,
        on: NaiveDate,
    ) -> Result<(), Void> {
        let obligation = self.obligation(obligation, on, ObligationKind::Assessment)?;
        let mut outcomes = obligation.outcomes.into_iter();
        let Some(outcome) = outcomes.find(|outcome| outcome.id == given) else {
            return Err(Void::UnknownOutcome {
                given: given.to_owned(),
                known: obligation.outcomes.iter().map(|x| x.id).collect(),
            });
        };
        let ended = match outcome.effect {
            Effect::Failed {} => Ended::Failed,
            Effect::Kept {} | Effect::Rectification { .. } | Effect::Revocation {} => {
                Ended::Otherwise
            }
        };
        let assessed = self.assessed.entry(obligation.id).or_default();
        enter(assessed, year, ended, id)?;
        let run = match ended {
            Ended::Failed => run(assessed, year, obligation),
            Ended::Otherwise => 0,
        };
        let proposed = self.pending.len();
        self.propose_revocations(id, on, |ground| match &ground.trigger {
            Trigger::Outcomes {
                obligation: of,
                outcomes,
            } => *of == obligation.id && outcomes.contains(&outcome.id),
            Trigger::FailedInARow {
                obligation: of,
                count,
            } => *of == obligation.id && ended == Ended::Failed && run >= *count,
            _ => false,
        });
        let proposal = match outcome.effect {
            Effect::Rectification { months } if !self.is(Status::Expired) => {
                Proposal::Rectification { months }
            }
            Effect::Revocation {} if self.pending.len() == proposed => Proposal::Revocation,
            _ => return Ok(()),
        };
        self.pending.push(Pending {
            proposal,
            because: id.clone(),
            ground: None,
            label: &outcome.label,
            cite: &obligation.cite,
            since: on,
        });
        Ok(())
    }

    fn is(&self, status: Status) -> bool {
        self.status().is_some_and(|span| span.status == status)
    }

    /// Proposes revocation on every ground whose trigger is met.
    fn propose_revocations(
        &mut self,
        because: &EventId,
        since: NaiveDate,
        met: impl Fn(&Ground) -> bool,
    ) {
        let grounds = self.programme.grounds.into_iter();
        let proposals = grounds.filter(|ground| met(ground)).map(|ground| Pending {
            proposal: Proposal::Revocation,
            because: because.clone(),
            ground: Some(ground),
            label: &ground.label,
            cite: &ground.cite,
            since,
        });
        self.pending.extend(proposals);
    }

    /// What is pending because of an event, as far as it is such a proposal.
    fn pending_because(
        &self,
        because: &EventId,
        such: impl Fn(&Proposal) -> bool,
    ) -> Result<Vec<Pending>, Void> {
        let pending = self.pending.iter();
        let found: Vec<Pending> = pending
            .filter(|pending| pending.because == *because && such(&pending.proposal))
            .cloned()
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let id = because.clone();
        Err(if self.ids.contains(because) {
            Void::NothingPending { because: id }
        } else {
            Void::NoSuchEvent { id }
        })
    }

    fn rectification_ordered(
        &mut self,
        id: &EventId,
        event: &Event,
        because: &EventId,
    ) -> Result<(), Void> {
        let such = |proposal: &Proposal| matches!(proposal, Proposal::Rectification { .. });
        let answered = self.pending_because(because, such)?;
        let Some(Pending { proposal, cite, .. }) = answered.into_iter().next() else {
            return Ok(());
        };
        let named = match event {
            Event::RectificationOrdered { until, .. } => *until,
            _ => None,
        };
        let until = match (named, proposal) {
            (Some(named), _) => Some(ends_on(named)),
            (
                None,
                Proposal::Rectification {
                    months: Some(months),
                },
            ) => ends_after(event.on(), months),
            (None, _) => None,
        };
        self.pending
            .retain(|pending| pending.because != *because || !such(&pending.proposal));
        self.spans.push(Span {
            status: Status::UnderRectification,
            since: event.on(),
            because: id.clone(),
            article: cite,
            reference: event.reference().map(str::to_owned),
            ground: None,
            until,
        });
        Ok(())
    }

    /// The rule that the rectification under way rests on.
    fn rectification(&self) -> Result<&Span, Void> {
        self.status()
            .filter(|span| span.status == Status::UnderRectification)
            .ok_or(Void::NotUnderRectification)
    }

    fn rectification_passed(&mut self, id: &EventId, event: &Event) -> Result<(), Void> {
        let article = self.rectification()?.article;
        self.spans.push(Span {
            status: Status::Valid,
            since: event.on(),
            because: id.clone(),
            article,
            reference: event.reference().map(str::to_owned),
            ground: None,
            until: None,
        });
        Ok(())
    }

    fn rectification_failed(&mut self, id: &EventId, on: NaiveDate) -> Result<(), Void> {
        self.rectification()?;
        self.propose_revocations(id, on, |ground| {
            matches!(ground.trigger, Trigger::RectificationFailed {})
        });
        Ok(())
    }

    /// The change of that name that is made by the event's procedure.
    fn change(&self, event: &Event, given: &str) -> Result<&'static Change, Void> {
        let fits = |change: &&Change| match change.procedure {
            ChangeProcedure::Approval => matches!(event, Event::Approved { .. }),
            ChangeProcedure::Filing => matches!(event, Event::Filed { .. }),
            ChangeProcedure::FilingSameYear => {
                matches!(event, Event::Changed { .. } | Event::Filed { .. })
            }
        };
        let changes = || self.programme.changes.into_iter().filter(fits);
        changes()
            .find(|change| change.id == given)
            .ok_or_else(|| Void::UnknownChange {
                given: given.to_owned(),
                known: changes().map(|change| change.id).collect(),
            })
    }

    fn altered(
        &mut self,
        change: &Change,
        since: NaiveDate,
        name: Option<&String>,
        holder: Option<&Holder>,
    ) -> Result<(), Void> {
        match (change.alters, name) {
            (Some(Alters::Name), None) => return Err(Void::NeedsName),
            (Some(Alters::Name), Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(Void::TakesNoName),
        }
        match (change.alters, holder) {
            (Some(Alters::Holder), None) => return Err(Void::NeedsHolder),
            (Some(Alters::Holder), Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(Void::TakesNoHolder),
        }
        bear(&mut self.names, name, since);
        bear(&mut self.holders, holder, since);
        Ok(())
    }

    fn ground_found(&mut self, id: &EventId, given: &str, on: NaiveDate) -> Result<(), Void> {
        let found = |ground: &&Ground| matches!(ground.trigger, Trigger::Found {});
        let grounds = || self.programme.grounds.into_iter().filter(found);
        let Some(ground) = grounds().find(|ground| ground.id == given) else {
            return Err(Void::UnknownGround {
                given: given.to_owned(),
                known: grounds().map(|ground| ground.id).collect(),
            });
        };
        self.propose_revocations(id, on, |of| of.id == ground.id);
        Ok(())
    }

    fn kept(&mut self, because: &EventId) -> Result<(), Void> {
        self.pending_because(because, |_| true)?;
        self.pending.retain(|pending| pending.because != *because);
        Ok(())
    }

    fn revoked(
        &mut self,
        id: &EventId,
        event: &Event,
        because: &EventId,
        given: &str,
    ) -> Result<(), Void> {
        let such = |proposal: &Proposal| matches!(proposal, Proposal::Revocation);
        let answered = self.pending_because(because, such)?;
        let mut grounds = answered.iter().filter_map(|pending| pending.ground);
        let Some(ground) = grounds.find(|ground| ground.id == given) else {
            let grounds = answered.iter().filter_map(|pending| pending.ground);
            return Err(Void::UnknownGround {
                given: given.to_owned(),
                known: grounds.map(|ground| ground.id).collect(),
            });
        };
        self.pending.clear();
        self.spans.push(Span {
            status: Status::Revoked,
            since: event.on(),
            because: id.clone(),
            article: &ground.cite,
            reference: event.reference().map(str::to_owned),
            ground: Some(ground),
            until: None,
        });
        Ok(())
    }
}

/// Bears a new value, unless it is the one borne already.
fn bear<T: Clone + PartialEq>(borne: &mut Vec<Borne<T>>, new: Option<&T>, since: NaiveDate) {
    let Some(value) = new else { return };
    if borne.last().is_none_or(|last| last.value != *value) {
        borne.push(Borne {
            value: value.clone(),
            since,
        });
    }
}

/// Enters what became of a year. A year is entered once: which of two would hold, nobody can say.
fn enter(years: &mut Years, year: i32, ended: Ended, id: &EventId) -> Result<(), Void> {
    if let Some((_, by)) = years.get(&year) {
        return Err(Void::RecordedAlready { by: by.clone() });
    }
    years.insert(year, (ended, id.clone()));
    Ok(())
}

/// How many failed in a row, that of `year` among them.
///
/// In a row are years that follow each other in the obligation's cycle. A year that was not recorded is
/// unknown, and ends the row; so does one between that ended otherwise.
fn run(years: &Years, year: i32, obligation: &Obligation) -> u32 {
    let cycle = match obligation.due {
        Due::Yearly { .. } => Some(1),
        Due::EveryYears { years, .. } => i32::try_from(years).ok().filter(|years| *years > 0),
        Due::BeforePeriodEnds {} => None,
    };
    let Some(cycle) = cycle else { return 1 };
    let failed = |year: i32| matches!(years.get(&year), Some((Ended::Failed, _)));
    let joined = |from: i32, to: i32| {
        failed(from)
            && failed(to)
            && years
                .range(from..to)
                .all(|(_, (ended, _))| *ended == Ended::Failed)
    };
    let before = std::iter::successors(Some(year), |year| {
        let before = year.checked_sub(cycle)?;
        joined(before, *year).then_some(before)
    });
    let after = std::iter::successors(Some(year), |year| {
        let after = year.checked_add(cycle)?;
        joined(*year, after).then_some(after)
    });
    // The year itself stands at the head of both.
    u32::try_from(before.count() + after.count() - 1).unwrap_or(u32::MAX)
}

/// The end on a day, §203.
fn ends_on(statutory: NaiveDate) -> Until {
    let deadline = WorkingCalendar::published().deadline_on(statutory);
    Until {
        statutory,
        effective: deadline.map_or(statutory, |deadline| deadline.effective),
    }
}

/// The end of so many months, §§201–203. None after 9999.
fn ends_after(opening: NaiveDate, months: u32) -> Option<Until> {
    match WorkingCalendar::published().deadline_after_months(opening, months) {
        Ok(deadline) => Some(Until {
            statutory: deadline.statutory,
            effective: deadline.effective,
        }),
        // No holiday notice covers the day, so it stays where it is.
        Err(CalendarError::BeforeFirstNotice { date }) => Some(ends_on(date)),
        Err(_) => None,
    }
}

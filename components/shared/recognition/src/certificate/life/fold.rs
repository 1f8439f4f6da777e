//! Applies a certificate's events one by one.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{CalendarError, WorkingCalendar};
use chrono::NaiveDate;
use rules::{
    Alters, Change, ChangeProcedure, Due, Effect, Ground, Obligation, ObligationKind, Programme,
    Str, Trigger,
};

use super::{
    Borne, CertificateStatus, EventEffect, HistoryEntry, Issue, Life, Pending, Proposal, Recorded,
    Span, Until, Void,
};
use crate::certificate::{CertificateEvent, EventId, Holder};

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
        history.push(HistoryEntry {
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

/// Each event once, ordered by legal date and number.
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

/// The annulled events, and the effects of the annulments.
#[derive(Default)]
struct Annulments {
    /// The annulled events, each with its annulment.
    annulled: BTreeMap<EventId, EventId>,
    of: BTreeMap<EventId, EventEffect>,
}

fn annulments(events: &[&Recorded]) -> Annulments {
    let mut annulments = Annulments::default();
    for recorded in events {
        let CertificateEvent::Annulled { event: id, on, .. } = &recorded.event else {
            continue;
        };
        let void = match events.iter().find(|target| target.id == *id) {
            None => Some(Void::NoSuchEvent { id: id.clone() }),
            Some(target) => match &target.event {
                CertificateEvent::Issued { .. } | CertificateEvent::Annulled { .. } => {
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

/// Whether the obligation of a year was recorded as failed.
#[derive(Clone, Copy, PartialEq)]
enum Ended {
    Failed,
    Otherwise,
}

/// What was recorded about each year of an obligation, with the event.
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
            CertificateEvent::Issued {
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

    /// Applies the next event by legal date. An event that can have no effect changes nothing; only an expiry
    /// before its date is applied.
    fn apply(&mut self, id: &EventId, event: &CertificateEvent) -> Result<(), Void> {
        if let CertificateEvent::Issued { programme, .. } = event
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
        } else if !matches!(event, CertificateEvent::Issued { .. }) {
            return Err(match self.first_issue {
                Some(issued_on) => Void::BeforeIssue { issued_on },
                None => Void::NotIssued,
            });
        }
        match event {
            CertificateEvent::Issued { .. } => self.issued(id, event),
            CertificateEvent::ReportReceived { obligation, on, .. } => self
                .obligation(obligation, *on, ObligationKind::Report)
                .map(drop),
            CertificateEvent::ReportMissed {
                obligation,
                year,
                on,
                ..
            } => self.report_missed(id, obligation, *year, *on),
            CertificateEvent::Assessed {
                obligation,
                year,
                outcome,
                on,
                ..
            } => self.assessed(id, obligation, *year, outcome, *on),
            CertificateEvent::RectificationOrdered { because, .. } => {
                self.rectification_ordered(id, event, because)
            }
            CertificateEvent::RectificationPassed { .. } => self.rectification_passed(id, event),
            CertificateEvent::RectificationFailed { on, .. } => self.rectification_failed(id, *on),
            CertificateEvent::Filed {
                change,
                on,
                name,
                holder,
                ..
            }
            | CertificateEvent::Approved {
                change,
                on,
                name,
                holder,
                ..
            } => {
                let change = self.change(event, change)?;
                self.altered(change, *on, name.as_ref(), holder.as_ref())
            }
            CertificateEvent::Changed { change, .. } => self.change(event, change).map(drop),
            CertificateEvent::GroundFound { ground, on, .. } => self.ground_found(id, ground, *on),
            CertificateEvent::Kept { because, .. } => self.kept(because),
            CertificateEvent::Revoked {
                because, ground, ..
            } => self.revoked(id, event, because, ground),
            // Annulments were handled before.
            CertificateEvent::Annulled { event, .. } => {
                Err(Void::NoSuchEvent { id: event.clone() })
            }
        }
    }

    fn status(&self) -> Option<&Span> {
        self.spans.last()
    }

    /// Whether the certificate's present status allows this event.
    fn takes(&self, event: &CertificateEvent) -> Result<(), Void> {
        let Some(span) = self.status() else {
            return Ok(());
        };
        match span.status {
            CertificateStatus::Valid | CertificateStatus::UnderRectification => Ok(()),
            CertificateStatus::Revoked => match event {
                CertificateEvent::ReportReceived { .. } | CertificateEvent::Issued { .. } => Ok(()),
                _ => Err(Void::Revoked {
                    by: span.because.clone(),
                }),
            },
            // After the end of the period, reports and assessments of the last years may still be recorded, and a
            // ground for revocation may be found.
            CertificateStatus::Expired => match event {
                CertificateEvent::RectificationOrdered { .. }
                | CertificateEvent::RectificationPassed { .. }
                | CertificateEvent::RectificationFailed { .. }
                | CertificateEvent::Changed { .. }
                | CertificateEvent::Filed { .. }
                | CertificateEvent::Approved { .. } => Err(Void::Expired),
                _ => Ok(()),
            },
        }
    }

    fn issued(&mut self, id: &EventId, event: &CertificateEvent) -> Result<(), Void> {
        if let Some(issue) = &self.issue {
            let by = issue.event.clone();
            return Err(Void::IssuedAlready { by });
        }
        let CertificateEvent::Issued {
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
            status: CertificateStatus::Valid,
            since: *on,
            because: id.clone(),
            article: &self.programme.certificate.cite,
            reference: reference.clone(),
            ground: None,
            until: None,
        });
        Ok(())
    }

    /// Applies the end of the period, unless the certificate was revoked before.
    fn expire(&mut self) {
        let Some(issue) = &self.issue else { return };
        let ended = self.status().is_some_and(|span| {
            matches!(
                span.status,
                CertificateStatus::Revoked | CertificateStatus::Expired
            )
        });
        let Some(since) = issue.until.and_then(|until| until.succ_opt()) else {
            return;
        };
        if !ended {
            self.spans.push(Span {
                status: CertificateStatus::Expired,
                since: since.max(issue.on),
                because: issue.event.clone(),
                article: &self.programme.certificate.cite,
                reference: None,
                ground: None,
                until: None,
            });
        }
    }

    /// The obligation with this name and kind, in the version in force on the day.
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
            Effect::Rectification { months } if !self.is(CertificateStatus::Expired) => {
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

    fn is(&self, status: CertificateStatus) -> bool {
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

    /// The pending decision that the event caused, if it has the wanted kind of proposal.
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
        event: &CertificateEvent,
        because: &EventId,
    ) -> Result<(), Void> {
        let such = |proposal: &Proposal| matches!(proposal, Proposal::Rectification { .. });
        let answered = self.pending_because(because, such)?;
        let Some(Pending { proposal, cite, .. }) = answered.into_iter().next() else {
            return Ok(());
        };
        let named = match event {
            CertificateEvent::RectificationOrdered { until, .. } => *until,
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
            status: CertificateStatus::UnderRectification,
            since: event.on(),
            because: id.clone(),
            article: cite,
            reference: event.reference().map(str::to_owned),
            ground: None,
            until,
        });
        Ok(())
    }

    /// The span of the rectification that is under way.
    fn rectification(&self) -> Result<&Span, Void> {
        self.status()
            .filter(|span| span.status == CertificateStatus::UnderRectification)
            .ok_or(Void::NotUnderRectification)
    }

    fn rectification_passed(&mut self, id: &EventId, event: &CertificateEvent) -> Result<(), Void> {
        let article = self.rectification()?.article;
        self.spans.push(Span {
            status: CertificateStatus::Valid,
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

    /// The change with the name `given` that uses the procedure of the event.
    fn change(&self, event: &CertificateEvent, given: &str) -> Result<&'static Change, Void> {
        let fits = |change: &&Change| match change.procedure {
            ChangeProcedure::Approval => matches!(event, CertificateEvent::Approved { .. }),
            ChangeProcedure::Filing => matches!(event, CertificateEvent::Filed { .. }),
            ChangeProcedure::FilingSameYear => {
                matches!(
                    event,
                    CertificateEvent::Changed { .. } | CertificateEvent::Filed { .. }
                )
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
        event: &CertificateEvent,
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
            status: CertificateStatus::Revoked,
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

/// Adds a new name or holder, unless it is the present one.
fn bear<T: Clone + PartialEq>(borne: &mut Vec<Borne<T>>, new: Option<&T>, since: NaiveDate) {
    let Some(value) = new else { return };
    if borne.last().is_none_or(|last| last.value != *value) {
        borne.push(Borne {
            value: value.clone(),
            since,
        });
    }
}

/// Records the result of a year. A second result for a year is refused, because nobody can say which is right.
fn enter(years: &mut Years, year: i32, ended: Ended, id: &EventId) -> Result<(), Void> {
    if let Some((_, by)) = years.get(&year) {
        return Err(Void::RecordedAlready { by: by.clone() });
    }
    years.insert(year, (ended, id.clone()));
    Ok(())
}

/// How many consecutive years failed, including `year`.
///
/// Consecutive years follow each other in the obligation's cycle. The row ends at a year with another result,
/// and at a year without a recorded result, because that result is unknown.
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
    // Both iterators begin with `year` itself.
    u32::try_from(before.count() + after.count() - 1).unwrap_or(u32::MAX)
}

/// The end of a period on this day, moved by §203.
fn ends_on(statutory: NaiveDate) -> Until {
    let deadline = WorkingCalendar::published().deadline_on(statutory);
    Until {
        statutory,
        effective: deadline.map_or(statutory, |deadline| deadline.effective),
    }
}

/// The end of a period of `months` months, §§201–203. `None` after the year 9999.
fn ends_after(opening: NaiveDate, months: u32) -> Option<Until> {
    match WorkingCalendar::published().deadline_after_months(opening, months) {
        Ok(deadline) => Some(Until {
            statutory: deadline.statutory,
            effective: deadline.effective,
        }),
        // No holiday notice covers the day, so the day is not moved.
        Err(CalendarError::BeforeFirstNotice { date }) => Some(ends_on(date)),
        Err(_) => None,
    }
}

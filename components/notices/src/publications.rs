//! Public notices that are kept: put up, listed, objected to, decided on, taken back.
//!
//! Every write goes the same way: who sends it, what it says, whether it stands in the journal already
//! (then it is answered as it was), whether it may come after what stands there, and only then the
//! writing. The answer to a write says what was recorded and nothing that changes later, so that a
//! repeated request is answered alike.

use calendar::{CalendarError, Counting, WorkingDays};
use chrono::{DateTime, FixedOffset, NaiveDate};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use registry::agenda::Agenda;
use registry::certificate::{LONGEST_REASON, LONGEST_REFERENCE};
use registry::duty::Subject;
use registry::evaluation::{self, Evaluation};
use registry::idempotency::{Use, UsedKey};
use registry::index::Index;
use registry::journal::{Journal, Log, Written, look_up};
use registry::notice::{
    self, Event, Notice, Notices, Objected, Promised, Published, Resolved, Status, Withdrawn,
};
use registry::{KeyValue, RecordError};
use rules::{NoticeRule, Programme, Verdict};
use web::date::{En, Zh};
use web::{
    Caching, Client, Clients, Fault, Faults, IdempotencyKey, Page, Problem, Query, Response, Role,
    Text,
};

use crate::USUAL_DAYS;
use crate::wire::dates::Iso;
use crate::wire::notice::{
    Entry, List, ObjectionRequest, PublicationRequest, Reader, ResolutionRequest, ShownNotice,
    ShownObjection, ShownPublication, ShownResolution, ShownWithdrawal, WithdrawalRequest,
    standing,
};

/// What a request about kept notices is answered with and from.
pub(crate) struct Desk<'d, S> {
    pub(crate) store: &'d S,
    pub(crate) clients: &'d Clients,
    pub(crate) now: DateTime<FixedOffset>,
}

/// A request that writes, once it is known who sent it.
struct Sent<'d, S> {
    client: &'d Client,
    key: UsedKey<'d, S>,
}

/// A notice that is written to.
struct Kept<'d, S> {
    journal: Journal<'d, S, Notices>,
    log: Log<Event>,
    notice: Notice,
}

/// How far ahead a notice may be scheduled, in days.
const MOST_DAYS_AHEAD: i64 = 366;

impl<S: KeyValue> Desk<'_, S> {
    fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// Lists the notices, the newest first.
    pub(crate) async fn list(&self, parts: &Parts) -> Result<Response, Problem> {
        let mut query = Query::of(&parts.uri);
        let programme = query.optional("programme", read_programme);
        let status = query.optional("status", read_status);
        let asked = Page::of(&mut query);
        query.finish()?;
        let index = match programme {
            Some(programme) => notice::index_of_programme(programme),
            None => notice::INDEX.to_owned(),
        };
        let index = Index::named(self.store, index);
        let page = index.page::<Notices, _>(asked.cursor, asked.limit, |notice| {
            match standing(&notice, self.today()) {
                Ok((window, found)) => {
                    let wanted = status.is_none_or(|status| status == found);
                    wanted.then(|| Ok(Entry::new(notice, &window, found)))
                }
                Err(problem) => Some(Err(problem)),
            }
        });
        web::json(&List::try_from(page.await.map_err(failed)?)?)
    }

    /// A notice as it stands today.
    pub(crate) async fn show(&self, parts: &Parts, id: &str) -> Result<Response, Problem> {
        web::read_only(parts)?;
        let notice = self.notice(id).await?;
        let reader = if parts.headers.contains_key(header::AUTHORIZATION) {
            let client = self.clients.authenticate(&parts.headers)?;
            client.require(Role::Portal, &notice.published.programme)?;
            Reader::Portal
        } else {
            Reader::Public
        };
        let (window, status) = standing(&notice, self.today())?;
        let mut shown = web::json(&ShownNotice::new(&notice, &window, status, reader))?;
        let vary = HeaderValue::from_static("authorization");
        shown.headers_mut().insert(header::VARY, vary);
        Ok(match reader {
            Reader::Public => web::matched(shown, &parts.headers, Caching::Revalidate),
            Reader::Portal => shown,
        })
    }

    /// Puts the application of a kept evaluation on notice.
    pub(crate) async fn publish(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Response, Problem> {
        let sent = self.sent(headers, "notices", body)?;
        let request: PublicationRequest = web::parse_json(body)?;
        let kept = evaluation::look_up(self.store, &request.evaluation).await;
        let Some(evaluation) = kept.map_err(failed)? else {
            let text = Text::new("没有这份评价记录。", "No such evaluation is kept.");
            return Err(Problem::invalid_body(vec![Fault::in_body(
                "/evaluation",
                text,
            )]));
        };
        sent.client.require(Role::Portal, &evaluation.programme)?;
        fits(sent.key.check().await)?;
        let published = self.to_be_published(&request, &evaluation)?;
        let id = published.notice_id();
        let journal = Journal::<_, Notices>::of(self.store, &id);
        let mut log = journal.read().await.map_err(failed)?;
        let event = Event::Published(published);
        let index_of_evaluation = notice::index_of_evaluation(&request.evaluation);
        let index_of_programme = notice::index_of_programme(&evaluation.programme);
        let indexes = [
            Index::named(self.store, index_of_evaluation),
            Index::named(self.store, index_of_programme),
            Index::named(self.store, notice::INDEX),
        ];
        if !log.contains(&event.id(&id)) {
            let [of_evaluation, ..] = &indexes;
            let others = of_evaluation
                .all::<Notices, _>(|other| other.withdrawn.is_none().then_some(other.id));
            if let Some(other) = others.await.map_err(failed)?.first() {
                return Err(on_notice_already(other));
            }
        }
        fits(sent.key.tie().await)?;
        // The run of reminders tells when it closes.
        let (agenda, subject) = (Agenda::of(self.store), Subject::Notice(id.clone()));
        let published = request.published;
        let entered = if log.contains(&event.id(&id)) {
            None
        } else {
            let entered = agenda.look_for(&subject, published, &id).await;
            Some(entered.map_err(failed)?)
        };
        let written = self.written(&sent, &id, event);
        let recorded = journal.record(&mut log, written, &indexes).await;
        let notice = recorded.map_err(failed)?;
        let ahead = agenda.still_ahead(&subject, published, entered).await;
        ahead.map_err(failed)?;
        web::created(
            &format!("/v1/notices/{id}"),
            &ShownPublication::new(&id, &notice.published),
        )
    }

    /// Records an objection.
    pub(crate) async fn object(
        &self,
        headers: &HeaderMap,
        id: &str,
        body: &[u8],
    ) -> Result<Response, Problem> {
        let sent = self.sent(headers, &format!("notices/{id}/objections"), body)?;
        let request: ObjectionRequest = web::parse_json(body)?;
        let kept = self.kept(&sent, id).await?;
        let notice = &kept.notice;
        let objected = Objected {
            received_on: request.received_on,
            reference: request.reference,
            matter: request.matter,
        };
        let published = notice.published.published;
        let mut faults = Faults::default();
        faults.text("/reference", &objected.reference, LONGEST_REFERENCE);
        if let Some(matter) = &objected.matter {
            faults.text("/matter", matter, LONGEST_REASON);
        }
        faults.not_before("/received_on", objected.received_on, published);
        faults.not_after_today("/received_on", objected.received_on, self.today());
        faults.finish()?;
        let event = Event::Objected(objected.clone());
        let objection = event.id(id);
        if !kept.log.contains(&objection) {
            still_open(notice)?;
            let (window, _) = standing(notice, self.today())?;
            let closes_on = notice.closes_on(&window);
            if let Some(last) = closes_on.filter(|last| objected.received_on > *last) {
                return Err(closed(last));
            }
        }
        let stood = kept.log.contains(&objection);
        let notice = self.record(&sent, kept, event).await?;
        // A grant that came at the same moment stands: the objection is on record, and too late.
        if !stood {
            still_open(&notice)?;
        }
        web::created(
            &format!("/v1/notices/{id}"),
            &ShownObjection {
                notice: id,
                id: &objection,
                received_on: Iso(objected.received_on),
                reference: &objected.reference,
                resolution: format!("/v1/notices/{id}/objections/{objection}/resolution"),
            },
        )
    }

    /// Records the decision on an objection.
    pub(crate) async fn resolve(
        &self,
        headers: &HeaderMap,
        id: &str,
        objection: &str,
        body: &[u8],
    ) -> Result<Response, Problem> {
        let path = format!("notices/{id}/objections/{objection}/resolution");
        let sent = self.sent(headers, &path, body)?;
        let request: ResolutionRequest = web::parse_json(body)?;
        let kept = self.kept(&sent, id).await?;
        let known = kept.notice.objection(objection).ok_or_else(|| {
            Problem::not_found(Text::new(
                "该公示没有这项异议。",
                "The notice has no such objection.",
            ))
        })?;
        let resolved = Resolved {
            objection: objection.to_owned(),
            outcome: request.outcome,
            on: request.on,
            reference: request.reference,
        };
        let mut faults = Faults::default();
        faults.text("/reference", &resolved.reference, LONGEST_REFERENCE);
        faults.not_before("/on", resolved.on, known.objected.received_on);
        faults.not_after_today("/on", resolved.on, self.today());
        faults.finish()?;
        let event = Event::Resolved(resolved.clone());
        let event_id = event.id(id);
        if !kept.log.contains(&event_id) && known.resolved.is_some() {
            return Err(decided_already());
        }
        let notice = self.record(&sent, kept, event).await?;
        if notice.void.contains(&event_id) {
            return Err(decided_already());
        }
        web::created(
            &format!("/v1/notices/{id}"),
            &ShownResolution {
                notice: id,
                resolved: &resolved,
            },
        )
    }

    /// Takes a notice back.
    pub(crate) async fn withdraw(
        &self,
        headers: &HeaderMap,
        id: &str,
        body: &[u8],
    ) -> Result<Response, Problem> {
        let sent = self.sent(headers, &format!("notices/{id}/withdrawal"), body)?;
        let request: WithdrawalRequest = web::parse_json(body)?;
        let kept = self.kept(&sent, id).await?;
        let withdrawn = Withdrawn {
            on: request.on,
            reference: request.reference,
            reason: request.reason,
        };
        let mut faults = Faults::default();
        let reference = &withdrawn.reference;
        faults.text("/reference", reference, LONGEST_REFERENCE);
        faults.text("/reason", &withdrawn.reason, LONGEST_REASON);
        faults.not_after_today("/on", withdrawn.on, self.today());
        faults.finish()?;
        let event = Event::Withdrawn(withdrawn.clone());
        let event_id = event.id(id);
        if !kept.log.contains(&event_id) {
            still_open(&kept.notice)?;
        }
        let notice = self.record(&sent, kept, event).await?;
        if notice.void.contains(&event_id) {
            still_open(&notice)?;
        }
        web::created(
            &format!("/v1/notices/{id}"),
            &ShownWithdrawal {
                notice: id,
                withdrawn: &withdrawn,
            },
        )
    }

    /// Who sent a request that writes.
    fn sent(&self, headers: &HeaderMap, path: &str, body: &[u8]) -> Result<Sent<'_, S>, Problem> {
        let client = self.clients.authenticate(headers)?;
        client.require_role(Role::Portal)?;
        let key = web::idempotency_key(headers)?;
        let key = key.as_ref().map(IdempotencyKey::as_str);
        let key = UsedKey::new(self.store, client.name(), key, path, body);
        Ok(Sent { client, key })
    }

    /// The notice that a request of its programme's portal writes to.
    async fn kept(&self, sent: &Sent<'_, S>, id: &str) -> Result<Kept<'_, S>, Problem> {
        let notice = self.notice(id).await?;
        let programme = &notice.published.programme;
        sent.client.require(Role::Portal, programme)?;
        fits(sent.key.check().await)?;
        let journal = Journal::of(self.store, id);
        let log = journal.read().await.map_err(failed)?;
        // The view may lag behind: decisions rest on the journal.
        let notice = journal.fold(&log).unwrap_or(notice);
        Ok(Kept {
            journal,
            log,
            notice,
        })
    }

    /// The notice, as its view has it.
    async fn notice(&self, id: &str) -> Result<Notice, Problem> {
        let found = look_up::<Notices>(self.store, id).await.map_err(failed)?;
        found.map(|folded| folded.view).ok_or_else(|| {
            Problem::not_found(Text::new("没有这项公示。", "There is no such notice."))
        })
    }

    async fn record(
        &self,
        sent: &Sent<'_, S>,
        mut kept: Kept<'_, S>,
        event: Event,
    ) -> Result<Notice, Problem> {
        fits(sent.key.tie().await)?;
        let written = self.written(sent, &kept.notice.id, event);
        let own = written.id.clone();
        let recorded = kept.journal.record(&mut kept.log, written, &[]).await;
        let notice = recorded.map_err(failed)?;
        // What came at the same moment and has no effect may have been answered before this was seen.
        let mut void = notice.void.iter();
        if void.any(|id| *id != own && !kept.notice.void.contains(id)) {
            return Err(overtaken());
        }
        Ok(notice)
    }

    fn written(&self, sent: &Sent<'_, S>, notice: &str, event: Event) -> Written<Event> {
        let id = event.id(notice);
        Written::new(id, self.now, sent.client.name(), event)
    }

    /// What is to be put on notice.
    fn to_be_published(
        &self,
        request: &PublicationRequest,
        evaluation: &Evaluation,
    ) -> Result<Published, Problem> {
        let rules = rules::programme(&evaluation.programme)
            .ok_or_else(|| Problem::internal(&"a kept evaluation of an unknown programme"))?;
        if evaluation.verdict == Verdict::NotEligible {
            return Err(Problem::conflict(
                "not-eligible",
                "Not eligible",
                Text::new(
                    "该申请评价为不符合条件，不能公示。",
                    "The application was judged not eligible and cannot be put on notice.",
                ),
            ));
        }
        let rule = rule(rules.programme, request.published);
        let mut faults = Faults::default();
        faults.not_before("/published", request.published, evaluation.applied_on);
        let ahead = request.published - self.today();
        if ahead.num_days() > MOST_DAYS_AHEAD {
            let text = Text::new(
                "公示日期不得晚于今日之后一年。",
                "The day of publication is at most a year ahead.",
            );
            faults.add("/published", text);
        }
        if rule.is_none() && rules.programme.notices.is_empty() {
            return Err(Problem::conflict(
                "no-notice",
                "No public notice",
                Text::new(
                    "该项目的办法未规定公示，可直接凭评价记录颁发证书。",
                    "The programme's regulation sets no public notice; a certificate is issued on the evaluation itself.",
                ),
            ));
        }
        let days = days(rule, request.days);
        if let Err(text) = &days {
            faults.add("/days", text.clone());
        }
        faults.finish()?;
        let days =
            days.map_err(|text| Problem::invalid_body(vec![Fault::in_body("/days", text)]))?;
        let counting = request.counting.map_or(Counting::DayAfter, Counting::from);
        let promised =
            Promised::by(request.published, days, counting).map_err(|error| match error {
                CalendarError::BeforeFirstNotice { .. } | CalendarError::AfterLastDate => {
                    Problem::invalid_body(vec![Fault::in_body("/published", crate::outside())])
                }
                error => Problem::internal(&error),
            })?;
        Ok(Published {
            evaluation: request.evaluation.clone(),
            programme: evaluation.programme.clone(),
            kind: evaluation.kind.clone(),
            applicant: evaluation.applicant.clone(),
            name: rules.programme.certificate.full_name(&evaluation.platform),
            verdict: evaluation.verdict,
            published: request.published,
            promised,
        })
    }
}

/// The rule of the public notice in force on that day.
fn rule(programme: &'static Programme, published: NaiveDate) -> Option<&'static NoticeRule> {
    let rules = programme.notices.into_iter();
    rules
        .filter(|rule| rule.from.get() <= published)
        .max_by_key(|rule| rule.from.get())
}

/// For how many working days a notice runs: as the regulation sets it, or as the portal does where the
/// regulation leaves it open.
fn days(rule: Option<&NoticeRule>, asked: Option<u64>) -> Result<WorkingDays, Text> {
    let days = match rule {
        Some(rule) => rule.length(asked).ok_or_else(|| {
            let days = rule.working_days;
            Text::new(
                format!("办法规定公示{days}个工作日。"),
                format!("The regulation sets {days} working days."),
            )
        })?,
        None => asked.unwrap_or(USUAL_DAYS),
    };
    WorkingDays::try_from(days).map_err(|_| crate::wrong_days())
}

/// Refuses what comes too late: the notice was taken back, or granted a certificate.
fn still_open(notice: &Notice) -> Result<(), Problem> {
    if notice.granted.is_some() {
        return Err(Problem::conflict(
            "already-granted",
            "Already granted",
            Text::new(
                "已凭该公示颁发证书；此后的异议按证书事项办理。",
                "The certificate was issued on this notice; what comes later is recorded on the certificate.",
            ),
        ));
    }
    if notice.withdrawn.is_some() {
        return Err(Problem::conflict(
            "withdrawn",
            "Withdrawn",
            Text::new("该公示已撤回。", "The notice was withdrawn."),
        ));
    }
    Ok(())
}

fn closed(last: NaiveDate) -> Problem {
    Problem::conflict(
        "notice-closed",
        "Notice closed",
        Text::new(
            format!("异议应在{}24时前提出，公示已经结束。", Zh(last)),
            format!("Objections closed at the end of {}.", En(last)),
        ),
    )
}

fn decided_already() -> Problem {
    Problem::conflict(
        "already-decided",
        "Already decided",
        Text::new(
            "该异议已有处理结果。",
            "The objection was already decided on.",
        ),
    )
}

fn overtaken() -> Problem {
    Problem::conflict(
        "overtaken",
        "Overtaken",
        Text::new(
            "同一时刻有与之不相容的登记，请查看公示后重新请求。",
            "Something that excludes this was recorded at the same moment; see the notice and ask again.",
        ),
    )
}

fn on_notice_already(other: &str) -> Problem {
    Problem::conflict(
        "already-on-notice",
        "Already on notice",
        Text::new(
            format!("该申请已在公示（/v1/notices/{other}）；须先撤回，才能重新公示。"),
            format!(
                "The application is on notice already (/v1/notices/{other}); withdraw that one first."
            ),
        ),
    )
}

fn fits(used: Result<Use, RecordError>) -> Result<(), Problem> {
    match used.map_err(failed)? {
        Use::Fits => Ok(()),
        Use::Other => Err(Problem::idempotency_key_reused()),
    }
}

fn failed(error: RecordError) -> Problem {
    match error {
        RecordError::TooLarge { .. } => Problem::conflict(
            "record-full",
            "Record full",
            Text::new(
                "该公示的记录已满，未作登记。",
                "The notice's record is full; nothing was recorded.",
            ),
        ),
        error => Problem::internal(&error),
    }
}

fn read_programme(text: &str) -> Result<&'static str, Text> {
    rules::programme(text)
        .map(|rules| rules.id)
        .ok_or_else(|| Text::new("没有这个项目。", "There is no such programme."))
}

fn read_status(text: &str) -> Result<Status, Text> {
    let all = [
        Status::Scheduled,
        Status::Open,
        Status::ClosedPassed,
        Status::ClosedWithObjection,
        Status::Withdrawn,
    ];
    let named = all.into_iter().find(|status| status.as_str() == text);
    named.ok_or_else(|| {
        let names = all.map(Status::as_str).join(", ");
        Text::new(
            format!("应为以下之一：{names}"),
            format!("It is one of: {names}"),
        )
    })
}

#[cfg(test)]
mod tests;

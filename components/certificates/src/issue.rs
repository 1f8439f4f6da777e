//! Issuing: a certificate on a notice that passed, or on an evaluation where the programme has none.
//!
//! A certificate's number is derived from what it rests on, so a repeated request finds the number
//! it made. On a notice it is granted in the notice's own journal first, where an objection that comes
//! at the same moment stands before it or after it; only then it is written to its own.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use http::HeaderMap;
use registry::KeyValue;
use registry::certificate::{
    self, Basis, CertificateNumber, Certificates, Event, Holder, LONGEST_REFERENCE,
};
use registry::evaluation;
use registry::id;
use registry::index::Index;
use registry::journal::{Journal, Log, Written, look_up};
use registry::notice::{self, Granted, Notice, Notices, Status};
use rules::{Due, Programme, Verdict};
use web::date::{En, Zh};
use web::{Fault, Faults, Problem, Response, Role, Text};

use crate::desk::{Desk, Sent, failed, fits, rules_of};
use crate::wire::{IssueRequest, ShownIssue};

/// How often another number is tried where one stands for another certificate: 40 bits can collide.
const MOST_ATTEMPTS: u32 = 16;

/// What a certificate is to rest on.
struct Recognised {
    basis: Basis,
    programme: &'static Programme,
    holder: Holder,
    name: String,
    /// The year in its number.
    year: i32,
    /// The first day it can bear.
    from: NaiveDate,
    notice: Option<Notice>,
    /// Whether the view of the notice says already that the certificate stands.
    confirmed: bool,
}

impl<S: KeyValue> Desk<'_, S> {
    /// Issues a certificate.
    pub(crate) async fn issue(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Response, Problem> {
        let sent = self.sent(headers, "certificates", body)?;
        let request: IssueRequest = web::parse_json(body)?;
        let recognised = self.recognised(&request).await?;
        let programme = recognised.programme;
        sent.client.require(Role::Registrar, &programme.id)?;
        fits(sent.key.check().await)?;
        let mut faults = Faults::default();
        if let Some(reference) = &request.reference {
            faults.text("/reference", reference, LONGEST_REFERENCE);
        }
        faults.not_before("/issued_on", request.issued_on, recognised.from);
        faults.not_after_today("/issued_on", request.issued_on, self.today());
        look_at_period(programme, &request, &mut faults);
        faults.finish()?;

        let number = self.number(&recognised).await?;
        let event = Event::Issued {
            programme: programme.id.to_string(),
            basis: recognised.basis.clone(),
            name: recognised.name.clone(),
            holder: recognised.holder.clone(),
            on: request.issued_on,
            until: request.until,
            reference: request.reference.clone(),
        };
        let event_id = event.id(&number);
        let id = number.to_string();
        let journal = Journal::<_, Certificates>::of(self.store, &id);
        let mut log = journal.read().await.map_err(failed)?;
        let stood = log.contains(event_id.as_str());
        if !stood {
            if journal.fold(&log).is_some() {
                return Err(issued_already(&number));
            }
            let granted = recognised.notice.as_ref().and_then(|n| n.granted.as_ref());
            if granted.is_none_or(|granted| granted.number != number) {
                self.name_is_free(&recognised).await?;
            }
            if let Some(notice) = &recognised.notice {
                self.may_be_granted(notice, &number, request.issued_on)
                    .await?;
            }
        }
        fits(sent.key.tie().await)?;
        if let Some(notice) = &recognised.notice
            && !stood
        {
            self.grant(&sent, notice, &number, request.issued_on)
                .await?;
        }
        let entered = match stood {
            true => None,
            false => self.announce(&number, &event).await?,
        };
        let indexes = self.indexes_of(&event);
        let written = self.written(&sent, &number, event.clone());
        let recorded = journal.record(&mut log, written, &indexes).await;
        let certificate = recorded.map_err(failed)?;
        self.announced(&number, &event, entered).await?;
        // Where two requests that say different things met, the journal decided; and the one that was
        // written last may not be the one that the other saw.
        let mut events = certificate.events.iter();
        let met = events.any(|other| {
            matches!(other.event, Event::Issued { .. }) && other.id != event_id && !stood
        });
        let life = certificate.life(programme);
        if met || life.issue().is_none_or(|issue| issue.event != event_id) {
            return Err(issued_already(&number));
        }
        if let Some(notice) = &recognised.notice
            && !recognised.confirmed
        {
            self.confirm(&sent, notice, &number, request.issued_on)
                .await?;
        }
        web::created(
            &format!("/v1/certificates/{number}"),
            &ShownIssue::new(
                &number,
                &event_id,
                programme,
                &recognised.name,
                &recognised.holder,
                &request,
            ),
        )
    }

    /// What the certificate is to rest on, as far as it is known without its number.
    async fn recognised(&self, request: &IssueRequest) -> Result<Recognised, Problem> {
        match (&request.notice, &request.evaluation) {
            (Some(notice), None) => self.by_notice(notice).await,
            (None, Some(evaluation)) => self.by_evaluation(evaluation).await,
            _ => Err(fault(
                "",
                "应填 notice（公示）或 evaluation（评价记录，仅限办法未规定公示的项目）之一。",
                "Exactly one of notice, or evaluation where the regulation sets no public notice, is needed.",
            )),
        }
    }

    async fn by_notice(&self, id: &str) -> Result<Recognised, Problem> {
        let found = look_up::<Notices>(self.store, id).await.map_err(failed)?;
        let Some(viewed) = found else {
            return Err(fault(
                "/notice",
                "没有这项公示。",
                "There is no such notice.",
            ));
        };
        // The view may lag behind: what is granted rests on the journal.
        let journal = Journal::<_, Notices>::of(self.store, id);
        let log = journal.read().await.map_err(failed)?;
        let notice = journal
            .fold(&log)
            .ok_or_else(|| Problem::internal(&"a notice without a publication"))?;
        let published = &notice.published;
        let rules = rules_of(&published.programme)?;
        Ok(Recognised {
            basis: Basis::Notice(id.to_owned()),
            programme: rules.programme,
            holder: published.applicant.clone(),
            name: published.name.clone(),
            year: published.published.year(),
            from: published.published,
            notice: Some(notice),
            confirmed: viewed.view.issued.is_some(),
        })
    }

    async fn by_evaluation(&self, id: &str) -> Result<Recognised, Problem> {
        let found = evaluation::look_up(self.store, id).await.map_err(failed)?;
        let Some(evaluation) = found else {
            return Err(fault(
                "/evaluation",
                "没有这份评价记录。",
                "No such evaluation is kept.",
            ));
        };
        let rules = rules_of(&evaluation.programme)?;
        if !rules.programme.notices.is_empty() {
            return Err(fault(
                "/evaluation",
                "该项目须先公示：请填 notice。",
                "This programme has a public notice: name the notice.",
            ));
        }
        if evaluation.verdict == Verdict::NotEligible {
            return Err(Problem::conflict(
                "not-eligible",
                "Not eligible",
                Text::new(
                    "该申请评价为不符合条件，不能颁发证书。",
                    "The application was judged not eligible; no certificate can be issued on it.",
                ),
            ));
        }
        Ok(Recognised {
            basis: Basis::Evaluation(id.to_owned()),
            programme: rules.programme,
            name: rules.programme.certificate.full_name(&evaluation.platform),
            holder: evaluation.applicant,
            year: evaluation.applied_on.year(),
            from: evaluation.applied_on,
            notice: None,
            confirmed: false,
        })
    }

    /// The number of the certificate: the one it has, or the first that no other has.
    async fn number(&self, recognised: &Recognised) -> Result<CertificateNumber, Problem> {
        let prefix = &recognised.programme.certificate.prefix;
        let (Basis::Notice(source) | Basis::Evaluation(source)) = &recognised.basis;
        for attempt in 0..MOST_ATTEMPTS {
            let number = CertificateNumber::derive(prefix, recognised.year, source, attempt);
            match self.find(&number).await? {
                Some(other) if other.basis != recognised.basis => {}
                _ => return Ok(number),
            }
        }
        Err(Problem::internal(
            &"every number that was tried stands for another certificate",
        ))
    }

    /// Refuses a name that a certificate of the programme in force bears already.
    async fn name_is_free(&self, recognised: &Recognised) -> Result<(), Problem> {
        let index = Index::named(self.store, certificate::index_of_name(&recognised.name));
        let today = self.today();
        let bearers = index.all::<Certificates, _>(|other| {
            let life = other.life(recognised.programme);
            let standing = life.status_on(today)?;
            let bears = other.programme == *recognised.programme.id
                && other.basis != recognised.basis
                && life.name() == Some(recognised.name.as_str())
                && standing.status().is_in_force();
            bears.then_some(other.number)
        });
        match bearers.await.map_err(failed)?.first() {
            None => Ok(()),
            Some(other) => Err(Problem::conflict(
                "name-taken",
                "Name taken",
                Text::new(
                    format!("已有同名的有效证书：{other}。"),
                    format!("A certificate in force bears this name: {other}."),
                ),
            )),
        }
    }

    /// Refuses a grant on a notice that has not passed.
    async fn may_be_granted(
        &self,
        notice: &Notice,
        number: &CertificateNumber,
        issued_on: NaiveDate,
    ) -> Result<(), Problem> {
        if let Some(granted) = &notice.granted {
            return granted_as(granted, number, issued_on);
        }
        let window = notice
            .published
            .window(calendar::WorkingCalendar::published())
            .map_err(|e| Problem::internal(&e))?;
        let closes_on = notice.closes_on(&window);
        match (notice.status(&window, self.today()), closes_on) {
            (Status::ClosedPassed, Some(last)) if issued_on > last => {}
            (Status::ClosedPassed | Status::Open | Status::Scheduled, closes_on) => {
                return Err(still_running(closes_on));
            }
            (Status::ClosedWithObjection, _) => {
                return Err(Problem::conflict(
                    "objection-stands",
                    "An objection stands",
                    Text::new(
                        "公示期内有异议未处理或成立，不能颁发证书。",
                        "An objection is undecided or was upheld; no certificate can be issued on this notice.",
                    ),
                ));
            }
            (Status::Withdrawn, _) => {
                return Err(Problem::conflict(
                    "withdrawn",
                    "Withdrawn",
                    Text::new("该公示已撤回。", "The notice was withdrawn."),
                ));
            }
        }
        // Two notices that were put up at the same moment for one application: the first alone counts.
        let index = notice::index_of_evaluation(&notice.published.evaluation);
        let index = Index::named(self.store, index);
        let running =
            index.all::<Notices, _>(|notice| notice.withdrawn.is_none().then_some(notice.id));
        match running.await.map_err(failed)?.last() {
            Some(first) if *first != notice.id => Err(Problem::conflict(
                "already-on-notice",
                "Already on notice",
                Text::new(
                    format!("同一申请另有在先的公示：/v1/notices/{first}。"),
                    format!("The application has an earlier notice: /v1/notices/{first}."),
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Grants the certificate in the notice's journal.
    async fn grant(
        &self,
        sent: &Sent<'_, S>,
        notice: &Notice,
        number: &CertificateNumber,
        issued_on: NaiveDate,
    ) -> Result<(), Problem> {
        let event = notice::Event::Granted(Granted {
            number: number.clone(),
            on: issued_on,
        });
        let journal = Journal::<_, Notices>::of(self.store, &notice.id);
        let mut log = journal.read().await.map_err(failed)?;
        let seen = grants(&log);
        // One that was void before what stood against it fell stays so: this is another.
        let void = journal.fold(&log).map(|notice| notice.void);
        let mut own = event.id(&notice.id);
        while void.as_ref().is_some_and(|void| void.contains(&own)) {
            own = id::derive("granted-again", &[&own]);
        }
        let written = Written::new(own.clone(), self.now, sent.client.name(), event);
        let recorded = journal.record(&mut log, written, &[]).await;
        match &recorded.map_err(failed)?.granted {
            Some(granted) => granted_as(granted, number, issued_on)?,
            None => {
                return Err(overtaken(
                    "同一时刻有异议或撤回登记在先，请查看公示。",
                    "An objection or a withdrawal was recorded first; see the notice.",
                ));
            }
        }
        // Whoever granted for another day may not have seen this grant, and goes on.
        if grants(&log).difference(&seen).any(|other| *other != own) {
            return Err(overtaken(
                "同一时刻另有请求按其他日期颁发证书，请查看公示后重新请求。",
                "Another request came at the same moment, to issue on another day; see the notice and ask again.",
            ));
        }
        Ok(())
    }
}

impl<S: KeyValue> Desk<'_, S> {
    /// Writes in the notice's journal that the certificate stands.
    async fn confirm(
        &self,
        sent: &Sent<'_, S>,
        notice: &Notice,
        number: &CertificateNumber,
        issued_on: NaiveDate,
    ) -> Result<(), Problem> {
        let event = notice::Event::Issued(Granted {
            number: number.clone(),
            on: issued_on,
        });
        let id = event.id(&notice.id);
        let written = Written::new(id, self.now, sent.client.name(), event);
        let journal = Journal::<_, Notices>::of(self.store, &notice.id);
        let mut log = journal.read().await.map_err(failed)?;
        journal
            .record(&mut log, written, &[])
            .await
            .map_err(failed)?;
        Ok(())
    }
}

/// The grants that stand in a notice's journal, with effect or without, by their ids.
fn grants(log: &Log<notice::Event>) -> BTreeSet<String> {
    let entries = log.entries().into_iter();
    let grants = entries.filter(|entry| matches!(entry.written.event, notice::Event::Granted(_)));
    grants.map(|entry| entry.written.id).collect()
}

fn overtaken(zh: &'static str, en: &'static str) -> Problem {
    Problem::conflict("overtaken", "Overtaken", Text::new(zh, en))
}

/// Looks at the end of the platform's own period: needed where an obligation goes by it, and else
/// there is none.
fn look_at_period(programme: &Programme, request: &IssueRequest, faults: &mut Faults) {
    let mut obligations = programme.obligations.into_iter();
    let has_period = obligations.any(|one| matches!(one.due, Due::BeforePeriodEnds {}));
    match (has_period, request.until) {
        (true, Some(until)) => faults.not_before("/until", until, request.issued_on),
        (false, None) => {}
        (true, None) => faults.add(
            "/until",
            Text::new(
                "该项目有建设期，须写明建设期的最后一天。",
                "The programme has a period of construction: its last day is needed.",
            ),
        ),
        (false, Some(_)) => faults.add(
            "/until",
            Text::new(
                "该项目的办法未规定有效期或建设期。",
                "The programme's regulation sets no period.",
            ),
        ),
    }
}

/// Refuses what differs from what was granted.
fn granted_as(
    granted: &Granted,
    number: &CertificateNumber,
    issued_on: NaiveDate,
) -> Result<(), Problem> {
    if granted.number == *number && granted.on == issued_on {
        return Ok(());
    }
    let Granted { number, on } = granted;
    Err(Problem::conflict(
        "already-granted",
        "Already granted",
        Text::new(
            format!("该公示已授予证书{number}，颁发日期为{}。", Zh(*on)),
            format!(
                "Certificate {number} was granted on this notice, to be issued on {}.",
                En(*on)
            ),
        ),
    ))
}

/// The notice has not closed: from which day on a certificate can be issued, where that is known.
fn still_running(closes_on: Option<NaiveDate>) -> Problem {
    let problem = |text| Problem::conflict("notice-open", "The notice has not closed", text);
    match closes_on.and_then(|last| Some((last, last.succ_opt()?))) {
        Some((last, from)) => problem(Text::new(
            format!("公示至{}24时止，{}起方可颁发证书。", Zh(last), Zh(from)),
            format!(
                "The notice runs to the end of {}; a certificate can be issued from {} on.",
                En(last),
                En(from)
            ),
        ))
        .with_member("possible_from", from.to_string()),
        None => problem(Text::new(
            "公示何时结束，须待有关年度的放假通知公布后才能确定；在此之前不能颁发证书。",
            "When the notice ends is settled by a holiday notice that is not out; until then no certificate can be issued.",
        )),
    }
}

fn issued_already(number: &CertificateNumber) -> Problem {
    Problem::conflict(
        "already-issued",
        "Already issued",
        Text::new(
            format!("证书{number}已经颁发，内容与本次请求不同。"),
            format!("Certificate {number} is issued already, and not as this request says."),
        ),
    )
}

fn fault(pointer: &str, zh: &'static str, en: &'static str) -> Problem {
    Problem::invalid_body(vec![Fault::in_body(pointer, Text::new(zh, en))])
}

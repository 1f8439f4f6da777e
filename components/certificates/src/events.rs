//! Recording what happened to a certificate.

use calendar::WorkingCalendar;
use http::HeaderMap;
use registry::KeyValue;
use registry::certificate::{Certificate, Certificates, Event, EventEffect, Life, Refusal, Void};
use registry::duty::{self, What};
use registry::journal::Journal;
use rules::Programme;
use web::{Fault, Problem, Response, Role, Text};

use crate::desk::{Desk, failed, fits, read_number, rules_of, text_of};
use crate::wire::ShownEvent;

impl<S: KeyValue> Desk<'_, S> {
    /// Records an event.
    pub(crate) async fn add_event(
        &self,
        headers: &HeaderMap,
        number: &str,
        body: &[u8],
    ) -> Result<Response, Problem> {
        let number = read_number(number)?;
        let sent = self.sent(headers, &format!("certificates/{number}/events"), body)?;
        let known = self.certificate(&number).await?;
        sent.client.require(Role::Registrar, &known.programme)?;
        let event: Event = web::parse_json(body)?;
        if let Event::Issued { .. } = event {
            let text = Text::new(
                "颁发证书请用 POST /v1/certificates。",
                "A certificate is issued by POST /v1/certificates.",
            );
            return Err(Problem::invalid_body(vec![Fault::in_body("/kind", text)]));
        }
        let faults = event.faults().into_iter();
        let faults: Vec<_> = faults
            .map(|fault| Fault::in_body(&fault.pointer, text_of(fault.message)))
            .collect();
        if !faults.is_empty() {
            return Err(Problem::invalid_body(faults));
        }
        let programme = rules_of(&known.programme)?.programme;
        if let Event::Filed { name, .. } | Event::Approved { name, .. } = &event
            && let Some(name) = name
            && !is_official(programme, name)
        {
            let form = programme.certificate.full_name("××");
            let text = Text::new(
                format!("名称应为“{form}”的形式。"),
                format!("The name has the form “{form}”."),
            );
            return Err(Problem::invalid_body(vec![Fault::in_body("/name", text)]));
        }
        fits(sent.key.check().await)?;

        let id = event.id(&number);
        let journal = Journal::<_, Certificates>::of(self.store, &number.to_string());
        let mut log = journal.read().await.map_err(failed)?;
        // The view may lag behind: decisions rest on the journal.
        let certificate = journal.fold(&log).unwrap_or(known);
        // One that is recorded already is not refused, as long as it counts.
        let refusal = Life::refusal(programme, &certificate.events, &event, self.today());
        if let Some(refusal) = refusal {
            return Err(refused(&refusal));
        }
        let stood = log.contains(id.as_str());
        if !stood {
            was_missed(programme, &certificate, &event)?;
        }
        fits(sent.key.tie().await)?;
        let indexes = self.indexes_of(&event);
        let written = self.written(&sent, &number, event.clone());
        let entered = match stood {
            true => None,
            false => self.announce(&number, &event).await?,
        };
        let recorded = journal.record(&mut log, written, &indexes).await;
        let certificate = recorded.map_err(failed)?;
        self.announced(&number, &event, entered).await?;
        // Another event that excludes this one may have been recorded at the same moment.
        if let Some(EventEffect::Void(void)) = certificate.life(programme).effect(&id) {
            return Err(conflict(text_of(void.text())));
        }
        // Or this one excludes it, and whoever recorded it may not have seen this one. Of two who
        // meet, one at least sees the other, and is told what it would have been told had it come
        // later. Asking again tells which has effect.
        if !stood {
            let others = certificate.events.into_iter();
            let others: Vec<_> = others.filter(|recorded| recorded.id != id).collect();
            if let Some(refusal) = Life::refusal(programme, &others, &event, self.today()) {
                return Err(refused(&refusal));
            }
        }
        web::created(
            &format!("/v1/certificates/{number}/history"),
            &ShownEvent {
                number: &number,
                id: &id,
                event: &event,
            },
        )
    }
}

/// Refuses to find a report missing that was not owed, was not overdue, or had come in: a revocation may
/// be proposed on it.
fn was_missed(
    programme: &'static Programme,
    certificate: &Certificate,
    event: &Event,
) -> Result<(), Problem> {
    let Event::ReportMissed {
        obligation,
        year,
        on,
        ..
    } = event
    else {
        return Ok(());
    };
    let calendar = WorkingCalendar::published();
    let duties = duty::of_certificate(programme, &certificate.life(programme), calendar, *on);
    let owed = duties.iter().find(|duty| match &duty.what {
        What::Obligation { rule, year: due } => rule.id == obligation.as_str() && due == year,
        _ => false,
    });
    match owed {
        Some(duty) if duty.is_open_on(*on) && duty.is_overdue_on(*on) => Ok(()),
        Some(duty) if duty.is_open_on(*on) => Err(conflict(Text::new(
            "该报告当日尚未逾期。",
            "The report was not yet overdue on that day.",
        ))),
        _ => Err(conflict(Text::new(
            "该年度当日没有应报而未报的此项报告；year 为按原文应报之日所在的日历年。",
            "No such report was owed on that day for that year; the year is the calendar year in which it is due.",
        ))),
    }
}

/// Whether a full name is one of the programme's form.
fn is_official(programme: &Programme, name: &str) -> bool {
    let template = &programme.certificate.name_template;
    template
        .split_once("{name}")
        .is_some_and(|(before, after)| {
            let own = name.strip_prefix(before);
            let own = own.and_then(|rest| rest.strip_suffix(after));
            own.is_some_and(|own| !own.trim().is_empty())
        })
}

/// A refusal as a problem: what the programme does not know is a fault of the body, what does not fit
/// the certificate as it stands is a conflict.
fn refused(refusal: &Refusal) -> Problem {
    let text = text_of(refusal.text());
    let pointer = match refusal {
        Refusal::Future { .. } | Refusal::Void(Void::BeforeIssue { .. }) => "/on",
        Refusal::Void(Void::UnknownObligation { .. }) => "/obligation",
        Refusal::Void(Void::UnknownOutcome { .. }) => "/outcome",
        Refusal::Void(Void::UnknownChange { .. }) => "/change",
        Refusal::Void(Void::UnknownGround { .. }) => "/ground",
        Refusal::Void(Void::NeedsName | Void::TakesNoName) => "/name",
        Refusal::Void(Void::NeedsHolder | Void::TakesNoHolder) => "/holder",
        _ => return conflict(text),
    };
    Problem::invalid_body(vec![Fault::in_body(pointer, text)])
}

fn conflict(text: Text) -> Problem {
    Problem::conflict("does-not-fit", "Does not fit the certificate", text)
}

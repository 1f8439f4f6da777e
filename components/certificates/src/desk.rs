//! What every request about certificates needs: the store, who may write, the time, and the ways to a
//! certificate.

use chrono::{DateTime, FixedOffset, NaiveDate};
use http::HeaderMap;
use registry::agenda::Agenda;
use registry::certificate::{
    self, Certificate, CertificateNumber, Certificates, Event, Life, NumberError,
};
use registry::duty::Subject;
use registry::idempotency::{Use, UsedKey};
use registry::index::Index;
use registry::journal::{Written, look_up};
use registry::{KeyValue, RecordError};
use rules::Rules;
use web::{Client, Clients, IdempotencyKey, Problem, Role, Text};

/// What a request about certificates is answered with and from.
pub(crate) struct Desk<'d, S> {
    pub(crate) store: &'d S,
    pub(crate) clients: &'d Clients,
    pub(crate) now: DateTime<FixedOffset>,
}

/// A request that writes, once it is known who sent it.
pub(crate) struct Sent<'d, S> {
    pub(crate) client: &'d Client,
    pub(crate) key: UsedKey<'d, S>,
}

impl<S: KeyValue> Desk<'_, S> {
    pub(crate) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// Who sent a request that writes.
    pub(crate) fn sent(
        &self,
        headers: &HeaderMap,
        path: &str,
        body: &[u8],
    ) -> Result<Sent<'_, S>, Problem> {
        let client = self.clients.authenticate(headers)?;
        client.require_role(Role::Registrar)?;
        let key = web::idempotency_key(headers)?;
        let key = key.as_ref().map(IdempotencyKey::as_str);
        let key = UsedKey::new(self.store, client.name(), key, path, body);
        Ok(Sent { client, key })
    }

    /// The event as it is written.
    pub(crate) fn written(
        &self,
        sent: &Sent<'_, S>,
        number: &CertificateNumber,
        event: Event,
    ) -> Written<Event> {
        let id = event.id(number).to_string();
        Written::new(id, self.now, sent.client.name(), event)
    }

    /// Enters the certificate for the run of reminders, where the event that is about to be recorded may
    /// bring something to be owed. Returns the day it is entered for.
    pub(crate) async fn announce(
        &self,
        number: &CertificateNumber,
        event: &Event,
    ) -> Result<Option<NaiveDate>, Problem> {
        if !event.may_open() {
            return Ok(None);
        }
        let subject = Subject::Certificate(number.clone());
        let id = event.id(number);
        let agenda = Agenda::of(self.store);
        let entered = agenda.look_for(&subject, event.on(), id.as_str()).await;
        entered.map(Some).map_err(failed)
    }

    /// Sees to it, once the event is on record, that a run still comes to look; `entered` is what
    /// announcing it has returned.
    pub(crate) async fn announced(
        &self,
        number: &CertificateNumber,
        event: &Event,
        entered: Option<NaiveDate>,
    ) -> Result<(), Problem> {
        if !event.may_open() {
            return Ok(());
        }
        let subject = Subject::Certificate(number.clone());
        let agenda = Agenda::of(self.store);
        agenda
            .still_ahead(&subject, event.on(), entered)
            .await
            .map_err(failed)
    }

    /// The indexes that list a certificate once the event is recorded.
    pub(crate) fn indexes_of(&self, event: &Event) -> Vec<Index<'_, S>> {
        let names = certificate::indexes_of(event).into_iter();
        names.map(|name| Index::named(self.store, name)).collect()
    }

    /// The certificate of that number, in one call of the store.
    pub(crate) async fn certificate(
        &self,
        number: &CertificateNumber,
    ) -> Result<Certificate, Problem> {
        let found = self.find(number).await?;
        found.ok_or_else(|| {
            Problem::not_found(Text::new(
                "没有这个编号的证书。",
                "There is no certificate of this number.",
            ))
        })
    }

    pub(crate) async fn find(
        &self,
        number: &CertificateNumber,
    ) -> Result<Option<Certificate>, Problem> {
        let found = look_up::<Certificates>(self.store, &number.to_string()).await;
        Ok(found.map_err(failed)?.map(|folded| folded.view))
    }
}

/// A number as a path has it.
pub(crate) fn read_number(text: &str) -> Result<CertificateNumber, Problem> {
    CertificateNumber::parse(text).map_err(|error| {
        let kind = match error {
            NumberError::Malformed => "malformed-number",
            NumberError::Mistyped => "mistyped-number",
        };
        let title = match error {
            NumberError::Malformed => "Not a certificate number",
            NumberError::Mistyped => "Mistyped certificate number",
        };
        Problem::new(
            http::StatusCode::BAD_REQUEST,
            kind,
            title,
            text_of(error.text()),
        )
    })
}

/// The rules of a certificate's programme, and what its events come to by them.
pub(crate) fn life(certificate: &Certificate) -> Result<(Rules, Life), Problem> {
    let rules = rules_of(&certificate.programme)?;
    Ok((rules, certificate.life(rules.programme)))
}

pub(crate) fn rules_of(programme: &str) -> Result<Rules, Problem> {
    rules::programme(programme)
        .ok_or_else(|| Problem::internal(&"a record of a programme that is not known"))
}

/// The rules' text as an answer has it.
pub(crate) fn text_of(text: rules::Text) -> Text {
    Text::new(text.zh, text.en)
}

pub(crate) fn fits(used: Result<Use, RecordError>) -> Result<(), Problem> {
    match used.map_err(failed)? {
        Use::Fits => Ok(()),
        Use::Other => Err(Problem::idempotency_key_reused()),
    }
}

pub(crate) fn failed(error: RecordError) -> Problem {
    match error {
        RecordError::TooLarge { .. } => Problem::conflict(
            "record-full",
            "Record full",
            Text::new(
                "该证书的记录已满，未作登记。",
                "The certificate's record is full; nothing was recorded.",
            ),
        ),
        error => Problem::internal(&error),
    }
}

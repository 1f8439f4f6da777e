//! What the tests of the programmes' lives share: a certificate's events, recorded one by one.

use calendar::WorkingCalendar;
use chrono::{DateTime, Days, NaiveDate};
use recognition::certificate::{
    Certificate, CertificateEvent, CertificateNumber, CertificateStatus, EventId, Life, Pending,
    Proposal, Recorded, Refusal,
};
use rules::{Due, Programme};
use serde_json::{Value, json};

/// The events of a certificate of one programme.
pub(crate) struct Events {
    programme: &'static Programme,
    recorded: Vec<Recorded>,
}

impl Events {
    /// Of a certificate issued on a day, for a period where the programme has one.
    #[track_caller]
    pub(crate) fn issued(programme: &'static Programme, on: &str, until: Option<&str>) -> Self {
        let mut events = Self {
            programme,
            recorded: Vec::new(),
        };
        events.record(json!({
            "kind": "issued", "programme": programme.id, "basis": {"evaluation": "e1"},
            "name": "旧名", "holder": {"name": "甲公司", "uscc": "91350100M000100Y43"},
            "on": on, "until": until, "reference": "发1号",
        }));
        events
    }

    /// Records an event that is not refused.
    #[track_caller]
    pub(crate) fn record(&mut self, event: Value) -> EventId {
        assert_eq!(self.refusal(&event), None, "{event}");
        let event = read(&event);
        let id = EventId::of("T-2024-00000000-0", &event);
        self.recorded.push(Recorded {
            id: id.clone(),
            n: self.recorded.len() as u64 + 1,
            recorded_at: DateTime::parse_from_rfc3339("2040-01-01T08:00:00+08:00").unwrap(),
            by: "registrar".to_owned(),
            event,
        });
        id
    }

    pub(crate) fn refusal(&self, event: &Value) -> Option<Refusal> {
        let event = read(event);
        Life::refusal(self.programme, &self.recorded, &event, day("2040-01-01"))
    }

    pub(crate) fn life(&self) -> Life {
        Life::of(self.programme, &self.recorded)
    }

    /// The certificate.
    pub(crate) fn certificate(&self) -> Certificate {
        let number = CertificateNumber::derive("T", 2024, "a certificate", 0);
        Certificate::of(number, self.recorded.clone()).expect("the first event issues it")
    }

    /// What is proposed: `rectification` with its months, or the ground of a revocation and its article.
    pub(crate) fn proposed(&self) -> Vec<(String, String)> {
        let life = self.life();
        let shown = |pending: &Pending| match pending.proposal {
            Proposal::Rectification { months } => {
                ("rectification".to_owned(), format!("{months:?}"))
            }
            Proposal::Revocation => {
                let ground = pending.ground.expect("a ground");
                (ground.id.to_string(), ground.cite.article.to_string())
            }
        };
        life.pending().iter().map(shown).collect()
    }

    /// The status on the eve of a day, on the day and on the morrow.
    pub(crate) fn around(&self, on: &str) -> [Option<CertificateStatus>; 3] {
        let life = self.life();
        let one = Days::new(1);
        [day(on) - one, day(on), day(on) + one]
            .map(|date| life.status_on(date).map(|found| found.status()))
    }
}

/// An event as it comes in; members that are `null` are left out.
fn read(event: &Value) -> CertificateEvent {
    let mut event = event.clone();
    event
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    serde_json::from_str(&event.to_string()).unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn assessed(obligation: &str, year: i32, outcome: &str, on: &str) -> Value {
    json!({"kind": "assessed", "obligation": obligation, "year": year, "outcome": outcome, "on": on})
}

pub(crate) fn missed(obligation: &str, year: i32, on: &str) -> Value {
    json!({"kind": "report_missed", "obligation": obligation, "year": year, "on": on})
}

/// The statutory and the effective last day of an obligation that is due every year.
#[track_caller]
pub(crate) fn yearly_deadline(
    programme: &Programme,
    obligation: &str,
    year: i32,
) -> (NaiveDate, NaiveDate) {
    let due = &programme
        .obligation(obligation, day("2024-01-01"))
        .unwrap()
        .due;
    let Due::Yearly {
        month,
        day: of_month,
        ..
    } = *due
    else {
        panic!("{obligation} is due every year");
    };
    let deadline = WorkingCalendar::published().deadline_by(year, month, of_month.unwrap_or(31));
    let deadline = deadline.unwrap();
    (deadline.statutory, deadline.effective)
}

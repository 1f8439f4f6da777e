//! The events of a certificate.

use std::fmt;
use text::{Fault, Text};

use chrono::{Datelike, NaiveDate};

use serde::{Deserialize, Serialize};

use super::EventFields;
use crate::{id, uscc::Uscc};

/// The most characters of a name.
pub const LONGEST_NAME: usize = 200;

/// The most characters of a reference, or of an identifier in a programme's data.
pub const LONGEST_REFERENCE: usize = 100;

/// The most characters of a reason.
pub const LONGEST_REASON: usize = 1000;

/// The years that an event can name.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// Something that happened to a certificate, with its legal date `on`.
///
/// `reference` is the file number of the decision or report; a decision always has one. In JSON, `kind`
/// says what happened, dates are `YYYY-MM-DD`, and absent members are left out: see [`EventFields`].
/// [`faults`](Self::faults) checks the values of the event.
///
/// ```
/// use recognition::certificate::CertificateEvent;
///
/// let event: CertificateEvent = serde_json::from_str(
///     r#"{"kind": "assessed", "obligation": "performance-evaluation", "year": 2026,
///         "outcome": "keep", "on": "2026-11-23"}"#,
/// )?;
/// assert!(event.faults().is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EventFields", into = "EventFields")]
pub enum CertificateEvent {
    /// The certificate was issued.
    Issued {
        /// The programme.
        programme: String,
        /// The notice or evaluation on which the certificate is based.
        basis: Basis,
        /// The full official name.
        name: String,
        /// Who holds the certificate.
        holder: Holder,
        /// The day of recognition.
        on: NaiveDate,
        /// The last day of the certificate's period, if the programme sets a period.
        until: Option<NaiveDate>,
        /// The decision.
        reference: Option<String>,
    },
    /// A report was handed in.
    ReportReceived {
        /// The obligation that the report fulfils.
        obligation: String,
        /// The calendar year in which the report is due by the regulation: 2026 for a summary of 2025 that
        /// is due in February 2026.
        year: i32,
        /// The day on which the report was received.
        on: NaiveDate,
        /// The report.
        reference: Option<String>,
    },
    /// The authority found that a report was not handed in. The absence of a recorded report alone proves
    /// nothing.
    ReportMissed {
        /// The obligation.
        obligation: String,
        /// The calendar year in which the report is due by the regulation.
        year: i32,
        /// The day of the finding.
        on: NaiveDate,
        /// The finding.
        reference: Option<String>,
    },
    /// The platform was assessed.
    Assessed {
        /// The obligation that is the assessment.
        obligation: String,
        /// The calendar year in which the assessment is due by the regulation.
        year: i32,
        /// The outcome of the assessment.
        outcome: String,
        /// The day of the result.
        on: NaiveDate,
        /// The result.
        reference: Option<String>,
    },
    /// The authority ordered a proposed rectification (整改).
    RectificationOrdered {
        /// The event that caused the proposal.
        because: EventId,
        /// The day of the decision.
        on: NaiveDate,
        /// The decision.
        reference: String,
        /// The last day of the rectification; `None` if the programme's data decides.
        until: Option<NaiveDate>,
    },
    /// The rectification was passed.
    RectificationPassed {
        /// The day of the result.
        on: NaiveDate,
        /// The result.
        reference: Option<String>,
    },
    /// The rectification was failed.
    RectificationFailed {
        /// The day of the result.
        on: NaiveDate,
        /// The result.
        reference: Option<String>,
    },
    /// A change took place that must be reported to the authority within the year (当年报备).
    Changed {
        /// The change.
        change: String,
        /// The day on which the change took place.
        on: NaiveDate,
        /// The document that shows the change.
        reference: Option<String>,
    },
    /// A change was filed with the authority (备案).
    Filed {
        /// The change.
        change: String,
        /// The day of the filing.
        on: NaiveDate,
        /// The filing.
        reference: Option<String>,
        /// The new full official name, if the change alters the name.
        name: Option<String>,
        /// The new holder, if the change alters the holder.
        holder: Option<Holder>,
    },
    /// The authority approved a change (批准).
    Approved {
        /// The change.
        change: String,
        /// The day of the decision.
        on: NaiveDate,
        /// The decision.
        reference: String,
        /// The new full official name, if the change alters the name.
        name: Option<String>,
        /// The new holder, if the change alters the holder.
        holder: Option<Holder>,
    },
    /// The authority found a ground for revocation.
    GroundFound {
        /// The ground.
        ground: String,
        /// The day of the finding.
        on: NaiveDate,
        /// The finding.
        reference: String,
    },
    /// The authority decided against a proposed rectification or revocation.
    Kept {
        /// The event that caused the proposal.
        because: EventId,
        /// The day of the decision.
        on: NaiveDate,
        /// The decision.
        reference: String,
    },
    /// The authority revoked the recognition (撤销) after a proposal.
    Revoked {
        /// The event that caused the proposal.
        because: EventId,
        /// The ground of the revocation.
        ground: String,
        /// The day of the decision.
        on: NaiveDate,
        /// The decision.
        reference: String,
    },
    /// An event was recorded in error. The event and its consequences never counted.
    Annulled {
        /// The event that was recorded in error.
        event: EventId,
        /// The day of the decision.
        on: NaiveDate,
        /// The decision.
        reference: String,
        /// What was wrong.
        reason: String,
    },
}

/// The record on which a certificate is based. In JSON, `{"notice": "…"}` or `{"evaluation": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BasisFields", into = "BasisFields")]
pub enum Basis {
    /// A public notice that passed.
    Notice(String),
    /// An evaluation, if the programme has no notices.
    Evaluation(String),
}

/// A basis as an object: exactly one of the two members.
#[derive(Serialize, Deserialize)]
struct BasisFields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    evaluation: Option<String>,
}

impl TryFrom<BasisFields> for Basis {
    type Error = &'static str;

    fn try_from(fields: BasisFields) -> Result<Self, Self::Error> {
        match (fields.notice, fields.evaluation) {
            (Some(notice), None) => Ok(Self::Notice(notice)),
            (None, Some(evaluation)) => Ok(Self::Evaluation(evaluation)),
            _ => Err("a basis has either a notice or an evaluation"),
        }
    }
}

impl From<Basis> for BasisFields {
    fn from(basis: Basis) -> Self {
        let (notice, evaluation) = match basis {
            Basis::Notice(notice) => (Some(notice), None),
            Basis::Evaluation(evaluation) => (None, Some(evaluation)),
        };
        Self { notice, evaluation }
    }
}

/// Who holds a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The organisation's name.
    pub name: String,
    /// The organisation's unified social credit code.
    pub uscc: Uscc,
}

/// The id of an event of a certificate. The id is derived from the event's content, so an event that is
/// recorded twice counts once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventId(String);

/// The text is not the id of an event: it is not 26 characters of lower-case Crockford base32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the identifier of an event is 26 lower-case letters and digits")]
pub struct EventIdError;

impl EventId {
    /// The id of `event` on the certificate with the number `record`.
    pub fn of(record: &str, event: &CertificateEvent) -> Self {
        // serde writes the members of a struct in the order of the source, so equal events give equal JSON.
        // Writing cannot fail: every key is a string, and JSON can represent every value.
        let json = serde_json::to_string(event).unwrap_or_default();
        Self(id::derive("event", &[record, &json]))
    }

    /// Reads an id.
    ///
    /// # Errors
    /// The text does not have the form of an id.
    pub fn parse(text: &str) -> Result<Self, EventIdError> {
        if id::is_derived(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(EventIdError)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for EventId {
    type Error = EventIdError;

    fn try_from(text: String) -> Result<Self, EventIdError> {
        Self::parse(&text)
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.0
    }
}

impl CertificateEvent {
    /// The legal date: the day on which the event happened. It may be recorded later.
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Issued { on, .. }
            | Self::ReportReceived { on, .. }
            | Self::ReportMissed { on, .. }
            | Self::Assessed { on, .. }
            | Self::RectificationOrdered { on, .. }
            | Self::RectificationPassed { on, .. }
            | Self::RectificationFailed { on, .. }
            | Self::Changed { on, .. }
            | Self::Filed { on, .. }
            | Self::Approved { on, .. }
            | Self::GroundFound { on, .. }
            | Self::Kept { on, .. }
            | Self::Revoked { on, .. }
            | Self::Annulled { on, .. } => *on,
        }
    }

    /// The file number of the decision or report.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Issued { reference, .. }
            | Self::ReportReceived { reference, .. }
            | Self::ReportMissed { reference, .. }
            | Self::Assessed { reference, .. }
            | Self::RectificationPassed { reference, .. }
            | Self::RectificationFailed { reference, .. }
            | Self::Changed { reference, .. }
            | Self::Filed { reference, .. } => reference.as_deref(),
            Self::RectificationOrdered { reference, .. }
            | Self::Approved { reference, .. }
            | Self::GroundFound { reference, .. }
            | Self::Kept { reference, .. }
            | Self::Revoked { reference, .. }
            | Self::Annulled { reference, .. } => Some(reference),
        }
    }

    /// Whether this event may make something outstanding.
    pub const fn may_open(&self) -> bool {
        matches!(
            self,
            Self::Issued { .. }
                | Self::RectificationOrdered { .. }
                | Self::Changed { .. }
                | Self::Annulled { .. }
        )
    }

    /// All faults in the event's values, each with its place: blank or too long texts, control characters,
    /// years before 1900 or after 9999, a period that ends before it begins, a finding about a future year.
    ///
    /// An event without faults may still not fit the programme or the certificate. For that see
    /// [`Life::refusal`](super::Life::refusal).
    pub fn faults(&self) -> Vec<Fault> {
        let mut check = Check(Vec::new());
        let on = self.on();
        check.year(&["on"], on.year());
        if let Some(reference) = self.reference() {
            check.text(&["reference"], reference, LONGEST_REFERENCE);
        }
        match self {
            Self::Issued {
                programme,
                basis,
                name,
                holder,
                until,
                ..
            } => {
                check.text(&["programme"], programme, LONGEST_REFERENCE);
                let (member, record) = match basis {
                    Basis::Notice(record) => ("notice", record),
                    Basis::Evaluation(record) => ("evaluation", record),
                };
                check.text(&["basis", member], record, LONGEST_REFERENCE);
                check.text(&["name"], name, LONGEST_NAME);
                check.holder(holder);
                check.until(*until, on);
            }
            Self::ReportReceived {
                obligation, year, ..
            } => {
                check.text(&["obligation"], obligation, LONGEST_REFERENCE);
                check.year(&["year"], *year);
            }
            Self::ReportMissed {
                obligation, year, ..
            } => {
                check.text(&["obligation"], obligation, LONGEST_REFERENCE);
                check.past_year(*year, on);
            }
            Self::Assessed {
                obligation,
                year,
                outcome,
                ..
            } => {
                check.text(&["obligation"], obligation, LONGEST_REFERENCE);
                check.past_year(*year, on);
                check.text(&["outcome"], outcome, LONGEST_REFERENCE);
            }
            Self::RectificationOrdered { until, .. } => check.until(*until, on),
            Self::Filed {
                change,
                name,
                holder,
                ..
            }
            | Self::Approved {
                change,
                name,
                holder,
                ..
            } => {
                check.text(&["change"], change, LONGEST_REFERENCE);
                if let Some(name) = name {
                    check.text(&["name"], name, LONGEST_NAME);
                }
                if let Some(holder) = holder {
                    check.holder(holder);
                }
            }
            Self::Changed { change, .. } => check.text(&["change"], change, LONGEST_REFERENCE),
            Self::GroundFound { ground, .. } | Self::Revoked { ground, .. } => {
                check.text(&["ground"], ground, LONGEST_REFERENCE);
            }
            Self::Annulled { reason, .. } => check.text(&["reason"], reason, LONGEST_REASON),
            Self::RectificationPassed { .. }
            | Self::RectificationFailed { .. }
            | Self::Kept { .. } => {}
        }
        check.0
    }
}

struct Check(Vec<Fault>);

impl Check {
    fn fault(&mut self, path: &[&str], zh: impl Into<String>, en: impl Into<String>) {
        let message = Text::new(zh.into(), en.into());
        self.0.push(Fault::at(path, message));
    }

    fn text(&mut self, path: &[&str], text: &str, longest: usize) {
        if text.trim().is_empty() {
            self.fault(path, "不得为空。", "It is not blank.");
        }
        if text.chars().count() > longest {
            self.fault(
                path,
                format!("不得超过{longest}个字符。"),
                format!("It has at most {longest} characters."),
            );
        }
        if text.contains(char::is_control) {
            self.fault(
                path,
                "不得含有控制字符（如换行）。",
                "It has no control characters, such as line breaks.",
            );
        }
    }

    fn year(&mut self, path: &[&str], year: i32) {
        if !YEARS.contains(&year) {
            let (first, last) = (YEARS.start(), YEARS.end());
            self.fault(
                path,
                format!("年份应在{first}至{last}之间。"),
                format!("The year is from {first} to {last}."),
            );
        }
    }

    fn past_year(&mut self, year: i32, on: NaiveDate) {
        self.year(&["year"], year);
        if year > on.year() {
            self.fault(
                &["year"],
                format!("年度不得晚于日期{on}。"),
                format!("The year is not after the date, {on}."),
            );
        }
    }

    fn until(&mut self, until: Option<NaiveDate>, on: NaiveDate) {
        let Some(until) = until else { return };
        self.year(&["until"], until.year());
        if until < on {
            self.fault(
                &["until"],
                format!("不得早于{on}。"),
                format!("It is not before {on}."),
            );
        }
    }

    fn holder(&mut self, holder: &Holder) {
        self.text(&["holder", "name"], &holder.name, LONGEST_NAME);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const USCC: &str = "91350100M000100Y43";
    const ID: &str = "nxaq1xd1g45qnxwcnx5we2k61w";

    /// One event of every kind, with everything it can have.
    fn every_kind() -> Vec<Value> {
        let holder = json!({"name": "某公司", "uscc": USCC});
        vec![
            json!({"kind": "issued", "programme": "p", "basis": {"notice": "n"}, "name": "某中心",
                "holder": holder, "on": "2024-01-05", "until": "2027-01-04", "reference": "1号"}),
            json!({"kind": "report_received", "obligation": "o", "year": 2024, "on": "2024-02-05", "reference": "1"}),
            json!({"kind": "report_missed", "obligation": "o", "year": 2024, "on": "2024-03-05", "reference": "1"}),
            json!({"kind": "assessed", "obligation": "o", "year": 2024, "outcome": "failed",
                "on": "2024-04-05", "reference": "1"}),
            json!({"kind": "rectification_ordered", "because": ID, "on": "2024-04-06",
                "reference": "1", "until": "2025-04-06"}),
            json!({"kind": "rectification_passed", "on": "2024-04-07", "reference": "1"}),
            json!({"kind": "rectification_failed", "on": "2024-04-07", "reference": "1"}),
            json!({"kind": "filed", "change": "c", "on": "2024-04-07", "reference": "1",
                "name": "新名", "holder": holder}),
            json!({"kind": "approved", "change": "c", "on": "2024-04-07", "reference": "1",
                "name": "新名", "holder": holder}),
            json!({"kind": "ground_found", "ground": "g", "on": "2024-04-07", "reference": "1"}),
            json!({"kind": "kept", "because": ID, "on": "2024-04-07", "reference": "1"}),
            json!({"kind": "revoked", "because": ID, "ground": "g", "on": "2024-04-07", "reference": "1"}),
            json!({"kind": "annulled", "event": ID, "on": "2024-04-07", "reference": "1", "reason": "误录"}),
            json!({"kind": "changed", "change": "c", "on": "2024-04-07", "reference": "1"}),
        ]
    }

    fn read(value: &Value) -> Result<CertificateEvent, serde_json::Error> {
        serde_json::from_str(&value.to_string())
    }

    #[test]
    fn every_kind_is_written_as_it_is_read() {
        for value in every_kind() {
            let event = read(&value).unwrap();
            assert_eq!(serde_json::to_value(&event).unwrap(), value);
            assert_eq!(event.faults(), []);
            assert_eq!(event.on().to_string(), value["on"]);
            assert_eq!(event.reference(), value["reference"].as_str());
        }
    }

    #[test]
    fn what_is_not_the_form_of_an_event_is_refused() {
        for value in every_kind() {
            for (name, member) in value.as_object().unwrap() {
                let mut less = value.clone();
                less.as_object_mut().unwrap().remove(name);
                let kind = value["kind"].as_str().unwrap();
                let decision = [
                    "rectification_ordered",
                    "approved",
                    "ground_found",
                    "kept",
                    "revoked",
                    "annulled",
                ];
                let optional = match name.as_str() {
                    "reference" => !decision.contains(&kind),
                    "until" => true,
                    "name" | "holder" => kind != "issued",
                    _ => false,
                };
                assert_eq!(read(&less).is_ok(), optional, "{less}");
                let mut other = value.clone();
                other[name] = json!([member]);
                assert!(read(&other).is_err(), "{other}");
            }
            for on in [
                "2024-1-5",
                " 2024-01-05",
                "2024-02-30",
                "2024/01/05",
                "20240105",
                "",
            ] {
                let mut other = value.clone();
                other["on"] = json!(on);
                assert!(read(&other).is_err(), "{other}");
            }
        }
        let issued = &every_kind()[0];
        for holder in [
            json!({"name": "某公司"}),
            json!({"uscc": USCC}),
            json!({"name": "某公司", "uscc": USCC.to_lowercase()}),
        ] {
            let mut other = issued.clone();
            other["holder"] = holder;
            assert!(read(&other).is_err(), "{other}");
        }
        for basis in [
            json!("notice"),
            json!({}),
            json!({"notice": "a", "evaluation": "b"}),
        ] {
            let mut other = issued.clone();
            other["basis"] = basis;
            assert!(read(&other).is_err(), "{other}");
        }
        for id in [
            "",
            "nxaq1xd1g45qnxwcnx5we2k61",
            "NXAQ1XD1G45QNXWCNX5WE2K61W",
            "nxaq1xd1g45qnxwcnx5we2k61u",
        ] {
            assert_eq!(EventId::parse(id), Err(EventIdError), "{id}");
        }
    }

    /// A later version may have written them.
    #[test]
    fn members_that_are_not_known_are_skipped() {
        for value in every_kind() {
            let mut more = value.clone();
            more["more"] = json!({"of": [1]});
            if let Some(holder) = more.get_mut("holder") {
                holder["more"] = json!("1");
            }
            let event = read(&value).unwrap();
            assert_eq!(read(&more).unwrap(), event, "{more}");
            // So an event that is read and written again is the same event.
            let again = serde_json::to_value(read(&more).unwrap()).unwrap();
            assert_eq!(again, value);
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let mut event = every_kind()[0].clone();
        event["programme"] = json!("");
        event["basis"] = json!({"notice": " "});
        event["name"] = json!("名".repeat(201));
        event["holder"]["name"] = json!("某\n公司");
        event["on"] = json!("1899-12-31");
        event["until"] = json!("1899-12-30");
        event["reference"] = json!("1".repeat(101));
        let faults = read(&event).unwrap().faults();
        let found: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/on",
            "/reference",
            "/programme",
            "/basis/notice",
            "/name",
            "/holder/name",
            "/until",
            "/until",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn bounds_include_their_ends() {
        for (kind, member, value, faults) in [
            (0, "name", json!("名".repeat(200)), 0),
            (0, "name", json!("\u{3000}"), 1),
            (0, "until", json!("2024-01-05"), 0),
            (0, "until", json!("2024-01-04"), 1),
            (0, "on", json!("1900-01-01"), 0),
            (1, "year", json!(1899), 1),
            (1, "year", json!(1900), 0),
            (1, "year", json!(9999), 0),
            (1, "year", json!(10000), 1),
            (2, "year", json!(2025), 1),
            (3, "year", json!(2025), 1),
            (3, "reference", json!("1".repeat(100)), 0),
            (4, "until", json!("2024-04-05"), 1),
            (7, "name", json!(""), 1),
            (12, "reason", json!("误".repeat(1000)), 0),
            (12, "reason", json!("误".repeat(1001)), 1),
            (12, "reason", json!("误\t录"), 1),
        ] {
            let mut event = every_kind()[kind].clone();
            event[member] = value;
            assert_eq!(read(&event).unwrap().faults().len(), faults, "{event}");
        }
    }

    #[test]
    fn the_same_event_of_the_same_record_is_one() {
        let events: Vec<_> = every_kind().iter().map(|v| read(v).unwrap()).collect();
        for (index, event) in events.iter().enumerate() {
            for (other, of) in events.iter().enumerate() {
                let same = EventId::of("r", event) == EventId::of("r", of);
                assert_eq!(same, index == other);
                assert_ne!(EventId::of("r", event), EventId::of("s", of));
            }
        }
        // Members in another order, an absent one as null: the same event.
        let again = r#"{"reference": null, "on": "2024-04-07", "kind": "rectification_passed"}"#;
        let event = json!({"kind": "rectification_passed", "on": "2024-04-07"});
        let (again, event) = (serde_json::from_str(again).unwrap(), read(&event).unwrap());
        assert_eq!(EventId::of("r", &again), EventId::of("r", &event));
        let id = EventId::of("r", &event);
        assert_eq!(EventId::parse(id.as_str()), Ok(id));
    }
}

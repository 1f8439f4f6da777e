//! Public notices (公示): the content of a notice, the objections to it, and whether it passed.
//!
//! A notice is based on a stored evaluation. The id of a notice is derived from the evaluation, the day of
//! publication, the number of days and the counting rule. So publishing a notice twice makes one notice.
//!
//! A certificate is first granted in the notice's journal and then written to its own journal. So an objection
//! and a grant at the same moment have one order, and a notice grants only one certificate. After the
//! certificate is written, a further event in the notice's journal confirms this. From then on no event in the
//! notice's journal can cancel the grant.
//!
//! What is not guaranteed: a writer takes a number before it writes the event under the number, and nobody can
//! distinguish a slow writer from a writer that stopped. Between these two calls, another writer may take the
//! next number, write its event, see no other event, and answer. The slow writer's event then comes late, but
//! has the lower number:
//!
//! - A late objection is recorded, and the certificate is issued nevertheless. A late withdrawal is void. The
//!   writer of the late event is first told that something else was recorded at the same moment.
//! - A late grant has effect and the certificate is issued, and a withdrawal that was already answered becomes
//!   void.
//!
//! An event that was answered before another request began is never affected by that request.

use calendar::{CalendarError, Certainty, Counting, NoticeWindow, WorkingCalendar, WorkingDays};
use chrono::NaiveDate;
use rules::Verdict;
use serde::{Deserialize, Serialize};

use crate::certificate::{CertificateNumber, Holder};
use crate::id;

mod fields;

pub use fields::{NoticeEventFields, NoticeEventKind};

/// An event of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "NoticeEventFields", into = "NoticeEventFields")]
pub enum NoticeEvent {
    /// The notice was published or scheduled.
    Published(Published),
    /// Someone objected.
    Objected(Objected),
    /// The authority decided on an objection.
    Resolved(Resolved),
    /// The authority withdrew the notice.
    Withdrawn(Withdrawn),
    /// A certificate was granted. It will be issued next.
    Granted(Granted),
    /// The granted certificate was issued.
    Issued(Granted),
}

/// The content of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The id of the evaluation on which the notice is based.
    pub evaluation: String,
    /// The programme.
    pub programme: String,
    /// The kind of application, if the programme has kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who applied.
    pub applicant: Holder,
    /// The full official name of the platform.
    pub name: String,
    /// The result of judging the application.
    pub verdict: Verdict,
    /// The day of publication.
    pub published: NaiveDate,
    /// The promised window: by the holiday notices that were published on the day of publication.
    pub promised: Promised,
}

/// The promised window of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promised {
    /// How many working days the notice runs.
    pub days: u16,
    /// The rule by which the days are counted.
    pub counting: CountingRule,
    /// The first counted day, if it was known.
    pub first_day: Option<NaiveDate>,
    /// The last day, if it was known.
    pub last_day: Option<NaiveDate>,
    /// Whether the window was settled.
    pub certainty: PromisedCertainty,
}

/// The stored form of [`Counting`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountingRule {
    /// The day of publication is not counted.
    DayAfter,
    /// The day of publication is counted if it is a working day.
    PublicationDay,
}

/// The stored form of [`Certainty`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromisedCertainty {
    /// A published holiday notice settled every day.
    Settled,
    /// A holiday notice was not published yet.
    Provisional,
}

/// An objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Objected {
    /// The day on which the objection was received.
    pub received_on: NaiveDate,
    /// The authority's file number. It distinguishes two objections that are otherwise equal.
    pub reference: String,
    /// The objection in short. Only portals see this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
}

/// The authority's decision on an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The id of the objection.
    pub objection: String,
    /// The decision.
    pub outcome: Outcome,
    /// The day of the decision.
    pub on: NaiveDate,
    /// The file number of the decision.
    pub reference: String,
}

/// The outcome of an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The objection was unfounded; the notice continues.
    Dismissed,
    /// The objection was justified; no certificate is granted on this notice.
    Upheld,
}

/// The withdrawal of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// The day of the withdrawal.
    pub on: NaiveDate,
    /// The file number of the decision.
    pub reference: String,
    /// The reason for the withdrawal.
    pub reason: String,
}

/// The grant of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Granted {
    /// The number of the certificate.
    pub number: CertificateNumber,
    /// The day of issue.
    pub on: NaiveDate,
}

/// A notice, as computed from its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The id of the notice.
    pub id: String,
    /// The content of the notice.
    pub published: Published,
    /// The objections, in the order they were recorded.
    pub objections: Vec<Objection>,
    /// The withdrawal, if the notice was withdrawn.
    pub withdrawn: Option<Withdrawn>,
    /// The grant that has effect.
    pub granted: Option<Granted>,
    /// The grant whose certificate was issued.
    pub issued: Option<Granted>,
    /// The ids of events without effect: each came after an event that excludes it.
    pub void: Vec<String>,
}

/// An objection and the decision on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Objection {
    /// The id of the objection, derived from the notice and the content of the objection.
    pub id: String,
    /// The objection.
    pub objected: Objected,
    /// The decision, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Resolved>,
}

/// The status of a notice on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeStatus {
    /// The notice will be published on a later day.
    Scheduled,
    /// Objections can be made.
    Open,
    /// The notice closed, and all objections were dismissed.
    ClosedPassed,
    /// The notice closed, and an objection is undecided or was upheld.
    ClosedWithObjection,
    /// The authority withdrew the notice.
    Withdrawn,
}

impl NoticeStatus {
    /// `scheduled`, `open`, `closed_passed`, `closed_with_objection` or `withdrawn`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::ClosedPassed => "closed_passed",
            Self::ClosedWithObjection => "closed_with_objection",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Published {
    /// The id of the notice.
    pub fn notice_id(&self) -> String {
        let published = self.published.to_string();
        let days = self.promised.days.to_string();
        let counting = Counting::from(self.promised.counting);
        id::derive(
            "notice",
            &[&self.evaluation, &published, &days, counting.as_str()],
        )
    }

    /// The window by the holiday notices that `calendar` knows.
    ///
    /// # Errors
    /// The errors of [`WorkingCalendar::window`].
    pub fn window(&self, calendar: WorkingCalendar) -> Result<NoticeWindow, CalendarError> {
        self.promised.window(self.published, calendar)
    }
}

impl Promised {
    /// The promised window of a notice published on this day: the window by the holiday notices that are
    /// published on that day.
    ///
    /// # Errors
    /// The errors of [`WorkingCalendar::window`].
    pub fn by(
        published: NaiveDate,
        days: WorkingDays,
        counting: Counting,
    ) -> Result<Self, CalendarError> {
        let calendar = WorkingCalendar::published().as_known_on(published);
        let window = calendar.window(published, days, counting)?;
        Ok(Self {
            days: days.get(),
            counting: match counting {
                Counting::DayAfter => CountingRule::DayAfter,
                Counting::PublicationDay => CountingRule::PublicationDay,
            },
            first_day: window.first_day,
            last_day: window.last_day,
            certainty: match window.certainty {
                Certainty::Settled => PromisedCertainty::Settled,
                Certainty::Provisional(_) => PromisedCertainty::Provisional,
            },
        })
    }

    fn window(
        &self,
        published: NaiveDate,
        calendar: WorkingCalendar,
    ) -> Result<NoticeWindow, CalendarError> {
        let days = WorkingDays::try_from(u64::from(self.days));
        // `Promised` is made from a valid number of days. An invalid stored number is read as the largest.
        let days = days.unwrap_or(WorkingDays::MAX);
        calendar.window(published, days, self.counting.into())
    }
}

impl From<CountingRule> for Counting {
    fn from(rule: CountingRule) -> Self {
        match rule {
            CountingRule::DayAfter => Self::DayAfter,
            CountingRule::PublicationDay => Self::PublicationDay,
        }
    }
}

impl Notice {
    /// The last day on which objections can be made. `None` if the day depends on a holiday notice that is not
    /// published yet.
    ///
    /// Reading: if a later holiday notice moved the window, the later of the promised and the present last day
    /// counts. So nobody loses promised days, and nobody has fewer working days than the regulation gives.
    pub fn closes_on(&self, now: &NoticeWindow) -> Option<NaiveDate> {
        match now.certainty {
            Certainty::Settled => self.published.promised.last_day.max(now.last_day),
            Certainty::Provisional(_) => None,
        }
    }

    /// The status of the notice on `today`. `now` is its window by the holiday notices known today.
    pub fn status(&self, now: &NoticeWindow, today: NaiveDate) -> NoticeStatus {
        if self.withdrawn.is_some() {
            return NoticeStatus::Withdrawn;
        }
        if today < self.published.published {
            return NoticeStatus::Scheduled;
        }
        match self.closes_on(now) {
            Some(last) if today > last => {}
            _ => return NoticeStatus::Open,
        }
        if self.objections.iter().any(Objection::stands) {
            NoticeStatus::ClosedWithObjection
        } else {
            NoticeStatus::ClosedPassed
        }
    }

    /// The objection with this id.
    pub fn objection(&self, id: &str) -> Option<&Objection> {
        self.objections.iter().find(|objection| objection.id == id)
    }
}

impl Notice {
    /// Computes the notice from the events of its journal. `events` has each event once, with its id, in the
    /// order of their numbers. `None` if no event publishes the notice.
    pub fn of(id: &str, events: &[(&str, &NoticeEvent)]) -> Option<Self> {
        let published = events.iter().find_map(|(_, event)| match event {
            NoticeEvent::Published(published) => Some(published.clone()),
            _ => None,
        })?;
        // The number of this event does not matter: an issued certificate was granted, and nothing cancels that
        // grant.
        let issued = events.iter().find_map(|(_, event)| match event {
            NoticeEvent::Issued(issued) => Some(issued.clone()),
            _ => None,
        });
        let mut notice = Self {
            id: id.to_owned(),
            published,
            objections: Vec::new(),
            withdrawn: None,
            granted: issued.clone(),
            issued,
            void: Vec::new(),
        };
        for (id, event) in events {
            notice.follow(id, event);
        }
        Some(notice)
    }

    /// Applies the next event of the journal. A writer's number is higher than the numbers of all events that it
    /// has seen. So a decision comes after the objection.
    fn follow(&mut self, id: &str, event: &NoticeEvent) {
        let objection = |wanted: &str| self.objections.iter().position(|o| o.id == wanted);
        match event {
            // All publications have the same id, so there is only one, and it was applied before.
            NoticeEvent::Published(_) => return,
            NoticeEvent::Objected(objected) => {
                self.objections.push(Objection {
                    id: id.to_owned(),
                    objected: objected.clone(),
                    resolved: None,
                });
                return;
            }
            NoticeEvent::Resolved(resolved) => {
                if let Some(at) = objection(&resolved.objection)
                    && let undecided @ None = &mut self.objections[at].resolved
                {
                    *undecided = Some(resolved.clone());
                    return;
                }
            }
            NoticeEvent::Withdrawn(withdrawn) => {
                if self.granted.is_none() && self.withdrawn.is_none() {
                    self.withdrawn = Some(withdrawn.clone());
                    return;
                }
            }
            // This event was applied before the others.
            NoticeEvent::Issued(issued) => {
                if self.issued.as_ref() == Some(issued) {
                    return;
                }
            }
            NoticeEvent::Granted(granted) => {
                if self.issued.as_ref() == Some(granted) {
                    return;
                }
                let free = self.granted.is_none() && self.withdrawn.is_none();
                if free && !self.objections.iter().any(Objection::stands) {
                    self.granted = Some(granted.clone());
                    return;
                }
            }
        }
        self.void.push(id.to_owned());
    }
}

impl Objection {
    /// The outcome; `None` before the decision.
    pub fn outcome(&self) -> Option<Outcome> {
        self.resolved.as_ref().map(|resolved| resolved.outcome)
    }

    /// Whether the objection prevents a grant: it is undecided or was upheld.
    pub fn stands(&self) -> bool {
        self.outcome() != Some(Outcome::Dismissed)
    }
}

impl NoticeEvent {
    /// The id of the event in the journal of the notice with the id `notice`.
    pub fn id(&self, notice: &str) -> String {
        match self {
            // A notice is published only once, so the content is not part of the id.
            Self::Published(_) => id::derive("published", &[notice]),
            // Grants for two days are two events, so that the grant without effect is noticed.
            Self::Granted(Granted { number, on }) => {
                id::derive("granted", &[notice, &number.to_string(), &on.to_string()])
            }
            Self::Issued(Granted { number, on }) => {
                id::derive("issued", &[notice, &number.to_string(), &on.to_string()])
            }
            Self::Withdrawn(withdrawn) => id::derive(
                "withdrawn",
                &[
                    notice,
                    &withdrawn.on.to_string(),
                    &withdrawn.reference,
                    &withdrawn.reason,
                ],
            ),
            Self::Objected(objected) => id::derive(
                "objected",
                &[
                    notice,
                    &objected.received_on.to_string(),
                    &objected.reference,
                    objected.matter.as_deref().unwrap_or_default(),
                ],
            ),
            Self::Resolved(resolved) => id::derive(
                "resolved",
                &[
                    notice,
                    &resolved.objection,
                    match resolved.outcome {
                        Outcome::Dismissed => "dismissed",
                        Outcome::Upheld => "upheld",
                    },
                    &resolved.on.to_string(),
                    &resolved.reference,
                ],
            ),
        }
    }
}

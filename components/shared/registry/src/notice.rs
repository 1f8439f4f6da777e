//! Public notices (公示): what was put on notice, the objections to it, and whether it passed.
//!
//! A notice rests on a kept evaluation. Its id is derived from the evaluation, the day of publication,
//! the number of days and how they are counted, so putting it on notice twice makes one notice.
//!
//! The certificate is granted in the notice's own journal, before it is written to its own. So an
//! objection and a grant that come at the same moment stand in one order, and a notice grants once.
//! When the certificate stands, that is written to the notice too, and from then on nothing in the
//! notice's journal can take the grant away.
//!
//! What does not hold: a number is taken before the event under it is written, and nobody can tell a
//! writer that is slow from one that stopped. Between those two calls of one writer, another may take
//! the next number, write, look, see nothing, and be answered. So:
//!
//! - Where an objection is late in this way, it stands beside the certificate. Where a withdrawal is
//!   late, it is void. Whoever recorded it is told at first that something came at the same moment.
//! - Where a grant is late, a withdrawal that was answered is void, and the certificate is issued.
//!
//! What was answered before the other request began is never overtaken.

use calendar::{CalendarError, Certainty, Counting, NoticeWindow, WorkingCalendar, WorkingDays};
use chrono::NaiveDate;
use rules::Verdict;
use serde::{Deserialize, Serialize};

use crate::certificate::{CertificateNumber, Holder};
use crate::id;
use crate::journal::{Entry, Record};

/// The journal of public notices.
pub enum Notices {}

/// The index of every notice.
pub const INDEX: &str = "notices";

/// The index of a programme's notices.
pub fn index_of_programme(programme: &str) -> String {
    format!("notices/programme/{programme}")
}

/// The index of the notices that rest on an evaluation.
pub fn index_of_evaluation(evaluation: &str) -> String {
    format!("notices/evaluation/{evaluation}")
}

/// What happens to a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// It was put on notice.
    Published(Published),
    /// Someone objected.
    Objected(Objected),
    /// The authority decided on an objection.
    Resolved(Resolved),
    /// The authority took the notice back.
    Withdrawn(Withdrawn),
    /// The certificate was granted: it is to be issued.
    Granted(Granted),
    /// The certificate was issued as it was granted.
    Issued(Granted),
}

/// What was put on notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The kept evaluation it rests on.
    pub evaluation: String,
    /// The programme.
    pub programme: String,
    /// The kind of application, where the programme has kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who applied.
    pub applicant: Holder,
    /// The full name that is to be recognised.
    pub name: String,
    /// What the application was judged to be.
    pub verdict: Verdict,
    /// The day of publication.
    pub published: NaiveDate,
    /// The window that was promised: by the holiday notices that were out on the day of publication.
    pub promised: Promised,
}

/// The window of a notice as it was promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promised {
    /// How many working days.
    pub days: u16,
    /// By which rule they are counted.
    pub counting: CountingRule,
    /// The first day counted, where it can be said.
    pub first_day: Option<NaiveDate>,
    /// The last day, where it can be said.
    pub last_day: Option<NaiveDate>,
    /// Whether that was settled.
    pub certainty: PromisedCertainty,
}

/// [`Counting`], as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountingRule {
    /// The day of publication is not counted.
    DayAfter,
    /// It is.
    PublicationDay,
}

/// [`Certainty`], as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromisedCertainty {
    /// Every day was settled by a published holiday notice.
    Settled,
    /// A holiday notice was still to come.
    Provisional,
}

/// An objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objected {
    /// The day it was received.
    pub received_on: NaiveDate,
    /// The number under which the authority files it; it tells two objections apart.
    pub reference: String,
    /// What is objected to, in short; shown to portals alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
}

/// What the authority decided on an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolved {
    /// The objection.
    pub objection: String,
    /// The decision.
    pub outcome: Outcome,
    /// The day of the decision.
    pub on: NaiveDate,
    /// Its file number.
    pub reference: String,
}

/// How an objection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was found without ground: the notice goes on.
    Dismissed,
    /// It was found right: nothing is granted on this notice.
    Upheld,
}

/// A notice taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The day it was taken back.
    pub on: NaiveDate,
    /// The file number of the decision.
    pub reference: String,
    /// Why.
    pub reason: String,
}

/// A certificate granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granted {
    /// Its number.
    pub number: CertificateNumber,
    /// The day it is issued.
    pub on: NaiveDate,
}

/// A notice, as its events come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// What was put on notice.
    pub published: Published,
    /// The objections, in the order they were recorded.
    pub objections: Vec<Objection>,
    /// Whether it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
    /// The certificate granted on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Granted>,
    /// The same, once it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Granted>,
    /// Events that have no effect, by their ids: they came after one that excludes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub void: Vec<String>,
}

/// An objection and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// Its id, derived from the notice and what was received.
    pub id: String,
    /// The objection.
    pub objected: Objected,
    /// The decision on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Resolved>,
}

/// How a notice stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is to be published.
    Scheduled,
    /// Objections can be made.
    Open,
    /// It closed, and no objection stands.
    ClosedPassed,
    /// It closed, and an objection is undecided or was upheld.
    ClosedWithObjection,
    /// The authority took it back.
    Withdrawn,
}

impl Status {
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
    /// What identifies the notice.
    pub fn notice_id(&self) -> String {
        let published = self.published.to_string();
        let days = self.promised.days.to_string();
        let counting = Counting::from(self.promised.counting);
        id::derive(
            "notice",
            &[&self.evaluation, &published, &days, counting.as_str()],
        )
    }

    /// The window by the holiday notices that are known to `calendar`.
    ///
    /// # Errors
    /// As [`WorkingCalendar::window`].
    pub fn window(&self, calendar: WorkingCalendar) -> Result<NoticeWindow, CalendarError> {
        self.promised.window(self.published, calendar)
    }
}

impl Promised {
    /// What is promised by a notice published on that day: the window by the holiday notices that are
    /// out then.
    ///
    /// # Errors
    /// As [`WorkingCalendar::window`].
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
        // Kept as it was read; the largest number of days stands for one that never was.
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
    /// The last day on which objections can be made, `None` while a holiday notice that decides it is
    /// not out.
    ///
    /// Reading: where a later holiday notice moved the window, the later of the day promised and the
    /// day that it comes to now. Nobody loses days that were promised, and nobody has fewer working
    /// days than the regulation gives.
    pub fn closes_on(&self, now: &NoticeWindow) -> Option<NaiveDate> {
        match now.certainty {
            Certainty::Settled => self.published.promised.last_day.max(now.last_day),
            Certainty::Provisional(_) => None,
        }
    }

    /// How the notice stands on `today`, its window being what `now` says.
    pub fn status(&self, now: &NoticeWindow, today: NaiveDate) -> Status {
        if self.withdrawn.is_some() {
            return Status::Withdrawn;
        }
        if today < self.published.published {
            return Status::Scheduled;
        }
        match self.closes_on(now) {
            Some(last) if today > last => {}
            _ => return Status::Open,
        }
        if self.objections.iter().any(Objection::stands) {
            Status::ClosedWithObjection
        } else {
            Status::ClosedPassed
        }
    }

    /// The objection of that id.
    pub fn objection(&self, id: &str) -> Option<&Objection> {
        self.objections.iter().find(|objection| objection.id == id)
    }
}

impl Notice {
    /// Takes the next event of the journal into account. A writer's number is higher than all it has
    /// seen, so a decision comes after what it decides on.
    fn follow(&mut self, id: &str, event: &Event) {
        let objection = |wanted: &str| self.objections.iter().position(|o| o.id == wanted);
        match event {
            // The journal has one: all of them have one identity.
            Event::Published(_) => return,
            Event::Objected(objected) => {
                self.objections.push(Objection {
                    id: id.to_owned(),
                    objected: objected.clone(),
                    resolved: None,
                });
                return;
            }
            Event::Resolved(resolved) => {
                if let Some(at) = objection(&resolved.objection)
                    && let undecided @ None = &mut self.objections[at].resolved
                {
                    *undecided = Some(resolved.clone());
                    return;
                }
            }
            Event::Withdrawn(withdrawn) => {
                if self.granted.is_none() && self.withdrawn.is_none() {
                    self.withdrawn = Some(withdrawn.clone());
                    return;
                }
            }
            // Known before the rest is looked at.
            Event::Issued(issued) => {
                if self.issued.as_ref() == Some(issued) {
                    return;
                }
            }
            Event::Granted(granted) => {
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
    /// How it was decided, `None` while it is not.
    pub fn outcome(&self) -> Option<Outcome> {
        self.resolved.as_ref().map(|resolved| resolved.outcome)
    }

    /// Whether it stands against a grant: it is undecided, or was upheld.
    pub fn stands(&self) -> bool {
        self.outcome() != Some(Outcome::Dismissed)
    }
}

impl Event {
    /// What identifies the event in the journal of the notice `notice`.
    pub fn id(&self, notice: &str) -> String {
        match self {
            // One notice is published once, whatever else is said of it.
            Self::Published(_) => id::derive("published", &[notice]),
            // Two days are two grants, so that one that takes no effect is seen.
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

impl Record for Notices {
    const SPACE: &'static str = "notice";
    type Event = Event;
    type View = Notice;

    fn fold(id: &str, entries: &[Entry<Event>]) -> Option<Notice> {
        let published = entries
            .iter()
            .find_map(|entry| match &entry.written.event {
                Event::Published(published) => Some(published.clone()),
                _ => None,
            })?;
        // Whatever its number: what was issued was granted, and nothing takes that away.
        let issued = entries.iter().find_map(|entry| match &entry.written.event {
            Event::Issued(issued) => Some(issued.clone()),
            _ => None,
        });
        let mut notice = Notice {
            id: id.to_owned(),
            published,
            objections: Vec::new(),
            withdrawn: None,
            granted: issued.clone(),
            issued,
            void: Vec::new(),
        };
        for entry in entries {
            notice.follow(&entry.written.id, &entry.written.event);
        }
        Some(notice)
    }
}

use chrono::NaiveDate;
use databake::Bake;
use serde::{Deserialize, Serialize};

use super::{Cite, Day, List, Str, Text};

/// A programme of recognition, as every component needs it: its name, its certificate, and what
/// happens before and after the recognition.
///
/// What applications are judged by is apart, in [`Criteria`](super::Criteria), so that a component
/// that does not judge does not carry it.
#[derive(Debug, Clone, PartialEq, Eq, Bake)]
#[databake(path = crate::model)]
pub struct Programme {
    /// Names the programme in requests.
    pub id: Str,
    /// The programme's name.
    pub name: Text,
    /// The first day the programme takes applications. Earlier dates are refused, not guessed.
    pub from: Day,
    /// The regulation.
    pub source: Source,
    /// What is awarded, and under which number and name.
    pub certificate: CertificateRule,
    /// Who has a part in the programme. `authority` is the one that decides.
    pub parties: List<Party>,
    /// The public notice; none: the regulation sets none.
    pub notices: List<NoticeRule>,
    /// What falls due after recognition, or before it.
    pub obligations: List<Obligation>,
    /// When those concerned are reminded of what falls due.
    pub reminders: ReminderRule,
    /// Changes of a recognised platform, and how each is made.
    pub changes: List<Change>,
    /// Grounds for losing the recognition.
    pub grounds: List<Ground>,
}

impl Programme {
    /// The party of that name.
    pub fn party(&self, id: &str) -> Option<&'static Party> {
        self.parties.into_iter().find(|party| party.id == id)
    }

    /// The obligation, in the version that is in force on that day.
    pub fn obligation(&self, id: &str, on: NaiveDate) -> Option<&'static Obligation> {
        let versions = self.obligations.into_iter().filter(|x| x.id == id);
        versions
            .filter(|version| version.from.get() <= on)
            .max_by_key(|version| version.from)
    }
}

/// The regulation a programme comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its title.
    pub title: Str,
    /// Its number, where the text has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Str>,
    /// The day it was issued, where the text has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Day>,
    /// The file under `regulations/` with the text that is quoted.
    pub file: Str,
}

/// What is awarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct CertificateRule {
    /// First part of certificate numbers.
    pub prefix: Str,
    /// The official name, with `{name}` in place of the part that the applicant chooses.
    pub name_template: Str,
    /// Where the regulation sets the name.
    pub cite: Cite,
    /// The reading of the law it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
}

impl CertificateRule {
    /// The full official name. `own` is the part that the applicant chooses.
    pub fn full_name(&self, own: &str) -> String {
        self.name_template.replace("{name}", own)
    }

    /// Whether a name is of the form of the full official name.
    pub fn is_full_name(&self, name: &str) -> bool {
        let affixes = self.name_template.split_once("{name}");
        affixes.is_some_and(|(before, after)| {
            let own = name.strip_prefix(before);
            let own = own.and_then(|rest| rest.strip_suffix(after));
            own.is_some_and(|own| !own.trim().is_empty())
        })
    }
}

/// Someone with a part in the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Names the party in this file.
    pub id: Str,
    /// What it is called.
    pub name: Text,
    /// What it does.
    pub role: Text,
    /// Where the regulation says so.
    pub cite: Cite,
}

/// The public notice, in the version that holds from `from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct NoticeRule {
    /// The first day this version holds.
    pub from: Day,
    /// Length in working days. Where the portal may set the length, this one holds if it sets none.
    pub working_days: u32,
    /// Who sets the length; absent: the regulation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_by: Option<SetBy>,
    /// Where it is published.
    pub place: Text,
    /// Where the regulation sets it.
    pub cite: Cite,
    /// The reading of the law it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
}

impl NoticeRule {
    /// The length of a notice in working days. `asked` is the length that a request asks for. None: the
    /// regulation sets another length.
    pub fn length(&self, asked: Option<u64>) -> Option<u64> {
        let own = u64::from(self.working_days);
        match self.set_by {
            Some(SetBy::Portal) => Some(asked.unwrap_or(own)),
            None => asked.is_none_or(|asked| asked == own).then_some(own),
        }
    }
}

/// Who sets the length of a public notice, where the regulation does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(rename_all = "kebab-case")]
pub enum SetBy {
    /// The portal, notice by notice.
    Portal,
}

/// What falls due, in the version that holds from `from`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// Names the obligation; every version of it has the same.
    pub id: Str,
    /// The first day this version holds.
    pub from: Day,
    /// What it is called.
    pub label: Text,
    /// What is owed.
    pub kind: ObligationKind,
    /// When it is due.
    pub due: Due,
    /// The party that owes it.
    pub by: Str,
    /// The party it is owed to.
    pub to: Str,
    /// The parties it goes through on the way, in order.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub through: List<Str>,
    /// Years in which it is not owed.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub exemptions: List<Exemption>,
    /// How it can end, for an assessment.
    #[serde(rename = "outcome", default, skip_serializing_if = "<[_]>::is_empty")]
    pub outcomes: List<Outcome>,
    /// The outline its contents follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Str>,
    /// Where the regulation sets it.
    pub cite: Cite,
    /// The reading of the law it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
}

/// When those concerned are reminded of a deadline. This rule is ours: no regulation sets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct ReminderRule {
    /// Each a number of days before the deadline, most first; 0 is the day of the deadline.
    pub before: List<u32>,
    /// Each a number of days after the deadline, fewest first. A reminder is sent only if something
    /// is still owed then.
    pub after: List<u32>,
}

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(rename_all = "kebab-case")]
pub enum ObligationKind {
    /// A written report, summary or form.
    Report,
    /// An assessment or evaluation of the platform.
    Assessment,
    /// An application, by a day of the year.
    Application,
}

/// When an obligation is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Due {
    /// Every year by this day; without a day: by the last day of the month.
    Yearly {
        /// The month, 1 to 12.
        month: u32,
        /// The day of the month.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<u32>,
        /// Calendar years from the year of the recognition to the year of the first due day. Absent:
        /// the first such day after the recognition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_after_years: Option<u32>,
    },
    /// Once in a number of years, counted from the recognition.
    EveryYears {
        /// Length of the cycle.
        years: u32,
        /// Years from the recognition to the first due day; absent: one cycle.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_after_years: Option<u32>,
        /// The month by which it is due in such a calendar year. Absent: it is due on the anniversary
        /// of the recognition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        month: Option<u32>,
        /// The day of that month; absent: the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<u32>,
    },
    /// Before the platform's own period (of construction) ends.
    BeforePeriodEnds {},
}

/// A year in which an obligation is not owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The month of a day of the year. A platform recognised on that day or later in the year does not
    /// owe the obligation of the next year.
    pub recognised_from_month: u32,
    /// The day of that month.
    pub recognised_from_day: u32,
    /// Where the regulation says so.
    pub cite: Cite,
    /// The reading of the law it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
}

/// How an assessment can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Names the outcome in events.
    pub id: Str,
    /// What it is called.
    pub label: Text,
    /// What follows from it.
    pub effect: Effect,
}

/// What follows for a recognition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(tag = "follows", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// The recognition stays as it is.
    Kept {},
    /// The authority orders a rectification.
    Rectification {
        /// Its length, where the regulation sets one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        months: Option<u32>,
    },
    /// The authority decides on revocation.
    Revocation {},
    /// The assessment counts as failed. A ground says what follows.
    Failed {},
}

/// A change of a recognised platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Names the change.
    pub id: Str,
    /// What changes.
    pub label: Text,
    /// How it is made.
    pub procedure: ChangeProcedure,
    /// The parties it goes through, in order.
    pub through: List<Str>,
    /// The part of the certificate that it alters; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alters: Option<Alters>,
    /// Where the regulation sets it.
    pub cite: Cite,
    /// The reading of the law it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
}

/// A part of the certificate that a change alters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(rename_all = "kebab-case")]
pub enum Alters {
    /// The platform's name.
    Name,
    /// Its holder.
    Holder,
}

/// How a change is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeProcedure {
    /// The authority is told (备案).
    Filing,
    /// The authority is told within the year of the change (当年报备).
    FilingSameYear,
    /// The authority is asked (批准、批复).
    Approval,
}

/// A ground for losing the recognition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Names the ground.
    pub id: Str,
    /// What it is.
    pub label: Text,
    /// What makes it apply.
    pub trigger: Trigger,
    /// Where the regulation sets it.
    pub cite: Cite,
    /// The reading of the law it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
}

/// What makes a ground apply. Revocation itself is always a decision of the authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(tag = "on", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Trigger {
    /// An assessment ends in one of these outcomes.
    Outcomes {
        /// The assessment.
        obligation: Str,
        /// Its outcomes.
        outcomes: List<Str>,
    },
    /// A number of assessments in a row end failed.
    FailedInARow {
        /// The assessment.
        obligation: Str,
        /// How many.
        count: u32,
    },
    /// A number of reports in a row are not handed in.
    MissedInARow {
        /// The report.
        obligation: Str,
        /// How many.
        count: u32,
    },
    /// A rectification ends failed.
    RectificationFailed {},
    /// The authority finds that it applies.
    Found {},
}

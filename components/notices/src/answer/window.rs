//! A window in JSON.

use calendar::{
    Bounds, CalendarError, Counting, Notice, NoticeKind, NoticeWindow, OtherRule, Reason,
    WindowDate, WorkingCalendar, WorkingDays,
};
use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use text::Day;
use web::Problem;

use crate::answer::dates::EndOfDay;
use crate::answer::summary::{assumption, summary};

/// The parameters of a request for a window.
pub(crate) struct Asked {
    pub(crate) published: NaiveDate,
    pub(crate) days: WorkingDays,
    pub(crate) counting: Counting,
    pub(crate) known_on: Option<NaiveDate>,
}

impl Asked {
    pub(crate) fn window(&self) -> Result<NoticeWindow, CalendarError> {
        let calendar = WorkingCalendar::published();
        self.known_on
            .map_or(calendar, |known_on| calendar.as_known_on(known_on))
            .window(self.published, self.days, self.counting)
    }
}

/// The window as JSON. `known_on` is the day whose knowledge was used, if the request named one.
pub(crate) fn to_json(
    window: &NoticeWindow,
    known_on: Option<NaiveDate>,
) -> Result<Vec<u8>, Problem> {
    let notices = window.notices();
    let shown = Shown {
        published: Day::from(window.published),
        days: window.days.get(),
        counting: window.counting.as_str(),
        as_known_on: known_on.map(Day::from),
        first_day: window.first_day.map(Day::from),
        last_day: window.last_day.map(Day::from),
        closes_at: window.closes_at().map(EndOfDay),
        certainty: window.certainty.as_str(),
        provisional: window.certainty.bounds().map(provisional),
        summary: summary(window, known_on),
        other_rule: other_rule(&window.other_rule),
        dates: &window.dates.iter().map(ShownDate::from).collect::<Vec<_>>(),
        notices: &notices
            .into_iter()
            .map(ShownNotice::from)
            .collect::<Vec<_>>(),
    };
    // About 70 bytes for each date, 300 for each notice and 800 for the rest, so that the buffer need not
    // grow.
    let mut body = Vec::with_capacity(1_200 + 300 * shown.notices.len() + 70 * shown.dates.len());
    serde_json::to_writer(&mut body, &shown).map_err(|e| Problem::internal(&e))?;
    Ok(body)
}

#[derive(Serialize)]
struct Shown<'w, S: Serialize, P: Serialize> {
    published: Day,
    days: u16,
    counting: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_known_on: Option<Day>,
    first_day: Option<Day>,
    last_day: Option<Day>,
    closes_at: Option<EndOfDay>,
    certainty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<P>,
    summary: S,
    other_rule: ShownOtherRule,
    dates: &'w [ShownDate],
    notices: &'w [ShownNotice],
}

#[derive(Serialize)]
struct Provisional<A: Serialize> {
    earliest_last_day: Day,
    latest_last_day: Day,
    first_unsettled_day: Day,
    missing_years: Vec<i32>,
    assumption: A,
}

fn provisional(bounds: &Bounds) -> impl Serialize + use<> {
    Provisional {
        earliest_last_day: Day::from(bounds.earliest),
        latest_last_day: Day::from(bounds.latest),
        first_unsettled_day: Day::from(bounds.first_unsettled),
        missing_years: bounds.missing_years.clone().collect(),
        assumption: assumption(bounds),
    }
}

#[derive(Serialize)]
struct ShownOtherRule {
    counting: &'static str,
    last_day: Option<Day>,
    certainty: &'static str,
}

fn other_rule(other: &OtherRule) -> ShownOtherRule {
    ShownOtherRule {
        counting: other.counting.as_str(),
        last_day: other.last_day.map(Day::from),
        certainty: other.certainty.as_str(),
    }
}

/// A day of a window. `counted` is null if it is not known yet whether the day counts.
#[derive(Serialize)]
struct ShownDate {
    date: Day,
    counted: Option<bool>,
    reason: Named,
}

impl From<&WindowDate> for ShownDate {
    fn from(day: &WindowDate) -> Self {
        let reason = day.reason;
        Self {
            date: Day::from(day.date),
            counted: match reason {
                Reason::Unsettled(_) => None,
                reason => Some(reason.is_counted()),
            },
            reason: Named(reason.as_str(), reason.holiday()),
        }
    }
}

/// A kind of day, followed by the holiday if the day has one: `day_off 国庆节`.
pub(crate) struct Named(pub(crate) &'static str, pub(crate) Option<&'static str>);

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self(kind, None) => serializer.serialize_str(kind),
            Self(kind, Some(holiday)) => serializer.collect_str(&format_args!("{kind} {holiday}")),
        }
    }
}

/// A holiday notice that the answer depends on.
#[derive(Serialize)]
pub(crate) struct ShownNotice {
    number: &'static str,
    title: &'static str,
    published: Day,
    kind: &'static str,
    source_url: &'static str,
}

impl From<&'static Notice> for ShownNotice {
    fn from(notice: &'static Notice) -> Self {
        Self {
            number: notice.number,
            title: notice.title,
            published: Day::from(notice.published),
            kind: match notice.kind {
                NoticeKind::Yearly => "yearly",
                NoticeKind::Amendment => "amendment",
            },
            source_url: notice.source_url,
        }
    }
}

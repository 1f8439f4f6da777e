//! What is outstanding on a public notice: its close.

use calendar::{CalendarError, WorkingCalendar};
use chrono::{Days, NaiveDate};
use rules::Programme;

use super::{Deadline, Outstanding, What, earliest};
use crate::notice::{CountingRule, Notice, Published};

/// What a notice comes to: its close.
///
/// # Errors
/// As [`WorkingCalendar::window`].
pub fn of_notice(
    programme: &'static Programme,
    notice: &Notice,
    calendar: WorkingCalendar,
) -> Result<Outstanding, CalendarError> {
    let published = notice.published.published;
    let window = notice.published.window(calendar)?;
    let rules = programme.notices.into_iter();
    Ok(Outstanding {
        what: What::NoticeCloses {
            rule: rules
                .filter(|rule| rule.from.get() <= published)
                .max_by_key(|rule| rule.from),
        },
        deadline: Deadline {
            statutory: None,
            effective: notice.closes_on(&window).or(window.last_day),
            not_before: no_earlier(&notice.published),
            certainty: window.certainty,
        },
        opened: published,
        closed: earliest([
            notice.withdrawn.as_ref().map(|withdrawn| withdrawn.on),
            notice.granted.as_ref().map(|granted| granted.on),
            notice.issued.as_ref().map(|issued| issued.on),
        ]),
    })
}

/// A notice of so many working days closes no earlier than so many days after its publication.
fn no_earlier(published: &Published) -> NaiveDate {
    let days = u64::from(published.promised.days);
    let days = match published.promised.counting {
        CountingRule::DayAfter => days,
        CountingRule::PublicationDay => days.saturating_sub(1),
    };
    let day = published.published.checked_add_days(Days::new(days));
    day.unwrap_or(published.published)
}

//! What a run decides, without a store.

use calendar::WorkingCalendar;
use recognition::outstanding::{Outstanding, What};
use rules::{ObligationKind, Programme};

use super::*;
use crate::check::Future;

/// 甘肃省行业技术中心 reminds 30, 7 and 1 days before, on the day, and 1, 7 and 30 days after.
const CENTRE: &str = "gansu-industry-technology-centre";

/// The summary that is due by 28 February 2025, a Friday, open from that day on.
fn summary(opened: &str, closed: Option<&str>) -> Checked {
    let programme: &'static Programme = rules::programme(CENTRE).unwrap().programme;
    let mut rules = programme.obligations.into_iter();
    let rule = rules
        .find(|rule| rule.kind == ObligationKind::Report)
        .unwrap();
    let deadline = WorkingCalendar::published().deadline_by(2025, 2, 31);
    let mut checked = of_programme(programme, day("2025-01-01"));
    checked.outstanding = vec![Outstanding {
        what: What::Obligation { rule, year: 2025 },
        deadline: deadline.unwrap().into(),
        opened: day(opened),
        closed: closed.map(day),
    }];
    checked.future = Future::Closed;
    checked
}

/// The day before, the day and the day after each day of a reminder: the newest is due, on the day that
/// it is of, and the record is next checked on the day of the one after.
#[test]
fn the_newest_reminder_is_due_and_the_next_is_checked_for() {
    let checked = summary("2020-01-01", None);
    let since = day("2025-01-01");
    for (as_of, lead, due_on, next) in [
        ("2025-01-28", None, "", "2025-01-29"),
        ("2025-01-29", Some(30), "2025-01-29", "2025-02-21"),
        ("2025-01-30", Some(30), "2025-01-29", "2025-02-21"),
        ("2025-02-20", Some(30), "2025-01-29", "2025-02-21"),
        ("2025-02-21", Some(7), "2025-02-21", "2025-02-27"),
        ("2025-02-26", Some(7), "2025-02-21", "2025-02-27"),
        ("2025-02-27", Some(1), "2025-02-27", "2025-02-28"),
        ("2025-02-28", Some(0), "2025-02-28", "2025-03-01"),
        ("2025-03-01", Some(-1), "2025-03-01", "2025-03-07"),
        ("2025-03-06", Some(-1), "2025-03-01", "2025-03-07"),
        ("2025-03-07", Some(-7), "2025-03-07", "2025-03-30"),
        ("2025-03-29", Some(-7), "2025-03-07", "2025-03-30"),
        ("2025-03-30", Some(-30), "2025-03-30", ""),
        ("2026-03-30", Some(-30), "2025-03-30", ""),
    ] {
        let due: Vec<_> = decide::due(&checked, day(as_of), since).collect();
        let found: Vec<_> = due.iter().map(|due| (due.lead, due.due_on)).collect();
        let expected: Vec<_> = lead.map(|lead| (lead, day(due_on))).into_iter().collect();
        assert_eq!(found, expected, "{as_of}");
        let check = decide::next_check(&checked, day(as_of));
        assert_eq!(
            check.map(|day| day.to_string()).unwrap_or_default(),
            next,
            "{as_of}"
        );
        let open = decide::still_open(&checked, day(as_of));
        assert_eq!(open, usize::from(lead.is_some()), "{as_of}");
    }
}

/// A record that was first entered when runs had reached `since`: on the last day everything due is made,
/// after it only what falls due from then on.
#[test]
fn what_was_overdue_when_it_was_recorded_waits_for_its_next_reminder() {
    let checked = summary("2020-01-01", None);
    for (since, as_of, lead) in [
        ("2025-02-28", "2025-02-28", Some(0)),
        ("2025-02-28", "2025-03-06", Some(-1)),
        ("2025-03-01", "2025-03-01", Some(-1)),
        ("2025-03-02", "2025-03-02", None),
        ("2025-03-02", "2025-03-06", None),
        ("2025-03-02", "2025-03-07", Some(-7)),
    ] {
        let mut due = decide::due(&checked, day(as_of), day(since));
        assert_eq!(due.next().map(|due| due.lead), lead, "{since} {as_of}");
    }
}

/// What opens late has no reminder of an earlier day; what is closed has none from its day on.
#[test]
fn nothing_is_due_before_it_opens_or_once_it_is_closed() {
    let since = day("2025-01-01");
    for (opened, closed, as_of, lead) in [
        ("2025-02-22", None, "2025-02-22", None),
        ("2025-02-21", None, "2025-02-21", Some(7)),
        ("2025-02-22", None, "2025-02-27", Some(1)),
        ("2020-01-01", Some("2025-02-22"), "2025-02-21", Some(7)),
        ("2020-01-01", Some("2025-02-21"), "2025-02-21", None),
    ] {
        let checked = summary(opened, closed);
        let mut due = decide::due(&checked, day(as_of), since);
        let how = format!("{opened} {closed:?} {as_of}");
        assert_eq!(due.next().map(|due| due.lead), lead, "{how}");
    }
}

/// Where nothing will be due, a record that time alone can bring something to is checked again when the
/// time ends that this check has covered; no other is.
#[test]
fn a_record_without_reminders_to_come_is_checked_again_if_its_future_is_open() {
    for (future, next) in [(Future::Open, Some("2026-03-31")), (Future::Closed, None)] {
        let mut checked = summary("2020-01-01", None);
        checked.future = future;
        let check = decide::next_check(&checked, day("2025-03-30"));
        assert_eq!(check, next.map(day));
    }
}

/// What of a day is still to be read: the gaps first, then what was given out since.
#[test]
fn a_gap_is_read_again_as_long_as_the_day_lasts() {
    let mut progress = Progress::from(Position {
        day: day("2025-02-27"),
        slot: 0,
    });
    assert_eq!(progress.unread(0), [0; 0]);
    assert_eq!(progress.unread(3), [1, 2, 3]);
    progress.read(1);
    progress.pass_by(2);
    progress.read(3);
    assert_eq!(progress.position.slot, 3);
    assert_eq!(progress.unread(4), [2, 4]);
    progress.read(2);
    assert_eq!((progress.position.slot, progress.unread(4)), (3, vec![4]));
    progress.pass_by(4);
    assert!(!progress.next_day(day("2025-02-27")));
    assert_eq!(progress.unread(4), [4]);
    assert!(progress.next_day(day("2025-02-28")));
    assert_eq!(progress.position.day, day("2025-02-28"));
    assert_eq!((progress.position.slot, progress.unread(1)), (0, vec![1]));
}

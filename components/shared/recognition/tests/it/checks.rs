//! When a record is checked, against checking it every day: a certificate's events are recorded one by one, some
//! late, and the reminders that the checks make are those that a check on every day makes.

use std::collections::BTreeMap;

use calendar::WorkingCalendar;
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::Index;
use recognition::certificate::{Certificate, CertificateEvent, Proposal};
use recognition::outstanding::{Outstanding, next_check, of_certificate, of_notice, of_programme};
use rules::{ChangeProcedure, ObligationKind, Programme, ReminderRule};
use serde_json::{Value, json};

use crate::lives::{Events, assessed, day, missed};
use crate::outstanding::{
    ALLIANCE, CENTRE, INNER_MONGOLIA, XINZHOU, ZONE, counted, issued, programme, received,
};

/// How many days ahead a check checks for what falls due next.
const HORIZON: Days = Days::new(366);

/// Reminders, by the name of what is owed and by lead, each with the day it was made and the day it is of.
type Made = BTreeMap<(String, i64), (NaiveDate, NaiveDate)>;

fn remind(made: &mut Made, items: &[Outstanding], rule: &ReminderRule, today: NaiveDate) {
    for item in items {
        if let Some((lead, on)) = item.newest_reminder(rule, today) {
            made.entry((item.what.name(), lead)).or_insert((today, on));
        }
    }
}

fn owed(certificate: &Certificate, through: NaiveDate) -> Vec<Outstanding> {
    owed_by(WorkingCalendar::published(), certificate, through)
}

fn owed_by(
    calendar: WorkingCalendar,
    certificate: &Certificate,
    through: NaiveDate,
) -> Vec<Outstanding> {
    let programme = programme(&certificate.programme);
    of_certificate(programme, &certificate.life(programme), calendar, through)
}

/// The calendar by the notices that were out on a day.
fn known_on(today: NaiveDate) -> WorkingCalendar {
    WorkingCalendar::published().as_known_on(today)
}

/// What happens, still without its names: which kind of event, three choices, its day and how many days later it is
/// recorded.
#[derive(Debug, Clone)]
struct Happening {
    kind: u8,
    choices: [Index; 3],
    on: NaiveDate,
    later: u64,
}

fn any_happening() -> impl Strategy<Value = Happening> {
    let choices = any::<[Index; 3]>();
    // Most are recorded at once.
    let later = prop_oneof![4 => Just(0), 1 => 0_u64..400];
    (0_u8..10, choices, any_day(), later).prop_map(|(kind, choices, on, later)| Happening {
        kind,
        choices,
        on,
        later,
    })
}

/// A day of 2021–2027, often one at the end of a month.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    let first = day("2021-01-01");
    let any = (0_u64..7 * 365).prop_map(move |n| first + Days::new(n));
    let last = (2021..2028, 1_u32..13).prop_map(|(year, month)| {
        let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
        first - Days::new(1)
    });
    prop_oneof![any, last].prop_map(move |on| on.max(first))
}

impl Happening {
    fn recorded_on(&self) -> NaiveDate {
        self.on + Days::new(self.later)
    }

    /// The event, as it fits what is on record; none where nothing of the kind does.
    fn event(&self, programme: &'static Programme, events: &Events) -> Option<Value> {
        let [which, second, third] = &self.choices;
        let on = self.on.to_string();
        let year = self.on.year() + [-1, 0, 1][third.index(3)];
        let of_kind = |kind| {
            let all = programme.obligations.into_iter();
            let found: Vec<_> = all.filter(|rule| rule.kind == kind).collect();
            (!found.is_empty()).then(|| found[which.index(found.len())])
        };
        let life = events.life();
        let pending = |revocation: bool| {
            let all = life.pending().iter();
            let found: Vec<_> = all
                .filter(|pending| matches!(pending.proposal, Proposal::Revocation) == revocation)
                .collect();
            (!found.is_empty()).then(|| found[which.index(found.len())].clone())
        };
        let changes = || {
            let all = programme.changes.into_iter();
            let found: Vec<_> = all
                .filter(|change| change.procedure == ChangeProcedure::FilingSameYear)
                .collect();
            (!found.is_empty()).then(|| found[which.index(found.len())])
        };
        // A rectification that is proposed is mostly ordered next: else few would come about.
        let kind = match pending(false) {
            Some(_) if self.kind < 4 => 4,
            _ => self.kind,
        };
        Some(match kind {
            0 | 1 => received(&of_kind(ObligationKind::Report)?.id, year, &on),
            2 => missed(&of_kind(ObligationKind::Report)?.id, year, &on),
            3 => {
                let rule = of_kind(ObligationKind::Assessment)?;
                let outcome = rule
                    .outcomes
                    .into_iter()
                    .nth(second.index(rule.outcomes.len()))?;
                assessed(&rule.id, year, &outcome.id, &on)
            }
            4 => {
                let until = self.on + Days::new(second.index(200) as u64);
                let until = (third.index(2) == 0).then_some(until);
                json!({"kind": "rectification_ordered", "because": pending(false)?.because, "on": on,
                       "reference": "改1号", "until": until})
            }
            5 => {
                let kind = ["rectification_passed", "rectification_failed"][second.index(2)];
                json!({"kind": kind, "on": on})
            }
            6 => json!({"kind": "changed", "change": changes()?.id, "on": on}),
            7 => {
                let change = changes()?;
                let holder = json!({"name": "乙公司", "uscc": "914403001922038216"});
                let holder = change.alters.map(|_| holder);
                json!({"kind": "filed", "change": change.id, "on": on, "holder": holder})
            }
            8 => {
                let pending = pending(true)?;
                json!({"kind": "revoked", "because": pending.because, "ground": pending.ground?.id, "on": on,
                       "reference": "撤1号"})
            }
            _ => {
                let all: Vec<_> = life.history().collect();
                let event = &all[which.index(all.len())].recorded.id;
                json!({"kind": "annulled", "event": event, "on": on, "reference": "废1号", "reason": "误录"})
            }
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The first check is on the day it is issued. Another is on the day an event is recorded by which more can fall
    /// due. Else each check says when the next is. Holiday notices come out meanwhile.
    #[test]
    fn checks_make_what_checking_every_day_makes(
        id in prop::sample::select(vec![CENTRE, ALLIANCE, ZONE, INNER_MONGOLIA, XINZHOU]),
        from in any_day(),
        length in 300_u64..1200,
        mut happenings in prop::collection::vec(any_happening(), 0..24),
    ) {
        let programme = programme(id);
        let rule = &programme.reminders;
        let until = (id == ZONE).then(|| (from + Days::new(length)).to_string());
        let mut events = Events::issued(programme, &from.to_string(), until.as_deref());
        happenings.retain(|happening| happening.on >= from);
        happenings.sort_by_key(Happening::recorded_on);
        let mut happenings = happenings.into_iter().peekable();

        let last = day("2028-04-30");
        let (mut checks, mut every_day) = (Made::new(), Made::new());
        let (mut next, mut checked) = (Some(from), 0);
        let mut all = Vec::new();
        let mut settled = None;
        for today in from.iter_days().take_while(|today| *today <= last) {
            while let Some(happening) = happenings.next_if(|next| next.recorded_on() == today) {
                let event = happening.event(programme, &events);
                let Some(event) = event.filter(|event| events.refusal(event).is_none()) else {
                    continue;
                };
                events.record(event);
                let certificate = events.certificate();
                let event: &CertificateEvent = &certificate.events.last().unwrap().event;
                if event.may_open() {
                    next = next.min(Some(today)).or(Some(today));
                }
                settled = None;
            }
            let calendar = known_on(today);
            if settled.replace(calendar.settled_through()) != Some(calendar.settled_through()) {
                all = owed_by(calendar, &events.certificate(), last + HORIZON);
            }
            remind(&mut every_day, &all, rule, today);
            if next.is_some_and(|next| next <= today) {
                let through = today + HORIZON;
                let items = owed_by(calendar, &events.certificate(), through);
                remind(&mut checks, &items, rule, today);
                next = next_check(&items, rule, today);
                prop_assert!(next.is_none_or(|next| next > today));
                next = next.or(Some(through));
                checked += 1;
            }
        }
        prop_assert_eq!(&checks, &every_day);
        // A check for each reminder, up to ten for one whose day may move, and few others.
        prop_assert!(checked <= 12 * checks.len() + 60, "{} for {}", checked, checks.len());
        for ((name, lead), (made, on)) in checks {
            prop_assert!(on >= from && on <= made, "{name} {lead} of {on}, made {made}");
        }
    }
}

/// Public notices around the holidays that moved after they were published: those of December 2018 and 2022, which
/// the next year's notice moved, and of January 2020, which was prolonged.
#[test]
fn checks_of_a_notice_make_what_checking_every_day_makes() {
    let rule = &programme(XINZHOU).reminders;
    for (from, through) in [
        ("2018-11-20", "2019-01-10"),
        ("2019-12-10", "2020-02-10"),
        ("2022-11-20", "2023-01-10"),
        ("2026-12-01", "2027-01-05"),
    ] {
        for published in day(from).iter_days().take_while(|on| *on <= day(through)) {
            for counting in [
                calendar::Counting::DayAfter,
                calendar::Counting::PublicationDay,
            ] {
                let notice = counted(&published.to_string(), 5, counting, &[]);
                let (mut checks, mut every_day) = (Made::new(), Made::new());
                let mut next = Some(published);
                for today in published.iter_days().take(60) {
                    let item = of_notice(programme(XINZHOU), &notice, known_on(today)).unwrap();
                    let items = [item];
                    remind(&mut every_day, &items, rule, today);
                    if next == Some(today) {
                        remind(&mut checks, &items, rule, today);
                        next = next_check(&items, rule, today);
                    }
                }
                assert_eq!(checks, every_day, "{published} {counting:?}");
            }
        }
    }
}

/// What is owed by 31 December, from a day of that December or little before: thirty days before it was not owed,
/// until the notice of that December moved the deadline to 2 January 2019 or 3 January 2023.
#[test]
fn checks_of_what_opens_late_make_what_checking_every_day_makes() {
    let rule = &programme(ZONE).reminders;
    for (from, through) in [("2018-11-25", "2018-12-31"), ("2022-11-25", "2022-12-31")] {
        for on in day(from).iter_days().take_while(|on| *on <= day(through)) {
            let until = (on + Days::new(900)).to_string();
            let zone = Events::issued(programme(ZONE), &on.to_string(), Some(&until));
            let certificate = zone.certificate();
            let (mut checks, mut every_day) = (Made::new(), Made::new());
            let mut next = Some(on);
            for today in on.iter_days().take(60) {
                let items = owed_by(known_on(today), &certificate, today + HORIZON);
                remind(&mut every_day, &items, rule, today);
                if next == Some(today) {
                    remind(&mut checks, &items, rule, today);
                    next = next_check(&items, rule, today);
                }
            }
            assert_eq!(checks, every_day, "{on}");
        }
    }
}

/// 28 February 2025 was a Friday. 31 March 2024 was a Sunday: the deadline is 1 April, and could have lain a day
/// earlier by another notice, so each check begins a day before.
#[test]
fn a_check_is_asked_for_on_the_day_of_each_reminder() {
    let through = day("2026-12-31");
    let named = |events: &Events, name: &str| {
        let items = owed(&events.certificate(), through);
        let mut items = items.into_iter().filter(|item| item.what.name() == name);
        items.next().unwrap()
    };
    let rule = &programme(CENTRE).reminders;
    let mut centre = issued(CENTRE, "2021-05-20");
    let friday = named(&centre, "annual-summary/2025");
    let sunday = named(&issued(INNER_MONGOLIA, "2021-05-20"), "annual-report/2024");
    centre.record(received("annual-summary", 2025, "2025-02-27"));
    let handed_in = named(&centre, "annual-summary/2025");
    for (item, after, next) in [
        (&friday, "2021-05-19", Some("2025-01-29")),
        (&friday, "2025-01-28", Some("2025-01-29")),
        (&friday, "2025-01-29", Some("2025-02-21")),
        (&friday, "2025-02-20", Some("2025-02-21")),
        (&friday, "2025-02-21", Some("2025-02-27")),
        (&friday, "2025-02-27", Some("2025-02-28")),
        (&friday, "2025-02-28", Some("2025-03-01")),
        (&friday, "2025-03-01", Some("2025-03-07")),
        (&friday, "2025-03-07", Some("2025-03-30")),
        (&friday, "2025-03-29", Some("2025-03-30")),
        (&friday, "2025-03-30", None),
        (&handed_in, "2025-01-29", Some("2025-02-21")),
        (&handed_in, "2025-02-21", None),
        (&sunday, "2024-01-01", Some("2024-03-01")),
        (&sunday, "2024-03-01", Some("2024-03-02")),
        (&sunday, "2024-03-02", Some("2024-03-24")),
        (&sunday, "2024-04-30", Some("2024-05-01")),
        (&sunday, "2024-05-01", None),
    ] {
        let name = item.what.name();
        let found = item.next_check(rule, day(after));
        assert_eq!(found, next.map(day), "{name} after {after}");
    }
}

/// Of a change on 24 December 2024 a filing is owed by 31 December, a Tuesday: thirty days before, nothing had
/// changed yet.
#[test]
fn no_reminder_is_of_a_day_before_it_is_owed() {
    let rule = &programme(ALLIANCE).reminders;
    for (on, days) in [
        (
            "2024-12-01",
            [Some("2024-12-01"), Some("2024-12-24"), Some("2024-12-30")],
        ),
        ("2024-12-02", [None, Some("2024-12-24"), Some("2024-12-30")]),
        ("2024-12-24", [None, Some("2024-12-24"), Some("2024-12-30")]),
        ("2024-12-25", [None, None, Some("2024-12-30")]),
        ("2024-12-30", [None, None, Some("2024-12-30")]),
        ("2024-12-31", [None, None, None]),
    ] {
        let mut alliance = issued(ALLIANCE, "2021-03-10");
        let change = json!({"kind": "changed", "change": "members-changed", "on": on});
        let name = format!("filing/{}", alliance.record(change));
        let items = owed(&alliance.certificate(), day("2025-12-31"));
        let mut items = items.into_iter().filter(|item| item.what.name() == name);
        let filing = items.next().unwrap();
        assert_eq!(filing.leads(rule), [30, 7, 1, 0, -1, -7, -30]);
        let found = [30, 7, 1].map(|lead| filing.reminder_on(lead));
        assert_eq!(found, days.map(|on| on.map(day)), "{on}");
        let after = [0, -1, -7, -30].map(|lead| filing.reminder_on(lead).unwrap().to_string());
        assert_eq!(
            after,
            ["2024-12-31", "2025-01-01", "2025-01-07", "2025-01-30"]
        );
        let first = days.into_iter().flatten().next().unwrap_or("2024-12-31");
        assert_eq!(
            filing.newest_reminder(rule, day(on) - Days::new(1)),
            None,
            "{on}"
        );
        let eve = day(first) - Days::new(1);
        assert_eq!(filing.newest_reminder(rule, eve), None, "{on}");
        let newest = filing.newest_reminder(rule, day(first));
        assert_eq!(newest.map(|(_, on)| on), Some(day(first)), "{on}");
        // What is due on the day the change took place is checked once that is on record.
        let eve = day(on) - Days::new(1);
        assert_eq!(filing.next_check(rule, eve), Some(day(first)), "{on}");
    }
}

/// The last reminder of a notice and of an application is of the last day itself: 10 October 2026, a make-up
/// Saturday, and 1 September 2025, a Monday after 31 August.
#[test]
fn nobody_is_reminded_of_what_can_be_done_no_more() {
    let rule = &programme(XINZHOU).reminders;
    let calendar = WorkingCalendar::published();
    let notice = counted("2026-09-28", 5, calendar::Counting::DayAfter, &[]);
    let notice = of_notice(programme(XINZHOU), &notice, calendar).unwrap();
    let mut applications = of_programme(programme(ZONE), calendar, day("2025-12-31"));
    let application = applications.pop().unwrap();
    for (item, last) in [(&notice, "2026-10-10"), (&application, "2025-09-01")] {
        let last = day(last);
        assert_eq!(item.leads(rule), [30, 7, 1, 0]);
        let newest = |on| item.newest_reminder(rule, on);
        let eve = last - Days::new(1);
        assert_eq!(newest(eve), Some((1, eve)));
        assert_eq!(newest(last), Some((0, last)));
        assert_eq!(item.next_check(rule, eve), Some(last));
        assert_eq!(item.next_check(rule, last), None);
    }
    // Of an application nobody is reminded in the year before, of a notice not before it is published.
    let early = [day("2024-12-31"), day("2025-08-01")];
    assert_eq!(
        early.map(|on| application.newest_reminder(rule, on)),
        [None, None]
    );
    let first = application.newest_reminder(rule, day("2025-08-02"));
    assert_eq!(first, Some((30, day("2025-08-02"))));
    let before = [day("2026-09-27"), day("2026-10-02")];
    assert_eq!(
        before.map(|on| notice.newest_reminder(rule, on)),
        [None, None]
    );
}

/// The notice for 2027 is not out. Whatever day it moves a deadline to, a check comes before the reminder is due.
#[test]
fn a_deadline_that_may_move_is_checked_from_the_day_of_the_text() {
    let rule = &programme(CENTRE).reminders;
    let items = owed(
        &issued(CENTRE, "2021-05-20").certificate(),
        day("2027-12-31"),
    );
    let of = |name: &str| {
        let mut all = items.iter().filter(|item| item.what.name() == name);
        all.next().unwrap()
    };
    // 28 February 2027, a Sunday, and so 1 March by ordinary weeks: 29 and 30 January.
    let summary = of("annual-summary/2027");
    for (after, next) in [
        ("2026-11-23", "2027-01-29"),
        ("2027-01-29", "2027-01-30"),
        ("2027-01-30", "2027-02-21"),
        ("2027-02-27", "2027-02-28"),
    ] {
        assert_eq!(summary.next_check(rule, day(after)), Some(day(next)));
    }
    // Of a notice of which the last day is not known at all, every day.
    let notice = counted("2026-12-28", 5, calendar::Counting::DayAfter, &[]);
    let calendar = WorkingCalendar::published();
    let notice = of_notice(programme(XINZHOU), &notice, calendar).unwrap();
    for (after, next) in [
        ("2026-11-23", "2026-12-28"),
        ("2026-12-28", "2026-12-29"),
        ("2027-01-15", "2027-01-16"),
    ] {
        assert_eq!(notice.next_check(rule, day(after)), Some(day(next)));
    }
}

//! How many calls of the store a run makes, and what a dry run does: nothing.

use faults::Counting;
use recognition::reminder::ReminderMessage;

use super::crashes::{TODAY, days, small};
use super::population::population;
use super::world::World;
use super::*;

/// The calls of a tick.
fn calls(store: &Memory, today: NaiveDate) -> u32 {
    let counting = Counting::new(store);
    assert_eq!(faults::run(tick(&counting, today)), Some(Ok(())));
    counting.calls()
}

/// What a tick costs where nothing is due, whatever there is.
#[test]
fn a_day_on_which_nothing_is_due_costs_a_few_calls() {
    let empty = World::default();
    let many = population(3, 60, 0);
    for world in [empty, many] {
        let store = world.before(&days("2025-01-01", 365));
        // On some of these days no record is checked.
        let quiet = (1..60).map(|n| day("2026-04-20") + chrono::Days::new(n));
        let quiet = quiet.map(|today| calls(&store, today)).min().unwrap();
        assert!(quiet <= 8, "{quiet}");
    }
}

/// The first run of all reads a counter for each day since the first holiday notice.
#[test]
fn the_first_run_over_an_empty_store_reads_each_day_once() {
    let store = Memory::default();
    let today = day(TODAY);
    let since = (today - crate::agenda::BEGINNING).num_days();
    let first = i64::from(calls(&store, today));
    assert!(
        (since..since + 9).contains(&first),
        "{first} for {since} days"
    );
    // Once more on the same day.
    assert!(calls(&store, today) <= 4);
}

/// What is due costs so many calls for each record, and each reminder; what is not, nothing.
#[test]
fn a_run_costs_what_is_due() {
    let world = population(4, 200, 0);
    world.live(day("2025-01-01").iter_days().take(200), |store, today| {
        let again = store.clone();
        let outcome = faults::run(run(&again, &of_day(today, 500, RunMode::Real)));
        let outcome = outcome.unwrap().unwrap();
        let count = |of: usize| u32::try_from(of).unwrap();
        let calls = calls(store, today);
        if today > day("2025-01-01") {
            // For the day; for a record, checked and entered anew; for what is open, whether it was
            // reminded of; for a reminder, listed and written.
            let records = 12 * count(outcome.checked) + count(outcome.still_open);
            let most = 8 + records + 3 * count(outcome.made);
            assert!(calls <= most, "{today}: {calls} of {most}");
        }
    });
}

/// A dry run writes nothing, and shows what the run then makes, whole or in parts.
#[test]
fn a_dry_run_shows_what_is_then_made() {
    for (world, history) in [
        (small(), days("2025-02-24", 3)),
        (small(), Vec::new()),
        (population(5, 60, 20), days("2025-01-01", 57)),
        (population(5, 60, 20), days("2025-01-01", 48)),
    ] {
        let store = world.live(
            history.iter().chain([&day(TODAY)]).copied(),
            |store, today| {
                if today != day(TODAY) {
                    ticked(store, today);
                }
            },
        );
        let before = store.dump();
        let had = made(&store);
        let mut shown = Vec::new();
        for limit in [1000, 1, 7] {
            let mut all = Vec::new();
            let mut from = None;
            for part in 0.. {
                assert!(part < 400, "it never ends");
                let dry = of_day(day(TODAY), limit, RunMode::Dry(from));
                let outcome = faults::run(run(&store, &dry)).unwrap().unwrap();
                all.extend(outcome.reminders.iter().map(told));
                if outcome.end == RunEnd::Reached {
                    break;
                }
                from = Some(outcome.reached);
            }
            all.sort();
            shown.push(all);
        }
        assert_eq!(store.dump(), before);
        ticked(&store, day(TODAY));
        let mut now = read(&store);
        now.retain(|told| !had.contains(&told.id));
        now.sort();
        assert!(!now.is_empty());
        for shown in shown {
            same_as(&shown, &now);
        }
    }
}

fn told(message: &ReminderMessage) -> Told {
    Told::parse(&serde_json::to_value(message).unwrap())
}

fn same_as(shown: &[Told], made: &[Told]) {
    // One that is entered on two days is shown twice in parts that do not write.
    let mut shown = shown.to_vec();
    shown.dedup();
    assert_eq!(shown, made);
}

//! Two at once, in every order with few switches: runs, a run and a writer, a run and a portal.

use std::cell::RefCell;

use faults::{Failing, Failure};

use super::crashes::{TODAY, days, posting, stands, story, writes};
use super::oracle::{GSITC, XZTIC, expected};
use super::world::{Half, When, World, tell};
use super::*;

/// Two records of which something is due on the day: little enough for many orders.
fn few() -> World {
    World {
        stories: vec![
            story(XZTIC, "2022-03-06", None),
            story(GSITC, "2023-05-08", None),
        ],
        postings: vec![posting(
            "2025-02-21",
            When(day("2025-02-21"), Half::Morning),
        )],
    }
}

fn position(store: &Memory) -> Position {
    faults::run(Agenda::of(store).position())
        .unwrap()
        .unwrap()
        .unwrap()
}

fn ahead(store: &Memory) -> NaiveDate {
    faults::run(Agenda::of(store).ahead())
        .unwrap()
        .unwrap()
        .unwrap()
}

/// The stores that were followed up before. Many orders of calls come to the same store, and then the same
/// follows.
#[derive(Default)]
struct Seen(BTreeSet<BTreeMap<String, Vec<u8>>>);

impl Seen {
    fn is_new(&mut self, store: &Memory) -> bool {
        self.0.insert(store.dump())
    }
}

/// What follows a race: runs of the days after, which make all that should be there, no more, and
/// which a portal that has read in between misses nothing of.
fn goes_on(store: &Memory, after: &[NaiveDate], expected: &[Told]) {
    let mut reader = Reader::default();
    reader.catch_up(store);
    let seen = ids(&reader.read);
    for today in after {
        ticked(store, *today);
        assert_eq!((position(store).day, ahead(store)), (*today, *today));
    }
    reader.catch_up(store);
    let found = ids(&reader.read);
    assert_eq!(found, ids(expected));
    assert_eq!(made(store), found);
    assert!(found.is_superset(&seen));
}

/// Two runs, of the same day or of a day and the next.
#[test]
fn two_runs_at_once_make_what_one_makes() {
    let world = few();
    let history = days("2025-02-24", 3);
    let before = world.before(&history);
    for of in [[TODAY, TODAY], [TODAY, "2025-02-28"], ["2025-02-28", TODAY]] {
        let last = of.map(day).into_iter().max().unwrap();
        let after: Vec<_> = last.iter_days().take(3).collect();
        let one = [history.clone(), days(TODAY, 1), after.to_vec()].concat();
        let other = [history.clone(), after.to_vec()].concat();
        let (one, other) = (expected(&world, &one), expected(&world, &other));
        let mut seen = Seen::default();
        let orders = faults::interleave(
            2,
            || before.clone(),
            async |store, caller| tick(store, day(of[caller])).await,
            |store, ends| {
                assert_eq!(ends, [Ok(()), Ok(())]);
                if !seen.is_new(store) {
                    return;
                }
                // All that is due on the later day is there, with no further run.
                let due: Vec<_> = other.iter().filter(|told| told.as_of <= last).collect();
                let found = made(store);
                assert!(found.is_superset(&ids(due)));
                // Whichever saw a record first: the run of the day before, or not.
                let store = store.clone();
                ticked(&store, last);
                let found = made(&store);
                let mut may = one.clone();
                may.extend(other.clone());
                assert!(found.is_subset(&ids(&may)));
                may.retain(|told| found.contains(&told.id) || told.as_of > last);
                goes_on(&store, &after, &may);
            },
        );
        assert!(orders > 1_000, "{orders}");
    }
}

/// After two runs of different days a writer comes, and dies or not: its record is reminded of.
#[test]
fn what_is_recorded_after_two_runs_at_once_is_reminded_of() {
    for (world, telling) in writes() {
        let history = days("2025-02-24", 2);
        let before = world.without().before(&history);
        let mut world = world;
        world.in_the_evening();
        let after = ["2025-02-28", "2025-03-01", "2025-03-07"].map(day);
        let runs = [history, vec![day("2025-02-26"), day(TODAY)], after.to_vec()].concat();
        let expected = expected(&world, &runs);
        for of in [["2025-02-26", TODAY], [TODAY, "2025-02-26"]] {
            faults::interleave(
                2,
                || before.clone(),
                async |store, caller| tick(store, day(of[caller])).await,
                |store, _| {
                    faults::run(tell(store, &telling, day(TODAY)))
                        .unwrap()
                        .unwrap();
                    for today in &after {
                        ticked(store, *today);
                    }
                    let found = made(store);
                    assert!(found.is_superset(&ids(&expected)), "{telling:?}");
                },
            );
        }
    }
}

/// A writer races the run of its day, of its day and the next, or of that day twice.
#[test]
fn what_is_recorded_during_a_run_is_reminded_of() {
    let mut orders = 0;
    for (world, telling) in writes() {
        let history = days("2025-02-24", 3);
        let before = world.without().before(&history);
        let after = ["2025-02-28", "2025-03-01", "2025-03-07"].map(day);
        let by_evening = {
            let mut world = world.clone();
            world.in_the_evening();
            world
        };
        let ticks = [history, days(TODAY, 1), after.to_vec()].concat();
        let (early, late) = (expected(&world, &ticks), expected(&by_evening, &ticks));
        // By whom of the two it is begun; and in parts of how many records a run is made.
        for (runs, first, limit) in [
            (&[TODAY][..], 0, 500),
            (&[TODAY], 1, 500),
            (&["2025-02-28"], 0, 500),
            (&[TODAY, TODAY], 0, 500),
            (&[TODAY, "2025-02-28"], 0, 1),
        ] {
            let mut seen = Seen::default();
            orders += faults::interleave(
                2,
                || before.clone(),
                async |store, who| {
                    if who == first {
                        tell(store, &telling, day(TODAY)).await.unwrap();
                    } else {
                        for today in runs {
                            tick_by(store, day(today), limit).await.unwrap();
                        }
                    }
                },
                |store, _| {
                    if !seen.is_new(store) {
                        return;
                    }
                    for today in &after {
                        ticked(store, *today);
                    }
                    let found = made(store);
                    // The newest is made of those that fell due before the record was seen.
                    let last = late.iter().filter(|told| told.as_of > after[0]);
                    assert!(found.is_superset(&ids(last)), "{telling:?} {runs:?}");
                    let may = ids(early.iter().chain(&late));
                    assert!(found.is_subset(&may), "{telling:?} {runs:?}");
                },
            );
        }
    }
    assert!(orders > 8_000, "{orders}");
}

/// A writer that stops at any call, and is never asked again, while a run comes between any two of
/// its calls: what it has recorded is reminded of.
#[test]
fn what_a_writer_that_stopped_during_a_run_has_recorded_is_reminded_of() {
    let mut recorded = 0;
    for (world, telling) in writes() {
        let history = days("2025-02-24", 3);
        let before = world.without().before(&history);
        let after = ["2025-02-28", "2025-03-01", "2025-03-07"].map(day);
        let ticks = [history, days(TODAY, 1), after.to_vec()].concat();
        let mut world = world;
        world.in_the_evening();
        let (with, without) = (expected(&world, &ticks), expected(&world.without(), &ticks));
        let must = |told: &Told| told.as_of > after[0];
        let with = ids(with.iter().filter(|told| must(told)));
        let without = ids(without.iter().filter(|told| must(told)));
        for calls in 0.. {
            let ended = RefCell::new(false);
            faults::interleave(
                1,
                || before.clone(),
                async |store, who| {
                    if who == 0 {
                        let failing = Failing::after(store, calls, Failure::Before);
                        let end = tell(&failing, &telling, day(TODAY)).await;
                        *ended.borrow_mut() = end.is_ok();
                    } else {
                        tick(store, day(TODAY)).await.unwrap();
                    }
                },
                |store, _| {
                    let stands = stands(store, &telling);
                    recorded += u32::from(stands);
                    for today in &after {
                        ticked(store, *today);
                    }
                    let found = made(store);
                    let must = if stands { &with } else { &without };
                    assert!(found.is_superset(must), "{calls} {telling:?}");
                },
            );
            if *ended.borrow() {
                break;
            }
        }
    }
    assert!(recorded > 300, "{recorded}");
}

/// A portal that reads while a run writes, page by page, misses nothing.
#[test]
fn a_portal_that_reads_during_a_run_misses_nothing() {
    let world = few();
    let history = days("2025-02-24", 3);
    let before = world.before(&history);
    let after = days(TODAY, 2);
    let expected = expected(&world, &[history, after.to_vec()].concat());
    for first in [0, 1] {
        let reader = RefCell::new(Reader::default());
        let orders = faults::interleave(
            2,
            || {
                reader.take();
                before.clone()
            },
            async |store, who| {
                if who == first {
                    tick(store, day(TODAY)).await.unwrap();
                } else {
                    for _ in 0..3 {
                        let mut own = reader.take();
                        own.page(store, XZTIC).await;
                        reader.replace(own);
                    }
                }
            },
            |store, _| {
                ticked(store, after[1]);
                let mut reader = reader.borrow_mut();
                reader.catch_up(store);
                let mut found: Vec<_> = reader.read.iter().map(|told| &told.id).collect();
                found.sort();
                let all = ids(&expected);
                assert_eq!(found, all.iter().collect::<Vec<_>>());
            },
        );
        assert!(orders > 400, "{orders}");
    }
}

//! A year of days over a population, against the list by brute force.

use faults::Dying;

use super::oracle::{expected, rests};
use super::population::population;
use super::world::{Half, When, World, tell};
use super::*;

const SEED: u64 = 20_251_123;

/// The days of the year.
fn year() -> impl Iterator<Item = NaiveDate> {
    day("2025-01-01").iter_days().take(365)
}

/// Nothing that is not expected, nothing missing, nothing twice.
fn same(mut read: Vec<Told>, expected: &[Told]) {
    read.sort();
    for (found, told) in read.iter().zip(expected) {
        assert_eq!(found, told, "the first that differs");
    }
    assert_eq!(read.len(), expected.len());
}

/// The table is of the days that the notices name.
#[test]
fn the_table_of_the_test_counts_the_working_days_of_2025() {
    // 365 days, 104 of them at weekends, 18 more off, 5 worked in exchange.
    assert_eq!(year().filter(|day| !rests(*day)).count(), 248);
}

/// Every day one tick, as a scheduler makes it, and a portal that reads every day.
#[test]
fn a_year_of_days_makes_every_reminder_that_is_due_once_and_none_else() {
    let world = population(SEED, 500, 60);
    let mut reader = Reader::default();
    let store = world.live(year(), |store, today| {
        ticked(store, today);
        reader.catch_up(store);
    });
    let days: Vec<_> = year().collect();
    let expected = expected(&world, &days);
    assert!(expected.len() > 3_000, "{}", expected.len());
    let late = expected.iter().filter(|told| told.late).count();
    assert!(late > 40, "{late}");
    same(reader.read, &expected);
    same(read(&store), &expected);
}

/// What a year comes to where `noon` does something else than one tick a day.
fn lived(world: &World, mut noon: impl FnMut(&Memory, NaiveDate)) -> Vec<Told> {
    let mut reader = Reader::default();
    let mut seed = 7_u64;
    let mut count = 0_u32;
    let store = world.live(year(), |store, today| {
        noon(store, today);
        // A portal that comes when it likes.
        seed = seed.wrapping_mul(48_271) % 2_147_483_647;
        if seed.is_multiple_of(9) {
            reader.catch_up(store);
            count += 1;
        }
    });
    assert!(count > 20, "{count}");
    reader.catch_up(&store);
    let mut all = read(&store);
    all.sort();
    reader.read.sort();
    assert_eq!(reader.read, all);
    all
}

#[test]
fn after_days_without_a_tick_the_newest_reminder_of_each_is_made_late() {
    let world = population(SEED + 1, 200, 60);
    // From the first day of each, for ten days: over 春节, the end of February, 31 August, 国庆, December.
    let gaps = [
        "2025-01-26",
        "2025-02-24",
        "2025-03-27",
        "2025-08-27",
        "2025-09-28",
        "2025-12-17",
    ];
    let gaps = gaps.map(day);
    let skipped = |today: &NaiveDate| {
        let mut gaps = gaps.iter();
        gaps.any(|first| (0..10).contains(&(*today - *first).num_days()))
    };
    let ticks: Vec<_> = year().filter(|day| !skipped(day)).collect();
    let read = lived(&world, |store, today| {
        if !skipped(&today) {
            ticked(store, today);
        }
    });
    let expected = expected(&world, &ticks);
    let late = expected.iter().filter(|told| told.late).count();
    assert!(late > 150, "{late}");
    same(read, &expected);
}

/// However the ticks of a day are made, the day's reminders are the same.
#[test]
fn ticks_may_come_twice_and_in_parts() {
    let world = population(SEED + 2, 100, 60);
    let expected = expected(&world, &year().collect::<Vec<_>>());
    let twice = |store: &Memory, today| {
        ticked(store, today);
        ticked(store, today);
    };
    let in_parts = |store: &Memory, today| {
        assert_eq!(faults::run(tick_by(store, today, 2)), Some(Ok(())));
    };
    same(lived(&world, twice), &expected);
    same(lived(&world, in_parts), &expected);
}

/// Whatever writes or runs stops now and then, at any call, and is asked again on the same day: the
/// reminders of the year are the same, made on the same days, though some are listed twice.
#[test]
fn a_year_in_which_everything_stops_now_and_then_comes_to_the_same() {
    let world = population(SEED + 3, 60, 40);
    let store = Memory::default();
    let mut reader = Reader::default();
    let mut tellings = world.tellings().into_iter().peekable();
    let mut dice = 11_u64;
    let mut stopped = 0;
    // A process that stops after so many calls, where it does not end before.
    let mut calls = |most: u64| {
        dice = dice.wrapping_mul(48_271) % 2_147_483_647;
        u32::try_from(dice % most).unwrap()
    };
    for today in year() {
        while let Some((_, telling)) = tellings.next_if(|(when, _)| *when < When(today, Half::Noon))
        {
            let dying = Dying::after(&store, calls(40));
            stopped += u32::from(faults::run(tell(&dying, &telling, today)).is_none());
            faults::run(tell(&store, &telling, today)).unwrap().unwrap();
        }
        for limit in [2, 500] {
            let dying = Dying::after(&store, calls(60));
            stopped += u32::from(faults::run(tick_by(&dying, today, limit)).is_none());
        }
        ticked(&store, today);
        if calls(5) == 0 {
            reader.catch_up(&store);
        }
    }
    assert!(stopped > 200, "{stopped}");
    reader.catch_up(&store);
    let once = |mut read: Vec<Told>| {
        read.sort();
        read.dedup();
        read
    };
    let days: Vec<_> = year().collect();
    same(once(reader.read), &expected(&world, &days));
    same(once(read(&store)), &expected(&world, &days));
}

//! A run or a writer that stops at any call of the store, and a store that fails at any.

use faults::{Counting, Dying, Failing, Failure};
use recognition::certificate::CertificateEvent;
use recognition::notice::{Promised, Published};
use store::StoreError;
use store::journal::Journal;

use super::oracle::{GSIA, GSITC, GSTTZ, NMTIC, XZTIC, expected, expected_since};
use super::population::{annulled, assessed, holder, issued, number, report};
use super::world::{Half, Posting, Story, Telling, When, World, tell};
use super::*;
use crate::records::{Certificates, Notices};

/// The day of the run that is disturbed: reminders of six records are due, 30, 7 and 1 days before.
pub(super) const TODAY: &str = "2025-02-27";

pub(super) fn story(programme: &'static str, on: &str, until: Option<&str>) -> Story {
    let number = number(programme, programme);
    let event = issued(programme, programme, day(on), until.map(day));
    Story {
        programme,
        number,
        told: vec![(When(day(on), Half::Morning), event)],
    }
}

pub(super) fn posting(published: &str, recorded: When) -> Posting {
    let published = day(published);
    let days = 5_u64.try_into().unwrap();
    Posting {
        recorded,
        withdrawn: None,
        published: Published {
            evaluation: "an evaluation".to_owned(),
            programme: XZTIC.to_owned(),
            kind: None,
            applicant: holder(),
            name: "忻州市云杉技术创新中心".to_owned(),
            verdict: rules::Verdict::Eligible,
            published,
            promised: Promised::by(published, days, calendar::Counting::DayAfter).unwrap(),
        },
    }
}

pub(super) fn small() -> World {
    // Seven days past on the day itself.
    let mut overdue = story(XZTIC, "2022-02-20", None);
    overdue.number = number(XZTIC, "overdue");
    World {
        stories: vec![
            story(GSITC, "2023-05-08", None),
            story(GSIA, "2021-06-01", None),
            story(XZTIC, "2022-03-06", None),
            overdue,
            story(NMTIC, "2021-11-01", None),
            story(GSTTZ, "2022-04-01", Some("2025-03-29")),
        ],
        postings: vec![posting(
            "2025-02-21",
            When(day("2025-02-21"), Half::Morning),
        )],
    }
}

/// So many days from that day on.
pub(super) fn days(from: &str, count: usize) -> Vec<NaiveDate> {
    day(from).iter_days().take(count).collect()
}

/// Runs on the days from `again` on; a portal reads before them and after each. What should be there
/// then is in the list, and nothing else than `may`.
fn made_good(store: &Memory, again: &[NaiveDate], must: &[Told], may: &[Told], how: &str) {
    let mut reader = Reader::default();
    reader.catch_up(store);
    for today in again {
        ticked(store, *today);
        reader.catch_up(store);
    }
    let found = made(store);
    assert!(found.is_superset(&ids(must)), "lost {how}");
    assert!(found.is_subset(&ids(may)), "invented {how}");
    assert_eq!(ids(&reader.read), found, "missed by the portal {how}");
}

/// What a run says where a call fails.
fn failed() -> Declined {
    RecordError::from(StoreError::new(&"as the test asked")).into()
}

/// Disturbs the run of today at the calls that `at` picks of all that it makes, in each way.
fn disturbed(history: &[NaiveDate], at: impl Fn(u32, u32) -> bool) -> u32 {
    let world = small();
    let before = world.live(
        history.iter().chain([&day(TODAY)]).copied(),
        |store, today| {
            if today != day(TODAY) {
                ticked(store, today);
            }
        },
    );
    let next = days("2025-02-28", 9);
    let same = days(TODAY, 9);
    let undisturbed = expected(&world, &[history, &same].concat());
    let without = expected(&world, &[history, &next].concat());
    // Once a first run has begun, its day is the one from which reminders are made, whatever became of it.
    let begun = expected_since(
        &world,
        history.first().copied().unwrap_or(day(TODAY)),
        &next,
    );
    let either = [undisturbed.clone(), begun.clone()].concat();
    let good = |store: &Memory, how: &str| {
        let again = store.clone();
        made_good(
            &again,
            &same,
            &undisturbed,
            &undisturbed,
            &format!("{how}, same day"),
        );
        let has_begun = faults::run(Agenda::of(store).ahead()).unwrap().unwrap();
        let must = has_begun.map_or(&without, |_| &begun);
        made_good(store, &next, must, &either, &format!("{how}, next day"));
    };
    let total = {
        let store = before.clone();
        let counting = Counting::new(&store);
        assert_eq!(faults::run(tick(&counting, day(TODAY))), Some(Ok(())));
        counting.calls()
    };
    for calls in (0..total).filter(|calls| at(*calls, total)) {
        let store = before.clone();
        let dying = Dying::after(&store, calls);
        assert_eq!(faults::run(tick(&dying, day(TODAY))), None);
        good(&store, &format!("dead after {calls} calls"));
        for failure in [Failure::Before, Failure::After] {
            let store = before.clone();
            let failing = Failing::after(&store, calls, failure);
            assert_eq!(faults::run(tick(&failing, day(TODAY))), Some(Err(failed())));
            good(&store, &format!("where call {calls} fails {failure:?}"));
        }
    }
    total
}

#[test]
fn a_run_that_is_stopped_at_any_call_is_made_good_by_the_next() {
    let total = disturbed(&days("2025-02-24", 3), |_, _| true);
    assert!((40..150).contains(&total), "{total}");
}

/// The first run of all reads all the days since the first holiday notice, of which a few
/// are enough here.
#[test]
fn so_is_the_first_run_of_all() {
    disturbed(&[], |call, total| {
        call < 12 || call % 499 == 0 || call + 80 > total
    });
}

/// What may be written in a day's course, with a world in which it is: an issue that comes on record
/// late, an order, an annulment, a publication, each with a reminder due soon.
pub(super) fn writes() -> Vec<(World, Telling)> {
    let now = When(day(TODAY), Half::Morning);
    let failed = assessed("evaluation", 2024, "fail", day("2024-12-02"));
    let handed_in = report("annual-summary", 2025, day("2025-02-10"));
    let mut ordered = story(NMTIC, "2021-11-01", None);
    let reference = "改1号".to_owned();
    let (on, until) = (day("2025-02-25"), Some(day("2025-03-06")));
    let because = failed.id(&ordered.number);
    ordered
        .told
        .push((When(day("2024-12-02"), Half::Morning), failed));
    let order = CertificateEvent::RectificationOrdered {
        because,
        on,
        reference,
        until,
    };
    ordered.told.push((now, order));
    let mut reopened = story(GSITC, "2023-05-08", None);
    reopened
        .told
        .push((When(day("2025-02-10"), Half::Morning), handed_in.clone()));
    let annulment = annulled(&reopened.number, &handed_in, day("2025-02-26"));
    reopened.told.push((now, annulment));
    let mut late = story(XZTIC, "2022-03-06", None);
    late.told[0].0 = now;
    let certificate = |story: Story| {
        let telling =
            Telling::Certificate(story.number.clone(), story.told.last().unwrap().1.clone());
        let world = World {
            stories: vec![story],
            postings: Vec::new(),
        };
        (world, telling)
    };
    let posting = posting("2025-02-26", now);
    let published = Telling::Published(posting.published.clone());
    let posted = World {
        stories: Vec::new(),
        postings: vec![posting],
    };
    vec![
        certificate(late),
        certificate(ordered),
        certificate(reopened),
        (posted, published),
    ]
}

impl World {
    /// What was on record before today, with a run on each of the days.
    pub(super) fn before(&self, history: &[NaiveDate]) -> Memory {
        self.live(history.iter().copied(), ticked)
    }

    /// The world without what is told today.
    pub(super) fn without(&self) -> Self {
        let mut world = self.clone();
        let early = |when: &When| when.0 < day(TODAY);
        for story in &mut world.stories {
            story.told.retain(|(when, _)| early(when));
        }
        world.stories.retain(|story| !story.told.is_empty());
        world.postings.retain(|posting| early(&posting.recorded));
        world
    }
}

/// Whether what was told stands in its journal.
pub(super) fn stands(store: &Memory, telling: &Telling) -> bool {
    let found = faults::run(async {
        match telling {
            Telling::Certificate(number, event) => {
                let id = number.to_string();
                let journal = Journal::<Certificates>::load(store, &id).await.unwrap();
                journal.contains(event.id(number).as_str())
            }
            Telling::Published(published) => {
                let id = published.notice_id();
                let journal = Journal::<Notices>::load(store, &id).await.unwrap();
                !journal.entries().is_empty()
            }
            Telling::Withdrawn(..) => unreachable!(),
        }
    });
    found.unwrap()
}

/// The writer comes before the run of the day, or after it; it stops at any call, and asks again or
/// never. Whatever is on record in the end is reminded of.
#[test]
fn what_a_writer_that_stopped_has_recorded_is_reminded_of() {
    let mut stopped = 0;
    for (world, telling) in writes() {
        for through in [3, 4] {
            let history = days("2025-02-24", through);
            let before = world.without().before(&history);
            let mut world = world.clone();
            if through == 4 {
                world.in_the_evening();
            }
            let next = match through {
                3 => days(TODAY, 9),
                _ => days("2025-02-28", 8),
            };
            let ticks = [history.clone(), next.clone()].concat();
            let (with, without) = (expected(&world, &ticks), expected(&world.without(), &ticks));
            assert!(with.len() > without.len());
            for calls in 0.. {
                let store = before.clone();
                let dying = Dying::after(&store, calls);
                let died = faults::run(tell(&dying, &telling, day(TODAY))).is_none();
                let told = match stands(&store, &telling) {
                    true => &with,
                    false => &without,
                };
                let how = format!("dead after {calls} calls");
                made_good(&store.clone(), &next, told, told, &how);
                // Whoever got no answer asks again.
                faults::run(tell(&store, &telling, day(TODAY)))
                    .unwrap()
                    .unwrap();
                made_good(&store, &next, &with, &with, &format!("{how}, asked again"));
                stopped += 1;
                if !died {
                    break;
                }
            }
            for failure in [Failure::Before, Failure::After] {
                for calls in 0.. {
                    let store = before.clone();
                    let failing = Failing::after(&store, calls, failure);
                    let failed = faults::run(tell(&failing, &telling, day(TODAY))).unwrap();
                    let again = faults::run(tell(&store, &telling, day(TODAY)));
                    again.unwrap().unwrap();
                    let how = format!("where call {calls} fails {failure:?}");
                    made_good(&store, &next, &with, &with, &how);
                    if failed.is_ok() {
                        break;
                    }
                }
            }
        }
    }
    assert!(stopped > 100, "{stopped}");
}

impl World {
    /// What is told today is told after the run.
    pub(super) fn in_the_evening(&mut self) {
        let evening = |when: &mut When| {
            if when.0 == day(TODAY) {
                when.1 = Half::Evening;
            }
        };
        let told = self.stories.iter_mut().flat_map(|story| &mut story.told);
        told.for_each(|(when, _)| evening(when));
        self.postings
            .iter_mut()
            .for_each(|posting| evening(&mut posting.recorded));
    }
}

/// A slot of the day whose writer stopped before it wrote there holds nobody up, in however small parts
/// a run is made; a writer that was slow is still found.
#[test]
fn a_slot_that_nothing_is_written_in_holds_no_run_up() {
    let world = small();
    let ticks = days(TODAY, 3);
    let expected = expected(&world, &ticks);
    for calls in 0..12 {
        let before = Memory::default();
        // So that all that comes now is entered for today, behind the slot.
        ticked(&before, day(TODAY));
        let posting = posting(TODAY, When(day(TODAY), Half::Morning));
        let first = Telling::Published(posting.published);
        let dying = Dying::after(&before, calls);
        assert_eq!(faults::run(tell(&dying, &first, day(TODAY))), None);
        for (_, telling) in world.tellings() {
            faults::run(tell(&before, &telling, day(TODAY)))
                .unwrap()
                .unwrap();
        }
        for today in &ticks {
            let run_of_one = of_day(*today, 1, RunMode::Real);
            let parts = (0..40).find(|_| {
                let outcome = faults::run(run(&before, &run_of_one)).unwrap();
                outcome.unwrap().end == RunEnd::Reached
            });
            assert!(parts.is_some(), "{today} never ends, after {calls} calls");
        }
        assert!(made(&before).is_superset(&ids(&expected)));
        // Asked again, it is told of as if it had been told at once.
        faults::run(tell(&before, &first, day(TODAY)))
            .unwrap()
            .unwrap();
        ticked(&before, day("2025-03-05"));
        assert!(made(&before).len() > expected.len());
    }
}

/// One record that cannot be read, and one entry of the agenda, keep nobody else from being reminded;
/// the record is reminded of once it can be read again.
#[test]
fn what_cannot_be_read_holds_nobody_up() {
    let world = small();
    let history = days("2025-02-24", 3);
    let before = world.before(&history);
    let ticks = days(TODAY, 3);
    let expected = expected(&world, &[history, ticks.clone()].concat());
    let number = world.stories[0].number.to_string();
    let about = |told: &&Told| told.subject == number;
    for broken in before.dump().into_keys() {
        let own = broken.starts_with(&format!("accredit/certificate/{number}"));
        let of_record = own && !broken.ends_with("/n");
        let of_today =
            broken.starts_with("accredit/slots/agenda/2025-02-27/") && !broken.ends_with("/n");
        if !of_record && !of_today {
            continue;
        }
        let store = before.clone();
        faults::run(store.set(&broken, b"{".to_vec()))
            .unwrap()
            .unwrap();
        for today in &ticks {
            ticked(&store, *today);
        }
        let others = expected.iter().filter(|told| !about(told));
        let found = made(&store);
        if of_today {
            // The record that it was of is not known any more: of one, two reports and three days.
            let lost = ids(&expected).difference(&found).count();
            assert!(lost <= 6, "{lost} for {broken}");
        } else {
            assert!(found.is_superset(&ids(others)), "{broken}");
            let whole = before.dump().remove(&broken).unwrap();
            faults::run(store.set(&broken, whole)).unwrap().unwrap();
            ticked(&store, day("2025-03-02"));
            let own = expected.iter().filter(about);
            let newest = own.filter(|told| told.as_of == ticks[2]);
            assert!(made(&store).is_superset(&ids(newest)), "{broken}");
        }
    }
}

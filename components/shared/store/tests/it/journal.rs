use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use faults::{Counting, Dying, Failing, Failure, interleave, run};
use serde_json::Value;
use store::journal::{Entry, Journal, Record, Written, look_up, up_to_date};
use store::{KeyValue, Memory, RecordError};

/// Words, in the order they were written.
pub(crate) enum Words {}

impl Record for Words {
    const SPACE: &'static str = "words";
    type Event = String;
    type View = Vec<String>;

    fn fold(_: &str, entries: &[Entry<String>]) -> Option<Vec<String>> {
        let words = entries.iter().map(|entry| entry.written.event.clone());
        Some(words.collect()).filter(|words: &Vec<_>| !words.is_empty())
    }
}

pub(crate) fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap()
}

pub(crate) fn written<E>(id: &str, event: E) -> Written<E> {
    Written::new(id.to_owned(), now(), "test", event)
}

/// Says a word, as every writer does: reads, and appends what is not there yet.
async fn say(store: &dyn KeyValue, word: &str) -> Result<Vec<String>, RecordError> {
    let mut journal = Journal::<Words>::load(store, "w").await?;
    journal.record(written(word, word.to_owned()), &[]).await
}

/// A store in which so many words were said.
pub(crate) fn words(many: usize) -> Memory {
    let store = Memory::default();
    for n in 0..many {
        run(say(&store, &format!("word {n}"))).unwrap().unwrap();
    }
    store
}

fn view(store: &Memory) -> Option<Vec<String>> {
    run(look_up::<Words>(store, "w")).unwrap().unwrap()
}

/// What the stored view says of itself: through which number it goes, and its gaps.
fn through_and_gaps(store: &Memory) -> (u64, Vec<u64>) {
    let stored: Value = serde_json::from_slice(&store.dump()["accredit/words/w"]).unwrap();
    let stored = &stored["value"];
    let gaps = stored.get("gaps").map(|gaps| gaps.as_array().unwrap());
    let gaps = gaps.into_iter().flatten();
    let gaps = gaps.map(|gap| gap.as_u64().unwrap()).collect();
    (stored["through"].as_u64().unwrap(), gaps)
}

/// The view, and what the journal comes to when it is read anew.
fn both(store: &Memory) -> (Vec<String>, Vec<String>) {
    let entries = run(Journal::<Words>::load(store, "w"));
    let entries = entries.unwrap().unwrap().entries();
    let fresh = Words::fold("w", &entries).unwrap_or_default();
    (view(store).unwrap_or_default(), fresh)
}

#[test]
fn two_writers_in_every_order_lose_nothing_and_leave_a_whole_view() {
    let orders = interleave(
        6,
        Memory::default,
        async |store, writer| say(store, ["one", "two"][writer]).await.unwrap(),
        |store, seen| {
            let (view, fresh) = both(store);
            assert_eq!(view, fresh);
            let words: BTreeSet<_> = view.iter().map(String::as_str).collect();
            assert_eq!(words, BTreeSet::from(["one", "two"]));
            // Each is told of a view that has its own word.
            assert!(seen[0].contains(&"one".to_owned()) && seen[1].contains(&"two".to_owned()));
        },
    );
    assert!(orders > 1_000, "{orders}");
}

#[test]
fn the_same_event_from_two_writers_counts_once() {
    interleave(
        6,
        Memory::default,
        async |store, _| say(store, "same").await.unwrap(),
        |store, seen| {
            assert_eq!(
                both(store),
                (vec!["same".to_owned()], vec!["same".to_owned()])
            );
            assert_eq!(seen[0], seen[1]);
        },
    );
}

#[test]
fn a_writer_that_stops_at_any_call_is_made_good_by_asking_again() {
    let undisturbed = Memory::default();
    run(say(&undisturbed, "before")).unwrap().unwrap();
    run(say(&undisturbed, "word")).unwrap().unwrap();
    for calls in 0.. {
        let store = Memory::default();
        run(say(&store, "before")).unwrap().unwrap();
        let died = run(say(&Dying::after(&store, calls), "word")).is_none();
        // What was there before is there all along.
        assert!(both(&store).0.contains(&"before".to_owned()));
        run(say(&store, "word")).unwrap().unwrap();
        assert_eq!(both(&store), both(&undisturbed), "after {calls} calls");
        if !died {
            assert!(calls > 6, "{calls}");
            break;
        }
    }
}

#[test]
fn a_call_that_fails_is_told_and_made_good_by_asking_again() {
    for failure in [Failure::Before, Failure::After] {
        for calls in 0.. {
            let store = Memory::default();
            let failing = Failing::after(&store, calls, failure);
            let failed = run(say(&failing, "word")).unwrap().is_err();
            run(say(&store, "word")).unwrap().unwrap();
            assert_eq!(both(&store).0, ["word"], "{failure:?} after {calls} calls");
            assert_eq!(both(&store).0, both(&store).1);
            if !failed {
                break;
            }
        }
    }
}

/// A writer that got a number and stopped leaves a gap; what comes late under it is not overlooked.
#[test]
fn a_gap_that_fills_is_seen() {
    let store = Memory::default();
    assert_eq!(run(store.increment("accredit/words/w/n")), Some(Ok(1)));
    run(say(&store, "later")).unwrap().unwrap();
    assert_eq!(through_and_gaps(&store), (2, vec![1]));
    let late = r#"{"schema": "words/event/1", "value": {"id": "late",
                   "recorded_at": "2026-11-23T09:00:00+08:00", "by": "test", "event": "late"}}"#;
    let set = store.set("accredit/words/w/e/1", late.into());
    run(set).unwrap().unwrap();
    run(say(&store, "last")).unwrap().unwrap();
    assert_eq!(view(&store).unwrap(), ["late", "later", "last"]);
    assert_eq!(through_and_gaps(&store), (3, vec![]));
}

#[test]
fn a_look_up_is_one_call() {
    let store = words(30);
    let counting = Counting::new(&store);
    let found = run(look_up::<Words>(&counting, "w")).unwrap().unwrap();
    assert_eq!((found.unwrap().len(), counting.calls()), (30, 1));
}

/// The view and the counter, however many events there are.
#[test]
fn a_journal_is_read_in_two_calls() {
    for many in [0, 1, 30] {
        let store = words(many);
        let counting = Counting::new(&store);
        let journal = run(Journal::<Words>::load(&counting, "w"));
        let journal = journal.unwrap().unwrap();
        assert_eq!((journal.entries().len(), counting.calls()), (many, 2));
        assert!(!journal.lagged());
        let counting = Counting::new(&store);
        let found = run(up_to_date::<Words>(&counting, "w")).unwrap().unwrap();
        let found = found.unwrap_or_default();
        assert_eq!((found.len(), counting.calls()), (many, 2));
    }
}

/// Two to read, a number, the event, whether another came before, the view, whether another came
/// meanwhile. An event that stands already takes no number and is not written again.
#[test]
fn an_event_is_written_in_seven_calls() {
    for many in [0, 1, 30] {
        let store = words(many);
        for calls in [7, 5] {
            let counting = Counting::new(&store);
            let said = run(say(&counting, "more")).unwrap().unwrap();
            assert_eq!((said.len(), counting.calls()), (many + 1, calls));
        }
    }
}

/// A number and the slot, once: that it is listed stands in the journal.
#[test]
fn a_list_costs_two_calls_when_the_record_enters_it() {
    let store = Memory::default();
    let lists = ["a".to_owned(), "b".to_owned()];
    for (word, calls) in [("first", 7 + 2 * 2), ("second", 7)] {
        let counting = Counting::new(&store);
        let said = run(async {
            let mut journal = Journal::<Words>::load(&counting, "w").await?;
            let word = written(word, word.to_owned());
            journal.record(word, &lists).await
        });
        assert!(said.unwrap().is_ok());
        assert_eq!(counting.calls(), calls, "{word}");
    }
}

/// A writer that stopped before it wrote the view: a lookup does not see its event, whoever brings the
/// record up to date does.
#[test]
fn a_view_that_was_left_behind_is_brought_up_to_date() {
    let store = words(1);
    // Of the seven calls, all before the view.
    assert_eq!(run(say(&Dying::after(&store, 5), "more")), None);
    assert_eq!(view(&store).unwrap(), ["word 0"]);
    let journal = run(Journal::<Words>::load(&store, "w")).unwrap().unwrap();
    assert!(journal.lagged() && journal.contains("more"));
    let found = run(up_to_date::<Words>(&store, "w")).unwrap().unwrap();
    assert_eq!(found.unwrap(), ["word 0", "more"]);
    assert_eq!(view(&store).unwrap(), ["word 0", "more"]);
    let journal = run(Journal::<Words>::load(&store, "w")).unwrap().unwrap();
    assert!(!journal.lagged());
}

/// An event with which the view would not fit is refused before a number or a slot is taken. Another
/// event is recorded all the same.
#[test]
fn an_event_that_does_not_fit_is_refused_before_anything_is_written() {
    for [before, word] in [[0, 1_000_000], [1, 1_000_000], [3, 999_800], [1, 999_999]] {
        let store = words(before);
        let full = store.clone();
        let told = run(async {
            let mut journal = Journal::<Words>::load(&store, "w").await?;
            let word = written("long", "w".repeat(word));
            journal.record(word, &["a list".to_owned()]).await
        });
        let Some(Err(RecordError::TooLarge { key, bytes })) = told else {
            panic!("it is not refused");
        };
        assert_eq!(key, "accredit/words/w");
        assert!(bytes > 1_000_000, "{bytes}");
        assert!(store == full);
        run(say(&store, "short")).unwrap().unwrap();
        assert_eq!(view(&store).unwrap().len(), before + 1);
    }
}

/// Whatever the size, an event is either refused with nothing written, or recorded with the view and the
/// lists. Nothing lies between.
#[test]
fn an_event_is_refused_or_recorded_whole() {
    let mut refused = 0;
    let mut recorded = 0;
    // Up to where the view would just fit, if it had no slots.
    for size in [
        979_000, 979_900, 980_100, 999_500, 999_700, 999_800, 999_850,
    ] {
        let store = Memory::default();
        let told = run(async {
            let mut journal = Journal::<Words>::load(&store, "w").await?;
            let lists: Vec<_> = (0..5).map(|n| format!("a list {n}")).collect();
            journal
                .record(written("long", "w".repeat(size)), &lists)
                .await
        });
        match told.unwrap() {
            Err(_) => {
                assert!(store == Memory::default(), "{size}");
                refused += 1;
            }
            Ok(words) => {
                assert!(view(&store).unwrap() == words, "{size}");
                recorded += 1;
            }
        }
    }
    assert!(refused > 0 && recorded > 0);
}

/// Two writers who do not see each other, each with an event that still fits: both are recorded.
#[test]
fn two_events_that_fit_one_by_one_are_both_recorded() {
    let full = Memory::default();
    let long = run(async {
        let mut journal = Journal::<Words>::load(&full, "w").await?;
        journal
            .record(written("long", "w".repeat(970_000)), &[])
            .await
    });
    assert!(long.unwrap().is_ok());
    interleave(
        1,
        || full.clone(),
        async |store, writer| {
            let mut journal = Journal::<Words>::load(store, "w").await?;
            let id = ["one", "two"][writer];
            journal.record(written(id, "w".repeat(9_000)), &[]).await
        },
        |store, told| {
            // The second is refused where it sees the first, and else recorded beside it.
            let recorded = told.iter().filter(|told| told.is_ok()).count();
            assert_eq!(view(store).unwrap().len(), 1 + recorded);
            assert!(recorded > 0);
        },
    );
}

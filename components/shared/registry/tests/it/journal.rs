use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use registry::journal::{Entry, Folded, Journal, Record, Written, look_up};
use registry::trial::{self, Dying, Failing, Failure};
use registry::{KeyValue, Memory, RecordError};

/// Words, in the order they were written.
enum Words {}

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
    Written {
        id: id.to_owned(),
        recorded_at: now(),
        by: "test".to_owned(),
        slots: BTreeMap::new(),
        event,
    }
}

/// Says a word, as every writer does: reads, and appends what is not there yet.
async fn say(store: &impl KeyValue, word: &str) -> Result<Vec<String>, RecordError> {
    let journal = Journal::<_, Words>::of(store, "w");
    let mut log = journal.read().await?;
    let word = written(word, word.to_owned());
    journal.record(&mut log, word, &[]).await
}

fn view(store: &Memory) -> Option<Folded<Vec<String>>> {
    trial::run(look_up::<Words>(store, "w")).unwrap().unwrap()
}

/// The view, and what the journal comes to when it is read anew.
fn both(store: &Memory) -> (Vec<String>, Vec<String>) {
    let log = trial::run(Journal::<_, Words>::of(store, "w").read());
    let entries = log.unwrap().unwrap().entries();
    let fresh = Words::fold("w", &entries).unwrap_or_default();
    (
        view(store).map(|folded| folded.view).unwrap_or_default(),
        fresh,
    )
}

#[test]
fn two_writers_in_every_order_lose_nothing_and_leave_a_whole_view() {
    let orders = trial::interleave(
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
    trial::interleave(
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
    trial::run(say(&undisturbed, "before")).unwrap().unwrap();
    trial::run(say(&undisturbed, "word")).unwrap().unwrap();
    for calls in 0.. {
        let store = Memory::default();
        trial::run(say(&store, "before")).unwrap().unwrap();
        let died = trial::run(say(&Dying::after(&store, calls), "word")).is_none();
        // What was there before is there all along.
        assert!(both(&store).0.contains(&"before".to_owned()));
        trial::run(say(&store, "word")).unwrap().unwrap();
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
            let failed = trial::run(say(&failing, "word")).unwrap().is_err();
            trial::run(say(&store, "word")).unwrap().unwrap();
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
    assert_eq!(
        trial::run(store.increment("accredit/words/w/n")),
        Some(Ok(1))
    );
    trial::run(say(&store, "later")).unwrap().unwrap();
    assert_eq!(view(&store).unwrap().gaps, BTreeSet::from([1]));
    let late = r#"{"schema": 1, "value": {"id": "late", "recorded_at": "2026-11-23T09:00:00+08:00",
                   "by": "test", "event": "late"}}"#;
    let set = store.set("accredit/words/w/e/1", late.into());
    trial::run(set).unwrap().unwrap();
    trial::run(say(&store, "last")).unwrap().unwrap();
    let folded = view(&store).unwrap();
    assert_eq!(folded.view, ["late", "later", "last"]);
    assert_eq!((folded.through, folded.gaps.len()), (3, 0));
}

#[test]
fn values_of_an_unknown_schema_are_an_error_and_no_absence() {
    let store = Memory::default();
    let later = br#"{"schema": 2, "value": []}"#.to_vec();
    trial::run(store.set("accredit/words/w", later))
        .unwrap()
        .unwrap();
    let error = trial::run(look_up::<Words>(&store, "w"))
        .unwrap()
        .unwrap_err();
    assert!(error.to_string().contains("accredit/words/w"), "{error}");
}

#[test]
fn a_look_up_is_one_call() {
    let store = Memory::default();
    for n in 0..30 {
        trial::run(say(&store, &format!("word {n}")))
            .unwrap()
            .unwrap();
    }
    let counting = trial::Counting::new(&store);
    let found = trial::run(look_up::<Words>(&counting, "w"))
        .unwrap()
        .unwrap();
    assert_eq!((found.unwrap().view.len(), counting.calls()), (30, 1));
}

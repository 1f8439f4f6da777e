use faults::{Counting, Dying, interleave, run};
use store::journal::{Entry, Journal, Record};
use store::listing::{Listing, Page};
use store::{KeyValue, Memory, RecordError};

use crate::journal::written;

/// A name, as it was first given.
enum Names {}

impl Record for Names {
    const SPACE: &'static str = "names";
    type Event = String;
    type View = String;

    fn fold(_: &str, entries: &[Entry<String>]) -> Option<String> {
        Some(entries.first()?.written.event.clone())
    }
}

const LIST: &str = "all";

/// Writes a record that is listed.
async fn write(store: &dyn KeyValue, id: &str) -> Result<String, RecordError> {
    let mut journal = Journal::<Names>::load(store, id).await?;
    let lists = [LIST.to_owned(), "other".to_owned()];
    journal.record(written(id, id.to_owned()), &lists).await
}

fn listing(ids: &[&str]) -> Memory {
    let store = Memory::default();
    for id in ids {
        run(write(&store, id)).unwrap().unwrap();
    }
    store
}

fn page(store: &Memory, before: Option<u64>, limit: usize) -> Page<String> {
    let listing = Listing::of(store, LIST);
    run(listing.page::<Names, _>(before, limit, Some))
        .unwrap()
        .unwrap()
}

/// The pages of the whole list, each as its names in one word.
fn walk(store: &Memory, limit: usize) -> Vec<String> {
    let mut pages = Vec::new();
    let mut before = None;
    loop {
        let page = page(store, before, limit);
        pages.push(page.records.concat());
        match page.next {
            Some(next) => before = Some(next),
            None => return pages,
        }
    }
}

/// Everything in the list, in the order it is told.
fn all(store: &Memory) -> String {
    walk(store, 100).concat()
}

/// Takes a slot, and has it point to `id` where one is given.
fn slot(store: &Memory, id: Option<&str>) -> u64 {
    let slot = run(store.increment("accredit/slots/all/n"));
    let slot = slot.unwrap().unwrap();
    if let Some(id) = id {
        let value = format!(r#"{{"schema": "slot/1", "value": "{id}"}}"#);
        let key = format!("accredit/slots/all/{slot}");
        run(store.set(&key, value.into())).unwrap().unwrap();
    }
    slot
}

#[test]
fn the_whole_list_is_walked_once_the_newest_first() {
    let store = listing(&["a", "b", "c", "d", "e", "f"]);
    for (limit, pages) in [
        (1, &["f", "e", "d", "c", "b", "a"][..]),
        (2, &["fe", "dc", "ba"]),
        (4, &["fedc", "ba"]),
        (5, &["fedcb", "a"]),
        (6, &["fedcba"]),
        (7, &["fedcba"]),
    ] {
        assert_eq!(walk(&store, limit), pages, "{limit}");
    }
    assert_eq!(walk(&Memory::default(), 3), [""]);
}

#[test]
fn a_cursor_holds_its_place() {
    let store = listing(&["a", "b", "c"]);
    let next = page(&store, None, 2).next;
    run(write(&store, "d")).unwrap().unwrap();
    assert_eq!(page(&store, next, 2).records, ["a"]);
    for (before, records) in [
        (0, &[][..]),
        (1, &[]),
        (2, &["a"]),
        (4, &["c", "b", "a"]),
        (5, &["d", "c", "b", "a"]),
        (u64::MAX, &["d", "c", "b", "a"]),
    ] {
        assert_eq!(page(&store, Some(before), 9).records, records, "{before}");
    }
}

#[test]
fn what_is_left_out_takes_no_place_on_a_page() {
    let store = listing(&["a", "b", "c", "d", "e"]);
    let listing = Listing::of(&store, LIST);
    let wanted = |name: String| (name != "d" && name != "c").then_some(name);
    let page = run(listing.page::<Names, _>(None, 2, wanted));
    let page = page.unwrap().unwrap();
    assert_eq!((page.records.concat().as_str(), page.next), ("eb", Some(2)));
}

#[test]
fn a_slot_that_does_not_count_is_skipped() {
    let store = listing(&["a", "b"]);
    // Taken, and never written; written, and the record never; a double.
    slot(&store, None);
    slot(&store, Some("nothing"));
    slot(&store, Some("a"));
    run(write(&store, "c")).unwrap().unwrap();
    assert_eq!(walk(&store, 1), ["c", "b", "a"]);
    // The record stands in another list alone.
    let elsewhere = Memory::default();
    run(async {
        let mut journal = Journal::<Names>::load(&elsewhere, "e").await?;
        let event = written("e", "e".to_owned());
        journal.record(event, &["other".to_owned()]).await
    })
    .unwrap()
    .unwrap();
    slot(&elsewhere, Some("e"));
    assert_eq!(all(&elsewhere), "");
}

/// However many slots point nowhere, a page reads a bounded number of them, and the list goes on.
#[test]
fn many_slots_that_point_nowhere_make_a_short_page() {
    let store = listing(&["a"]);
    for _ in 0..700 {
        slot(&store, None);
    }
    run(write(&store, "b")).unwrap().unwrap();
    let counting = Counting::new(&store);
    let listing = Listing::of(&counting, LIST);
    let first = run(listing.page::<Names, _>(None, 9, Some));
    assert!(first.unwrap().unwrap().next.is_some());
    // The counter, 300 slots, and the one record.
    assert_eq!(counting.calls(), 302);
    assert_eq!(walk(&store, 9), ["b", "", "a"]);
}

#[test]
fn a_record_whose_writer_stopped_and_asked_again_is_listed_once() {
    for calls in 0.. {
        let store = listing(&["a"]);
        let survived = run(write(&Dying::after(&store, calls), "b")).is_some();
        run(write(&store, "b")).unwrap().unwrap();
        assert_eq!(all(&store), "ba", "after {calls} calls");
        if survived {
            assert!(calls > 6, "{calls}");
            break;
        }
    }
}

#[test]
fn a_record_that_two_write_at_once_is_listed_once() {
    let orders = interleave(
        4,
        || listing(&["a"]),
        async |store, _| write(store, "b").await.unwrap(),
        |store, _| assert_eq!(all(store), "ba"),
    );
    assert!(orders > 1_000, "{orders}");
}

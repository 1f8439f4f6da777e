//! The stored forms: members that a later version may have added are skipped, and a value of another
//! schema is an error and no absence.

use std::collections::BTreeMap;

use faults::run;
use serde_json::{Value, json};
use store::idempotency::UsedKey;
use store::journal::{Journal, look_up, up_to_date};
use store::listing::Listing;
use store::{Memory, RecordError, Slots};

use crate::journal::{Words, written};

/// A store with a record, a list and a key, in the form of today.
fn store() -> BTreeMap<String, Value> {
    let word = |word: &str, slots: Value| {
        json!({"id": word, "recorded_at": "2026-11-23T09:00:00+08:00", "by": "test",
               "slots": slots, "event": word})
    };
    let (one, two) = (word("one", json!({"list": 1})), word("two", json!({})));
    let values = [
        (
            "accredit/words/w",
            json!({"schema": "words/view/1", "value": {"through": 3, "gaps": [2], "entries": [
                {"n": 1, "written": one}, {"n": 3, "written": two}]}}),
        ),
        ("accredit/words/w/n", json!(3)),
        (
            "accredit/words/w/e/1",
            json!({"schema": "words/event/1", "value": one}),
        ),
        (
            "accredit/words/w/e/3",
            json!({"schema": "words/event/1", "value": two}),
        ),
        ("accredit/slots/list/n", json!(1)),
        (
            "accredit/slots/list/1",
            json!({"schema": "slot/1", "value": "w"}),
        ),
        (
            "accredit/idempotency/k",
            json!({"schema": "idempotency/1", "value": {"request": "a request"}}),
        ),
    ];
    let values = values.into_iter();
    values.map(|(key, value)| (key.to_owned(), value)).collect()
}

fn memory(values: &BTreeMap<String, Value>) -> Memory {
    let values = values.iter();
    let bytes = values.map(|(key, value)| (key.clone(), value.to_string().into_bytes()));
    Memory::filled(bytes.collect())
}

/// Everything that can be read from the store.
fn reads(store: &Memory) -> Vec<(&'static str, Result<String, RecordError>)> {
    let shown = |words: Option<Vec<String>>| words.map_or("nothing".to_owned(), |w| w.join(" "));
    let all = run(async {
        let looked_up = look_up::<Words>(store, "w").await.map(shown);
        let current = up_to_date::<Words>(&store.clone(), "w").await.map(shown);
        let journal = Journal::<Words>::load(store, "w").await;
        let journal = journal.map(|journal| shown(journal.view()));
        let slots = Slots::of(store, "list");
        let slot = slots.at::<String>(1).await.map(Option::unwrap_or_default);
        let listing = Listing::of(store, "list");
        let listed = listing.all::<Words, _>(Some).await;
        let listed = listed.map(|listed| shown(listed.into_iter().next()));
        let used = |request: &str| UsedKey::new(store, Some("k".to_owned()), request.to_owned());
        let checked = used("a request").check().await;
        let other = used("another request").check().await;
        [
            ("look_up", looked_up),
            ("up_to_date", current),
            ("journal", journal),
            ("slot", slot),
            ("listing", listed),
            ("key", checked.map(|found| format!("{found:?}"))),
            ("other key", other.map(|found| format!("{found:?}"))),
        ]
    });
    all.unwrap().into()
}

const WHOLE: [(&str, &str); 7] = [
    ("look_up", "one two"),
    ("up_to_date", "one two"),
    ("journal", "one two"),
    ("slot", "w"),
    ("listing", "one two"),
    ("key", "Fits"),
    ("other key", "Other"),
];

#[track_caller]
fn reads_whole(store: &Memory) {
    for ((name, found), (of, expected)) in reads(store).into_iter().zip(WHOLE) {
        assert_eq!((name, found.as_deref()), (of, Ok(expected)));
    }
}

/// Puts an unknown member into every object, but for the slots, whose names are those of lists.
fn extend(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name != "slots" {
                    extend(member);
                }
            }
            members.insert("later".to_owned(), json!({"more": [1]}));
        }
        Value::Array(elements) => elements.iter_mut().for_each(extend),
        _ => {}
    }
}

#[test]
fn members_of_a_later_version_are_skipped() {
    let mut values = store();
    reads_whole(&memory(&values));
    values.values_mut().for_each(extend);
    let extended = serde_json::to_string(&values).unwrap();
    // The view, its value, two entries and what is written in each; two of each event and of the key; one
    // of the slot.
    assert_eq!(extended.matches("later").count(), 6 + 2 + 2 + 2 + 1);
    reads_whole(&memory(&values));
    // Without the view, from the events alone.
    values.remove("accredit/words/w");
    let store = memory(&values);
    let journal = run(Journal::<Words>::load(&store, "w"));
    let view = journal.unwrap().unwrap().view();
    assert_eq!(view, Some(vec!["one".to_owned(), "two".to_owned()]));
}

/// Whoever must read the value says which key cannot be read. Whoever need not is not disturbed.
#[test]
fn a_value_of_another_schema_is_an_error_and_no_absence() {
    for (key, disturbed) in [
        (
            "accredit/words/w",
            &["look_up", "up_to_date", "journal", "listing"][..],
        ),
        ("accredit/slots/list/1", &["slot", "listing"]),
        ("accredit/idempotency/k", &["key", "other key"]),
    ] {
        for schema in [json!("words/view/2"), json!(""), json!("slot/2"), json!(1)] {
            let mut values = store();
            values.get_mut(key).unwrap()["schema"] = schema;
            for (name, found) in reads(&memory(&values)) {
                let Err(error) = found else {
                    assert!(!disturbed.contains(&name), "{name} of {key}: {found:?}");
                    continue;
                };
                assert!(disturbed.contains(&name), "{name} of {key}: {error}");
                assert!(error.to_string().contains(key), "{error}");
            }
        }
    }
    // An event that the view has is not read again; one that it lacks is.
    for (key, view) in [
        ("accredit/words/w/e/1", true),
        ("accredit/words/w/e/1", false),
    ] {
        let mut values = store();
        if !view {
            values.remove("accredit/words/w");
        }
        values.get_mut(key).unwrap()["schema"] = json!("words/event/2");
        let store = memory(&values);
        let journal = run(Journal::<Words>::load(&store, "w")).unwrap();
        assert_eq!(journal.is_ok(), view);
        if let Err(error) = journal {
            assert!(error.to_string().contains(key), "{error}");
        }
    }
}

/// Nothing is written over what cannot be read.
#[test]
fn nothing_is_written_over_a_value_of_another_schema() {
    for (key, schema) in [
        ("accredit/words/w", "words/view/2"),
        ("accredit/idempotency/k", "idempotency/2"),
    ] {
        let mut values = store();
        values.get_mut(key).unwrap()["schema"] = json!(schema);
        let store = memory(&values);
        run(async {
            if let Ok(mut journal) = Journal::<Words>::load(&store, "w").await {
                let word = written("more", "more".to_owned());
                journal.record(word, &[]).await.unwrap();
            }
            let used = UsedKey::new(&store, Some("k".to_owned()), "a request".to_owned());
            used.tie().await.ok();
        });
        assert_eq!(store.dump()[key], values[key].to_string().into_bytes());
    }
}

#[test]
fn what_is_no_envelope_is_an_error() {
    for value in [
        "",
        "{",
        "[]",
        "1",
        "null",
        r#"{"value": "w"}"#,
        r#"{"schema": "slot/1"}"#,
    ] {
        let key = "accredit/slots/list/1".to_owned();
        let store = Memory::filled(BTreeMap::from([(key, value.into())]));
        let found = run(Slots::of(&store, "list").at::<String>(1)).unwrap();
        assert!(
            matches!(found, Err(RecordError::Unreadable { .. })),
            "{value}"
        );
    }
}

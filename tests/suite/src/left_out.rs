//! What a run leaves out, told in the last line that its test binary prints.
//!
//! A test that cannot run here returns early, and the harness counts it as passed. So the test notes the
//! reason first. The notes are printed when the process exits, which is after the harness has printed its
//! `test result:`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use shutdown_hooks::add_shutdown_hook;

/// The names of tests, by the reason why they were left out.
type Notes = BTreeMap<String, BTreeSet<String>>;

static NOTES: Mutex<Notes> = Mutex::new(Notes::new());

/// Notes that the test which calls this is left out, or cut short, because of `why`.
pub(crate) fn note(why: &str) {
    let mut notes = notes();
    if notes.is_empty() {
        assert!(add_shutdown_hook(print), "the notes are printed at exit");
    }
    // The harness runs each test in a thread that has its name.
    let test = thread::current().name().unwrap_or("?").to_owned();
    notes.entry(why.to_owned()).or_default().insert(test);
}

fn notes() -> MutexGuard<'static, Notes> {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner)
}

extern "C" fn print() {
    let text = text(&name(), &notes());
    let mut stdout = io::stdout().lock();
    // Where nobody reads, nobody can be told.
    let _unread = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

/// The name of this test binary, as cargo has it.
pub(crate) fn name() -> String {
    env!("CARGO_CRATE_NAME").replace('_', "-")
}

/// A line for each test, and a last one with how many they are and why.
fn text(binary: &str, notes: &Notes) -> String {
    let mut text = String::new();
    let mut reasons = Vec::new();
    let mut count = 0;
    for (why, tests) in notes {
        for test in tests {
            let _infallible = writeln!(text, "left out: {test}");
        }
        reasons.push(format!("{} because {why}", tests.len()));
        count += tests.len();
    }
    let reasons = reasons.join(", ");
    let _infallible = writeln!(
        text,
        "{binary}: NOT EVERYTHING WAS TESTED. Tests left out or cut short: {count} ({reasons})"
    );
    text
}

#[test]
fn the_last_line_counts_tests_by_reason() {
    let notes = Notes::from([
        (
            "it rains".to_owned(),
            ["b".to_owned(), "a".to_owned()].into(),
        ),
        ("it is late".to_owned(), ["c".to_owned()].into()),
    ]);
    assert_eq!(
        text("suite", &notes),
        "left out: c\nleft out: a\nleft out: b\n\
         suite: NOT EVERYTHING WAS TESTED. Tests left out or cut short: 3 (1 because it is late, 2 because it rains)\n"
    );
}

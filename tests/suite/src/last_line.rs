//! The last line of a run that leaves something out, shown by running this test binary again.

use std::env;
use std::process::Command;

use super::store;

/// A test that starts hosts of its own.
const STARTS_HOSTS: &str = "what_was_answered_outlives_the_host";

/// A test that writes.
const WRITES: &str = "a_deadline_moves_off_a_rest_day_and_stays_on_a_make_up_day";

/// An address at which nobody needs to answer.
const ELSEWHERE: (&str, &str) = ("ACCREDIT_URL", "http://127.0.0.1:9");

/// No program is found.
const NO_PROGRAMS: (&str, &str) = ("PATH", "");

/// Runs one test in this environment, and asserts how that ends: with which code and which last line.
fn assert_ends(test: &str, environment: &[(&str, &str)], code: i32, line: &str) {
    let this = env::current_exe().expect("this program is a file");
    let mut command = Command::new(this);
    for name in ["ACCREDIT_HOST", "ACCREDIT_TOKENS", "ACCREDIT_URL", "CI"] {
        command.env_remove(name);
    }
    let output = command.arg(test).envs(environment.iter().copied()).output();
    let output = output.expect("this program starts");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(stdout.lines().next_back(), Some(line), "{stdout}");
    assert_eq!(output.status.code(), Some(code), "{stdout}");
}

#[test]
fn a_test_left_out_is_told_after_the_result() {
    if store::is_redis() {
        let line = "suite-redis: NOTHING WAS TESTED. All tests that need a server are left out because \
                    the server at ACCREDIT_URL has one store, and the target `suite` tests it";
        for test in [STARTS_HOSTS, WRITES] {
            assert_ends(test, &[ELSEWHERE], 0, line);
        }
        return;
    }
    for (test, why) in [
        (
            STARTS_HOSTS,
            "the server at ACCREDIT_URL is not started and killed by the tests",
        ),
        (WRITES, "ACCREDIT_TOKENS is not set"),
    ] {
        let line = format!(
            "suite: NOT EVERYTHING WAS TESTED. Tests left out or cut short: 1 (1 because {why})"
        );
        assert_ends(test, &[ELSEWHERE], 0, &line);
    }
}

#[test]
fn without_redis_a_run_tells_so_and_in_ci_it_fails() {
    if !store::is_redis() {
        return;
    }
    let line = "suite-redis: NOTHING WAS TESTED. All tests that need a server are left out because \
                redis-server is not installed";
    assert_ends(WRITES, &[NO_PROGRAMS], 0, line);
    let line = "suite-redis: FAILED because redis-server is not installed, and CI is set";
    assert_ends(WRITES, &[NO_PROGRAMS, ("CI", "true")], 101, line);
}

#[test]
fn an_unknown_host_is_refused() {
    let line = format!(
        "{}: FAILED because ACCREDIT_HOST is neither \"local\" nor \"spin\": Ok(\"docker\")",
        super::left_out::name()
    );
    assert_ends(WRITES, &[("ACCREDIT_HOST", "docker")], 101, &line);
}

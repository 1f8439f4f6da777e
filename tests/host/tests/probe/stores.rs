//! What a component may rely on of its store, on each backend: SQLite, and Redis where
//! `redis-server` is installed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use crate::behaviour::ok;
use crate::home::{Home, Running};
use crate::redis::Redis;

/// Runs `test` on an empty store of each kind.
fn on_every_store(test: impl Fn(&Running)) {
    let home = Home::new("");
    test(&home.start());
    if let Some(redis) = Redis::start() {
        test(&home.start_on(&redis.runtime_config()));
    }
}

#[test]
fn a_key_holds_what_it_was_given_last() {
    on_every_store(|running| {
        assert_eq!(running.get("/kv/default/get/k").0, 404);
        assert_eq!(running.get("/kv/default/exists/k"), ok("false"));
        for value in ["值", "", "another"] {
            assert_eq!(running.post("/kv/default/set/k", value), ok("()"));
            assert_eq!(running.get("/kv/default/get/k"), ok(value));
            assert_eq!(running.get("/kv/default/exists/k"), ok("true"));
        }
        assert_eq!(running.get("/kv/default/delete/k"), ok("()"));
        assert_eq!(running.get("/kv/default/get/k").0, 404);
        assert_eq!(running.get("/kv/default/delete/k"), ok("()"));
    });
}

#[test]
fn several_keys_are_set_and_deleted_at_once() {
    on_every_store(|running| {
        assert_eq!(running.post("/kv/default/set-two/k", "v"), ok("()"));
        assert_eq!(running.get("/kv/default/get/k"), ok("v"));
        assert_eq!(running.get("/kv/default/get/k-2"), ok("v"));
        assert_eq!(running.get("/kv/default/delete/k"), ok("()"));
        assert_eq!(running.get("/kv/default/delete-two/k"), ok("()"));
        assert_eq!(running.get("/kv/default/get/k-2").0, 404);
    });
}

#[test]
fn a_counter_starts_from_zero_and_goes_both_ways() {
    on_every_store(|running| {
        assert_eq!(running.post("/kv/default/increment/n", "5"), ok("5"));
        assert_eq!(running.post("/kv/default/increment/n", "-7"), ok("-2"));
        assert_eq!(running.post("/kv/default/increment/m", "0"), ok("0"));
        let most = i64::MAX.to_string();
        assert_eq!(running.post("/kv/default/increment/m", &most), ok(&most));
        assert_eq!(running.post("/kv/default/increment/m", "1").0, 502);
        assert_eq!(running.post("/kv/default/increment/m", "0"), ok(&most));
    });
}

#[test]
fn increments_at_once_give_each_number_once() {
    on_every_store(|running| {
        let given = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let (status, number) = running.get("/kv/default/increment/n");
                        assert_eq!(status, 200, "{number}");
                        given.lock().unwrap().push(number.parse::<i64>().unwrap());
                    }
                });
            }
        });
        let given = given.into_inner().unwrap();
        assert_eq!(given.len(), 200);
        assert!(BTreeSet::from_iter(given).into_iter().eq(1..=200));
    });
}

#[test]
fn a_store_the_manifest_does_not_grant_is_refused() {
    on_every_store(|running| {
        assert_eq!(
            running.get("/kv/other/get/k"),
            (502, "Error::AccessDenied".to_owned())
        );
        assert_eq!(
            running.get("/kv/other/increment/k"),
            (502, "Error::AccessDenied".to_owned())
        );
    });
}

#[test]
fn what_does_not_work_on_every_store_of_spin_is_refused() {
    on_every_store(|running| {
        for (path, body, reason) in [
            ("/kv/default/many/k", "", "batch reads are not offered"),
            ("/kv/default/cas/k", "", "compare-and-swap is not offered"),
            (
                &format!("/kv/default/set/{}", "k".repeat(257)),
                "",
                "257 bytes is too long",
            ),
            (
                "/kv/default/set/k",
                &"v".repeat(1_000_001),
                "1000001 bytes is too large",
            ),
        ] {
            let (status, text) = running.post(path, body);
            assert!(status == 502 && text.contains(reason), "{path}: {text}");
        }
        assert_eq!(running.get("/kv/default/keys/k"), (500, String::new()));
    });
}

/// SQLite alone: its table is Spin's own, so that either goes on with what the other has written.
#[test]
fn what_was_stored_survives_a_restart_in_spins_own_table() {
    let home = Home::new("");
    {
        let running = home.start();
        assert_eq!(running.post("/kv/default/set/k", "值"), ok("()"));
        assert_eq!(running.post("/kv/default/increment/n", "5"), ok("5"));
        assert_eq!(running.post("/kv/default/increment/n", "-7"), ok("-2"));
        assert_eq!(running.post("/kv/default/set/gone", "x"), ok("()"));
        assert_eq!(running.get("/kv/default/delete/gone"), ok("()"));
        assert_eq!(running.get("/kv/default/delete/gone"), ok("()"));
    }
    let rows: Vec<(String, String, Vec<u8>)> = home
        .store()
        .prepare("SELECT store, key, value FROM spin_key_value ORDER BY key")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let row = |key: &str, value: &[u8]| ("default".to_owned(), key.to_owned(), value.to_vec());
    assert_eq!(
        rows,
        [row("k", "值".as_bytes()), row("n", &(-2_i64).to_le_bytes())]
    );
    let running = home.start();
    assert_eq!(running.get("/kv/default/get/k"), ok("值"));
    assert_eq!(running.get("/kv/default/exists/k"), ok("true"));
    assert_eq!(running.get("/kv/default/exists/gone"), ok("false"));
    assert_eq!(running.get("/kv/default/get/gone").0, 404);
    assert_eq!(running.post("/kv/default/increment/n", "3"), ok("1"));
}

/// SQLite alone, as on Spin: Redis refuses the one call.
#[test]
fn a_counter_mixed_up_with_a_value_ends_the_store_until_the_next_start() {
    let home = Home::new("");
    {
        let running = home.start();
        running.post("/kv/default/set/k", "text");
        assert_eq!(running.get("/kv/default/increment/k").0, 502);
        assert_eq!(running.get("/kv/default/get/k").0, 502);
    }
    assert_eq!(home.start().get("/kv/default/get/k"), ok("text"));
}

#[test]
fn the_runtime_configuration_says_where_the_sqlite_file_lies() {
    let home = Home::new("");
    let elsewhere = tempfile::tempdir().unwrap();
    let config = elsewhere.path().join("runtime.toml");
    std::fs::write(
        &config,
        "[key_value_store.default]\ntype = \"spin\"\npath = \"kv/a.db\"",
    )
    .unwrap();
    assert_eq!(
        home.start_on(&config).post("/kv/default/set/k", "v"),
        ok("()")
    );
    assert_eq!(home.start_on(&config).get("/kv/default/get/k"), ok("v"));
    assert!(elsewhere.path().join("kv/a.db").is_file());
    assert!(!home.0.path().join(".spin").exists());
}

#[test]
fn a_sqlite_store_without_a_path_lasts_as_long_as_the_application() {
    let home = Home::new("");
    let config = home.0.path().join("runtime.toml");
    std::fs::write(&config, "[key_value_store.default]\ntype = \"spin\"").unwrap();
    let running = home.start_on(&config);
    assert_eq!(running.post("/kv/default/set/k", "v"), ok("()"));
    assert_eq!(running.get("/kv/default/get/k"), ok("v"));
    drop(running);
    assert_eq!(home.start_on(&config).get("/kv/default/get/k").0, 404);
    assert!(!home.0.path().join(".spin").exists());
}

#[test]
fn a_runtime_configuration_that_cannot_be_had_is_said() {
    let home = Home::new("");
    let config = home.0.path().join("runtime.toml");
    let complaint = |config: &Path| {
        home.load_with(|options| options.runtime_config = Some(config.to_owned()))
            .err()
            .unwrap()
    };
    let error = complaint(&config);
    assert!(
        error.contains("cannot read the runtime configuration"),
        "{error}"
    );
    for (text, reason) in [
        (
            "[llm_compute]\ntype = \"spin\"",
            "`llm_compute` is not supported here",
        ),
        (
            "[key_value_store.default]\ntype = \"redis\"\nurl = \"rediss://a.cn\"",
            "Redis over TLS is not supported here",
        ),
    ] {
        std::fs::write(&config, text).unwrap();
        let error = complaint(&config);
        assert!(error.contains(reason), "{text}\n→ {error}");
    }
}

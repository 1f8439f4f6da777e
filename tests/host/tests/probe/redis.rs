//! A Redis server for a test, and what is peculiar to Redis.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::Commands as _;
use tempfile::TempDir;

use crate::behaviour::ok;
use crate::home::Home;
use crate::left_out;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that keeps nothing on disk and ends when this is dropped. It listens on a socket in a
/// directory of its own, so that no port can be taken.
pub(crate) struct Redis {
    directory: TempDir,
    server: Option<Child>,
}

impl Redis {
    /// An empty server, or `None`, which is noted, where none is installed. Panics there where `CI` is set.
    pub(crate) fn start() -> Option<Self> {
        let mut redis = Self {
            directory: tempfile::tempdir().unwrap(),
            server: None,
        };
        redis.restart().then_some(redis)
    }

    /// Starts it again, empty. False where none is installed.
    fn restart(&mut self) -> bool {
        self.stop();
        let server = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no"])
            .arg("--unixsocket")
            .arg(self.socket())
            .current_dir(&self.directory)
            .stdout(Stdio::null())
            .spawn();
        match server {
            Ok(server) => self.server = Some(server),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
                assert!(!ci, "redis-server is not installed, and CI is set");
                left_out::note("redis-server is not installed");
                return false;
            }
            Err(error) => panic!("redis-server does not start: {error}"),
        }
        let begun = Instant::now();
        while self.client().get_connection().is_err() {
            assert!(begun.elapsed() < PATIENCE, "redis-server does not answer");
            std::thread::yield_now();
        }
        true
    }

    fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn client(&self) -> redis::Client {
        redis::Client::open(self.url()).unwrap()
    }

    /// A file that places the store `default` here.
    pub(crate) fn runtime_config(&self) -> PathBuf {
        let file = self.directory.path().join("runtime.toml");
        let text = format!(
            "[key_value_store.default]\ntype = \"redis\"\nurl = {:?}\n",
            self.url()
        );
        std::fs::write(&file, text).unwrap();
        file
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

#[test]
fn keys_stand_in_redis_without_the_label_and_counters_as_decimal_text() {
    let Some(redis) = Redis::start() else { return };
    let home = Home::new("");
    {
        let running = home.start_on(&redis.runtime_config());
        assert_eq!(running.post("/kv/default/set/k", "值"), ok("()"));
        assert_eq!(running.post("/kv/default/increment/n", "-12"), ok("-12"));
    }
    let mut client = redis.client();
    assert_eq!(client.get::<_, String>("k").unwrap(), "值");
    assert_eq!(client.get::<_, String>("n").unwrap(), "-12");
    let () = client.set("n", "41").unwrap();
    let running = home.start_on(&redis.runtime_config());
    assert_eq!(running.get("/kv/default/increment/n"), ok("42"));
    assert_eq!(running.get("/kv/default/get/k"), ok("值"));
    assert!(!home.0.path().join(".spin").exists());
}

#[test]
fn a_counter_mixed_up_with_a_value_fails_that_call_alone() {
    let Some(redis) = Redis::start() else { return };
    let home = Home::new("");
    let running = home.start_on(&redis.runtime_config());
    running.post("/kv/default/set/k", "text");
    assert_eq!(running.get("/kv/default/increment/k").0, 502);
    assert_eq!(running.get("/kv/default/get/k"), ok("text"));
}

#[test]
fn without_redis_calls_fail_and_with_it_they_work_again() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    redis.stop();
    let home = Home::new("");
    let running = home.start_on(&redis.runtime_config());
    for _ in 0..2 {
        for call in ["get", "set", "increment", "set-two"] {
            let (status, error) = running.get(&format!("/kv/default/{call}/k"));
            assert!(
                status == 502 && error.starts_with("Error::Other("),
                "{call}: {status} {error}"
            );
        }
        redis.restart();
        assert_eq!(running.post("/kv/default/set/k", "v"), ok("()"));
        assert_eq!(running.get("/kv/default/get/k"), ok("v"));
        redis.stop();
    }
}

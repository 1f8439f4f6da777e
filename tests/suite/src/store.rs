//! The store of a server that is started here: a SQLite file, or a Redis server, in a directory of its
//! own that goes when the test process ends, however it ends.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use super::server;

/// How often a server is started on another port, where somebody else took the port first.
pub(crate) const ATTEMPTS: usize = 5;

/// A directory in memory, where the system has one.
const MEMORY: &str = "/dev/shm";

/// Waits until its standard input closes, which it does when the test process ends, and cleans up.
const KEEPER: &str = r#"cat >/dev/null; rm -rf -- "$1""#;

/// The same with a Redis server. Every write is in its log before it is answered.
const REDIS_KEEPER: &str = r#"
redis-server --bind 127.0.0.1 --port "$2" --dir "$1" --save '' --appendonly yes &
server=$!
exec >/dev/null
cat
kill "$server"
wait "$server"
rm -rf -- "$1"
"#;

/// Whether this is the target that runs on Redis.
pub(crate) fn is_redis() -> bool {
    env!("CARGO_CRATE_NAME") == "suite_redis"
}

/// A store that nothing else uses.
pub(crate) struct Store {
    pub(crate) directory: PathBuf,
    pub(crate) runtime_config: Option<PathBuf>,
    keeper: Option<Child>,
}

impl Store {
    /// A new store, of the kind of this target.
    ///
    /// # Errors
    /// It needs a program that is not installed.
    pub(crate) fn start() -> Result<Self, String> {
        if is_redis()
            && Command::new("redis-server")
                .arg("--version")
                .output()
                .is_err()
        {
            return Err("redis-server is not installed".to_owned());
        }
        let directory = if is_redis() {
            tempfile::tempdir()
        } else {
            // SQLite waits for the disk at every write, minutes in all. What a process has written
            // outlives it in memory too.
            tempfile::tempdir_in(MEMORY).or_else(|_| tempfile::tempdir())
        };
        let directory = directory.expect("a temporary directory can be made").keep();
        if !is_redis() {
            // Where there is no such shell, the directory stays.
            let keeper = keeper(KEEPER, &[&directory]).stdout(Stdio::null()).spawn();
            return Ok(Self {
                directory,
                runtime_config: None,
                keeper: keeper.ok(),
            });
        }
        let (keeper, port) = (0..ATTEMPTS)
            .find_map(|_| redis(&directory))
            .expect("redis-server starts");
        let config = directory.join("runtime-config.toml");
        let text = format!(
            "[key_value_store.default]\ntype = \"redis\"\nurl = \"redis://127.0.0.1:{port}\"\n"
        );
        std::fs::write(&config, text).expect("a file can be written");
        Ok(Self {
            directory,
            runtime_config: Some(config),
            keeper: Some(keeper),
        })
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            // Its input closes, and it ends.
            drop(keeper.stdin.take());
            let _ended = keeper.wait();
        }
    }
}

fn keeper(script: &str, arguments: &[&Path]) -> Command {
    let mut keeper = Command::new("sh");
    keeper.args(["-c", script, "keeper"]).args(arguments);
    keeper.stdin(Stdio::piped()).stderr(Stdio::null());
    keeper
}

/// A Redis server that takes connections, and its port. `None` where it did not start: somebody else
/// was given the port.
fn redis(directory: &Path) -> Option<(Child, u16)> {
    let port = server::free_port();
    let mut keeper = keeper(REDIS_KEEPER, &[directory, Path::new(&port.to_string())])
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    let said = keeper.stdout.take().expect("the output is piped");
    let mut said = BufReader::new(said).lines().map_while(Result::ok);
    if !said.any(|line| line.contains("Ready to accept connections")) {
        drop(keeper.stdin.take());
        let _ended = keeper.wait();
        // The keeper has taken the directory away.
        std::fs::create_dir_all(directory).expect("a directory can be made");
        return None;
    }
    // What it says later is read, so that it never waits to be heard.
    thread::spawn(move || said.for_each(drop));
    Some((keeper, port))
}

//! Hosts that serve the components, each as a process of its own: the local host, or Spin where
//! `ACCREDIT_HOST=spin` is set. They end when this process ends, however it ends.

use std::env::{self, VarError};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use host::{App, Build, Options};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use ureq::Agent;

use super::clients::{self, Client};
use super::left_out;
use super::server::{self, Answer};
use super::store::{self, Store};

/// Names the directory of the store, in the environment of a local host.
const STATE: &str = "ACCREDIT_SUITE_STATE";

/// Names its runtime configuration, where it has one.
const CONFIG: &str = "ACCREDIT_SUITE_CONFIG";

/// Names the address it listens on, where that is given.
const LISTEN: &str = "ACCREDIT_SUITE_LISTEN";

/// What a local host says before its address.
const SERVING: &str = "serving ";

/// The test that is a local host when [`STATE`] is set.
const LOCAL: &str = "serves_until_it_is_killed";

/// Starts Spin. `spin up` starts another process, which serves; both are in the process group of this
/// script. When the script's standard input closes, the whole group is killed.
const SPIN: &str = r#"
exec 3<&0 </dev/null
(cat <&3; kill -KILL 0) >/dev/null 2>&1 &
exec "$@" 2>&1 3<&-
"#;

/// How long Spin may take until it serves. It compiles the components at its first start.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long Spin is left alone between two looks whether it serves.
const PAUSE: Duration = Duration::from_millis(20);

/// Which host serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Local,
    Spin,
}

/// What `ACCREDIT_HOST` names.
static KIND: LazyLock<Kind> =
    LazyLock::new(|| named(env::var("ACCREDIT_HOST")).unwrap_or_else(|why| server::fail(&why)));

fn named(value: Result<String, VarError>) -> Result<Kind, String> {
    match value.as_deref() {
        Err(VarError::NotPresent) | Ok("local") => Ok(Kind::Local),
        Ok("spin") if cfg!(not(unix)) => Err("ACCREDIT_HOST=spin needs a Unix system".to_owned()),
        Ok("spin") => match Command::new("spin").arg("--version").output() {
            Ok(_) => Ok(Kind::Spin),
            Err(error) => Err(format!(
                "ACCREDIT_HOST=spin, but `spin` on PATH does not run: {error}"
            )),
        },
        other => Err(format!(
            "ACCREDIT_HOST is neither \"local\" nor \"spin\": {other:?}"
        )),
    }
}

/// Builds the components, once for every host: the host alone would do so at each start.
static BUILT: LazyLock<()> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("tokio starts");
    let built = runtime.block_on(host::build(&manifest()));
    built.unwrap_or_else(|error| panic!("the components cannot be built: {error:#}"));
});

fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spin.toml")
}

/// Whether a test can start hosts of its own. Where it cannot, this is noted, and the test ends well.
pub(crate) fn may_start() -> bool {
    let ours = server::elsewhere().is_none();
    if !ours {
        left_out::note("the server at ACCREDIT_URL is not started and killed by the tests");
    }
    ours
}

/// Is a local host, in a process that [`Host::start`] has started for that. It ends when its standard
/// input does.
pub(crate) fn serve_where_asked() {
    let Some(state) = env::var_os(STATE) else {
        return;
    };
    let mut options = Options::new(manifest());
    options.state_dir = Some(state.into());
    options.runtime_config = env::var_os(CONFIG).map(Into::into);
    options.build = Build::Skip;
    let listen = env::var(LISTEN).unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let runtime = Runtime::new().expect("tokio starts");
    let served = runtime.block_on(async {
        let app = App::load(options).await?;
        app.serve(TcpListener::bind(listen).await?)
    });
    let server =
        served.unwrap_or_else(|error| panic!("the components cannot be served: {error:#}"));
    let mut stdout = io::stdout().lock();
    let told = writeln!(stdout, "\n{SERVING}http://{}", server.addr());
    told.and_then(|()| stdout.flush())
        .expect("somebody listens");
    let _ended = io::stdin().read_to_end(&mut Vec::new());
    std::process::exit(0);
}

/// A host that serves.
pub(crate) struct Host {
    process: Mutex<Process>,
    url: String,
    agent: Agent,
}

enum Process {
    Local(Child),
    Spin {
        /// `spin up`. Its standard input is that of [`SPIN`].
        up: Child,
        /// Ends when no process of Spin's is left.
        output: Option<JoinHandle<()>>,
    },
}

impl Host {
    /// A host on that store, which knows the clients of the tests.
    pub(crate) fn start(store: &Store) -> Self {
        Self::start_with(store, &[])
    }

    /// The same, with more application variables.
    pub(crate) fn start_with(store: &Store, variables: &[(&str, &str)]) -> Self {
        let kind = *KIND;
        LazyLock::force(&BUILT);
        match kind {
            Kind::Local => Self::local(store, variables),
            Kind::Spin => Self::spin(Path::new("spin"), store, variables),
        }
    }

    /// The local host: this test binary, started again for the test [`LOCAL`] alone.
    fn local(store: &Store, variables: &[(&str, &str)]) -> Self {
        let this = env::current_exe().expect("this program is a file");
        let mut command = Command::new(this);
        command
            .args([LOCAL, "--nocapture"])
            .env(STATE, &store.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        set_variables(&mut command, variables);
        if let Some(config) = &store.runtime_config {
            command.env(CONFIG, config);
        }
        let mut process = command.spawn().expect("this program starts");
        let stdout = process.stdout.take().expect("the output is piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let url = lines.find_map(|line| Some(line.strip_prefix(SERVING)?.to_owned()));
        let url = url.expect("the host serves; if not, it says why above");
        Self::at(url, Process::Local(process))
    }

    /// Spin: the program `spin`.
    fn spin(spin: &Path, store: &Store, variables: &[(&str, &str)]) -> Self {
        let mut tried = (0..store::ATTEMPTS).map(|_| Self::try_spin(spin, store, variables));
        let mut why = String::new();
        let served = tried.find_map(|host| host.map_err(|said| why = said).ok());
        served.unwrap_or_else(|| panic!("{why}"))
    }

    /// # Errors
    /// Spin ended before it served. Maybe somebody else was given the port.
    fn try_spin(spin: &Path, store: &Store, variables: &[(&str, &str)]) -> Result<Self, String> {
        let address = format!("127.0.0.1:{}", server::free_port());
        let mut command = Command::new("sh");
        command
            .args(["-c", SPIN, "spin"])
            .arg(spin)
            .arg("up")
            .arg("--from")
            .arg(manifest())
            .args(["--quiet", "--listen", &address])
            .arg("--state-dir")
            .arg(&store.directory);
        if let Some(config) = &store.runtime_config {
            command.arg("--runtime-config-file").arg(config);
        }
        set_variables(&mut command, variables);
        command
            // Spin does not take away its temporary directory when it is killed; the store's goes.
            .env("TMPDIR", &store.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut up = command.spawn().expect("there is a shell");
        let mut said = up.stdout.take().expect("the output is piped");
        let log = store.directory.join("spin.log");
        let mut file = File::create(&log).expect("a file can be written");
        let output = thread::spawn(move || {
            io::copy(&mut said, &mut file).expect("the output can be kept");
        });
        let process = Process::Spin {
            up,
            output: Some(output),
        };
        let host = Self::at(format!("http://{address}"), process);
        let told = || std::fs::read_to_string(&log).unwrap_or_default();
        let client = server::agent_within(Some(PATIENCE));
        let begun = Instant::now();
        loop {
            let healthz = "/v1/notices/healthz";
            let answer = server::try_send(&client, &host.url, "GET", healthz, &[], &[]);
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(host);
            }
            if host.has_ended() {
                host.kill();
                return Err(format!("spin ended before it served:\n{}", told()));
            }
            let waited = begun.elapsed();
            assert!(waited < PATIENCE, "spin does not serve:\n{}", told());
            thread::sleep(PAUSE);
        }
    }

    fn at(url: String, process: Process) -> Self {
        Self {
            process: Mutex::new(process),
            url,
            agent: server::agent(),
        }
    }

    /// Its address, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Kills it, whatever it is doing: on Unix by SIGKILL. No process of it is left then.
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *process {
            Process::Local(process) => {
                // It may be dead already.
                let _gone = process.kill();
                process.wait().expect("it ends");
            }
            Process::Spin { up, output } => {
                drop(up.stdin.take());
                up.wait().expect("it ends");
                if let Some(output) = output.take() {
                    output.join().expect("its output ends");
                }
            }
        }
    }

    fn has_ended(&self) -> bool {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let (Process::Local(process) | Process::Spin { up: process, .. }) = &mut *process;
        process.try_wait().expect("it can be asked").is_some()
    }

    /// Posts `body` as JSON, with the token of `client`.
    ///
    /// # Errors
    /// No answer came, or not all of it.
    pub(crate) fn post_as(
        &self,
        client: Client,
        path: &str,
        body: &Value,
    ) -> Result<Answer, String> {
        let bearer = client.bearer();
        let headers = [
            ("content-type", "application/json"),
            ("authorization", &bearer),
        ];
        let body = body.to_string();
        server::try_send(
            &self.agent,
            &self.url,
            "POST",
            path,
            &headers,
            body.as_bytes(),
        )
    }

    /// The JSON at `path`. Panics where there is none.
    pub(crate) fn read(&self, path: &str, headers: &[(&str, &str)]) -> Value {
        let answer = server::try_send(&self.agent, &self.url, "GET", path, headers, &[]);
        let answer = answer.unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(answer.status, 200, "{answer}");
        answer.json()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Tells a host the application's variables, by its environment: some are secret.
fn set_variables(command: &mut Command, more: &[(&str, &str)]) {
    command.env("SPIN_VARIABLE_CLIENTS", clients::variable());
    for (name, value) in more {
        let name = name.to_ascii_uppercase();
        command.env(format!("SPIN_VARIABLE_{name}"), value);
    }
}

/// Stands in for Spin where there is none: takes what `spin up` takes, and has another process serve.
#[cfg(unix)]
const STAND_IN: &str = r#"
[ "$1" = up ] || exit 2
shift
while [ $# -gt 0 ]; do
  case $1 in
    --from) [ -f "$2" ] || exit 2; shift ;;
    --listen) export ACCREDIT_SUITE_LISTEN="$2"; shift ;;
    --state-dir) export ACCREDIT_SUITE_STATE="$2"; shift ;;
    --runtime-config-file) export ACCREDIT_SUITE_CONFIG="$2"; shift ;;
    --quiet) ;;
    *) exit 2 ;;
  esac
  shift
done
sleep 1000 | "$suite" serves_until_it_is_killed --nocapture &
wait
"#;

/// What starts and kills Spin, tried with a program that stands in for it.
#[cfg(unix)]
#[test]
fn spin_is_killed_with_the_process_that_serves() {
    use std::net::TcpStream;
    use std::os::unix::fs::PermissionsExt;

    use super::register::{KEPT_EVALUATIONS, application, kept, text};

    if !may_start() {
        return;
    }
    LazyLock::force(&BUILT);
    let store = Store::start().unwrap_or_else(|why| panic!("{why}"));
    let spin = store.directory.join("spin");
    let this = env::current_exe().expect("this program is a file");
    let script = format!("#!/bin/sh\nsuite='{}'\n{STAND_IN}", this.display());
    std::fs::write(&spin, script).expect("a file can be written");
    std::fs::set_permissions(&spin, PermissionsExt::from_mode(0o700)).expect("it can run");

    let host = Host::spin(&spin, &store, &[]);
    let made = host.post_as(Client::Portal, KEPT_EVALUATIONS, &application());
    let made = made.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(made.status, 201, "{made}");
    host.kill();
    let address = host.url().trim_start_matches("http://");
    assert!(TcpStream::connect(address).is_err(), "it still serves");

    let host = Host::spin(&spin, &store, &[]);
    let bearer = Client::Portal.bearer();
    let path = kept(&text(&made.at("/id")));
    let shown = host.read(&path, &[("authorization", &bearer)]);
    assert_eq!(shown, made.json());
}

//! Where the probe is served from, and a client for it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};

use host::{App, Build, Options, Server};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use ureq::Agent;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

static WORKSPACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    workspace.canonicalize().unwrap()
});

/// The probe, built once per run of the tests.
static PROBE: LazyLock<PathBuf> = LazyLock::new(|| {
    let home = Home::new("");
    let mut options = home.options();
    options.build = Build::Run;
    if let Err(error) = RUNTIME.block_on(App::load(options)) {
        panic!("the probe cannot be built: {error:#}");
    }
    probe_path()
});

fn probe_path() -> PathBuf {
    WORKSPACE.join("target/wasm32-wasip2/release/probe.wasm")
}

/// A directory with a manifest that serves the probe.
pub(crate) struct Home(pub(crate) TempDir);

impl Home {
    /// `more` is what the manifest says after the fields of `[component.probe]`.
    pub(crate) fn new(more: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let manifest = format!(
            r#"
spin_manifest_version = 2
[application]
name = "probe"
version = "1.2.3"
[[trigger.http]]
route = "/..."
component = "probe"
[[trigger.http]]
route = {{ private = true }}
component = "hidden"
[component.hidden]
source = {source:?}
[component.probe.build]
command = "cargo build -p probe --target wasm32-wasip2 --release --target-dir target"
workdir = {workspace:?}
[component.probe]
source = {source:?}
key_value_stores = ["default"]
{more}
"#,
            source = probe_path(),
            workspace = *WORKSPACE,
        );
        std::fs::write(home.path().join("spin.toml"), manifest).unwrap();
        Self(home)
    }

    pub(crate) fn options(&self) -> Options {
        let mut options = Options::new(self.0.path().join("spin.toml"));
        options.build = Build::Skip;
        options.cache_dir = Some(WORKSPACE.join("target/wasmtime-cache"));
        options.environment.clear();
        options
    }

    pub(crate) fn load(&self) -> Result<Arc<App>, String> {
        self.load_with(|_| {})
    }

    pub(crate) fn load_with(&self, change: impl FnOnce(&mut Options)) -> Result<Arc<App>, String> {
        LazyLock::force(&PROBE);
        let mut options = self.options();
        change(&mut options);
        RUNTIME
            .block_on(App::load(options))
            .map_err(|error| format!("{error:#}"))
    }

    pub(crate) fn start(&self) -> Running {
        Running::new(&self.load().unwrap())
    }

    /// As `start`, with the store where the file `runtime_config` says.
    pub(crate) fn start_on(&self, runtime_config: &Path) -> Running {
        let app = self.load_with(|options| {
            options.runtime_config = Some(runtime_config.to_owned());
        });
        Running::new(&app.unwrap())
    }

    pub(crate) fn store(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.0.path().join(".spin/sqlite_key_value.db")).unwrap()
    }
}

/// A server that stops when it is dropped.
pub(crate) struct Running {
    server: Option<Server>,
    client: Agent,
}

impl Running {
    pub(crate) fn new(app: &Arc<App>) -> Self {
        let server = RUNTIME.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            app.serve(listener).unwrap()
        });
        let client = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Self {
            server: Some(server),
            client: client.into(),
        }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.server.as_ref().unwrap().addr()
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> (u16, String) {
        let url = format!("http://{}{path}", self.addr());
        let mut response = self.client.post(url).send(body).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), text)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.post(path, "")
    }

    /// Sends bytes as they are and returns all that comes back until the server closes.
    pub(crate) fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.addr()).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        // A reset is an end as well.
        let _ended = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            RUNTIME.block_on(server.shutdown());
        }
    }
}

pub(crate) fn program(home: &Home) -> Command {
    LazyLock::force(&PROBE);
    let mut program = Command::new(env!("CARGO_BIN_EXE_accredit"));
    program
        .current_dir(home.0.path())
        .arg("--no-build")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    program
}

//! The component, built and called the way the plugin of Spin's cron trigger calls it:
//! `run_concurrent` around the export of `world/wit/cron.wit`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::thread;

use wasmtime::component::{Component, ComponentType, Linker, Lower, ResourceTable};
use wasmtime::{Config, Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::WasiHttpCtx;
use wasmtime_wasi_http::p3::{WasiHttpCtxView, WasiHttpView, default_hooks};

wasmtime::component::bindgen!({
    world: "spin-cron",
    path: "world/wit",
    exports: { default: async },
});

const TOKEN: &str = "not-to-be-logged";

struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    url: String,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: default_hooks(),
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

/// `error` of spin:variables/variables@3.0.0.
#[derive(ComponentType, Lower)]
#[component(variant)]
#[expect(dead_code, reason = "the interface has these, the tests need one")]
enum VariableError {
    #[component(name = "invalid-name")]
    InvalidName(String),
    #[component(name = "undefined")]
    Undefined(String),
    #[component(name = "provider")]
    Provider(String),
    #[component(name = "other")]
    Other(String),
}

/// The component, built and compiled once.
static COMPONENT: LazyLock<(Linker<State>, Component)> = LazyLock::new(|| {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut build = Command::new("cargo");
    build
        .args(["build", "-p", "cron", "--target", "wasm32-wasip2"])
        .args(["--release", "--target-dir", "target"])
        .current_dir(&workspace);
    // What the cargo that runs this test leaves in the environment would build everything anew.
    for (name, _) in std::env::vars() {
        let left = ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_", "RUSTFLAGS"];
        if left.iter().any(|left| name.starts_with(left)) {
            build.env_remove(name);
        }
    }
    assert!(build.status().unwrap().success(), "see above");

    let engine = Engine::new(Config::new().wasm_component_model_async(true)).unwrap();
    let mut linker: Linker<State> = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    wasmtime_wasi::p3::add_to_linker(&mut linker).unwrap();
    wasmtime_wasi_http::p3::add_to_linker(&mut linker).unwrap();
    linker
        .instance("spin:variables/variables@3.0.0")
        .unwrap()
        .func_wrap_concurrent("get", |accessor, (name,): (String,)| {
            let value = match name.as_str() {
                "url" => Ok(accessor.with(|mut access| access.get().url.clone())),
                "token" => Ok(TOKEN.to_owned()),
                _ => Err(VariableError::Undefined(name)),
            };
            Box::pin(async { Ok((value,)) })
        })
        .unwrap();
    let wasm = workspace.join("target/wasm32-wasip2/release/cron.wasm");
    let component = Component::from_file(&engine, wasm).unwrap();
    (linker, component)
});

/// Calls the export once, `url` being what the variable says.
fn tick(url: &str) -> Result<(), String> {
    let (linker, component) = &*COMPONENT;
    let mut store = Store::new(
        linker.engine(),
        State {
            table: ResourceTable::new(),
            wasi: WasiCtx::builder().build(),
            http: WasiHttpCtx::new(),
            url: url.to_owned(),
        },
    );
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(async {
            let cron = SpinCron::instantiate_async(&mut store, component, linker).await?;
            let metadata = Metadata { timestamp: 0 };
            store
                .run_concurrent(async |accessor| {
                    cron.call_handle_cron_event(accessor, metadata).await
                })
                .await?
        })
        .expect("the component trapped")
        .map_err(|Error::Other(message)| message)
}

/// A receiver that gives these answers in turn, and then tells what it was asked: the head and the
/// body of each request.
fn receiver(
    answers: &'static [(&str, &str)],
) -> (SocketAddr, thread::JoinHandle<Vec<(String, String)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let asked = thread::spawn(move || {
        let answer = |(status, body): &(&str, &str)| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
            }
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap();
            let length = length.split("\r\n").next().unwrap().parse().unwrap();
            let mut sent = vec![0; length];
            reader.read_exact(&mut sent).unwrap();
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            (head, String::from_utf8(sent).unwrap())
        };
        answers.iter().map(answer).collect()
    });
    (addr, asked)
}

#[test]
fn it_follows_the_cursor_to_the_end() {
    let (addr, asked) = receiver(&[
        ("200 OK", r#"{"complete": false, "next": "a\"b"}"#),
        (
            "200 OK",
            r#"{"as_of": "2026-11-23", "complete": false, "next": "c"}"#,
        ),
        ("200 OK", r#"{"as_of": "2026-11-23", "complete": true}"#),
    ]);
    assert_eq!(tick(&format!("http://{addr}/")), Ok(()));
    let asked = asked.join().unwrap();
    let bodies: Vec<&str> = asked.iter().map(|(_, body)| body.as_str()).collect();
    assert_eq!(bodies, ["{}", r#"{"cursor":"a\"b"}"#, r#"{"cursor":"c"}"#]);
    for (head, _) in &asked {
        assert!(head.starts_with("post /v1/reminders/runs http/1.1\r\n"));
        for line in [
            format!("host: {addr}"),
            format!("authorization: bearer {TOKEN}"),
            "content-type: application/json".to_owned(),
        ] {
            assert_eq!(
                head.split("\r\n").filter(|l| **l == line).count(),
                1,
                "{head}"
            );
        }
    }
}

#[test]
fn a_failure_is_the_triggers_error() {
    let (addr, asked) = receiver(&[("401 Unauthorized", r#"{"title": "not-to-be-logged"}"#)]);
    assert_eq!(
        tick(&format!("http://{addr}")),
        Err("answered 401 Unauthorized".to_owned())
    );
    asked.join().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let error = tick(&format!("http://{}", nobody.unwrap())).unwrap_err();
    assert!(error.starts_with("no answer: "), "{error}");
    assert_eq!(
        tick("https://accredit.example.cn/v1"),
        Err("variable `url`: must be scheme://host[:port], without a path".to_owned())
    );
}

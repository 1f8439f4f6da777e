//! One test for each thing a component or a client may come to rely on.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command};

use host::Build;

use crate::home::{Home, Running, program};

pub(crate) fn ok(text: &str) -> (u16, String) {
    (200, text.to_owned())
}

#[test]
fn an_instance_serves_many_requests_and_at_most_128() {
    let home = Home::new("");
    let running = home.start();
    let counts: Vec<u32> = (0..400)
        .map(|_| running.get("/count").1.parse().unwrap())
        .collect();
    let most = counts.iter().max().copied().unwrap();
    assert!((2..=128).contains(&most), "{counts:?}");
}

#[test]
fn a_panic_is_an_empty_500_and_the_next_request_finds_a_new_instance() {
    let home = Home::new("");
    let running = home.start();
    running.get("/count");
    assert_eq!(running.get("/panic"), (500, String::new()));
    assert_eq!(running.get("/count"), ok("1"));
}

#[test]
fn an_error_in_place_of_a_response_is_an_empty_500() {
    let home = Home::new("");
    assert_eq!(home.start().get("/error"), (500, String::new()));
}

#[test]
fn the_clients_header_stands_before_the_hosts() {
    let home = Home::new("");
    let running = home.start();
    let answer = running.raw(
        b"POST /echo?q=1 HTTP/1.1\r\nhost: portal.example\r\nspin-client-addr: 6.6.6.6:6\r\n\
          content-length: 4\r\nconnection: close\r\n\r\nbody",
    );
    let found: Vec<&str> = answer
        .lines()
        .filter_map(|line| line.strip_prefix("spin-client-addr: "))
        .collect();
    assert_eq!(found.len(), 2, "{answer}");
    assert_eq!(found[0], "6.6.6.6:6");
    assert!(found[1].starts_with("127.0.0.1:"), "{answer}");
    assert!(
        answer.contains("spin-full-url: http://portal.example/echo?q=1"),
        "{answer}"
    );
    assert!(
        answer.contains("POST http://portal.example/echo?q=1"),
        "{answer}"
    );
    assert!(answer.contains("\n\nbody"), "{answer}");
}

#[test]
fn a_header_that_is_not_utf_8_is_an_empty_500() {
    let home = Home::new("");
    let answer = home
        .start()
        .raw(b"GET /echo HTTP/1.1\r\nhost: a\r\nx-name: \xff\xfe\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn a_request_that_names_no_host_or_two_gets_no_answer() {
    let home = Home::new("");
    let running = home.start();
    for request in [
        "GET /echo HTTP/1.1\r\n\r\n",
        "GET /echo HTTP/1.1\r\nhost: a b\r\n\r\n",
        "GET /echo HTTP/1.1\r\nhost: probe.spin.internal\r\n\r\n",
        "GET http://a/echo HTTP/1.1\r\nhost: b\r\n\r\n",
    ] {
        assert_eq!(running.raw(request.as_bytes()), "", "{request}");
    }
}

#[test]
fn the_hosts_own_paths() {
    let home = Home::new("");
    let running = home.start();
    assert_eq!(running.get("/.well-known/spin/health"), ok("OK"));
    let (status, info) = running.get("/.well-known/spin/info");
    assert_eq!(status, 200);
    assert!(
        info.contains("\"name\": \"probe\"") && info.contains("\"version\": \"1.2.3\""),
        "{info}"
    );
    assert_eq!(running.get("/.well-known/spin/other"), (404, String::new()));
}

#[test]
fn a_path_without_a_route_and_a_private_component_are_an_empty_404() {
    let home = Home::new("");
    let manifest = home.0.path().join("spin.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(manifest, text.replace("\"/...\"", "\"/echo\"")).unwrap();
    let running = home.start();
    assert_eq!(running.get("/echo").0, 200);
    for path in ["/", "/count", "/hidden", "/echo/x"] {
        assert_eq!(running.get(path), (404, String::new()), "{path}");
    }
}

#[test]
fn the_hosts_environment_is_not_inherited() {
    let home = Home::new("");
    assert_eq!(home.start().get("/environment"), ok("[]"));
}

#[test]
fn a_component_sees_its_own_variables_only() {
    let home = Home::new(
        "[component.probe.variables]\nurl = \"{{ scheme }}://h\"\nword = \"plain\"\n\
         [variables]\nscheme = { default = \"http\" }\nsecret = { required = true, secret = true }\n",
    );
    let app = home
        .load_with(|options| {
            options
                .environment
                .insert("SPIN_VARIABLE_SECRET".to_owned(), "s".to_owned());
            options
                .variables
                .insert("scheme".to_owned(), "https".to_owned());
        })
        .unwrap();
    let running = Running::new(&app);
    assert_eq!(running.get("/variable/url"), ok("\"https://h\""));
    assert_eq!(running.get("/variable/word"), ok("\"plain\""));
    for (name, error) in [
        ("scheme", "Undefined"),
        ("secret", "Undefined"),
        ("Bad-Name", "InvalidName"),
    ] {
        let (status, text) = running.get(&format!("/variable/{name}"));
        assert!(status == 502 && text.contains(error), "{name}: {text}");
    }
}

#[test]
fn requests_go_out_only_to_allowed_hosts() {
    let target = Home::new("");
    let target = target.start();
    let home = Home::new(&format!(
        "allowed_outbound_hosts = [\"http://{{{{ host }}}}:{}\"]\n\
         [variables]\nhost = {{ default = \"127.0.0.1\" }}\n",
        target.addr().port()
    ));
    let running = home.start();
    let denied = (502, "ErrorCode::HttpRequestDenied".to_owned());
    assert_eq!(
        running.post("/outbound", &format!("http://{}/count", target.addr())),
        ok("200 OK 1")
    );
    for url in [
        format!("http://localhost:{}/count", target.addr().port()),
        format!("https://{}/count", target.addr()),
        format!("http://{}/count", running.addr()),
        "http://probe.spin.internal/count".to_owned(),
    ] {
        assert_eq!(running.post("/outbound", &url), denied, "{url}");
    }
}

#[test]
fn what_keeps_an_application_from_starting_is_said() {
    for (more, reason) in [
        (
            "[variables]\nkey = { required = true }",
            "required variables have no value: key (set SPIN_VARIABLE_KEY)",
        ),
        (
            "[component.probe.variables]\nx = \"{{ nobody }}\"",
            "[component.probe]: variables.x: the manifest declares no variable `nobody`",
        ),
        (
            "allowed_outbound_hosts = [\"a.cn\"]",
            "[component.probe]: allowed_outbound_hosts \"a.cn\": must be of the form",
        ),
        (
            "[component.other]\nsource = \"x.wasm\"\nkey_value_stores = [\"archive\"]",
            "[component.other] key_value_stores: there is no store \"archive\"",
        ),
        (
            "[component.absent]\nsource = \"absent.wasm\"",
            "component absent does not load: cannot read",
        ),
        (
            "[component.text]\nsource = \"spin.toml\"",
            "is not a WebAssembly component",
        ),
    ] {
        let error = Home::new(more).load().err().expect(more);
        assert!(error.contains(reason), "{more}\n→ {error}");
    }
}

#[test]
fn a_file_that_is_no_http_component_is_said() {
    for (bytes, reason) in [
        (&b"\0asm\x01\0\0\0"[..], "is not a WebAssembly component"),
        (
            &b"\0asm\x0d\0\x01\0"[..],
            "does not export wasi:http/handler",
        ),
    ] {
        let home = Home::new("[component.bare]\nsource = \"bare.wasm\"");
        std::fs::write(home.0.path().join("bare.wasm"), bytes).unwrap();
        let error = home.load().err().unwrap();
        assert!(error.contains("component bare does not load"), "{error}");
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_build_that_fails_is_said() {
    let home = Home::new(
        "[component.broken]\nsource = \"x\"\n[component.broken.build]\ncommand = \"false\"",
    );
    let error = home
        .load_with(|options| options.build = Build::Run)
        .err()
        .unwrap();
    assert!(
        error.contains("component broken does not build: `false` failed"),
        "{error}"
    );
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = program(&Home::new(""))
        .args(["--listen", &address])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains(&format!("{address} is taken")), "{stderr}");
}

#[cfg(unix)]
#[test]
fn the_program_says_when_nobody_may_write_yet() {
    let home = Home::new("[variables]\nclients = { default = \"\", secret = true }");
    for (clients, said) in [("", true), ("[]", true), ("[{}]", false)] {
        let mut child = program(&home)
            .args(["--listen", "127.0.0.1:0"])
            .args(["--variable", &format!("clients={clients}")])
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        stdout.read_line(&mut text).unwrap();
        stop(&mut child, "-TERM");
        stdout.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("Serving http://"), "{text}");
        assert_eq!(
            text.contains("Nobody may write yet"),
            said,
            "{clients:?}: {text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn the_program_serves_until_it_is_told_to_stop() {
    for signal in ["-INT", "-TERM"] {
        let home = Home::new("");
        let mut child = program(&home)
            .args(["--listen", "127.0.0.1:0"])
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.strip_prefix("Serving ").expect(&first);
        assert_eq!(
            lines.next().unwrap().unwrap(),
            format!("  probe: {url}/ (wildcard)")
        );
        let answer = ureq::get(format!("{url}/count")).call().unwrap();
        assert_eq!(answer.status(), 200);
        stop(&mut child, signal);
        assert!(home.0.path().join(".spin/sqlite_key_value.db").is_file());
    }
}

#[cfg(unix)]
fn stop(child: &mut Child, signal: &str) {
    let killed = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
}

//! `accredit token`, as it is run.

use std::process::{Command, Output};

use serde_json::{Value, json};

fn token(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_accredit"))
        .arg("token")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_token_is_made_and_differs_each_time() {
    let arguments = [
        "--name=gansu-portal",
        "--role=portal",
        "--role=scheduler",
        "--programme=*",
        "--json",
    ];
    let [one, other]: [Value; 2] = [(); 2].map(|()| {
        let output = token(&arguments);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    });
    assert_ne!(one["token"], other["token"]);
    let secret = one["token"].as_str().unwrap();
    assert_eq!(secret.len(), "accredit_".len() + 43, "{secret}");
    let digest = one["client"]["token_sha256"].as_str().unwrap();
    assert_eq!(
        one,
        json!({
            "token": secret,
            "client": {
                "name": "gansu-portal",
                "roles": ["portal", "scheduler"],
                "programmes": ["*"],
                "token_sha256": digest,
            },
        })
    );
}

#[test]
fn what_no_client_can_have_is_refused_with_what_it_can() {
    let good = ["--name=a", "--role=portal", "--programme=*"];
    for (at, bad, reason) in [
        (0, "--name=A", "must be 1 to 64 of a-z, 0-9 and '-'"),
        (
            1,
            "--role=admin",
            "[possible values: portal, registrar, scheduler]",
        ),
        (2, "--programme=x y", "or '*' for all programmes"),
        (1, "--listen=127.0.0.1:0", "unexpected argument"),
    ] {
        let mut arguments = good;
        arguments[at] = bad;
        let output = token(&arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{bad}: {stderr}");
        assert!(stderr.contains(reason), "{bad}: {stderr}");
        assert!(output.stdout.is_empty(), "{bad}");
    }
    assert_eq!(token(&good[..2]).status.code(), Some(2));
}

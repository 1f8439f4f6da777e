//! Every component answers.

use serde_json::json;

use super::server::{get, post};

const COMPONENTS: [&str; 4] = ["eligibility", "notices", "reminders", "certificates"];

#[test]
fn every_component_answers_its_health_check() {
    for component in COMPONENTS {
        let answer = get(&format!("/v1/{component}/healthz"));
        assert_eq!(answer.status, 200, "{answer}");
    }
}

#[test]
fn a_health_check_cannot_be_posted() {
    for component in COMPONENTS {
        let answer = post(&format!("/v1/{component}/healthz"), &json!({}));
        assert_eq!(answer.status, 405, "{answer}");
        let allowed = answer.header("allow").unwrap_or_default();
        assert!(allowed.contains("GET"), "{answer}");
    }
}

#[test]
fn the_server_serves_this_application() {
    assert_eq!(get("/.well-known/spin/health").text(), "OK");
    assert_eq!(get("/.well-known/spin/info").at("/name"), "accredit");
}

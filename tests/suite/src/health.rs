//! Every component answers.

use crate::server::get;

#[test]
fn every_component_answers_its_health_check() {
    for component in ["eligibility", "notices", "reminders", "certificates"] {
        let answer = get(&format!("/v1/{component}/healthz"));
        assert_eq!(answer.status, 200, "{answer}");
    }
}

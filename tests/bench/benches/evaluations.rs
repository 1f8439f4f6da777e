//! Evaluations per second, natively: reading an application, judging it, writing the answer.
//!
//! `cargo bench -p bench --bench evaluations`

use std::error::Error;

use criterion::Criterion;
use rules::{Application, Attestation, Entries, Object, Opinion, Submission};
use serde_json::value::RawValue;

fn main() -> Result<(), Box<dyn Error>> {
    Ok(())
}

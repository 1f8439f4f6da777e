//! Evaluations per second, natively: reading an application, judging it, writing the answer.
//!
//! `cargo bench -p bench --bench evaluations`

use std::error::Error;

use criterion::{BatchSize, Criterion, Throughput};
use rules::{Application, Object, Submission, evaluate, rulebook};
use serde::Deserialize;

/// The application the HTTP benchmark posts, too.
const APPLICATION: &str = include_str!("../xinzhou-application.json");

#[derive(Deserialize)]
struct Request<'a> {
    programme: String,
    kind: String,
    applied_on: chrono::NaiveDate,
    #[serde(borrow)]
    facts: Object<'a>,
    documents: Vec<String>,
}

/// From the text of a request to the text of its answer.
fn answer(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let request: Request = serde_json::from_str(text)?;
    let rulebook = rulebook(&request.programme).ok_or("no such programme")?;
    let submission = Submission {
        kind: Some(&request.kind),
        applied_on: request.applied_on,
        facts: &request.facts.0,
        documents: Some(&request.documents),
        attestations: &[],
    };
    let application = Application::read(rulebook, &submission)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>())?;
    Ok(serde_json::to_vec(&evaluate(&application))?)
}

fn main() -> Result<(), Box<dyn Error>> {
    answer(APPLICATION)?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("evaluations");
    group.throughput(Throughput::Elements(1));
    group.bench_function("xinzhou, complete", |bencher| {
        bencher.iter_batched(|| APPLICATION, answer, BatchSize::SmallInput);
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}

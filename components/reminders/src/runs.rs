//! `POST /v1/reminders/runs`: the tick.

use endpoint::{Endpoint, problem};
use http::request::Parts;
use registry::{Declined, RunMode};
use web::{Incoming, Network, Problem, Response, Role};

use crate::answer::{Report, log_unreadable};
use crate::request::RunRequest;
use crate::webhooks::{Outboxes, Receivers, begin, deliver};

/// Makes the reminders that are due, up to today or the day asked for, and delivers them.
pub(crate) async fn run(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    body: impl Incoming,
    receivers: impl AsyncFnOnce() -> Result<Receivers, Problem>,
) -> Result<Response, Problem> {
    web::allow(&parts.method, "POST")?;
    let client = endpoint.client(parts, Role::Scheduler)?;
    // A run is of every programme, so a token for some of them cannot make one.
    for rules in rules::programmes() {
        client.require(Role::Scheduler, rules.id)?;
    }
    let body = web::posted(parts, body).await?;
    let request: RunRequest = web::parse_json(&body)?;
    let run = request.read(endpoint.now)?;
    let receivers = receivers().await?;
    let (store, outboxes) = (endpoint.store, Outboxes(endpoint.store));
    let failed = |error| problem(Declined::Failed(error));
    if run.mode == RunMode::Real {
        // A new receiver is told of what is made from here on.
        let begun = begin(store, &receivers, &outboxes).await;
        begun.map_err(failed)?;
    }
    let outcome = registry::run(store, &run).await.map_err(problem)?;
    log_unreadable(&outcome.unreadable);
    let passes = match run.mode {
        RunMode::Real => {
            let network = Network::new();
            let passes = deliver(store, &receivers, &outboxes, &network, run.now).await;
            passes.map_err(failed)?
        }
        RunMode::Dry(_) => Vec::new(),
    };
    web::json(&Report::new(&run, outcome, passes))
}

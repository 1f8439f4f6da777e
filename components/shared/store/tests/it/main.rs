//! What the crate promises, over stores that go wrong and writers that come at the same moment.

#[cfg(test)]
mod forms;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod listing;

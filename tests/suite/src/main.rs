//! Drives the compiled components over HTTP, through the routes of `spin.toml`.
//!
//! One binary for each store, so that the components are built and the host is started once: this one
//! keeps everything in SQLite, `redis.rs` runs the same tests on Redis. What belongs in here is what can
//! be seen from outside; what a crate promises on its own is tested in that crate.
//!
//! Tests that write use names of their own run, so that they can be repeated against a store that holds
//! things already.

#[cfg(test)]
mod access;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod caching;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod declined;
#[cfg(test)]
mod eligibility;
#[cfg(test)]
mod fresh;
#[cfg(test)]
mod health;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod last_line;
#[cfg(test)]
mod left_out;
#[cfg(test)]
mod openness;
#[cfg(test)]
mod problem;
#[cfg(test)]
mod programmes;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod register;
#[cfg(test)]
mod reminders;
#[cfg(test)]
mod server;
#[cfg(test)]
mod store;
#[cfg(test)]
mod windows;
#[cfg(test)]
mod words;
#[cfg(test)]
mod writes;
#[cfg(test)]
mod xinzhou;

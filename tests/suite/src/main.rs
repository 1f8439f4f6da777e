//! Drives the compiled components over HTTP, through the routes of `spin.toml`.
//!
//! One binary, so that the components are built and the host is started once. What belongs in here
//! is what can be seen from outside; what a crate promises on its own is tested in that crate.

#[cfg(test)]
mod batch;
#[cfg(test)]
mod caching;
#[cfg(test)]
mod eligibility;
#[cfg(test)]
mod health;
#[cfg(test)]
mod openness;
#[cfg(test)]
mod problem;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod server;
#[cfg(test)]
mod windows;
#[cfg(test)]
mod words;
#[cfg(test)]
mod xinzhou;

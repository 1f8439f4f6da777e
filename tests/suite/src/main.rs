//! Drives the compiled components over HTTP, through the routes of `spin.toml`.
//!
//! One binary, so that the components are built and the host is started once. What belongs in here
//! is what can be seen from outside; what a crate promises on its own is tested in that crate.

#[cfg(test)]
mod health;
#[cfg(test)]
mod server;

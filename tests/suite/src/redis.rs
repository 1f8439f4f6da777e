//! The tests of `main.rs`, on a Redis server that is started for them.

#[cfg(test)]
#[path = "main.rs"]
mod suite;

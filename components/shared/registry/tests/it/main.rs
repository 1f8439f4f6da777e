//! What the crate promises, over stores that go wrong and writers that meet.

#[cfg(test)]
mod certificate;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod index;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod notice;

//! What the crate promises, over stores that go wrong and writers that meet, and over the programmes.

#[cfg(test)]
mod certificate;
#[cfg(test)]
mod duty;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod index;
#[cfg(test)]
mod inner_mongolia;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod notice;
#[cfg(test)]
mod owed;
#[cfg(test)]
mod transfer_zone;

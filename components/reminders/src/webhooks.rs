//! Delivery by webhook: what a receiver is told, how it is signed, and when it is tried again.
//!
//! A message is a CloudEvent ([`event`]), posted to each receiver that the configuration names
//! ([`receivers`]), signed by Standard Webhooks ([`signature`]). [`next_step`] says what follows from the
//! answer, and [`delivery`] makes a pass over all receivers. The outbox behind it knows nothing of receivers, and a receiver that loses a message finds it
//! there.

mod delivery;
mod event;
mod messages;
mod next_step;
mod receivers;
mod signature;

pub(crate) use self::{
    delivery::{Pass, PassEnd, Wish, begin, deliver},
    messages::Outboxes,
    receivers::Receivers,
};

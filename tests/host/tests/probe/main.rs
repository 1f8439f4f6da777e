//! The host's behaviour as a component and a client see it, shown by the component in `probe`.

#[cfg(test)]
mod behaviour;
#[cfg(test)]
mod home;
#[cfg(test)]
#[path = "../../../suite/src/left_out.rs"]
mod left_out;
#[cfg(test)]
mod redis;
#[cfg(test)]
mod stores;
#[cfg(test)]
mod token;

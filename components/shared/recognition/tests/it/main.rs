//! What a certificate and a notice come to, and what is outstanding, over the programmes.

#[cfg(test)]
mod certificate;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod inner_mongolia;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod notice;
#[cfg(test)]
mod outstanding;
#[cfg(test)]
mod transfer_zone;

//! The register over stores in memory.

#[cfg(test)]
mod certificate;
#[cfg(test)]
mod stored;
#[cfg(test)]
mod writer;

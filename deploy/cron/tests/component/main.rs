//! The component as it ships.

#[cfg(test)]
mod called;

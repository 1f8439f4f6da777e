//! The JSON of this component's answers.

pub(crate) mod dates;
pub(crate) mod notice;
mod summary;
pub(crate) mod window;
pub(crate) mod year;

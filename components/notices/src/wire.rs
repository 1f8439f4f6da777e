//! The JSON of this component: what comes in, what goes out.

pub(crate) mod dates;
pub(crate) mod notice;
mod summary;
pub(crate) mod window;
pub(crate) mod year;

//! The JSON of this component: what goes out.

pub(crate) mod dates;
mod summary;
pub(crate) mod window;
pub(crate) mod year;

use std::fmt::Display;

use spin_sdk::variables;

use crate::Problem;

/// The Spin variable `name` of the component, as `parse` reads it.
///
/// # Errors
/// A 500 where it cannot be read, or `parse` refuses it. The log says why, without its value: neither
/// may the errors of `parse` repeat what they refuse.
pub async fn variable<T, E: Display>(
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Problem> {
    settle(name, variables::get(name).await, parse)
}

/// What was read of the variable `name`, as `parse` reads it. Errors are those of [`variable`].
pub(crate) fn settle<T, E: Display>(
    name: &str,
    read: Result<String, variables::Error>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Problem> {
    let text = read.map_err(|error| {
        // Without the error's own words: a provider's may hold what it was configured with.
        let why = match error {
            variables::Error::InvalidName(_) => "its name is refused",
            variables::Error::Undefined(_) => "the manifest does not give it to this component",
            variables::Error::Provider(_) => "its provider failed",
            variables::Error::Other(_) => "reading it failed",
        };
        Problem::internal(&format_args!("the variable {name}: {why}"))
    })?;
    parse(&text).map_err(|error| Problem::internal(&format_args!("the variable {name}: {error}")))
}

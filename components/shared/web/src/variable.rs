use std::fmt::Display;

use spin_sdk::variables;

use crate::Problem;

/// Reads the component's Spin variable `name` and converts its value with `parse`.
///
/// # Errors
/// A 500 if the variable cannot be read or `parse` refuses its value. The log gets the error of `parse`,
/// which must not repeat the value: the value may be secret.
pub async fn variable<T, E: Display>(
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Problem> {
    settle(name, variables::get(name).await, parse)
}

/// The part of [`variable`] after the reading. Tests call this without Spin.
pub(crate) fn settle<T, E: Display>(
    name: &str,
    read: Result<String, variables::Error>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Problem> {
    let text = read.map_err(|error| {
        // The provider's own message may contain its configuration, so the message is not logged.
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

//! Application variables and the templates components take them through.
//!
//! A value comes from `--variable`, else from the environment (`SPIN_VARIABLE_NAME`), else from the
//! manifest's default; a required one with none of these stops the start. A component sees only
//! the names in its own `variables` table.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail, ensure};

use crate::manifest;

/// Prefix of the environment variables that set application variables.
pub(crate) const ENVIRONMENT_PREFIX: &str = "SPIN_VARIABLE_";

/// The application's variables with their values for this run.
#[derive(Debug)]
pub(crate) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Settles every variable the manifest declares: `given` first, then `environment`, then the
    /// default.
    ///
    /// # Errors
    ///
    /// For a name Spin does not accept, a value given for a variable nobody declared, and required
    /// variables without a value (all of them in one message).
    pub(crate) fn settle(
        declared: &BTreeMap<String, manifest::Variable>,
        given: &BTreeMap<String, String>,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self> {
        if let Some(unknown) = given.keys().find(|name| !declared.contains_key(*name)) {
            bail!("the manifest declares no variable `{unknown}`");
        }
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, variable) in declared {
            check_name(name).map_err(|reason| anyhow!("[variables] {name}: {reason}"))?;
            let key = format!("{ENVIRONMENT_PREFIX}{}", name.to_ascii_uppercase());
            match given
                .get(name)
                .or_else(|| environment.get(&key))
                .or(variable.default.as_ref())
            {
                Some(value) => {
                    values.insert(name.clone(), value.clone());
                }
                None => missing.push(format!("{name} (set {key})")),
            }
        }
        ensure!(
            missing.is_empty(),
            "required variables have no value: {}",
            missing.join(", ")
        );
        Ok(Self(values))
    }

    /// The value of the variable `name`, if the manifest declares it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The variables a component sees, from its `variables` table.
    ///
    /// # Errors
    ///
    /// For a bad name, an unclosed `{{`, or a template that names a variable nobody declared.
    pub(crate) fn for_component(
        &self,
        templates: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>> {
        templates
            .iter()
            .map(|(name, template)| {
                check_name(name).map_err(|reason| anyhow!("variables.{name}: {reason}"))?;
                let value = self
                    .fill(template)
                    .with_context(|| format!("variables.{name}"))?;
                Ok((name.clone(), value))
            })
            .collect()
    }

    /// `template` with every `{{ name }}` replaced by that variable's value.
    ///
    /// # Errors
    ///
    /// For an unclosed `{{` or a variable nobody declared.
    pub(crate) fn fill(&self, template: &str) -> Result<String> {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((literal, expression)) = rest.split_once("{{") {
            filled.push_str(literal);
            let (name, after) = expression
                .split_once("}}")
                .with_context(|| format!("unclosed `{{{{` in {template:?}"))?;
            let name = name.trim();
            filled.push_str(
                self.get(name)
                    .with_context(|| format!("the manifest declares no variable `{name}`"))?,
            );
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// Whether Spin accepts `name` as a variable's name, with the reason when not.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    if let Some(c) = name
        .chars()
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_'))
    {
        return Err(format!(
            "{c:?} is not a lower-case letter, a digit or an underscore"
        ));
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err("a name starts with a lower-case letter".to_owned());
    }
    if name.ends_with('_') || name.contains("__") {
        return Err("an underscore stands alone between letters or digits".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn declared(text: &str) -> BTreeMap<String, manifest::Variable> {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_command_line_beats_the_environment_beats_the_default() {
        let declared = declared("a_b = { default = \"default\" }");
        let environment = table(&[("SPIN_VARIABLE_A_B", "environment")]);
        let given = table(&[("a_b", "given")]);
        for (given, environment, expected) in [
            (&given, &environment, "given"),
            (&table(&[]), &environment, "environment"),
            (&table(&[]), &table(&[]), "default"),
        ] {
            let variables = Variables::settle(&declared, given, environment).unwrap();
            assert_eq!(variables.fill("{{a_b}}").unwrap(), expected);
        }
    }

    #[test]
    fn all_missing_required_variables_are_named_at_once() {
        let declared = declared("a = { required = true }\nb = { required = true }");
        let error = Variables::settle(&declared, &table(&[]), &table(&[])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "required variables have no value: a (set SPIN_VARIABLE_A), b (set SPIN_VARIABLE_B)"
        );
    }

    #[test]
    fn a_value_for_an_undeclared_variable_is_refused() {
        let error =
            Variables::settle(&declared(""), &table(&[("x", "")]), &table(&[])).unwrap_err();
        assert!(error.to_string().contains("no variable `x`"), "{error}");
    }

    #[test]
    fn templates() {
        let declared = declared("host = { default = \"h\" }\nport = { default = \"1\" }");
        let variables = Variables::settle(&declared, &table(&[]), &table(&[])).unwrap();
        for (template, expected) in [
            ("", Ok("")),
            ("plain", Ok("plain")),
            ("{{host}}:{{ port }}/", Ok("h:1/")),
            ("}} {{ host }}", Ok("}} h")),
            ("{{ host", Err("unclosed")),
            ("{{ other }}", Err("no variable `other`")),
        ] {
            match (variables.fill(template), expected) {
                (Ok(filled), Ok(expected)) => assert_eq!(filled, expected, "{template}"),
                (Err(error), Err(expected)) => {
                    assert!(error.to_string().contains(expected), "{template}: {error}");
                }
                (result, expected) => panic!("{template}: {result:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn names() {
        for good in ["a", "a1", "a_b", "api_key_2"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "A", "1a", "_a", "a_", "a__b", "a-b", "名"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}

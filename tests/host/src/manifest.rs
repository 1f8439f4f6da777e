//! The manifest `spin.toml`, version 2, as far as the host supports it.
//!
//! Every field Spin knows is either read, harmless here (such as `description`), or refused by
//! name; a field Spin does not know is refused as unknown. Nothing is skipped in silence.
//! Not here: what the values mean. Templates are in `variables`, routes in `routes`, hosts in
//! `outbound`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny};

/// A manifest that has been read and whose references hold: every trigger names a component that
/// exists, and every name is one Spin accepts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    #[serde(rename = "spin_manifest_version")]
    version: i64,
    pub(crate) application: Application,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Variable>,
    trigger: Triggers,
    #[serde(default, rename = "component")]
    pub(crate) components: BTreeMap<String, Component>,
}

/// `[application]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) version: Option<String>,
    #[serde(default, rename = "description")]
    _description: IgnoredAny,
    #[serde(default, rename = "authors")]
    _authors: IgnoredAny,
    #[serde(default, rename = "targets")]
    _targets: IgnoredAny,
    #[serde(default, rename = "tool")]
    _tool: IgnoredAny,
    #[serde(default, rename = "trigger")]
    _trigger: Option<Unsupported>,
}

/// An entry of `[variables]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variable {
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) default: Option<String>,
    // Spin keeps secrets out of nothing but its own tooling; the host prints no variable at all.
    #[serde(default, rename = "secret")]
    _secret: bool,
    #[serde(default, rename = "description")]
    _description: IgnoredAny,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Triggers {
    #[serde(default)]
    http: Vec<HttpTrigger>,
    #[serde(default, rename = "cron")]
    _cron: Option<Unsupported>,
    #[serde(default, rename = "redis")]
    _redis: Option<Unsupported>,
}

/// A `[[trigger.http]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpTrigger {
    pub(crate) route: Route,
    pub(crate) component: String,
    #[serde(default, rename = "id")]
    _id: IgnoredAny,
    #[serde(default, rename = "components")]
    _components: Option<Unsupported>,
    #[serde(default, rename = "executor")]
    _executor: Option<Unsupported>,
    #[serde(default, rename = "static_response")]
    _static_response: Option<Unsupported>,
}

/// Where a trigger is reached.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a route must be a string or { private = true }")]
pub(crate) enum Route {
    /// By requests from outside whose path matches.
    Public(String),
    /// By no request from outside.
    Private(Private),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Private {
    private: bool,
}

/// A `[component.ID]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Component {
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) key_value_stores: Vec<String>,
    #[serde(default)]
    pub(crate) allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    pub(crate) build: Option<Build>,
    #[serde(default, rename = "description")]
    _description: IgnoredAny,
    #[serde(default, rename = "tool")]
    _tool: IgnoredAny,
    #[serde(default, rename = "targets")]
    _targets: IgnoredAny,
    #[serde(default, rename = "environment")]
    _environment: Option<Unsupported>,
    #[serde(default, rename = "files")]
    _files: Option<Unsupported>,
    #[serde(default, rename = "exclude_files")]
    _exclude_files: Option<Unsupported>,
    #[serde(default, rename = "allowed_http_hosts")]
    _allowed_http_hosts: Option<Unsupported>,
    #[serde(default, rename = "sqlite_databases")]
    _sqlite_databases: Option<Unsupported>,
    #[serde(default, rename = "ai_models")]
    _ai_models: Option<Unsupported>,
    #[serde(default, rename = "dependencies")]
    _dependencies: Option<Unsupported>,
    #[serde(default, rename = "dependencies_inherit_configuration")]
    _dependencies_inherit_configuration: Option<Unsupported>,
    #[serde(default, rename = "profile")]
    _profile: Option<Unsupported>,
}

/// A `[component.ID.build]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Build {
    command: Commands,
    #[serde(default)]
    pub(crate) workdir: Option<String>,
    #[serde(default, rename = "watch")]
    _watch: IgnoredAny,
}

#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a build command must be a string or a list of strings"
)]
enum Commands {
    One(String),
    Many(Vec<String>),
}

impl Build {
    /// The commands in the order they are to run.
    pub(crate) fn commands(&self) -> &[String] {
        match &self.command {
            Commands::One(command) => std::slice::from_ref(command),
            Commands::Many(commands) => commands,
        }
    }
}

/// A field Spin knows and this host does not: its presence is the error.
struct Unsupported;

impl fmt::Debug for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unsupported")
    }
}

impl<'de> Deserialize<'de> for Unsupported {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom(
            "Spin knows this field, but the local host does not support it",
        ))
    }
}

impl Manifest {
    /// Reads the manifest file at `path`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not TOML, or says something the host does not support; the
    /// message names the file, and the line where there is one.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the manifest {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("bad manifest {}", path.display()))
    }

    /// Reads a manifest from its text.
    ///
    /// # Errors
    ///
    /// As [`Manifest::read`].
    pub(crate) fn parse(text: &str) -> Result<Self> {
        // The version first: a manifest of another version has other fields, and "unknown field"
        // would not say why.
        let table: toml::Table = text.parse()?;
        match table.get("spin_manifest_version") {
            Some(version) if version.as_integer() == Some(2) => {}
            Some(version) => bail!("spin_manifest_version is {version}, it must be 2"),
            None => bail!("spin_manifest_version is missing, it must be 2"),
        }
        let manifest: Self = toml::from_str(text)?;
        debug_assert_eq!(manifest.version, 2);
        manifest.check()?;
        Ok(manifest)
    }

    /// The HTTP triggers in the order of the file.
    pub(crate) fn http_triggers(&self) -> &[HttpTrigger] {
        &self.trigger.http
    }

    fn check(&self) -> Result<()> {
        for id in self.components.keys() {
            ensure!(
                is_kebab_case(id),
                "[component.{id}]: a component's id must be words of letters and digits joined by \
                 single hyphens"
            );
        }
        for (name, variable) in &self.variables {
            ensure!(
                variable.required != variable.default.is_some(),
                "[variables] {name}: must be either `required = true` or have a `default`"
            );
        }
        ensure!(
            !self.trigger.http.is_empty(),
            "there is no [[trigger.http]]: the local host serves HTTP triggers only"
        );
        for trigger in &self.trigger.http {
            ensure!(
                self.components.contains_key(&trigger.component),
                "[[trigger.http]] {}: there is no [component.{}]",
                trigger.route,
                trigger.component
            );
            if let Route::Private(private) = &trigger.route {
                ensure!(
                    private.private,
                    "[[trigger.http]] of {}: a route is a string or {{ private = true }}",
                    trigger.component
                );
            }
        }
        Ok(())
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public(route) => f.write_str(route),
            Self::Private(_) => f.write_str("(private)"),
        }
    }
}

/// Whether Spin accepts `id` as a component's id: WIT's kebab case.
fn is_kebab_case(id: &str) -> bool {
    id.split('-').all(|word| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric())
            && (word.chars().all(|c| !c.is_ascii_uppercase())
                || word.chars().all(|c| !c.is_ascii_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "spin_manifest_version = 2\n[application]\nname = \"a\"\n";
    const TRIGGER: &str = "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"c\"\n";
    const COMPONENT: &str = "[component.c]\nsource = \"c.wasm\"\n";

    fn complaint(text: &str) -> String {
        format!("{:#}", Manifest::parse(text).expect_err(text))
    }

    #[test]
    fn reads_what_the_host_supports() {
        let text = format!(
            "{HEAD}{TRIGGER}[[trigger.http]]\nroute = {{ private = true }}\ncomponent = \"c\"\n\
             {COMPONENT}key_value_stores = [\"default\"]\n\
             [component.c.build]\ncommand = [\"one\", \"two\"]\nworkdir = \"w\"\nwatch = [\"**\"]\n"
        );
        let manifest = Manifest::parse(&text).unwrap();
        assert_eq!(manifest.application.name, "a");
        assert!(matches!(
            manifest.http_triggers()[0].route,
            Route::Public(_)
        ));
        assert!(matches!(
            manifest.http_triggers()[1].route,
            Route::Private(_)
        ));
        let component = &manifest.components["c"];
        assert_eq!(component.key_value_stores, ["default"]);
        assert_eq!(component.build.as_ref().unwrap().commands(), ["one", "two"]);
    }

    #[test]
    fn names_what_is_wrong_and_where() {
        let full = format!("{HEAD}{TRIGGER}{COMPONENT}");
        for (text, expected) in [
            ("spin_manifest_version = 1".to_owned(), "it must be 2"),
            (String::new(), "spin_manifest_version is missing"),
            (format!("{HEAD}["), "line 4"),
            (
                format!("{full}sqlite_databases = [\"default\"]"),
                "does not support it",
            ),
            (format!("{full}files = [\"a\"]"), "line 9"),
            (format!("{full}colour = \"red\""), "unknown field `colour`"),
            (format!("{full}[trigger.cron]"), "does not support it"),
            (format!("{full}[trigger.mqtt]"), "unknown field `mqtt`"),
            (format!("{HEAD}{TRIGGER}"), "there is no [component.c]"),
            (format!("{HEAD}{COMPONENT}[trigger]"), "no [[trigger.http]]"),
            (
                format!(
                    "{HEAD}{COMPONENT}[[trigger.http]]\nroute = {{ private = false }}\ncomponent = \"c\""
                ),
                "private = true",
            ),
            (
                format!("{HEAD}{TRIGGER}[component.c_d]\nsource = \"\""),
                "component's id",
            ),
            (
                format!("{full}[variables]\nx = {{ description = \"neither\" }}"),
                "either `required = true` or have a `default`",
            ),
            (
                format!("{full}[variables]\nx = {{ required = true, default = \"both\" }}"),
                "either `required = true` or have a `default`",
            ),
        ] {
            let complaint = complaint(&text);
            assert!(complaint.contains(expected), "{text}\n→ {complaint}");
        }
    }
}

//! The file of `--runtime-config-file`, in Spin's syntax, as far as the host supports it: where the
//! key-value store `default` is kept.
//!
//! Everything else Spin knows there is refused: nothing is skipped in silence.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

/// The only table of the file that is supported.
const STORES: &str = "key_value_store";

/// Where a key-value store is kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StoreConfig {
    /// In a SQLite file.
    File(PathBuf),
    /// In memory, until the application ends.
    Memory,
    /// On the Redis server at this URL, which may hold a password.
    Redis(String),
}

/// Reads the file at `path` and says where the store `label` is kept, if the file does.
///
/// A relative path in it starts from the directory the file lies in, as on Spin.
///
/// # Errors
///
/// When the file cannot be read, is not TOML, or says something that the host does not support.
pub(crate) fn store(path: &Path, label: &str) -> Result<Option<StoreConfig>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the runtime configuration {}", path.display()))?;
    let directory = path.parent().unwrap_or(Path::new(""));
    parse(&text, label, directory)
        .with_context(|| format!("bad runtime configuration {}", path.display()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spin {
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redis {
    url: String,
}

fn parse(text: &str, label: &str, directory: &Path) -> Result<Option<StoreConfig>> {
    let mut file: toml::Table = text.parse()?;
    let stores = file.remove(STORES);
    if let Some(other) = file.keys().next() {
        bail!("`{other}` is not supported here, only [{STORES}.{label}]");
    }
    let Some(stores) = stores else {
        return Ok(None);
    };
    let mut stores: toml::Table = stores.try_into().context(STORES)?;
    let store = stores.remove(label);
    if let Some(other) = stores.keys().next() {
        bail!("[{STORES}.{other}] is not supported here, only [{STORES}.{label}]");
    }
    store
        .map(|store| one(store, directory).with_context(|| format!("[{STORES}.{label}]")))
        .transpose()
}

fn one(store: toml::Value, directory: &Path) -> Result<StoreConfig> {
    let mut store: toml::Table = store.try_into()?;
    let kind = store.remove("type").context("`type` is missing")?;
    Ok(match kind.as_str() {
        Some("spin") => match store.try_into::<Spin>()?.path {
            Some(path) => {
                ensure!(!path.as_os_str().is_empty(), "`path` is empty");
                StoreConfig::File(directory.join(path))
            }
            None => StoreConfig::Memory,
        },
        Some("redis") => StoreConfig::Redis(store.try_into::<Redis>()?.url),
        _ => bail!("`type = {kind}` is not supported here, only \"spin\" and \"redis\""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Option<StoreConfig>, String> {
        parse(text, "default", Path::new("/etc/app")).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn reads_spins_syntax() {
        for (text, expected) in [
            ("", None),
            ("[key_value_store]", None),
            (
                "[key_value_store.default]\ntype = \"spin\"",
                Some(StoreConfig::Memory),
            ),
            (
                "[key_value_store.default]\ntype = \"spin\"\npath = \"kv/a.db\"",
                Some(StoreConfig::File("/etc/app/kv/a.db".into())),
            ),
            (
                "[key_value_store.default]\ntype = \"spin\"\npath = \"/var/a.db\"",
                Some(StoreConfig::File("/var/a.db".into())),
            ),
            (
                "key_value_store.default = { type = \"redis\", url = \"redis://h\" }",
                Some(StoreConfig::Redis("redis://h".to_owned())),
            ),
        ] {
            assert_eq!(parsed(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_supported_is_said() {
        for (text, reason) in [
            ("key_value_store = 1", "key_value_store: "),
            ("[key_value_store.default", "line 1"),
            ("state_dir = \"x\"", "`state_dir` is not supported here"),
            (
                "[sqlite_database.default]\ntype = \"spin\"",
                "`sqlite_database` is not supported here",
            ),
            (
                "[[config_provider]]\ntype = \"vault\"",
                "`config_provider` is not supported here",
            ),
            (
                "[key_value_store.archive]\ntype = \"spin\"",
                "[key_value_store.archive] is not supported here",
            ),
            (
                "[key_value_store.default]\ntype = \"azure_cosmos\"",
                "[key_value_store.default]: `type = \"azure_cosmos\"` is not supported here",
            ),
            ("[key_value_store.default]", "`type` is missing"),
            ("[key_value_store.default]\ntype = 1", "`type = 1`"),
            (
                "[key_value_store.default]\ntype = \"spin\"\nurl = \"redis://h\"",
                "unknown field `url`",
            ),
            (
                "[key_value_store.default]\ntype = \"spin\"\npath = \"\"",
                "`path` is empty",
            ),
            (
                "[key_value_store.default]\ntype = \"redis\"",
                "missing field `url`",
            ),
            (
                "[key_value_store.default]\ntype = \"redis\"\nurl = \"redis://h\"\npool = 3",
                "unknown field `pool`",
            ),
        ] {
            let error = parsed(text).expect_err(text);
            assert!(error.contains(reason), "{text}\n→ {error}");
        }
    }
}

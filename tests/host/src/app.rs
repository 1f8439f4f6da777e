//! The application: everything the manifest asks for, put together.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::component::{Component, Loader, Surroundings};
use crate::interfaces::Grants;
use crate::manifest::Manifest;
use crate::outbound::AllowedHosts;
use crate::routes::Routes;
use crate::runtime_config::{self, StoreConfig};
use crate::server::Server;
use crate::store::{KeyValue, Redis, Sqlite};
use crate::toolchain;
use crate::variables::{ENVIRONMENT_PREFIX, Variables};

/// The only label of a key-value store that Spin defines without a runtime configuration.
const DEFAULT_STORE: &str = "default";

/// Whether the components are built before they are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// Run the manifest's build commands; what is up to date is left alone.
    Run,
    /// Take the wasm files as they are.
    Skip,
}

/// How to load an application.
#[derive(Clone, Debug)]
pub struct Options {
    /// The manifest file.
    pub manifest: PathBuf,
    /// Where the key-value file lives; `.spin` beside the manifest when `None`, as for Spin.
    pub state_dir: Option<PathBuf>,
    /// A file in the syntax of Spin's `--runtime-config-file`, which may say that the key-value store
    /// is kept elsewhere.
    pub runtime_config: Option<PathBuf>,
    /// Where compiled code is kept for the next start; `target/wasmtime-cache` beside the manifest
    /// when `None`.
    pub cache_dir: Option<PathBuf>,
    /// Whether to build first.
    pub build: Build,
    /// Values for application variables, by name. They win over the environment.
    pub variables: BTreeMap<String, String>,
    /// The environment variables `SPIN_VARIABLE_…`; of the process, unless a test sets its own.
    pub environment: BTreeMap<String, String>,
}

impl Options {
    /// Builds, and takes state directory and variables from where Spin takes them.
    #[must_use]
    pub fn new(manifest: impl Into<PathBuf>) -> Self {
        Self {
            manifest: manifest.into(),
            state_dir: None,
            runtime_config: None,
            cache_dir: None,
            build: Build::Run,
            variables: BTreeMap::new(),
            environment: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .filter(|(name, _)| name.starts_with(ENVIRONMENT_PREFIX))
                .collect(),
        }
    }
}

/// An application that is built, compiled and ready to be served.
pub struct App {
    variables: Variables,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) routes: Routes,
    pub(crate) components: HashMap<String, Component>,
}

impl App {
    /// Reads the manifest, builds the components, opens the store and compiles what was built.
    /// Needs tokio's multi-threaded runtime.
    ///
    /// # Errors
    ///
    /// With a message that says what to mend: a manifest or a runtime configuration that is wrong or
    /// asks for more than the host supports, a required variable without a value, a build that fails, a component that
    /// does not load, a state directory that cannot be written.
    pub async fn load(options: Options) -> Result<Arc<Self>> {
        let manifest = Manifest::read(&options.manifest)?;
        let root = directory_of(&options.manifest)?;
        let routes = Routes::new(manifest.http_triggers())?;
        let variables = Variables::settle(
            &manifest.variables,
            &options.variables,
            &options.environment,
        )?;
        for (id, component) in &manifest.components {
            for label in &component.key_value_stores {
                ensure!(
                    label == DEFAULT_STORE,
                    "[component.{id}] key_value_stores: there is no store {label:?}, only \
                     {DEFAULT_STORE:?}"
                );
            }
        }
        let store = match &options.runtime_config {
            Some(file) => runtime_config::store(file, DEFAULT_STORE)?,
            None => None,
        };
        let backend = backend(store.unwrap_or_else(|| {
            let state_dir = options.state_dir.unwrap_or_else(|| root.join(".spin"));
            StoreConfig::File(state_dir.join("sqlite_key_value.db"))
        }))?;
        if options.build == Build::Run {
            toolchain::build(&manifest, &root).await?;
        }
        let cache_dir = options
            .cache_dir
            .unwrap_or_else(|| root.join("target/wasmtime-cache"));
        let loader = Arc::new(Loader::new(&cache_dir)?);
        let mut loading = JoinSet::new();
        for (id, component) in manifest.components {
            let surroundings = (|| {
                anyhow::Ok(Surroundings {
                    id: id.as_str().into(),
                    grants: Arc::new(Grants {
                        variables: variables.for_component(&component.variables)?,
                        stores: component.key_value_stores.into_iter().collect(),
                        backend: backend.clone(),
                    }),
                    allowed_hosts: Arc::new(allowed_hosts(
                        &variables,
                        &component.allowed_outbound_hosts,
                    )?),
                })
            })()
            .with_context(|| format!("[component.{id}]"))?;
            let loader = loader.clone();
            let path = root.join(&component.source);
            loading.spawn_blocking(move || {
                let component = loader
                    .load(&path, surroundings)
                    .with_context(|| format!("component {id} does not load"))?;
                anyhow::Ok((id, component))
            });
        }
        let mut components = HashMap::new();
        while let Some(loaded) = loading.join_next().await {
            components.extend([loaded??]);
        }
        Ok(Arc::new(Self {
            variables,
            name: manifest.application.name,
            version: manifest.application.version,
            routes,
            components,
        }))
    }

    /// Serves the application to whoever connects to `listener`, until the handle returned is told
    /// to stop.
    ///
    /// # Errors
    ///
    /// When the listener has no address.
    pub fn serve(self: &Arc<Self>, listener: TcpListener) -> Result<Server> {
        Server::start(self.clone(), listener)
    }

    /// The value of an application variable, if the manifest declares it.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name)
    }

    /// The public routes, each with the component that answers it.
    pub fn routes(&self) -> impl Iterator<Item = (String, &str)> {
        self.routes
            .iter()
            .map(|target| (target.to_string(), target.component.as_str()))
    }
}

/// Builds the components of the manifest, as [`App::load`] does with [`Build::Run`]. For whoever starts many
/// hosts, or another host.
///
/// # Errors
///
/// When the manifest is wrong, or a component does not build; the message says what to mend.
pub async fn build(manifest: &Path) -> Result<()> {
    toolchain::build(&Manifest::read(manifest)?, &directory_of(manifest)?).await
}

fn backend(store: StoreConfig) -> Result<Arc<dyn KeyValue>> {
    Ok(match store {
        StoreConfig::File(path) => {
            if let Some(directory) = path.parent() {
                std::fs::create_dir_all(directory).with_context(|| {
                    format!("cannot make the directory {}", directory.display())
                })?;
            }
            Arc::new(Sqlite::file(&path)?)
        }
        StoreConfig::Memory => Arc::new(Sqlite::memory()?),
        StoreConfig::Redis(url) => Arc::new(Redis::new(&url).context("key_value_store.default")?),
    })
}

fn allowed_hosts(variables: &Variables, entries: &[String]) -> Result<AllowedHosts> {
    let entries = entries
        .iter()
        .map(|entry| variables.fill(entry))
        .collect::<Result<Vec<_>>>()
        .context("allowed_outbound_hosts")?;
    AllowedHosts::parse(&entries)
}

/// The absolute directory that `manifest` lies in.
fn directory_of(manifest: &Path) -> Result<PathBuf> {
    let manifest = std::path::absolute(manifest)?;
    let directory = manifest
        .parent()
        .with_context(|| format!("{} is not a file", manifest.display()))?;
    Ok(directory.to_owned())
}

//! Building the components: the wasm target, and the manifest's build commands.
//!
//! Cargo decides what is out of date, so the commands run at every start.

use std::collections::HashSet;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::manifest::Manifest;

const TARGET: &str = "wasm32-wasip2";

/// A build that takes longer than this is announced, so that nobody thinks the host hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the cargo that started this process leaves in its environment. A cargo started from here
/// would take some of it for settings, and build everything anew or with the wrong flags.
const LEFT_BY_CARGO: &[&str] = &[
    "CARGO",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_CRATE_NAME",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_MAKEFLAGS",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_TMPDIR",
    "LLVM_PROFILE_FILE",
    "OUT_DIR",
    "RUSTC",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "RUST_RECURSION_COUNT",
];
const LEFT_BY_CARGO_PREFIXES: &[&str] = &[
    "CARGO_BIN_",
    "CARGO_CFG_",
    "CARGO_FEATURE_",
    "CARGO_LLVM_COV",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
];

/// Runs the build command of every component, each different one once, in the order of the
/// components' ids. The wasm files come to lie under `root`/target.
///
/// # Errors
///
/// When the wasm target is missing and cannot be added, or a command fails; the message carries
/// what the command wrote.
pub(crate) async fn build(manifest: &Manifest, root: &Path) -> Result<()> {
    let mut done = HashSet::new();
    for (id, component) in &manifest.components {
        let Some(build) = &component.build else {
            continue;
        };
        let directory = match &build.workdir {
            Some(workdir) => root.join(workdir),
            None => root.to_owned(),
        };
        for command in build.commands() {
            if done.is_empty() {
                ensure_target().await?;
            }
            if done.insert((command, directory.clone())) {
                run(id, command, &directory, root).await?;
            }
        }
    }
    Ok(())
}

async fn run(id: &str, command: &str, directory: &Path, root: &Path) -> Result<()> {
    let mut shell = shell(command);
    clean_environment(&mut shell);
    shell
        .current_dir(directory)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let started = Instant::now();
    let mut building = std::pin::pin!(shell.output());
    let output = match tokio::time::timeout(PATIENCE, &mut building).await {
        Ok(output) => output,
        Err(_) => {
            eprintln!("Building {id} …");
            let output = building.await;
            eprintln!("Built {id} in {} s", started.elapsed().as_secs());
            output
        }
    };
    let output = output.with_context(|| format!("component {id}: cannot run `{command}`"))?;
    if !output.status.success() {
        io::stderr().write_all(&output.stdout)?;
        io::stderr().write_all(&output.stderr)?;
        bail!("component {id} does not build: `{command}` failed, see above");
    }
    Ok(())
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/c").arg(command);
    shell
}

fn clean_environment(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let Some(name) = name.to_str() else {
            continue;
        };
        let left = LEFT_BY_CARGO.contains(&name)
            || LEFT_BY_CARGO_PREFIXES
                .iter()
                .any(|prefix| name.starts_with(prefix));
        if left {
            command.env_remove(name);
        }
    }
}

/// Makes sure that the toolchain can compile for WASI.
async fn ensure_target() -> Result<()> {
    if has_target().await? {
        return Ok(());
    }
    eprintln!("Adding the target {TARGET} to the toolchain …");
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .stdout(Stdio::null())
        .status()
        .await;
    match added {
        Ok(status) if status.success() && has_target().await? => Ok(()),
        Ok(_) => bail!(
            "the toolchain cannot compile for {TARGET} and `rustup target add {TARGET}` failed, \
             see above"
        ),
        Err(error) => bail!(
            "the toolchain cannot compile for {TARGET}, and rustup, which could add it, does not \
             run: {error}"
        ),
    }
}

async fn has_target() -> Result<bool> {
    let mut rustc = Command::new("rustc");
    clean_environment(&mut rustc);
    let output = rustc
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .await
        .context("cannot run rustc")?;
    let directory = String::from_utf8(output.stdout)?;
    let Ok(mut files) = std::fs::read_dir(directory.trim()) else {
        return Ok(false);
    };
    Ok(files.any(|file| {
        file.is_ok_and(|file| {
            let name = file.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    }))
}

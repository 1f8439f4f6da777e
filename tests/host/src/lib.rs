//! A local host for the application: reads `spin.toml`, builds its components, and serves them on
//! wasmtime through the interfaces released Spin offers.
//!
//! **This is for trying and testing. Production runs Spin.** The host exists so that a machine with
//! nothing but rustup can run the compiled components, and so that the tests can do so in-process.
//! Where the two could differ it is meant to be the stricter one: what it accepts, Spin 4.0.2
//! accepts; what it does not support is an error, never silently ignored.
//!
//! Known to be stricter than Spin:
//! - Triggers other than HTTP, routes two triggers share, static responses, files, environment
//!   variables, SQLite and AI grants, dependencies and profiles in the manifest are refused.
//! - Only the key-value store `default` exists, in SQLite or Redis; a runtime configuration that
//!   says anything else is refused, and so is Redis over TLS. Keys end at 256 bytes and values at 1 MB; listing
//!   keys, compare-and-swap and batch reads fail (see `interfaces`).
//! - Requests of the application to itself are refused even where `*` would allow them, and IP
//!   ranges are not understood in `allowed_outbound_hosts`.
//! - Components must be made for WASI 0.3 (spin-sdk 6).
//! - Variables are not read from a `.env` file, and `--variable` takes only names declared.
//!
//! Not here: anything that knows what the components are about. This crate sees a manifest,
//! wasm files and HTTP.
//!
//! ```no_run
//! # async fn run() -> anyhow::Result<()> {
//! let app = host::App::load(host::Options::new("spin.toml")).await?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let server = app.serve(listener)?;
//! eprintln!("serving on {}", server.addr());
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```

#![deny(missing_docs)]

mod app;
mod component;
mod interfaces;
mod manifest;
mod outbound;
mod output;
mod routes;
mod runtime_config;
mod server;
mod store;
mod toolchain;
mod variables;

pub use app::{App, Build, Options, build};
pub use server::Server;

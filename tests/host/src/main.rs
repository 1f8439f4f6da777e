//! `accredit`: serves the application of `spin.toml` on this machine, for trying it out, and makes
//! tokens for those who write to it. Production runs Spin.

mod token;

use std::io::{self, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use host::{App, Build, Options};
use tokio::net::TcpListener;

/// Serves the components of spin.toml on this machine, for trying and testing. Production runs
/// Spin.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Make a token for a client that writes, and say what to configure.
    Token(token::Arguments),
}

#[derive(Args)]
struct Serve {
    /// The manifest [default: spin.toml here or in the nearest directory above].
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// The address to serve on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Where the key-value store is kept [default: .spin beside the manifest].
    #[arg(long, value_name = "DIRECTORY")]
    state_dir: Option<PathBuf>,
    /// Where the store is kept instead, in Spin's syntax: [key_value_store.default] of type "spin"
    /// or "redis".
    #[arg(long, value_name = "FILE")]
    runtime_config_file: Option<PathBuf>,
    /// Take the wasm files as they are instead of building what is out of date.
    #[arg(long)]
    no_build: bool,
    /// Set an application variable; wins over SPIN_VARIABLE_NAME.
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "must be of the form name=value".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Cli::parse();
    let done = match arguments.command {
        Some(Command::Token(arguments)) => token::run(arguments),
        None => serve(arguments.serve).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Serve) -> Result<()> {
    let interrupted = interrupted()?;
    tokio::pin!(interrupted);
    // Before the build: whoever finds the port taken should not wait minutes to hear of it.
    let listener =
        TcpListener::bind(arguments.listen)
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::AddrInUse => anyhow::anyhow!(
                    "{} is taken by another program: name a free one with --listen",
                    arguments.listen
                ),
                _ => anyhow::anyhow!("cannot listen on {}: {error}", arguments.listen),
            })?;
    let mut options = Options::new(match arguments.manifest {
        Some(manifest) => manifest,
        None => nearest_manifest()?,
    });
    options.state_dir = arguments.state_dir;
    options.runtime_config = arguments.runtime_config_file;
    options.variables = arguments.variables.into_iter().collect();
    if arguments.no_build {
        options.build = Build::Skip;
    }
    let app = tokio::select! {
        app = App::load(options) => app?,
        () = &mut interrupted => return Ok(()),
    };
    let server = app.serve(listener)?;
    announce(&app, server.addr())?;
    interrupted.await;
    server.shutdown().await;
    Ok(())
}

fn announce(app: &App, address: SocketAddr) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "Serving http://{address}")?;
    for (route, component) in app.routes() {
        writeln!(stdout, "  {component}: http://{address}{route}")?;
    }
    if let Some(clients) = app.variable(token::CLIENTS)
        && token::is_empty(clients)
    {
        writeln!(
            stdout,
            "Nobody may write yet, for the variable {} is empty: `cargo run -- token --help` says \
             how to make a token.",
            token::CLIENTS
        )?;
    }
    stdout.flush()
}

fn nearest_manifest() -> Result<PathBuf> {
    let here = std::env::current_dir().context("there is no current directory")?;
    match here
        .ancestors()
        .map(|directory| directory.join("spin.toml"))
        .find(|manifest| manifest.is_file())
    {
        Some(manifest) => Ok(manifest),
        None => bail!("there is no spin.toml in {} or above", here.display()),
    }
}

/// Ends when the user or the system asks the program to stop.
#[cfg(unix)]
fn interrupted() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the user asks the program to stop.
#[cfg(not(unix))]
fn interrupted() -> Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

//! The example server as a program.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use example_server::{Config, State, start};
use mimalloc::MiMalloc;
use sclera::{Compiler, Lock, Policies};
use tracing_subscriber::EnvFilter;

/// The threads that call modules, and the one that makes their instances, allocate and free beside each other: the system's
/// allocator would have them wait for one another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A small case server that embeds Sclera and fires every hook.
///
/// It believes everyone who can reach it: an example for one machine, not for a network.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The address to listen at; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Listen at an address that other machines can reach.
    #[arg(long)]
    allow_remote: bool,
    /// The SQLite file, or `:memory:`.
    #[arg(long, default_value = ":memory:", value_name = "FILE")]
    database: String,
    /// A folder of modules: every `.wasm` file in it is loaded.
    #[arg(long, value_name = "FOLDER")]
    modules: Option<PathBuf>,
    /// What modules may do, and their configurations: a `sclera.toml`. If a `sclera.lock` is beside it, it holds.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The folder for what must not be lost: the ledger, the queue, and the modules for workers elsewhere. Without it, they end
    /// with the server.
    #[arg(long, env = "SCLERA_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The ledger: a SQLite file, or `postgres://USER@HOST/DATABASE`; without it, in the data folder.
    #[arg(long, env = "SCLERA_LEDGER", hide_env_values = true, value_name = "PLACE")]
    ledger: Option<String>,
    /// The queue: a SQLite file, or `amqp://USER@HOST` of a RabbitMQ; without it, in the data folder.
    #[arg(long, env = "SCLERA_QUEUE", hide_env_values = true, value_name = "PLACE")]
    queue: Option<String>,
    /// Deliveries in the background that run here at the same time; 0: they are for `sclera worker`.
    #[arg(long, value_name = "N")]
    workers: Option<u32>,
    /// How long it waits for deliveries that run when it is told to end, in seconds. A second signal ends it at once.
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    grace: u64,
    /// The folder for reports; without it, they are gone when the server ends.
    #[arg(long, value_name = "FOLDER")]
    reports: Option<PathBuf>,
    /// The folder for compiled modules, which must be this user's alone; without it, they are compiled at each start.
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    // Before anything else: this process may have been started to compile one module.
    let compiler = Compiler::this_program();
    run(Arguments::parse(), compiler)
}

#[tokio::main]
async fn run(arguments: Arguments, compiler: Compiler) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .init();

    let (policies, lock) = match &arguments.policy {
        Some(file) => {
            let lock = file.with_extension("lock");
            let lock = lock.exists().then(|| Lock::read(lock)).transpose()?;
            (Policies::read(file)?, lock)
        }
        None => Default::default(),
    };
    let compiler = match &arguments.cache {
        Some(folder) => compiler.cache(folder),
        None => compiler,
    };
    let server = start(Config {
        listen: arguments.listen,
        allow_remote: arguments.allow_remote,
        database: arguments.database,
        modules: arguments.modules,
        policies,
        lock,
        state: State {
            folder: arguments.data,
            ledger: arguments.ledger,
            queue: arguments.queue,
        },
        workers: arguments.workers,
        grace: Duration::from_secs(arguments.grace),
        reports: arguments.reports,
        compiler: Some(compiler),
        ..Config::default()
    })
    .await?;

    let mut stdout = std::io::stdout();
    writeln!(stdout, "listening on {}", server.url())?;
    stdout.flush()?;

    asked_to_end().await?;
    tracing::info!("shutting down");
    tokio::select! {
        () = server.shutdown() => Ok(()),
        again = asked_to_end() => {
            again?;
            tracing::warn!("ended at once: what ran stays in the queue, if that is durable");
            std::process::exit(ENDED_AT_ONCE)
        }
    }
}

/// As a shell says it of what Ctrl-C ended.
const ENDED_AT_ONCE: i32 = 130;

/// Waits for SIGINT or SIGTERM.
async fn asked_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

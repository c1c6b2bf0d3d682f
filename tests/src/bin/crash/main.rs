//! `cargo xtask crash`: kills the real programs, the broker and the database again and again, and says what was lost.

mod table;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use sclera_tests::crash::{Backend, Plan, play};

/// Kill the real programs, the broker and the database again and again, and say what was lost.
#[derive(Parser)]
#[command(name = "crash")]
struct Args {
    /// Where the queue and the ledger are; again for more than one. By default, all.
    #[arg(long)]
    backend: Vec<Backend>,
    /// Kills for each of them, at least.
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// How long to go on for each of them, at least, in seconds.
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    seconds: u64,
    /// What decides who is killed, and when. Without it, chance.
    #[arg(long)]
    seed: Option<u64>,
    /// Clients that make objects at the same time.
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// Milliseconds between two kills, on average.
    #[arg(long, default_value_t = 400, value_name = "MILLISECONDS")]
    pause: u64,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let backends = match args.backend.is_empty() {
        true => Backend::ALL.to_vec(),
        false => args.backend.clone(),
    };
    let of_now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().subsec_nanos();
    let seed = args.seed.unwrap_or_else(|| of_now.into());
    let mut verdicts = Vec::new();
    for backend in backends {
        eprintln!("{backend:?}, seed {seed}");
        verdicts.push(play(&Plan {
            backend,
            kills: args.kills,
            duration: Duration::from_secs(args.seconds),
            seed,
            clients: args.clients,
            pause: Duration::from_millis(args.pause),
        })?);
    }
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&verdicts)?),
        false => table::print(&verdicts),
    }
    let is_well = verdicts.iter().all(|verdict| verdict.faults().is_empty());
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

//! One case, in this process.

use anyhow::{Context, Result, anyhow};
use sclera::Compiler;
use sclera_tests::hostile::{Generator, all, generate, play};
use serde::{Deserialize, Serialize};

use crate::process::SLACK;

/// What the child tells its parent, as a line of JSON.
#[derive(Serialize, Deserialize)]
pub struct Told {
    pub end: String,
    pub said: String,
    pub milliseconds: f64,
    /// Bytes at the peak of this process, less what it had before the module was there.
    pub memory: u64,
    pub wrong: Vec<String>,
}

pub fn run(name: &str, generated: u64, compiler: Compiler) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if name == SLACK {
        println!("{}", runtime.block_on(slack(generated))?);
        return Ok(());
    }
    let case = all()
        .into_iter()
        .find(|case| case.name == name)
        .ok_or_else(|| anyhow!("there is no case `{name}`"))?;
    let mut before = 0;
    let played = runtime.block_on(play(&case, compiler, || {
        // What making the module has cost is not its doing.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        before = peak_memory();
    }));
    let told = Told {
        end: played.end,
        said: played.said,
        milliseconds: played.took.as_secs_f64() * 1e3,
        memory: peak_memory().saturating_sub(before),
        wrong: played.wrong,
    };
    println!("{}", serde_json::to_string(&told)?);
    // What the case has left running is no reason to wait.
    std::process::exit(0);
}

async fn slack(generated: u64) -> Result<String> {
    const SEED: u64 = 0x5c1e_7a00;
    let mut generator = Generator::new().await.map_err(|error| anyhow!(error))?;
    for number in 0..generated {
        generator
            .play(generate(SEED, number))
            .await
            .map_err(|error| anyhow!(error))
            .with_context(|| format!("generated module {number} of the seed {SEED}"))?;
    }
    Ok(generator.seen.to_string())
}

/// The most memory that this process has had resident, in bytes; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default()
        * 1_024
}

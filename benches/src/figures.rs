//! The figures of one module, as JSON: `figures MODULE.wasm ROUNDS`. `cargo xtask languages` puts them into its table.
//!
//! *Fresh* is a preload through [`Host`], with an instance of its own, as every delivery has. *Ready* is the same call in
//! bare wasmtime, under the same guards, into an instance that is already there: what the language itself takes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hdrhistogram::Histogram;
use sclera::{Compiled, Compiler, Host, Limits, ModuleSource, Payload, PreloadReport, Trigger};
use sclera_benches::bare::{Bare, Guards};

const HOOK: &str = "on_preload_ioc_create";
/// About 400 bytes: three indicators, of which one has to be repaired.
const PAYLOAD: &str = r#"[
    {"ioc_value": "hxxps://evil[.]example/login", "ioc_type_id": 141, "ioc_tlp_id": 2, "ioc_tags": "phishing", "ioc_description": "The false login page"},
    {"ioc_value": "198.51.100.7", "ioc_type_id": 76, "ioc_tlp_id": 2, "ioc_tags": "", "ioc_description": "Its address"},
    {"ioc_value": "44d88612fea8a8f36de82e1278abb02f", "ioc_type_id": 90, "ioc_tlp_id": 3, "ioc_tags": "eicar", "ioc_description": "What it serves"}
]"#;
/// Calls before it is measured.
const WARM_UP: u32 = 20;

fn main() -> Result<()> {
    // First of all: the modules are compiled by this program, started anew.
    let compiler = Compiler::this_program();
    let mut args = std::env::args().skip(1);
    let (Some(module), Some(rounds)) = (args.next(), args.next()) else {
        bail!("usage: figures MODULE.wasm ROUNDS");
    };
    let rounds = rounds.parse().context("ROUNDS is a number")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(measure(&compiler, Path::new(&module), rounds))?;
    println!("{figures}");
    Ok(())
}

async fn measure(compiler: &Compiler, module: &Path, rounds: u32) -> Result<serde_json::Value> {
    let bytes = std::fs::read(module).with_context(|| format!("failed to read {}", module.display()))?;
    let folder = tempfile::tempdir()?;
    let cached = compiler.clone().cache(folder.path().join("compiled"));
    let (_, compiling) = loaded(&cached, &bytes, Compiled::Now).await?;
    let (host, loading) = loaded(&cached, &bytes, Compiled::Cached).await?;

    let payload = Payload::parse(PAYLOAD)?;
    let (mut fuel, mut memory) = (0, 0);
    let mut fresh = Histogram::<u64>::new(3)?;
    for round in 0..WARM_UP + rounds {
        let started = Instant::now();
        let report = host.preload(Trigger::new(HOOK, payload.clone()).by("ada")).await?;
        let took = started.elapsed();
        (fuel, memory) = usage(&report)?;
        if round >= WARM_UP {
            fresh.record(nanoseconds(took))?;
        }
    }

    let bare = Bare::new(&bytes, &Limits::default(), Guards::ALL)?;
    let mut instance = bare.instance().await?;
    let mut ready = Histogram::<u64>::new(3)?;
    for round in 0..WARM_UP + rounds {
        let started = Instant::now();
        instance.call(HOOK, payload.as_str()).await?;
        if round >= WARM_UP {
            ready.record(nanoseconds(started.elapsed()))?;
        }
    }
    let median = |times: &Histogram<u64>| times.value_at_quantile(0.5) as f64 / 1_000.0;
    Ok(serde_json::json!({
        "wasm_bytes": bytes.len(),
        "compile_ms": milliseconds(compiling),
        "load_ms": milliseconds(loading),
        "ready_us": median(&ready),
        "fresh_us": median(&fresh),
        "fuel": fuel,
        "memory_bytes": memory,
    }))
}

/// A host with the module, and how long that took: to look at it, compile it, describe it and register its hooks.
async fn loaded(compiler: &Compiler, bytes: &[u8], expected: Compiled) -> Result<(Host, Duration)> {
    let host = Host::builder().compile_with(compiler.clone()).build()?;
    let started = Instant::now();
    let module = host.load(ModuleSource::bytes(bytes)).await?;
    let took = started.elapsed();
    ensure!(
        module.compiled == expected,
        "it was compiled {:?}, not {expected:?}",
        module.compiled
    );
    Ok((host, took))
}

/// Fuel and bytes of memory of the one delivery.
fn usage(report: &PreloadReport) -> Result<(u64, usize)> {
    if let Some(failure) = report.failures().next() {
        bail!("the module failed: {failure}");
    }
    let delivery = report
        .deliveries
        .first()
        .with_context(|| format!("it does not listen to {HOOK}"))?;
    Ok((delivery.usage.fuel, delivery.usage.peak_memory))
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

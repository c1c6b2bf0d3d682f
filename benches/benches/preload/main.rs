//! One preload through [`Host`](sclera::Host), beside the same call in bare wasmtime with the same settings.
//!
//! The ways are taken in turn, round by round, so that what the machine does meanwhile hits all of them alike. What
//! counts are the ratios.

mod bare;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use sclera::{Host, Limits, ModuleSource, Payload, Trigger};
use sclera_tests::{example, misfit};

const WARM_UP: u32 = 200;
const ROUNDS: u32 = 5_000;
const HOOK: &str = "on_preload_ioc_create";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // `cargo test --benches` only wants to know whether it works.
    let rounds = if std::env::args().any(|argument| argument == "--bench") {
        ROUNDS
    } else {
        1
    };
    let guests = [
        ("no-op", misfit("behaves")),
        ("ioc-guard", std::fs::read(example("ioc-guard"))?),
    ];
    println!("one preload of one IOC; {rounds} rounds; times in µs\n");
    println!(
        "{:<12}{:<34}{:>9}{:>9}{:>9}{:>9}",
        "guest", "way", "p50", "p90", "p99", "ratio"
    );
    for (name, bytes) in guests {
        let payload = Payload::parse(
            r#"[{"ioc_value": "hxxps://evil[.]example/login", "ioc_type_id": 141, "ioc_tags": "phish"}]"#,
        )?;
        let rows = measure(&bytes, &payload, rounds).await?;
        let floor = rows.first().context("there are rows")?.1.value_at_quantile(0.5);
        for (way, times) in &rows {
            let at = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
            let ratio = times.value_at_quantile(0.5) as f64 / floor as f64;
            println!(
                "{name:<12}{way:<34}{:>9.1}{:>9.1}{:>9.1}{ratio:>8.2}×",
                at(0.5),
                at(0.9),
                at(0.99)
            );
        }
        println!();
    }
    println!("ratio: of the medians, against bare wasmtime with a fresh instance, in the same run");
    Ok(())
}

type Row = (&'static str, Histogram<u64>);

async fn measure(bytes: &[u8], payload: &Payload, rounds: u32) -> Result<Vec<Row>> {
    let limits = Limits::default();
    let host = Host::builder().limits(limits.clone()).build()?;
    host.load(ModuleSource::bytes(bytes)).await?;
    let bare = bare::Bare::new(bytes, &limits)?;
    let mut ready = bare.instance().await?;

    let new = || Histogram::<u64>::new(3);
    let mut rows = vec![
        ("bare wasmtime, fresh instance", new()?),
        ("bare wasmtime, ready instance", new()?),
        ("sclera, fresh instance", new()?),
    ];
    for round in 0..WARM_UP.min(rounds) + rounds {
        let fresh_took = {
            let started = Instant::now();
            bare.instance().await?.call(HOOK, payload.as_str()).await?;
            started.elapsed()
        };
        let ready_took = {
            let started = Instant::now();
            ready.call(HOOK, payload.as_str()).await?;
            started.elapsed()
        };
        let host_took = {
            let trigger = Trigger::new(HOOK, payload.clone()).by("alice").metadata("case_id", 42);
            let started = Instant::now();
            let report = host.preload(trigger).await?;
            let took = started.elapsed();
            anyhow::ensure!(
                report.failures().next().is_none() && report.deliveries.len() == 1,
                "the module failed"
            );
            took
        };
        if round >= WARM_UP.min(rounds) {
            for (row, took) in rows.iter_mut().zip([fresh_took, ready_took, host_took]) {
                row.1.record(nanoseconds(took))?;
            }
        }
    }
    Ok(rows)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

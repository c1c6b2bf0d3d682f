//! One preload through [`Host`](sclera::Host), beside the same call in bare wasmtime: without any guard, with each of them,
//! and with all. Each call has an instance of its own, unless the row says otherwise.
//!
//! The ways are taken in turn, round by round, so that what the machine does meanwhile hits all of them alike. What
//! counts are the ratios.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use sclera::{Capacity, Compiler, Host, Limits, ModuleSource, Payload, Policies, Trigger};
use sclera_benches::bare::{Bare, Guards};
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
    println!("ratio: of the medians, against bare wasmtime without any guard, in the same run");
    Ok(())
}

type Row = (&'static str, Histogram<u64>);

/// Each guard by itself, none of them, and all of them.
fn guards() -> [(&'static str, Guards); 7] {
    let none = Guards::default();
    [
        ("bare wasmtime, no guard", none),
        ("  and fuel", Guards { fuel: true, ..none }),
        ("  and an epoch deadline", Guards { epoch: true, ..none }),
        ("  and a memory limit", Guards { memory: true, ..none }),
        (
            "  and host-call fuel",
            Guards {
                host_call: true,
                ..none
            },
        ),
        ("  and an outer timeout", Guards { timeout: true, ..none }),
        ("bare wasmtime, all guards", Guards::ALL),
    ]
}

/// The host's additions: what is looked at before a module is called.
const RULE: &str = "metadata.case_id == 42 && payload.exists(o, has(o.ioc_value))";

async fn measure(bytes: &[u8], payload: &Payload, rounds: u32) -> Result<Vec<Row>> {
    let limits = Limits::default();
    let plain = host(bytes, &limits, "").await?;
    let name = plain.modules().first().context("it is loaded")?.identity.name.clone();
    let rule = format!("[[modules.{name}.subscriptions]]\nhook = \"{HOOK}\"\nmatch = \"{RULE}\"");
    let ruled = host(bytes, &limits, &rule).await?;
    let bare = guards().map(|(_, guards)| Bare::new(bytes, &limits, guards));
    let bare = bare.into_iter().collect::<Result<Vec<_>>>()?;
    let mut ready = bare.last().context("there are ways")?.instance().await?;

    let names = guards().map(|(name, _)| name).into_iter();
    let names = names.chain(["  in an instance that is ready", "sclera", "sclera, with a match rule"]);
    let mut rows = names
        .map(|name| Ok((name, Histogram::new(3)?)))
        .collect::<Result<Vec<Row>>>()?;
    for round in 0..WARM_UP.min(rounds) + rounds {
        let mut took = Vec::with_capacity(rows.len());
        for bare in &bare {
            let started = Instant::now();
            bare.call(HOOK, payload.as_str()).await?;
            took.push(started.elapsed());
        }
        let started = Instant::now();
        ready.call(HOOK, payload.as_str()).await?;
        took.push(started.elapsed());
        for host in [&plain, &ruled] {
            let trigger = Trigger::new(HOOK, payload.clone()).by("alice").metadata("case_id", 42);
            let started = Instant::now();
            let report = host.preload(trigger).await?;
            took.push(started.elapsed());
            anyhow::ensure!(
                report.failures().next().is_none() && report.deliveries.len() == 1,
                "the module failed"
            );
        }
        if round >= WARM_UP.min(rounds) {
            for (row, took) in rows.iter_mut().zip(took) {
                row.1.record(nanoseconds(took))?;
            }
        }
    }
    Ok(rows)
}

async fn host(bytes: &[u8], limits: &Limits, policies: &str) -> Result<Host> {
    let host = Host::builder()
        .limits(limits.clone())
        .capacity(Capacity {
            concurrency: 16,
            ..Capacity::default()
        })
        .policies(Policies::parse(policies)?)
        .compile_with(Compiler::in_process())
        .build()?;
    host.load(ModuleSource::bytes(bytes)).await?;
    Ok(host)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

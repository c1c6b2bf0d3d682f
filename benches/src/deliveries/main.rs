//! `cargo xtask bench deliveries`: how many deliveries a second are accepted, and how many are over, on each queue; beside
//! how often this machine's disk can be told to keep something, and beside the same job in Celery.

mod celery;
mod fsync;
mod ours;
mod table;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use sclera_tests::services::RabbitNode;
use serde::Serialize;

/// Callers that accept at the same time, where there are many.
const CALLERS: usize = 32;

/// What was measured of one queue: each a number per second.
#[derive(Debug, Serialize)]
struct Row {
    queue: &'static str,
    /// Triggers accepted, with one caller.
    one: f64,
    /// With many callers.
    many: f64,
    /// Deliveries that were over, from the first that is accepted to the end of the last.
    end_to_end: f64,
}

/// How much to measure.
#[derive(Clone, Copy)]
struct Extent {
    /// How long to accept.
    during: Duration,
    /// How many deliveries to bring to their end.
    deliveries: usize,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: deliveries PYTHON JSON SECONDS DELIVERIES; PYTHON has Celery";
    // It is started in another folder.
    let python = std::path::absolute(arguments.next().context(usage)?)?;
    let json = PathBuf::from(arguments.next().context(usage)?);
    let extent = Extent {
        during: Duration::from_secs_f64(arguments.next().context(usage)?.parse().context(usage)?),
        deliveries: arguments.next().context(usage)?.parse().context(usage)?,
    };

    // Where everything is that must be kept: the same disk for all.
    let folder = tempfile::Builder::new().prefix("sclera-bench-").tempdir()?;
    eprintln!("the disk");
    let fsyncs = fsync::per_second(folder.path(), extent.during)?;
    eprintln!("SQLite");
    let runtime = tokio::runtime::Runtime::new()?;
    let sqlite = folder.path().join("queue.sqlite").display().to_string();
    let mut rows = vec![runtime.block_on(ours::measure("SQLite", &sqlite, folder.path(), extent))?];
    eprintln!("RabbitMQ");
    let node = RabbitNode::start()?;
    rows.push(runtime.block_on(ours::measure("RabbitMQ", &node.url(), folder.path(), extent))?);
    eprintln!("Celery");
    rows.push(celery::measure(&python, &node.url(), folder.path(), extent)?);

    table::print(fsyncs, &rows);
    let all = serde_json::json!({"fsyncs_per_second": fsyncs, "callers": CALLERS, "queues": rows});
    std::fs::write(&json, serde_json::to_vec_pretty(&all)?)
        .with_context(|| format!("failed to write {}", json.display()))?;
    Ok(())
}

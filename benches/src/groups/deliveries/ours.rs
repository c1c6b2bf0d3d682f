//! Deliveries of a module that does nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sclera::{Capacity, Compiler, DurableQueue, Host, Keep, Ledger, ModuleSource, Payload, Trigger};
use sclera_tests::misfit;

use super::{Amount, CALLERS, Rates};

/// One indicator. Celery's job has the same argument.
pub(super) const PAYLOAD: &str = r#"[{"ioc_id": 7, "ioc_value": "198.51.100.7", "ioc_type_id": 76, "ioc_tlp_id": 2, "ioc_tags": "phishing", "ioc_description": "Its address"}]"#;
const HOOK: &str = "on_postload_ioc_create";
/// Enough that nobody ever waits for room.
const ROOM: usize = 10_000_000;

/// Measures one queue, with a ledger in a SQLite file.
pub(super) async fn measure(name: &str, queue: &str, folder: &Path, amount: Amount) -> Result<Rates> {
    let ledger = folder.join(format!("{name}.sqlite")).display().to_string();
    let ledger = Ledger::open(&ledger, &Keep::default()).await?;
    let queue = DurableQueue::open(queue, folder.join("outbox.sqlite")).await?;
    // Nobody takes what is accepted, so that only that is measured.
    let accepting = host(&ledger, &queue, 0).await?;
    let one = accepts(&accepting, 1, amount.during).await?;
    let many = accepts(&accepting, CALLERS, amount.during).await?;

    let working = host(&ledger, &queue, Capacity::default().workers).await?;
    working.start_workers();
    // What was only accepted so far is out of the way first.
    while !is_idle(&working).await {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let end_to_end = end_to_end(&working, amount.deliveries).await?;
    working.stop(Duration::from_secs(30)).await;
    Ok(Rates { one, many, end_to_end })
}

async fn host(ledger: &Ledger, queue: &DurableQueue, workers: u32) -> Result<Host> {
    let host = Host::builder()
        .capacity(Capacity {
            workers,
            background: ROOM,
            ..Capacity::default()
        })
        .compile_with(Compiler::in_process())
        .ledger(ledger.clone())
        .queue(queue.clone())
        .build()?;
    host.load(ModuleSource::bytes(misfit("background"))).await?;
    Ok(host)
}

async fn is_idle(host: &Host) -> bool {
    let health = host.health().await;
    health.queue.waiting == 0 && health.queue.in_outbox == 0 && health.running == 0
}

fn trigger() -> Result<Trigger> {
    Ok(Trigger::new(HOOK, Payload::parse(PAYLOAD)?)
        .by("alice")
        .metadata("case_id", 42))
}

/// Triggers that are accepted per second.
async fn accepts(host: &Host, callers: usize, during: Duration) -> Result<f64> {
    let began = Instant::now();
    let count = Arc::new(AtomicU64::new(0));
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let (host, count) = (host.clone(), count.clone());
        all.spawn(async move {
            while began.elapsed() < during {
                let report = host.postload(trigger()?).await?;
                ensure!(report.background.len() == 1, "the module does not listen");
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
    }
    for caller in all.join_all().await {
        caller?;
    }
    Ok(count.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
}

/// Deliveries per second, from the first that is accepted to the end of the last.
async fn end_to_end(host: &Host, deliveries: usize) -> Result<f64> {
    let began = Instant::now();
    let each = deliveries / CALLERS;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let host = host.clone();
        all.spawn(async move {
            for _ in 0..each {
                host.postload(trigger()?).await?;
            }
            anyhow::Ok(())
        });
    }
    for caller in all.join_all().await {
        caller?;
    }
    host.drain().await;
    Ok((each * CALLERS) as f64 / began.elapsed().as_secs_f64())
}

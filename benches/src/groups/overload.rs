//! More triggers than the machine can do.
//!
//! Triggers come at fixed moments, whether or not the ones before are over, as requests do. The latency of one counts from
//! the moment that it was to come, so that waiting for its turn is part of it, and the host is told that moment. *Refused* is
//! what the host said no to. The thread that offers them takes its part of the machine, too.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use hdrhistogram::Histogram;
use sclera::Host;
use tokio::sync::mpsc;

use super::SCLERA;
use super::callers::together;
use crate::group::Group;
use crate::guest::{Job, Language};
use crate::hosts::{Preload, trigger};
use crate::rounds::nanoseconds;
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "overload",
    question: "what becomes of throughput and latency when more triggers come than can be done",
    measure,
};

/// Of what the host can do.
const LOADS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];
const CAPACITY: &str = "as many as can be done";
const LATENCY: &str = "sclera, latency";

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let module = Language::Rust.module()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let host = runtime.block_on(context.host_with([module.as_slice()]))?;
    let payload = Job::Tag.small()?;
    let callers = 4 * std::thread::available_parallelism()?.get();
    let ways = || {
        (0..callers)
            .map(|_| Preload::new(&host, Job::Tag, &payload, 1).boxed())
            .collect()
    };
    // Twice, because the first gets the machine going.
    runtime.block_on(together(ways(), context.extent.during() / 2))?;
    let (capacity, times) = runtime.block_on(together(ways(), context.extent.during()))?;
    let mut samples = vec![
        Sample::new(CAPACITY, SCLERA, Unit::PerSecond, capacity),
        Sample::latency(CAPACITY, LATENCY, &times),
    ];
    for load in LOADS {
        let offered = capacity * load;
        let seen = runtime.block_on(open(&host, offered, 2 * context.extent.during()))?;
        let subject = format!("{load} × as many are offered");
        samples.push(Sample::new(&subject, SCLERA, Unit::PerSecond, seen.answered).beside_other(CAPACITY, SCLERA));
        samples.push(Sample::new(&subject, "sclera, refused", Unit::PerSecond, seen.refused));
        samples.push(Sample::latency(&subject, LATENCY, &seen.times).beside_other(CAPACITY, LATENCY));
    }
    Ok(samples)
}

struct Seen {
    /// A second.
    answered: f64,
    refused: f64,
    times: Histogram<u64>,
}

/// Offers so many a second.
async fn open(host: &Host, per_second: f64, during: Duration) -> Result<Seen> {
    let payload = Job::Tag.small()?;
    let refused = Arc::new(AtomicU64::new(0));
    let (done, mut all) = mpsc::unbounded_channel();
    let began = Instant::now();
    let offering = {
        let (host, refused) = (host.clone(), refused.clone());
        let runtime = tokio::runtime::Handle::current();
        // A thread of its own, because the others will be busy.
        std::thread::spawn(move || {
            let mut count = 0_u32;
            loop {
                let due = began + Duration::from_secs_f64(f64::from(count) / per_second);
                if due.duration_since(began) >= during {
                    break;
                }
                // Those that are due are offered together; a thread cannot sleep for microseconds.
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let (host, refused, done) = (host.clone(), refused.clone(), done.clone());
                let trigger = trigger(Job::Tag.hook(), &payload).waiting_since(due);
                runtime.spawn(async move {
                    match host.preload(trigger).await {
                        Ok(report) if report.failures().next().is_none() => {
                            // Whoever listens is there until the last one.
                            let _ = done.send(due.elapsed());
                        }
                        _ => {
                            refused.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
                count += 1;
            }
        })
    };
    let mut times = Histogram::<u64>::new(3)?;
    while let Some(took) = all.recv().await {
        times.record(nanoseconds(took))?;
    }
    let took = began.elapsed().as_secs_f64();
    // It has ended: nobody can send any more.
    let _ = offering.join();
    Ok(Seen {
        answered: times.len() as f64 / took,
        refused: refused.load(Ordering::Relaxed) as f64 / took,
        times,
    })
}

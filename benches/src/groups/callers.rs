//! Callers at the same time, each with the next preload as soon as it has the answer to the last. Without pauses: it is
//! the throughput that is asked for, with the making of every instance in it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use hdrhistogram::Histogram;
use sclera::{Limits, Payload};

use super::{FRESH, SCLERA, guarded};
use crate::bare::Bare;
use crate::group::Group;
use crate::guest::{Job, Language};
use crate::hosts::Preload;
use crate::rounds::{Way, nanoseconds};
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "callers",
    question: "deliveries a second with several callers, each without a pause, and what one of them takes",
    measure,
};

const CALLERS: [u32; 4] = [1, 2, 4, 8];

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let module = Language::Rust.module()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bare = Arc::new(guarded(&module, &Limits::default())?);
    let host = runtime.block_on(context.host_with([module.as_slice()]))?;
    let mut samples = Vec::new();
    for job in [Job::NoOp, Job::Tag] {
        let payload = job.small()?;
        for callers in CALLERS {
            let subject = match callers {
                1 => format!("rust, {}, 1 caller", job.name()),
                _ => format!("rust, {}, {callers} callers", job.name()),
            };
            for way in [SCLERA, FRESH] {
                let make = |_| -> Box<dyn Way> {
                    match way {
                        SCLERA => Preload::new(&host, job, &payload, 1).boxed(),
                        _ => Box::new(Shared(bare.clone(), job, payload.clone())),
                    }
                };
                let ways = (0..callers).map(make).collect();
                let (rate, times) = runtime.block_on(together(ways, context.extent.during()))?;
                let rate = Sample::new(&subject, way, Unit::PerSecond, rate);
                let latency = Sample::latency(&subject, format!("{way}, latency"), &times);
                samples.extend(match way {
                    SCLERA => [rate.beside(FRESH), latency.beside(format!("{FRESH}, latency"))],
                    _ => [rate, latency],
                });
            }
        }
    }
    Ok(samples)
}

/// How often a second all of them went, and what one took.
pub(super) async fn together(ways: Vec<Box<dyn Way>>, during: Duration) -> Result<(f64, Histogram<u64>)> {
    let mut callers = tokio::task::JoinSet::new();
    let began = Instant::now();
    for mut way in ways {
        callers.spawn(async move {
            let mut times = Histogram::<u64>::new(3)?;
            while began.elapsed() < during {
                times.record(nanoseconds(way.once().await?))?;
                // A server reads the next request meanwhile, and lets others have a turn.
                tokio::task::yield_now().await;
            }
            anyhow::Ok(times)
        });
    }
    let mut all = Histogram::<u64>::new(3)?;
    for times in callers.join_all().await {
        all.add(times?)?;
    }
    Ok((all.len() as f64 / began.elapsed().as_secs_f64(), all))
}

/// Bare wasmtime, for several callers.
struct Shared(Arc<Bare>, Job, Payload);

#[async_trait::async_trait]
impl Way for Shared {
    async fn once(&mut self) -> Result<Duration> {
        let Self(bare, job, payload) = self;
        let started = Instant::now();
        bare.call(job.hook(), payload.as_str()).await?;
        Ok(started.elapsed())
    }
}

//! Memory: pages of this process that are its own, as the kernel counts them.

use anyhow::{Context as _, Result};
use sclera::{Capacity, Compiler, Host, Limits, ModuleSource};
use sclera_tests::misfit;

use super::SCLERA;
use crate::group::Group;
use crate::guest::{Job, Language, renamed};
use crate::hosts::trigger;
use crate::many;
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "memory",
    question: "bytes of private memory for each module that is loaded, and for each delivery that runs",
    measure,
};

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut samples = Vec::new();
    let few = context.extent.either(1_000, 4);
    let folder = many::folder(context, few)?;
    // So that what compiling needs does not count.
    runtime.block_on(async { many::load_all(&context.host().build()?, &folder).await })?;
    for (subject, count) in [("rust, idle module", few), ("smallest idle module", few)] {
        let is_small = subject.starts_with("small");
        let modules = many::small(if is_small { count } else { 0 })?;
        let host = runtime.block_on(async {
            let host = context.host().build()?;
            // The first of them brings what all of them share.
            let first = renamed(&Language::Rust.module()?, "idle-first")?;
            host.load(ModuleSource::bytes(first)).await?;
            anyhow::Ok(host)
        })?;
        let before = Memory::now()?;
        runtime.block_on(async {
            if is_small {
                many::load(&host, modules).await
            } else {
                many::load_all(&host, &folder).await.map(drop)
            }
        })?;
        let more = Memory::now()?.since(&before);
        samples.push(Sample::new(subject, SCLERA, Unit::Bytes, more.private / count as f64));
        let resident = Sample::new(subject, "sclera, resident", Unit::Bytes, more.resident / count as f64);
        samples.push(resident);
    }
    samples.push(runtime.block_on(in_flight(context))?);
    Ok(samples)
}

/// Deliveries that wait for something, all at the same time.
async fn in_flight(context: &Context) -> Result<Sample> {
    let count = context.extent.either(32, 4);
    let limits = Limits {
        deadline: std::time::Duration::from_secs(3),
        ..Limits::default()
    };
    let host = Host::builder()
        .compile_with(Compiler::in_process())
        .capacity(Capacity {
            concurrency: 2 * u32::try_from(count)?,
            ..Capacity::default()
        })
        .limits(limits)
        .build()?;
    host.load(ModuleSource::bytes(misfit("sleeps"))).await?;
    let payload = Job::NoOp.small()?;
    // What the first call leaves behind for all others is no delivery's.
    host.preload(trigger(Job::NoOp.hook(), &payload)).await?;
    let before = Memory::now()?;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..count {
        let (host, trigger) = (host.clone(), trigger(Job::NoOp.hook(), &payload));
        running.spawn(async move { host.preload(trigger).await.map(drop) });
    }
    // They all sleep until their deadline; there is no event for it.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let more = Memory::now()?.since(&before);
    for ended in running.join_all().await {
        ended?;
    }
    Ok(Sample::new(
        "rust, delivery in flight",
        SCLERA,
        Unit::Bytes,
        more.private / count as f64,
    ))
}

/// Bytes of this process.
struct Memory {
    private: f64,
    resident: f64,
}

impl Memory {
    fn now() -> Result<Self> {
        let all = std::fs::read_to_string("/proc/self/smaps_rollup").context("failed to ask the kernel for memory")?;
        let kilobytes = |name: &str| {
            let line = all.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
            number.with_context(|| format!("the kernel does not tell `{name}`"))
        };
        Ok(Self {
            private: 1024.0 * (kilobytes("Private_Clean:")? + kilobytes("Private_Dirty:")?),
            resident: 1024.0 * kilobytes("Rss:")?,
        })
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            private: self.private - before.private,
            resident: self.resident - before.resident,
        }
    }
}

//! Memory, as the kernel counts it. *Private* is what only this process has, and what no file has: compiled code that is mapped
//! from the cache can be dropped, and read again. It is in *resident*.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sclera::{Capacity, Limits, ModuleSource};
use sclera_tests::misfit;

use super::SCLERA;
use crate::group::Group;
use crate::guest::{Job, Language, renamed};
use crate::hosts::trigger;
use crate::many;
use crate::passes::said;
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "memory",
    question: "bytes of private memory for each module that is loaded, and for each delivery that runs",
    measure,
};

/// What is measured, each in a process of its own: what one has freed, the next would take.
const IN_FLIGHT: &str = "rust, delivery in flight";
const REAL: &str = "rust, idle module";
const SMALLEST: &str = "smallest idle module";
/// Tells a process which of them is its own.
const SUBJECT: &str = "SCLERA_BENCH_SUBJECT";

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let Ok(subject) = std::env::var(SUBJECT) else {
        let once = |subject| {
            said(
                Command::new(std::env::current_exe()?)
                    .args(std::env::args_os().skip(1))
                    .env(SUBJECT, subject),
            )
        };
        let mut samples = Vec::new();
        for subject in [REAL, SMALLEST, IN_FLIGHT] {
            // The first time, code has to be compiled, and what that takes is no module's.
            once(subject)?;
            samples.extend(once(subject)?);
        }
        return Ok(samples);
    };
    let runtime = tokio::runtime::Runtime::new()?;
    if subject == IN_FLIGHT {
        return Ok(vec![runtime.block_on(in_flight(context))?]);
    }
    let count = context.extent.either(1_000, 4);
    let folder = (subject == REAL).then(|| many::folder(context, count)).transpose()?;
    // They stay: what is freed meanwhile would count.
    let small = many::small(if folder.is_none() { count } else { 0 })?;
    let host = context.host().build()?;
    // The first of them brings what all of them share.
    let first = renamed(&Language::Rust.module()?, "idle-first")?;
    runtime.block_on(host.load(ModuleSource::bytes(first)))?;
    let before = Memory::settled()?;
    runtime.block_on(async {
        match &folder {
            Some(folder) => many::load_all(&host, folder).await.map(drop),
            None => many::load(&host, small.iter().cloned()).await,
        }
    })?;
    let more = Memory::settled()?.since(&before);
    let each = |bytes| bytes / count as f64;
    Ok(vec![
        Sample::new(&subject, SCLERA, Unit::Bytes, each(more.private)),
        Sample::new(&subject, "sclera, resident", Unit::Bytes, each(more.resident)),
    ])
}

/// Deliveries that wait for something, all at the same time.
async fn in_flight(context: &Context) -> Result<Sample> {
    let count = context.extent.either(32, 4);
    let limits = Limits {
        deadline: Duration::from_secs(3),
        ..Limits::default()
    };
    let host = context
        .host()
        .capacity(Capacity {
            // Workers, and other hooks, have a part of it.
            concurrency: 4 * u32::try_from(count)?,
            ..Capacity::default()
        })
        .limits(limits)
        .build()?;
    host.load(ModuleSource::bytes(misfit("sleeps"))).await?;
    let payload = Job::NoOp.small()?;
    // What the first call leaves behind for all others is no delivery's.
    host.preload(trigger(Job::NoOp.hook(), &payload)).await?;
    let before = Memory::settled()?;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..count {
        let (host, trigger) = (host.clone(), trigger(Job::NoOp.hook(), &payload));
        running.spawn(async move { host.preload(trigger).await.map(drop) });
    }
    // They all sleep until their deadline; there is no event for it.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let more = Memory::now()?.since(&before);
    for ended in running.join_all().await {
        ended?;
    }
    Ok(Sample::new(IN_FLIGHT, SCLERA, Unit::Bytes, more.private / count as f64))
}

/// From one look to the next, until so many in a row say the same; but no more than so many.
const LOOK: Duration = Duration::from_millis(50);
const CALM: u32 = 10;
const MOST: u32 = 200;

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
            private: 1024.0 * kilobytes("Private_Dirty:")?,
            resident: 1024.0 * kilobytes("Rss:")?,
        })
    }

    /// Once it does not change any more: what was freed is given back a little later.
    fn settled() -> Result<Self> {
        let mut last = Self::now()?;
        let mut calm = 0;
        for _ in 0..MOST {
            std::thread::sleep(LOOK);
            let now = Self::now()?;
            calm = if now.private == last.private { calm + 1 } else { 0 };
            last = now;
            if calm == CALM {
                break;
            }
        }
        Ok(last)
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            private: self.private - before.private,
            resident: self.resident - before.resident,
        }
    }
}

//! The questions.

use std::time::{Duration, Instant};

use anyhow::Result;
use async_trait::async_trait;
use sclera::Limits;

use crate::bare::{Bare, Guards, Instance};
use crate::group::Group;
use crate::guest::Job;
use crate::rounds::Way;

mod callers;
mod chain;
mod deliveries;
mod guards;
mod ledger;
mod memory;
mod modules;
mod overload;
mod payload;
mod preload;
mod start;

pub(crate) const ALL: [Group; 11] = [
    preload::GROUP,
    guards::GROUP,
    chain::GROUP,
    modules::GROUP,
    payload::GROUP,
    callers::GROUP,
    ledger::GROUP,
    start::GROUP,
    memory::GROUP,
    overload::GROUP,
    deliveries::GROUP,
];

const SCLERA: &str = "sclera";
const FRESH: &str = "bare wasmtime, fresh";
const READY: &str = "bare wasmtime, ready";

/// Runs to its end what has a thread for itself, as one request of a server has it at a time.
fn alone<T>(measure: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(measure)
}

/// Bare wasmtime with an instance for each call.
struct Fresh<'a> {
    bare: &'a Bare,
    hook: &'static str,
    payload: &'a str,
    /// How many calls, one after the other, as in a chain.
    calls: usize,
}

impl<'a> Fresh<'a> {
    fn new(bare: &'a Bare, job: Job, payload: &'a str) -> Self {
        Self {
            bare,
            hook: job.hook(),
            payload,
            calls: 1,
        }
    }
}

#[async_trait]
impl Way for Fresh<'_> {
    async fn once(&mut self) -> Result<Duration> {
        let started = Instant::now();
        for _ in 0..self.calls {
            self.bare.call(self.hook, self.payload).await?;
        }
        Ok(started.elapsed())
    }
}

/// Bare wasmtime with an instance that was called before, and is called again: fast, and no isolation.
struct Ready<'a> {
    bare: &'a Bare,
    instance: Instance,
    calls: usize,
    hook: &'static str,
    payload: &'a str,
}

/// Calls of one instance. What is made for one call frees nothing, and would have no memory left after some thousands.
const CALLS: usize = 20;

impl<'a> Ready<'a> {
    async fn new(bare: &'a Bare, job: Job, payload: &'a str) -> Result<Self> {
        Ok(Self {
            bare,
            instance: bare.instance().await?,
            calls: 0,
            hook: job.hook(),
            payload,
        })
    }
}

#[async_trait]
impl Way for Ready<'_> {
    async fn once(&mut self) -> Result<Duration> {
        if self.calls == CALLS {
            self.instance = self.bare.instance().await?;
            self.instance.call(self.hook, self.payload).await?;
            self.calls = 0;
        }
        self.calls += 1;
        let started = Instant::now();
        self.instance.call(self.hook, self.payload).await?;
        Ok(started.elapsed())
    }
}

/// Bare wasmtime with what guards a call in the host.
fn guarded(module: &[u8], limits: &Limits) -> Result<Bare> {
    Bare::new(module, limits, Guards::ALL)
}

//! The hosts that are measured.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use sclera::{Compiler, Host, HostBuilder, ModuleSource, Outcome, Payload, Trigger, TriggerError};

use crate::Context;
use crate::guest::Job;
use crate::rounds::Way;

impl Context {
    /// A host that keeps compiled code for the next pass.
    pub(crate) fn host(&self) -> HostBuilder {
        let compiler = Compiler::in_process();
        Host::builder().compile_with(compiler.cache(self.folder.join("compiled")).cache_size(CODE))
    }

    /// A host with these modules.
    pub(crate) async fn host_with<'a>(&self, modules: impl IntoIterator<Item = &'a [u8]>) -> Result<Host> {
        let host = self.host().build()?;
        for module in modules {
            host.load(ModuleSource::bytes(module)).await?;
        }
        Ok(host)
    }
}

/// Bytes of compiled code that are kept.
const CODE: u64 = 8 << 30;

/// A preload, as a server has it.
pub(crate) struct Preload {
    host: Host,
    hook: &'static str,
    payload: Payload,
    deliveries: usize,
    replaces: bool,
}

impl Preload {
    /// A job for all modules of the host, or for those of a chain.
    pub(crate) fn new(host: &Host, job: Job, payload: &Payload, deliveries: usize) -> Self {
        Self {
            host: host.clone(),
            hook: job.hook(),
            payload: payload.clone(),
            deliveries,
            replaces: job.replaces(),
        }
    }

    pub(crate) fn boxed(self) -> Box<dyn Way> {
        Box::new(self)
    }
}

#[async_trait]
impl Way for Preload {
    async fn once(&mut self) -> Result<Duration> {
        let mut trigger = trigger(self.hook, &self.payload);
        let started = Instant::now();
        let report = loop {
            match self.host.preload(trigger).await {
                Err(TriggerError::NotRecorded { .. }) => {
                    // More than the ledger can keep up with: a caller tries again.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    trigger = self::trigger(self.hook, &self.payload);
                }
                answered => break answered?,
            }
        };
        let took = started.elapsed();
        ensure!(
            report.deliveries.len() == self.deliveries,
            "{} modules ran, not {}",
            report.deliveries.len(),
            self.deliveries
        );
        for delivery in &report.deliveries {
            let answer = delivery
                .result
                .as_ref()
                .ok()
                .with_context(|| format!("the module failed: {}", delivery.failure().unwrap_or_default()))?;
            let replaced = matches!(answer.outcome, Outcome::Replace(_));
            ensure!(replaced == self.replaces, "the module did another job than its own");
        }
        Ok(took)
    }
}

/// What a server says happened.
pub(crate) fn trigger(hook: &str, payload: &Payload) -> Trigger {
    Trigger::new(hook, payload.clone()).by("alice").metadata("case_id", 42)
}

//! Loading a module as a server would.

use std::time::Duration;

use sclera::{
    ActionsGrant, Capacity, Grants, Host, HostBuilder, Inspection, Limits, Lock, ModuleInfo, ModulePolicy,
    ModuleSource, Policies, QuarantinePolicy,
};
use serde_json::Value;

use super::review::lock_beside;
use crate::args::Loading;
use crate::view::progress;

/// A module that was loaded.
pub(super) struct Loaded {
    pub(super) host: Host,
    pub(super) module: ModuleInfo,
    pub(super) inspection: Inspection,
}

/// Loads the module.
pub(super) async fn load(host: Host, args: &Loading, config: Option<&Value>, quietly: bool) -> anyhow::Result<Loaded> {
    let mut source = ModuleSource::file(&args.module);
    if let Some(config) = config {
        source = source.config(config.clone());
    }
    let (inspection, _) = source.inspect(host.capacity())?;
    let compiling = progress::spinner(quietly, "compiling");
    let module = host.load(source).await;
    compiling.finish_and_clear();
    Ok(Loaded {
        module: module?,
        host,
        inspection,
    })
}

/// A host as the policy says; without one, a host on which a module can be tried, by so many callers at the same time.
pub(super) fn host(args: &Loading, callers: u32) -> anyhow::Result<HostBuilder> {
    Ok(match &args.policy {
        Some(file) => Host::builder()
            .policies(Policies::read(file)?)
            .lock(Lock::read(lock_beside(file))?),
        None => Host::builder()
            .limits(limits(args))
            .capacity(capacity(args, callers))
            .default_policy(trusting()),
    })
}

/// Nothing is applied here, so every action may be asked for; and a module is not kept from failing again.
fn trusting() -> ModulePolicy {
    ModulePolicy {
        grants: Grants {
            actions: ActionsGrant::everything(),
            ..Grants::default()
        },
        quarantine: Some(QuarantinePolicy {
            faults: 0,
            ..QuarantinePolicy::default()
        }),
        ..ModulePolicy::default()
    }
}

fn limits(args: &Loading) -> Limits {
    Limits {
        fuel: args.fuel,
        deadline: Duration::from_millis(args.deadline),
        memory: (args.memory as usize) << 20,
        ..Limits::default()
    }
}

/// Only one module runs here.
fn capacity(args: &Loading, callers: u32) -> Capacity {
    let default = Capacity::default();
    Capacity {
        // One hook has no more than three eighths of it for sure; nobody is to wait for another caller.
        concurrency: callers.saturating_mul(3).saturating_add(4),
        workers: default.workers.max(callers),
        per_module: default.per_module.max(callers),
        // A failure is what one wants to see.
        attempts: 1,
        memory: (args.memory as usize) << 20,
        ..default
    }
}

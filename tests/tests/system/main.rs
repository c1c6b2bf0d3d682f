//! The promises of the host, kept with real compiled modules.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

mod bad_files;
mod bad_modules;
mod bad_payloads;
mod busy;
mod compiling;
mod contract;
mod documents;
mod examples;
mod hermetic;
mod isolation;
mod keeping;
mod lifecycle;
mod manual;
mod policies;
mod postload;
mod preload;
mod profiling;
mod queueing;
mod registering;
mod replay;
mod shadow;
mod spares;

use std::time::Duration;

use sclera::{
    ActionsGrant, Capacity, Grants, Host, HostBuilder, Limits, LoadError, ModuleInfo, ModulePolicy, ModuleSource,
    Payload, Trigger,
};
use sclera_tests::misfit;

/// Small enough that many hosts fit into one test process.
fn capacity() -> Capacity {
    Capacity {
        concurrency: 4,
        ..Capacity::default()
    }
}

/// A deadline that a busy machine keeps.
fn limits() -> Limits {
    Limits {
        fuel: 500_000_000,
        deadline: Duration::from_secs(10),
        ..Limits::default()
    }
}

/// A policy that grants every action, and nothing else.
fn every_action() -> ModulePolicy {
    ModulePolicy {
        grants: Grants {
            actions: ActionsGrant::everything(),
            ..Grants::default()
        },
        ..ModulePolicy::default()
    }
}

fn builder() -> HostBuilder {
    Host::builder()
        .limits(limits())
        .capacity(capacity())
        .default_policy(every_action())
}

/// A host with the misfits that behave so, loaded in this order.
async fn host_with(behaviours: &[&str]) -> Host {
    let host = builder().build().unwrap();
    for behaviour in behaviours {
        load(&host, behaviour).await.unwrap();
    }
    host
}

async fn load(host: &Host, behaviour: &str) -> Result<ModuleInfo, LoadError> {
    host.load(ModuleSource::bytes(misfit(behaviour))).await
}

fn ioc() -> Payload {
    Payload::parse(r#"[{"ioc_value": "evil.example", "ioc_type_id": 20}]"#).unwrap()
}

/// A committed IOC, as postload and manual hooks carry it.
fn committed() -> Payload {
    Payload::parse(r#"[{"ioc_id": 1, "ioc_value": "evil.example", "ioc_type_id": 20}]"#).unwrap()
}

fn preload() -> Trigger {
    Trigger::new("on_preload_ioc_create", ioc())
        .by("alice")
        .metadata("case_id", 42)
}

fn postload() -> Trigger {
    Trigger::new("on_postload_ioc_create", committed())
        .by("alice")
        .metadata("case_id", 42)
}

fn value(payload: &Payload) -> String {
    payload.value()[0]["ioc_value"].as_str().unwrap().to_owned()
}

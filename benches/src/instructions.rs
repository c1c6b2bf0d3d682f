//! A hundred preloads that callgrind counts: `cargo xtask bench instructions`.
//!
//! What is counted is what one function does that exists for nothing else; starting, loading and warming up are not. Each
//! instance is made in the call, and cleared away in it: valgrind has address space for one place of the pool only, and so
//! for no instances that are made ahead.

use anyhow::{Context as _, Result, bail};
use sclera::{Capacity, Compiler, Host, ModuleSource, Payload, Trigger};

const CALLS: usize = 100;
const WARM_UP: usize = 20;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(module), Some(job)) = (arguments.next(), arguments.next()) else {
        bail!("usage: instructions MODULE.wasm no-op|tag");
    };
    let (hook, payload) = match job.as_str() {
        "no-op" => (
            "on_preload_ioc_create",
            r#"[{"ioc_value": "hxxps://evil[.]example/login", "ioc_type_id": 141, "ioc_tags": "phishing, spotted"}]"#,
        ),
        "tag" => (
            "on_preload_asset_create",
            r#"[{"asset_name": "fs-01.example.org", "asset_type_id": 9, "asset_tags": "server", "asset_info": "Files"}]"#,
        ),
        other => bail!("there is no job `{other}`"),
    };
    let payload = Payload::parse(payload)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let host = runtime.block_on(async {
        let capacity = Capacity {
            concurrency: 1,
            workers: 0,
            spares: 0,
            ..Capacity::default()
        };
        let host = Host::builder()
            .capacity(capacity)
            .compile_with(Compiler::in_process())
            .build()?;
        host.load(ModuleSource::file(&module)).await?;
        anyhow::Ok(host)
    })?;
    for call in 0..WARM_UP + CALLS {
        let trigger = Trigger::new(hook, payload.clone()).by("alice").metadata("case_id", 42);
        let report = if call < WARM_UP {
            runtime.block_on(host.preload(trigger))?
        } else {
            counted(&runtime, &host, trigger)?
        };
        let delivery = report.deliveries.first().context("the module does not listen")?;
        anyhow::ensure!(
            delivery.result.is_ok(),
            "the module failed: {}",
            delivery.failure().unwrap_or_default()
        );
    }
    Ok(())
}

/// What callgrind is told to count, by this name.
#[inline(never)]
fn counted(
    runtime: &tokio::runtime::Runtime,
    host: &Host,
    trigger: Trigger,
) -> Result<sclera::PreloadReport, sclera::TriggerError> {
    std::hint::black_box(runtime.block_on(host.preload(trigger)))
}

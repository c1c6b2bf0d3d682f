//! What Extism takes for the jobs of `benches/guests`: one sample of `cargo xtask bench` as JSON in each line.
//!
//! *Ready* calls the same instance again and again. *Fresh* makes an instance for each call out of a plug-in that is compiled
//! already, and drops it. Both are under a time limit and a limit on memory. The jobs, the payloads, the turns and the pause
//! after each call are those of the group `preload`.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use extism::{CompiledPlugin, Manifest, Plugin, PluginBuilder, Wasm};
use hdrhistogram::Histogram;
use mimalloc::MiMalloc;
use serde_json::json;

const PAUSE: Duration = Duration::from_micros(100);
const TURNS: u32 = 10;
const FRESH: &str = "Extism, fresh";
const READY: &str = "Extism, ready";

/// As the program has it that measures the host.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let turn = if quick { 2 } else { 100 };
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).context("this program is in a target folder")?;
    let guest = target.join("wasm32-unknown-unknown/release/peer_guest.wasm");
    let plugin = compiled(&guest)?;
    let jobs = [
        ("no_op", "no-op", r#"[{"ioc_value": "hxxps://evil[.]example/login", "ioc_type_id": 141, "ioc_tags": "phishing, spotted"}]"#.to_owned()),
        ("tag", "tag", r#"[{"asset_name": "fs-01.example.org", "asset_type_id": 9, "asset_tags": "server", "asset_info": "Files"}]"#.to_owned()),
        ("echo", "echo 64 kB", note(64 << 10)),
    ];
    for (function, name, objects) in &jobs {
        let mut ready = Plugin::new_from_compiled(&plugin)?;
        let mut ways: [(&str, Box<dyn FnMut() -> Result<Duration>>, Histogram<u64>); 2] = [
            (
                FRESH,
                Box::new(|| fresh(&plugin, function, objects)),
                Histogram::new(3)?,
            ),
            (
                READY,
                Box::new(|| call(&mut ready, function, objects)),
                Histogram::new(3)?,
            ),
        ];
        for _ in 0..TURNS {
            for (_, once, times) in &mut ways {
                for call in 0..turn {
                    let took = once()?;
                    // What the other way has left in the processor's caches is not what a call finds there in a server.
                    if call >= turn / 4 {
                        times.record(u64::try_from(took.as_nanos())?)?;
                    }
                }
            }
        }
        for (way, _, times) in &ways {
            println!("{}", sample(&format!("rust, {name}"), way, times));
        }
    }
    Ok(())
}

fn compiled(guest: &Path) -> Result<CompiledPlugin> {
    ensure!(
        guest.is_file(),
        "{} is not built: `cargo xtask bench` does so",
        guest.display()
    );
    let manifest = Manifest::new([Wasm::data(std::fs::read(guest)?)])
        .with_timeout(Duration::from_secs(2))
        // 64 MiB, in pages.
        .with_memory_max(1024);
    PluginBuilder::new(manifest).with_cache_disabled().compile()
}

fn fresh(plugin: &CompiledPlugin, function: &str, objects: &str) -> Result<Duration> {
    let started = Instant::now();
    let mut instance = Plugin::new_from_compiled(plugin)?;
    instance.call::<&str, &str>(function, objects)?;
    drop(instance);
    let took = started.elapsed();
    rest();
    Ok(took)
}

fn call(instance: &mut Plugin, function: &str, objects: &str) -> Result<Duration> {
    let started = Instant::now();
    let answer = instance.call::<&str, &str>(function, objects)?;
    let took = started.elapsed();
    match function {
        "tag" => ensure!(answer.contains("server,bench-rust"), "it answered {answer}"),
        "echo" => ensure!(answer == objects, "it has changed the text"),
        _ => {}
    }
    rest();
    Ok(took)
}

/// Keeps the processor awake.
fn rest() {
    let began = Instant::now();
    while began.elapsed() < PAUSE {
        std::hint::spin_loop();
    }
}

fn sample(subject: &str, way: &str, times: &Histogram<u64>) -> serde_json::Value {
    let at = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
    json!({
        "subject": subject,
        "way": way,
        "unit": "microseconds",
        "value": at(0.5),
        "quantiles": {"p50": at(0.5), "p90": at(0.9), "p99": at(0.99)},
        "floors": [{"subject": subject, "way": "bare wasmtime, fresh"}],
    })
}

/// A note of so many bytes.
fn note(bytes: usize) -> String {
    const LINE: &str = r"The attacker used the account of a former employee, which nobody had closed.\n";
    let (begin, end) = (
        r#"[{"directory_id": 7, "note_title": "What happened", "note_content": ""#,
        r#""}]"#,
    );
    let room = bytes - begin.len() - end.len();
    let text = LINE.repeat(room / LINE.len()) + &".".repeat(room % LINE.len());
    format!("{begin}{text}{end}")
}

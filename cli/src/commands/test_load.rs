//! `sclera test-load`: load a module as a server would, and show what the host saw.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use sclera::{Host, Limits, ModuleInfo, ModuleSource, Payload};
use serde_json::{Map, Value, json};

use super::trial::{Trial, Tried};
use super::watch::Watched;
use crate::args::TestLoad;
use crate::exit::{Exit, UsageError};
use crate::view;

pub(crate) async fn run(args: TestLoad) -> anyhow::Result<Exit> {
    // Read once: standard input cannot be read again when the file changes.
    let payload = args.payload.as_deref().map(read_payload).transpose()?;
    let config = args.config.as_deref().map(read_config).transpose()?;
    if !args.watch {
        return load_and_show(&args, payload, config).await;
    }
    let mut watched = Watched::new(&args.module)?;
    loop {
        match load_and_show(&args, payload.clone(), config.clone()).await {
            Ok(_) => {}
            Err(error) if args.json => view::json_line(&json!({"error": error.to_string()}))?,
            Err(error) => view::error(&error),
        }
        if !args.json {
            view::waiting(&args.module)?;
        }
        if !watched.changed().await? {
            return Ok(Exit::Fine);
        }
    }
}

async fn load_and_show(args: &TestLoad, payload: Option<Payload>, config: Option<Value>) -> anyhow::Result<Exit> {
    let host = Host::builder().limits(limits(args)).build()?;
    let mut source = ModuleSource::file(&args.module);
    if let Some(config) = config {
        source = source.config(config);
    }
    let loading = spinner(args, "compiling");
    let (inspection, _) = source.inspect(host.limits())?;
    let module = host.load(source).await;
    loading.finish_and_clear();
    let module = module?;
    if !args.json {
        view::module(&args.module, &module, &inspection)?;
    }

    let mut tried = Vec::new();
    let metadata: Map<_, _> = args.metadata.iter().cloned().collect();
    for trial in trials(args, &host, &module, payload)? {
        let progress = bar(args);
        let outcome = trial
            .run(&host, &module.identity.name, &args.by, &metadata, args.repeat, || {
                progress.inc(1)
            })
            .await;
        progress.finish_and_clear();
        let outcome = outcome?;
        if !args.json {
            view::tried(&outcome)?;
        }
        tried.push(outcome);
    }
    if args.json {
        let document = json!({"module": module, "imports": inspection.imports, "runs": tried});
        if args.watch {
            view::json_line(&document)?
        } else {
            view::json(&document)?
        }
    }
    Ok(verdict(&tried))
}

fn verdict(tried: &[Tried]) -> Exit {
    let failed = |tried: &Tried| {
        tried.delivery.result.is_err() || tried.latency.as_ref().is_some_and(|latency| latency.failed > 0)
    };
    if tried.iter().any(failed) {
        Exit::Misbehaved
    } else {
        Exit::Fine
    }
}

/// What the module is to be run on.
fn trials(args: &TestLoad, host: &Host, module: &ModuleInfo, payload: Option<Payload>) -> anyhow::Result<Vec<Trial>> {
    if !args.all && args.hook.is_none() {
        return Ok(Vec::new());
    }
    let mut trials = Vec::new();
    if let Some(name) = &args.hook {
        host.catalog()
            .lookup(name)
            .map_err(|unknown| UsageError(unknown.to_string()))?;
    }
    for subscription in &module.subscriptions {
        let wanted = args.hook.as_ref().is_none_or(|hook| *hook == subscription.hook)
            && (args.menu.is_none() || args.menu == subscription.menu_name);
        if wanted {
            let hook = host.catalog().lookup(&subscription.hook)?;
            let payload = match &payload {
                Some(payload) => payload.clone(),
                None => Payload::parse(hook.sample().to_string())?,
            };
            if let Err(fault) = hook.validate(&payload.to_value()) {
                view::warning(&format!(
                    "the payload does not satisfy the schema of `{}`: {fault}",
                    hook.name()
                ));
            }
            trials.push(Trial::new(subscription, payload));
        }
    }
    if trials.is_empty() {
        let listens: Vec<_> = module.subscriptions.iter().map(view::subscription_name).collect();
        let listens = if listens.is_empty() {
            "nothing".to_owned()
        } else {
            listens.join(", ")
        };
        return Err(UsageError(format!(
            "module `{}` did not subscribe to that; it listens to {listens}",
            module.identity.name
        ))
        .into());
    }
    Ok(trials)
}

fn limits(args: &TestLoad) -> Limits {
    let mut limits = Limits {
        concurrency: 4,
        ..Limits::default()
    };
    if let Some(fuel) = args.fuel {
        limits.fuel = fuel;
    }
    if let Some(deadline) = args.deadline {
        limits.deadline = Duration::from_millis(deadline);
    }
    if let Some(memory) = args.memory {
        limits.memory = memory.saturating_mul(1 << 20);
    }
    limits
}

fn read_payload(path: &Path) -> anyhow::Result<Payload> {
    let text = read_text(path)?;
    Payload::parse(text).map_err(|error| {
        UsageError(format!(
            "{error}; see `sclera hooks NAME --sample` for a payload that fits"
        ))
        .into()
    })
}

fn read_config(path: &Path) -> anyhow::Result<Value> {
    let text = read_text(path)?;
    serde_json::from_str(&text)
        .map_err(|error| UsageError(format!("the configuration {} is not JSON: {error}", path.display())).into())
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("failed to read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("failed to read {}", path.display()))
}

/// Shown where a person looks, and only if it takes a while.
fn spinner(args: &TestLoad, message: &'static str) -> ProgressBar {
    if args.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner().with_message(message);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

fn bar(args: &TestLoad) -> ProgressBar {
    if args.json || args.repeat < 100 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("running {wide_bar} {pos}/{len} {eta}");
    ProgressBar::new(args.repeat.into()).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

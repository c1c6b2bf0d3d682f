//! `sclera test-load`: load a module as a server would, and show what the host saw.

use std::pin::pin;
use std::time::Duration;

use anyhow::Context;
use sclera::{
    ActionsGrant, Capacity, Catalog, Compiler, Grants, Host, Inspection, Keep, Ledger, Limits, Lock, ModuleInfo,
    ModulePolicy, ModuleSource, ModuleStore, Payload, Policies, QuarantinePolicy, Subscription,
};
use serde_json::{Map, Value, json};

use super::caching;
use super::input::Input;
use super::replay;
use super::review::lock_beside;
use super::trial::{Trial, Tried};
use super::watch::Watched;
use crate::args::TestLoad;
use crate::exit::{Exit, UsageError};
use crate::view;
use crate::view::progress;

pub(crate) async fn run(args: TestLoad, compiler: Compiler) -> anyhow::Result<Exit> {
    let compiler = caching::with_cache(compiler, &args.cache);
    if let Some(file) = &args.delivery {
        let record = replay::read(file)?;
        return replay::show(&args.module, &record, sclera::Replay::Recorded, compiler, args.json).await;
    }
    if let Some(name) = &args.hook {
        // Before the module is compiled: a typing error is answered at once.
        known_hook(&Catalog::iris(), name)?;
    }
    let input = Input::read(&args)?;
    if !args.watch {
        return load_and_show(&args, &compiler, &input).await;
    }
    // It listens from its first poll on, so that Ctrl-C ends a run as well as the wait for the next one.
    let mut stop = pin!(tokio::signal::ctrl_c());
    tokio::select! {
        biased;
        pressed = &mut stop => {
            pressed.context("failed to wait for Ctrl-C")?;
            Ok(Exit::Fine)
        }
        ended = keep_showing(&args, &compiler, &input) => ended,
    }
}

async fn keep_showing(args: &TestLoad, compiler: &Compiler, input: &Input) -> anyhow::Result<Exit> {
    let mut watched = Watched::new(&args.module);
    loop {
        match load_and_show(args, compiler, input).await {
            Ok(_) => {}
            Err(error) if view::is_broken_pipe(&error) => return Err(error),
            Err(error) if args.json => {
                view::json_line(&json!({"error": error.to_string(), "exit": Exit::of(&error) as u8}))?;
            }
            Err(error) => view::error(&error),
        }
        if !args.json {
            view::waiting(&args.module)?;
        }
        watched.changed().await;
        if !args.json {
            view::changed(&args.module)?;
        }
    }
}

/// A module that was loaded.
pub(super) struct Loaded {
    pub(super) host: Host,
    pub(super) module: ModuleInfo,
    pub(super) inspection: Inspection,
}

pub(super) async fn load(args: &TestLoad, compiler: &Compiler, input: &Input) -> anyhow::Result<Loaded> {
    let host = host(args, compiler).await?;
    let mut source = ModuleSource::file(&args.module);
    if let Some(config) = &input.config {
        source = source.config(config.clone());
    }
    let (inspection, _) = source.inspect(host.capacity())?;
    let compiling = progress::spinner(args, "compiling");
    let module = host.load(source).await;
    compiling.finish_and_clear();
    Ok(Loaded {
        module: module?,
        host,
        inspection,
    })
}

async fn load_and_show(args: &TestLoad, compiler: &Compiler, input: &Input) -> anyhow::Result<Exit> {
    let Loaded {
        host,
        module,
        inspection,
    } = load(args, compiler, input).await?;
    if !args.json {
        view::module(&args.module, &module, &inspection)?;
    }

    let mut tried = Vec::new();
    let metadata = metadata(args);
    for trial in trials(args, &host, &module, input.payload.as_ref())? {
        let running = progress::bar(args);
        let outcome = trial
            .run(&host, &module.identity.name, &args.by, &metadata, args.repeat, || {
                running.inc(1);
            })
            .await;
        running.finish_and_clear();
        let outcome = outcome?;
        if !args.json {
            view::tried(&outcome)?;
        }
        tried.push(outcome);
    }
    if let Some(ledger) = host.ledger() {
        ledger.flush().await?;
    }
    let exit = verdict(&tried);
    if args.json {
        let document = json!({"module": module, "imports": inspection.imports, "runs": tried, "exit": exit as u8});
        if args.watch {
            view::json_line(&document)?;
        } else {
            view::json(&document)?;
        }
    }
    Ok(exit)
}

/// A host as the policy says; without one, a host on which a module can be tried.
async fn host(args: &TestLoad, compiler: &Compiler) -> anyhow::Result<Host> {
    let mut builder = match &args.policy {
        Some(file) => Host::builder()
            .policies(Policies::read(file)?)
            .lock(Lock::read(lock_beside(file))?),
        None => Host::builder()
            .limits(limits(args))
            .capacity(capacity(args))
            .default_policy(trusting()),
    };
    if let Some(folder) = &args.record {
        // It makes the folder, too.
        let modules = ModuleStore::open(folder.join("modules"))?;
        let ledger = folder.join("ledger.sqlite").display().to_string();
        builder = builder
            .ledger(Ledger::open(&ledger, &Keep::default()).await?)
            .module_store(modules);
    }
    Ok(builder.compile_with(compiler.clone()).build()?)
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
fn trials(args: &TestLoad, host: &Host, module: &ModuleInfo, payload: Option<&Payload>) -> anyhow::Result<Vec<Trial>> {
    if !args.all && args.hook.is_none() {
        return Ok(Vec::new());
    }
    let wanted = |subscription: &&Subscription| {
        args.hook.as_ref().is_none_or(|hook| *hook == subscription.hook)
            && (args.menu.is_none() || args.menu == subscription.menu_name)
    };
    let mut trials = Vec::new();
    for subscription in module.subscriptions.iter().filter(wanted) {
        let hook = host.catalog().lookup(&subscription.hook)?;
        let payload = match payload {
            Some(payload) => payload.clone(),
            None => Payload::parse(hook.sample().to_string())?,
        };
        if let Err(fault) = hook.validate(payload.value()) {
            view::warning(&format!(
                "the payload does not satisfy the schema of `{0}`: {fault}; `sclera hooks {0}` shows it",
                hook.name()
            ));
        }
        trials.push(Trial::new(subscription, payload));
    }
    if trials.is_empty() {
        return Err(nothing_to_run(args, module).into());
    }
    Ok(trials)
}

fn nothing_to_run(args: &TestLoad, module: &ModuleInfo) -> UsageError {
    let name = &module.identity.name;
    if module.subscriptions.is_empty() {
        return UsageError(format!(
            "module `{name}` registered for no hook, so there is nothing to run; register for one in `register-hooks`"
        ));
    }
    let hook = args.hook.as_deref().unwrap_or_default();
    let menu = args.menu.iter().map(|menu| format!(" with the menu name “{menu}”"));
    let registered: Vec<_> = module.subscriptions.iter().map(view::subscription_name).collect();
    UsageError(format!(
        "module `{name}` did not register for `{hook}`{}; it did for {}",
        menu.collect::<String>(),
        registered.join(", ")
    ))
}

fn known_hook(catalog: &Catalog, name: &str) -> Result<(), UsageError> {
    match catalog.lookup(name) {
        Ok(_) => Ok(()),
        Err(unknown) => Err(UsageError(format!("{unknown}; `sclera hooks` lists them all"))),
    }
}

/// What the event says about the moment.
fn metadata(args: &TestLoad) -> Map<String, Value> {
    let mut metadata = Map::new();
    metadata.insert("case_id".into(), 42.into());
    metadata.insert("tlp".into(), "amber".into());
    metadata.extend(args.metadata.iter().cloned());
    metadata.retain(|_, value| !value.is_null());
    metadata
}

fn limits(args: &TestLoad) -> Limits {
    Limits {
        fuel: args.fuel,
        deadline: Duration::from_millis(args.deadline),
        memory: (args.memory as usize) << 20,
        ..Limits::default()
    }
}

/// One module runs here at a time.
fn capacity(args: &TestLoad) -> Capacity {
    Capacity {
        concurrency: 4,
        // A failure is what one wants to see.
        attempts: 1,
        memory: (args.memory as usize) << 20,
        ..Capacity::default()
    }
}

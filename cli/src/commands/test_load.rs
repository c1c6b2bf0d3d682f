//! `sclera test-load`: load a module as a server would, and show what the host saw.

use std::pin::pin;

use anyhow::Context;
use sclera::{Compiler, Keep, Ledger, ModuleStore};
use serde_json::json;

use super::caching;
use super::input::Input;
use super::loading::{self, Loaded};
use super::replay;
use super::trial::{self, Tried, known_hook};
use super::watch::Watched;
use crate::args::TestLoad;
use crate::exit::Exit;
use crate::view;
use crate::view::progress;

pub(crate) async fn run(args: TestLoad, compiler: Compiler) -> anyhow::Result<Exit> {
    let compiler = caching::with_cache(compiler, &args.loading.cache);
    if let Some(file) = &args.delivery {
        let record = replay::read(file)?;
        return replay::show(
            &args.loading.module,
            &record,
            sclera::Replay::Recorded,
            compiler,
            args.json,
        )
        .await;
    }
    if let Some(name) = &args.event.hook {
        known_hook(name)?;
    }
    let input = Input::read(&args.loading, Some(&args.event))?;
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
    let mut watched = Watched::new(&args.loading.module);
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
            view::waiting(&args.loading.module)?;
        }
        watched.changed().await;
        if !args.json {
            view::changed(&args.loading.module)?;
        }
    }
}

async fn load_and_show(args: &TestLoad, compiler: &Compiler, input: &Input) -> anyhow::Result<Exit> {
    let Loaded {
        host,
        module,
        inspection,
    } = load(args, compiler, input).await?;
    if !args.json {
        view::module(&args.loading.module, &module, &inspection)?;
    }

    let trials = match args.all || args.event.hook.is_some() {
        true => trial::choose(&args.event, &host, &module, input.payload.as_ref())?,
        false => Vec::new(),
    };
    let mut tried = Vec::new();
    for trial in trials {
        let running = progress::bar(args);
        let outcome = trial.run(&host, args.repeat, || running.inc(1)).await;
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

/// Loads it on a host that keeps a record, if one is wanted.
async fn load(args: &TestLoad, compiler: &Compiler, input: &Input) -> anyhow::Result<Loaded> {
    let mut builder = loading::host(&args.loading, 1)?;
    if let Some(folder) = &args.record {
        // It makes the folder, too.
        let modules = ModuleStore::open(folder.join("modules"))?;
        let ledger = folder.join("ledger.sqlite").display().to_string();
        builder = builder
            .ledger(Ledger::open(&ledger, &Keep::default()).await?)
            .module_store(modules);
    }
    let host = builder.compile_with(compiler.clone()).build()?;
    loading::load(host, &args.loading, input.config.as_ref(), args.json).await
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

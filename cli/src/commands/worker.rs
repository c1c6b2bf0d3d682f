//! `sclera worker`: run the asynchronous deliveries of a server elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use sclera::{Compiler, Delivery, DurableQueue, Host, Ledger, Lock, ModuleStore, Policies};
use serde_json::json;
use tracing_subscriber::EnvFilter;

use super::apply_to::Remote;
use super::caching;
use crate::args::Worker;
use crate::exit::{Exit, UsageError};
use crate::view;

pub(crate) async fn run(args: &Worker, compiler: Compiler) -> anyhow::Result<Exit> {
    log_to_stderr();
    // It listens from here on, so that nobody who starts it has to wait before it can be ended.
    let mut signals = Signals::listen()?;
    let tally = Arc::new(Tally::default());
    let (host, ledger) = host(args, compiler, &tally).await?;
    if args.apply_to.is_none() {
        tracing::warn!(
            "nobody applies the actions that modules ask for here: name the server that does with `--apply-to URL`"
        );
    }
    host.start_workers();
    match args.json {
        true => view::json_line(&json!({"worker": "started", "pid": std::process::id()}))?,
        false => view::line("the worker takes deliveries; Ctrl-C ends it")?,
    }

    signals.next().await;
    tracing::info!(
        "the worker takes no more deliveries, and ends when those that run are over, or after {} s",
        args.grace
    );
    tokio::select! {
        () = host.stop(Duration::from_secs(args.grace)) => {}
        () = signals.next() => {
            tracing::warn!("ended at once: what ran stays in the queue");
            std::process::exit(ENDED_AT_ONCE);
        }
    }
    ledger.flush().await?;
    let (done, failed) = (tally.done.load(Ordering::Relaxed), tally.failed.load(Ordering::Relaxed));
    match args.json {
        true => view::json_line(&json!({"worker": "ended", "done": done, "failed": failed}))?,
        false => view::line(&format!(
            "the worker has ended: {done} deliveries done, {failed} failed"
        ))?,
    }
    Ok(Exit::Fine)
}

/// As a shell says it of what Ctrl-C ended.
const ENDED_AT_ONCE: i32 = 130;

/// How many deliveries are over.
#[derive(Default)]
struct Tally {
    done: AtomicU64,
    failed: AtomicU64,
}

async fn host(args: &Worker, compiler: Compiler, tally: &Arc<Tally>) -> anyhow::Result<(Host, Ledger)> {
    let (mut policies, lock) = match &args.policy {
        Some(file) => {
            let lock = file.with_extension("lock");
            (
                Policies::read(file)?,
                lock.exists().then(|| Lock::read(lock)).transpose()?,
            )
        }
        None => Default::default(),
    };
    if let Some(wanted) = args.concurrency {
        let capacity = policies.capacity.over(&sclera::Capacity::default());
        policies.capacity.workers = Some(wanted);
        policies.capacity.concurrency = Some(capacity.concurrency.max(wanted));
    }
    let folder = args.modules.clone().or_else(|| args.state.file("modules"));
    let folder = folder.ok_or_else(|| {
        UsageError("where are the modules? Give the server's data folder with `--data DIR`, or its module store with `--modules FOLDER`".into())
    })?;
    let outbox = args.state.file("outbox.sqlite");
    let queue = args.state.queue_place()?;
    let outbox =
        outbox.unwrap_or_else(|| std::env::temp_dir().join(format!("sclera-worker-{}.sqlite", std::process::id())));
    let ledger = Ledger::open(&args.state.ledger_place()?, &policies.ledger).await?;
    let mut builder = Host::builder()
        .policies(policies)
        .compile_with(caching::with_cache(compiler, &args.cache))
        .module_store(ModuleStore::open(folder)?)
        .queue(DurableQueue::open(&queue, &outbox).await?)
        .ledger(ledger.clone());
    if let Some(lock) = lock {
        builder = builder.lock(lock);
    }
    if let Some(file) = args.state.file("keyvalue.sqlite") {
        builder = builder.keep_in(file);
    }
    if let Some(url) = &args.apply_to {
        builder = builder.apply_actions_with(Remote::new(url)?);
    }
    let (tally, json) = (tally.clone(), args.json);
    let host = builder
        .on_delivery(move |delivery| over(delivery, &tally, json))
        .build()?;
    Ok((host, ledger))
}

/// Takes note of a delivery that is over.
fn over(delivery: &Delivery, tally: &Tally, json: bool) {
    let failure = match (&delivery.actions, delivery.failure()) {
        (_, Some(failure)) => Some(failure),
        (sclera::ActionState::Failed(reason), None) => Some(format!("its actions could not be applied: {reason}")),
        _ => None,
    };
    let count = if failure.is_none() { &tally.done } else { &tally.failed };
    count.fetch_add(1, Ordering::Relaxed);
    if json {
        let line = json!({
            "delivery": delivery.id, "module": delivery.module.name, "digest": delivery.module.digest, "hook": delivery.hook,
            "attempt": delivery.attempt, "failure": failure, "actions": delivery.actions,
        });
        // Nobody may read it any more; that is no reason to end.
        let _ = view::json_line(&line);
    }
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

/// SIGINT and SIGTERM.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let failed = "failed to wait for signals";
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).context(failed)?,
            terminate: signal(SignalKind::terminate()).context(failed)?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

//! `sclera replay`: a recorded delivery, run once more.

use std::path::{Path, PathBuf};

use anyhow::Context;
use sclera::{Compiler, DeliveryId, Host, Keep, Ledger, ModuleSource, Record, Replay};
use serde_json::json;

use super::caching;
use crate::args;
use crate::exit::{Exit, UsageError};
use crate::state::StateArgs;
use crate::view;

pub(crate) async fn run(args: &args::Replay, compiler: Compiler) -> anyhow::Result<Exit> {
    let record = record(args).await?;
    let module = match (&args.with, &args.module) {
        (Some(file), _) | (None, Some(file)) => file.clone(),
        (None, None) => stored(args, &record)?,
    };
    let replay = if args.live { Replay::Live } else { Replay::Recorded };
    let compiler = caching::with_cache(compiler, &args.cache);
    show(&module, &record, replay, compiler, args.json).await
}

/// Replays a record with the module of that file, and shows what came of it.
pub(super) async fn show(
    module: &Path,
    record: &Record,
    replay: Replay,
    compiler: Compiler,
    as_json: bool,
) -> anyhow::Result<Exit> {
    let host = Host::builder()
        .capacity(record.capacity())
        .compile_with(compiler)
        .build()?;
    let replayed = host.replay(ModuleSource::file(module), record, replay).await?;
    let exit = if replayed.is_same() { Exit::Fine } else { Exit::Differs };
    if as_json {
        view::json(&json!({
            "id": record.envelope.id,
            "hook": record.envelope.hook,
            "number": replayed.number,
            "replay": replayed.replay,
            "before": record.attempts.last(),
            "attempt": replayed.attempt,
            "same": replayed.is_same(),
            "parted": replayed.parted,
            "differences": replayed.differences,
            "duration_ns": replayed.duration_ns,
            "exit": exit as u8,
        }))?;
    } else {
        view::replayed(record, &replayed)?;
    }
    Ok(exit)
}

/// Reads a delivery that was exported.
pub(super) fn read(file: &Path) -> anyhow::Result<Record> {
    let text = std::fs::read_to_string(file).with_context(|| {
        format!(
            "failed to read the delivery {}; `sclera delivery ID --export FILE` writes one",
            file.display()
        )
    })?;
    serde_json::from_str(&text).map_err(|error| {
        UsageError(format!(
            "{} is not a delivery that was exported: {error}; `sclera delivery ID --export FILE` writes one",
            file.display()
        ))
        .into()
    })
}

/// Opens the ledger of a server. One that is not there is a mistake, not a new ledger.
pub(super) async fn ledger(state: &StateArgs) -> anyhow::Result<Ledger> {
    let place = state.ledger_place()?;
    let file = place.strip_prefix("sqlite:").unwrap_or(&place);
    if !place.contains("://") && !Path::new(file).exists() {
        return Err(UsageError(format!(
            "there is no ledger {file}; see whether the server writes one there"
        ))
        .into());
    }
    // Only a host takes away what is too old, by its own rule.
    Ok(Ledger::open(&place, &Keep::default()).await?)
}

async fn record(args: &args::Replay) -> anyhow::Result<Record> {
    let Ok(id) = args.delivery.parse::<DeliveryId>() else {
        return read(Path::new(&args.delivery));
    };
    let record = ledger(&args.state).await?.find(id).await?;
    record.ok_or_else(|| {
        UsageError(format!(
            "the ledger has no delivery {id}; `sclera deliveries` lists those that it has"
        ))
        .into()
    })
}

/// The module that ran, where a server keeps what it loads.
fn stored(args: &args::Replay, record: &Record) -> anyhow::Result<PathBuf> {
    let attempt = record.attempts.last();
    let digest = attempt.map_or(&record.envelope.digest, |attempt| &attempt.digest);
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let folder = args.state.file("modules");
    match folder.map(|folder| folder.join(format!("{digest}.wasm"))) {
        Some(file) if is_digest && file.is_file() => Ok(file),
        Some(file) => Err(UsageError(format!(
            "the module that ran is not there as {}; say where it is with `--module FILE`, or try another with `--with FILE`",
            file.display()
        ))
        .into()),
        None => Err(UsageError(
            "where is the module that ran? Say it with `--module FILE`, give the server's state folder with `--data DIR`, or try another module with `--with FILE`"
                .into(),
        )
        .into()),
    }
}

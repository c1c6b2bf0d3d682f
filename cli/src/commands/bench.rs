//! `sclera bench`: what deliveries to a module take.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use sclera::{Compiler, Host};
use serde::Serialize;
use serde_json::json;

use super::input::Input;
use super::loading::{self, Loaded};
use super::measuring::{Figures, Rounds, measure};
use super::{caching, trial};
use crate::args::Bench;
use crate::exit::Exit;
use crate::view;
use crate::view::progress;

/// How often the code of the module is looked at: an interval that no loop of a module is likely to keep step with.
const SAMPLE_EVERY: Duration = Duration::from_micros(211);

/// What was seen of the code of the module, and where that is.
#[derive(Serialize)]
pub(crate) struct Profiled {
    pub(crate) file: PathBuf,
    pub(crate) samples: u64,
}

pub(crate) async fn run(args: &Bench, compiler: Compiler) -> anyhow::Result<Exit> {
    if let Some(name) = &args.event.hook {
        trial::known_hook(name)?;
    }
    let input = Input::read(&args.loading, Some(&args.event))?;
    let compiler = caching::with_cache(compiler, &args.loading.cache);
    // Before minutes have passed.
    let profile = args.profile.as_deref().map(create).transpose()?;
    let mut host = loading::host(&args.loading, args.callers)?.compile_with(compiler);
    if profile.is_some() {
        host = host.profile_every(SAMPLE_EVERY);
    }
    let host = host.build()?;
    let Loaded { host, module, .. } = loading::load(host, &args.loading, input.config.as_ref(), args.json).await?;

    if !args.json {
        view::benched_module(&args.loading.module, &module.identity, args.callers)?;
    }
    let mut measured = Vec::new();
    for trial in trial::choose(&args.event, &host, &module, input.payload.as_ref())? {
        let progress = progress::rounds(args, &trial.hook);
        let figures = measure(&host, trial, rounds(args), args.callers, &progress).await;
        progress.finish_and_clear();
        let figures = figures?;
        if !args.json {
            view::benched(&figures)?;
        }
        measured.push(figures);
    }
    let exit = verdict(&measured);
    let profiled = match profile {
        Some((file, out)) => Some(profiled(&host, &module.identity.name, file, out)?),
        None => None,
    };
    if args.json {
        view::json(&json!({
            "module": module.identity,
            "callers": args.callers,
            "hooks": measured,
            "profile": profiled,
            "exit": exit as u8,
        }))?;
    } else if let Some(profiled) = &profiled {
        view::profiled(profiled)?;
    }
    Ok(exit)
}

fn create(file: &Path) -> anyhow::Result<(&Path, File)> {
    let out = File::create(file).with_context(|| format!("failed to create {}", file.display()))?;
    Ok((file, out))
}

fn profiled(host: &Host, module: &str, file: &Path, out: File) -> anyhow::Result<Profiled> {
    let mut out = BufWriter::new(out);
    let samples = host.write_profile(module, &mut out)?;
    out.flush()
        .with_context(|| format!("failed to write {}", file.display()))?;
    Ok(Profiled {
        file: file.to_owned(),
        samples,
    })
}

fn rounds(args: &Bench) -> Rounds {
    match args.rounds {
        Some(number) => Rounds::Number(number),
        None => Rounds::Time(Duration::from_secs(args.seconds.into())),
    }
}

fn verdict(measured: &[Figures]) -> Exit {
    if measured.iter().any(Figures::has_failures) {
        Exit::Misbehaved
    } else {
        Exit::Fine
    }
}

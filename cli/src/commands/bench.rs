//! `sclera bench`: what deliveries to a module take.

use std::time::Duration;

use sclera::Compiler;
use serde_json::json;

use super::input::Input;
use super::loading::{self, Loaded};
use super::measuring::{Figures, Rounds, measure};
use super::{caching, trial};
use crate::args::Bench;
use crate::exit::Exit;
use crate::view;
use crate::view::progress;

pub(crate) async fn run(args: &Bench, compiler: Compiler) -> anyhow::Result<Exit> {
    if let Some(name) = &args.event.hook {
        trial::known_hook(name)?;
    }
    let input = Input::read(&args.loading, Some(&args.event))?;
    let compiler = caching::with_cache(compiler, &args.loading.cache);
    let host = loading::host(&args.loading, args.callers)?
        .compile_with(compiler)
        .build()?;
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
    if args.json {
        view::json(&json!({
            "module": module.identity,
            "callers": args.callers,
            "hooks": measured,
            "exit": exit as u8,
        }))?;
    }
    Ok(exit)
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

//! What it costs to keep a record of every delivery.

use std::time::Duration;

use anyhow::Result;
use sclera::{Keep, Ledger, ModuleSource};

use super::{SCLERA, alone};
use crate::group::Group;
use crate::guest::{Job, Language};
use crate::hosts::Preload;
use crate::rounds::{Way, back_to_back, in_turn};
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "ledger",
    question: "what a record of each delivery adds to a preload",
    measure,
};

const SQLITE: &str = "sclera, ledger in SQLite";

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let module = Language::Rust.module()?;
    let folder = tempfile::Builder::new().prefix("ledger-").tempdir_in(&context.folder)?;
    let mut samples = Vec::new();
    alone(async {
        let without = context.host_with([module.as_slice()]).await?;
        let place = folder.path().join("ledger.sqlite").display().to_string();
        let ledger = Ledger::open(&place, &Keep::default()).await?;
        let with = context.host().ledger(ledger.clone()).build()?;
        with.load(ModuleSource::bytes(module.as_slice())).await?;
        for job in [Job::NoOp, Job::Tag] {
            let payload = job.small()?;
            let mut ways: Vec<(&str, Box<dyn Way>)> = vec![
                (SCLERA, Preload::new(&without, job, &payload, 1).boxed()),
                (SQLITE, Preload::new(&with, job, &payload, 1).boxed()),
            ];
            let times = in_turn(&mut ways, context.extent.pace(Duration::from_micros(50))).await?;
            let subject = format!("rust, {}", job.name());
            for ((way, _), times) in ways.iter().zip(&times) {
                let sample = Sample::latency(&subject, *way, times);
                samples.push(if *way == SQLITE { sample.beside(SCLERA) } else { sample });
            }
            let mut rates = Vec::new();
            for (way, preload) in &mut ways {
                let rate = back_to_back(&mut **preload, context.extent.during()).await?;
                rates.push(Sample::new(
                    &subject,
                    format!("{way}, without a pause"),
                    Unit::PerSecond,
                    rate,
                ));
            }
            let beside = format!("{SCLERA}, without a pause");
            samples.extend(rates.into_iter().map(|rate| match rate.way == beside {
                true => rate,
                false => rate.beside(&beside),
            }));
            // What is not written yet must not be in the way of the next.
            ledger.flush().await?;
        }
        Ok(())
    })?;
    Ok(samples)
}

//! A preload with more than one module.
//!
//! Each module of the chain is another one, with code of its own. In bare wasmtime it is the same module that is called as
//! often, which the processor's caches like better.

use std::time::Duration;

use anyhow::{Context as _, Result};
use sclera::Limits;

use super::{FRESH, Fresh, SCLERA, alone, guarded};
use crate::bare::Bare;
use crate::group::Group;
use crate::guest::{Job, Language, renamed};
use crate::hosts::Preload;
use crate::rounds::{Way, in_turn};
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "chain",
    question: "what a preload takes with several modules, each with an instance of its own",
    measure,
};

const LENGTHS: [u32; 5] = [1, 2, 4, 8, 16];
/// About what one module takes, with the making of its instance.
const EACH: Duration = Duration::from_micros(25);
const FURTHER: &str = "sclera, each further module";

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let module = Language::Rust.module()?;
    let bare = guarded(&module, &Limits::default())?;
    let mut samples = Vec::new();
    for job in [Job::NoOp, Job::Tag] {
        samples.extend(alone(one(context, &module, &bare, job))?);
    }
    Ok(samples)
}

async fn one(context: &Context, module: &[u8], bare: &Bare, job: Job) -> Result<Vec<Sample>> {
    let payload = job.small()?;
    let subject = |length: u32| match length {
        1 => format!("rust, {}, 1 module", job.name()),
        _ => format!("rust, {}, {length} modules", job.name()),
    };
    // The same for all lengths, because whatever waits for longer finds colder caches: as long as the longest takes.
    let pace = context.extent.pace(EACH * LENGTHS.into_iter().max().unwrap_or(1));
    let mut samples = Vec::new();
    let mut alone = None;
    for length in LENGTHS.into_iter().take(context.extent.either(LENGTHS.len(), 3)) {
        let modules = (0..length).map(|number| renamed(module, &format!("chain-{number:02}")));
        let modules = modules.collect::<Result<Vec<_>>>()?;
        let host = context.host_with(modules.iter().map(Vec::as_slice)).await?;
        let calls = usize::try_from(length)?;
        let bare = Fresh {
            calls,
            ..Fresh::new(bare, job, payload.as_str())
        };
        let mut ways: Vec<(&str, Box<dyn Way + '_>)> = vec![
            (SCLERA, Preload::new(&host, job, &payload, calls).boxed()),
            (FRESH, Box::new(bare)),
        ];
        let times = in_turn(&mut ways, pace).await?;
        let [ours, bare] = &times[..] else {
            continue;
        };
        let ours = Sample::latency(subject(length), SCLERA, ours).beside(FRESH);
        if length == 1 {
            alone = Some(ours.value);
        } else {
            let alone = alone.context("the first chain has one module")?;
            let further = (ours.value - alone) / f64::from(length - 1);
            let further = Sample::new(subject(length), FURTHER, Unit::Microseconds, further);
            samples.push(further.beside_other(subject(1), SCLERA));
        }
        samples.push(ours);
        samples.push(Sample::latency(subject(length), FRESH, bare));
    }
    Ok(samples)
}

//! One preload of one module.
//!
//! *Bare wasmtime, fresh* makes an instance for each call, under the guards of the host, as the host would if it made none
//! ahead. *Bare wasmtime, ready* calls the same instance again and again: what the module itself takes. What it takes to
//! get rid of an instance is part of *fresh*, because the caller waits for it; in the host, the caller does not.

use std::time::Duration;

use anyhow::Result;
use sclera::{Limits, Payload, Policies};

use super::{FRESH, Fresh, READY, Ready, SCLERA, alone, guarded};
use crate::bare::Bare;
use crate::group::Group;
use crate::guest::{Job, Language, note};
use crate::hosts::Preload;
use crate::rounds::{Way, back_to_back, in_turn};
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "preload",
    question: "what one preload of one module takes, which has an instance of its own",
    measure,
};

/// From the same pass, if peers are measured: see `benches/peers`.
const PEERS: [&str; 2] = ["Extism, fresh", "Extism, ready"];
const SUSTAINED: &str = "sclera, without a pause";
const SUSTAINED_BARE: &str = "bare wasmtime, fresh, without a pause";
/// Of the largest payload.
const LARGE: usize = 64 << 10;

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for language in &context.languages {
        samples.extend(alone(one(context, *language))?);
    }
    Ok(samples)
}

async fn one(context: &Context, language: Language) -> Result<Vec<Sample>> {
    let module = language.module()?;
    let bare = guarded(&module, &Limits::default())?;
    let name = format!("bench-{}", language.name());
    let host = context.host().policies(policies(&name)?).build()?;
    host.load(sclera::ModuleSource::bytes(module)).await?;

    let mut samples = Vec::new();
    let mut jobs = vec![
        ("no-op", Job::NoOp, Job::NoOp.small()?),
        ("tag", Job::Tag, Job::Tag.small()?),
    ];
    jobs.push(("echo 64 kB", Job::Echo, note(LARGE)?));
    for (does, job, payload) in &jobs {
        let subject = format!("{}, {does}", language.name());
        let call = first(&bare, *job, payload).await?;
        let mut ways: Vec<(&str, Box<dyn Way + '_>)> = vec![
            (SCLERA, Preload::new(&host, *job, payload, 1).boxed()),
            (FRESH, Box::new(Fresh::new(&bare, *job, payload.as_str()))),
            (READY, Box::new(Ready::new(&bare, *job, payload.as_str()).await?)),
        ];
        // First without a pause: where each instance writes is known afterwards, as it is in a server that has run for a while.
        for ((_, way), name) in ways.iter_mut().zip([SUSTAINED, SUSTAINED_BARE]) {
            let rate = back_to_back(&mut **way, context.extent.during() / 2).await?;
            let sample = Sample::new(&subject, name, Unit::PerSecond, rate);
            samples.push(if name == SUSTAINED {
                sample.beside(SUSTAINED_BARE)
            } else {
                sample
            });
        }
        let times = in_turn(&mut ways, context.extent.pace(call)).await?;
        for ((way, _), times) in ways.iter().zip(&times) {
            let sample = Sample::latency(&subject, *way, times);
            samples.push(match *way {
                SCLERA => PEERS
                    .iter()
                    .fold(sample.beside(FRESH).beside(READY), |sample, peer| sample.beside(*peer)),
                _ => sample,
            });
        }
    }
    Ok(samples)
}

/// An operator who has decided something.
fn policies(module: &str) -> Result<Policies> {
    let policies =
        format!("[modules.{module}]\non-failure = {{ any = \"reject\" }}\nlimits = {{ memory = \"60 MiB\" }}");
    Ok(Policies::parse(&policies)?)
}

/// About how long a call takes in an instance of its own.
async fn first(bare: &Bare, job: Job, payload: &Payload) -> Result<Duration> {
    let mut fresh = Fresh::new(bare, job, payload.as_str());
    fresh.once().await?;
    fresh.once().await
}

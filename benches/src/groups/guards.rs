//! What each guard of a call costs: each by itself, all of them, and the host, which has all of them.
//!
//! Fuel and epochs are in the module's code, which is compiled anew for each of these ways.

use std::time::Duration;

use anyhow::Result;
use sclera::{Limits, ModuleSource, Policies};

use super::{Fresh, READY, Ready, SCLERA, alone};
use crate::bare::{Bare, Guards};
use crate::group::Group;
use crate::guest::{Job, Language};
use crate::hosts::Preload;
use crate::rounds::{Way, in_turn};
use crate::{Context, Sample};

pub(crate) const GROUP: Group = Group {
    name: "guards",
    question: "what each guard adds to a call in bare wasmtime, and what a match rule adds to a preload",
    measure,
};

const NONE: &str = "bare wasmtime, no guard";
const ALL: &str = "bare wasmtime, all guards";
const RULED: &str = "sclera, with a match rule";
const UNGUARDED: &str = "bare wasmtime, ready, no guard";
const RULE: &str = "metadata.case_id == 42 && size(payload) == 1";

/// Each guard by itself, none of them, and all of them.
fn guards() -> [(&'static str, Guards); 7] {
    let none = Guards::default();
    [
        (NONE, none),
        ("… and fuel", Guards { fuel: true, ..none }),
        ("… and an epoch deadline", Guards { epoch: true, ..none }),
        ("… and a memory limit", Guards { memory: true, ..none }),
        (
            "… and host-call fuel",
            Guards {
                host_call: true,
                ..none
            },
        ),
        ("… and an outer timeout", Guards { timeout: true, ..none }),
        (ALL, Guards::ALL),
    ]
}

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let module = Language::Rust.module()?;
    let limits = Limits::default();
    let bares = guards().map(|(name, guards)| Ok((name, Bare::new(&module, &limits, guards)?)));
    let bares = bares.into_iter().collect::<Result<Vec<_>>>()?;
    let mut samples = Vec::new();
    for job in [Job::NoOp, Job::Tag] {
        samples.extend(alone(one(context, &module, &bares, job))?);
    }
    Ok(samples)
}

async fn one(context: &Context, module: &[u8], bares: &[(&str, Bare)], job: Job) -> Result<Vec<Sample>> {
    let payload = job.small()?;
    let plain = context.host_with([module]).await?;
    let rule = format!(
        "[[modules.bench-rust.subscriptions]]\nhook = \"{}\"\nmatch = \"{RULE}\"",
        job.hook()
    );
    let ruled = context.host().policies(Policies::parse(&rule)?).build()?;
    ruled.load(ModuleSource::bytes(module)).await?;

    let mut ways: Vec<(&str, Box<dyn Way + '_>)> = Vec::new();
    for (name, bare) in bares {
        ways.push((name, Box::new(Fresh::new(bare, job, payload.as_str()))));
    }
    for (name, which) in [(UNGUARDED, bares.first()), (READY, bares.last())] {
        if let Some((_, bare)) = which {
            ways.push((name, Box::new(Ready::new(bare, job, payload.as_str()).await?)));
        }
    }
    ways.push((SCLERA, Preload::new(&plain, job, &payload, 1).boxed()));
    ways.push((RULED, Preload::new(&ruled, job, &payload, 1).boxed()));
    let times = in_turn(&mut ways, context.extent.pace(Duration::from_micros(50))).await?;
    let samples = ways.iter().zip(&times).map(|((way, _), times)| {
        let sample = Sample::latency(format!("rust, {}", job.name()), *way, times);
        match *way {
            NONE | UNGUARDED => sample,
            READY => sample.beside(UNGUARDED),
            RULED => sample.beside(SCLERA),
            _ => sample.beside(NONE),
        }
    });
    Ok(samples.collect())
}

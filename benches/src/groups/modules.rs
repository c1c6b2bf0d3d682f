//! Dispatch to one module while others are loaded.
//!
//! The others are as small as can be, each with code of its own, and listen to another hook.

use std::time::Duration;

use anyhow::Result;

use super::{SCLERA, alone};
use crate::group::Group;
use crate::guest::{Job, Language};
use crate::hosts::Preload;
use crate::many;
use crate::rounds::in_turn;
use crate::{Context, Sample};

pub(crate) const GROUP: Group = Group {
    name: "modules",
    question: "what a preload of one module takes while more modules are loaded",
    measure,
};

/// In turn with it, a host of its own.
const ALONE: &str = "sclera, with that module only";

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let counts: &[usize] = context.extent.either(&[1, 10, 100, 1_000, 10_000], &[1, 10]);
    let mut samples = Vec::new();
    alone(async {
        let module = Language::Rust.module()?;
        let lonely = context.host_with([module.as_slice()]).await?;
        let host = context.host_with([module.as_slice()]).await?;
        let mut others = many::small(counts.last().map_or(0, |most| most - 1))?.into_iter();
        let mut loaded = 1;
        for count in counts {
            many::load(&host, others.by_ref().take(count - loaded)).await?;
            loaded = *count;
            let payload = Job::Tag.small()?;
            let way = |host| Preload::new(host, Job::Tag, &payload, 1).boxed();
            let mut ways = [(SCLERA, way(&host)), (ALONE, way(&lonely))];
            let times = in_turn(&mut ways, context.extent.pace(Duration::from_micros(50))).await?;
            let subject = format!("rust, tag, {count} loaded");
            for ((way, _), times) in ways.iter().zip(&times) {
                let sample = Sample::latency(&subject, *way, times);
                samples.push(if *way == SCLERA { sample.beside(ALONE) } else { sample });
            }
        }
        Ok(())
    })?;
    Ok(samples)
}

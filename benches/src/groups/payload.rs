//! Payloads of all sizes, in and out. The module neither reads nor writes them: it answers with what came.

use anyhow::Result;
use sclera::{Capacity, Limits, ModuleSource};

use super::{FRESH, Fresh, READY, Ready, SCLERA, alone, guarded};
use crate::group::Group;
use crate::guest::{Job, Language, note};
use crate::hosts::Preload;
use crate::rounds::{Way, in_turn};
use crate::{Context, Sample};

pub(crate) const GROUP: Group = Group {
    name: "payload",
    question: "what a preload takes that answers with the payload that came",
    measure,
};

/// Bytes, and what people call them.
const SIZES: [(usize, &str); 6] = [
    (100, "100 B"),
    (1_000, "1 kB"),
    (10_000, "10 kB"),
    (100_000, "100 kB"),
    (1_000_000, "1 MB"),
    (10_000_000, "10 MB"),
];

/// With room for the largest.
fn limits() -> Limits {
    Limits {
        memory: 128 << 20,
        payload: 16 << 20,
        answer: 32 << 20,
        host_call: 64 << 20,
        ..Limits::default()
    }
}

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let module = Language::Rust.module()?;
    let bare = guarded(&module, &limits())?;
    let capacity = Capacity {
        memory: limits().memory,
        ..Capacity::default()
    };
    let mut samples = Vec::new();
    alone(async {
        let host = context.host().limits(limits()).capacity(capacity).build()?;
        host.load(ModuleSource::bytes(module)).await?;
        for (bytes, name) in SIZES.into_iter().take(context.extent.either(SIZES.len(), 3)) {
            let payload = note(bytes)?;
            let mut ways: Vec<(&str, Box<dyn Way + '_>)> = vec![
                (SCLERA, Preload::new(&host, Job::Echo, &payload, 1).boxed()),
                (FRESH, Box::new(Fresh::new(&bare, Job::Echo, payload.as_str()))),
                (READY, Box::new(Ready::new(&bare, Job::Echo, payload.as_str()).await?)),
            ];
            let mut call = std::time::Duration::ZERO;
            for _ in 0..2 {
                call = match ways.get_mut(1) {
                    Some((_, fresh)) => fresh.once().await?,
                    None => call,
                };
            }
            let times = in_turn(&mut ways, context.extent.pace(call)).await?;
            for ((way, _), times) in ways.iter().zip(&times) {
                let sample = Sample::latency(format!("rust, echo {name}"), *way, times);
                samples.push(match *way {
                    SCLERA => sample.beside(FRESH).beside(READY),
                    _ => sample,
                });
            }
        }
        Ok(())
    })?;
    Ok(samples)
}

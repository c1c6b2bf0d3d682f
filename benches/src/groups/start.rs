//! A cold start: from nothing to modules that can be called, with all code compiled before. And whether the first preload
//! after it is slower than the rest.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use super::{SCLERA, alone};
use crate::group::Group;
use crate::guest::Job;
use crate::hosts::Preload;
use crate::many;
use crate::rounds::Way;
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "start",
    question: "from nothing to modules that are loaded, with compiled code from the cache",
    measure,
};

const FIRST: &str = "sclera, first preload after the start";
const LATER: &str = "sclera, hundredth preload after the start";

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let counts: &[usize] = context.extent.either(&[1, 100, 1_000], &[1, 4]);
    let mut samples = Vec::new();
    for count in counts {
        samples.extend(one(context, *count)?);
    }
    Ok(samples)
}

fn one(context: &Context, count: usize) -> Result<Vec<Sample>> {
    let folder = many::folder(context, count)?;
    // Only for a cache that has everything.
    let runtime = tokio::runtime::Runtime::new()?;
    let has_everything = async { many::load_all(&context.host().build()?, &folder).await };
    runtime.block_on(has_everything)?;
    drop(runtime);

    let began = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    let host = runtime.block_on(async {
        let host = context.host().build()?;
        let cached = many::load_all(&host, &folder).await?;
        ensure!(cached, "the cache has lost some of the code");
        anyhow::Ok(host)
    })?;
    let took = began.elapsed().as_secs_f64();

    let subject = match count {
        1 => "rust, 1 module".to_owned(),
        _ => format!("rust, {count} modules"),
    };
    let payload = Job::NoOp.small()?;
    let mut preload = Preload::new(&host, Job::NoOp, &payload, 1);
    let mut times = Vec::new();
    alone(async {
        for _ in 0..context.extent.either(100, 3) {
            times.push(preload.once().await?.as_secs_f64() * 1e6);
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        Ok(())
    })?;
    let (first, last) = times.first().zip(times.last()).context("there are preloads")?;
    Ok(vec![
        Sample::new(&subject, SCLERA, Unit::Seconds, took),
        Sample::new(&subject, FIRST, Unit::Microseconds, *first).beside(LATER),
        Sample::new(&subject, LATER, Unit::Microseconds, *last),
    ])
}

//! How many deliveries a second are accepted, and how many are over, on each queue; beside how often this machine's disk can
//! be told to keep something, and beside the same job in Celery.

mod celery;
mod fsync;
mod ours;

use std::time::Duration;

use anyhow::Result;
use sclera_tests::services::RabbitNode;

use crate::group::Group;
use crate::{Context, Sample, Unit};

pub(crate) const GROUP: Group = Group {
    name: "deliveries",
    question: "asynchronous deliveries a second, with a ledger in SQLite and workers in the same process",
    measure,
};

/// Callers that accept at the same time, where there are many.
const CALLERS: usize = 32;

/// What was measured of one queue: each a number per second.
struct Rates {
    /// Triggers accepted, with one caller.
    one: f64,
    /// With many callers.
    many: f64,
    /// Deliveries that were over, from the first that is accepted to the end of the last.
    end_to_end: f64,
}

/// How much to measure.
#[derive(Clone, Copy)]
struct Amount {
    /// How long to accept.
    during: Duration,
    /// How many deliveries to bring to their end.
    deliveries: usize,
}

const DISK: &str = "this disk, told to keep a page";
const SQLITE: &str = "sclera on SQLite";
const RABBITMQ: &str = "sclera on RabbitMQ";
const CELERY: &str = "Celery on RabbitMQ";

fn measure(context: &Context) -> Result<Vec<Sample>> {
    let amount = Amount {
        during: context.extent.either(2, 1) * context.extent.during(),
        deliveries: context.extent.either(10_000, 64),
    };
    // Where everything is that must be kept: the same disk for all.
    let folder = tempfile::Builder::new()
        .prefix("deliveries-")
        .tempdir_in(&context.folder)?;
    let disk = fsync::per_second(folder.path(), amount.during)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let sqlite = folder.path().join("queue.sqlite").display().to_string();
    let mut all = vec![(
        SQLITE,
        runtime.block_on(ours::measure(SQLITE, &sqlite, folder.path(), amount))?,
    )];
    let node = RabbitNode::start()?;
    all.push((
        RABBITMQ,
        runtime.block_on(ours::measure(RABBITMQ, &node.url(), folder.path(), amount))?,
    ));
    if let Some(python) = &context.celery {
        all.push((CELERY, celery::measure(python, &node.url(), folder.path(), amount)?));
    }

    let mut samples = Vec::new();
    let subjects = [
        "accepted, 1 caller".to_owned(),
        format!("accepted, {CALLERS} callers"),
        format!("end to end, {CALLERS} callers"),
    ];
    for (place, subject) in subjects.iter().enumerate() {
        samples.push(Sample::new(subject, DISK, Unit::PerSecond, disk));
        for (way, rates) in &all {
            let rate = match place {
                0 => rates.one,
                1 => rates.many,
                _ => rates.end_to_end,
            };
            let sample = Sample::new(subject, *way, Unit::PerSecond, rate).beside(DISK);
            samples.push(if *way == RABBITMQ {
                sample.beside(CELERY)
            } else {
                sample
            });
        }
    }
    Ok(samples)
}

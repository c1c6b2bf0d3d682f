//! Ways that are taken in turn.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use async_trait::async_trait;
use hdrhistogram::Histogram;

/// A way to do something.
#[async_trait]
pub(crate) trait Way: Send {
    /// Does it once, and says how long that took. Preparing and checking are not part of it.
    async fn once(&mut self) -> Result<Duration>;
}

/// How ways are taken in turn: some calls of one, then some of the next, and again, so that what else the machine does meets
/// all of them alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Calls of one way in a turn.
    pub(crate) turn: u32,
    /// Calls at the beginning of a turn that are not counted: what the other ways have left in the processor's caches is not
    /// what a call finds there in a server.
    pub(crate) settling: u32,
    pub(crate) turns: u32,
    /// After each call.
    pub(crate) pause: Duration,
}

/// How long each of the ways took, in nanoseconds.
pub(crate) async fn in_turn(ways: &mut [(&str, Box<dyn Way + '_>)], pace: Pace) -> Result<Vec<Histogram<u64>>> {
    let mut times = vec![Histogram::new(3)?; ways.len()];
    for _ in 0..pace.turns {
        for ((name, way), times) in ways.iter_mut().zip(&mut times) {
            for call in 0..pace.turn {
                let took = way
                    .once()
                    .await
                    .with_context(|| format!("failed to measure `{name}`"))?;
                if call >= pace.settling {
                    times.record(nanoseconds(took))?;
                }
                rest(pace.pause).await;
            }
        }
    }
    Ok(times)
}

/// How often a second a way goes without a pause.
pub(crate) async fn back_to_back(way: &mut dyn Way, during: Duration) -> Result<f64> {
    let (mut count, began) = (0_u32, Instant::now());
    while began.elapsed() < during {
        way.once().await?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// Waits without letting the processor sleep, and lets everything else on this thread run.
async fn rest(pause: Duration) {
    let began = Instant::now();
    while began.elapsed() < pause {
        tokio::task::yield_now().await;
    }
}

pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

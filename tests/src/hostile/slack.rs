//! How much later than its deadline a preload ends: a distribution, because a busy machine makes it what it is.

use std::fmt;
use std::time::{Duration, Instant};

use sclera::{Capacity, Fault, Host, Limits, ModuleSource};

use super::Generated;
use super::stage::{load_good, patient, survives, trigger};

/// What generated modules may take: little, because there are many of them.
const DEADLINE: Duration = Duration::from_millis(50);

/// Plays generated modules, all in one host.
pub struct Generator {
    host: Host,
    /// What came of them.
    pub seen: Seen,
}

/// What came of generated modules.
#[derive(Default)]
pub struct Seen {
    /// Those that could not be loaded.
    pub refused: usize,
    /// Deliveries that were answered.
    pub answered: usize,
    /// Deliveries that failed in another way than by their deadline.
    pub failed: usize,
    /// For each delivery that ended by its deadline, how much later the caller had its answer.
    pub slack: Vec<Duration>,
}

impl Generator {
    /// Makes the host.
    pub async fn new() -> Result<Self, String> {
        let host = Host::builder()
            .limits(Limits {
                fuel: u64::MAX / 2,
                deadline: DEADLINE,
                ..Limits::default()
            })
            .capacity(Capacity {
                concurrency: 4,
                ..Capacity::default()
            })
            .policy("goodone", patient())
            .build()
            .map_err(|error| error.to_string())?;
        load_good(&host).await?;
        Ok(Self {
            host,
            seen: Seen::default(),
        })
    }

    /// Loads the module, lets it handle one event, and looks whether the host is as it was.
    pub async fn play(&mut self, module: Generated) -> Result<(), String> {
        let Ok(loaded) = self.host.load(ModuleSource::bytes(module.bytes)).await else {
            self.seen.refused += 1;
            return survives(&self.host).await;
        };
        let trigger = trigger("on_preload_ioc_create")?;
        let began = Instant::now();
        let report = self.host.preload(trigger).await.map_err(|error| error.to_string())?;
        let took = began.elapsed();
        for delivery in &report.deliveries {
            match &delivery.result {
                Ok(_) => self.seen.answered += 1,
                Err(Fault::Timeout { limit }) => self.seen.slack.push(took.saturating_sub(*limit)),
                Err(_) => self.seen.failed += 1,
            }
        }
        self.host
            .unload(&loaded.identity.name)
            .await
            .map_err(|error| error.to_string())?;
        survives(&self.host).await
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} refused, {} deliveries answered, {} failed, {} ended by their deadline of {} ms",
            self.refused,
            self.answered,
            self.failed,
            self.slack.len(),
            DEADLINE.as_millis()
        )?;
        let mut slack = self.slack.clone();
        slack.sort_unstable();
        let at = |percent: usize| slack.get((slack.len().saturating_sub(1)) * percent / 100).copied();
        if let (Some(half), Some(most), Some(all)) = (at(50), at(99), at(100)) {
            let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
            write!(
                f,
                "; the caller had its answer later than that by {:.2} ms (median), {:.2} ms (99 %), {:.2} ms (all)",
                ms(half),
                ms(most),
                ms(all)
            )?;
        }
        Ok(())
    }
}

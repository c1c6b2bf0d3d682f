//! One run of a module in `test-load`: which hook, with which payload, and what came of it.

use std::sync::Arc;

use anyhow::Context;
use hdrhistogram::Histogram;
use sclera::{Delivery, HookKind, Host, Payload, PreloadReport, Subscription, Trigger};
use serde::Serialize;
use serde_json::{Map, Value};

/// What the module is run on.
pub(crate) struct Trial {
    pub(crate) hook: String,
    pub(crate) kind: HookKind,
    pub(crate) menu_name: Option<String>,
    pub(crate) payload: Payload,
}

/// What came of it.
#[derive(Serialize)]
pub(crate) struct Tried {
    /// The last delivery.
    #[serde(serialize_with = "as_itself")]
    pub(crate) delivery: Arc<Delivery>,
    /// The payload that went in.
    pub(crate) before: Payload,
    /// The payload that came out; the same if nothing replaced it.
    pub(crate) after: Payload,
    /// With `--repeat`: how long it took.
    pub(crate) latency: Option<Latency>,
}

fn as_itself<S: serde::Serializer>(delivery: &Arc<Delivery>, serializer: S) -> Result<S::Ok, S::Error> {
    delivery.as_ref().serialize(serializer)
}

/// How long a number of runs took, in microseconds.
#[derive(Serialize)]
pub(crate) struct Latency {
    pub(crate) runs: u64,
    pub(crate) failed: u64,
    pub(crate) min_us: f64,
    pub(crate) p50_us: f64,
    pub(crate) p90_us: f64,
    pub(crate) p99_us: f64,
    pub(crate) max_us: f64,
}

impl Trial {
    /// On a subscription's own hook.
    pub(crate) fn new(subscription: &Subscription, payload: Payload) -> Self {
        Self {
            hook: subscription.hook.clone(),
            kind: subscription.kind,
            menu_name: subscription.menu_name.clone(),
            payload,
        }
    }

    /// Runs the module of that name as often as `repeat`.
    pub(crate) async fn run(
        &self,
        host: &Host,
        module: &str,
        by: &str,
        metadata: &Map<String, Value>,
        repeat: u32,
        mut progress: impl FnMut(),
    ) -> anyhow::Result<Tried> {
        let mut durations = Histogram::<u64>::new(3)?;
        let mut failed = 0;
        let mut last = None;
        for _ in 0..repeat {
            let (delivery, after) = self.once(host, module, by, metadata).await?;
            durations.record(u64::try_from(delivery.usage.duration.as_nanos())?)?;
            failed += u64::from(delivery.result.is_err());
            last = Some((delivery, after));
            progress();
        }
        let (delivery, after) = last.context("nothing was run")?;
        Ok(Tried {
            delivery,
            before: self.payload.clone(),
            after,
            latency: (repeat > 1).then(|| Latency::of(&durations, failed)),
        })
    }

    async fn once(
        &self,
        host: &Host,
        module: &str,
        by: &str,
        metadata: &Map<String, Value>,
    ) -> anyhow::Result<(Arc<Delivery>, Payload)> {
        let mut trigger = Trigger::new(&self.hook, self.payload.clone()).by(by);
        for (key, value) in metadata {
            trigger = trigger.metadata(key, value.clone());
        }
        let report = match self.kind {
            HookKind::Preload => {
                let PreloadReport {
                    payload, deliveries, ..
                } = host.preload(trigger).await?;
                let delivery = deliveries.into_iter().next().context("the module did not run")?;
                return Ok((Arc::new(delivery), payload));
            }
            HookKind::Postload => host.postload(trigger).await?,
            HookKind::Manual => {
                let menu_name = self.menu_name.as_deref().unwrap_or_default();
                host.trigger_manual(module, menu_name, trigger).await?
            }
        };
        let delivery = match report.deliveries.into_iter().next() {
            Some(delivery) => Arc::new(delivery),
            None => {
                let pending = report.background.into_iter().next().context("the module did not run")?;
                pending.finished().await.context("the delivery was given up")?
            }
        };
        Ok((delivery, self.payload.clone()))
    }
}

impl Latency {
    fn of(durations: &Histogram<u64>, failed: u64) -> Self {
        let microseconds = |nanoseconds: u64| nanoseconds as f64 / 1_000.0;
        Self {
            runs: durations.len(),
            failed,
            min_us: microseconds(durations.min()),
            p50_us: microseconds(durations.value_at_quantile(0.5)),
            p90_us: microseconds(durations.value_at_quantile(0.9)),
            p99_us: microseconds(durations.value_at_quantile(0.99)),
            max_us: microseconds(durations.max()),
        }
    }
}

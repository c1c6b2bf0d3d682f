//! One run of a module that is tried: which hook, with which event, and what came of it.

use std::sync::Arc;

use anyhow::Context;
use hdrhistogram::Histogram;
use sclera::{Catalog, Delivery, HookKind, Host, ModuleInfo, Payload, PreloadReport, Subscription, Trigger};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::EventArgs;
use crate::exit::UsageError;
use crate::view;

/// What the module is run on.
pub(crate) struct Trial {
    /// The module's name.
    pub(crate) module: String,
    pub(crate) hook: String,
    pub(crate) kind: HookKind,
    pub(crate) menu_name: Option<String>,
    pub(crate) payload: Payload,
    pub(crate) by: String,
    pub(crate) metadata: Map<String, Value>,
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
    /// Runs the module as often as `repeat`.
    pub(crate) async fn run(&self, host: &Host, repeat: u32, mut progress: impl FnMut()) -> anyhow::Result<Tried> {
        let mut durations = Histogram::<u64>::new(3)?;
        let mut failed = 0;
        let mut last = None;
        for _ in 0..repeat {
            let (delivery, after) = self.once(host, self.trigger()).await?;
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

    /// The server says that the hook happened.
    pub(super) fn trigger(&self) -> Trigger {
        let mut trigger = Trigger::new(&self.hook, self.payload.clone()).by(&self.by);
        for (key, value) in &self.metadata {
            trigger = trigger.metadata(key, value.clone());
        }
        trigger
    }

    /// What came of one trigger, and the payload that came out. When it returns, the delivery is over.
    pub(super) async fn once(&self, host: &Host, trigger: Trigger) -> anyhow::Result<(Arc<Delivery>, Payload)> {
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
                host.trigger_manual(&self.module, menu_name, trigger).await?
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

/// What the module is to be run on: each of its subscriptions that is asked for; all of them, if no hook is named.
pub(super) fn choose(
    args: &EventArgs,
    host: &Host,
    module: &ModuleInfo,
    payload: Option<&Payload>,
) -> anyhow::Result<Vec<Trial>> {
    let wanted = |subscription: &&Subscription| {
        args.hook.as_ref().is_none_or(|hook| *hook == subscription.hook)
            && (args.menu.is_none() || args.menu == subscription.menu_name)
    };
    let mut trials = Vec::new();
    for subscription in module.subscriptions.iter().filter(wanted) {
        let hook = host.catalog().lookup(&subscription.hook)?;
        let payload = match payload {
            Some(payload) => payload.clone(),
            None => Payload::parse(hook.sample().to_string())?,
        };
        if let Err(fault) = hook.validate(payload.value()) {
            view::warning(&format!(
                "the payload does not satisfy the schema of `{0}`: {fault}; `sclera hooks {0}` shows it",
                hook.name()
            ));
        }
        trials.push(Trial {
            module: module.identity.name.clone(),
            hook: subscription.hook.clone(),
            kind: subscription.kind,
            menu_name: subscription.menu_name.clone(),
            payload,
            by: args.by.clone(),
            metadata: metadata(&args.metadata),
        });
    }
    if trials.is_empty() {
        return Err(nothing_to_run(args, module).into());
    }
    Ok(trials)
}

fn nothing_to_run(args: &EventArgs, module: &ModuleInfo) -> UsageError {
    let name = &module.identity.name;
    if module.subscriptions.is_empty() {
        return UsageError(format!(
            "module `{name}` registered for no hook, so there is nothing to run; register for one in `register-hooks`"
        ));
    }
    let hook = args.hook.as_deref().unwrap_or_default();
    let menu = args.menu.iter().map(|menu| format!(" with the menu name “{menu}”"));
    let registered: Vec<_> = module.subscriptions.iter().map(view::subscription_name).collect();
    UsageError(format!(
        "module `{name}` did not register for `{hook}`{}; it did for {}",
        menu.collect::<String>(),
        registered.join(", ")
    ))
}

/// Before a module is compiled: a typing error is answered at once.
pub(super) fn known_hook(name: &str) -> Result<(), UsageError> {
    match Catalog::iris().lookup(name) {
        Ok(_) => Ok(()),
        Err(unknown) => Err(UsageError(format!("{unknown}; `sclera hooks` lists them all"))),
    }
}

/// What the event says about the moment.
fn metadata(said: &[(String, Value)]) -> Map<String, Value> {
    let mut metadata = Map::new();
    metadata.insert("case_id".into(), 42.into());
    metadata.insert("tlp".into(), "amber".into());
    metadata.extend(said.iter().cloned());
    metadata.retain(|_, value| !value.is_null());
    metadata
}

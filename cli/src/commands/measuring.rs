//! Many deliveries of one event, and what they took.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use indicatif::ProgressBar;
use sclera::{Delivery, Fault, Host, Outcome, TriggerError};
use serde::Serialize;
use tokio::task::JoinSet;

use super::trial::Trial;

/// How many deliveries are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounds {
    /// That many.
    Number(u64),
    /// As many as can be made in that time.
    Time(Duration),
}

/// What the deliveries of one event took.
#[derive(Serialize)]
pub(crate) struct Figures {
    pub(crate) hook: String,
    pub(crate) menu_name: Option<String>,
    pub(crate) deliveries: u64,
    pub(crate) failed: u64,
    /// How many came to what: an outcome, or a kind of fault. `busy` are those that the host did not let in; they are not
    /// among the deliveries.
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// What a person reads of one that failed.
    pub(crate) failure: Option<String>,
    pub(crate) took_ms: f64,
    pub(crate) per_second: f64,
    /// The delivery that was made before all others. It is not among them.
    pub(crate) first: First,
    /// From the trigger to the answer, in microseconds: what a caller waits, or for an asynchronous subscription, until the
    /// delivery is over.
    pub(crate) latency_us: Spread<f64>,
    /// The part of it in which the module has its instance, in microseconds.
    pub(crate) module_us: Spread<f64>,
    /// Roughly, WebAssembly instructions.
    pub(crate) fuel: Spread<u64>,
    /// The largest, in bytes.
    pub(crate) peak_memory: usize,
}

/// The first delivery after the module was loaded.
#[derive(Serialize)]
pub(crate) struct First {
    pub(crate) latency_us: f64,
    pub(crate) outcome: String,
    #[serde(skip)]
    failed: bool,
}

/// How numbers are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Spread<T> {
    pub(crate) min: T,
    pub(crate) median: T,
    pub(crate) p90: T,
    pub(crate) p99: T,
    pub(crate) max: T,
}

impl Figures {
    /// Whether the module failed, be it once.
    pub(crate) fn has_failures(&self) -> bool {
        self.failed > 0 || self.first.failed
    }
}

/// How often what takes long is shown anew.
const GLANCE: Duration = Duration::from_millis(100);

/// Makes deliveries, by so many callers at the same time.
pub(crate) async fn measure(
    host: &Host,
    trial: Trial,
    rounds: Rounds,
    callers: u32,
    progress: &ProgressBar,
) -> anyhow::Result<Figures> {
    let cold = Instant::now();
    let (delivery, _) = trial.once(host, trial.trigger()).await?;
    let first = First {
        latency_us: microseconds(nanoseconds(cold.elapsed())),
        outcome: outcome(&delivery),
        failed: delivery.result.is_err(),
    };

    let began = Instant::now();
    let course = Arc::new(Course {
        host: host.clone(),
        trial,
        begun: AtomicU64::new(0),
        number: match rounds {
            Rounds::Number(number) => number,
            Rounds::Time(_) => u64::MAX,
        },
        until: match rounds {
            Rounds::Number(_) => None,
            Rounds::Time(time) => Some(began + time),
        },
    });
    let mut running = JoinSet::new();
    for _ in 0..callers {
        running.spawn(call(course.clone()));
    }
    let mut all = Tally::new()?;
    loop {
        tokio::select! {
            ended = running.join_next() => match ended {
                Some(tally) => all.add(tally??)?,
                None => break,
            },
            () = tokio::time::sleep(GLANCE) => progress.set_position(match rounds {
                Rounds::Number(_) => course.begun.load(Ordering::Relaxed),
                Rounds::Time(_) => u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            }),
        }
    }
    let took = began.elapsed();
    let deliveries = all.latency.len();
    Ok(Figures {
        hook: course.trial.hook.clone(),
        menu_name: course.trial.menu_name.clone(),
        deliveries,
        failed: all.failed,
        outcomes: all.outcomes,
        failure: all.failure,
        took_ms: took.as_secs_f64() * 1e3,
        per_second: deliveries as f64 / took.as_secs_f64(),
        first,
        latency_us: Spread::of_times(&all.latency),
        module_us: Spread::of_times(&all.module),
        fuel: Spread::of_counts(&all.fuel),
        peak_memory: all.peak_memory,
    })
}

/// What all callers share.
struct Course {
    host: Host,
    trial: Trial,
    begun: AtomicU64,
    number: u64,
    until: Option<Instant>,
}

impl Course {
    /// Whether there is one more to be made; if so, it is the asker's.
    fn one_more(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
            && self.begun.fetch_add(1, Ordering::Relaxed) < self.number
    }
}

/// One caller: one delivery after the other.
async fn call(course: Arc<Course>) -> anyhow::Result<Tally> {
    let mut tally = Tally::new()?;
    while course.one_more() {
        let trigger = course.trial.trigger();
        let called = Instant::now();
        match course.trial.once(&course.host, trigger).await {
            Ok((delivery, _)) => tally.note(&delivery, called.elapsed())?,
            // The host's answer, and not the module's: under a policy, there can be more callers than it has places.
            Err(error) if is_busy(&error) => *tally.outcomes.entry("busy".into()).or_default() += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(tally)
}

fn is_busy(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(TriggerError::Busy { .. }))
}

/// What was seen.
struct Tally {
    latency: Histogram<u64>,
    module: Histogram<u64>,
    /// How often which amount, because every unit counts; there are few different ones.
    fuel: BTreeMap<u64, u64>,
    peak_memory: usize,
    failed: u64,
    outcomes: BTreeMap<String, u64>,
    failure: Option<String>,
}

impl Tally {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            latency: Histogram::new(3)?,
            module: Histogram::new(3)?,
            fuel: BTreeMap::new(),
            peak_memory: 0,
            failed: 0,
            outcomes: BTreeMap::new(),
            failure: None,
        })
    }

    fn note(&mut self, delivery: &Delivery, latency: Duration) -> anyhow::Result<()> {
        self.latency.record(nanoseconds(latency))?;
        self.module.record(nanoseconds(delivery.usage.duration))?;
        *self.fuel.entry(delivery.usage.fuel).or_default() += 1;
        self.peak_memory = self.peak_memory.max(delivery.usage.peak_memory);
        *self.outcomes.entry(outcome(delivery)).or_default() += 1;
        if let Some(failure) = delivery.failure() {
            self.failed += 1;
            self.failure.get_or_insert(failure);
        }
        Ok(())
    }

    fn add(&mut self, other: Self) -> anyhow::Result<()> {
        self.latency.add(other.latency)?;
        self.module.add(other.module)?;
        for (fuel, times) in other.fuel {
            *self.fuel.entry(fuel).or_default() += times;
        }
        self.peak_memory = self.peak_memory.max(other.peak_memory);
        self.failed += other.failed;
        for (outcome, times) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += times;
        }
        self.failure = self.failure.take().or(other.failure);
        Ok(())
    }
}

impl Spread<f64> {
    fn of_times(histogram: &Histogram<u64>) -> Self {
        let at = |quantile| microseconds(histogram.value_at_quantile(quantile));
        Self {
            min: microseconds(histogram.min()),
            median: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: microseconds(histogram.max()),
        }
    }
}

impl Spread<u64> {
    fn of_counts(counts: &BTreeMap<u64, u64>) -> Self {
        let number: u64 = counts.values().sum();
        let at = |quantile: f64| {
            let rank = (quantile * number as f64).ceil().max(1.0) as u64;
            let mut seen = 0;
            let mut found = counts.iter().skip_while(|(_, times)| {
                seen += **times;
                seen < rank
            });
            found.next().map_or(0, |(value, _)| *value)
        };
        Self {
            min: at(0.0),
            median: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: at(1.0),
        }
    }
}

/// What it came to, in one word.
fn outcome(delivery: &Delivery) -> String {
    match &delivery.result {
        Ok(answer) => match &answer.outcome {
            Outcome::Unchanged => "unchanged".into(),
            Outcome::Replace(_) => "replace".into(),
            Outcome::Reject(_) => "reject".into(),
        },
        Err(fault) => kind(fault),
    }
}

/// The kind of a fault, those of the host and of quarantine included, as its JSON names it.
fn kind(fault: &Fault) -> String {
    let value = serde_json::to_value(fault).unwrap_or_default();
    let kind = value.get("kind").and_then(serde_json::Value::as_str);
    kind.unwrap_or_default().to_owned()
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_of_fuel_counts() {
        let counts = BTreeMap::from([(1_000_001, 98), (1_000_002, 1), (1_000_003, 1)]);
        let spread = Spread::of_counts(&counts);
        assert_eq!(
            spread,
            Spread {
                min: 1_000_001,
                median: 1_000_001,
                p90: 1_000_001,
                p99: 1_000_002,
                max: 1_000_003,
            }
        );
        assert_eq!(Spread::of_counts(&BTreeMap::new()), Spread::default());
    }
}

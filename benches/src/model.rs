//! What a run found: sections of rows.

use serde::{Deserialize, Serialize};

/// What a run found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The processor, as its maker calls it.
    pub processor: String,
    /// How many of it there are.
    pub processors: usize,
    /// How often everything was measured.
    pub passes: usize,
    /// Whether it was done in a hurry, to see that it works. Its numbers mean nothing.
    pub quick: bool,
    /// One for each group.
    pub sections: Vec<Section>,
}

/// What one group found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Section {
    /// The name of the group.
    pub group: String,
    /// The question that it answers.
    pub question: String,
    /// The answer.
    pub rows: Vec<Row>,
}

/// One thing, done in one way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// What was done: `rust, no-op`.
    pub subject: String,
    /// How: `sclera`, or `bare wasmtime, fresh`.
    pub way: String,
    /// What the numbers are.
    pub unit: Unit,
    /// The median over the passes; of a latency, of the medians.
    pub value: f64,
    /// How far two such runs may be apart, from how far the passes were: as a part of `value`. None if there was one pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// Of a latency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles>,
    /// Beside its floors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratios: Vec<Ratio>,
}

/// What numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Microseconds.
    Microseconds,
    /// Seconds.
    Seconds,
    /// A rate: something each second.
    PerSecond,
    /// Bytes.
    Bytes,
}

impl Unit {
    /// What stands on an axis.
    pub fn name(self) -> &'static str {
        match self {
            Self::Microseconds => "µs",
            Self::Seconds => "s",
            Self::PerSecond => "per second",
            Self::Bytes => "bytes",
        }
    }
}

/// How latencies were distributed, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// Half of them took at most this long.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// All but one of a hundred.
    pub p99: f64,
}

/// Another row of the same group that this one is put beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// What it does.
    pub subject: String,
    /// How.
    pub way: String,
}

/// A row beside its floor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ratio {
    /// The floor.
    pub floor: Floor,
    /// This row divided by the floor: the median over the passes.
    pub value: f64,
    /// How far two such runs may be apart, as of [`Row::spread`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
}

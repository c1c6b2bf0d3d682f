//! What one pass gives, and how the passes become rows.

use std::collections::HashMap;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::model::{Floor, Quantiles, Ratio, Row, Unit};

/// What one way to do something took, in one pass. Programs hand it on as a line of JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// See [`Row::subject`].
    pub subject: String,
    /// See [`Row::way`].
    pub way: String,
    /// See [`Row::unit`].
    pub unit: Unit,
    /// The number; of a latency, the median.
    pub value: f64,
    /// Of a latency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles>,
    /// What it is to be put beside. A floor that is not measured is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<Floor>,
}

impl Sample {
    /// A number.
    pub fn new(subject: impl Into<String>, way: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self {
            subject: subject.into(),
            way: way.into(),
            unit,
            value,
            quantiles: None,
            floors: Vec::new(),
        }
    }

    /// Latencies, in nanoseconds.
    pub fn latency(subject: impl Into<String>, way: impl Into<String>, times: &Histogram<u64>) -> Self {
        let at = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
        let quantiles = Quantiles {
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
        };
        Self {
            quantiles: Some(quantiles),
            ..Self::new(subject, way, Unit::Microseconds, quantiles.p50)
        }
    }

    /// Puts it beside another way to do the same.
    #[must_use]
    pub fn beside(self, way: impl Into<String>) -> Self {
        let subject = self.subject.clone();
        self.beside_other(subject, way)
    }

    /// Puts it beside another thing that is done.
    #[must_use]
    pub fn beside_other(mut self, subject: impl Into<String>, way: impl Into<String>) -> Self {
        self.floors.push(Floor {
            subject: subject.into(),
            way: way.into(),
        });
        self
    }

    fn is(&self, floor: &Floor) -> bool {
        self.subject == floor.subject && self.way == floor.way
    }
}

/// Makes a row of each sample of the first pass. What the other passes have no sample of is left out.
pub(crate) fn rows(passes: &[Vec<Sample>]) -> Vec<Row> {
    let Some(first) = passes.first() else {
        return Vec::new();
    };
    let mut by_name: HashMap<(&str, &str), Vec<&Sample>> = HashMap::new();
    for sample in passes.iter().flatten() {
        by_name.entry((&sample.subject, &sample.way)).or_default().push(sample);
    }
    let complete = first
        .iter()
        .filter_map(|sample| Some((sample, by_name.get(&(sample.subject.as_str(), sample.way.as_str()))?)))
        .filter(|(_, all)| all.len() == passes.len());
    complete.map(|(sample, all)| row(sample, all, passes)).collect()
}

fn row(sample: &Sample, all: &[&Sample], passes: &[Vec<Sample>]) -> Row {
    let (value, spread) = middle(all.iter().map(|sample| sample.value));
    let over = |quantile: fn(&Quantiles) -> f64| {
        let quantiles = all.iter().filter_map(|sample| sample.quantiles.as_ref());
        middle(quantiles.map(quantile)).0
    };
    let ratio = |floor: &Floor| {
        let in_pass = |pass: &Vec<Sample>| {
            let this = pass
                .iter()
                .find(|other| other.subject == sample.subject && other.way == sample.way)?;
            let floor = pass.iter().find(|other| other.is(floor))?;
            Some(this.value / floor.value)
        };
        let ratios: Vec<f64> = passes.iter().filter_map(in_pass).collect();
        let (value, spread) = middle(ratios.iter().copied());
        (ratios.len() == passes.len()).then(|| Ratio {
            floor: floor.clone(),
            value,
            spread,
        })
    };
    Row {
        subject: sample.subject.clone(),
        way: sample.way.clone(),
        unit: sample.unit,
        value,
        spread,
        quantiles: sample.quantiles.map(|_| Quantiles {
            p50: over(|quantiles| quantiles.p50),
            p90: over(|quantiles| quantiles.p90),
            p99: over(|quantiles| quantiles.p99),
        }),
        ratios: sample.floors.iter().filter_map(ratio).collect(),
    }
}

/// The median, and how far it may be from that of another run, as a part of it. That is half of the way from the lowest to the
/// highest; of less than five passes more of it, because few values rarely show how far they can be apart. So measured, 99 of
/// 100 rows agree where nothing has changed and the noise is normal. Of one value nothing is known.
fn middle(values: impl Iterator<Item = f64>) -> (f64, Option<f64>) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    let last = values.len().saturating_sub(1);
    let median = f64::midpoint(at(last / 2), at(last.div_ceil(2)));
    let factor = match values.len() {
        0 | 1 => return (median, None),
        2 => 7.7,
        3 => 2.2,
        4 => 1.3,
        _ => 1.0,
    };
    let reach = factor * (at(last) - at(0)) / 2.0;
    (median, Some(if reach == 0.0 { 0.0 } else { reach / median.abs() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(ours: f64, floor: f64) -> Vec<Sample> {
        vec![
            Sample::new("tag", "bare", Unit::Microseconds, floor),
            Sample::new("tag", "sclera", Unit::Microseconds, ours)
                .beside("bare")
                .beside("not measured"),
        ]
    }

    #[test]
    fn a_row_is_the_median_of_its_passes_and_says_how_far_they_were_apart() {
        let passes = [9.0, 10.0, 13.0, 10.0, 12.0].map(|ours| pass(ours, 3.0));
        let ours = |passes| rows(passes).swap_remove(1);
        assert_eq!((ours(&passes).value, ours(&passes).spread), (10.0, Some(0.2)));
        // The same way from the lowest to the highest.
        assert!(ours(&passes[..3]).spread > Some(0.4));
        assert_eq!(ours(&passes[..1]).spread, None);
    }

    #[test]
    fn two_runs_agree_where_nothing_has_changed_but_the_noise() {
        let mut seed = 1_u64;
        // About normal: the sum of twelve.
        let mut noise = || {
            let uniform = std::iter::repeat_with(|| {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (seed >> 11) as f64 / (1_u64 << 53) as f64
            });
            uniform.take(12).sum::<f64>() - 6.0
        };
        for passes in 2..=8 {
            let mut run = || middle((0..passes).map(|_| 100.0 + noise()).collect::<Vec<_>>().into_iter());
            let agreeing = (0..4_000).filter(|_| {
                let ((before, before_spread), (now, now_spread)) = (run(), run());
                (now - before).abs() <= before * before_spread.unwrap() + now * now_spread.unwrap()
            });
            let part = agreeing.count() as f64 / 4_000.0;
            assert!(part > 0.985, "of {passes} passes: {part}");
        }
    }

    #[test]
    fn a_ratio_is_taken_within_a_pass() {
        // The machine was twice as slow in the second pass: both ways felt it, and the ratio did not.
        let rows = rows(&[pass(9.0, 3.0), pass(18.0, 6.0)]);
        let [ratio] = &rows[1].ratios[..] else {
            panic!("{:?}", rows[1].ratios);
        };
        assert_eq!(
            (ratio.floor.way.as_str(), ratio.value, ratio.spread),
            ("bare", 3.0, Some(0.0))
        );
    }

    #[test]
    fn what_a_pass_did_not_measure_is_no_row() {
        let mut second = pass(9.0, 3.0);
        second.pop();
        assert_eq!(rows(&[pass(9.0, 3.0), second]).len(), 1);
    }
}

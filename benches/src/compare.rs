//! Whether two runs agree.

use crate::model::{Report, Row};

/// A row in two runs.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Of which group.
    pub group: String,
    /// What was done.
    pub subject: String,
    /// How.
    pub way: String,
    /// What is compared: the ratio to this floor, or, if there is none, the value itself.
    pub beside: Option<String>,
    /// In the earlier run, with its spread.
    pub before: (f64, Option<f64>),
    /// In this one, with its spread.
    pub now: (f64, Option<f64>),
}

impl Comparison {
    /// By how much it is more than before: 0.1 for a tenth.
    pub fn change(&self) -> f64 {
        self.now.0 / self.before.0 - 1.0
    }

    /// How far they may be apart, by the spreads that both state. None if one states none.
    fn allowed(&self) -> Option<f64> {
        let reach = |(value, spread): (f64, Option<f64>)| spread.map(|spread| value.abs() * spread);
        Some(reach(self.before)? + reach(self.now)?)
    }

    /// The same, as a part of what it was before.
    pub fn allowed_change(&self) -> Option<f64> {
        self.allowed().map(|allowed| allowed / self.before.0.abs())
    }

    /// Whether they are no further apart than that.
    pub fn agrees(&self) -> bool {
        let apart = (self.now.0 - self.before.0).abs();
        self.allowed().is_some_and(|allowed| apart <= allowed)
    }
}

/// Puts each row beside the same one of an earlier run, as far as it is in both. A row that has a floor is compared by its
/// ratio, because both sides of it had the same machine.
pub fn compare(before: &Report, now: &Report) -> Vec<Comparison> {
    let mut all = Vec::new();
    for section in &now.sections {
        let Some(earlier) = before.sections.iter().find(|earlier| earlier.group == section.group) else {
            continue;
        };
        for row in &section.rows {
            let is_same = |other: &&Row| other.subject == row.subject && other.way == row.way;
            if let Some(earlier) = earlier.rows.iter().find(is_same) {
                all.extend(rows(&section.group, earlier, row));
            }
        }
    }
    all
}

fn rows(group: &str, before: &Row, now: &Row) -> Vec<Comparison> {
    let comparison = |beside, before, now_is| Comparison {
        group: group.to_owned(),
        subject: now.subject.clone(),
        way: now.way.clone(),
        beside,
        before,
        now: now_is,
    };
    if now.ratios.is_empty() {
        return vec![comparison(None, (before.value, before.spread), (now.value, now.spread))];
    }
    let of = |ratio: &crate::Ratio| {
        let earlier = before.ratios.iter().find(|earlier| earlier.floor == ratio.floor)?;
        let beside = Some(ratio.floor.way.clone());
        Some(comparison(
            beside,
            (earlier.value, earlier.spread),
            (ratio.value, ratio.spread),
        ))
    };
    now.ratios.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Floor, Ratio, Section, Unit};

    fn report(value: f64, ratio: Option<f64>) -> Report {
        let floor = Floor {
            subject: "no-op".into(),
            way: "bare".into(),
        };
        Report {
            processor: String::new(),
            processors: 1,
            passes: 5,
            quick: false,
            sections: vec![Section {
                group: "preload".into(),
                question: String::new(),
                rows: vec![Row {
                    subject: "no-op".into(),
                    way: "sclera".into(),
                    unit: Unit::Microseconds,
                    value,
                    spread: Some(0.05),
                    quantiles: None,
                    ratios: ratio
                        .map(|value| Ratio {
                            floor,
                            value,
                            spread: Some(0.02),
                        })
                        .into_iter()
                        .collect(),
                }],
            }],
        }
    }

    #[test]
    fn runs_agree_if_they_are_no_further_apart_than_their_spreads() {
        let agree = |before, now| compare(&before, &now).iter().all(Comparison::agrees);
        assert!(agree(report(100.0, None), report(110.0, None)));
        assert!(!agree(report(100.0, None), report(111.0, None)));
        // The machine is slower today, and the ratio is the same.
        assert!(agree(report(100.0, Some(3.0)), report(200.0, Some(3.1))));
        assert!(!agree(report(100.0, Some(3.0)), report(100.0, Some(3.2))));
    }
}

//! `sclera shadow report`: where new versions differ from the live ones.

use std::collections::BTreeMap;
use std::time::SystemTime;

use sclera::{DeliveryId, Field, Filter, Shadowed};
use serde::Serialize;

use super::replay;
use crate::args::ShadowReport;
use crate::exit::Exit;
use crate::view;

/// Examples of each kind of difference.
const EXAMPLES: usize = 3;

/// What is to be said of one version.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) module: String,
    pub(crate) version: String,
    pub(crate) digest: String,
    pub(crate) ran: u64,
    pub(crate) same: u64,
    pub(crate) parted: u64,
    /// How many differ, by field.
    pub(crate) differing: BTreeMap<Field, u64>,
    pub(crate) examples: Vec<Example>,
    /// The fuel of the shadow, for each unit of the live version's.
    pub(crate) fuel_ratio: Option<f64>,
    /// The same of time. The live version has waited for what it asked for; the shadow has not.
    pub(crate) time_ratio: Option<f64>,
    #[serde(skip)]
    fuel: [u64; 2],
    #[serde(skip)]
    time: [u64; 2],
}

/// A delivery in which the two differ.
#[derive(Serialize)]
pub(crate) struct Example {
    pub(crate) id: DeliveryId,
    pub(crate) hook: String,
    pub(crate) parted: Option<String>,
    pub(crate) fields: Vec<Field>,
}

pub(crate) async fn report(args: &ShadowReport) -> anyhow::Result<Exit> {
    let ledger = replay::ledger(&args.state).await?;
    let filter = Filter {
        module: args.module.clone(),
        since: args.since.and_then(|since| SystemTime::now().checked_sub(since)),
        ..Filter::default()
    };
    let reports = reports(&ledger.shadows(&filter).await?);
    if args.json {
        view::json(&reports)?;
    } else {
        view::shadows(&reports)?;
    }
    Ok(Exit::Fine)
}

fn reports(all: &[Shadowed]) -> Vec<Report> {
    let mut reports: BTreeMap<(String, String), Report> = BTreeMap::new();
    for one in all {
        let key = (one.module.clone(), one.digest.clone());
        reports.entry(key).or_insert_with(|| Report::of(one)).add(one);
    }
    let mut reports: Vec<Report> = reports.into_values().collect();
    for report in &mut reports {
        report.fuel_ratio = ratio(report.fuel);
        report.time_ratio = ratio(report.time);
    }
    reports
}

impl Report {
    fn of(one: &Shadowed) -> Self {
        Self {
            module: one.module.clone(),
            version: one.version.clone(),
            digest: one.digest.clone(),
            ran: 0,
            same: 0,
            parted: 0,
            differing: BTreeMap::new(),
            examples: Vec::new(),
            fuel_ratio: None,
            time_ratio: None,
            fuel: [0; 2],
            time: [0; 2],
        }
    }

    fn add(&mut self, one: &Shadowed) {
        self.ran += 1;
        self.parted += u64::from(one.parted.is_some());
        for place in 0..2 {
            if let (Some(sum), Some(fuel)) = (self.fuel.get_mut(place), one.fuel.get(place)) {
                *sum = sum.saturating_add(*fuel);
            }
            if let (Some(sum), Some(time)) = (self.time.get_mut(place), one.duration_ns.get(place)) {
                *sum = sum.saturating_add(*time);
            }
        }
        // Another version takes another amount of fuel and memory, and is none the worse for it.
        let fields: Vec<Field> = one
            .differences
            .iter()
            .map(|difference| difference.field)
            .filter(|field| !matches!(field, Field::Fuel | Field::PeakMemory))
            .collect();
        if one.parted.is_none() && fields.is_empty() {
            self.same += 1;
            return;
        }
        let is_new = fields.iter().any(|field| !self.differing.contains_key(field));
        for field in &fields {
            *self.differing.entry(*field).or_default() += 1;
        }
        if is_new || self.examples.len() < EXAMPLES {
            self.examples.push(Example {
                id: one.id,
                hook: one.hook.clone(),
                parted: one.parted.as_ref().map(ToString::to_string),
                fields,
            });
        }
    }
}

fn ratio([live, shadow]: [u64; 2]) -> Option<f64> {
    (live > 0).then(|| shadow as f64 / live as f64)
}

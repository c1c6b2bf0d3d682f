//! What is to be said of each module, and of each of its subscriptions.

use std::collections::{BTreeMap, BTreeSet};

use sclera::{Fault, Taken};
use serde::Serialize;

use super::proposal::is_ended;
use super::{Headroom, Limit, Proposal};

/// Runs of which it takes as many before their 999th of 1,000 means something to go by.
const FEW: usize = 100;

/// What a module should be allowed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ModuleReport {
    pub(crate) module: String,
    /// The versions that ran.
    pub(crate) versions: BTreeSet<String>,
    pub(crate) runs: usize,
    /// When the first of them happened, in ms since 1970.
    pub(crate) from_ms: u64,
    /// When the last of them happened.
    pub(crate) to_ms: u64,
    /// What its own limits should be, where anything should be another: what the subscription needs that needs most.
    pub(crate) limits: BTreeMap<Limit, u64>,
    pub(crate) subscriptions: Vec<SubscriptionReport>,
}

/// What one subscription of a module should be allowed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SubscriptionReport {
    pub(crate) hook: String,
    pub(crate) menu_name: Option<String>,
    pub(crate) runs: usize,
    /// Those that the module brought to an end. Only they say what it takes.
    pub(crate) ended: usize,
    /// What to think of before this is believed.
    pub(crate) warnings: Vec<String>,
    pub(crate) limits: Vec<Proposal>,
    /// What it should be allowed beside the module's own limits, because it needs much less.
    pub(crate) own: BTreeMap<Limit, u64>,
}

/// From runs, the latest first.
pub(crate) fn reports(runs: &[Taken], headroom: Headroom) -> Vec<ModuleReport> {
    let mut modules: BTreeMap<&str, Vec<&Taken>> = BTreeMap::new();
    for run in runs {
        modules.entry(&run.module).or_default().push(run);
    }
    let report = |(module, runs): (&str, Vec<&Taken>)| ModuleReport::of(module, &runs, headroom);
    modules.into_iter().map(report).collect()
}

impl ModuleReport {
    fn of(module: &str, runs: &[&Taken], headroom: Headroom) -> Self {
        let mut subscriptions: BTreeMap<(&str, Option<&str>), Vec<&Taken>> = BTreeMap::new();
        for run in runs {
            let key = (run.hook.as_str(), run.menu_name.as_deref());
            subscriptions.entry(key).or_default().push(run);
        }
        let mut subscriptions: Vec<_> = subscriptions
            .into_iter()
            .map(|((hook, menu_name), runs)| SubscriptionReport::of(hook, menu_name, &runs, headroom))
            .collect();
        let limits = divide(&mut subscriptions);
        let moments = || runs.iter().map(|run| run.happened_at_ms);
        Self {
            module: module.to_owned(),
            versions: runs.iter().map(|run| run.version.clone()).collect(),
            runs: runs.len(),
            from_ms: moments().min().unwrap_or_default(),
            to_ms: moments().max().unwrap_or_default(),
            limits,
            subscriptions,
        }
    }
}

/// Gives what is proposed to the module, and to those of its subscriptions that need at most half of it. Where it is in force
/// everywhere already, nothing is given.
fn divide(subscriptions: &mut [SubscriptionReport]) -> BTreeMap<Limit, u64> {
    let mut limits = BTreeMap::new();
    for limit in Limit::ALL {
        let Some(most) = subscriptions.iter().filter_map(|one| one.proposed(limit)).max() else {
            continue;
        };
        let own = |one: &SubscriptionReport| one.proposed(limit).filter(|own| *own <= most / 2);
        let as_it_is = |one: &SubscriptionReport| one.in_force(limit) == Some(own(one).unwrap_or(most));
        if subscriptions.iter().all(as_it_is) {
            continue;
        }
        limits.insert(limit, most);
        for one in subscriptions.iter_mut() {
            if let Some(amount) = own(one) {
                one.own.insert(limit, amount);
            }
        }
    }
    limits
}

impl SubscriptionReport {
    fn of(hook: &str, menu_name: Option<&str>, runs: &[&Taken], headroom: Headroom) -> Self {
        let ended = runs.iter().filter(|run| is_ended(run)).count();
        Self {
            hook: hook.to_owned(),
            menu_name: menu_name.map(str::to_owned),
            runs: runs.len(),
            ended,
            warnings: warnings(runs, ended),
            limits: Limit::ALL
                .iter()
                .map(|limit| Proposal::of(*limit, runs, headroom))
                .collect(),
            own: BTreeMap::new(),
        }
    }

    fn about(&self, limit: Limit) -> Option<&Proposal> {
        self.limits.iter().find(|proposal| proposal.limit == limit)
    }

    fn proposed(&self, limit: Limit) -> Option<u64> {
        self.about(limit)?.proposed
    }

    fn in_force(&self, limit: Limit) -> Option<u64> {
        self.about(limit)?.in_force
    }
}

fn warnings(runs: &[&Taken], ended: usize) -> Vec<String> {
    let mut warnings = Vec::new();
    match ended {
        0 => warnings
            .push("no run came to its end, so nothing is known of what it takes; see what went wrong first".into()),
        1..FEW => warnings.push(format!(
            "only {ended} came to an end, which is few; look again when there are {FEW}"
        )),
        _ => {}
    }
    let cut = runs
        .iter()
        .filter(|run| run.log_is_cut && !Limit::LogLines.is_hit(run) && !Limit::LogBytes.is_hit(run))
        .count();
    if cut > 0 {
        warnings.push(format!(
            "the logs of {cut} were cut, because they were written faster than `log-rate` allows"
        ));
    }
    let late = runs
        .iter()
        .filter(|run| matches!(run.fault, Some(Fault::NoTimeLeft { .. })))
        .count();
    if late > 0 {
        warnings.push(format!(
            "the modules before it left {late} too little of the time that a preload has; see which takes long, or raise the capacity `preload`"
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn subscription(hook: &str, in_force: u64, proposed: u64) -> SubscriptionReport {
        SubscriptionReport {
            hook: hook.into(),
            menu_name: None,
            runs: 1,
            ended: 1,
            warnings: Vec::new(),
            limits: vec![Proposal {
                limit: Limit::Memory,
                in_force: Some(in_force * MIB),
                p999: None,
                max: None,
                hit: 0,
                example: None,
                proposed: Some(proposed * MIB),
            }],
            own: BTreeMap::new(),
        }
    }

    #[test]
    fn a_subscription_has_limits_of_its_own_where_it_needs_much_less() {
        let mut all = [
            subscription("a", 64, 16),
            subscription("b", 64, 12),
            subscription("c", 64, 8),
        ];
        let limits = divide(&mut all);
        assert_eq!(limits, BTreeMap::from([(Limit::Memory, 16 * MIB)]));
        let own = all.map(|one| one.own.get(&Limit::Memory).copied());
        assert_eq!(own, [None, None, Some(8 * MIB)]);
    }

    #[test]
    fn what_is_in_force_is_not_proposed_again() {
        let mut all = [
            subscription("a", 16, 16),
            subscription("b", 16, 12),
            subscription("c", 8, 8),
        ];
        assert_eq!(divide(&mut all), BTreeMap::new());
        assert!(all.iter().all(|one| one.own.is_empty()));
    }
}

//! What one limit of one subscription should be.

use sclera::{DeliveryId, Fault, Taken};
use serde::Serialize;

use super::{Headroom, Limit};

/// What a limit should be, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Proposal {
    pub(crate) limit: Limit,
    /// What the latest run could take.
    pub(crate) in_force: Option<u64>,
    /// What 999 of 1,000 runs did not take more than, of those that the module brought to an end. None if there are none.
    pub(crate) p999: Option<u64>,
    /// What the largest of them took.
    pub(crate) max: Option<u64>,
    /// Runs that would have taken more.
    pub(crate) hit: u64,
    /// The latest of them.
    pub(crate) example: Option<DeliveryId>,
    /// None if nothing is known by which it could be found.
    pub(crate) proposed: Option<u64>,
}

impl Proposal {
    /// From the runs of one subscription, the latest first.
    pub(super) fn of(limit: Limit, runs: &[&Taken], headroom: Headroom) -> Self {
        let in_force = runs.iter().find_map(|run| limit.in_force(&run.limits));
        let mut hits = runs.iter().filter(|run| limit.is_hit(run));
        let example = hits.next().map(|run| run.delivery);
        let hit = u64::from(example.is_some()) + hits.count() as u64;
        let ended = runs.iter().filter(|run| is_ended(run) && !limit.is_hit(run));
        let mut taken: Vec<u64> = ended.map(|run| limit.taken(run)).collect();
        taken.sort_unstable();
        let (p999, max) = (p999(&taken), taken.last().copied());
        let proposed = match (p999, max) {
            (Some(p999), Some(max)) => Some(propose(limit, p999, max, headroom, in_force, hit > 0)),
            _ => in_force,
        };
        Self {
            limit,
            in_force,
            p999,
            max,
            hit,
            example,
            proposed,
        }
    }
}

/// Whether the module came to its end by itself. What was ended at a limit, or trapped on its way, says nothing of what it
/// would have taken.
pub(super) fn is_ended(run: &Taken) -> bool {
    match &run.fault {
        None => true,
        Some(fault) => matches!(
            fault,
            Fault::ModuleError { .. } | Fault::BadOutput { .. } | Fault::RefusedCapability { .. }
        ),
    }
}

fn propose(limit: Limit, p999: u64, max: u64, headroom: Headroom, in_force: Option<u64>, is_hit: bool) -> u64 {
    let wanted = limit.rounded(headroom.over(p999).max(max).max(limit.floor()));
    let wanted = match in_force {
        // Whoever ran into it may have done honest work.
        Some(in_force) if is_hit => wanted.max(in_force),
        _ => wanted,
    };
    wanted.min(limit.ceiling(in_force))
}

/// The smallest of them that 999 of 1,000 do not exceed.
fn p999(sorted: &[u64]) -> Option<u64> {
    let rank = (sorted.len() * 999).div_ceil(1_000);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_thousand_may_take_more() {
        let numbers = |count: u64| (1..=count).collect::<Vec<_>>();
        assert_eq!(p999(&[]), None);
        assert_eq!(p999(&[7]), Some(7));
        assert_eq!(p999(&numbers(999)), Some(999));
        assert_eq!(p999(&numbers(1_000)), Some(999));
        assert_eq!(p999(&numbers(10_000)), Some(9_990));
    }

    #[test]
    fn a_proposal_has_headroom_and_is_a_nice_number() {
        let of = |limit, p999, max, in_force, is_hit| propose(limit, p999, max, Headroom::default(), in_force, is_hit);
        const MIB: u64 = 1 << 20;
        for (limit, p999, max, in_force, is_hit, proposed) in [
            // Three times as much, rounded up.
            (Limit::Fuel, 40_000_000, 41_000_000, None, false, 150_000_000),
            // The largest is more than that.
            (Limit::Fuel, 10_000_000, 800_000_000, None, false, 1_000_000_000),
            // The floor.
            (Limit::Fuel, 5, 5, None, false, 10_000_000),
            (Limit::Deadline, 1_000, 2_000, None, false, 100_000_000),
            (Limit::Deadline, 270_000_001, 300_000_000, None, false, 1_000_000_000),
            // Not lowered, because somebody ran into it; raised if need be.
            (Limit::Fuel, 5, 5, Some(70_000_000), true, 70_000_000),
            (Limit::Fuel, 40_000_000, 60_000_000, Some(70_000_000), true, 150_000_000),
            // No more than a host has room for, unless it has had room for it.
            (Limit::Memory, 40 * MIB, 40 * MIB, Some(64 * MIB), false, 64 * MIB),
            (Limit::Memory, 40 * MIB, 40 * MIB, Some(128 * MIB), false, 128 * MIB),
            (Limit::Memory, 2 * MIB, 2 * MIB, Some(64 * MIB), false, 6 * MIB),
            (Limit::LogBytes, 6_000, 6_000, None, false, 24 << 10),
        ] {
            assert_eq!(of(limit, p999, max, in_force, is_hit), proposed, "{limit:?} {p999}");
        }
    }
}

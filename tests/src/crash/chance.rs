//! Chance that is the same for the same seed.

use std::time::Duration;

/// SplitMix64: enough to choose whom to kill.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Up to twice the mean.
    pub(super) fn around(&mut self, mean: Duration) -> Duration {
        let most = u64::try_from(mean.as_millis() * 2).unwrap_or(u64::MAX);
        Duration::from_millis(self.below(most))
    }
}

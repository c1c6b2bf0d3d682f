//! What a call finds around itself: the time, and chance. A server's modules have the machine's; a test stops the one and
//! seeds the other, and then a call is a function of its event, its configuration and what the host answers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use uuid::Uuid;

use crate::capabilities::transcript::Seed;
use crate::delivery::DeliveryId;

/// How long a call may take on the machine's clock when its own is stopped and its deadline is counted on that. What ends
/// a busy loop on whatever machine is its fuel, and never this.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The time, and chance, of one host.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// Where the clocks of every call stand when it begins; none if they go.
    pub(crate) stopped_at: Option<SystemTime>,
    /// What all that is random is made of; none if it is random.
    seed: Option<u64>,
    /// Seeded identities that were given away.
    given: AtomicU64,
}

/// What is random in one host or one call. Each has numbers of its own, so that drawing more of one changes no other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chance {
    /// `wasi:random/random`.
    Secure,
    /// `wasi:random/insecure`.
    Insecure,
    /// `wasi:random/insecure-seed`.
    InsecureSeed,
    /// What stands for secrets.
    Placeholders,
    /// The identities of deliveries.
    Deliveries,
}

impl Surroundings {
    pub(crate) fn new(stopped_at: Option<SystemTime>, seed: Option<u64>) -> Self {
        Self {
            stopped_at,
            seed,
            given: AtomicU64::new(0),
        }
    }

    /// What the random numbers of each call are made of. None if nothing is seeded.
    pub(crate) fn seed(&self) -> Option<Seed> {
        self.seed.map(Seed::of)
    }

    /// The seeded numbers of one kind: the same for each call. None if nothing is seeded.
    fn seeded(&self, chance: Chance) -> Option<ChaCha8Rng> {
        Some(self.seed()?.numbers(chance))
    }

    /// A new identity. Seeded, it is the same in each host for the delivery of that number.
    pub(crate) fn delivery(&self) -> DeliveryId {
        let now = self.stopped_at.unwrap_or_else(SystemTime::now);
        let Some(mut numbers) = self.seeded(Chance::Deliveries) else {
            return match self.stopped_at {
                Some(_) => DeliveryId::at(now, Uuid::new_v4().into_bytes()),
                None => DeliveryId::new(),
            };
        };
        // 16 bytes for each, which are 4 words.
        numbers.set_word_pos(u128::from(self.given.fetch_add(1, Ordering::Relaxed)) * 4);
        let mut bytes = [0; 16];
        numbers.fill_bytes(&mut bytes);
        DeliveryId::at(now, bytes)
    }

    /// When something happened that was seen at `seen`.
    pub(crate) fn happened(&self, seen: SystemTime) -> SystemTime {
        self.stopped_at.unwrap_or(seen)
    }
}

/// Since 1970.
pub(crate) fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_identities_differ_within_a_host_and_not_between_hosts() {
        let host = || Surroundings::new(Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000)), Some(7));
        let three = |host: &Surroundings| [host.delivery(), host.delivery(), host.delivery()];
        let ids = three(&host());
        assert_eq!(ids, three(&host()));
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
        assert!(ids[0].to_string().starts_with("018bcfe5-6800-7"), "{}", ids[0]);

        let other = Surroundings::new(host().stopped_at, Some(8));
        assert_ne!(other.delivery(), ids[0]);
    }

    #[test]
    fn without_a_seed_nothing_repeats() {
        let stopped = || Surroundings::new(Some(UNIX_EPOCH), None);
        assert_ne!(stopped().delivery(), stopped().delivery());
        assert_ne!(Surroundings::default().delivery(), Surroundings::default().delivery());
        assert!(stopped().seeded(Chance::Secure).is_none());
    }
}

//! Who may run modules now, when more is asked for than the machine can do.
//!
//! What somebody waits for is let in, waits for a little while, or is told that the host is busy: no queue grows without end,
//! and no answer comes when nobody wants it any more. One hook never has all the places, so that what is slow there keeps
//! nothing else from happening.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::catalog::Catalog;
use crate::limits::Capacity;
use crate::trigger::Trigger;

/// The places for triggers that somebody waits for.
pub(crate) struct Admission {
    places: Semaphore,
    /// What each hook may have of them.
    hooks: HashMap<String, Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
    patience: Duration,
}

/// A place. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place<'a> {
    _hook: Option<SemaphorePermit<'a>>,
    _place: Option<SemaphorePermit<'a>>,
}

/// There is no place, and there was none for as long as a trigger waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it has as much to do as it can: this trigger has waited for {} ms, and {waiting} more wait for a place; try again later, or raise the capacity `concurrency`, `waiting` or `patience` if the machine can do more",
    waited.as_millis()
)]
#[non_exhaustive]
pub struct Busy {
    /// Other triggers that wait for a place.
    pub waiting: usize,
    /// How long this one has waited: in the host, and [before](Trigger::waiting_since).
    pub waited: Duration,
}

impl Admission {
    pub(crate) fn new(capacity: &Capacity, catalog: &Catalog) -> Self {
        // What workers run has places of its own, as long as any are left.
        let places = capacity.concurrency.saturating_sub(capacity.workers);
        let places = places.max(capacity.concurrency / 2).max(1) as usize;
        let share = (places - places / 4).max(1);
        let hooks = catalog
            .iter()
            .map(|hook| (hook.name().to_owned(), Semaphore::new(share)));
        Self {
            places: Semaphore::new(places),
            hooks: hooks.collect(),
            waiting: AtomicUsize::new(0),
            most_waiting: capacity.waiting as usize,
            patience: capacity.patience,
        }
    }

    /// Lets a trigger in. One that was caused by a delivery belongs to whatever let that in.
    pub(super) async fn admit(&self, trigger: &Trigger) -> Result<Place<'_>, Busy> {
        if !trigger.causes.is_empty() {
            return Ok(Place {
                _hook: None,
                _place: None,
            });
        }
        self.admit_to(&trigger.hook, trigger.waiting_since).await
    }

    async fn admit_to(&self, hook: &str, since: Option<Instant>) -> Result<Place<'_>, Busy> {
        let before = since.map_or(Duration::ZERO, |since| since.elapsed());
        let Some(patience) = self.patience.checked_sub(before) else {
            return Err(Busy {
                waiting: self.waiting.load(Ordering::Relaxed),
                waited: before,
            });
        };
        let of_hook = self.hooks.get(hook);
        // Nobody closes them.
        if let (Ok(hook), Ok(place)) = (
            of_hook.map(Semaphore::try_acquire).transpose(),
            self.places.try_acquire(),
        ) {
            return Ok(Place {
                _hook: hook,
                _place: Some(place),
            });
        }
        let waiting = Waiting::new(&self.waiting);
        if waiting.before >= self.most_waiting {
            return Err(Busy {
                waiting: waiting.before,
                waited: before,
            });
        }
        let both = async {
            // In this order: nobody waits for his own hook with a place that others could use.
            let hook = match of_hook {
                Some(hook) => hook.acquire().await.ok(),
                None => None,
            };
            Place {
                _hook: hook,
                _place: self.places.acquire().await.ok(),
            }
        };
        tokio::time::timeout(patience, both).await.map_err(|_| Busy {
            waiting: waiting.before,
            waited: self.patience,
        })
    }
}

/// Somebody waits for as long as this is there.
struct Waiting<'a> {
    all: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn new(all: &'a AtomicUsize) -> Self {
        let before = all.fetch_add(1, Ordering::Relaxed);
        Self { all, before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(concurrency: u32, waiting: u32, patience: Duration) -> Admission {
        let capacity = Capacity {
            concurrency,
            workers: 0,
            waiting,
            patience,
            ..Capacity::default()
        };
        Admission::new(&capacity, &Catalog::iris())
    }

    const HOOK: &str = "on_preload_ioc_create";
    const OTHER: &str = "on_preload_asset_create";

    #[tokio::test]
    async fn one_hook_never_has_all_the_places() {
        let admission = admission(4, 10, Duration::from_millis(20));
        let slow = [
            admission.admit_to(HOOK, None).await.unwrap(),
            admission.admit_to(HOOK, None).await.unwrap(),
            admission.admit_to(HOOK, None).await.unwrap(),
        ];
        assert!(admission.admit_to(HOOK, None).await.is_err());
        assert!(admission.admit_to(OTHER, None).await.is_ok());
        drop(slow);
        assert!(admission.admit_to(HOOK, None).await.is_ok());
    }

    #[tokio::test]
    async fn whoever_finds_no_place_is_told_in_time_and_at_once_if_many_wait() {
        let admission = admission(1, 2, Duration::from_millis(50));
        let held = admission.admit_to(HOOK, None).await.unwrap();
        let began = std::time::Instant::now();
        let told = std::sync::Mutex::new(Vec::new());
        let ask = || async {
            let refused = admission.admit_to(OTHER, None).await.unwrap_err();
            told.lock().unwrap().push(refused.waiting);
        };
        tokio::join!(ask(), ask(), ask());
        // Two wait as long as a trigger does; the third is one too many.
        assert!(began.elapsed() >= Duration::from_millis(50));
        assert_eq!(told.into_inner().unwrap()[0], 2);

        // A place that becomes free is for whoever waits.
        let (admitted, ()) = tokio::join!(admission.admit_to(OTHER, None), async { drop(held) });
        assert!(admitted.is_ok());
    }

    #[tokio::test]
    async fn whoever_has_waited_elsewhere_waits_here_for_what_is_left() {
        let admission = admission(1, 2, Duration::from_millis(500));
        let ago = |milliseconds| Instant::now().checked_sub(Duration::from_millis(milliseconds));
        // Too late, though there is a place.
        let refused = admission.admit_to(HOOK, ago(501)).await.unwrap_err();
        assert!(refused.waited > Duration::from_millis(500), "{refused:?}");
        let _held = admission.admit_to(HOOK, ago(300)).await.unwrap();
        let began = Instant::now();
        admission.admit_to(HOOK, ago(300)).await.unwrap_err();
        let took = began.elapsed();
        assert!(
            took < Duration::from_millis(400),
            "it waited for {took:?}, and not for 200 ms"
        );
    }
}

//! A new version of a module that runs beside the live one, on its deliveries, so that one can see where they differ before
//! it takes its place.
//!
//! It is told what the live one was told ([`replay`](crate::Host::replay)), after that one is done, and away from whoever
//! waits for it. Nothing comes of it: it reaches no network and no store, what it asks for is not applied, and no fault of
//! it counts. What differs goes into the ledger.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::capabilities::keyvalue::Spaces;
use crate::capabilities::transcript::{Parted, Recording};
use crate::delivery::DeliveryId;
use crate::dispatch::Earlier;
use crate::envelope::Envelope;
use crate::host::Host;
use crate::ledger::Attempt;
use crate::modules::{LoadError, Module, ModuleIdentity, ModuleSource, Slot};
use crate::replay::{Difference, differences};
use crate::subscriptions::{Listener, Subscription};

/// Runs of one shadow that may wait for their turn. Each holds its event and what the host had answered: up to some
/// megabytes.
const WAITING: usize = 64;

/// The version of a module that runs beside the live one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShadowPolicy {
    /// The file of the new version. It needs no review, since nothing comes of what it does.
    pub file: PathBuf,
}

/// What a host tells about a shadow.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ShadowInfo {
    /// Which version it is.
    #[serde(flatten, serialize_with = "crate::delivery::shared")]
    pub identity: Arc<ModuleIdentity>,
    /// What it listens to and the live version does not, and what it listens to otherwise.
    pub gained: BTreeSet<String>,
    /// What the live version listens to, and it does not, or otherwise.
    pub lost: BTreeSet<String>,
    /// Deliveries that it was not run on, because too many were waiting.
    pub dropped: u64,
}

/// What came of a delivery in a shadow, beside what came of it in the live version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shadowed {
    /// The run of the live version.
    pub run: Uuid,
    /// The delivery.
    pub id: DeliveryId,
    /// The module.
    pub module: String,
    /// The hook.
    pub hook: String,
    /// The version of the shadow.
    pub version: String,
    /// The digest of the shadow.
    pub digest: String,
    /// When the live version was called: milliseconds since 1970.
    pub at_ms: u64,
    /// Where the shadow asked what the live version had not asked, if it did.
    pub parted: Option<Box<Parted>>,
    /// Where they differ, but for time.
    pub differences: Vec<Difference>,
    /// The fuel of the live version, and of the shadow.
    pub fuel: [u64; 2],
    /// The time of the live version, with what it waited for, and of the shadow, which waits for nothing; in nanoseconds.
    pub duration_ns: [u64; 2],
}

/// The shadows of one host.
pub(crate) struct Shadows {
    all: ArcSwap<HashMap<String, Arc<Shadow>>>,
    /// Where what they keep would be, if they were asked to keep anything.
    pub(crate) spaces: Spaces,
}

/// A version that runs beside the live one.
pub(crate) struct Shadow {
    module: Arc<Module>,
    info: ShadowInfo,
    places: Arc<Semaphore>,
    /// One run at a time, so that it takes no more of the machine than it needs.
    turn: Arc<Semaphore>,
    dropped: AtomicU64,
}

impl Shadows {
    pub(crate) fn new() -> Self {
        Self {
            all: ArcSwap::default(),
            spaces: Spaces::new(None),
        }
    }

    /// The shadow of the module of that name.
    pub(crate) fn of(&self, module: &str) -> Option<Arc<Shadow>> {
        let all = self.all.load();
        // The usual case, and on everybody's way.
        if all.is_empty() { None } else { all.get(module).cloned() }
    }

    fn change(&self, change: impl Fn(&mut HashMap<String, Arc<Shadow>>)) {
        self.all.rcu(|all| {
            let mut all = HashMap::clone(all);
            change(&mut all);
            all
        });
    }
}

impl Shadow {
    /// A place among those that wait. None if there are too many; that is counted.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        let place = self.places.clone().try_acquire_owned().ok();
        if place.is_none() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        place
    }

    fn info(&self) -> ShadowInfo {
        ShadowInfo {
            dropped: self.dropped.load(Ordering::Relaxed),
            ..self.info.clone()
        }
    }
}

impl Host {
    /// Runs another version of the module of that name beside it, from its next delivery on, in the place of the one that
    /// did before. It is inspected, compiled, described and registered as any module, but it needs no approval in the lock.
    /// What differs is in the ledger ([`Ledger::shadows`](crate::Ledger::shadows)).
    pub async fn shadow(&self, name: &str, source: impl Into<ModuleSource>) -> Result<ShadowInfo, LoadError> {
        let live = self.module(name)?;
        let module = self.shadow_loader().load(source.into(), Slot::Replace(&live)).await?;
        let (theirs, ours) = (listens(&live), listens(&module));
        let shadow = Arc::new(Shadow {
            info: ShadowInfo {
                identity: module.identity.clone(),
                gained: ours.difference(&theirs).cloned().collect(),
                lost: theirs.difference(&ours).cloned().collect(),
                dropped: 0,
            },
            module: Arc::new(module),
            places: Arc::new(Semaphore::new(WAITING)),
            turn: Arc::new(Semaphore::new(1)),
            dropped: AtomicU64::new(0),
        });
        self.inner.shadows.change(|all| {
            all.insert(name.to_owned(), shadow.clone());
        });
        Ok(shadow.info())
    }

    /// Runs no other version beside the module of that name any more. Says whether one did.
    pub fn unshadow(&self, name: &str) -> bool {
        let was = self.inner.shadows.of(name).is_some();
        self.inner.shadows.change(|all| drop(all.remove(name)));
        was
    }

    /// The versions that run beside others, by the names of their modules.
    pub fn shadows(&self) -> Vec<ShadowInfo> {
        let all = self.inner.shadows.all.load();
        let mut all: Vec<_> = all.values().map(|shadow| shadow.info()).collect();
        all.sort_by(|one, other| one.identity.name.cmp(&other.identity.name));
        all
    }

    /// Runs a shadow on what the live version has just done, when it has its turn.
    pub(crate) fn cast(
        &self,
        shadow: Arc<Shadow>,
        place: OwnedSemaphorePermit,
        envelope: Envelope,
        before: Attempt,
        live: &Subscription,
    ) {
        let listener = Listener {
            subscription: Arc::new(live.clone()),
            module: shadow.module.clone(),
        };
        let inner = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            let Ok(_turn) = shadow.turn.acquire().await else { return };
            let Some(inner) = inner.upgrade() else { return };
            Self { inner }.compare(&listener, &envelope, &before).await;
            drop(place);
        });
    }

    async fn compare(&self, listener: &Listener, envelope: &Envelope, before: &Attempt) {
        let (Some(ledger), Some(payload), Some(transcript), Ok(hook)) = (
            &self.inner.ledger,
            &envelope.payload,
            &before.transcript,
            self.inner.catalog.lookup(&envelope.hook),
        ) else {
            return;
        };
        let earlier = Earlier {
            envelope,
            payload,
            hook,
            number: before.number,
        };
        let recording = Recording::Replay(Arc::new(transcript.clone()));
        let after = self.rerun(earlier, listener, recording).await;
        let nanoseconds = |attempt: &Attempt| u64::try_from(attempt.usage.duration.as_nanos()).unwrap_or(u64::MAX);
        let shadowed = Shadowed {
            run: before.run,
            id: envelope.id,
            module: envelope.module.clone(),
            hook: envelope.hook.clone(),
            version: after.version.clone(),
            digest: after.digest.clone(),
            at_ms: before.started_at_ms,
            parted: after
                .transcript
                .as_ref()
                .and_then(|transcript| transcript.parted.clone()),
            differences: differences(before, &after),
            fuel: [before.usage.fuel, after.usage.fuel],
            duration_ns: [nanoseconds(before), nanoseconds(&after)],
        };
        if let Err(error) = ledger.write_shadow(shadowed, envelope).await {
            tracing::error!(delivery = %envelope.id, "what a shadow did is not on record: {error}");
        }
    }
}

/// What a module listens to, and how.
fn listens(module: &Module) -> BTreeSet<String> {
    let one = |subscription: &Arc<Subscription>| {
        let Subscription {
            hook,
            menu_name,
            asynchronous,
            priority,
            match_rule,
            ..
        } = &**subscription;
        let menu = menu_name.iter().map(|name| format!(" “{name}”")).collect::<String>();
        let rule = match_rule.iter().map(|rule| format!(", if {rule}")).collect::<String>();
        let how = if *asynchronous { "asynchronous" } else { "synchronous" };
        format!("{hook}{menu}, {how}, priority {priority}{rule}")
    };
    module.subscriptions.iter().map(one).collect()
}

//! Workers: they take asynchronous deliveries out of the queue, and tell it what became of them.
//!
//! A delivery that was [accepted](super::accept) is in the queue until the ledger has it as done or dead. Whatever ends this
//! process in between, it is taken again, under the same id, and [delivered](super::deliver) once more.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Notify, OwnedSemaphorePermit, RwLock, Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::health::watch;
use super::stored;
use crate::delivery::{Delivery, DeliveryId};
use crate::host::{Host, Inner};
use crate::ledger::State;
use crate::limits::Capacity;
use crate::outbox::relay;
use crate::policy::QueuePolicy;
use crate::queue::{Queue, Taken, Wanted};
use crate::subscriptions::Listener;

/// How long a delivery waits whose module is in quarantine, or is not there, before it is looked at again.
pub(super) const LATER: Duration = Duration::from_secs(5);
/// Between two attempts to reach a queue or a ledger that does not answer.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);
/// After which time somebody else may have finished what this process has accepted.
const FORGOTTEN: Duration = Duration::from_secs(10);

/// The workers of one host, and the deliveries that it has accepted.
pub(crate) struct Workers {
    pub(crate) queue: Arc<dyn Queue>,
    /// Deliveries that may run at the same time.
    slots: Arc<Semaphore>,
    lanes: Mutex<HashMap<Arc<str>, Arc<Lane>>>,
    /// Says that a lane has room again, or that there is a new one.
    changed: Notify,
    /// Deliveries that this process has accepted, and that are not over.
    pub(super) accepted: Mutex<HashMap<DeliveryId, Accepted>>,
    over: Notify,
    /// Held by all that run; by one alone that may end the process.
    pub(super) alone: Arc<RwLock<()>>,
    running: TaskTracker,
    /// Which ones run. A broker that lost its connection gives out again what still runs here.
    at_work: Mutex<HashSet<DeliveryId>>,
    stop: CancellationToken,
    looping: Mutex<Option<JoinHandle<()>>>,
    watching: Mutex<Option<JoinHandle<()>>>,
}

pub(super) struct Accepted {
    pub(super) since: Instant,
    /// Whom it was accepted for: it is finished by that very version, though it may have been unloaded.
    pub(super) listener: Listener,
    pub(super) finish: oneshot::Sender<Arc<Delivery>>,
}

/// What of one module's may run.
struct Lane {
    room: Arc<Semaphore>,
    rate: Option<DefaultDirectRateLimiter>,
}

impl Workers {
    pub(crate) fn new(queue: Arc<dyn Queue>, capacity: &Capacity) -> Self {
        Self {
            queue,
            slots: Arc::new(Semaphore::new(capacity.workers as usize)),
            lanes: Mutex::default(),
            changed: Notify::new(),
            accepted: Mutex::default(),
            over: Notify::new(),
            alone: Arc::default(),
            running: TaskTracker::new(),
            at_work: Mutex::default(),
            stop: CancellationToken::new(),
            looping: Mutex::default(),
            watching: Mutex::default(),
        }
    }

    /// Waits until everything that this process has accepted is over.
    pub(crate) async fn drain(&self) {
        loop {
            let mut over = std::pin::pin!(self.over.notified());
            over.as_mut().enable();
            if held(&self.accepted).is_empty() {
                return;
            }
            over.await;
        }
    }

    /// Takes nothing more out of the queue, waits at most `grace` for what runs, and lets go of the queue.
    pub(crate) async fn stop(&self, grace: Duration) {
        self.stop.cancel();
        self.running.close();
        if tokio::time::timeout(grace, self.running.wait()).await.is_err() {
            tracing::warn!(
                "{} deliveries were still running after {} s; they stay in the queue",
                self.running.len(),
                grace.as_secs()
            );
        }
        self.queue.close().await;
    }

    /// Serves the deliveries of a module from now on, also when it is unloaded.
    pub(crate) fn serve(&self, name: &str, policy: &QueuePolicy, capacity: &Capacity) {
        let make = || {
            let most = policy.concurrency.unwrap_or(capacity.per_module).max(1);
            Arc::new(Lane {
                room: Arc::new(Semaphore::new(most as usize)),
                rate: policy
                    .rate
                    .and_then(NonZeroU32::new)
                    .map(|rate| RateLimiter::direct(Quota::per_second(rate))),
            })
        };
        held(&self.lanes).entry(name.into()).or_insert_with(make);
        self.changed.notify_waiters();
    }

    /// Deliveries that run.
    pub(super) fn running(&self) -> usize {
        self.running.len()
    }

    /// Waits until nothing more is begun.
    pub(crate) async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Begins nothing more.
    pub(crate) fn cancel(&self) {
        self.stop.cancel();
    }

    /// What could be taken now.
    fn wanted(&self) -> Wanted {
        let lanes = held(&self.lanes);
        let lanes = lanes.iter();
        Wanted {
            lanes: lanes
                .map(|(name, lane)| (name.clone(), lane.room.available_permits()))
                .collect(),
            most: self.slots.available_permits(),
        }
    }
}

pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done while one of them is held can panic half way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Host {
    /// Begins to take deliveries out of the queue, those of an earlier process included. Call it when the modules are loaded;
    /// otherwise it is done when the first delivery is accepted. Does nothing where [`Capacity::workers`] is 0.
    pub fn start_workers(&self) {
        let workers = &self.inner.workers;
        if workers.stop.is_cancelled() {
            return;
        }
        // One that is over belonged to another runtime.
        let is_over = |task: &Option<JoinHandle<()>>| task.as_ref().is_none_or(JoinHandle::is_finished);
        let mut watching = held(&workers.watching);
        if is_over(&watching) {
            *watching = Some(tokio::spawn(watch(Arc::downgrade(&self.inner), workers.clone())));
        }
        if let Some(outbox) = &self.inner.outbox {
            let (host, of_host, workers) = (Arc::downgrade(&self.inner), outbox.clone(), workers.clone());
            outbox.keep_relaying(|| tokio::spawn(relay(host, of_host, workers)));
        }
        let mut looping = held(&workers.looping);
        if self.inner.capacity.workers > 0 && is_over(&looping) {
            *looping = Some(tokio::spawn(work(Arc::downgrade(&self.inner), workers.clone())));
            if self.inner.versions.is_some() {
                tokio::spawn(stored::serve(Arc::downgrade(&self.inner), workers.clone()));
            }
        }
    }

    /// Forgets what this process has accepted, and another one has finished.
    pub(super) async fn forget_settled(&self) {
        let (workers, Some(ledger)) = (&self.inner.workers, &self.inner.ledger) else {
            return;
        };
        let old: Vec<_> = held(&workers.accepted)
            .iter()
            .filter(|(_, accepted)| accepted.since.elapsed() >= FORGOTTEN)
            .map(|(id, _)| *id)
            .collect();
        for ids in old.chunks(500) {
            let settled = ledger.settled(ids).await.unwrap_or_default();
            let mut accepted = held(&workers.accepted);
            settled.keys().for_each(|id| drop(accepted.remove(id)));
        }
        workers.over.notify_waiters();
    }

    /// Begins with what was taken; what is over already, because it was run twice, is not run again.
    async fn begin(self, taken: Vec<Taken>) {
        let workers = &self.inner.workers;
        let settled = match &self.inner.ledger {
            Some(ledger) => {
                let ids: Vec<_> = taken.iter().map(|taken| taken.message.id).collect();
                ledger.settled(&ids).await
            }
            None => Ok(HashMap::new()),
        };
        let settled = settled.unwrap_or_else(|error| {
            // Then they may run once more than they have to.
            tracing::error!("{error}");
            HashMap::new()
        });
        for taken in taken {
            if let Some(state) = settled.get(&taken.message.id) {
                tracing::info!(delivery = %taken.message.id, "the delivery came again, and is {state} already");
                self.end_settled(taken, *state).await;
                continue;
            }
            if !held(&workers.at_work).insert(taken.message.id) {
                self.end(taken, Next::GiveBack(LATER)).await;
                continue;
            }
            let id = taken.message.id;
            let lane = held(&workers.lanes).get(&taken.message.lane).cloned();
            let room = lane.and_then(|lane| Some((lane.room.clone().try_acquire_owned().ok()?, lane)));
            match room {
                Some((room, lane)) => {
                    let host = self.clone();
                    workers.running.spawn(async move {
                        host.carry_out(taken, &lane, room).await;
                        held(&host.inner.workers.at_work).remove(&id);
                    });
                }
                None => {
                    held(&workers.at_work).remove(&id);
                    self.end(taken, Next::GiveBack(Duration::ZERO)).await;
                }
            }
        }
    }

    /// Ends one that was over before it was taken. A dead letter may be brought back at this very moment: then the queue had it
    /// already, took it for the same, and would lose it.
    async fn end_settled(&self, taken: Taken, state: State) {
        let message = taken.message.clone();
        self.end(taken, Next::Over(None)).await;
        let (State::Dead, Some(ledger)) = (state, &self.inner.ledger) else {
            return;
        };
        let is_dead = match ledger.settled(&[message.id]).await {
            Ok(settled) => settled.contains_key(&message.id),
            Err(_) => false,
        };
        if !is_dead && let Err(error) = self.enqueue(vec![message.clone()], None).await {
            tracing::error!(delivery = %message.id, "a dead letter could not be brought back; redrive it once more: {error}");
        }
    }

    /// Makes one delivery's next attempt, and says to ledger and queue what came of it.
    async fn carry_out(&self, taken: Taken, lane: &Lane, room: OwnedSemaphorePermit) {
        if let Some(rate) = &lane.rate {
            rate.until_ready().await;
        }
        let Ok(slot) = self.inner.workers.slots.clone().acquire_owned().await else {
            return;
        };
        let next = self.deliver(&taken).await;
        drop((slot, room));
        self.end(taken, next).await;
    }

    /// Tells the queue what became of a delivery.
    async fn end(&self, taken: Taken, next: Next) {
        let workers = &self.inner.workers;
        let id = taken.message.id;
        let said = match next {
            Next::Over(delivery) => {
                let said = workers.queue.done(vec![taken]).await;
                let accepted = held(&workers.accepted).remove(&id);
                if let (Some(accepted), Some(delivery)) = (accepted, delivery) {
                    // Nobody has to wait for it.
                    let _ = accepted.finish.send(Arc::new(*delivery));
                }
                workers.over.notify_waiters();
                said
            }
            Next::Again(after) => workers.queue.again(taken, after).await,
            Next::GiveBack(after) => workers.queue.give_back(taken, after).await,
            Next::SetAside(why) => {
                tracing::error!(delivery = %id, "a message in the queue was set aside: {why}");
                workers.queue.set_aside(taken, &why).await
            }
        };
        if let Err(error) = said {
            // It is still in the queue, and comes again.
            tracing::error!(delivery = %id, "{error}");
        }
        workers.changed.notify_waiters();
    }
}

/// What becomes of a delivery that was taken.
pub(super) enum Next {
    Over(Option<Box<Delivery>>),
    Again(Duration),
    GiveBack(Duration),
    SetAside(String),
}

/// Takes deliveries out of the queue for as long as the host is there.
async fn work(host: Weak<Inner>, workers: Arc<Workers>) {
    loop {
        let mut changed = std::pin::pin!(workers.changed.notified());
        changed.as_mut().enable();
        let wanted = workers.wanted();
        let taken = tokio::select! {
            biased;
            () = workers.stop.cancelled() => return,
            taken = workers.queue.take(&wanted), if wanted.most > 0 => taken,
            () = changed => continue,
        };
        let Some(inner) = host.upgrade() else { return };
        match taken {
            Ok(taken) => Host { inner }.begin(taken).await,
            Err(error) => {
                drop(inner);
                tracing::error!("{error}");
                tokio::select! {
                    () = workers.stop.cancelled() => return,
                    () = tokio::time::sleep(PATIENCE) => {}
                }
            }
        }
    }
}

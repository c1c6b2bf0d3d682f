//! Asynchronous deliveries: accepted into the queue, taken out of it by workers, attempted until they are over.
//!
//! A delivery that was accepted is in the queue until the ledger has it as done or dead. Whatever ends this process in
//! between, it is taken again, under the same id. One that comes again may itself be what ended its worker: it runs alone
//! then, and after [`STRIKES`] times it is given up.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant, UNIX_EPOCH};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Notify, OwnedSemaphorePermit, RwLock, Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::health::watch;
use super::{Attempt, Pending, stored};
use crate::catalog::Hook;
use crate::delivery::{ActionState, Delivery, DeliveryId};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::host::{Host, Inner};
use crate::ledger::{Entry, State};
use crate::limits::{Capacity, WhenFull};
use crate::outbox::relay;
use crate::policy::QueuePolicy;
use crate::queue::{Message, Queue, QueueError, Taken, Wanted};
use crate::subscriptions::{Listener, OnFailure};
use crate::trigger::Trigger;

/// How often a delivery may end the worker that runs nothing else.
const STRIKES: u32 = 3;
/// How long a delivery waits whose module is in quarantine, or is not there, before it is looked at again.
const LATER: Duration = Duration::from_secs(5);
/// Between two attempts at the same delivery, at most.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);
/// Between two attempts to reach a queue or a ledger that does not answer.
const PATIENCE: Duration = Duration::from_millis(500);
/// After which time somebody else may have finished what this process has accepted.
const FORGOTTEN: Duration = Duration::from_secs(10);
/// How often a trigger looks whether there is room in a queue that is full.
const ROOM: Duration = Duration::from_millis(20);

/// The workers of one host, and the deliveries that it has accepted.
pub(crate) struct Workers {
    pub(crate) queue: Arc<dyn Queue>,
    /// Deliveries that may run at the same time.
    slots: Arc<Semaphore>,
    lanes: Mutex<HashMap<Arc<str>, Arc<Lane>>>,
    /// Says that a lane has room again, or that there is a new one.
    changed: Notify,
    /// Deliveries that this process has accepted, and that are not over.
    accepted: Mutex<HashMap<DeliveryId, Accepted>>,
    over: Notify,
    /// Held by all that run; by one alone that may end the process.
    alone: Arc<RwLock<()>>,
    running: TaskTracker,
    /// Which ones run. A broker that lost its connection gives out again what still runs here.
    at_work: Mutex<HashSet<DeliveryId>>,
    stop: CancellationToken,
    looping: Mutex<Option<JoinHandle<()>>>,
    watching: Mutex<Option<JoinHandle<()>>>,
}

struct Accepted {
    since: Instant,
    /// Whom it was accepted for: it is finished by that very version, though it may have been unloaded.
    listener: Listener,
    finish: oneshot::Sender<Arc<Delivery>>,
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

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done while one of them is held can panic half way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Host {
    /// Makes deliveries of a trigger that can be accepted.
    pub(super) fn prepare(&self, listeners: Vec<Listener>, hook: &Hook, trigger: &Trigger) -> Prepared {
        let envelopes: Vec<_> = listeners
            .iter()
            .map(|listener| {
                let id = self.inner.sandbox.surroundings().delivery();
                Arc::new(listener.envelope(id, hook, trigger, &trigger.payload))
            })
            .collect();
        let messages = envelopes.iter().zip(&listeners);
        Prepared {
            messages: messages
                .map(|(envelope, listener)| message(envelope, listener))
                .collect(),
            envelopes,
            listeners,
        }
    }

    /// Accepts the asynchronous deliveries of a trigger: when this returns, they are in the queue, unless it gives an error.
    /// `may_wait`: for room in the queue.
    pub(super) async fn accept_prepared(
        &self,
        prepared: Prepared,
        trigger: &Trigger,
        may_wait: bool,
    ) -> (Vec<Pending>, Result<(), QueueError>) {
        let Prepared {
            listeners,
            envelopes,
            messages,
        } = prepared;
        if messages.is_empty() {
            return (Vec::new(), Ok(()));
        }
        let workers = &self.inner.workers;
        let mut pending = Vec::with_capacity(listeners.len());
        for (listener, envelope) in listeners.into_iter().zip(&envelopes) {
            let (finish, finished) = oneshot::channel();
            pending.push(Pending {
                id: envelope.id,
                module: envelope.module.clone(),
                finished,
            });
            held(&workers.accepted).insert(
                envelope.id,
                Accepted {
                    since: Instant::now(),
                    listener,
                    finish,
                },
            );
        }
        // A delivery whose actions fired this hook is in the queue itself until that is done: if all of them waited here for
        // room, there would never be any. Their number is bounded by the depth of the chain.
        let most = trigger.causes.is_empty().then_some(self.inner.capacity.background);
        let put = match may_wait {
            true => self.enqueue(messages, most).await,
            false => workers.queue.put(messages, most).await,
        };
        if put.is_err() {
            let mut accepted = held(&workers.accepted);
            pending.iter().for_each(|pending| drop(accepted.remove(&pending.id)));
            return (pending, put);
        }
        if let Some(ledger) = &self.inner.ledger {
            envelopes
                .into_iter()
                .for_each(|envelope| ledger.note(Entry::Accepted(envelope)));
        }
        self.start_workers();
        (pending, Ok(()))
    }

    /// Accepts deliveries that an earlier process has left in the outbox.
    pub(crate) async fn accept_left(&self, messages: Vec<Message>) -> Result<(), QueueError> {
        let bodies: Vec<_> = messages.iter().map(|message| message.body.clone()).collect();
        let most = Some(self.inner.capacity.background);
        self.inner.workers.queue.put(messages, most).await?;
        if let Some(ledger) = &self.inner.ledger {
            // One that cannot be read is set aside by whoever takes it out of the queue.
            let envelopes = bodies.iter().filter_map(|body| serde_json::from_slice(body).ok());
            envelopes.for_each(|envelope| ledger.note(Entry::Accepted(Arc::new(envelope))));
        }
        self.start_workers();
        Ok(())
    }

    async fn enqueue(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError> {
        let queue = &self.inner.workers.queue;
        loop {
            match queue.put(messages.clone(), most).await {
                Err(QueueError::Full { .. }) if self.inner.capacity.when_full == WhenFull::Wait => {
                    tokio::time::sleep(ROOM).await;
                }
                other => return other,
            }
        }
    }

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
        let next = self.attempt_taken(&taken).await;
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

    async fn attempt_taken(&self, taken: &Taken) -> Next {
        let message = &taken.message;
        let envelope: Envelope = match serde_json::from_slice(&message.body) {
            Ok(envelope) => envelope,
            Err(error) => return Next::SetAside(format!("it is not a delivery that this version knows: {error}")),
        };
        let envelope = Arc::new(envelope);
        let Some(payload) = envelope.payload.clone() else {
            return self.give_up(&envelope, "its payload was not kept".into()).await;
        };
        let Ok(hook) = self.inner.catalog.lookup(&envelope.hook).cloned() else {
            let why = format!("this host has no hook `{}`", envelope.hook);
            return self.give_up(&envelope, why).await;
        };
        let listener = match self.addressee(&envelope).await {
            Ok(listener) => listener,
            Err(Absent::Module(why)) => {
                tracing::error!(delivery = %envelope.id, module = envelope.module, hook = envelope.hook, "{why}");
                return Next::GiveBack(LATER);
            }
            Err(Absent::Subscription(why)) => return self.give_up(&envelope, why).await,
        };

        if listener.module.quarantine.refuses() {
            return Next::GiveBack(LATER);
        }
        let alone = &self.inner.workers.alone;
        let (_shared, _exclusive);
        if taken.redelivered
            && let Some(ledger) = &self.inner.ledger
        {
            _exclusive = alone.write().await;
            tracing::info!(delivery = %envelope.id, "the delivery came again: whoever took it before has ended; it runs alone");
            match ledger.strike(envelope.id).await {
                Ok(strikes) if strikes > STRIKES => {
                    let why = format!("its worker ended {STRIKES} times while it ran, and nothing else did");
                    return self.give_up(&envelope, why).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(delivery = %envelope.id, "{error}");
                    return Next::GiveBack(PATIENCE);
                }
            }
        } else {
            _shared = alone.read().await;
        }

        let trigger = Trigger {
            id: envelope.trigger,
            hook: envelope.hook.clone(),
            payload,
            happened_at: UNIX_EPOCH + Duration::from_millis(envelope.happened_at_ms),
            by: envelope.triggered_by.clone(),
            metadata: envelope.metadata.clone(),
            causes: envelope.causes.clone(),
            about: envelope.about.clone(),
        };
        let attempt = Attempt {
            id: envelope.id,
            number: message.attempt,
            listener: &listener,
            hook: &hook,
            trigger: &trigger,
            payload: &trigger.payload,
        };
        let mut made = self.attempt(attempt, None).await;
        if let Err(Fault::Quarantined { .. }) = &made.delivery.result {
            return Next::GiveBack(LATER);
        }
        self.apply_actions(&mut made.delivery).await;
        let failed = match (&made.delivery.result, &made.delivery.actions) {
            (Err(fault), _) => Some((listener.subscription.failure_policy.on(fault), fault.to_string())),
            (Ok(_), ActionState::Failed(reason)) => {
                Some((OnFailure::Retry, format!("its actions could not be applied: {reason}")))
            }
            _ => None,
        };
        let (state, remark, next) = match failed {
            None => (State::Done, None, None),
            Some((OnFailure::Retry, why)) if message.attempt < self.inner.capacity.attempts => {
                let wait = self.wait_after(envelope.id, message.attempt);
                tracing::info!(
                    delivery = %envelope.id,
                    module = envelope.module,
                    hook = envelope.hook,
                    attempt = message.attempt,
                    "module `{}` failed on `{}`, and is tried again in {} ms: {why}",
                    envelope.module,
                    envelope.hook,
                    wait.as_millis(),
                );
                (State::Waiting, Some(why), Some(wait))
            }
            Some((_, why)) => (State::Dead, Some(why), None),
        };
        if let Some(ledger) = &self.inner.ledger {
            let mut ended = made.entry(envelope.clone(), &listener, state, remark);
            ended.is_cleared = taken.redelivered;
            if let Err(error) = ledger.write(vec![Entry::Ended(ended)]).await {
                // What is not in the ledger has not happened: it comes again, and its actions are not applied again.
                tracing::error!(delivery = %envelope.id, "{error}");
                return Next::GiveBack(PATIENCE);
            }
        }
        match next {
            Some(wait) => Next::Again(wait),
            None => {
                self.report(&made.delivery);
                Next::Over(Some(Box::new(made.delivery)))
            }
        }
    }

    /// Makes a dead letter of a delivery that cannot be attempted.
    async fn give_up(&self, envelope: &Arc<Envelope>, why: String) -> Next {
        tracing::error!(
            delivery = %envelope.id,
            module = envelope.module,
            hook = envelope.hook,
            "the delivery is a dead letter: {why}"
        );
        if let Some(ledger) = &self.inner.ledger {
            let moved = Entry::Moved {
                envelope: envelope.clone(),
                state: State::Dead,
                remark: Some(why),
            };
            if let Err(error) = ledger.write(vec![moved]).await {
                tracing::error!(delivery = %envelope.id, "{error}");
                return Next::GiveBack(PATIENCE);
            }
        }
        Next::Over(None)
    }

    /// Whom a delivery is for: the version that it was accepted for, if it can be had; else the one that is there.
    async fn addressee(&self, envelope: &Envelope) -> Result<Listener, Absent> {
        if let Some(accepted) = held(&self.inner.workers.accepted).get(&envelope.id) {
            return Ok(accepted.listener.clone());
        }
        let module = self.version(envelope).await.map_err(Absent::Module)?;
        let subscription = module
            .subscriptions
            .iter()
            .find(|one| one.hook == envelope.hook && one.menu_name == envelope.menu_name);
        match subscription {
            Some(subscription) => Ok(Listener {
                subscription: subscription.clone(),
                module,
            }),
            None => Err(Absent::Subscription(format!(
                "version {} of module `{}` does not listen to `{}` any more",
                module.identity.version, envelope.module, envelope.hook
            ))),
        }
    }

    /// Twice as long after each attempt, give or take a half, so that what failed together does not come back together.
    fn wait_after(&self, id: DeliveryId, attempt: u32) -> Duration {
        let doubled = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let wait = self
            .inner
            .capacity
            .retry_after
            .saturating_mul(doubled)
            .min(LONGEST_WAIT);
        wait.mul_f64(0.5 + id.fraction())
    }
}

/// Asynchronous deliveries that can be accepted. The three have the same order.
pub(super) struct Prepared {
    listeners: Vec<Listener>,
    envelopes: Vec<Arc<Envelope>>,
    pub(super) messages: Vec<Message>,
}

/// What becomes of a delivery that was taken.
enum Next {
    Over(Option<Box<Delivery>>),
    Again(Duration),
    GiveBack(Duration),
    SetAside(String),
}

/// Who is not there to take a delivery.
enum Absent {
    Module(String),
    Subscription(String),
}

fn message(envelope: &Envelope, listener: &Listener) -> Message {
    let order = envelope
        .about
        .as_deref()
        .filter(|_| listener.module.policy.queue.ordered);
    Message {
        id: envelope.id,
        lane: envelope.module.as_str().into(),
        order: order.map(Arc::from),
        attempt: 1,
        // An envelope is made of nothing that JSON cannot hold.
        body: serde_json::to_vec(envelope).unwrap_or_default().into(),
    }
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

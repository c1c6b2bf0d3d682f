//! Keeps a connection to the broker: makes another when it is lost, and listens to all lanes again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lapin::Acker;
use lapin::message::DeliveryResult;
use lapin::options::{BasicAckOptions, BasicRejectOptions};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::inbox::{Arrival, Inbox};
use super::session::Session;
use super::settings::Address;
use super::topology::{LaneQueue, Names};
use super::trouble::Trouble;
use super::wire;
use crate::queue::QueueError;

/// How long the end waits for what is under way.
const FAREWELL: Duration = Duration::from_secs(5);

/// Between two attempts to connect: the first, and at most.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How often it is looked whether a connection that nothing comes from still holds. Who publishes or consumes knows at once.
const LOOK: Duration = Duration::from_millis(500);

pub(super) struct Link {
    pub(super) address: Address,
    pub(super) names: Names,
    pub(super) inbox: Arc<Inbox>,
    now: watch::Sender<Now>,
    /// The lanes that are served here, with how many messages of each may be here at a time.
    served: Mutex<BTreeMap<Arc<str>, u16>>,
    more_served: Notify,
    /// Lanes, and whether it is the queue with an order.
    known: Mutex<BTreeMap<(Arc<str>, bool), LaneQueue>>,
    pub(super) stop: CancellationToken,
    running: TaskTracker,
}

/// The connection, or why there is none.
#[derive(Clone)]
enum Now {
    Up(Arc<Session>),
    Down(String),
}

impl Link {
    /// Connects for the first time. A broker that does not answer may come later; one that refuses us will not.
    pub(super) async fn open(address: Address, names: Names) -> Result<Arc<Self>, QueueError> {
        let first = match Session::open(1, &address, &names).await {
            Ok(session) => Ok(session),
            Err(trouble) if trouble.is_final => return Err(address.unavailable(trouble.to_string())),
            Err(trouble) => Err(trouble),
        };
        let link = Arc::new(Self {
            address,
            names,
            inbox: Arc::default(),
            now: watch::Sender::new(Now::Down("it was not connected to yet".to_owned())),
            served: Mutex::default(),
            more_served: Notify::new(),
            known: Mutex::default(),
            stop: CancellationToken::new(),
            running: TaskTracker::new(),
        });
        match first {
            Ok(session) => link.begin(session),
            Err(trouble) => link.is_down(&trouble),
        }
        link.running.spawn(link.clone().keep());
        link.running.close();
        Ok(link)
    }

    /// Ends the connection, and makes no other.
    pub(super) async fn close(&self) {
        self.stop.cancel();
        // Whoever still waits for a broker that does not answer is left behind: it holds nothing that is not in the broker.
        let _ = tokio::time::timeout(FAREWELL, self.running.wait()).await;
    }

    /// The connection, if there is one: nobody waits for it here.
    pub(super) fn session(&self) -> Result<Arc<Session>, QueueError> {
        match &*self.now.borrow() {
            Now::Up(session) => match session.trouble() {
                None => Ok(session.clone()),
                Some(why) => Err(self.address.unavailable(why)),
            },
            Now::Down(why) => Err(self.address.unavailable(why.clone())),
        }
    }

    /// Listens to these lanes as well, from now on.
    pub(super) fn serve(&self, lanes: impl Iterator<Item = (Arc<str>, u16)>) {
        let mut served = self.served();
        let before = served.len();
        for (lane, prefetch) in lanes {
            served.entry(lane).or_insert(prefetch);
        }
        if served.len() > before {
            self.more_served.notify_one();
        }
    }

    fn served(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, u16>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn keep(self: Arc<Self>) {
        let mut wait = FIRST_WAIT;
        let mut number = 1;
        loop {
            let now = self.now.borrow().clone();
            if let Now::Up(session) = now {
                wait = FIRST_WAIT;
                self.listen(&session).await;
                self.inbox.lost();
                if self.stop.is_cancelled() {
                    self.now.send_replace(Now::Down("it was let go of".to_owned()));
                    session.close().await;
                    return;
                }
                self.is_down(&Trouble::refused(session.trouble().unwrap_or_default()));
                // The next one need not wait until a network that is gone has taken leave.
                self.running.spawn(async move { session.close().await });
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            number += 1;
            let opened = tokio::select! {
                () = self.stop.cancelled() => return,
                opened = Session::open(number, &self.address, &self.names) => opened,
            };
            match opened {
                Ok(session) => {
                    tracing::warn!("the queue {} is there again", self.address.place);
                    self.begin(session);
                }
                Err(trouble) => {
                    tracing::debug!("the queue {}: {trouble}", self.address.place);
                    self.now.send_replace(Now::Down(trouble.to_string()));
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    fn begin(&self, session: Session) {
        self.inbox.begin(session.number);
        self.now.send_replace(Now::Up(Arc::new(session)));
    }

    /// Said once, until it is there again.
    fn is_down(&self, trouble: &Trouble) {
        tracing::error!(
            "the queue {} does not answer, and is tried again until it does: {trouble}",
            self.address.place
        );
        self.now.send_replace(Now::Down(trouble.to_string()));
    }

    /// Until the connection is lost, or nobody wants it any more.
    async fn listen(self: &Arc<Self>, session: &Arc<Session>) {
        let mut listened_to = BTreeSet::new();
        loop {
            let lanes: Vec<_> = self.served().iter().map(|(lane, most)| (lane.clone(), *most)).collect();
            for (lane, prefetch) in lanes {
                if listened_to.insert(lane.clone()) {
                    for ordered in [false, true] {
                        let (link, session, lane) = (self.clone(), session.clone(), lane.clone());
                        tokio::spawn(async move { link.listen_to(&session, &lane, ordered, prefetch).await });
                    }
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = session.over.cancelled() => return,
                () = self.more_served.notified() => {}
                () = tokio::time::sleep(LOOK) => if let Some(why) = session.trouble() {
                    session.give_up(why);
                },
            }
        }
    }

    /// Begins to listen to one queue. If that does not answer, the others do not have to wait for it.
    async fn listen_to(&self, session: &Arc<Session>, lane: &Arc<str>, ordered: bool, prefetch: u16) {
        let Some(queue) = self.know(lane, ordered) else {
            tracing::error!("the name of module `{lane}` is too long for a queue of RabbitMQ");
            return;
        };
        let mut said = false;
        let consumer = loop {
            let consumed = tokio::select! {
                () = session.over.cancelled() => return,
                consumed = session.consume(&queue, prefetch) => consumed,
            };
            match consumed {
                Ok(consumer) => break consumer,
                // When the connection is lost, that is said elsewhere.
                Err(trouble) if !said && session.trouble().is_none() => {
                    tracing::error!(
                        module = &**lane,
                        "the queue `{}` of RabbitMQ is tried again: {trouble}",
                        queue.name
                    );
                    said = true;
                }
                Err(_) => {}
            }
            tokio::select! {
                () = session.over.cancelled() => return,
                () = tokio::time::sleep(LONGEST_WAIT) => {}
            }
        };
        // The session has the consumer, and the consumer this.
        let (inbox, lane, session) = (self.inbox.clone(), lane.clone(), Arc::downgrade(session));
        consumer.set_delegate(move |result| {
            // This runs in the order in which messages come; what it returns does not.
            let next = match session.upgrade() {
                Some(session) => receive(&inbox, &session, &lane, &queue, result),
                None => Next::Nothing,
            };
            async move { next.carry_out().await }
        });
    }

    /// The queue of a lane, which is among those that are counted from now on. None if its name is too long.
    pub(super) fn know(&self, lane: &Arc<str>, ordered: bool) -> Option<LaneQueue> {
        let queue = self.names.lane(lane, ordered)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((lane.clone(), ordered)).or_insert_with(|| queue.clone());
        Some(queue)
    }

    /// The lanes that this process has put something into, or serves.
    pub(super) fn known(&self) -> BTreeMap<(Arc<str>, bool), LaneQueue> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What is to be said to the broker of a message that came.
enum Next {
    Nothing,
    Acknowledge(Acker),
    /// Its queue has it set aside.
    Reject(Acker),
}

impl Next {
    async fn carry_out(self) {
        let said = match self {
            Self::Nothing => return,
            Self::Acknowledge(acker) => acker.ack(BasicAckOptions::default()).await,
            Self::Reject(acker) => acker.reject(BasicRejectOptions::default()).await,
        };
        // If it was not heard, the message comes again, and the same is said again.
        if let Err(error) = said {
            tracing::debug!("{error}");
        }
    }
}

fn receive(inbox: &Inbox, session: &Session, lane: &Arc<str>, queue: &LaneQueue, result: DeliveryResult) -> Next {
    let mut delivery = match result {
        Ok(Some(delivery)) => delivery,
        Ok(None) => {
            session.give_up(format!(
                "the broker sends nothing more of its queue `{}`; was it deleted?",
                queue.name
            ));
            return Next::Nothing;
        }
        Err(error) => {
            session.give_up(Trouble::talking(&error).to_string());
            return Next::Nothing;
        }
    };
    let size = delivery.data.len();
    match wire::read(&mut delivery, lane) {
        Ok(copy) => match inbox.arrived(session.number, copy, &delivery.acker, delivery.redelivered) {
            Arrival::Kept | Arrival::Late => Next::Nothing,
            Arrival::Over => Next::Acknowledge(delivery.acker),
        },
        Err(why) => {
            tracing::error!(
                module = &**lane,
                "a message of {size} bytes in the queue `{}` is not ours, and was set aside: {why}",
                queue.name
            );
            Next::Reject(delivery.acker)
        }
    }
}

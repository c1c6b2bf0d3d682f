//! One connection to the broker, for as long as it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions, ExchangeDeclareOptions,
    QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{FieldTable, ShortString};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, Consumer, ExchangeKind, runtime,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::settings::Address;
use super::topology::{LaneQueue, Names, Wait, lane_arguments, quorum, wait_arguments};
use super::trouble::{Trouble, answer};

/// To connect, and for each answer of the broker. It is longer than a broker needs that writes to a busy disk, and shorter
/// than the time that the caller of a server waits.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Session {
    pub(super) number: u64,
    connection: Connection,
    /// With confirms. A channel waits for its slowest queue and ends at the first mistake, so whatever concerns one queue
    /// has a channel of its own: after a crash of the broker, one of its queues may not answer while the others do.
    publishing: Channel,
    names: Names,
    /// What was declared over this connection.
    declared: Mutex<BTreeSet<ShortString>>,
    /// Whoever declares something has its turn: of two who declare a queue at the same time, RabbitMQ tells one that it is there
    /// before it takes messages.
    pub(super) turns: Mutex<BTreeMap<ShortString, Arc<tokio::sync::Mutex<()>>>>,
    /// A consumer that is dropped is cancelled.
    consumers: Mutex<Vec<(Channel, Consumer)>>,
    /// Set when it is of no use any more; why is said before.
    pub(super) over: CancellationToken,
    why: OnceLock<String>,
}

/// A message on its way to the broker.
pub(super) struct Outgoing {
    pub(super) exchange: ShortString,
    pub(super) key: ShortString,
    pub(super) body: Arc<[u8]>,
    pub(super) properties: BasicProperties,
}

/// How full a queue is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    pub(super) messages: u64,
    pub(super) consumers: u32,
}

impl Session {
    /// Connects, and declares what all lanes have in common.
    pub(super) async fn open(number: u64, address: &Address, names: &Names) -> Result<Self, Trouble> {
        timeout(PATIENCE, Self::connect(number, address, names))
            .await
            .map_err(|_| Trouble::silent("it did not let us in"))?
            .map_err(|error| Trouble::connecting(&error, address.uses_tls()))
    }

    async fn connect(number: u64, address: &Address, names: &Names) -> lapin::Result<Self> {
        let properties = ConnectionProperties::default().with_connection_name("sclera".into());
        let runtime = runtime::default_runtime()?;
        let connection =
            Connection::connect_uri_with_config(address.uri.clone(), properties, address.tls(), runtime).await?;
        let publishing = connection.create_channel().await?;
        publishing.confirm_select(ConfirmSelectOptions::default()).await?;
        let declaring = connection.create_channel().await?;

        let durable = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        let nothing = FieldTable::default;
        declaring
            .exchange_declare(names.lanes(), ExchangeKind::Direct, durable, nothing())
            .await?;
        declaring
            .exchange_declare(names.aside(), ExchangeKind::Fanout, durable, nothing())
            .await?;
        declaring
            .queue_declare(names.aside(), QueueDeclareOptions::durable(), quorum())
            .await?;
        let bind = QueueBindOptions::default();
        declaring
            .queue_bind(names.aside(), names.aside(), "".into(), bind, nothing())
            .await?;
        Ok(Self {
            number,
            connection,
            publishing,
            names: names.clone(),
            declared: Mutex::default(),
            turns: Mutex::default(),
            consumers: Mutex::default(),
            over: CancellationToken::new(),
            why: OnceLock::new(),
        })
    }

    /// Why it is of no use any more, if it is not.
    pub(super) fn trouble(&self) -> Option<String> {
        if let Some(why) = self.why.get() {
            return Some(why.clone());
        }
        if self.over.is_cancelled() || !self.connection.status().connected() {
            return Some("the connection was closed".to_owned());
        }
        (!self.publishing.status().connected()).then(|| "a channel was closed".to_owned())
    }

    /// Gives it up: a new one is to be made.
    pub(super) fn give_up(&self, why: impl Into<String>) {
        // The first reason is the one that counts.
        let _ = self.why.set(why.into());
        self.over.cancel();
    }

    /// Publishes all of these, one after the other, and waits until the broker has each of them on its disks.
    pub(super) async fn publish(&self, messages: Vec<Outgoing>) -> Result<(), Trouble> {
        if self.connection.status().blocked() {
            return Err(Trouble::silent(
                "it takes nothing at the moment because its memory or its disk is full; free some, and see its log",
            ));
        }
        let published = timeout(PATIENCE, self.publish_and_confirm(messages)).await;
        published.unwrap_or_else(|_| {
            let trouble = Trouble::silent("it did not confirm that it has a message");
            // So that nobody waits as long for it again.
            self.give_up(trouble.to_string());
            Err(trouble)
        })
    }

    async fn publish_and_confirm(&self, messages: Vec<Outgoing>) -> Result<(), Trouble> {
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        let mut confirms = Vec::with_capacity(messages.len());
        for one in messages {
            let sent = self
                .publishing
                .basic_publish(one.exchange, one.key, options, &one.body, one.properties)
                .await;
            confirms.push(self.check(sent)?);
        }
        for confirm in confirms {
            match self.check(confirm.await)? {
                Confirmation::Ack(None) => {}
                Confirmation::Ack(Some(returned)) | Confirmation::Nack(Some(returned)) => {
                    // So they are declared again before the next one.
                    held(&self.declared).clear();
                    return Err(Trouble::refused(format!(
                        "it has no queue for a message: {}; was one deleted?",
                        returned.reply_text
                    )));
                }
                Confirmation::Nack(None) => {
                    return Err(Trouble::refused("it could not store a message; see its log".to_owned()));
                }
                Confirmation::NotRequested => {
                    return Err(Trouble::refused("it confirms nothing".to_owned()));
                }
            }
        }
        Ok(())
    }

    /// Declares the queue of a lane, and says how full it is.
    pub(super) async fn lane(&self, lane: &LaneQueue) -> Result<Fill, Trouble> {
        let arguments = lane_arguments(&self.names, lane.ordered);
        self.declare(&lane.name, arguments, async |channel: &Channel| {
            let (exchange, bind) = (self.names.lanes(), QueueBindOptions::default());
            channel
                .queue_bind(
                    lane.name.clone(),
                    exchange,
                    lane.key.clone(),
                    bind,
                    FieldTable::default(),
                )
                .await
        })
        .await
    }

    /// Declares the queue of a delay, and says how full it is.
    pub(super) async fn wait(&self, wait: Wait) -> Result<Fill, Trouble> {
        let name = self.names.wait(wait);
        let durable = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        self.declare(&name, wait_arguments(&self.names, wait), async |channel: &Channel| {
            channel
                .exchange_declare(name.clone(), ExchangeKind::Fanout, durable, FieldTable::default())
                .await?;
            let bind = QueueBindOptions::default();
            channel
                .queue_bind(name.clone(), name.clone(), "".into(), bind, FieldTable::default())
                .await
        })
        .await
    }

    /// Whether the queue was declared over this connection already.
    pub(super) fn has(&self, name: &ShortString) -> bool {
        held(&self.declared).contains(name)
    }

    async fn declare(
        &self,
        name: &ShortString,
        arguments: FieldTable,
        bind: impl AsyncFnOnce(&Channel) -> lapin::Result<()>,
    ) -> Result<Fill, Trouble> {
        let turn = held(&self.turns).entry(name.clone()).or_default().clone();
        // To wait for one's turn is part of waiting for the answer: who stands behind many waits no longer for a queue that gives
        // none.
        answer(async {
            let _turn = turn.lock().await;
            let is_new = !self.has(name);
            let channel = self.connection.create_channel().await?;
            let options = QueueDeclareOptions::durable();
            let queue = channel.queue_declare(name.clone(), options, arguments).await?;
            if is_new {
                bind(&channel).await?;
                held(&self.declared).insert(name.clone());
            }
            Ok(Fill {
                messages: queue.message_count().into(),
                consumers: queue.consumer_count(),
            })
        })
        .await
    }

    /// Has the messages of a queue sent here, so many at a time.
    pub(super) async fn consume(&self, queue: &LaneQueue, prefetch: u16) -> Result<Consumer, Trouble> {
        self.lane(queue).await?;
        let (channel, consumer) = answer(async {
            let channel = self.connection.create_channel().await?;
            channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
            let options = BasicConsumeOptions::default();
            let consumer = channel
                .basic_consume(queue.name.clone(), "".into(), options, FieldTable::default())
                .await?;
            Ok((channel, consumer))
        })
        .await?;
        held(&self.consumers).push((channel, consumer.clone()));
        Ok(consumer)
    }

    /// Closes it: what came over it and was not acknowledged comes again to somebody.
    pub(super) async fn close(&self) {
        self.over.cancel();
        drop(std::mem::take(&mut *held(&self.consumers)));
        // Where it is lost there is nothing to close.
        let _ = timeout(PATIENCE, self.connection.close(200, "done".into())).await;
    }

    fn check<T>(&self, result: lapin::Result<T>) -> Result<T, Trouble> {
        result.map_err(|error| {
            let trouble = Trouble::talking(&error);
            self.give_up(trouble.to_string());
            trouble
        })
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done while one of them is held can panic half way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

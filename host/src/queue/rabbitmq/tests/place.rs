//! A broker to test with, and ways to it that can be cut.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use lapin::message::BasicGetMessage;
use lapin::options::{
    BasicGetOptions, BasicPublishOptions, ExchangeDeleteOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::super::{RabbitMq, RabbitQueue};

/// The broker that tests share.
pub(super) fn shared() -> String {
    std::env::var("SCLERA_TEST_AMQP").unwrap_or_else(|_| "amqp://guest:guest@127.0.0.1:5672/%2f".to_owned())
}

/// A corner of a broker that nobody else uses. Call [`Corner::remove`] at the end.
pub(super) struct Corner {
    pub(super) url: String,
    pub(super) prefix: String,
    connection: Connection,
}

impl Corner {
    pub(super) async fn new() -> Self {
        Self::at(&shared()).await
    }

    pub(super) async fn at(url: &str) -> Self {
        let connection = Connection::connect(url, ConnectionProperties::default()).await;
        let connection = connection.unwrap_or_else(|error| {
            panic!(
                "no RabbitMQ answers at {url} ({error}); start one (Debian: `apt-get install rabbitmq-server`), or name \
                 one in SCLERA_TEST_AMQP"
            )
        });
        Self {
            url: url.to_owned(),
            prefix: format!("sclera-test-{}", Uuid::new_v4().simple()),
            connection,
        }
    }

    pub(super) fn settings(&self) -> RabbitMq {
        self.settings_at(&self.url)
    }

    pub(super) fn settings_at(&self, url: &str) -> RabbitMq {
        RabbitMq {
            prefix: self.prefix.clone(),
            ..RabbitMq::new(url, "outbox.sqlite")
        }
    }

    pub(super) async fn open(&self) -> RabbitQueue {
        RabbitQueue::open(&self.settings()).await.unwrap()
    }

    pub(super) async fn channel(&self) -> Channel {
        self.connection.create_channel().await.unwrap()
    }

    /// Publishes something to the queue of a lane.
    pub(super) async fn publish(&self, lane: &str, body: &[u8], properties: BasicProperties) {
        let queue = format!("{}.lane.{lane}", self.prefix);
        let options = BasicPublishOptions::default();
        let channel = self.channel().await;
        let sent = channel.basic_publish("".into(), queue.into(), options, body, properties);
        sent.await.unwrap().await.unwrap();
    }

    /// What was set aside, one by one.
    pub(super) async fn aside(&self) -> Option<BasicGetMessage> {
        let name = format!("{}.aside", self.prefix);
        let options = BasicGetOptions { no_ack: true };
        self.channel().await.basic_get(name.into(), options).await.unwrap()
    }

    /// How many messages nobody has, and how many consumers there are.
    pub(super) async fn fill(&self, queue: &str) -> (u32, u32) {
        let name = format!("{}.{queue}", self.prefix);
        let options = QueueDeclareOptions::default().passive();
        let channel = self.channel().await;
        let declared = channel.queue_declare(name.into(), options, Default::default());
        let queue = declared.await.unwrap();
        (queue.message_count(), queue.consumer_count())
    }

    /// Leaves nothing behind in the broker.
    pub(super) async fn remove(self) {
        let waits = super::super::topology::Wait::all().map(|wait| format!("wait.{}", wait.seconds()));
        let lanes = ["a", "b", "c"]
            .iter()
            .flat_map(|lane| [format!("lane.{lane}"), format!("ordered.{lane}")]);
        let channel = self.channel().await;
        for name in waits.chain(lanes).chain(["aside".to_owned(), "lanes".to_owned()]) {
            let name = format!("{}.{name}", self.prefix);
            let (queue, exchange) = (QueueDeleteOptions::default(), ExchangeDeleteOptions::default());
            channel.queue_delete(name.as_str().into(), queue).await.unwrap();
            channel.exchange_delete(name.as_str().into(), exchange).await.unwrap();
        }
        self.connection.close(200, "done".into()).await.unwrap();
    }
}

/// A way to a broker that can be cut.
pub(super) struct Wire {
    pub(super) url: String,
    open: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Wire {
    pub(super) async fn to(url: &str) -> Self {
        let parsed = url::Url::parse(url).unwrap();
        let broker = format!("{}:{}", parsed.host_str().unwrap(), parsed.port().unwrap_or(5672));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here: SocketAddr = listener.local_addr().unwrap();
        let open = Arc::new(AtomicBool::new(true));
        let streams = Arc::new(Mutex::new(Vec::new()));
        let (is_open, started) = (open.clone(), streams.clone());
        tokio::spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                if !is_open.load(Ordering::SeqCst) {
                    continue;
                }
                let broker = broker.clone();
                let stream = tokio::spawn(async move {
                    let mut far = TcpStream::connect(broker).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
                started.lock().unwrap().push(stream);
            }
        });
        let mut url = parsed;
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(here.port())).unwrap();
        Self {
            url: url.into(),
            open,
            streams,
        }
    }

    /// Ends all connections, and lets nobody through.
    pub(super) fn cut(&self) {
        self.open.store(false, Ordering::SeqCst);
        for stream in self.streams.lock().unwrap().drain(..) {
            stream.abort();
        }
    }

    pub(super) fn mend(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}

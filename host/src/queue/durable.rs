//! The queues that an embedder can choose.

use std::path::Path;
use std::sync::Arc;

use super::{Fallback, Queue, QueueError, QueueHealth, RabbitMq, RabbitQueue, SqliteQueue};

/// A queue that outlives the process: what was accepted into it is delivered, whatever crashes. Clones are the same queue.
#[derive(Clone, Debug)]
pub struct DurableQueue {
    pub(crate) queue: Arc<dyn Queue>,
}

impl DurableQueue {
    /// A queue in a SQLite file, which is made if there is none; its folder has to be there, on a disk of this machine. Any
    /// number of the machine's processes can use it at the same time. It needs no service.
    ///
    /// Beside it, SQLite keeps two more files, and the processes that use it say in the folder `<file>-owners` that they
    /// live.
    pub async fn sqlite(path: impl AsRef<Path>) -> Result<Self, QueueError> {
        Ok(Self {
            queue: Arc::new(SqliteQueue::open(path.as_ref()).await?),
        })
    }

    /// A queue in RabbitMQ, for any number of hosts and workers on any number of machines. If the broker does not answer,
    /// that is logged, and tried until it does; in the meantime deliveries are accepted into the outbox.
    ///
    /// # Errors
    /// If the settings are wrong, the outbox cannot be used, or the broker refuses us: its user, its vhost, its certificate.
    pub async fn rabbitmq(settings: RabbitMq) -> Result<Self, QueueError> {
        let outbox = SqliteQueue::open(&settings.outbox).await?;
        let broker = RabbitQueue::open(&settings).await?;
        Ok(Self {
            queue: Arc::new(Fallback::new(Arc::new(broker), Arc::new(outbox)).await?),
        })
    }

    /// The queue at `place`: the path of a SQLite file, or the URL of a RabbitMQ, `amqp://…` or `amqps://…`. What RabbitMQ
    /// does not take when it is down waits in the SQLite file `outbox`.
    pub async fn open(place: &str, outbox: impl AsRef<Path>) -> Result<Self, QueueError> {
        match place.split_once("://") {
            None => Self::sqlite(place).await,
            Some(("amqp" | "amqps", _)) => Self::rabbitmq(RabbitMq::new(place, outbox.as_ref())).await,
            Some((scheme, _)) => Err(QueueError::Unavailable {
                place: format!("`{scheme}://…`"),
                reason: "it is neither `amqp://…` nor `amqps://…` nor the path of a file".into(),
            }),
        }
    }

    /// What it holds.
    pub async fn health(&self) -> Result<QueueHealth, QueueError> {
        self.queue.health().await
    }

    /// Lets go of connections and files. [`Host::stop`](crate::Host::stop) does it for a host's queue.
    pub async fn close(&self) {
        self.queue.close().await;
    }
}

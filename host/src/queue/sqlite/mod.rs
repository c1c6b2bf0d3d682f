//! A queue in a SQLite file: durable without any service, and shared by the processes of one machine.
//!
//! All that happens to the file goes through one thread, the [`clerk`](Clerk). It writes what many callers want in one
//! transaction, so that they share one wait for the disk; it is no task of a runtime, so that it outlives those of its
//! callers; and it notices when a caller that wanted to take messages is gone, and puts them back.

mod clerk;
mod file;
mod owner;
mod request;
mod rows;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use self::clerk::Clerk;
use self::request::{Answer, Change, Receipt, Request};
use super::{Message, Queue, QueueError, QueueHealth, Taken, Wanted};

/// Messages in a file.
#[derive(Debug)]
pub(crate) struct SqliteQueue {
    place: String,
    clerk: mpsc::UnboundedSender<Request>,
}

impl SqliteQueue {
    /// Opens the file, and makes it if there is none.
    pub(crate) async fn open(path: &Path) -> Result<Self, QueueError> {
        let place = path.display().to_string();
        let (clerk, asked) = mpsc::unbounded_channel();
        let queue = Self { place, clerk };
        let (opened, is_open) = oneshot::channel();
        let (path, again) = (path.to_owned(), queue.clerk.downgrade());
        std::thread::Builder::new()
            .name("sclera-queue".into())
            .spawn(move || Clerk::work(path, asked, again, opened))
            .map_err(|error| queue.unavailable(format!("there is no thread for it: {error}")))?;
        is_open.await.map_err(|_| queue.closed())??;
        Ok(queue)
    }

    async fn ask<T>(&self, request: impl FnOnce(Answer<T>) -> Request) -> Result<T, QueueError> {
        let (answer, answered) = oneshot::channel();
        self.clerk.send(request(answer)).map_err(|_| self.closed())?;
        answered.await.map_err(|_| self.closed())?
    }

    async fn change(&self, change: Change) -> Result<(), QueueError> {
        self.ask(|answer| Request::Change {
            change,
            answer: Some(answer),
        })
        .await
    }

    fn unavailable(&self, reason: String) -> QueueError {
        QueueError::Unavailable {
            place: self.place.clone(),
            reason,
        }
    }

    fn closed(&self) -> QueueError {
        self.unavailable("it is closed, because its host was stopped".into())
    }
}

#[async_trait]
impl Queue for SqliteQueue {
    async fn put(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError> {
        self.ask(|answer| Request::Put { messages, most, answer }).await
    }

    async fn take(&self, wanted: &Wanted) -> Result<Vec<Taken>, QueueError> {
        let wanted = wanted.clone();
        // Nothing is awaited between the handover and its acceptance: dropped before, it gives everything back.
        Ok(self.ask(|answer| Request::Take { wanted, answer }).await?.into_taken())
    }

    async fn done(&self, taken: Vec<Taken>) -> Result<(), QueueError> {
        self.change(Change::Done(taken.iter().filter_map(Receipt::of).collect()))
            .await
    }

    async fn again(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        match Receipt::of(&taken) {
            Some(receipt) => {
                self.change(Change::Back {
                    receipt,
                    after,
                    attempts: 1,
                })
                .await
            }
            None => Ok(()),
        }
    }

    async fn give_back(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        match Receipt::of(&taken) {
            Some(receipt) => {
                self.change(Change::Back {
                    receipt,
                    after,
                    attempts: 0,
                })
                .await
            }
            None => Ok(()),
        }
    }

    async fn set_aside(&self, taken: Taken, why: &str) -> Result<(), QueueError> {
        let why = why.to_owned();
        match Receipt::of(&taken) {
            Some(receipt) => self.change(Change::Aside { receipt, why }).await,
            None => Ok(()),
        }
    }

    async fn health(&self) -> Result<QueueHealth, QueueError> {
        self.ask(|answer| Request::Health { answer }).await
    }

    async fn close(&self) {
        // One that is closed already is closed.
        let _ = self.ask(|answer| Request::Close { answer }).await;
    }
}

//! How much waits in the broker.
//!
//! RabbitMQ has no count over several queues, so each is asked. The lanes that are counted are those that this process has
//! put something into or serves; those of others are not known here.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::link::Link;
use super::session::{Fill, Session};
use super::topology::Wait;
use super::trouble::Trouble;
use crate::queue::{QueueError, QueueHealth};

/// For how long a count is good enough. In that time others may put in what is not counted here: the limit is exceeded by
/// that much.
const FRESH: Duration = Duration::from_secs(1);
/// How long one queue may take to say how full it is.
const SOON: Duration = Duration::from_secs(1);
/// Sees to it that there are not too many messages.
#[derive(Debug, Default)]
pub(super) struct Capacity {
    counted: Mutex<Option<Counted>>,
    /// What this process has been done with since.
    over: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    at: Instant,
    /// What waits or is taken: counted then, and put by this process since.
    messages: usize,
}

impl Capacity {
    /// Whether so many more may be put in.
    pub(super) async fn admit(
        &self,
        link: &Link,
        session: &Session,
        more: usize,
        most: usize,
    ) -> Result<(), QueueError> {
        let mut counted = self.counted.lock().await;
        let mut now = match *counted {
            Some(counted) if counted.at.elapsed() < FRESH => Counted {
                messages: counted.messages.saturating_sub(self.over.swap(0, Ordering::Relaxed)),
                ..counted
            },
            _ => {
                self.over.store(0, Ordering::Relaxed);
                Self::count(link, session).await?
            }
        };
        let fits = now.messages.saturating_add(more) <= most;
        if fits {
            now.messages = now.messages.saturating_add(more);
        }
        *counted = Some(now);
        if fits {
            Ok(())
        } else {
            Err(QueueError::Full { limit: most })
        }
    }

    /// One is over.
    pub(super) fn free(&self) {
        self.over.fetch_add(1, Ordering::Relaxed);
    }

    async fn count(link: &Link, session: &Session) -> Result<Counted, QueueError> {
        let at = Instant::now();
        let (waiting, _) = count(link, session, false)
            .await
            .map_err(|trouble| link.address.unavailable(trouble.to_string()))?;
        let (here, taken) = link.inbox.counts();
        Ok(Counted {
            at,
            messages: usize::try_from(waiting)
                .unwrap_or(usize::MAX)
                .saturating_add(here + taken),
        })
    }
}

/// What the queue is like, for its operator.
pub(super) async fn health(link: &Link) -> QueueHealth {
    let mut health = QueueHealth {
        oldest_waiting: link.inbox.oldest(),
        ..QueueHealth::default()
    };
    let counted = match link.session() {
        Ok(session) => count(link, &session, true)
            .await
            .map_err(|trouble| link.address.unavailable(trouble.to_string())),
        Err(error) => Err(error),
    };
    // After the broker was asked: what was on its way is here now.
    let (here, _) = link.inbox.counts();
    health.waiting = here as u64;
    match counted {
        Ok((waiting, unserved)) => {
            health.waiting = health.waiting.saturating_add(waiting);
            health.unserved = unserved;
        }
        Err(error) => health.trouble = Some(error.to_string()),
    }
    health
}

/// The messages in the broker that nobody has, those included that wait for a later attempt; and the lanes that nobody takes
/// from. A queue that does not answer soon counts as empty: it must not keep the others from being used.
async fn count(link: &Link, session: &Session, thorough: bool) -> Result<(u64, Vec<String>), Trouble> {
    let mut waiting = 0_u64;
    let mut unserved: Vec<Arc<str>> = Vec::new();
    for ((lane, _), queue) in link.known() {
        let Some(fill) = soon(session, session.lane(&queue)).await? else {
            continue;
        };
        waiting = waiting.saturating_add(fill.messages);
        if fill.messages > 0 && fill.consumers == 0 && unserved.last() != Some(&lane) {
            unserved.push(lane);
        }
    }
    for wait in Wait::all() {
        // Where this process has put nothing, others may have.
        if (thorough || session.has(&link.names.wait(wait)))
            && let Some(fill) = soon(session, session.wait(wait)).await?
        {
            waiting = waiting.saturating_add(fill.messages);
        }
    }
    Ok((waiting, unserved.iter().map(ToString::to_string).collect()))
}

/// None if only this queue does not answer.
async fn soon(session: &Session, asked: impl Future<Output = Result<Fill, Trouble>>) -> Result<Option<Fill>, Trouble> {
    match tokio::time::timeout(SOON, asked).await {
        Ok(Err(trouble)) if session.trouble().is_some() => Err(trouble),
        Ok(answered) => Ok(answered.ok()),
        Err(_) => Ok(None),
    }
}

//! What moves deliveries from the outbox into the queue when whoever has committed them did not.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::{OpenOutbox, OutboxError};
use crate::dispatch::Workers;
use crate::host::{Host, Inner};

/// How often to look for what was left. A row is moved that was there at the last look already: one that is younger is being
/// moved by whoever has written it. No clock is asked.
const LOOK: Duration = Duration::from_secs(1);
/// Rows that are moved at a time.
const AT_ONCE: usize = 100;

/// Moves what was left, and deletes what was moved, for as long as the host is there.
pub(crate) async fn relay(host: Weak<Inner>, outbox: Arc<OpenOutbox>, workers: Arc<Workers>) {
    let mut seen = 0;
    let mut was_well = true;
    loop {
        let Some(inner) = host.upgrade() else { return };
        match (Host { inner }).look(&outbox, &mut seen).await {
            Ok(()) => was_well = true,
            Err(reason) if was_well => {
                tracing::error!("what is left in the outbox is not moved on; it is safe there, and waits: {reason}");
                was_well = false;
            }
            Err(_) => {}
        }
        let pause = tokio::time::sleep(LOOK);
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = workers.stopped() => {
                    // What is not deleted now is moved once more by the next one.
                    let _ = outbox.forget_moved().await;
                    return;
                }
                () = &mut pause => break,
                // If it fails, it is tried again at the next look, and said then.
                () = outbox.moved.notified() => drop(outbox.forget_moved().await),
            }
        }
    }
}

impl OpenOutbox {
    /// How many deliveries wait in it. None if it does not say.
    pub(crate) async fn count(&self) -> Option<u64> {
        let count = self.database.count().await.ok()?;
        u64::try_from(count).ok()
    }

    /// Deletes what is in the queue.
    async fn forget_moved(&self) -> Result<(), OutboxError> {
        loop {
            let mut ids = std::mem::take(&mut self.state().moved);
            if ids.is_empty() {
                return Ok(());
            }
            if let Err(error) = self.database.delete(&ids).await {
                self.state().moved.append(&mut ids);
                return Err(error.into());
            }
        }
    }
}

impl Host {
    async fn look(&self, outbox: &OpenOutbox, seen: &mut i64) -> Result<(), String> {
        let reason = |error: OutboxError| error.to_string();
        outbox.forget_moved().await.map_err(reason)?;
        while self.move_on(outbox, *seen).await? {}
        *seen = outbox.database.newest().await.map_err(|error| reason(error.into()))?;
        Ok(())
    }

    /// Moves some of the rows up to that number. Says whether there may be more.
    async fn move_on(&self, outbox: &OpenOutbox, up_to: i64) -> Result<bool, String> {
        let reason = |error: sqlx::Error| OutboxError(error).to_string();
        // More at a time than the queue takes would never go into it.
        let most = AT_ONCE.min(self.inner.capacity.background.max(1));
        let rows = outbox.database.oldest(up_to, most).await.map_err(reason)?;
        let may_be_more = rows.len() == most;
        let (mut ids, mut messages) = (Vec::new(), Vec::new());
        for row in rows {
            match row.message {
                Ok(message) => {
                    ids.push(row.id);
                    messages.push(message);
                }
                Err(why) => {
                    tracing::error!("a row of the outbox cannot be read, and stays there, because {why}");
                    outbox.database.trouble(&row.id, &why).await.map_err(reason)?;
                }
            }
        }
        if !messages.is_empty() {
            let count = messages.len();
            self.accept_left(messages).await.map_err(|error| error.to_string())?;
            tracing::warn!("{count} deliveries had been left in the outbox, and were moved on");
            outbox.database.delete(&ids).await.map_err(reason)?;
        }
        Ok(may_be_more)
    }
}

//! Postload with an outbox: who is told is decided before the commit, and written with it.

use std::sync::Arc;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use super::accept::Prepared;
use super::postload::addressed;
use super::{Report, TriggerError};
use crate::catalog::{Hook, HookKind};
use crate::host::Host;
use crate::outbox::{OutboxError, Place};
use crate::subscriptions::Listener;
use crate::trigger::Trigger;

/// A postload hook that is about to happen, with everyone who is told of it. Dropped, it has not happened.
#[must_use = "nobody is told of it before it is written into a transaction that is committed"]
pub struct Announced {
    trigger: Trigger,
    hook: Arc<Hook>,
    synchronous: Vec<Listener>,
    asynchronous: Prepared,
}

impl Announced {
    /// Writes the asynchronous deliveries into the outbox, as a part of the server's transaction: once that is committed they
    /// are made, whatever crashes; if it is not, they never were. With none of them, nothing is written.
    pub async fn write_sqlite(&self, transaction: &mut SqliteConnection) -> Result<(), OutboxError> {
        self.write(Place::Sqlite(transaction)).await
    }

    /// As [`write_sqlite`](Self::write_sqlite), into PostgreSQL.
    pub async fn write_postgres(&self, transaction: &mut PgConnection) -> Result<(), OutboxError> {
        self.write(Place::Postgres(transaction)).await
    }

    async fn write(&self, mut place: Place<'_>) -> Result<(), OutboxError> {
        for message in &self.asynchronous.messages {
            place.insert(message).await?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Announced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Announced")
            .field("trigger", &self.trigger)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Decides who is told of a postload hook that the server is about to commit. Runs nothing, and keeps nothing.
    ///
    /// Write what it gives into the server's transaction, commit, and call
    /// [`postload_announced`](Self::postload_announced). See [`Outbox`](crate::Outbox).
    pub fn announce(&self, trigger: Trigger) -> Result<Announced, TriggerError> {
        let hook = self.accept(&trigger, HookKind::Postload)?;
        if self.inner.outbox.is_none() {
            return Err(TriggerError::NoOutbox { hook: trigger.hook });
        }
        let roster = self.inner.roster.load_full();
        let (asynchronous, synchronous) = addressed(roster.listeners(hook.name()), &trigger);
        Ok(Announced {
            asynchronous: self.prepare(asynchronous, &hook, &trigger),
            synchronous,
            trigger,
            hook,
        })
    }

    /// Does what [`postload`](Self::postload) does, for a hook that was announced, after the commit.
    ///
    /// If the queue does not take the asynchronous deliveries now, they stay in the outbox and are moved on when it does: the
    /// commit stands, and so does what it promises. Their [`finished`](crate::Pending::finished) then gives nothing.
    pub async fn postload_announced(&self, announced: Announced) -> Report {
        let Announced {
            trigger,
            hook,
            synchronous,
            asynchronous,
        } = announced;
        self.start_workers();
        let ids: Vec<_> = asynchronous
            .messages
            .iter()
            .map(|message| message.id.to_string())
            .collect();
        let (background, accepted) = self.accept_prepared(asynchronous, &trigger, false).await;
        match (accepted, &self.inner.outbox) {
            (Ok(()), Some(outbox)) => outbox.moved(ids),
            (Ok(()), None) => {}
            (Err(error), _) => tracing::error!(
                hook = trigger.hook,
                "{} deliveries of `{}` wait in the outbox, because the queue did not take them: {error}",
                ids.len(),
                trigger.hook,
            ),
        }
        let deliveries = self.react_all(&synchronous, &hook, &trigger).await;
        Report { deliveries, background }
    }
}

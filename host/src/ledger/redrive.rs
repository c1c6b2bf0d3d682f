//! Dead letters, brought back.
//!
//! A dead letter is marked first, put into the queue then, and waits at last. Whatever ends this in between, it is either
//! marked, and brought back by the next who redrives, or in the queue, where a delivery that is there twice runs once more
//! than it has to.

use sqlx::{AnyPool, AssertSqlSafe};

use super::purge::{bind_all, places};
use super::{Filter, Ledger, LedgerError, State, Summary};
use crate::queue::{DurableQueue, Message, Queue, QueueError};

/// Deliveries that are brought back together.
const PART: usize = 100;

/// Why dead letters were not brought back. Those that were are in the queue; the others are as they were, or are brought back
/// by the next who tries.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedriveError {
    /// The ledger does not do what it should.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The queue does not take them.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl Ledger {
    /// Brings back the dead letters that are wanted, whatever `filter` says of the state: they are put into the queue, and
    /// begin anew. Gives those that were; one whose payload is not kept cannot be.
    ///
    /// This may end at any moment: nothing is lost, and the next redrive brings back what was left.
    pub async fn redrive(&self, queue: &DurableQueue, filter: &Filter) -> Result<Vec<Summary>, RedriveError> {
        self.redrive_into(&*queue.queue, filter).await
    }

    /// Brings back the dead letters that are wanted, whatever `filter` says of the state, and whose payloads are kept.
    pub(crate) async fn redrive_into(&self, queue: &dyn Queue, filter: &Filter) -> Result<Vec<Summary>, RedriveError> {
        let filter = Filter {
            state: Some(State::Dead),
            ..filter.clone()
        };
        let mut redriven = self.list(&filter).await?;
        redriven.retain(|one| one.payload_kept);
        // The oldest first: as they happened.
        redriven.reverse();
        for part in redriven.chunks(PART) {
            let mut messages = Vec::with_capacity(part.len());
            for one in part {
                if let Some(record) = self.find(one.id).await?
                    && record.envelope.payload.is_some()
                {
                    messages.push(Message {
                        id: one.id,
                        lane: one.module.as_str().into(),
                        // Those that came after it are long over.
                        order: None,
                        attempt: 1,
                        body: serde_json::to_vec(&record.envelope).unwrap_or_default().into(),
                    });
                }
            }
            let ids: Vec<String> = messages.iter().map(|message| message.id.to_string()).collect();
            self.on_its_thread({
                let ids = ids.clone();
                move |pool| async move { mark(&pool, &ids).await }
            })
            .await?;
            queue.put(messages, None).await?;
            self.on_its_thread(move |pool| async move { wait(&pool, &ids).await })
                .await?;
        }
        Ok(redriven)
    }
}

/// They are not dead any more for whoever asks, and begin anew.
async fn mark(pool: &AnyPool, ids: &[String]) -> sqlx::Result<()> {
    let list = places(1, ids.len());
    let mut transaction = pool.begin().await?;
    for sql in [
        format!("UPDATE sclera_deliveries SET state = 'redriving' WHERE state = 'dead' AND id IN ({list})"),
        format!("DELETE FROM sclera_strikes WHERE delivery IN ({list})"),
    ] {
        bind_all(sqlx::query(AssertSqlSafe(sql)), ids)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}

/// They wait; but for those that were run meanwhile.
async fn wait(pool: &AnyPool, ids: &[String]) -> sqlx::Result<()> {
    let sql = format!(
        "UPDATE sclera_deliveries SET state = 'waiting', remark = $1 WHERE state = 'redriving' AND id IN ({})",
        places(2, ids.len())
    );
    bind_all(sqlx::query(AssertSqlSafe(sql)).bind("it was redriven".to_owned()), ids)
        .execute(pool)
        .await?;
    Ok(())
}

//! What attempts took of what they might take: what limits are found by.

use serde::{Deserialize, Serialize};
use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use super::query::Conditions;
use super::rows::{signed, whole};
use super::{Filter, Ledger, LedgerError};
use crate::delivery::{DeliveryId, Usage};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::limits::LimitOverrides;

/// What one attempt took.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Taken {
    /// The delivery.
    pub delivery: DeliveryId,
    /// When its hook happened: milliseconds since 1970.
    pub happened_at_ms: u64,
    /// The hook.
    pub hook: String,
    /// For a manual hook: what the user chose.
    pub menu_name: Option<String>,
    /// The name of the module.
    pub module: String,
    /// The version that ran.
    pub version: String,
    /// Fuel, time and memory.
    pub usage: Usage,
    /// How it failed, if it did.
    pub fault: Option<Fault>,
    /// Lines of its log that were kept.
    pub log_lines: usize,
    /// Bytes of them.
    pub log_bytes: usize,
    /// Whether more was logged than the limits on the log keep.
    pub log_is_cut: bool,
    /// Actions that it asked for.
    pub actions: usize,
    /// The limits that it ran under. Nothing, if they are not on record.
    pub limits: LimitOverrides,
}

impl Ledger {
    /// What attempts took, those of the latest deliveries first: of the deliveries for which `filter` holds. Its limit is on
    /// the number of attempts here.
    pub async fn taken(&self, filter: &Filter) -> Result<Vec<Taken>, LedgerError> {
        let filter = filter.clone();
        self.on_its_thread(move |pool| async move { list(&pool, &filter).await })
            .await
    }
}

/// Attempts that are read at a time: with their logs, each can have much more than what is to be known of it.
const PAGE: usize = 1_000;

async fn list(pool: &AnyPool, filter: &Filter) -> sqlx::Result<Vec<Taken>> {
    let conditions = Conditions::of(filter);
    let wanted = filter.limit.unwrap_or(usize::MAX);
    let mut all = Vec::new();
    // Where the page before ended. What happens meanwhile is later than all of it.
    let mut after = (i64::MAX, String::new(), String::new());
    while all.len() < wanted {
        let at = conditions.next_place();
        let sql = format!(
            "SELECT d.id, d.envelope, d.happened_at_ms, a.run, a.attempt \
             FROM sclera_attempts a JOIN sclera_deliveries d ON d.id = a.delivery \
             WHERE {} AND (d.happened_at_ms < ${at} OR (d.happened_at_ms = ${at} AND (d.id < ${} OR (d.id = ${} AND a.run < ${})))) \
             ORDER BY d.happened_at_ms DESC, d.id DESC, a.run DESC LIMIT ${}",
            conditions.sql(),
            at + 1,
            at + 1,
            at + 2,
            at + 3,
        );
        let page = PAGE.min(wanted - all.len());
        let rows = conditions
            .bind(sqlx::query(AssertSqlSafe(sql)))
            .bind(after.0)
            .bind(after.1.clone())
            .bind(after.2.clone())
            .bind(signed(page))
            .fetch_all(pool)
            .await?;
        for row in &rows {
            all.push(taken(row.try_get("envelope")?, row.try_get("attempt")?)?);
        }
        match rows.last() {
            Some(last) if rows.len() == page => {
                after = (
                    last.try_get("happened_at_ms")?,
                    last.try_get("id")?,
                    last.try_get("run")?,
                );
            }
            _ => break,
        }
    }
    Ok(all)
}

fn taken(envelope: String, attempt: String) -> sqlx::Result<Taken> {
    let unreadable = |error: serde_json::Error| sqlx::Error::Decode(error.into());
    let envelope: Envelope = serde_json::from_str(&envelope).map_err(unreadable)?;
    let attempt = whole(&attempt, None).map_err(unreadable)?;
    let log_is_cut = attempt.logs.last().is_some_and(|line| line.says_that_the_log_is_cut());
    let own = attempt.logs.len() - usize::from(log_is_cut);
    let (actions, fault) = match attempt.result {
        Ok(answer) => (answer.actions.len(), None),
        Err(fault) => (0, Some(fault)),
    };
    Ok(Taken {
        delivery: envelope.id,
        happened_at_ms: envelope.happened_at_ms,
        hook: envelope.hook,
        menu_name: envelope.menu_name,
        module: envelope.module,
        version: attempt.version,
        usage: attempt.usage,
        fault,
        log_lines: own,
        log_bytes: attempt
            .logs
            .iter()
            .take(own)
            .map(|line| line.context.len() + line.message.len())
            .sum(),
        log_is_cut,
        actions,
        // A limit that this version does not know tells nothing here.
        limits: attempt
            .setup
            .and_then(|setup| LimitOverrides::deserialize(&setup.limits).ok())
            .unwrap_or_default(),
    })
}

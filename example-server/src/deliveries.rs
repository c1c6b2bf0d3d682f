//! What the modules did, out of the host's ledger, for people to read.

use std::collections::HashSet;

use sclera::{DeliveryId, Ledger, Record, State};
use serde_json::{Value, json};
use sqlx::{QueryBuilder, SqlitePool};

use crate::error::Error;
use crate::heard::outcome;

/// Which deliveries to list.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Those of one hook.
    pub hook: Option<String>,
    /// Those of one module.
    pub module: Option<String>,
    /// Those that have come so far: `waiting`, `done`, `failed` or `dead`.
    pub state: Option<State>,
    /// At most so many; 100 if not given, and never more than 1,000.
    pub limit: Option<u16>,
}

/// Deliveries, the newest first.
pub async fn list(ledger: &Ledger, database: &SqlitePool, filter: Filter) -> Result<Vec<Value>, Error> {
    // What a request has set in motion is there when it is answered.
    ledger.flush().await?;
    let wanted = sclera::Filter {
        hook: filter.hook,
        module: filter.module,
        state: filter.state,
        limit: Some(filter.limit.unwrap_or(100).min(1000).into()),
        ..sclera::Filter::default()
    };
    let mut records = Vec::new();
    for summary in ledger.list(&wanted).await? {
        records.extend(ledger.find(summary.id).await?);
    }
    let ids: Vec<_> = records.iter().map(|record| record.envelope.id).collect();
    let applied = applied(database, &ids).await?;
    Ok(records.iter().map(|record| shown(record, &applied)).collect())
}

/// The delivery with this id.
pub async fn find(ledger: &Ledger, database: &SqlitePool, id: &str) -> Result<Value, Error> {
    ledger.flush().await?;
    let none = || Error::NotFound("there is no delivery of that id".into());
    let id: DeliveryId = id.parse().map_err(|_| none())?;
    let record = ledger.find(id).await?.ok_or_else(none)?;
    Ok(shown(&record, &applied(database, &[id]).await?))
}

/// Which of these deliveries' actions are in the database. Those of a preload are not applied yet when the host records it;
/// only the database knows whether they were.
async fn applied(database: &SqlitePool, ids: &[DeliveryId]) -> Result<HashSet<String>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    // The keys of one delivery are there all together.
    let mut query = QueryBuilder::new("SELECT key FROM applied_actions WHERE key IN (");
    let mut keys = query.separated(", ");
    for id in ids {
        keys.push_bind(format!("{id}/0"));
    }
    query.push(")");
    let keys: Vec<String> = query.build_query_scalar().fetch_all(database).await?;
    Ok(keys.into_iter().collect())
}

fn shown(record: &Record, applied: &HashSet<String>) -> Value {
    let Record {
        envelope,
        state,
        remark,
        attempts,
        ..
    } = record;
    let last = attempts.last();
    let answer = last.and_then(|last| last.result.as_ref().ok());
    json!({
        "delivery": envelope.id,
        "hook": envelope.hook,
        "kind": envelope.kind,
        "menu_name": envelope.menu_name,
        "module": envelope.module,
        "module_version": last.map_or(&envelope.version, |last| &last.version),
        "module_digest": last.map_or(&envelope.digest, |last| &last.digest),
        "asynchronous": envelope.asynchronous,
        "causes": envelope.causes,
        "metadata": envelope.metadata,
        "triggered_by": envelope.triggered_by,
        "state": state,
        "remark": remark,
        "attempts": attempts.len(),
        "started_at_ms": last.map(|last| last.started_at_ms),
        "duration_ms": last.map(|last| last.usage.duration.as_secs_f64() * 1000.0),
        "fuel": last.map(|last| last.usage.fuel),
        "peak_memory": last.map(|last| last.usage.peak_memory),
        "outcome": last.map(|last| outcome(&last.result)),
        "message": answer.and_then(|answer| answer.message.as_deref()),
        "actions": answer.map_or(&[][..], |answer| &answer.actions),
        "action_state": last.map(|last| &last.actions),
        "actions_applied": applied.contains(&format!("{}/0", envelope.id)),
        "logs": last.map_or(&[][..], |last| &last.logs),
    })
}

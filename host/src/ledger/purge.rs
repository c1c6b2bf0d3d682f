//! Taking away what is not to be kept any longer.

use std::time::Duration;

use serde::Serialize;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _};

use super::keep::Keep;
use super::rows::signed;

/// Deliveries of one part: nobody waits for long while it is written.
const PART: i64 = 500;
/// How far ahead of the clock a moment may be. Beyond that, the clock was wrong then.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// What was taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Purged {
    /// Deliveries that are not on record any more.
    pub records: u64,
    /// Deliveries whose payloads, and what came of them, are not kept any more.
    pub payloads: u64,
}

impl Purged {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.payloads += other.payloads;
    }
}

/// Takes away a part of what is too old, or too much. Gives what that was; nothing if there is no more.
pub(super) async fn part(pool: &AnyPool, keep: &Keep, now_ms: i64) -> sqlx::Result<Purged> {
    // A clock that was ahead must not keep anything for ever.
    let ahead = now_ms.saturating_add(signed(AHEAD.as_millis()));
    sqlx::query("UPDATE sclera_deliveries SET changed_at_ms = $1 WHERE changed_at_ms > $2")
        .bind(now_ms)
        .bind(ahead)
        .execute(pool)
        .await?;
    let mut purged = Purged::default();
    let named: Vec<String> = keep.hooks.keys().cloned().collect();
    for (hook, records, payloads) in keep.rules() {
        let hooks = hook.as_deref().map_or(named.as_slice(), |_| &[]);
        let old = too_old(pool, now_ms, records, hook.as_deref(), hooks, false).await?;
        purged.records += signed(old.len()).unsigned_abs();
        forget(pool, &old).await?;
        let old = too_old(pool, now_ms, payloads, hook.as_deref(), hooks, true).await?;
        purged.payloads += signed(old.len()).unsigned_abs();
        empty(pool, &old, "it was kept as long as payloads are (`payloads`)").await?;
    }
    let large = too_much(pool, keep.total_bytes).await?;
    purged.payloads += signed(large.len()).unsigned_abs();
    empty(pool, &large, "there was no more room for payloads (`total-bytes`)").await?;
    let before = now_ms.saturating_sub(signed(keep.records.as_millis()));
    for old in [
        "DELETE FROM sclera_strikes WHERE changed_at_ms < $1",
        "DELETE FROM sclera_shadows WHERE at_ms < $1",
    ] {
        sqlx::query(old).bind(before).execute(pool).await?;
    }
    Ok(purged)
}

/// Deliveries that are over, and have been for longer than that.
async fn too_old(
    pool: &AnyPool,
    now_ms: i64,
    age: Duration,
    hook: Option<&str>,
    other_than: &[String],
    with_contents: bool,
) -> sqlx::Result<Vec<String>> {
    let mut sql =
        String::from("SELECT id FROM sclera_deliveries d WHERE state IN ('done', 'failed') AND changed_at_ms < $1");
    let names: Vec<&str> = hook.into_iter().chain(other_than.iter().map(String::as_str)).collect();
    if !names.is_empty() {
        let list = places(2, names.len());
        sql += &format!(" AND hook {} ({list})", if hook.is_some() { "IN" } else { "NOT IN" });
    }
    if with_contents {
        sql += " AND EXISTS (SELECT 1 FROM sclera_contents c WHERE c.delivery = d.id)";
    }
    sql += &format!(" ORDER BY changed_at_ms LIMIT {PART}");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(now_ms.saturating_sub(signed(age.as_millis())));
    let rows = bind_all(query, names).fetch_all(pool).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The oldest deliveries that are over, until what is left is small enough.
async fn too_much(pool: &AnyPool, most: u64) -> sqlx::Result<Vec<String>> {
    let held: i64 = sqlx::query_scalar("SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM sclera_contents")
        .fetch_one(pool)
        .await?;
    let mut over = held.saturating_sub(signed(most));
    if over <= 0 {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT d.id, CAST((SELECT SUM(bytes) FROM sclera_contents c WHERE c.delivery = d.id) AS BIGINT) \
         FROM sclera_deliveries d WHERE state IN ('done', 'failed') \
         AND EXISTS (SELECT 1 FROM sclera_contents c WHERE c.delivery = d.id) ORDER BY changed_at_ms LIMIT {PART}"
    );
    let mut old = Vec::new();
    for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await? {
        if over <= 0 {
            break;
        }
        over -= row.try_get::<i64, _>(1)?;
        old.push(row.try_get(0)?);
    }
    Ok(old)
}

/// Takes deliveries off the record.
async fn forget(pool: &AnyPool, ids: &[String]) -> sqlx::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let list = places(1, ids.len());
    let mut transaction = pool.begin().await?;
    for (table, key) in [
        ("sclera_contents", "delivery"),
        ("sclera_attempts", "delivery"),
        ("sclera_strikes", "delivery"),
        ("sclera_shadows", "delivery"),
        ("sclera_deliveries", "id"),
    ] {
        let sql = format!("DELETE FROM {table} WHERE {key} IN ({list})");
        bind_all(sqlx::query(AssertSqlSafe(sql)), ids)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}

/// Takes their contents away from deliveries.
async fn empty(pool: &AnyPool, ids: &[String], why: &str) -> sqlx::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut transaction = pool.begin().await?;
    let sql = format!(
        "UPDATE sclera_deliveries SET not_kept = COALESCE(not_kept, $1) WHERE id IN ({})",
        places(2, ids.len())
    );
    bind_all(sqlx::query(AssertSqlSafe(sql)).bind(why.to_owned()), ids)
        .execute(&mut *transaction)
        .await?;
    let sql = format!(
        "DELETE FROM sclera_contents WHERE delivery IN ({})",
        places(1, ids.len())
    );
    bind_all(sqlx::query(AssertSqlSafe(sql)), ids)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

/// `$2, $3, $4`.
pub(super) fn places(first: usize, count: usize) -> String {
    let places: Vec<_> = (first..first + count).map(|number| format!("${number}")).collect();
    places.join(", ")
}

pub(super) fn bind_all<'q, T: ToString>(
    query: Query<'q, Any, AnyArguments>,
    values: impl IntoIterator<Item = T>,
) -> Query<'q, Any, AnyArguments> {
    values
        .into_iter()
        .fold(query, |query, value| query.bind(value.to_string()))
}

//! Rows into tables, in one transaction. Whatever is written twice, or in another order, makes the same tables.

use sqlx::{AnyConnection, AnyPool, Connection as _};

use super::rows::{Event, Rows, Run};
use crate::delivery::DeliveryId;

const ACCEPTED: &str = "INSERT INTO sclera_deliveries \
    (id, hook, module, state, remark, not_kept, envelope, happened_at_ms, changed_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";

/// What is final stays final.
const MOVED: &str = "INSERT INTO sclera_deliveries \
    (id, hook, module, state, remark, not_kept, envelope, happened_at_ms, changed_at_ms, \
     result, fault, fuel, duration_ns, peak_memory) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
    ON CONFLICT (id) DO UPDATE SET \
     state = excluded.state, remark = excluded.remark, changed_at_ms = excluded.changed_at_ms, \
     envelope = CASE WHEN $15 = 1 THEN excluded.envelope ELSE sclera_deliveries.envelope END, \
     not_kept = COALESCE(excluded.not_kept, sclera_deliveries.not_kept), \
     fault = CASE WHEN excluded.result IS NULL THEN sclera_deliveries.fault ELSE excluded.fault END, \
     result = COALESCE(excluded.result, sclera_deliveries.result), \
     fuel = COALESCE(excluded.fuel, sclera_deliveries.fuel), \
     duration_ns = COALESCE(excluded.duration_ns, sclera_deliveries.duration_ns), \
     peak_memory = COALESCE(excluded.peak_memory, sclera_deliveries.peak_memory) \
    WHERE sclera_deliveries.state IN ('waiting', 'redriving')";

const RUN: &str = "INSERT INTO sclera_attempts (run, delivery, place, attempt) \
    SELECT $1, $2, COALESCE(MAX(place), 0) + 1, $3 FROM sclera_attempts WHERE delivery = $2 \
    ON CONFLICT (run) DO NOTHING";

const CONTENTS: &str = "INSERT INTO sclera_contents (id, delivery, bytes, content) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (id) DO NOTHING";

const REPLACE: &str = "INSERT INTO sclera_contents (id, delivery, bytes, content) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, content = excluded.content";

const DROP: &str = "DELETE FROM sclera_contents WHERE id = $1 AND EXISTS \
    (SELECT 1 FROM sclera_deliveries WHERE id = $1 AND state IN ('done', 'failed'))";

const STRIKE: &str = "INSERT INTO sclera_strikes (delivery, strikes, changed_at_ms) VALUES ($1, 1, $2) \
    ON CONFLICT (delivery) DO UPDATE SET strikes = sclera_strikes.strikes + 1, changed_at_ms = excluded.changed_at_ms \
    RETURNING strikes";

const CLEARED: &str = "DELETE FROM sclera_strikes WHERE delivery = $1";

/// What is written in one transaction.
#[derive(Debug, Default)]
pub(super) struct Writing<'a> {
    pub(super) rows: Vec<&'a Rows>,
    pub(super) strikes: Vec<DeliveryId>,
}

/// Writes all of it, or nothing. Gives how many strikes there are of each.
pub(super) async fn commit(pool: &AnyPool, writing: &Writing<'_>, now_ms: i64) -> sqlx::Result<Vec<u32>> {
    let mut connection = pool.acquire().await?;
    let written = commit_on(&mut connection, writing, now_ms).await;
    if written.is_err() {
        // SQLite has ended the transaction itself if its disk is full; nobody can use this connection any more.
        connection.close_on_drop();
    }
    written
}

async fn commit_on(connection: &mut AnyConnection, writing: &Writing<'_>, now_ms: i64) -> sqlx::Result<Vec<u32>> {
    let begin = match connection.backend_name() {
        // Otherwise two processes that both have read would be in each other's way.
        "SQLite" => "BEGIN IMMEDIATE",
        _ => "BEGIN",
    };
    let mut transaction = connection.begin_with(begin).await?;
    for rows in &writing.rows {
        write(&mut transaction, rows, now_ms).await?;
    }
    let mut strikes = Vec::with_capacity(writing.strikes.len());
    for id in &writing.strikes {
        let count: i64 = sqlx::query_scalar(STRIKE)
            .bind(id.to_string())
            .bind(now_ms)
            .fetch_one(&mut *transaction)
            .await?;
        strikes.push(u32::try_from(count).unwrap_or(u32::MAX));
    }
    transaction.commit().await?;
    Ok(strikes)
}

async fn write(connection: &mut AnyConnection, rows: &Rows, now_ms: i64) -> sqlx::Result<()> {
    let statement = sqlx::query(if rows.only_accepted { ACCEPTED } else { MOVED })
        .bind(&rows.id)
        .bind(&rows.hook)
        .bind(&rows.module)
        .bind(rows.state)
        .bind(rows.remark.clone())
        .bind(rows.not_kept.clone())
        .bind(&rows.envelope)
        .bind(rows.happened_at_ms)
        .bind(now_ms);
    let statement = if rows.only_accepted {
        statement
    } else {
        let run = rows.run.as_ref();
        statement
            .bind(run.map(|run| run.result.clone()))
            .bind(run.and_then(|run| run.fault.clone()))
            .bind(run.map(|run| run.fuel))
            .bind(run.map(|run| run.duration_ns))
            .bind(run.map(|run| run.peak_memory))
            .bind(i64::from(rows.redacted))
    };
    statement.execute(&mut *connection).await?;
    if let Some(run) = &rows.run {
        write_run(connection, &rows.id, run).await?;
    }
    match &rows.event {
        Event::Keep(payload) => write_contents(connection, CONTENTS, &rows.id, &rows.id, payload).await,
        Event::Replace(payload) => write_contents(connection, REPLACE, &rows.id, &rows.id, payload).await,
        Event::Drop => sqlx::query(DROP).bind(&rows.id).execute(connection).await.map(drop),
        Event::Leave => Ok(()),
    }
}

async fn write_run(connection: &mut AnyConnection, delivery: &str, run: &Run) -> sqlx::Result<()> {
    sqlx::query(RUN)
        .bind(&run.id)
        .bind(delivery)
        .bind(&run.attempt)
        .execute(&mut *connection)
        .await?;
    if run.is_cleared {
        sqlx::query(CLEARED).bind(delivery).execute(&mut *connection).await?;
    }
    match &run.contents {
        Some(contents) => write_contents(connection, CONTENTS, &run.id, delivery, contents).await,
        None => Ok(()),
    }
}

async fn write_contents(
    connection: &mut AnyConnection,
    statement: &'static str,
    id: &str,
    delivery: &str,
    content: &str,
) -> sqlx::Result<()> {
    sqlx::query(statement)
        .bind(id)
        .bind(delivery)
        .bind(super::rows::signed(content.len()))
        .bind(content)
        .execute(connection)
        .await?;
    Ok(())
}

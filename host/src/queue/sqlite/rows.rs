//! The statements: what each wish means for the rows.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Result, Row};

use super::super::{Message, QueueError, QueueHealth, Taken, Wanted};
use super::request::{Change, Receipt};
use crate::surroundings::since_epoch;

/// Milliseconds since 1970.
fn now() -> i64 {
    milliseconds(since_epoch(SystemTime::now()))
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// How many messages there are, waiting or taken.
async fn held(database: &mut SqliteConnection) -> Result<usize> {
    let held: i64 = sqlx::query_scalar("SELECT messages FROM held")
        .fetch_one(database)
        .await?;
    Ok(usize::try_from(held).unwrap_or(0))
}

/// Puts messages in, if there is room.
pub(super) async fn put(
    database: &mut SqliteConnection,
    messages: &[Message],
    most: Option<usize>,
) -> Result<std::result::Result<(), QueueError>> {
    if let Some(limit) = most
        && held(database).await?.saturating_add(messages.len()) > limit
    {
        return Ok(Err(QueueError::Full { limit }));
    }
    let now = now();
    for message in messages {
        sqlx::query(
            "INSERT INTO messages (id, lane, key, attempt, since, body, state)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, CASE WHEN EXISTS (SELECT 1 FROM messages WHERE lane = ?2 AND key = ?3) THEN 3 ELSE 0 END
             WHERE true ON CONFLICT (id) DO NOTHING",
        )
        .bind(message.id.to_string())
        .bind(&*message.lane)
        .bind(message.order.as_deref())
        .bind(message.attempt)
        .bind(now)
        .bind(&*message.body)
        .execute(&mut *database)
        .await?;
    }
    Ok(Ok(()))
}

/// Makes those ready that are due, and gives how long it takes until the next ones are. One that was put back later than now
/// is due: the clock was set back, and nobody knows by how much.
pub(super) async fn wake(database: &mut SqliteConnection) -> Result<Option<Duration>> {
    let now = now();
    let next =
        "SELECT (SELECT min(due_at) FROM messages WHERE state = 2), (SELECT max(since) FROM messages WHERE state = 2)";
    let (due, since): (Option<i64>, Option<i64>) = sqlx::query_as(next).fetch_one(&mut *database).await?;
    if due.is_none_or(|due| due > now) && since.is_none_or(|since| since <= now) {
        return Ok(due
            .and_then(|due| u64::try_from(due - now).ok())
            .map(Duration::from_millis));
    }
    sqlx::query("UPDATE messages SET state = 0 WHERE state = 2 AND (due_at <= ?1 OR since > ?1)")
        .bind(now)
        .execute(database)
        .await?;
    Ok(Some(Duration::ZERO))
}

/// Takes what is wanted and ready, lanes in turn, the one after `last` first.
pub(super) async fn take(
    database: &mut SqliteConnection,
    owner: i64,
    wanted: &Wanted,
    last: &mut Option<Arc<str>>,
) -> Result<Vec<Taken>> {
    let rooms: BTreeMap<&str, usize> = wanted.lanes.iter().map(|(lane, room)| (&**lane, *room)).collect();
    let mut lanes = ready_lanes(database).await?;
    let first = lanes.partition_point(|lane| Some(lane.as_str()) <= last.as_deref());
    lanes.rotate_left(first);
    let mut ready = Vec::new();
    for lane in &lanes {
        let room = rooms.get(lane.as_str()).copied().unwrap_or(0).min(wanted.most);
        if room > 0 {
            let seqs = "SELECT seq FROM messages WHERE state = 0 AND lane = ? ORDER BY seq LIMIT ?";
            let seqs: Vec<i64> = sqlx::query_scalar(seqs)
                .bind(lane)
                .bind(i64::try_from(room).unwrap_or(i64::MAX))
                .fetch_all(&mut *database)
                .await?;
            ready.push((lane, VecDeque::from(seqs)));
        }
    }
    let mut picked = Vec::new();
    while picked.len() < wanted.most && ready.iter().any(|(_, seqs)| !seqs.is_empty()) {
        for (lane, seqs) in &mut ready {
            if picked.len() < wanted.most
                && let Some(seq) = seqs.pop_front()
            {
                picked.push(seq);
                *last = Some(lane.as_str().into());
            }
        }
    }
    if picked.is_empty() {
        return Ok(Vec::new());
    }
    // Another process may have taken some of them meanwhile.
    let rows = "UPDATE messages SET state = 1, owner = ?
        WHERE seq IN (SELECT value FROM json_each(?)) AND state = 0
        RETURNING seq, id, lane, key, attempt, redelivered, body";
    let rows = sqlx::query(rows)
        .bind(owner)
        .bind(Value::from(picked.clone()).to_string())
        .fetch_all(&mut *database)
        .await?;
    let mut taken = HashMap::new();
    for row in rows {
        let seq: i64 = row.try_get("seq")?;
        match read(&row, seq) {
            Ok(one) => drop(taken.insert(seq, one)),
            Err(error) => {
                tracing::error!("a message in the queue cannot be read, and was set aside: {error}");
                set_aside(database, seq, &format!("it cannot be read: {error}")).await?;
            }
        }
    }
    Ok(picked.iter().filter_map(|seq| taken.remove(seq)).collect())
}

/// The lanes of which something is ready, in order: a step into the index for each, however many messages it has.
async fn ready_lanes(database: &mut SqliteConnection) -> Result<Vec<String>> {
    let lanes = "WITH RECURSIVE lanes (lane) AS (
            SELECT min(lane) FROM messages WHERE state = 0
            UNION ALL
            SELECT (SELECT min(lane) FROM messages WHERE state = 0 AND lane > lanes.lane) FROM lanes WHERE lane IS NOT NULL
        )
        SELECT lane FROM lanes WHERE lane IS NOT NULL";
    let lanes: Vec<Vec<u8>> = sqlx::query_scalar(lanes).fetch_all(database).await?;
    // One that is no text is nobody's: it is seen in the health, as unserved.
    Ok(lanes
        .into_iter()
        .map(|lane| String::from_utf8_lossy(&lane).into_owned())
        .collect())
}

fn read(row: &SqliteRow, seq: i64) -> std::result::Result<Taken, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(Taken {
        message: Message {
            id: row.try_get::<String, _>("id")?.parse()?,
            lane: row.try_get::<String, _>("lane")?.into(),
            order: text("key")?.map(Arc::from),
            attempt: u32::try_from(row.try_get::<i64, _>("attempt")?)?,
            body: row.try_get::<Vec<u8>, _>("body")?.into(),
        },
        redelivered: row.try_get("redelivered")?,
        receipt: Box::new(seq),
    })
}

/// Says what becomes of messages that this owner has taken. Those that it has not taken stay as they are.
pub(super) async fn change(database: &mut SqliteConnection, owner: i64, change: &Change) -> Result<()> {
    match change {
        Change::Done(receipts) => {
            for receipt in receipts {
                sqlx::query("DELETE FROM messages WHERE seq = ? AND id = ? AND owner = ?")
                    .bind(receipt.seq)
                    .bind(&receipt.id)
                    .bind(owner)
                    .execute(&mut *database)
                    .await?;
                next_of_key(database, receipt).await?;
            }
        }
        Change::Back {
            receipt,
            after,
            attempts,
        } => {
            let now = now();
            // What came back came back alive: that it was redelivered once is over.
            let back = "UPDATE messages
                SET owner = NULL, redelivered = 0, attempt = attempt + ?, since = ?, state = ?, due_at = ?
                WHERE seq = ? AND id = ? AND owner = ?";
            sqlx::query(back)
                .bind(attempts)
                .bind(now)
                .bind(if after.is_zero() { 0 } else { 2 })
                .bind(now.saturating_add(milliseconds(*after)))
                .bind(receipt.seq)
                .bind(&receipt.id)
                .bind(owner)
                .execute(database)
                .await?;
        }
        Change::Aside { receipt, why } => {
            let is_ours = "SELECT EXISTS (SELECT 1 FROM messages WHERE seq = ? AND id = ? AND owner = ?)";
            let is_ours: bool = sqlx::query_scalar(is_ours)
                .bind(receipt.seq)
                .bind(&receipt.id)
                .bind(owner)
                .fetch_one(&mut *database)
                .await?;
            if is_ours {
                set_aside(database, receipt.seq, why).await?;
            }
        }
        Change::Untaken(receipts) => {
            for receipt in receipts {
                sqlx::query("UPDATE messages SET state = 0, owner = NULL WHERE seq = ? AND id = ? AND owner = ?")
                    .bind(receipt.seq)
                    .bind(&receipt.id)
                    .bind(owner)
                    .execute(&mut *database)
                    .await?;
            }
        }
    }
    Ok(())
}

async fn next_of_key(database: &mut SqliteConnection, receipt: &Receipt) -> Result<()> {
    if let Some(key) = &receipt.key {
        let next = "UPDATE messages SET state = 0
            WHERE state = 3 AND seq = (SELECT min(seq) FROM messages WHERE lane = ? AND key = ?)";
        sqlx::query(next)
            .bind(&*receipt.lane)
            .bind(&**key)
            .execute(database)
            .await?;
    }
    Ok(())
}

/// Moves a message to where a person can look at it. All within the database, since it may be what cannot be read.
async fn set_aside(database: &mut SqliteConnection, seq: i64, why: &str) -> Result<()> {
    let copy = "INSERT OR REPLACE INTO aside (seq, id, lane, key, attempt, body, set_aside_at, why)
        SELECT seq, id, lane, key, attempt, body, ?, ? FROM messages WHERE seq = ?";
    sqlx::query(copy)
        .bind(now())
        .bind(why)
        .bind(seq)
        .execute(&mut *database)
        .await?;
    let next = "UPDATE messages SET state = 0
        WHERE state = 3 AND seq = (
            SELECT min(later.seq) FROM messages AS later JOIN messages AS gone ON later.lane = gone.lane AND later.key = gone.key
            WHERE gone.seq = ?1 AND later.seq <> ?1)";
    sqlx::query(next).bind(seq).execute(&mut *database).await?;
    sqlx::query("DELETE FROM messages WHERE seq = ?")
        .bind(seq)
        .execute(database)
        .await?;
    Ok(())
}

/// Makes an owner known, and gives its number.
pub(super) async fn register(database: &mut SqliteConnection, name: &str) -> Result<i64> {
    sqlx::query("INSERT INTO owners (name) VALUES (?) ON CONFLICT DO NOTHING")
        .bind(name)
        .execute(&mut *database)
        .await?;
    sqlx::query_scalar("SELECT id FROM owners WHERE name = ?")
        .bind(name)
        .fetch_one(database)
        .await
}

/// The owners that there are beside this one.
pub(super) async fn others(database: &mut SqliteConnection, owner: i64) -> Result<Vec<(i64, String)>> {
    sqlx::query_as("SELECT id, name FROM owners WHERE id <> ?")
        .bind(owner)
        .fetch_all(database)
        .await
}

/// Says that an owner asks for a lane.
pub(super) async fn serve(database: &mut SqliteConnection, owner: i64, lane: &str) -> Result<()> {
    sqlx::query("INSERT INTO served (owner, lane) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(owner)
        .bind(lane)
        .execute(database)
        .await?;
    Ok(())
}

/// Gives back what an owner has taken that ended, and forgets it. In this order: whatever ends this in between, it is done
/// again.
pub(super) async fn retire(database: &mut SqliteConnection, owner: i64) -> Result<u64> {
    let back = "UPDATE messages SET state = 0, owner = NULL, redelivered = 1 WHERE state = 1 AND owner = ?";
    let back = sqlx::query(back).bind(owner).execute(&mut *database).await?;
    for sql in ["DELETE FROM served WHERE owner = ?", "DELETE FROM owners WHERE id = ?"] {
        sqlx::query(sql).bind(owner).execute(&mut *database).await?;
    }
    Ok(back.rows_affected())
}

pub(super) async fn health(database: &mut SqliteConnection) -> Result<QueueHealth> {
    let figures = "SELECT (SELECT messages FROM held), (SELECT count(*) FROM messages WHERE state = 1),
        (SELECT min(since) FROM messages WHERE state = 0)";
    let (held, taken, oldest): (i64, i64, Option<i64>) = sqlx::query_as(figures).fetch_one(&mut *database).await?;
    let served: Vec<String> = sqlx::query_scalar("SELECT DISTINCT lane FROM served")
        .fetch_all(&mut *database)
        .await?;
    let mut unserved = ready_lanes(database).await?;
    unserved.retain(|lane| !served.contains(lane));
    Ok(QueueHealth {
        waiting: u64::try_from(held - taken).unwrap_or(0),
        taken: u64::try_from(taken).unwrap_or(0),
        oldest_waiting: oldest.map(|oldest| Duration::from_millis(u64::try_from(now() - oldest).unwrap_or(0))),
        unserved,
        ..QueueHealth::default()
    })
}

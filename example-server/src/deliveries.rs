//! The record of finished deliveries, for people to read: the table `deliveries`.

use std::time::UNIX_EPOCH;

use sclera::Delivery;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use sqlx::types::Json;
use tokio::sync::{mpsc, oneshot};

use crate::error::Error;
use crate::heard::outcome;

/// How many deliveries are kept: the newest.
const KEPT: i64 = 10_000;

/// Writes deliveries into the database, beside the requests that caused them.
#[derive(Clone, Debug)]
pub struct Recorder {
    // Unbounded, as the host's observer must not wait; the host's own limits bound what can be in here.
    queue: mpsc::UnboundedSender<Message>,
}

#[derive(Debug)]
enum Message {
    Finished(Box<Record>),
    /// Everything before this is in the database.
    Written(oneshot::Sender<()>),
}

#[derive(Debug)]
struct Record {
    id: String,
    hook: String,
    module: String,
    record: Value,
}

impl Recorder {
    /// Starts to record. It ends when the recorder and all its clones are gone.
    pub fn start(database: SqlitePool) -> Self {
        let (queue, mut messages) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while messages.recv_many(&mut batch, 256).await > 0 {
                let (records, waiting) = sorted(batch.drain(..));
                if let Err(error) = write(&database, &records).await {
                    tracing::error!(%error, "{} deliveries were not recorded", records.len());
                }
                for waiting in waiting {
                    // Whoever waited may have gone.
                    let _ = waiting.send(());
                }
            }
        });
        Self { queue }
    }

    /// Takes note of a delivery.
    pub fn record(&self, delivery: &Delivery) {
        let _ = self.queue.send(Message::Finished(Box::new(Record {
            id: delivery.id.to_string(),
            hook: delivery.hook.clone(),
            module: delivery.module.name.clone(),
            record: record(delivery),
        })));
    }

    /// Waits until everything that was noted is in the database.
    pub async fn written(&self) {
        let (written, wait) = oneshot::channel();
        if self.queue.send(Message::Written(written)).is_ok() {
            let _ = wait.await;
        }
    }
}

/// Which deliveries to list.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Those of one hook.
    pub hook: Option<String>,
    /// Those of one module.
    pub module: Option<String>,
    /// At most so many; 100 if not given, and never more than 1,000.
    pub limit: Option<u16>,
}

/// Finished deliveries, the newest first.
pub async fn list(database: &SqlitePool, filter: &Filter) -> Result<Vec<Value>, Error> {
    let rows: Vec<(Json<Value>, bool)> = sqlx::query_as(
        "SELECT record, EXISTS (SELECT 1 FROM applied_deliveries AS a WHERE a.delivery_id = d.delivery_id)
           FROM deliveries AS d
          WHERE hook = coalesce(?, hook) AND module = coalesce(?, module)
          ORDER BY delivery_id DESC LIMIT ?",
    )
    .bind(&filter.hook)
    .bind(&filter.module)
    .bind(filter.limit.unwrap_or(100).min(1000))
    .fetch_all(database)
    .await?;
    Ok(rows.into_iter().map(with_applied).collect())
}

/// The delivery with this id.
pub async fn find(database: &SqlitePool, id: &str) -> Result<Value, Error> {
    let row: Option<(Json<Value>, bool)> = sqlx::query_as(
        "SELECT record, EXISTS (SELECT 1 FROM applied_deliveries AS a WHERE a.delivery_id = d.delivery_id)
           FROM deliveries AS d WHERE delivery_id = ?",
    )
    .bind(id)
    .fetch_optional(database)
    .await?;
    row.map(with_applied)
        .ok_or_else(|| Error::NotFound("there is no finished delivery of that id; it may still be running".into()))
}

/// The actions of a preload are not applied yet when the host reports it; the database knows whether they were.
fn with_applied((Json(mut record), applied): (Json<Value>, bool)) -> Value {
    if let Value::Object(record) = &mut record {
        record.insert("actions_applied".into(), applied.into());
    }
    record
}

fn record(delivery: &Delivery) -> Value {
    json!({
        "delivery": delivery.id,
        "hook": delivery.hook,
        "kind": delivery.kind,
        "menu_name": delivery.menu_name,
        "module": delivery.module.name,
        "module_version": delivery.module.version,
        "module_digest": delivery.module.digest,
        "asynchronous": delivery.asynchronous,
        "causes": delivery.causes,
        "metadata": delivery.metadata,
        "triggered_by": delivery.triggered_by,
        "started_at_ms": delivery.started_at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64),
        "duration_ms": delivery.usage.duration.as_secs_f64() * 1000.0,
        "fuel": delivery.usage.fuel,
        "peak_memory": delivery.usage.peak_memory,
        "outcome": outcome(delivery),
        "message": delivery.answer().and_then(|answer| answer.message.as_deref()),
        "actions": delivery.asked_actions(),
        "action_state": delivery.actions,
        "logs": delivery.logs,
    })
}

fn sorted(messages: impl Iterator<Item = Message>) -> (Vec<Record>, Vec<oneshot::Sender<()>>) {
    let (mut records, mut waiting) = (Vec::new(), Vec::new());
    for message in messages {
        match message {
            Message::Finished(record) => records.push(*record),
            Message::Written(sender) => waiting.push(sender),
        }
    }
    (records, waiting)
}

async fn write(database: &SqlitePool, records: &[Record]) -> Result<(), sqlx::Error> {
    if records.is_empty() {
        return Ok(());
    }
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await?;
    for Record {
        id,
        hook,
        module,
        record,
    } in records
    {
        sqlx::query("INSERT OR REPLACE INTO deliveries (delivery_id, hook, module, record) VALUES (?, ?, ?, ?)")
            .bind(id)
            .bind(hook)
            .bind(module)
            .bind(Json(record))
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query(
        "DELETE FROM deliveries WHERE delivery_id <=
            (SELECT delivery_id FROM deliveries ORDER BY delivery_id DESC LIMIT 1 OFFSET ?)",
    )
    .bind(KEPT)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

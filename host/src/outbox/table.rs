//! The statements, for both databases.

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Result, Row as _};

use super::Outbox;
use crate::queue::Message;

/// Where the table is.
#[derive(Clone, Debug)]
pub(super) enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction of the server's.
pub(crate) enum Place<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// A delivery in the table.
pub(super) struct Row {
    pub(super) id: String,
    /// What it is; or why it cannot be read.
    pub(super) message: std::result::Result<Message, String>,
}

const INSERT: &str = "INSERT INTO sclera_outbox (id, lane, ordered_by, body) VALUES ($1, $2, $3, $4)";
const COUNT: &str = "SELECT count(*) FROM sclera_outbox";
const NEWEST: &str = "SELECT coalesce(max(seq), 0) FROM sclera_outbox";
const OLDEST: &str = "SELECT id, lane, ordered_by, body FROM sclera_outbox
    WHERE seq <= $1 AND trouble IS NULL ORDER BY seq LIMIT $2";
const TROUBLE: &str = "UPDATE sclera_outbox SET trouble = $2 WHERE id = $1";

impl Place<'_> {
    pub(crate) async fn insert(&mut self, message: &Message) -> Result<()> {
        let id = message.id.to_string();
        let (lane, order, body) = (&*message.lane, message.order.as_deref(), &*message.body);
        match self {
            Self::Sqlite(connection) => {
                let insert = sqlx::query(INSERT).bind(id).bind(lane).bind(order).bind(body);
                insert.execute(&mut **connection).await?;
            }
            Self::Postgres(connection) => {
                let insert = sqlx::query(INSERT).bind(id).bind(lane).bind(order).bind(body);
                insert.execute(&mut **connection).await?;
            }
        }
        Ok(())
    }
}

impl Database {
    pub(super) async fn create_table(&self) -> Result<()> {
        match self {
            Self::Sqlite(pool) => sqlx::raw_sql(Outbox::SQLITE).execute(pool).await.map(drop),
            Self::Postgres(pool) => sqlx::raw_sql(Outbox::POSTGRES).execute(pool).await.map(drop),
        }
    }

    /// How many rows there are.
    pub(super) async fn count(&self) -> Result<i64> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(COUNT).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(COUNT).fetch_one(pool).await,
        }
    }

    /// The number of the last row that there is.
    pub(super) async fn newest(&self) -> Result<i64> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(NEWEST).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(NEWEST).fetch_one(pool).await,
        }
    }

    /// The oldest rows up to that number, in the order in which they were written.
    pub(super) async fn oldest(&self, up_to: i64, most: usize) -> Result<Vec<Row>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        match self {
            Self::Sqlite(pool) => {
                let rows = sqlx::query(OLDEST).bind(up_to).bind(most).fetch_all(pool).await?;
                rows.iter()
                    .map(|row| {
                        let texts = (row.try_get("id")?, row.try_get("lane")?, row.try_get("ordered_by")?);
                        Ok(read(texts, row.try_get("body")?))
                    })
                    .collect()
            }
            Self::Postgres(pool) => {
                let rows = sqlx::query(OLDEST).bind(up_to).bind(most).fetch_all(pool).await?;
                rows.iter()
                    .map(|row| {
                        let texts = (row.try_get("id")?, row.try_get("lane")?, row.try_get("ordered_by")?);
                        Ok(read(texts, row.try_get("body")?))
                    })
                    .collect()
            }
        }
    }

    /// Deletes rows, in one transaction.
    pub(super) async fn delete(&self, ids: &[String]) -> Result<()> {
        match self {
            Self::Sqlite(pool) => {
                let ids = serde_json::Value::from(ids).to_string();
                sqlx::query("DELETE FROM sclera_outbox WHERE id IN (SELECT value FROM json_each($1))")
                    .bind(ids)
                    .execute(pool)
                    .await?;
            }
            Self::Postgres(pool) => {
                sqlx::query("DELETE FROM sclera_outbox WHERE id = ANY($1)")
                    .bind(ids)
                    .execute(pool)
                    .await?;
            }
        }
        Ok(())
    }

    /// Says of a row why it is not moved.
    pub(super) async fn trouble(&self, id: &str, why: &str) -> Result<()> {
        match self {
            Self::Sqlite(pool) => sqlx::query(TROUBLE).bind(id).bind(why).execute(pool).await.map(drop),
            Self::Postgres(pool) => sqlx::query(TROUBLE).bind(id).bind(why).execute(pool).await.map(drop),
        }
    }
}

fn read((id, lane, order): (String, String, Option<String>), body: Vec<u8>) -> Row {
    let message = match id.parse() {
        Ok(id) => Ok(Message {
            id,
            lane: lane.into(),
            order: order.map(Into::into),
            attempt: 1,
            body: body.into(),
        }),
        Err(error) => Err(format!("of its id, {error}")),
    };
    Row { id, message }
}

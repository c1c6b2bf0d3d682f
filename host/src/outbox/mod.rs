//! The transactional outbox: what a server does and what its modules are told of it are one commit.
//!
//! A server that calls [`postload`](crate::Host::postload) after its commit can end in between, and then nobody hears of what
//! it has committed. With an outbox, the deliveries are rows in a table of the server's own database, written in the
//! server's own transaction. After the commit they are moved into the queue: at once by the one who has committed, and if
//! that one is gone, by the relay of any host that has the same outbox. What is moved twice has the same id.
//!
//! ```no_run
//! # async fn example(host: sclera::Host, pool: sqlx::SqlitePool, trigger: sclera::Trigger) -> Result<(), Box<dyn std::error::Error>> {
//! let announced = host.announce(trigger)?;
//! let mut transaction = pool.begin().await?;
//! // … what the server has to write …
//! announced.write_sqlite(&mut transaction).await?;
//! transaction.commit().await?;
//! host.postload_announced(announced).await;
//! # Ok(())
//! # }
//! ```

mod relay;
mod table;

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{PgPool, SqlitePool};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub(crate) use relay::relay;
use table::Database;
pub(crate) use table::Place;

/// The table `sclera_outbox` in a server's own database.
///
/// The server makes it in its own migrations, with [`SQLITE`](Self::SQLITE) or [`POSTGRES`](Self::POSTGRES), or calls
/// [`create_table`](Self::create_table).
#[derive(Clone, Debug)]
pub struct Outbox {
    database: Database,
}

/// The outbox does not answer, or cannot be written.
#[derive(Debug, thiserror::Error)]
#[error(
    "the table `sclera_outbox` cannot be used: {0}; see that the server's migrations have made it, and that its database answers"
)]
pub struct OutboxError(#[from] sqlx::Error);

impl Outbox {
    /// What makes the table in SQLite.
    pub const SQLITE: &'static str = include_str!("sqlite.sql");
    /// What makes the table in PostgreSQL.
    pub const POSTGRES: &'static str = include_str!("postgres.sql");

    /// The table in a SQLite database.
    pub fn sqlite(pool: SqlitePool) -> Self {
        Self {
            database: Database::Sqlite(pool),
        }
    }

    /// The table in a PostgreSQL database, in the first schema of the connections' search path that has it.
    pub fn postgres(pool: PgPool) -> Self {
        Self {
            database: Database::Postgres(pool),
        }
    }

    /// Makes the table, if it is not there.
    pub async fn create_table(&self) -> Result<(), OutboxError> {
        Ok(self.database.create_table().await?)
    }
}

/// What a host does with its outbox.
#[derive(Debug)]
pub(crate) struct OpenOutbox {
    database: Database,
    state: Mutex<State>,
    moved: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// The ids of rows that are in the queue, and may go.
    moved: Vec<String>,
    relaying: Option<JoinHandle<()>>,
}

impl OpenOutbox {
    pub(crate) fn new(outbox: Outbox) -> Self {
        Self {
            database: outbox.database,
            state: Mutex::default(),
            moved: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done while it is held can panic half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that rows are in the queue. They are deleted soon, many at a time; nobody waits for that.
    pub(crate) fn moved(&self, ids: impl IntoIterator<Item = String>) {
        self.state().moved.extend(ids);
        self.moved.notify_one();
    }

    /// Has `begin` begin the relay, if none runs.
    pub(crate) fn keep_relaying(&self, begin: impl FnOnce() -> JoinHandle<()>) {
        let mut state = self.state();
        // One that is over belonged to another runtime.
        if state.relaying.as_ref().is_none_or(JoinHandle::is_finished) {
            state.relaying = Some(begin());
        }
    }
}

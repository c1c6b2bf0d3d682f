//! Where the spaces of all modules are: a SQLite database.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::OnceCell;

use super::{KeyvalueGrant, Space};

/// The spaces of all modules. It is opened when the first module needs it.
pub(crate) struct Spaces {
    /// None: in memory, for as long as this is there.
    pub(super) file: Option<PathBuf>,
    pool: OnceCell<SqlitePool>,
}

/// Why the database of what modules keep cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// The file cannot be made, or cannot be read and written by this user.
    #[error("the file {} cannot be opened: {reason}; see that it and its folder can be written", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        reason: std::io::Error,
    },
    /// It is not a database, or SQLite cannot use it.
    #[error("the database cannot be used: {0}; see that the file is a SQLite database that Sclera has made")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for KeepError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Connections to a file: one writes at a time, and as many read beside it.
const CONNECTIONS: u32 = 4;

/// Bytes that the write-ahead log may keep on disk when it is not in use.
const LOG: &str = "16777216";

/// How long a write waits for another process's. Guests are ended earlier, by their deadlines.
const BUSY: Duration = Duration::from_secs(5);

impl Spaces {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            pool: OnceCell::new(),
        }
    }

    /// The space of the module of that name, made if there is none yet.
    pub(crate) async fn of(&self, module: &str, grant: &KeyvalueGrant) -> Result<Space, KeepError> {
        let pool = self.pool().await?;
        sqlx::query("INSERT INTO keyvalue_spaces (module) VALUES (?) ON CONFLICT DO NOTHING")
            .bind(module)
            .execute(pool)
            .await?;
        let id = sqlx::query_scalar("SELECT id FROM keyvalue_spaces WHERE module = ?")
            .bind(module)
            .fetch_one(pool)
            .await?;
        Ok(Space::new(pool.clone(), id, grant))
    }

    pub(super) async fn pool(&self) -> Result<&SqlitePool, KeepError> {
        self.pool.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> Result<SqlitePool, KeepError> {
        let pool = match &self.file {
            Some(path) => {
                make_private(path).await.map_err(|reason| KeepError::Unreadable {
                    path: path.clone(),
                    reason,
                })?;
                in_file(path).await?
            }
            None => in_memory().await?,
        };
        sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
        Ok(pool)
    }
}

/// Makes the file, if it is not there, for this user only: what modules keep comes from cases. SQLite gives the files
/// beside it the same permissions.
async fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await?;
    Ok(())
}

async fn in_file(path: &Path) -> sqlx::Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // What was written survives the end of this process at any moment. The last writes before the machine loses
        // its power may be gone, whole; waiting for the disk at each write would cost a guest most of its deadline.
        .synchronous(SqliteSynchronous::Normal)
        .pragma("journal_size_limit", LOG)
        .busy_timeout(BUSY);
    pool().max_connections(CONNECTIONS).connect_with(options).await
}

/// A database in memory belongs to one connection, and is gone with it: there is one, and it stays.
async fn in_memory() -> sqlx::Result<SqlitePool> {
    pool()
        .max_connections(1)
        .connect_with(SqliteConnectOptions::new())
        .await
}

fn pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .idle_timeout(None)
        .max_lifetime(None)
        // Asking a connection whether it is there is for servers; this one is in the process.
        .test_before_acquire(false)
}

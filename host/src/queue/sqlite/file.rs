//! The file: made, recognised, brought up to date. What is not ours is left as it is.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};

/// What says in the head of a SQLite file that it is a queue of Sclera: `SclQ`.
const APPLICATION: i64 = 0x5363_6c51;

/// What makes the newest version of the file out of each older one. One that was published never changes.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/1.sql")];

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// Bytes that the write-ahead log may keep on disk when it is not in use.
const LOG: &str = "16777216";

/// Why the file cannot be used: a fragment of a sentence, with what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("it cannot be opened: {0}; see that its folder is there, and that this user can write to both")]
    File(#[from] std::io::Error),
    #[error("it is a SQLite database of something else; name another file")]
    Foreign,
    #[error("it is of version {0}, made by a newer Sclera; use that one")]
    Newer(i64),
    #[error("{}", explain(.0))]
    Database(#[from] sqlx::Error),
}

impl Trouble {
    /// Whether the connection is sound: it is the disk, or another process, that is in the way.
    pub(super) fn will_pass(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(primary_code(error), Some(BUSY_CODE | LOCKED_CODE | FULL_CODE)))
    }

    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(primary_code(error), Some(BUSY_CODE | LOCKED_CODE)))
    }
}

const BUSY_CODE: u32 = 5;
const LOCKED_CODE: u32 = 6;
const READONLY_CODE: u32 = 8;
const IO_CODE: u32 = 10;
const CORRUPT_CODE: u32 = 11;
const FULL_CODE: u32 = 13;
const CANTOPEN_CODE: u32 = 14;
const NOTADB_CODE: u32 = 26;

/// <https://sqlite.org/rescode.html>, without what extended codes add.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

fn explain(error: &sqlx::Error) -> String {
    let remedy = match primary_code(error) {
        Some(BUSY_CODE | LOCKED_CODE) => "another process keeps it locked; see which one has it open",
        Some(READONLY_CODE | CANTOPEN_CODE) => {
            "see that this user can write to the file, to its folder, and to the files beside it"
        }
        Some(FULL_CODE) => "the disk is full; what was in the queue is safe, and it goes on when there is room",
        Some(IO_CODE) => "the disk does not read or write; see the system's log",
        Some(CORRUPT_CODE) => {
            "the file is damaged; stop what uses it, keep a copy, and recover it with `sqlite3 FILE .recover`, \
             or move it away to begin with an empty queue"
        }
        Some(NOTADB_CODE) => {
            "the file is no SQLite database, or its head is damaged; it was left as it is: name another one, or move it away"
        }
        _ => "see that the file is one that Sclera has made",
    };
    format!("{error}: {remedy}")
}

/// Opens the file, makes it if it is not there, and brings it up to date.
pub(super) async fn open(path: &Path) -> Result<SqliteConnection, Trouble> {
    make_private(path)?;
    let since = Instant::now();
    loop {
        match open_once(path).await {
            // To change the journal needs the file for itself, and SQLite does not wait for that.
            Err(trouble) if trouble.is_busy() && since.elapsed() < BUSY => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            other => return other,
        }
    }
}

async fn open_once(path: &Path) -> Result<SqliteConnection, Trouble> {
    let mut database = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .disable_statement_logging()
        .connect()
        .await?;
    // Before anything of it is changed.
    version(&mut database).await?;
    sqlx::raw_sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        .execute(&mut database)
        .await?;
    sqlx::raw_sql(AssertSqlSafe(format!("PRAGMA journal_size_limit = {LOG}")))
        .execute(&mut database)
        .await?;
    migrate(&mut database).await?;
    Ok(database)
}

/// How many migrations it has seen; 0 for a file that is empty.
async fn version(database: &mut SqliteConnection) -> Result<usize, Trouble> {
    let (application, version, tables): (i64, i64, i64) = sqlx::query_as(
        "SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_master)
         FROM pragma_application_id AS a, pragma_user_version AS v",
    )
    .fetch_one(&mut *database)
    .await?;
    match (application, usize::try_from(version)) {
        (0, Ok(0)) if tables == 0 => Ok(0),
        (APPLICATION, Ok(known)) if known <= MIGRATIONS.len() => Ok(known),
        (APPLICATION, _) => Err(Trouble::Newer(version)),
        _ => Err(Trouble::Foreign),
    }
}

/// In one transaction, so that others who open it meanwhile see all of it or nothing.
async fn migrate(database: &mut SqliteConnection) -> Result<(), Trouble> {
    if version(database).await? == MIGRATIONS.len() {
        return Ok(());
    }
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *database).await?;
    let known = version(database).await?;
    for migration in MIGRATIONS.iter().skip(known) {
        sqlx::raw_sql(*migration).execute(&mut *database).await?;
    }
    let newest = MIGRATIONS.len();
    let head = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {newest}; COMMIT");
    sqlx::raw_sql(AssertSqlSafe(head)).execute(&mut *database).await?;
    Ok(())
}

/// Makes the file, if it is not there, for this user only: what is in it comes from cases. SQLite gives the files beside it
/// the same permissions.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}

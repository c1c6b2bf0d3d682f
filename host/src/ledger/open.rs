//! Opening a ledger: connections, and tables of this version.

use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyPool, ConnectOptions as _, Connection as _};

use super::LedgerError;
use super::error::Meaning;
use super::place::Place;

/// One writes; the others answer questions.
const CONNECTIONS: u32 = 4;
/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// What was written is on the disk when a commit returns, and the log does not stay large.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA journal_size_limit = 16777216;";
/// Attempts at bringing the tables up to date, which another process may be doing at this moment.
const TRIES: u32 = 20;
/// Bytes that must fit for a disk not to be full.
const ROOM: usize = 256 << 10;
/// Between two of them.
const PAUSE: Duration = Duration::from_millis(100);

/// The changes of the tables from version to version.
pub(super) fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("src/ledger/migrations");
    // A server may have the ledger in its own database, with migrations of its own.
    migrator.dangerous_set_table_name("sclera_ledger_migrations");
    migrator
}

/// Opens the ledger that is there, or makes one.
pub(super) async fn open(place: &Place) -> Result<AnyPool, LedgerError> {
    place.prepare()?;
    let failed = |error: sqlx::Error| LedgerError::of(place, &error);
    let pool = connect(place).await?;
    if matches!(place, Place::File(_)) {
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
                .fetch_all(&pool)
                .await
                .map_err(failed)?;
        if !tables.is_empty() && !tables.iter().any(|table| table == "sclera_ledger_migrations") {
            return Err(LedgerError::NotALedger {
                place: place.to_string(),
                reason: "it is a database with other tables".into(),
            });
        }
    }
    migrate(place, &pool).await?;
    beat(&pool, 0, false).await.map_err(failed)?;
    Ok(pool)
}

/// Writes something, to find out whether that is possible; with `room`, something that takes room on the disk for a moment.
pub(super) async fn beat(pool: &AnyPool, now_ms: i64, room: bool) -> sqlx::Result<()> {
    let large = if room { "x".repeat(ROOM) } else { String::new() };
    let beats = if room { vec![large, String::new()] } else { vec![large] };
    for text in beats {
        sqlx::query("UPDATE sclera_pulse SET beaten_at_ms = $1, room = $2 WHERE id = 1")
            .bind(now_ms)
            .bind(text)
            .execute(pool)
            .await?;
    }
    Ok(())
}

pub(super) async fn connect(place: &Place) -> Result<AnyPool, LedgerError> {
    sqlx::any::install_default_drivers();
    let url = place.url()?;
    let is_file = matches!(place, Place::File(_));
    let failed = |error: sqlx::Error| LedgerError::of(place, &error);
    let options = AnyConnectOptions::from_url(&url).map_err(failed)?;
    // A pool would try again and again, and say at last that it took too long.
    let mut tries = 1;
    while let Err(error) = try_to_connect(&options, is_file).await {
        if !(is_file && Meaning::of(&error).passes()) || tries == TRIES {
            return Err(failed(error));
        }
        tries += 1;
        tokio::time::sleep(PAUSE).await;
    }
    #[cfg(test)]
    let place = place.clone();
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        // A file does not go away by itself.
        .test_before_acquire(!is_file)
        .after_connect(move |connection, _| {
            #[cfg(test)]
            let is_full = super::tests::is_full(&place);
            Box::pin(async move {
                if is_file {
                    sqlx::raw_sql(PRAGMAS).execute(&mut *connection).await?;
                }
                #[cfg(test)]
                if is_full {
                    sqlx::raw_sql("PRAGMA max_page_count = 1").execute(connection).await?;
                }
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(failed)
}

async fn try_to_connect(options: &AnyConnectOptions, is_file: bool) -> sqlx::Result<()> {
    let mut connection = options.connect().await?;
    if is_file {
        sqlx::raw_sql(PRAGMAS).execute(&mut connection).await?;
    }
    connection.close().await
}

async fn migrate(place: &Place, pool: &AnyPool) -> Result<(), LedgerError> {
    let migrator = migrator();
    let mut tries = 1;
    loop {
        let error = match migrator.run(pool).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let cause = match &error {
            MigrateError::VersionMissing(migration) => {
                return Err(LedgerError::Newer {
                    place: place.to_string(),
                    migration: *migration,
                });
            }
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => cause,
            _ => {
                return Err(LedgerError::NotALedger {
                    place: place.to_string(),
                    reason: error.to_string(),
                });
            }
        };
        // SQLite has no lock for this: who comes second finds the tables made, and looks again.
        let meaning = Meaning::of(cause);
        if !(meaning.passes() || meaning == Meaning::Other) || tries == TRIES {
            return Err(LedgerError::of(place, cause));
        }
        tries += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

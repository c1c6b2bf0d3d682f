//! What a ledger promises, on SQLite. The same on PostgreSQL, as far as an embedder sees it: `tests/tests/durable`.

mod entries;
mod opening;
mod retention;
mod taken;
mod trouble;

use std::time::Duration;

use serde_json::json;
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

use super::*;
use crate::capabilities::log::{Level, LogLine};
use crate::capabilities::transcript::{HostCall, Seed, Transcript};
use crate::catalog::HookKind;
use crate::delivery::{ActionState, Answer, Usage};
use crate::fault::Fault;
use crate::payload::Payload;
use crate::subscriptions::Mode;

/// Where one test has its ledger: a file in a folder of its own.
///
/// What is not about files is also shown on PostgreSQL, in a database of its own, if `SCLERA_TEST_POSTGRES` names a server.
struct Room {
    folder: TempDir,
    place: String,
}

impl Room {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("ledger.sqlite").to_str().unwrap().to_owned();
        Self { folder, place }
    }

    /// On PostgreSQL, if there is one.
    async fn anywhere() -> Self {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let mut room = Self::new();
        if let Ok(server) = std::env::var("SCLERA_TEST_POSTGRES") {
            let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let name = format!("sclera_test_{}_ledger{number}", std::process::id());
            let mut server: url::Url = server.parse().unwrap();
            let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(server.as_str())
                .await
                .unwrap();
            let make = AssertSqlSafe(format!("CREATE DATABASE {name}"));
            sqlx::raw_sql(make).execute(&mut connection).await.unwrap();
            server.set_path(&name);
            room.place = server.into();
        }
        room
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("ledger.sqlite")
    }

    async fn open(&self) -> Result<Ledger, LedgerError> {
        self.open_with(&Keep::default()).await
    }

    async fn open_with(&self, keep: &Keep) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.place, keep).await
    }
}

/// Files that must not grow, as if their disks were full.
static FULL: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

pub(super) fn is_full(place: &Place) -> bool {
    FULL.lock().unwrap().contains(&place.to_string())
}

/// Says something to the database that no ledger would say.
async fn sql(ledger: &Ledger, sql: &'static str) {
    ledger
        .on_its_thread(move |pool| async move { sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await })
        .await
        .unwrap();
}

fn envelope() -> Envelope {
    Envelope {
        id: DeliveryId::new(),
        trigger: uuid::Uuid::now_v7(),
        hook: "on_postload_ioc_create".into(),
        kind: HookKind::Postload,
        menu_name: None,
        module: "tagger".into(),
        version: "1.0.0".into(),
        digest: "00".repeat(32),
        asynchronous: true,
        happened_at_ms: 1_700_000_000_000,
        triggered_by: Some("alice".into()),
        metadata: json!({"case_id": 42}).as_object().unwrap().clone(),
        causes: Vec::new(),
        about: Some("ioc:1".into()),
        payload: Some(Payload::parse(r#"[ {"ioc_value": "evil.example", "n": 1.0000000000000000001} ]"#).unwrap()),
    }
}

fn attempt(number: u32, result: Result<Answer, Fault>) -> Attempt {
    Attempt {
        run: uuid::Uuid::now_v7(),
        number,
        started_at_ms: 1_700_000_000_000,
        version: "1.0.0".into(),
        digest: "00".repeat(32),
        mode: Mode::default(),
        usage: Usage {
            fuel: 7,
            duration: Duration::from_millis(3),
            peak_memory: 1 << 16,
        },
        result,
        actions: ActionState::None,
        logs: vec![LogLine {
            level: Level::Info,
            context: "stdout".into(),
            message: "hello".into(),
        }],
        setup: None,
        transcript: Some(Transcript {
            seed: Seed::of(1),
            calls: vec![HostCall {
                function: "wasi:keyvalue/store.get".into(),
                asked: json!(["a"]),
                answered: json!("b"),
            }],
            dropped: 0,
            parted: None,
        }),
    }
}

fn answered(outcome: Outcome) -> Result<Answer, Fault> {
    Ok(Answer {
        outcome,
        actions: Vec::new(),
        message: Some("seen".into()),
    })
}

fn trapped() -> Result<Answer, Fault> {
    Err(Fault::Trap {
        reason: "unreachable".into(),
    })
}

fn ended(envelope: &Envelope, attempt: &Attempt, state: State) -> Entry {
    Entry::Ended(Box::new(Ended {
        envelope: Arc::new(envelope.clone()),
        attempt: attempt.clone(),
        state,
        remark: (state != State::Done).then(|| "it trapped: unreachable".into()),
        is_cleared: false,
        secrets: Arc::default(),
    }))
}

fn accepted(envelope: &Envelope) -> Entry {
    Entry::Accepted(Arc::new(envelope.clone()))
}

/// Secrets, and the vault that has them.
fn vault(secrets: &[(&str, &str)]) -> Arc<Vault> {
    use crate::capabilities::http::Origin;
    use crate::capabilities::secrets::{Place, SecretGrant};

    let folder = TempDir::new().unwrap();
    let origin = "https://a.example";
    let grants = secrets.iter().map(|(key, value)| {
        let file = folder.path().join(key);
        std::fs::write(&file, value).unwrap();
        let grant = SecretGrant {
            env: None,
            file: Some(file),
            origins: vec![origin.into()],
            places: vec![Place::Query],
        };
        ((*key).to_owned(), grant)
    });
    Arc::new(Vault::open(&grants.collect(), &[Origin::parse(origin).unwrap()]).unwrap())
}

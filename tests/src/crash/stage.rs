//! The programs, the services and the files of one play.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use sclera::{Keep, Ledger};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::backend::Backend;
use super::program::Program;
use super::service::Service;
use crate::services::{PostgresCluster, RabbitNode, free_port};
use crate::{misfit, program};

/// The module that asks for a task for each delivery, and the one that does nothing.
pub(super) const MODULES: [&str; 2] = ["makes-a-task", "background"];

/// What modules may do, and how much waits: little enough that the end does not take long.
const POLICY: &str = r#"
[limits]
deadline = "20s"

[capacity]
background = 1000
attempts = 20
retry-after = "100ms"

[quarantine]
faults = 0

[modules.misfit-makes-a-task.grants.actions]
create = ["task"]
"#;

/// Workers besides the server, which works, too.
const WORKERS: usize = 2;

pub(super) struct Stage {
    /// The server first, then the workers.
    pub(super) programs: Vec<Program>,
    pub(super) broker: Option<Service<RabbitNode>>,
    pub(super) database: Option<Service<PostgresCluster>>,
    url: String,
    pub(super) ledger: String,
    folder: TempDir,
}

/// How the play ended.
pub(super) struct Ended {
    /// From the last start to the end of the last delivery.
    pub(super) took: Duration,
    /// The programs that ended by themselves, and how often.
    pub(super) gave_up: Vec<(String, u32)>,
}

impl Stage {
    /// Starts the services, and writes the files.
    pub(super) fn set(backend: Backend) -> Result<Self> {
        let server = program("example-server")?;
        let worker = program("sclera")?;
        let folder = tempfile::Builder::new().prefix("sclera-crash-").tempdir()?;
        let path = |name: &str| folder.path().join(name);
        for name in ["state", "modules", "cache"] {
            std::fs::create_dir(path(name))?;
        }
        only_mine(&path("cache"))?;
        std::fs::write(path("policy.toml"), POLICY)?;
        for module in MODULES {
            std::fs::write(path("modules").join(format!("{module}.wasm")), misfit(module))?;
        }

        let broker = backend.has_broker().then(RabbitNode::start).transpose()?;
        let database = backend.has_database().then(PostgresCluster::start).transpose()?;
        let state = path("state").display().to_string();
        let ledger = match &database {
            Some(cluster) => cluster.database()?,
            None => format!("{state}/ledger.sqlite"),
        };
        let queue = match &broker {
            Some(node) => node.url(),
            None => format!("{state}/queue.sqlite"),
        };
        let text = |name: &str| path(name).display().to_string();
        let shared = ["--data", &state, "--ledger", &ledger, "--queue", &queue, "--policy"];
        let shared: Vec<_> = shared
            .map(str::to_owned)
            .into_iter()
            .chain([text("policy.toml")])
            .collect();
        let listen = format!("127.0.0.1:{}", free_port()?);
        let url = format!("http://{listen}");
        let of_server = [
            "--listen".into(),
            listen,
            "--database".into(),
            text("cases.sqlite"),
            "--modules".into(),
            text("modules"),
        ];
        let of_server = of_server
            .into_iter()
            .chain(["--workers".into(), "4".into(), "--cache".into(), text("cache")]);
        let mut programs = vec![Program::new(
            "server",
            server,
            of_server.chain(shared.clone()).collect(),
            folder.path(),
        )];
        for number in 1..=WORKERS {
            let of_worker = ["worker", "--concurrency", "4", "--apply-to", &url, "--cache"].map(str::to_owned);
            let arguments = of_worker.into_iter().chain([text("cache")]).chain(shared.clone());
            programs.push(Program::new(
                &format!("worker {number}"),
                worker.clone(),
                arguments.collect(),
                folder.path(),
            ));
        }
        Ok(Self {
            programs,
            broker: broker.map(Service::new),
            database: database.map(Service::new),
            url,
            ledger,
            folder,
        })
    }

    /// Starts everything, and makes the case that the objects are in: its id.
    pub(super) fn open(&mut self) -> Result<i64> {
        self.programs.iter_mut().try_for_each(Program::wait_until_ready)?;
        let case = json!({"case_name": "Everything falls", "case_customer": 1});
        let mut answer = ureq::post(format!("{}/cases", self.url))
            .header("x-user", "alice")
            .send_json(case)?;
        let made: Value = answer.body_mut().read_json()?;
        let id = made.pointer("/object/case_id").and_then(Value::as_i64);
        id.with_context(|| format!("the server made no case: {made}"))
    }

    /// Where the server is.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The server's database.
    pub(super) fn cases(&self) -> PathBuf {
        self.folder.path().join("cases.sqlite")
    }

    /// Starts everything once more, waits until nothing is waiting any more, and ends everything in good order.
    pub(super) fn finish(&mut self) -> Result<Ended> {
        if let Some(broker) = &mut self.broker {
            broker.wait_until_back()?;
        }
        if let Some(database) = &mut self.database {
            database.wait_until_back()?;
        }
        let began = Instant::now();
        self.programs.iter_mut().try_for_each(Program::wait_until_ready)?;
        self.wait_until_drained()?;
        let took = began.elapsed();
        // The workers first: they need the server for what their modules ask for.
        self.programs.iter_mut().rev().try_for_each(Program::end)?;
        let gave_up = self
            .programs
            .iter()
            .map(|one| (one.name.clone(), one.gave_up))
            .collect();
        Ok(Ended { took, gave_up })
    }

    /// Waits until the server's outbox and the queue are empty, and nothing in the ledger waits. Fails if that comes no nearer.
    fn wait_until_drained(&mut self) -> Result<()> {
        const PATIENCE: Duration = Duration::from_secs(90);
        let runtime = Runtime::new()?;
        let ledger = runtime.block_on(Ledger::open(&self.ledger, &Keep::default()))?;
        let mut before = (0, 0, String::new());
        let mut moved = Instant::now();
        loop {
            self.programs.iter_mut().try_for_each(Program::keep_up)?;
            let counts = runtime.block_on(ledger.counts())?;
            let health = ureq::get(format!("{}/health", self.url)).call();
            let health: Value = match health {
                Ok(mut answer) => answer.body_mut().read_json()?,
                Err(error) => json!({ "error": error.to_string() }),
            };
            let number = |pointer: &str| health.pointer(pointer).and_then(Value::as_u64);
            let idle = ["/queue/waiting", "/queue/in_outbox", "/running"].map(|at| number(at) == Some(0));
            let unannounced = runtime.block_on(self.unannounced())?;
            if counts.waiting == 0 && idle == [true; 3] && unannounced == 0 {
                return Ok(());
            }
            let now = (
                counts.done + counts.dead,
                unannounced,
                health.pointer("/queue/waiting").unwrap_or(&Value::Null).to_string(),
            );
            if now != before {
                (before, moved) = (now, Instant::now());
            }
            if moved.elapsed() > PATIENCE {
                let words: Vec<_> = self
                    .programs
                    .iter()
                    .map(|one| format!("{}:\n{}", one.name, one.last_words()))
                    .collect();
                let kept = self.keep()?;
                bail!(
                    "nothing moves any more, and not all is done: {counts:?}, {unannounced} in the server's outbox, {health}; see {}\n{}",
                    kept.display(),
                    words.join("\n")
                );
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Deliveries that the server has committed beside its objects, and not moved on yet.
    async fn unannounced(&self) -> Result<i64> {
        let options = SqliteConnectOptions::new().filename(self.cases());
        let mut database = options.busy_timeout(Duration::from_secs(10)).connect().await?;
        let count = sqlx::query_scalar("SELECT count(*) FROM sclera_outbox")
            .fetch_one(&mut database)
            .await?;
        database.close().await?;
        Ok(count)
    }

    /// Keeps the folder for whoever wants to know why.
    pub(super) fn keep(&mut self) -> Result<PathBuf> {
        self.folder.disable_cleanup(true);
        if let Some(broker) = &self.broker {
            broker.with(|node| {
                let mut copy = Command::new("cp");
                copy.arg("-r").arg(node.log()).arg(self.folder.path().join("broker"));
                ensure!(copy.status()?.success(), "failed to copy what the broker logged");
                Ok(())
            })?;
        }
        Ok(self.folder.path().to_owned())
    }
}

fn only_mine(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    ensure!(folder.is_dir(), "{} is no folder", folder.display());
    Ok(std::fs::set_permissions(
        folder,
        std::fs::Permissions::from_mode(0o700),
    )?)
}

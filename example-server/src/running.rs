//! Starting the server, and ending it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sclera::{
    BuildError, Capacity, Compiler, DurableQueue, Host, Ledger, LedgerError, Limits, LoadError, Lock, ModuleStore,
    Outbox, Policies, QueueError, StoreError,
};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::actions::Applier;
use crate::app::App;
use crate::commit::CaseServer;
use crate::routes;
use crate::state::State;

/// What to start.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen at. Port 0: any that is free.
    pub listen: SocketAddr,
    /// Whether that address may be another than loopback. Everyone who can reach the server can do everything.
    pub allow_remote: bool,
    /// The SQLite file, made if need be; or `:memory:`.
    pub database: String,
    /// A folder of modules to load: every `.wasm` file. One that cannot be loaded is logged, and left out.
    pub modules: Option<PathBuf>,
    /// What the operator decides about modules.
    pub policies: Policies,
    /// What was reviewed; none: modules are loaded whatever they ask for.
    pub lock: Option<Lock>,
    /// Where deliveries are kept that are not over, and on record those that are.
    pub state: State,
    /// Deliveries in the background that run here at the same time. None: as the policies say. 0: they are for workers
    /// elsewhere.
    pub workers: Option<u32>,
    /// How long a shutdown waits for the deliveries that run.
    pub grace: Duration,
    /// The folder for reports, made if need be. None: a temporary one, gone at the end.
    pub reports: Option<PathBuf>,
    /// What one call into a module may take.
    pub limits: Limits,
    /// What all of them together may take.
    pub capacity: Capacity,
    /// Who compiles the modules. None: this process, without limits.
    pub compiler: Option<Compiler>,
}

impl Default for Config {
    /// In memory, on a free port of the loopback interface, without modules.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_remote: false,
            database: ":memory:".into(),
            modules: None,
            policies: Policies::default(),
            lock: None,
            state: State::default(),
            workers: None,
            grace: Duration::from_secs(30),
            reports: None,
            limits: Limits::default(),
            capacity: Capacity::default(),
            compiler: None,
        }
    }
}

/// Why the server could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is not loopback.
    #[error(
        "{0} can be reached from other machines, and this server believes everyone; listen at 127.0.0.1, or allow it"
    )]
    Remote(SocketAddr),
    /// The address cannot be listened at.
    #[error("cannot listen at {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What happened.
        source: std::io::Error,
    },
    /// The database cannot be opened.
    #[error("cannot open the database `{path}`: {source}")]
    Database {
        /// The file.
        path: String,
        /// What happened.
        source: sqlx::Error,
    },
    /// The database's tables cannot be made.
    #[error("cannot bring the database `{path}` up to date: {source}")]
    Migrate {
        /// The file.
        path: String,
        /// What happened.
        source: sqlx::migrate::MigrateError,
    },
    /// There is no folder for reports, or for the server's state.
    #[error("cannot make the folder `{path}`: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What happened.
        source: std::io::Error,
    },
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The queue cannot be opened.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The module store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The host cannot be made.
    #[error(transparent)]
    Host(#[from] BuildError),
    /// The folder of modules cannot be read.
    #[error(transparent)]
    Modules(#[from] LoadError),
}

/// A server that answers.
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    app: App,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
    grace: Duration,
    /// Whether what is not over is lost at the end.
    in_memory: bool,
    _temporary: TempDir,
}

/// Starts a server.
pub async fn start(config: Config) -> Result<RunningServer, StartError> {
    if !config.listen.ip().is_loopback() && !config.allow_remote {
        return Err(StartError::Remote(config.listen));
    }
    let database = open(&config.database).await?;
    // What was given no place is gone at the end.
    let temporary = tempfile::Builder::new().prefix("example-server-").tempdir();
    let temporary = temporary.map_err(|source| StartError::Folder {
        path: std::env::temp_dir().display().to_string(),
        source,
    })?;
    let reports = config
        .reports
        .clone()
        .unwrap_or_else(|| temporary.path().join("reports"));
    make_folder(&reports)?;
    if let Some(folder) = &config.state.folder {
        make_folder(folder)?;
    }
    let ledger = config.state.ledger_in(temporary.path());
    let ledger = Ledger::open(&ledger, &config.policies.ledger).await?;
    let queue = match config.state.queue() {
        Some((place, outbox)) => {
            Some(DurableQueue::open(&place, outbox.unwrap_or_else(|| temporary.path().join("outbox.sqlite"))).await?)
        }
        None => None,
    };
    let in_memory = queue.is_none();
    let host = host(&config, &database, ledger.clone(), queue)?;
    if let Some(folder) = &config.modules {
        load(&host, folder).await?;
    }
    // What an earlier process left in the queue is taken now.
    host.start_workers();
    let server = CaseServer { host, database };
    let app = App {
        server,
        ledger,
        reports: Arc::new(reports),
        tasks: TaskTracker::new(),
    };

    let failed = |source| StartError::Listen {
        address: config.listen,
        source,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let serve = axum::serve(listener, routes::router(app.clone())).with_graceful_shutdown(async {
        // Also when the server is dropped without being shut down.
        let _ = stopped.await;
    });
    let serving = tokio::spawn(async { serve.await });
    Ok(RunningServer {
        address,
        app,
        stop,
        serving,
        grace: config.grace,
        in_memory,
        _temporary: temporary,
    })
}

/// The host, with what this server adds to it.
fn host(
    config: &Config,
    database: &SqlitePool,
    ledger: Ledger,
    queue: Option<DurableQueue>,
) -> Result<Host, StartError> {
    let mut policies = config.policies.clone();
    if config.workers.is_some() {
        policies.capacity.workers = config.workers;
    }
    let mut builder = Host::builder()
        .limits(config.limits.clone())
        .capacity(config.capacity.clone())
        .policies(policies)
        .apply_actions_with(Applier {
            database: database.clone(),
        })
        .ledger(ledger)
        .outbox(Outbox::sqlite(database.clone()));
    if let Some(queue) = queue {
        builder = builder.queue(queue);
    }
    if let Some(folder) = config.state.modules() {
        builder = builder.module_store(ModuleStore::open(folder)?);
    }
    if let Some(file) = config.state.keyvalue() {
        builder = builder.keep_in(file);
    }
    if let Some(lock) = &config.lock {
        builder = builder.lock(lock.clone());
    }
    if let Some(compiler) = &config.compiler {
        builder = builder.compile_with(compiler.clone());
    }
    Ok(builder.build()?)
}

async fn load(host: &Host, folder: &Path) -> Result<(), LoadError> {
    for (_, loaded) in host.load_folder(folder).await? {
        match loaded {
            Ok(module) => tracing::info!(
                module = module.identity.name,
                version = module.identity.version,
                "loaded"
            ),
            Err(error) => tracing::error!("{error}"),
        }
    }
    Ok(())
}

/// One connection if the database is in memory, as each connection would have its own.
async fn open(path: &str) -> Result<SqlitePool, StartError> {
    let options = SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5));
    let pool = match path {
        ":memory:" => {
            let lasting = SqlitePoolOptions::new()
                .max_connections(1)
                .min_connections(1)
                .idle_timeout(None)
                .max_lifetime(None);
            lasting.connect_with(options.in_memory(true)).await
        }
        path => {
            let options = options
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal);
            SqlitePoolOptions::new().max_connections(4).connect_with(options).await
        }
    };
    let pool = pool.map_err(|source| StartError::Database {
        path: path.to_owned(),
        source,
    })?;
    let migrated = sqlx::migrate!().run(&pool).await;
    migrated.map_err(|source| StartError::Migrate {
        path: path.to_owned(),
        source,
    })?;
    Ok(pool)
}

fn make_folder(folder: &Path) -> Result<(), StartError> {
    std::fs::create_dir_all(folder).map_err(|source| StartError::Folder {
        path: folder.display().to_string(),
        source,
    })
}

/// How long a shutdown waits for connections that stay open.
const PATIENCE: Duration = Duration::from_secs(5);

impl RunningServer {
    /// Where it is: `http://127.0.0.1:49152`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The host and the database, as the routes use them.
    pub fn server(&self) -> &CaseServer {
        &self.app.server
    }

    /// The host of the modules.
    pub fn host(&self) -> &Host {
        &self.app.server.host
    }

    /// The database.
    pub fn database(&self) -> &SqlitePool {
        &self.app.server.database
    }

    /// What the modules did.
    pub fn ledger(&self) -> &Ledger {
        &self.app.ledger
    }

    /// Waits until everything that requests have set in motion is over: the deliveries in the background, and their
    /// record in the ledger.
    pub async fn settle(&self) {
        self.host().drain().await;
        flush(&self.app.ledger).await;
    }

    /// Takes no more requests, finishes those that there are and the deliveries that run, and ends. Deliveries that wait stay
    /// in the queue; where that is in memory, they are finished too, as far as the grace allows.
    pub async fn shutdown(self) {
        // It listens unless it has ended by itself.
        let _ = self.stop.send(());
        let ending = self.serving.abort_handle();
        if tokio::time::timeout(PATIENCE, self.serving).await.is_err() {
            tracing::warn!("connections were still open");
            ending.abort();
        }
        self.app.tasks.close();
        self.app.tasks.wait().await;
        let host = &self.app.server.host;
        if self.in_memory && tokio::time::timeout(self.grace, host.drain()).await.is_err() {
            tracing::error!(
                "deliveries in the background were not over, and are lost; give the server a `--data` folder"
            );
        }
        host.stop(self.grace).await;
        flush(&self.app.ledger).await;
        self.app.server.database.close().await;
    }
}

async fn flush(ledger: &Ledger) {
    if let Err(error) = ledger.flush().await {
        tracing::error!("{error}");
    }
}

//! Starting the server, and ending it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sclera::{BuildError, Capacity, Compiler, Host, Limits, LoadError, Lock, Policies};
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
use crate::deliveries::Recorder;
use crate::routes;

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
    /// There is no folder for reports.
    #[error("cannot make the folder for reports: {0}")]
    Reports(#[source] std::io::Error),
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
    _temporary: Option<TempDir>,
}

/// Starts a server.
pub async fn start(config: Config) -> Result<RunningServer, StartError> {
    if !config.listen.ip().is_loopback() && !config.allow_remote {
        return Err(StartError::Remote(config.listen));
    }
    let database = open(&config.database).await?;
    let (reports, temporary) = reports_folder(config.reports.clone()).map_err(StartError::Reports)?;
    let deliveries = Recorder::start(database.clone());
    let host = host(&config, &database, &deliveries)?;
    if let Some(folder) = &config.modules {
        load(&host, folder).await?;
    }
    let server = CaseServer { host, database };
    let app = App {
        server,
        deliveries,
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
        _temporary: temporary,
    })
}

/// The host, with what this server adds to it.
fn host(config: &Config, database: &SqlitePool, deliveries: &Recorder) -> Result<Host, BuildError> {
    let recorder = deliveries.clone();
    let mut builder = Host::builder()
        .limits(config.limits.clone())
        .capacity(config.capacity.clone())
        .policies(config.policies.clone())
        .apply_actions_with(Applier {
            database: database.clone(),
        })
        .on_delivery(move |delivery| recorder.record(delivery));
    if let Some(lock) = &config.lock {
        builder = builder.lock(lock.clone());
    }
    if let Some(compiler) = &config.compiler {
        builder = builder.compile_with(compiler.clone());
    }
    builder.build()
}

async fn load(host: &Host, folder: &std::path::Path) -> Result<(), LoadError> {
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

fn reports_folder(wanted: Option<PathBuf>) -> std::io::Result<(PathBuf, Option<TempDir>)> {
    match wanted {
        Some(folder) => {
            std::fs::create_dir_all(&folder)?;
            Ok((folder, None))
        }
        None => {
            let folder = tempfile::Builder::new().prefix("example-server-reports-").tempdir()?;
            Ok((folder.path().to_owned(), Some(folder)))
        }
    }
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

    /// Waits until everything that requests have set in motion is over: the deliveries in the background, and their
    /// record in the database.
    pub async fn settle(&self) {
        self.host().drain().await;
        self.app.deliveries.written().await;
    }

    /// Takes no more requests, finishes those that there are and the deliveries in the background, and ends.
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
        self.app.server.host.drain().await;
        self.app.deliveries.written().await;
        self.app.server.database.close().await;
    }
}

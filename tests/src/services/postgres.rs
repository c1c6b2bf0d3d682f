//! PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Signal, getuid, kill_process};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use super::free_port;
use super::guard::{Guarded, children};

/// Where Debian, Homebrew and the installers of PostgreSQL put the server, which is in no `PATH`.
const FOLDERS: [&str; 4] = [
    "/usr/lib/postgresql",
    "/usr/pgsql",
    "/opt/homebrew/opt",
    "/usr/local/opt",
];
/// A user who may not do much, and whom PostgreSQL runs as where this process is root.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A PostgreSQL of one's own, in a temporary folder.
pub struct PostgresCluster {
    server: Option<Guarded>,
    port: u16,
    programs: PathBuf,
    folder: TempDir,
}

impl PostgresCluster {
    /// Makes one, and starts it.
    ///
    /// # Errors
    ///
    /// If PostgreSQL is not installed, with what to install; or if it does not start, with what it said.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sclera-postgres-").tempdir()?;
        let mut cluster = Self {
            server: None,
            port: free_port()?,
            programs: programs()?,
            folder,
        };
        give_away(cluster.folder.path())?;
        let mut make = cluster.program("initdb")?;
        let made = make
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(cluster.data())
            .current_dir(cluster.folder.path())
            .output()
            .context("failed to start initdb")?;
        ensure!(
            made.status.success(),
            "initdb failed: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        cluster.start_again()?;
        Ok(cluster)
    }

    /// The URL of the database `postgres` in it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The URL of a new database in it.
    ///
    /// # Errors
    ///
    /// What PostgreSQL said.
    pub fn database(&self) -> Result<String> {
        create(&self.url())
    }

    /// Kills all of its processes at once. Does nothing if it was killed.
    ///
    /// # Errors
    ///
    /// If they do not end.
    pub fn kill9(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Guarded::kill9)
    }

    /// Kills the process behind one connection; the server then cuts all of them, and recovers. False if there are none.
    ///
    /// # Errors
    ///
    /// None, but that may change.
    pub fn kill9_connection(&self) -> Result<bool> {
        let server = self.server.as_ref().context("PostgreSQL was killed")?;
        let is_connection = |process: &_| {
            let title = std::fs::read(format!(
                "/proc/{}/cmdline",
                rustix::process::Pid::as_raw_nonzero(*process)
            ));
            String::from_utf8_lossy(&title.unwrap_or_default()).contains(" 127.0.0.1(")
        };
        let found = children(server.server()).into_iter().find(is_connection);
        Ok(found.is_some_and(|process| kill_process(process, Signal::KILL).is_ok()))
    }

    /// Starts it where it was left. Does nothing if it runs.
    ///
    /// # Errors
    ///
    /// If it does not start, with what it said.
    pub fn start_again(&mut self) -> Result<()> {
        if self.server.is_some() {
            return Ok(());
        }
        let mut command = self.program("postgres")?;
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        command.args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "shared_buffers=16MB",
            "max_connections=200",
        ] {
            command.args(["-c", setting]);
        }
        let server = Guarded::start("PostgreSQL", &command, self.folder.path())?;
        server.wait_until(self.folder.path(), || self.answers())?;
        self.server = Some(server);
        Ok(())
    }

    fn answers(&self) -> bool {
        let mut asks = Command::new(self.programs.join("pg_isready"));
        asks.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        asks.status().is_ok_and(|status| status.success())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// One of PostgreSQL's programs, which refuse to run as root.
    fn program(&self, name: &str) -> Result<Command> {
        let program = self.programs.join(name);
        Ok(match unprivileged()? {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", &group_of(user)?, "--clear-groups", "--"]);
                command.arg(program);
                command
            }
        })
    }
}

/// A fresh database in whatever server there is.
pub(super) fn database() -> Result<String> {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| server().map_err(|error| format!("{error:#}")));
    match server {
        Ok(url) => create(url),
        Err(error) => bail!("{error}"),
    }
}

/// The server that there is, or the one that is started for this process.
fn server() -> Result<String> {
    static OWN: OnceLock<PostgresCluster> = OnceLock::new();
    if let Ok(url) = std::env::var("SCLERA_TEST_POSTGRES") {
        return Ok(url);
    }
    let user = std::env::var("USER").unwrap_or_else(|_| "root".into());
    let of_this_machine = [
        "postgres://postgres@127.0.0.1:5432/postgres".to_owned(),
        format!("postgres://{user}@%2Fvar%2Frun%2Fpostgresql/postgres"),
    ];
    for url in of_this_machine {
        if run(&url, "CREATE TEMPORARY TABLE lets_us (us int)").is_ok() && may_make_databases(&url) {
            remove_forgotten(&url);
            return Ok(url);
        }
    }
    let own = PostgresCluster::start()?;
    Ok(OWN.get_or_init(|| own).url())
}

/// Makes a database, and gives its URL.
fn create(server: &str) -> Result<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("sclera_test_{}_{number}", std::process::id());
    // One of an earlier process that had the same number may be there.
    run(server, &format!("DROP DATABASE IF EXISTS {name}"))?;
    run(server, &format!("CREATE DATABASE {name}"))?;
    let (before, rest) = match server.split_once('?') {
        Some((before, rest)) => (before, format!("?{rest}")),
        None => (server, String::new()),
    };
    let (place, _) = before
        .rsplit_once('/')
        .context("the URL of PostgreSQL names no database")?;
    Ok(format!("{place}/{name}{rest}"))
}

fn may_make_databases(server: &str) -> bool {
    let allowed = "DO $$ BEGIN ASSERT (SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user); END $$";
    run(server, allowed).is_ok()
}

/// Removes the databases of processes that are over. What cannot be removed stays.
fn remove_forgotten(server: &str) {
    let names = asked(server, |mut db| async move {
        sqlx::query_scalar::<_, String>("SELECT datname FROM pg_database WHERE datname LIKE 'sclera\\_test\\_%'")
            .fetch_all(&mut db)
            .await
    });
    for name in names.unwrap_or_default() {
        let process = name.split('_').nth(2).unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            let _ = run(server, &format!("DROP DATABASE IF EXISTS {name}"));
        }
    }
}

fn run(server: &str, statement: &str) -> Result<()> {
    let statement = statement.to_owned();
    asked(server, |mut db| async move {
        // Every statement is written in this file, with names that are made here.
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut db).await.map(drop)
    })
}

/// What a server answers. In a thread of its own, as the caller may be in a runtime or not.
fn asked<T, F>(server: &str, ask: impl FnOnce(PgConnection) -> F + Send) -> Result<T>
where
    T: Send,
    F: Future<Output = Result<T, sqlx::Error>>,
{
    let asking = || -> Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let connecting = tokio::time::timeout(Duration::from_secs(30), PgConnection::connect(server));
            let db = connecting.await.context("PostgreSQL does not answer")??;
            Ok(ask(db).await?)
        })
    };
    std::thread::scope(|scope| match scope.spawn(asking).join() {
        Ok(answer) => answer,
        Err(_) => bail!("asking PostgreSQL panicked"),
    })
}

/// The folder with the programs of the newest version that is installed.
fn programs() -> Result<PathBuf> {
    let version = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.trim_start_matches("postgresql@").parse::<u32>().ok()
    };
    let mut found: Vec<(Option<u32>, PathBuf)> = Vec::new();
    for entry in FOLDERS.iter().flat_map(std::fs::read_dir).flatten().flatten() {
        found.push((version(&entry.path()), entry.path().join("bin")));
    }
    found.extend(
        std::env::var_os("PATH")
            .iter()
            .flat_map(std::env::split_paths)
            .map(|folder| (None, folder)),
    );
    found.retain(|(_, folder)| {
        ["postgres", "initdb", "pg_isready"]
            .iter()
            .all(|name| folder.join(name).is_file())
    });
    let newest = found.into_iter().max_by_key(|(version, _)| *version);
    newest.map(|(_, folder)| folder).context(
        "these tests need PostgreSQL, and none answers at 127.0.0.1:5432 or is installed: \
         install it (Debian: apt-get install postgresql), or name one in SCLERA_TEST_POSTGRES",
    )
}

/// Whom to run PostgreSQL as, if not as whoever runs this.
fn unprivileged() -> Result<Option<&'static str>> {
    if !getuid().is_root() {
        return Ok(None);
    }
    let known = |user: &&&str| {
        let mut id = Command::new("id");
        id.arg(user).stdout(Stdio::null()).stderr(Stdio::null());
        id.status().is_ok_and(|status| status.success())
    };
    let user = USERS.iter().find(known);
    Ok(Some(user.copied().context(
        "there is no user to run PostgreSQL as, which refuses to run as root",
    )?))
}

fn group_of(user: &str) -> Result<String> {
    let group = Command::new("id").args(["-g", user]).output()?;
    Ok(String::from_utf8_lossy(&group.stdout).trim().to_owned())
}

/// Lets whoever runs PostgreSQL write into a folder.
fn give_away(folder: &Path) -> Result<()> {
    if let Some(user) = unprivileged()? {
        let status = Command::new("chown").arg(user).arg(folder).status()?;
        ensure!(status.success(), "failed to give {} to {user}", folder.display());
    }
    Ok(())
}

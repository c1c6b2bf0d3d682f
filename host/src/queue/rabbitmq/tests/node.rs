//! A RabbitMQ of one's own, which can be killed.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use lapin::{Connection, ConnectionProperties};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use crate::queue::tests::AT_LAST;

/// Where Debian and others put the program itself. What is in the `PATH` may be a wrapper that changes the user.
const PROGRAMS: [&str; 4] = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/lib64/rabbitmq/bin/rabbitmq-server",
    "/opt/homebrew/sbin/rabbitmq-server",
    "/usr/local/sbin/rabbitmq-server",
];

/// How long a broker may take to let somebody in, while it starts. Without it, about one in 10,000 attempts at a port where
/// nobody listens yet would never end: lapin 4.12 tells some of those who ask that it was refused before it knows of them.
const ANSWER: Duration = Duration::from_secs(5);

pub(super) struct Node {
    pub(super) folder: TempDir,
    port: u16,
    /// Where other nodes would talk to it.
    distribution: u16,
    server: Option<Child>,
}

impl Node {
    /// Starts one, with more lines of its configuration.
    pub(super) async fn start(configuration: impl FnOnce(&Path) -> String) -> Self {
        let folder = tempfile::Builder::new().prefix("sclera-rabbitmq-").tempdir().unwrap();
        let mut node = Self {
            port: free_port(),
            distribution: free_port(),
            folder,
            server: None,
        };
        let more = configuration(node.folder.path());
        let lines = format!(
            "listeners.tcp.local = 127.0.0.1:{}\ndisk_free_limit.absolute = 50MB\n{more}\n",
            node.port
        );
        node.file("rabbitmq.conf", &lines);
        node.file("enabled_plugins", "[].\n");
        node.file("environment.conf", "");
        node.start_again().await;
        node
    }

    pub(super) fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port)
    }

    pub(super) fn kill9(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself.
            let _ = kill_process_group(Pid::from_child(&server), Signal::KILL);
            server.wait().unwrap();
        }
    }

    pub(super) async fn start_again(&mut self) {
        let path = |name: &str| -> PathBuf { self.folder.path().join(name) };
        let program = PROGRAMS.iter().find(|program| Path::new(program).exists());
        let program = program.expect("RabbitMQ is not installed (Debian: `apt-get install rabbitmq-server`)");
        let mut command = Command::new(program);
        command
            .env("HOME", self.folder.path())
            .env("RABBITMQ_NODENAME", format!("sclera-{}@localhost", self.port))
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_DIST_PORT", self.distribution.to_string())
            .env("RABBITMQ_MNESIA_BASE", path("mnesia"))
            .env("RABBITMQ_LOG_BASE", path("log"))
            .env("RABBITMQ_PID_FILE", path("pid"))
            .env("RABBITMQ_CONFIG_FILE", path("rabbitmq.conf"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", path("enabled_plugins"))
            .env("RABBITMQ_CONF_ENV_FILE", path("environment.conf"))
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "+sbwt none +sbwtdcpu none +sbwtdio none",
            )
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        self.server = Some(command.spawn().unwrap());
        let began = Instant::now();
        while began.elapsed() < 2 * AT_LAST {
            let ended = self.server.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "RabbitMQ ended: {ended:?}");
            let url = self.url();
            let connecting = Connection::connect(&url, ConnectionProperties::default());
            if let Ok(Ok(_)) = tokio::time::timeout(ANSWER, connecting).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("RabbitMQ does not start");
    }

    /// What it says of itself.
    fn log(&self) -> String {
        let files = std::fs::read_dir(self.folder.path().join("log")).into_iter().flatten();
        let texts = files.filter_map(|file| std::fs::read(file.ok()?.path()).ok());
        texts.map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill9();
        if std::thread::panicking() {
            println!("the broker's log:\n{}", self.log());
        }
    }
}

/// A port that the system gives to nobody unasked, and this to nobody else: a node that is started again finds it free.
pub(super) fn free_port() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Other processes look for ports at the same time, and begin elsewhere.
    let first = std::process::id().wrapping_mul(101);
    let next = || 20_000 + (first.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % 12_000) as u16;
    std::iter::repeat_with(next)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

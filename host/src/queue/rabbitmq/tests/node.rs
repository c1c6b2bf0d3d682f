//! A RabbitMQ of one's own, which can be killed.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lapin::{Connection, ConnectionProperties};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

/// Where Debian and others put the program itself. What is in the `PATH` may be a wrapper that changes the user.
const PROGRAMS: [&str; 4] = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/lib64/rabbitmq/bin/rabbitmq-server",
    "/opt/homebrew/sbin/rabbitmq-server",
    "/usr/local/sbin/rabbitmq-server",
];

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
        for _ in 0..1_200 {
            let ended = self.server.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "RabbitMQ ended: {ended:?}");
            if Connection::connect(&self.url(), ConnectionProperties::default())
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("RabbitMQ does not start; its log is in {}", path("log").display());
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// A port that the system gives to nobody unasked: a node that is started again finds it free.
pub(super) fn free_port() -> u16 {
    let began = std::time::UNIX_EPOCH.elapsed().unwrap().subsec_micros();
    let mut ports = (0..12_000).map(|step| 20_000 + ((began + step) % 12_000) as u16);
    ports
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

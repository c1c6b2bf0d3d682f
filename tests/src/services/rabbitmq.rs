//! RabbitMQ.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::free_port;
use super::guard::Guarded;

/// Where Debian and others put the program itself. What is in the `PATH` may be a wrapper that changes the user.
const PROGRAMS: [&str; 4] = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/lib64/rabbitmq/bin/rabbitmq-server",
    "/opt/homebrew/sbin/rabbitmq-server",
    "/usr/local/sbin/rabbitmq-server",
];

/// A RabbitMQ of one's own, in a temporary folder.
pub struct RabbitNode {
    server: Option<Guarded>,
    program: PathBuf,
    port: u16,
    /// Where nodes talk to each other; this one has none to talk to.
    distribution_port: u16,
    folder: TempDir,
}

impl RabbitNode {
    /// Makes one, and starts it: that takes seconds.
    ///
    /// # Errors
    ///
    /// If RabbitMQ is not installed, with what to install; or if it does not start, with what it said.
    pub fn start() -> Result<Self> {
        let mut node = Self {
            server: None,
            program: program()?,
            port: free_port()?,
            distribution_port: free_port()?,
            folder: tempfile::Builder::new().prefix("sclera-rabbitmq-").tempdir()?,
        };
        let file = |name: &str, text: &str| std::fs::write(node.folder.path().join(name), text);
        let port = node.port;
        file(
            "rabbitmq.conf",
            &format!(
                "listeners.tcp.local = 127.0.0.1:{port}\ndisk_free_limit.absolute = 50MB\nlog.file.level = info\n"
            ),
        )?;
        file("enabled_plugins", "[].\n")?;
        // Nothing that the machine says of its own node holds for this one.
        file("environment.conf", "")?;
        node.start_again()?;
        Ok(node)
    }

    /// Where it is, with name and password.
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port)
    }

    /// The folder with what it logs.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Kills all of its processes at once. Does nothing if it was killed.
    ///
    /// # Errors
    ///
    /// If they do not end.
    pub fn kill9(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Guarded::kill9)
    }

    /// Starts it where it was left; that takes seconds. Does nothing if it runs.
    ///
    /// # Errors
    ///
    /// If it does not start, with what it said.
    pub fn start_again(&mut self) -> Result<()> {
        if self.server.is_some() {
            return Ok(());
        }
        let folder = self.folder.path();
        let mut command = Command::new(&self.program);
        command
            .env("HOME", folder)
            .env("RABBITMQ_NODENAME", format!("sclera-{}@localhost", self.port))
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_DIST_PORT", self.distribution_port.to_string())
            .env("RABBITMQ_MNESIA_BASE", folder.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", folder.join("log"))
            .env("RABBITMQ_PID_FILE", folder.join("pid"))
            .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("enabled_plugins"))
            .env("RABBITMQ_CONF_ENV_FILE", folder.join("environment.conf"))
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_FLAGS", "-kernel inet_dist_use_interface {127,0,0,1}")
            // Idle threads of it would otherwise spin, and the tests need the processors.
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "+sbwt none +sbwtdcpu none +sbwtdio none",
            );
        let server = Guarded::start("RabbitMQ", &command, folder)?;
        server.wait_until(folder, || answers(self.port))?;
        self.server = Some(server);
        Ok(())
    }
}

/// The node that there is, or the one that is started for this process.
pub(super) fn url() -> Result<String> {
    static FOUND: OnceLock<Result<String, String>> = OnceLock::new();
    static OWN: OnceLock<RabbitNode> = OnceLock::new();
    let find = || -> Result<String> {
        if let Ok(url) = std::env::var("SCLERA_TEST_AMQP") {
            return Ok(url);
        }
        if answers(5672) {
            return Ok("amqp://guest:guest@127.0.0.1:5672/%2f".into());
        }
        let own = RabbitNode::start()?;
        Ok(OWN.get_or_init(|| own).url())
    };
    match FOUND.get_or_init(|| find().map_err(|error| format!("{error:#}"))) {
        Ok(url) => Ok(url.clone()),
        Err(error) => bail!("{error}"),
    }
}

/// Whether something at this port begins as a broker does.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let patience = Duration::from_secs(2);
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut stream = TcpStream::connect_timeout(&address, patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.write_all(b"AMQP\x00\x00\x09\x01")?;
        let mut frame = [0; 11];
        stream.read_exact(&mut frame)?;
        // A method, on channel 0; of the class `connection`, the method `start`.
        Ok(matches!(frame, [1, 0, 0, .., 0, 10, 0, 10]))
    };
    ask().unwrap_or(false)
}

fn program() -> Result<PathBuf> {
    let in_path = std::env::var_os("PATH");
    let in_path = in_path.iter().flat_map(std::env::split_paths);
    let mut programs = PROGRAMS
        .iter()
        .map(|program| Path::new(program).to_owned())
        .chain(in_path.map(|folder| folder.join("rabbitmq-server")));
    programs.find(|program| program.is_file()).context(
        "these tests need RabbitMQ, and none answers at 127.0.0.1:5672 or is installed: \
         install it (Debian: apt-get install rabbitmq-server), or name one in SCLERA_TEST_AMQP",
    )
}

//! RabbitMQ and PostgreSQL, which the tests use: they find or start them, if they are installed.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cargo;

/// What the tests need, and how to tell that it is there.
struct Service {
    name: &'static str,
    /// Names one that runs elsewhere.
    variable: &'static str,
    port: u16,
    /// Where packages put the program, which is in no `PATH`.
    folders: &'static [&'static str],
    program: &'static str,
    package: &'static str,
}

const SERVICES: [Service; 2] = [
    Service {
        name: "PostgreSQL",
        variable: "SCLERA_TEST_POSTGRES",
        port: 5432,
        folders: &[
            "/usr/lib/postgresql",
            "/usr/pgsql",
            "/opt/homebrew/opt",
            "/usr/local/opt",
        ],
        program: "bin/postgres",
        package: "postgresql",
    },
    Service {
        name: "RabbitMQ",
        variable: "SCLERA_TEST_AMQP",
        port: 5672,
        folders: &[
            "/usr/lib/rabbitmq",
            "/usr/lib64/rabbitmq",
            "/opt/homebrew",
            "/usr/local",
        ],
        program: "bin/rabbitmq-server",
        package: "rabbitmq-server",
    },
];

/// Installs what is missing, where that is possible; else it says what to do.
pub fn install() -> Result<()> {
    let missing: Vec<_> = SERVICES.iter().filter(|service| !service.is_there()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|service| service.package).collect();
    let variables: Vec<_> = missing.iter().map(|service| service.variable).collect();
    let names: Vec<_> = missing.iter().map(|service| service.name).collect();
    let otherwise = format!(
        "the tests need {}: install it (Debian: apt-get install {}), or name one in {}",
        names.join(" and "),
        packages.join(" "),
        variables.join(" and ")
    );
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        bail!("{otherwise}");
    }
    let mut update = Command::new("apt-get");
    update.args(["update", "--quiet", "--quiet"]);
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "--quiet", "--quiet", "--no-install-recommends"]);
    install.args(&packages).env("DEBIAN_FRONTEND", "noninteractive");
    for command in [&mut update, &mut install] {
        let words: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        eprintln!("apt-get {}", words.join(" "));
        cargo::succeed_aside(command).with_context(|| otherwise.clone())?;
    }
    Ok(())
}

impl Service {
    fn is_there(&self) -> bool {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        std::env::var_os(self.variable).is_some()
            || TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
            || self.is_installed()
    }

    fn is_installed(&self) -> bool {
        let in_path = std::env::var_os("PATH");
        let mut in_path = in_path.iter().flat_map(std::env::split_paths);
        let name = Path::new(self.program).file_name().unwrap_or_default();
        self.folders.iter().any(|folder| {
            // Or one further down, where each version has a folder of its own.
            let versions = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut folders = versions
                .map(|version| version.path())
                .chain([Path::new(folder).to_owned()]);
            folders.any(|folder| folder.join(self.program).is_file())
        }) || in_path.any(|folder| folder.join(name).is_file())
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").stderr(Stdio::null()).output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

//! clang for WebAssembly, from Debian's packages. Elsewhere it is said what to install.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// Versions of clang that are fit for it; the first that the distribution has is taken.
const CLANGS: [u32; 4] = [19, 20, 21, 22];

pub fn install() -> Result<()> {
    if CLANGS.into_iter().any(is_there) {
        return Ok(());
    }
    if !asks(Command::new("apt-get").arg("--version")) {
        bail!(
            "C modules need clang 19 or newer with lld, and wasi-libc and compiler-rt for wasm32: install them as your system does"
        );
    }
    let mut update = as_root("apt-get");
    update.args(["update", "--quiet", "--quiet"]);
    eprintln!("reading Debian's list of packages");
    cargo::succeed_aside(&mut update).context("failed to read Debian's list of packages")?;
    let Some(version) = CLANGS.into_iter().find(|version| is_offered(*version)) else {
        bail!("this distribution offers no {}", packages(CLANGS[0]).join(" "));
    };
    let packages = packages(version);
    eprintln!("installing {} (a minute)", packages.join(" "));
    let mut install = as_root("apt-get");
    install
        .args(["install", "--yes", "--quiet", "--quiet", "--no-install-recommends"])
        .args(&packages);
    install.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    cargo::succeed_aside(&mut install)
        .with_context(|| format!("install them yourself: apt-get install {}", packages.join(" ")))
}

/// What Debian calls them.
fn packages(version: u32) -> [String; 4] {
    [
        format!("clang-{version}"),
        format!("lld-{version}"),
        format!("libclang-rt-{version}-dev-wasm32"),
        "wasi-libc".to_owned(),
    ]
}

fn is_there(version: u32) -> bool {
    packages(version).iter().all(|package| {
        let status = Command::new("dpkg-query")
            .args(["--show", "--showformat", "${db:Status-Status}", package])
            .output();
        status.is_ok_and(|output| output.stdout == b"installed")
    })
}

fn is_offered(version: u32) -> bool {
    asks(Command::new("apt-cache").arg("show").args(packages(version)))
}

fn asks(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Packages are installed by root: by sudo, for another user.
fn as_root(program: &str) -> Command {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if root {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["--preserve-env=DEBIAN_FRONTEND", program]);
    sudo
}

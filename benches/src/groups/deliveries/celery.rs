//! The same job in Celery, with the same broker.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::ours::PAYLOAD;
use super::{Amount, CALLERS, Rates};

/// What `measure.py` prints.
#[derive(Deserialize)]
struct Measured {
    one: f64,
    many: f64,
    end_to_end: f64,
}

/// Starts a worker that forks one process for each processor, as Celery does by default, and measures it.
pub(super) fn measure(python: &Path, broker: &str, folder: &Path, amount: Amount) -> Result<Rates> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("celery");
    let log = folder.join("celery.log");
    let command = || {
        let mut command = Command::new(python);
        command
            .current_dir(&scripts)
            .env("NOOP_BROKER", broker.replace("%2f", "/"))
            .env("NOOP_DONE", folder.join("celery.done"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null());
        command
    };
    let output = File::create(&log)?;
    let worker = command()
        .args([
            "-m",
            "celery",
            "-A",
            "noop",
            "worker",
            "--pool",
            "prefork",
            "--loglevel",
            "WARNING",
        ])
        .args(["--without-gossip", "--without-mingle"])
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .with_context(|| format!("failed to start {}", python.display()))?;
    let _worker = Worker(worker);
    let measured = command()
        .arg("measure.py")
        .args([
            amount.during.as_secs_f64().to_string(),
            CALLERS.to_string(),
            amount.deliveries.to_string(),
        ])
        .arg(PAYLOAD)
        .stderr(Stdio::inherit())
        .output()?;
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    ensure!(
        measured.status.success(),
        "measuring Celery failed; its worker said:\n{}",
        said()
    );
    let Measured { one, many, end_to_end } = serde_json::from_slice(&measured.stdout)?;
    Ok(Rates { one, many, end_to_end })
}

/// A worker that ends with this, and its forks with it.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // What is sent to it by name ends its forks in good order; it may have ended already.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

//! One of the real programs, started again whenever it is gone.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// A program, and how to start it.
pub(super) struct Program {
    pub(super) name: String,
    path: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    running: Option<Running>,
    /// How often it ended without being killed, because something that it needs was not there.
    pub(super) gave_up: u32,
}

struct Running {
    child: Child,
    /// It has said that it is ready.
    ready: Arc<AtomicBool>,
}

impl Program {
    pub(super) fn new(name: &str, path: PathBuf, arguments: Vec<String>, folder: &Path) -> Self {
        Self {
            name: name.to_owned(),
            path,
            arguments,
            log: folder.join(format!("{name}.log")),
            running: None,
            gave_up: 0,
        }
    }

    /// Starts it if it does not run. Waits for nothing.
    pub(super) fn keep_up(&mut self) -> Result<()> {
        if let Some(running) = &mut self.running {
            if running.child.try_wait()?.is_none() {
                return Ok(());
            }
            self.gave_up += 1;
        }
        let mut child = bound_to_this(&self.path)
            .args(&self.arguments)
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(self.log_file()?)
            .spawn()
            .with_context(|| format!("failed to start {}", self.path.display()))?;
        let ready = Arc::new(AtomicBool::new(false));
        let output = child.stdout.take().context("it has no output")?;
        std::thread::spawn({
            let ready = ready.clone();
            move || {
                for line in BufReader::new(output).lines() {
                    // The first line says that it has begun.
                    ready.store(line.is_ok(), Ordering::Release);
                }
            }
        });
        self.running = Some(Running { child, ready });
        Ok(())
    }

    pub(super) fn is_ready(&self) -> bool {
        let ready = |running: &Running| running.ready.load(Ordering::Acquire);
        self.running.as_ref().is_some_and(ready)
    }

    /// Starts it, and waits until it has begun.
    pub(super) fn wait_until_ready(&mut self) -> Result<()> {
        const PATIENCE: Duration = Duration::from_secs(120);
        let began = Instant::now();
        loop {
            self.keep_up()?;
            if self.is_ready() {
                return Ok(());
            }
            ensure!(
                began.elapsed() < PATIENCE,
                "{} does not begin; it said:\n{}",
                self.name,
                self.last_words()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills it. False if it was not running.
    pub(super) fn kill9(&mut self) -> Result<bool> {
        let Some(mut running) = self.running.take() else {
            return Ok(false);
        };
        running.child.kill()?;
        running.child.wait()?;
        Ok(true)
    }

    /// Tells it to end, and waits until it has.
    pub(super) fn end(&mut self) -> Result<()> {
        const PATIENCE: Duration = Duration::from_secs(60);
        let Some(mut running) = self.running.take() else {
            return Ok(());
        };
        if let Some(process) = Pid::from_raw(i32::try_from(running.child.id())?) {
            kill_process(process, Signal::TERM)?;
        }
        let began = Instant::now();
        while running.child.try_wait()?.is_none() {
            if began.elapsed() > PATIENCE {
                running.child.kill()?;
                running.child.wait()?;
                bail!(
                    "{} was told to end, and did not within {} s; it said:\n{}",
                    self.name,
                    PATIENCE.as_secs(),
                    self.last_words()
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The end of its log.
    pub(super) fn last_words(&self) -> String {
        const BYTES: u64 = 4_000;
        let read = || -> std::io::Result<String> {
            let mut file = File::open(&self.log)?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(BYTES)))?;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        };
        read().unwrap_or_else(|error| error.to_string())
    }

    /// What it logged, also before it was killed.
    pub(super) fn logged(&self) -> Result<impl Iterator<Item = String>> {
        let lines = BufReader::new(File::open(&self.log)?).split(b'\n');
        Ok(lines
            .map_while(Result::ok)
            .map(|line| String::from_utf8_lossy(&line).into_owned()))
    }

    fn log_file(&self) -> Result<File> {
        let mut options = OpenOptions::new();
        Ok(options.create(true).append(true).open(&self.log)?)
    }
}

/// A command that is killed when the thread that starts it ends, so that nothing is left of a play that was killed itself;
/// where the system has a program for that.
fn bound_to_this(program: &Path) -> Command {
    let binder = Path::new("/usr/bin/setpriv");
    if !binder.exists() {
        return Command::new(program);
    }
    let mut command = Command::new(binder);
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.kill9();
    }
}

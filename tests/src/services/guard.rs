//! A server that ends with the process that started it, however that ends.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Starts the server in a group of its own, says its number, and waits for the end of its own input: that comes when
/// whoever holds the other end is gone. It also reaps the server: one that is not reaped looks to PostgreSQL as if it ran.
const GUARD: &str = r#"folder=$1; shift
setsid "$@" </dev/null >"$folder/output.log" 2>&1 &
echo $!
exec 2>/dev/null
read -r order
kill -9 "-$!"
wait "$!"
[ "$order" = keep ] || { sleep 1; rm -rf "$folder"; }"#;

/// A server, and the process that guards it.
pub(super) struct Guarded {
    guard: Child,
    server: Pid,
    name: &'static str,
}

impl Guarded {
    /// Starts it. Its output goes to `output.log` in `folder`, which the guard removes if this process does not.
    pub(super) fn start(name: &'static str, server: &Command, folder: &Path) -> Result<Self> {
        // Made here, so that a server that may not write into the folder can still write into this.
        File::create(folder.join("output.log"))?;
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(folder);
        guard.arg(server.get_program()).args(server.get_args());
        for (variable, value) in server.get_envs() {
            match value {
                Some(value) => guard.env(variable, value),
                None => guard.env_remove(variable),
            };
        }
        // Not in the group of this process: what a terminal sends to that must not end the guard before its time.
        std::os::unix::process::CommandExt::process_group(&mut guard, 0);
        let mut guard = guard
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("failed to start a shell")?;
        let mut line = String::new();
        BufReader::new(guard.stdout.take().context("the shell has no output")?).read_line(&mut line)?;
        let server = line.trim().parse().ok().and_then(Pid::from_raw);
        let server = server.with_context(|| format!("failed to start {name}"))?;
        Ok(Self { guard, server, name })
    }

    /// Waits until `ready`; fails with what the server said if it ends before, or takes too long.
    pub(super) fn wait_until(&self, folder: &Path, ready: impl Fn() -> bool) -> Result<()> {
        const PATIENCE: Duration = Duration::from_secs(120);
        let began = Instant::now();
        while !ready() {
            let ended = !lives(self.server);
            if ended || began.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(folder.join("output.log")).unwrap_or_default();
                let last: Vec<_> = said.lines().rev().take(20).collect();
                let last = last.into_iter().rev().collect::<Vec<_>>().join("\n");
                let how = if ended { "ended" } else { "is not ready" };
                bail!(
                    "{} {how} after {} s; it said:\n{last}",
                    self.name,
                    began.elapsed().as_secs()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The server's own number.
    pub(super) fn server(&self) -> Pid {
        self.server
    }

    /// Kills the server and everything that it started, and waits until it is gone.
    pub(super) fn kill9(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        let Some(mut order) = self.guard.stdin.take() else {
            return Ok(());
        };
        let started = children(self.server);
        // Whoever is gone already need not be killed.
        let _ = kill_process_group(self.server, Signal::KILL);
        for process in &started {
            let _ = kill_process(*process, Signal::KILL);
        }
        order.write_all(b"keep\n")?;
        self.guard.wait()?;
        let began = Instant::now();
        for process in started.into_iter().chain([self.server]) {
            while lives(process) {
                ensure!(
                    began.elapsed() < Duration::from_secs(20),
                    "{} does not end, though it was killed",
                    self.name
                );
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        Ok(())
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!("{error:#}");
        }
    }
}

/// The processes that one started, and those that they started.
pub(super) fn children(of: Pid) -> Vec<Pid> {
    let mut all: Vec<(Pid, Pid)> = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let number = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(process) = number.and_then(Pid::from_raw)
            && let Some((_, parent)) = state(process)
        {
            all.push((process, parent));
        }
    }
    let mut found = vec![of];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(all.iter().filter(|one| one.1 == parent).map(|one| one.0));
        next += 1;
    }
    found.split_off(1)
}

/// Whether there is such a process that is more than an entry in a list. One whose first thread has ended still has all its
/// sockets, until the last one has.
fn lives(process: Pid) -> bool {
    let threads = || std::fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero())).map_or(0, Iterator::count);
    state(process).is_some_and(|(state, _)| (state != "Z" && state != "X") || threads() > 1)
}

/// The state of a process, and the one that started it.
fn state(process: Pid) -> Option<(String, Pid)> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    // The name before it is in parentheses, and may have any character in it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.to_owned();
    Some((state, Pid::from_raw(fields.next()?.parse().ok()?)?))
}

//! The steps of a build: child processes, with progress for whoever waits.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, IsTerminal, PipeReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anstream::stderr;
use indicatif::{ProgressBar, ProgressStyle};

use super::{BuildError, io_error};

/// How often a child is looked at while it says nothing.
const LOOK: Duration = Duration::from_millis(50);
/// How long what a child printed may still be on its way when it has ended. Longer only if it left a process behind.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Characters of a tool's last line that are shown while it runs.
const LINE: usize = 60;

/// Runs steps, and tells of them on standard error: with a spinner in a terminal, else with a line for each step.
pub(crate) struct Steps {
    shown: Shown,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Spinner,
    Lines,
    Nothing,
}

/// What a step printed.
struct Printed {
    status: ExitStatus,
    /// Standard output, if it was wanted for itself.
    captured: Vec<u8>,
    /// Everything else, for a person.
    text: String,
}

impl Steps {
    /// Tells of them, unless `quiet`.
    pub(crate) fn new(quiet: bool) -> Self {
        let shown = match quiet {
            true => Shown::Nothing,
            false if io::stderr().is_terminal() => Shown::Spinner,
            false => Shown::Lines,
        };
        Self { shown }
    }

    /// Runs a child process. `doing` says what it is for, as `compiling with cargo`. If it fails, what it printed is
    /// shown; else it is returned.
    pub(crate) fn run(&self, doing: &str, command: &mut Command) -> Result<String, BuildError> {
        Ok(self.drive(doing, command, false)?.text)
    }

    /// The same; returns standard output, and beside it what was printed on standard error.
    pub(crate) fn capture(&self, doing: &str, command: &mut Command) -> Result<(Vec<u8>, String), BuildError> {
        let printed = self.drive(doing, command, true)?;
        Ok((printed.captured, printed.text))
    }

    /// Does something in this process.
    pub(crate) fn inside<T, E: std::fmt::Display>(
        &self,
        doing: &str,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, BuildError> {
        let telling = self.begin(doing);
        let result = work();
        telling.end(result.is_ok());
        result.map_err(|reason| BuildError::Inside {
            doing: doing.to_owned(),
            reason: reason.to_string(),
        })
    }

    /// Shows what a tool said although it did not fail, such as warnings.
    pub(crate) fn tell(&self, said: &str) {
        if self.shown != Shown::Nothing {
            show(said);
        }
    }

    fn drive(&self, doing: &str, command: &mut Command, capture: bool) -> Result<Printed, BuildError> {
        let telling = self.begin(doing);
        let result = run(command, capture, |line| telling.line(line));
        let program = command.get_program().to_string_lossy().into_owned();
        let printed = result.map_err(io_error(format!("run {program}")));
        telling.end(printed.as_ref().is_ok_and(|printed| printed.status.success()));
        let printed = printed?;
        if printed.status.success() {
            return Ok(printed);
        }
        // Also if nothing else is told: without it, nobody could mend it.
        show(&String::from_utf8_lossy(&printed.captured));
        show(&printed.text);
        Err(BuildError::Step {
            doing: doing.to_owned(),
            command: command_line(command),
            status: printed.status,
        })
    }

    fn begin(&self, doing: &str) -> Telling {
        let bar = match self.shown {
            Shown::Spinner => {
                let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}");
                let bar = ProgressBar::new_spinner().with_prefix(doing.to_owned());
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                bar.enable_steady_tick(Duration::from_millis(100));
                Some(bar)
            }
            Shown::Lines => {
                show(doing);
                None
            }
            Shown::Nothing => None,
        };
        Telling {
            doing: doing.to_owned(),
            bar,
            began: Instant::now(),
        }
    }
}

/// What is shown of one step while it runs.
struct Telling {
    doing: String,
    bar: Option<ProgressBar>,
    began: Instant,
}

impl Telling {
    fn line(&self, line: &str) {
        if let Some(bar) = &self.bar {
            // A tool's own progress bar moves within a line.
            let last = line.trim_end().rsplit('\r').next().unwrap_or_default();
            bar.set_message(sclera::text::shown(last.trim(), LINE));
        }
    }

    fn end(self, well: bool) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
            let sign = if well { "✓" } else { "✗" };
            show(&format!(
                "{sign} {} {:.1} s",
                self.doing,
                self.began.elapsed().as_secs_f64()
            ));
        }
    }
}

/// Runs a command to its end; each line that it prints is also given to `line`.
fn run(command: &mut Command, capture: bool, line: impl Fn(&str)) -> io::Result<Printed> {
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stderr(writer.try_clone()?);
    match capture {
        true => command.stdout(Stdio::piped()),
        false => command.stdout(writer),
    };
    let spawned = command.spawn();
    // The command holds on to the writing ends, and the lines would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = spawned?;
    let captured = child.stdout.take().map(|mut stdout| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).map(|_| bytes)
        })
    });
    let (status, text) = follow(&mut child, &lines_of(reader), line)?;
    let captured = match captured {
        Some(thread) => thread
            .join()
            .map_err(|_| io::Error::other("reading what it printed failed"))??,
        None => Vec::new(),
    };
    Ok(Printed { status, captured, text })
}

fn lines_of(reader: PipeReader) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            if send.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
    lines
}

/// Waits until the child has ended and has said everything.
fn follow(child: &mut Child, lines: &Receiver<String>, told: impl Fn(&str)) -> io::Result<(ExitStatus, String)> {
    let mut text = String::new();
    let mut ended: Option<Instant> = None;
    loop {
        match lines.recv_timeout(LOOK) {
            Ok(line) => {
                told(&line);
                text.push_str(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended.is_none() && child.try_wait()?.is_some() {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|ended| ended.elapsed() > LAST_WORDS) {
            break;
        }
    }
    Ok((child.wait()?, text))
}

/// As a person would type it.
fn command_line(command: &Command) -> String {
    let quoted = |word: &OsStr| {
        let word = word.to_string_lossy();
        match word.contains([' ', '\'', '"', '$']) || word.is_empty() {
            true => format!("'{}'", word.replace('\'', r"'\''")),
            false => word.into_owned(),
        }
    };
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(quoted)
        .collect();
    words.join(" ")
}

fn show(said: &str) {
    let said = said.trim_end();
    if !said.is_empty() {
        // With standard error closed, there is nobody to tell.
        let _ = writeln!(stderr(), "{said}");
    }
}

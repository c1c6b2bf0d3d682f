//! `wasi:logging`, and standard output and error: all kept as the log lines of the delivery.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use super::clocks::StoppedClock;
use super::secrets::Vault;
use crate::contract::logging;
use crate::limits::Limits;
use crate::sandbox::State;
use crate::text;

/// How important a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it; they are those of wasi:logging")]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Critical,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Critical => "critical",
        })
    }
}

/// A line that a module logged or printed. Control characters are replaced: it can be shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Its importance. What is printed to standard output is `info`, to standard error `warn`.
    pub level: Level,
    /// The part of the module that speaks; `stdout` or `stderr` for what is printed; `sclera` for the host itself.
    pub context: String,
    /// The text.
    pub message: String,
}

/// How the last line of a log begins that was not kept whole.
const FULL: &str = "the log is full: ";

impl LogLine {
    /// Whether it is the host's own line that the log was not kept whole.
    pub(crate) fn says_that_the_log_is_cut(&self) -> bool {
        self.context == HOST && self.message.starts_with(FULL)
    }
}

/// The context of lines that are the host's own.
const HOST: &str = "sclera";

/// How much is kept; what comes after is counted.
#[derive(Clone, Copy)]
pub(crate) struct LogLimits {
    pub(crate) lines: usize,
    pub(crate) bytes: usize,
    /// Lines per second, after a first burst of as many.
    pub(crate) rate: usize,
}

impl LogLimits {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            lines: limits.log_lines,
            bytes: limits.log_bytes,
            rate: limits.log_rate,
        }
    }
}

/// The log of one delivery. Clones write to the same log.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Kept>>);

struct Kept {
    lines: VecDeque<LogLine>,
    /// What was printed since the last line break, for each stream.
    unfinished: [Vec<u8>; 2],
    left: LogLimits,
    /// What must not be read in it.
    secrets: Arc<Vault>,
    since: Since,
    pushed: usize,
    dropped: u64,
}

/// How long it is that the log has been kept.
enum Since {
    Began(Instant),
    Stopped(StoppedClock),
}

impl Since {
    fn elapsed(&self) -> Duration {
        match self {
            Self::Began(began) => began.elapsed(),
            Self::Stopped(clock) => clock.elapsed(),
        }
    }
}

/// A standard stream that is kept as log lines.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Stdout = 0,
    Stderr = 1,
}

/// Bytes of a log line's context that are kept.
const CONTEXT: usize = 100;

impl Log {
    pub(crate) fn new(limits: LogLimits) -> Self {
        Self(Arc::new(Mutex::new(Kept {
            lines: VecDeque::new(),
            unfinished: [Vec::new(), Vec::new()],
            left: limits,
            secrets: Arc::default(),
            since: Since::Began(Instant::now()),
            pushed: 0,
            dropped: 0,
        })))
    }

    /// From now on, no line has one of these secrets.
    pub(crate) fn redact(&self, secrets: Arc<Vault>) {
        self.kept().secrets = secrets;
    }

    /// From now on, time passes for it as it does for this clock.
    pub(crate) fn keep_time_by(&self, clock: StoppedClock) {
        self.kept().since = Since::Stopped(clock);
    }

    /// The event is there: from now on the log has these limits, of which a part may be used.
    pub(crate) fn open(&self, limits: LogLimits) {
        self.kept().open(limits);
    }

    /// Adds a line of the host's own. It counts like the module's: a module can cause as many of them as it likes.
    pub(crate) fn note(&self, level: Level, message: &str) {
        self.kept().push(level, HOST, message);
    }

    /// The lines so far; the log is empty afterwards.
    pub(crate) fn take(&mut self) -> Vec<LogLine> {
        let mut kept = self.kept();
        for stream in [Stream::Stdout, Stream::Stderr] {
            kept.finish_line(stream);
        }
        let dropped = std::mem::take(&mut kept.dropped);
        let mut lines = Vec::from(std::mem::take(&mut kept.lines));
        if dropped > 0 {
            lines.push(LogLine {
                level: Level::Warn,
                context: HOST.into(),
                message: format!("{FULL}{dropped} more lines or parts of lines were dropped"),
            });
        }
        lines
    }

    /// A stream whose text becomes lines of this log.
    pub(crate) fn stream(&self, stream: Stream) -> LogStream {
        LogStream {
            log: self.clone(),
            stream,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere cannot leave a log in a state that matters.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn open(&mut self, limits: LogLimits) {
        let used: usize = self
            .lines
            .iter()
            .map(|line| line.context.len() + line.message.len())
            .sum();
        self.left = LogLimits {
            lines: limits.lines.saturating_sub(self.lines.len()),
            bytes: limits.bytes.saturating_sub(used),
            rate: limits.rate,
        };
        if let Since::Began(began) = &mut self.since {
            *began = Instant::now();
        }
    }

    fn push(&mut self, level: Level, context: &str, message: &str) {
        if self.left.lines == 0 || self.left.bytes == 0 || self.is_too_fast() {
            self.dropped += 1;
            return;
        }
        self.pushed += 1;
        // Before anything is cut or replaced: a part of a secret would not be recognised.
        let secrets = self.secrets.clone();
        let (context, message) = (secrets.redact(context), secrets.redact(message));
        let context = text::shown(&context, CONTEXT);
        // No more characters than bytes are left, so that a line cannot be larger than four times the limit.
        let message = text::shown(&message, self.left.bytes);
        self.left.lines -= 1;
        self.left.bytes = self.left.bytes.saturating_sub(context.len() + message.len());
        self.lines.push_back(LogLine {
            level,
            context,
            message,
        });
    }

    fn is_too_fast(&self) -> bool {
        let seconds = 1 + usize::try_from(self.since.elapsed().as_secs()).unwrap_or(usize::MAX - 1);
        self.pushed >= self.left.rate.saturating_mul(seconds)
    }

    fn print(&mut self, stream: Stream, bytes: &[u8]) {
        let mut parts = bytes.split(|&byte| byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            let room = self.left.bytes;
            if let Some(unfinished) = self.unfinished.get_mut(stream as usize) {
                let room = room.saturating_sub(unfinished.len());
                unfinished.extend_from_slice(part.get(..room).unwrap_or(part));
                self.dropped += u64::from(part.len() > room);
            }
            if parts.peek().is_some() {
                self.finish_line(stream);
            }
        }
    }

    fn finish_line(&mut self, stream: Stream) {
        let line = self
            .unfinished
            .get_mut(stream as usize)
            .map(std::mem::take)
            .unwrap_or_default();
        if !line.is_empty() {
            let (level, context) = match stream {
                Stream::Stdout => (Level::Info, "stdout"),
                Stream::Stderr => (Level::Warn, "stderr"),
            };
            self.push(level, context, &String::from_utf8_lossy(&line));
        }
    }
}

impl logging::Host for State {
    fn log(&mut self, level: logging::Level, context: String, message: String) -> wasmtime::Result<()> {
        let level = match level {
            logging::Level::Trace => Level::Trace,
            logging::Level::Debug => Level::Debug,
            logging::Level::Info => Level::Info,
            logging::Level::Warn => Level::Warn,
            logging::Level::Error => Level::Error,
            logging::Level::Critical => Level::Critical,
        };
        self.log.kept().push(level, &context, &message);
        Ok(())
    }
}

/// Standard output or standard error of a module.
#[derive(Clone)]
pub(crate) struct LogStream {
    log: Log,
    stream: Stream,
}

/// Bytes that a module may write at once.
const PERMIT: usize = 64 << 10;

impl OutputStream for LogStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.log.kept().print(self.stream, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PERMIT)
    }
}

#[async_trait::async_trait]
impl Pollable for LogStream {
    async fn ready(&mut self) {}
}

impl IsTerminal for LogStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LogStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for LogStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.log.kept().print(self.stream, bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: usize, bytes: usize) -> Log {
        Log::new(LogLimits {
            lines,
            bytes,
            rate: usize::MAX,
        })
    }

    fn messages(mut log: Log) -> Vec<String> {
        log.take().into_iter().map(|line| line.message).collect()
    }

    #[test]
    fn what_is_printed_in_pieces_becomes_whole_lines() {
        let log = log(10, 1_000);
        let mut out = log.stream(Stream::Stdout);
        for piece in ["one", " line\ntwo", "\n\nthr", "ee"] {
            out.write(Bytes::from(piece)).unwrap();
        }
        assert_eq!(messages(log), ["one line", "two", "three"]);
    }

    #[test]
    fn a_flood_is_cut_and_counted() {
        let lines = log(2, 1_000);
        for _ in 0..5 {
            lines.kept().push(Level::Info, "flood", "x");
        }
        let lines = messages(lines);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].contains("3 more"), "{}", lines[2]);

        let notes = log(2, 1_000);
        (0..5).for_each(|_| notes.note(Level::Warn, "refused"));
        assert_eq!(messages(notes).len(), 3);

        let bytes = log(1_000, 100);
        bytes
            .stream(Stream::Stderr)
            .write(Bytes::from(vec![b'x'; 1 << 20]))
            .unwrap();
        let kept = messages(bytes);
        assert!(kept[0].len() <= 100 && kept[1].contains("dropped"), "{kept:?}");
    }
}

//! The host's side of the compiler's process: starts it, watches it, and says how it ended.

use std::convert::Infallible;
use std::future::pending;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::wire::{Head, Kind, Order};
use super::{Code, CompileError, CompileLimits, child};
use crate::sandbox::Fingerprint;
use crate::text;

/// Threads that compile one module. Each reserves address space, so their number must not depend on the machine.
const THREADS: &str = "4";

/// Bytes that are kept of what the process prints.
const LAST_WORDS: usize = 4 << 10;

/// How much code may come out of a module: as many times its size, which is far more than any instruction becomes, and
/// room for the images of its memories, which can be large in a small file.
const CODE_PER_BYTE: u64 = 16;
const IMAGES: u64 = 64 << 20;
/// Bytes of code that are never exceeded.
const MOST_CODE: u64 = 1 << 30;

/// Compiles `module` in a process of `program`.
pub(super) async fn compile(
    program: &Path,
    limits: &CompileLimits,
    fingerprint: Fingerprint,
    module: &[u8],
) -> Result<Code, CompileError> {
    let not_started = |source| CompileError::NotStarted {
        program: program.to_owned(),
        source,
    };
    let mut child = command(program).spawn().map_err(not_started)?;
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(not_started(std::io::ErrorKind::BrokenPipe.into()));
    };
    let order = Order {
        memory: limits.memory,
        cpu: limits.cpu_seconds(),
        fingerprint,
        length: module.len() as u64,
    };
    let most = CODE_PER_BYTE
        .saturating_mul(order.length)
        .saturating_add(IMAGES)
        .min(MOST_CODE);
    let talk = talk(&mut child, (stdin, stdout, stderr), &order, module, most);
    let ended = tokio::time::timeout(limits.wall, talk).await;
    // However it ended, nothing of it may stay behind when the next one starts. If it cannot be killed, it has ended.
    let _ = child.kill().await;
    match ended {
        Err(_) => Err(CompileError::OutOfTime { limit: limits.wall }),
        Ok(Ended::Answer(kind, content)) => judge(kind, content, program, limits),
        Ok(Ended::TooLarge(size)) => Err(CompileError::TooLarge { size, limit: most }),
        Ok(Ended::NoAnswer) => Err(CompileError::NotACompiler {
            program: program.to_owned(),
        }),
        Ok(Ended::Gone(status, said)) => Err(cause_of_death(status, &said, program, limits)),
        Ok(Ended::Lost(error)) => Err(CompileError::Crashed { how: error.to_string() }),
    }
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg(child::CALL)
        .current_dir("/")
        // It compiles for a stranger: nothing in our environment is its business.
        .env_clear()
        .env("RAYON_NUM_THREADS", THREADS)
        // Each arena of glibc's allocator reserves 64 MiB of address space, which is limited.
        .env("MALLOC_ARENA_MAX", "2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// How a conversation with a compiler ends.
enum Ended {
    /// It answered.
    Answer(Kind, Vec<u8>),
    /// It would answer with that many bytes.
    TooLarge(u64),
    /// It said something else.
    NoAnswer,
    /// It ended before it had answered.
    Gone(ExitStatus, Vec<u8>),
    /// The machine does not let us talk to it.
    Lost(std::io::Error),
}

async fn talk(
    child: &mut Child,
    (stdin, stdout, mut stderr): (ChildStdin, ChildStdout, ChildStderr),
    order: &Order,
    module: &[u8],
    most: u64,
) -> Ended {
    let mut said = Vec::new();
    let heard = tokio::select! {
        heard = receive(stdout, most) => heard,
        never = send(stdin, order, module) => match never {},
        never = async { listen(&mut stderr, &mut said).await; pending::<Infallible>().await } => match never {},
    };
    match heard {
        Ok(Some(ended)) => ended,
        Ok(None) => {
            let (status, ()) = tokio::join!(child.wait(), listen(&mut stderr, &mut said));
            match status {
                Ok(status) => Ended::Gone(status, said),
                Err(error) => Ended::Lost(error),
            }
        }
        Err(error) => Ended::Lost(error),
    }
}

/// Sends the order, and keeps the pipe open: that it is closed tells the process that nobody waits for it.
async fn send(mut stdin: ChildStdin, order: &Order, module: &[u8]) -> Infallible {
    // One that takes no order says why, or ends, or is out of time: all of them are seen elsewhere.
    if stdin.write_all(&order.to_bytes()).await.is_ok() && stdin.write_all(module).await.is_ok() {
        let _ = stdin.flush().await;
    }
    pending().await
}

/// What the process answers. None: its output ended before.
async fn receive(mut stdout: ChildStdout, most: u64) -> std::io::Result<Option<Ended>> {
    let mut head = Vec::with_capacity(Head::SIZE);
    (&mut stdout).take(Head::SIZE as u64).read_to_end(&mut head).await?;
    let head = match <&[u8; Head::SIZE]>::try_from(head.as_slice()) {
        Ok(head) => Head::parse(head),
        Err(_) if head.is_empty() => return Ok(None),
        Err(_) => None,
    };
    let Some(head) = head else {
        return Ok(Some(Ended::NoAnswer));
    };
    if head.length > most {
        return Ok(Some(Ended::TooLarge(head.length)));
    }
    // It grows with what arrives, not with what was announced.
    let mut content = Vec::new();
    stdout.take(head.length).read_to_end(&mut content).await?;
    Ok((content.len() as u64 == head.length).then_some(Ended::Answer(head.kind, content)))
}

/// Hears what the process prints, so that it never waits for us, and keeps the beginning.
async fn listen(stderr: &mut ChildStderr, said: &mut Vec<u8>) {
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        let room = LAST_WORDS.saturating_sub(said.len());
        said.extend(buffer.iter().take(read.min(room)));
    }
}

fn judge(kind: Kind, content: Vec<u8>, program: &Path, limits: &CompileLimits) -> Result<Code, CompileError> {
    let said = || text::shown(&String::from_utf8_lossy(&content), 500);
    Err(match kind {
        Kind::Code => return Ok(Code::from_compiler(content)),
        Kind::Refused => CompileError::Refused(said()),
        Kind::OutOfMemory => CompileError::OutOfMemory { limit: limits.memory },
        Kind::OtherEngine => CompileError::OtherCompiler {
            program: program.to_owned(),
        },
        Kind::NotConfined => CompileError::NotConfined(said()),
    })
}

fn cause_of_death(status: ExitStatus, said: &[u8], program: &Path, limits: &CompileLimits) -> CompileError {
    let said = String::from_utf8_lossy(said);
    let signal = status.signal();
    if signal == Some(Signal::XCPU.as_raw()) {
        let limit = Duration::from_secs(limits.cpu_seconds());
        return CompileError::OutOfCpu { limit };
    }
    // The standard library has no other way to say why it aborts; if it ever says it differently, this is a crash.
    if signal == Some(Signal::ABORT.as_raw()) && said.contains("memory allocation of") {
        return CompileError::OutOfMemory { limit: limits.memory };
    }
    if status.success() {
        return CompileError::NotACompiler {
            program: program.to_owned(),
        };
    }
    let mut how = status.to_string();
    if signal == Some(Signal::KILL.as_raw()) {
        how.push_str(", from somebody, or because the machine had no memory left");
    }
    let said = text::shown(said.trim(), 500);
    if !said.is_empty() {
        how.push_str("; its last words: ");
        how.push_str(&said);
    }
    CompileError::Crashed { how }
}

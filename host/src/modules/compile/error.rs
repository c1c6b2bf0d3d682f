//! Why a module was not compiled.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a module was not compiled. The host, and the modules that are loaded, go on as before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// It is made of so many pieces that only a module made for it has them; it was not compiled at all.
    #[error(
        "it has {count} {what}, and no more than {limit} are compiled; build it with optimisation, or split it into several modules"
    )]
    TooComplex {
        /// The pieces, such as `exports`.
        what: &'static str,
        /// How many it has, or says it has.
        count: u64,
        /// How many there may be.
        limit: u64,
    },
    /// It breaks the rules of WebAssembly; it was not compiled at all.
    #[error("it is not valid at byte {offset}: {reason}; rebuild it with current tools")]
    Invalid {
        /// Where.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },
    /// It is valid, but the compiler does not support what it uses.
    #[error("the compiler refuses it: {0}; rebuild it with current tools")]
    Refused(String),
    /// Compiling it took too much memory.
    #[error(
        "compiling it took more than {limit} bytes of memory; do not load it if you do not know why, else raise `CompileLimits::memory`"
    )]
    OutOfMemory {
        /// [`CompileLimits::memory`](crate::CompileLimits::memory).
        limit: u64,
    },
    /// Compiling it took too much processor time.
    #[error(
        "compiling it took more than {} s of processor time; do not load it if you do not know why, else raise `CompileLimits::cpu`",
        .limit.as_secs()
    )]
    OutOfCpu {
        /// [`CompileLimits::cpu`](crate::CompileLimits::cpu), in whole seconds.
        limit: Duration,
    },
    /// Compiling it took too long.
    #[error(
        "compiling it took longer than {} ms; if the machine is not overloaded do not load it, else raise `CompileLimits::wall`",
        .limit.as_millis()
    )]
    OutOfTime {
        /// [`CompileLimits::wall`](crate::CompileLimits::wall).
        limit: Duration,
    },
    /// What came out of the compiler is out of proportion to what went in.
    #[error("its compiled code has {size} bytes, and no more than {limit} are taken; split it into several modules")]
    TooLarge {
        /// Bytes.
        size: u64,
        /// Bytes that there may be.
        limit: u64,
    },
    /// The compiler's process ended without an answer: a bug in the compiler, or somebody stopped it.
    #[error("the compiler ended without an answer: {how}; do not load the module, and report it with this message")]
    Crashed {
        /// How it ended, and its last words.
        how: String,
    },
    /// What was started is no compiler.
    #[error(
        "`{}` did not answer as a compiler does; its `main` must begin with `Compiler::this_program()`", .program.display()
    )]
    NotACompiler {
        /// What was started.
        program: PathBuf,
    },
    /// What was started compiles for another host.
    #[error(
        "`{}` is a compiler of another version, or for another processor; build it together with this server", .program.display()
    )]
    OtherCompiler {
        /// What was started.
        program: PathBuf,
    },
    /// The compiler could not be started.
    #[error("the compiler `{}` cannot be started: {source}; see that it is there and can be executed", .program.display())]
    NotStarted {
        /// What was to be started.
        program: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// The compiler could not set its own limits, and did not begin.
    #[error("the compiler could not limit itself: {0}; see that the server itself has limits that leave room for it")]
    NotConfined(String),
    /// The host is ending, or has a bug.
    #[error("compiling was interrupted: {0}; load it again")]
    Interrupted(String),
}

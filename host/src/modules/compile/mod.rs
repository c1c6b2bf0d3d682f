//! Compiling a stranger's module, guarded.
//!
//! A compiler has no bound on what a file makes it do: a few hundred bytes can ask for hours, or for all memory, and a
//! bug in it takes the server along. So a file is first looked at (`complexity`), and then compiled by a process of its
//! own, with limits that the kernel keeps (`guarded` is our side, `child` is the other, `wire` is what they say). What
//! comes out is kept (`cache`), so that it happens once.
//!
//! What this does not do: machine code that the other process made is run by this one. A module that could make the
//! compiler emit wrong code would have won anyway; only the *cost* of compiling is fenced in here.

mod cache;
mod child;
mod code;
mod complexity;
mod error;
mod folder;
mod guarded;
mod limits;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::Semaphore;

use self::cache::Cache;
pub(crate) use self::code::{Code, Kept};
pub use self::error::CompileError;
pub use self::folder::{CacheError, CacheFault};
pub use self::limits::CompileLimits;
use crate::sandbox::Sandbox;
use crate::text;

/// Who compiles modules, within which limits, and where the result is kept.
///
/// ```no_run
/// use sclera::{Compiler, Host};
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     // Before everything else: threads, arguments, configuration.
///     let compiler = Compiler::this_program().cache("/var/cache/my-server/modules");
///     let runtime = tokio::runtime::Runtime::new()?;
///     runtime.block_on(async {
///         let host = Host::builder().compile_with(compiler).build()?;
///         host.load(std::path::Path::new("modules/ioc_guard.wasm")).await?;
///         Ok(())
///     })
/// }
/// ```
///
/// Clones share their [`at_once`](CompileLimits::at_once): give one compiler to all hosts of a process.
#[derive(Clone, Debug)]
pub struct Compiler {
    who: Who,
    limits: CompileLimits,
    places: Arc<Semaphore>,
    cache: Option<PathBuf>,
    cache_size: u64,
}

#[derive(Clone, Debug)]
enum Who {
    /// A process of that program, started for one module.
    Program(PathBuf),
    /// The thread that asks.
    Us,
}

/// When a module was compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compiled {
    /// When it was loaded.
    Now,
    /// Earlier: the code comes from the [cache](Compiler::cache), or from this process, where the same file is loaded already.
    Cached,
}

/// Bytes of compiled code that a cache keeps, unless it is told otherwise.
const CACHE_SIZE: u64 = 2 << 30;

impl Compiler {
    /// This program, started anew for each module. **Call it first in `main`**, before threads and arguments: in a
    /// process that was started as a compiler, it compiles one module and never returns. That it has returned is the
    /// proof that `main` calls it.
    ///
    /// With `#[tokio::main]` it comes too late: the runtime's threads are there already, and count against
    /// [`CompileLimits::memory`]. Call it in a plain `main` that then starts the runtime.
    pub fn this_program() -> Self {
        if child::is_called_for() {
            child::run();
        }
        Self::new(Who::Program(this_executable()))
    }

    /// Another program, whose `main` begins with [`Compiler::this_program`]: the `sclera` command does. It must be built
    /// with the same version of this library.
    pub fn program(path: impl Into<PathBuf>) -> Self {
        Self::new(Who::Program(path.into()))
    }

    /// No other process: modules are compiled in this one, **without limits** on memory and time. For modules that are
    /// trusted as much as the server's own code, and for tests.
    pub fn in_process() -> Self {
        Self::new(Who::Us)
    }

    fn new(who: Who) -> Self {
        let limits = CompileLimits::default();
        Self {
            who,
            places: Arc::new(Semaphore::new(limits.at_once)),
            limits,
            cache: None,
            cache_size: CACHE_SIZE,
        }
    }

    /// What compiling one module may take. Without it: [`CompileLimits::default`].
    pub fn limits(mut self, limits: CompileLimits) -> Self {
        // At least one, or nothing would ever be compiled.
        self.places = Arc::new(Semaphore::new(limits.at_once.max(1)));
        self.limits = limits;
        self
    }

    /// Keeps compiled code in this folder. It is made if need be, for this user alone; one that somebody else could write
    /// to is refused when the host is [built](crate::HostBuilder::build), because what is in it is run. Every file in it
    /// carries a code that only the folder's own key can make; a file without is deleted, and never used.
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(folder.into());
        self
    }

    /// Bytes that the cache may hold; the code that was not used for longest goes first. Each further process that writes into
    /// the same folder may exceed it by a sixteenth for a while. Default: 2 GiB, room for some
    /// hundred modules of interpreted languages. Too high: as much of the disk. Too low: modules are compiled again.
    pub fn cache_size(mut self, bytes: u64) -> Self {
        self.cache_size = bytes;
        self
    }

    /// Ready to work for that sandbox.
    pub(crate) fn open(self, sandbox: &Sandbox) -> Result<OpenCompiler, CacheError> {
        let cache = match &self.cache {
            Some(folder) => Some(Arc::new(Cache::open(folder, self.cache_size, sandbox.fingerprint())?)),
            None => None,
        };
        Ok(OpenCompiler { compiler: self, cache })
    }
}

/// What `main` must be that calls [`Compiler::this_program`]: the very program that runs, even if its file has been
/// replaced by a newer one since.
fn this_executable() -> PathBuf {
    if cfg!(target_os = "linux") {
        return "/proc/self/exe".into();
    }
    // What cannot be found cannot be started, either: the first module says so.
    std::env::current_exe().unwrap_or_default()
}

/// A [`Compiler`] whose cache is open.
pub(crate) struct OpenCompiler {
    compiler: Compiler,
    cache: Option<Arc<Cache>>,
}

impl OpenCompiler {
    /// The code of a module, and where it comes from. `digest` is that of `bytes`.
    pub(crate) async fn compile(
        &self,
        sandbox: &Sandbox,
        bytes: Vec<u8>,
        digest: &str,
    ) -> Result<(Code, Compiled), CompileError> {
        // What is in the cache was looked at before it was compiled; the digest says that it is the same.
        if let Some(code) = self.cached(digest).await? {
            return Ok((code, Compiled::Cached));
        }
        let features = sandbox.features();
        let bytes = blocking(move || {
            complexity::check(&bytes, features)?;
            Ok(bytes)
        })
        .await?;

        // Until the code is kept, so that whoever waits for the same module finds it. Nobody closes the semaphore.
        let _place = self.compiler.places.acquire().await;
        if let Some(code) = self.cached(digest).await? {
            return Ok((code, Compiled::Cached));
        }
        let code = match &self.compiler.who {
            Who::Program(program) => {
                guarded::compile(program, &self.compiler.limits, sandbox.fingerprint(), &bytes).await?
            }
            Who::Us => {
                let sandbox = sandbox.clone();
                blocking(move || match sandbox.precompile(&bytes) {
                    Ok(code) => Ok(Code::from_compiler(code)),
                    Err(error) => Err(CompileError::Refused(text::shown(&format!("{error:#}"), 500))),
                })
                .await?
            }
        };
        Ok((self.keep(digest, code).await?, Compiled::Now))
    }

    async fn cached(&self, digest: &str) -> Result<Option<Code>, CompileError> {
        let Some(cache) = self.cache.clone() else {
            return Ok(None);
        };
        let digest = digest.to_owned();
        blocking(move || Ok(cache.get(&digest))).await
    }

    async fn keep(&self, digest: &str, code: Code) -> Result<Code, CompileError> {
        let Some(cache) = self.cache.clone() else {
            return Ok(code);
        };
        let digest = digest.to_owned();
        blocking(move || {
            cache.put(&digest, &code);
            Ok(code)
        })
        .await
    }
}

/// Where files and long computations keep no other task waiting.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CompileError> + Send + 'static,
) -> Result<T, CompileError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(stopped) => Err(CompileError::Interrupted(stopped.to_string())),
    }
}

//! The compiler's process: takes one order from standard input, gives one answer on standard output, and ends.

use std::error::Error;
use std::io::{self, Read};
use std::process;

use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::wire::{Kind, Order, answer};
use crate::sandbox;

/// The argument that makes a compiler of a program.
pub(super) const CALL: &str = "--sclera-compile";

/// Files that the process may have open: the three that it was given, and a few for a moment.
const FILES: u64 = 16;

/// Whether this process was started as a compiler.
pub(super) fn is_called_for() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    arguments.next().is_some_and(|argument| argument == CALL) && arguments.next().is_none()
}

/// Compiles one module, and ends the process.
pub(super) fn run() -> ! {
    process::exit(match serve() {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{error}");
            1
        }
    })
}

fn serve() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let order = Order::read(&mut input)?;
    // Before there is anything of the module in the process.
    if let Err(error) = confine(&order) {
        return answer(&mut output, Kind::NotConfined, error.to_string().as_bytes());
    }
    let mut module = Vec::new();
    (&mut input).take(order.length).read_to_end(&mut module)?;
    if module.len() as u64 != order.length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    drop(input);
    if std::thread::Builder::new().spawn(end_with_the_host).is_err() {
        return answer(&mut output, Kind::OutOfMemory, &[]);
    }
    let (kind, content) = compile(&order, &module);
    answer(&mut output, kind, &content)
}

/// Sets the limits that the kernel keeps. Nobody can raise them again.
fn confine(order: &Order) -> io::Result<()> {
    lower(Resource::As, order.memory, order.memory)?;
    // At the first the process gets a signal that says why, at the second it is killed.
    lower(Resource::Cpu, order.cpu, order.cpu.saturating_add(1))?;
    lower(Resource::Nofile, FILES, FILES)?;
    // No core dump, and no other file.
    lower(Resource::Core, 0, 0)?;
    lower(Resource::Fsize, 0, 0)
}

/// Whoever started the host may have set lower limits; those cannot be raised, and are fine.
fn lower(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let given = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let limit = Rlimit {
        current: Some(current.min(given)),
        maximum: Some(maximum.min(given)),
    };
    Ok(setrlimit(resource, limit)?)
}

/// The host holds the other end of our standard input for as long as it waits for us. It is closed when the host ends, in
/// whatever way. (The kernel's own signal for that comes when the *thread* ends that started us, which may be earlier.)
fn end_with_the_host() {
    // Nothing comes after the module; whatever this returns, nobody waits any more.
    let _ = io::stdin().lock().read(&mut [0]);
    process::exit(1);
}

fn compile(order: &Order, module: &[u8]) -> (Kind, Vec<u8>) {
    let engine = match sandbox::engine_for_compiling() {
        Ok(engine) => engine,
        Err(error) => return refusal(&error),
    };
    if sandbox::Fingerprint::of(&engine) != order.fingerprint {
        return (Kind::OtherEngine, Vec::new());
    }
    match engine.precompile_component(module) {
        Ok(code) => (Kind::Code, code),
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &wasmtime::Error) -> (Kind, Vec<u8>) {
    if error.chain().any(is_out_of_memory) {
        return (Kind::OutOfMemory, Vec::new());
    }
    (Kind::Refused, format!("{error:#}").into_bytes())
}

fn is_out_of_memory(error: &(dyn Error + 'static)) -> bool {
    error.is::<wasmtime::OutOfMemory>()
        || error.downcast_ref::<Errno>() == Some(&Errno::NOMEM)
        || error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::OutOfMemory)
}

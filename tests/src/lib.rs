//! What the whole-system tests share: where the programs and the compiled modules are, the hostile ones, the services that
//! they need, and the play in which everything is killed.

pub mod crash;
pub mod hostile;
pub mod services;

use std::path::{Path, PathBuf};

use anyhow::Context;

/// An example module, such as `ioc-guard`.
///
/// # Panics
///
/// If it is not built.
pub fn example(name: &str) -> PathBuf {
    built(&Path::new("modules").join(format!("{}.wasm", name.replace('-', "_"))))
}

/// The folder with the example modules.
pub fn examples() -> PathBuf {
    let guard = example("ioc-guard");
    guard.parent().map(Path::to_owned).unwrap_or_default()
}

/// The module that misbehaves as `behaviour` says; `tests/misfit` has the list.
///
/// # Panics
///
/// If it is not built, or the name is too long.
pub fn misfit(behaviour: &str) -> Vec<u8> {
    marked("misfit.wasm", "MISFIT=", behaviour)
}

/// A module with `text` written into its mark of 64 bytes, which begins with `mark`.
#[expect(clippy::panic, clippy::expect_used, reason = "a test cannot go on without it")]
fn marked(file: &str, mark: &str, text: &str) -> Vec<u8> {
    const ROOM: usize = 64;
    let mut module = std::fs::read(built(Path::new(file))).expect("the file can be read");
    let place = module
        .windows(mark.len())
        .position(|window| window == mark.as_bytes())
        .expect("the module has its mark");
    let text = format!("{:<ROOM$}", format!("{mark}{text}"));
    assert!(text.len() == ROOM, "the text has too many bytes");
    match module.get_mut(place..place + ROOM) {
        Some(place) => place.copy_from_slice(text.as_bytes()),
        None => panic!("the mark is cut off"),
    }
    module
}

/// The `sclera` command, as cargo built it for these tests. Cargo does so whenever it builds the tests of the command,
/// too: after a change in the host, `cargo test --workspace --test system` alone leaves an older one there.
///
/// # Panics
///
/// If it is not built.
#[expect(clippy::panic, reason = "a test cannot go on without it")]
pub fn sclera_program() -> PathBuf {
    program("sclera").unwrap_or_else(|error| panic!("{error}"))
}

/// A program of this project, as cargo built it beside these tests.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    // A test is in the folder `deps` beside it, another program in the same.
    let this = std::env::current_exe()?;
    let mut paths = this.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    paths.find(|path| path.is_file()).with_context(|| {
        format!("`{name}` is not built: run the tests of the whole workspace, with `cargo xtask test`")
    })
}

/// A file that `cargo xtask modules` makes.
fn built(file: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    let path = target.join(file);
    assert!(
        path.is_file(),
        "{} is not there: run the tests with `cargo xtask test`, or build the modules with `cargo xtask modules`",
        path.display()
    );
    path
}

/// The code in the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

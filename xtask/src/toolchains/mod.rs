//! `cargo xtask toolchains`: what the guest languages need, for the tests of this project.
//!
//! Python's and JavaScript's tools, and Go's, are installed into `target/toolchains`, in versions that stand in
//! `xtask/toolchains`; clang comes from the system's packages. What is there already is left alone, and what was
//! interrupted is done again: a stamp beside each says what it was made from, and is written last.

mod debian;
mod environment;
mod node;
mod python;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use self::environment::Environment;
use crate::cargo;
use crate::language::Language;
use crate::modules;

/// What to install.
#[derive(clap::Args)]
pub struct Options {
    /// The languages; all of them unless named.
    #[arg(value_enum)]
    languages: Vec<Language>,
    /// Print the environment to build modules in, for a shell: `eval "$(cargo xtask toolchains --env)"`.
    #[arg(long)]
    env: bool,
}

pub fn run(options: &Options) -> Result<()> {
    let environment = install(&Language::chosen(&options.languages))?;
    if options.env {
        print!("{}", environment.for_a_shell());
    } else {
        eprintln!("all there; `cargo xtask toolchains --env` prints the environment for a shell");
    }
    Ok(())
}

/// Installs what is missing for these languages, and says where it is.
///
/// Tells about it on standard error, because standard output may be read by a shell.
pub fn install(languages: &[Language]) -> Result<Environment> {
    let needs = |some: &[Language]| some.iter().any(|language| languages.contains(language));
    let folder = cargo::target().join("toolchains");
    fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    if needs(&[Language::Rust]) {
        modules::add_target()?;
    }
    if needs(&[Language::Python, Language::Go]) {
        python::install(&folder)?;
    }
    if needs(&[Language::JavaScript, Language::TypeScript]) {
        node::install(&folder)?;
    }
    if needs(&[Language::C]) {
        debian::install()?;
    }
    Ok(Environment::of(&folder))
}

/// What says that a folder was made from certain requirements, whole.
struct Stamp {
    file: PathBuf,
    requirements: String,
}

impl Stamp {
    /// The stamp of `folder`, for what stands in `files` of `xtask/toolchains`.
    fn of(folder: &Path, files: &[&str]) -> Result<Self> {
        let mut requirements = String::new();
        for file in files {
            let path = kept(file);
            requirements += &fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
        }
        Ok(Self {
            file: folder.join("installed-from"),
            requirements,
        })
    }

    fn fits(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|installed| installed == self.requirements)
    }

    fn set(&self) -> Result<()> {
        fs::write(&self.file, &self.requirements).with_context(|| format!("failed to write {}", self.file.display()))
    }
}

/// A file of `xtask/toolchains`.
fn kept(file: &str) -> PathBuf {
    cargo::root().join("xtask/toolchains").join(file)
}

//! How a module is built: one file for each language, which finds its tools and says which steps to take.
//!
//! The steps are child processes. What they make is written into `build/.work`, and comes to its place as a whole, so that
//! a build that fails leaves nothing half done.

mod c;
mod go;
mod install;
mod javascript;
mod python;
mod rust;
mod steps;
mod tool;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wasm_metadata::Producers;

pub(crate) use self::install::Install;
pub(crate) use self::steps::Steps;
pub(crate) use self::tool::{Found, Tool, ToolError};
use super::Project;
use super::language::Language;
use super::sdk;

/// Why a module was not built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    /// A tool is missing or cannot be used.
    #[error(transparent)]
    Tool(Box<ToolError>),
    /// A tool was run, and failed. What it printed was shown.
    #[error("{doing} failed: `{command}` ended with {status}")]
    Step {
        /// As the step was announced: `compiling with cargo`.
        doing: String,
        command: String,
        status: std::process::ExitStatus,
    },
    /// A step that runs in this process failed.
    #[error("{doing} failed: {reason}")]
    Inside { doing: String, reason: String },
    /// A file cannot be read or written, or a process not be started.
    #[error("failed to {doing}: {source}")]
    Io { doing: String, source: io::Error },
}

impl From<ToolError> for BuildError {
    fn from(error: ToolError) -> Self {
        Self::Tool(Box::new(error))
    }
}

/// What a language's file is given: the project, and where things go.
pub(crate) struct Job<'a> {
    pub(crate) project: &'a Project,
    /// A folder for what is made on the way. It stays, for the next build to be faster.
    pub(crate) work: PathBuf,
    /// Where the component must be in the end.
    pub(crate) component: PathBuf,
    pub(crate) steps: &'a Steps,
}

/// A module that was built.
pub(crate) struct Built {
    pub(crate) file: PathBuf,
    pub(crate) took: Duration,
}

/// Finds the tools of the project's language, and builds its module.
pub(crate) fn build(project: &Project, steps: &Steps) -> Result<Built, BuildError> {
    let began = Instant::now();
    let work = project.build_folder().join(".work");
    fs::create_dir_all(&work).map_err(io_error(format!("make the folder {}", work.display())))?;
    let file = project.output();
    let component = work.join(project.file_name());
    let _ = fs::remove_file(&component);
    let job = Job {
        project,
        work,
        component,
        steps,
    };
    match project.manifest.language {
        Language::C => c::build(&job)?,
        Language::Rust => rust::build(&job)?,
        Language::Python => python::build(&job)?,
        Language::Go => go::build(&job)?,
        Language::JavaScript | Language::TypeScript => javascript::build(&job)?,
    }
    sign(&job.component, project).map_err(io_error(format!("sign {}", job.component.display())))?;
    fs::rename(&job.component, &file).map_err(io_error(format!("write {}", file.display())))?;
    Ok(Built {
        file,
        took: began.elapsed(),
    })
}

/// Writes into the module with which SDK it was built, for `sclera doctor`; and what it is written in, which not all compilers say.
fn sign(component: &Path, project: &Project) -> io::Result<()> {
    let language = project.manifest.language;
    let bytes = fs::read(component)?;
    let mut producers = Producers::empty();
    producers.add("language", &language.to_string(), "");
    producers.add("processed-by", "sclera", sdk::VERSION);
    producers.add(
        "sdk",
        &format!("sclera-sdk-{}", language.sdk()),
        &sdk::version(&project.sdk()),
    );
    fs::write(component, producers.add_to_wasm(&bytes).map_err(io::Error::other)?)
}

/// For `map_err`: what could not be done, as it reads after "failed to".
pub(crate) fn io_error(doing: impl Into<String>) -> impl FnOnce(io::Error) -> BuildError {
    let doing = doing.into();
    |source| BuildError::Io { doing, source }
}

//! Python: componentize-py puts the program, with the interpreter, into a component; its files and sockets are then
//! taken out.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{BuildError, Install, Job, Tool, io_error};
use crate::project::confine::confine;

const TOOL: Tool = Tool {
    programs: &["componentize-py"],
    purpose: "to build modules in Python",
    version_args: &["--version"],
    minimum: "0.25.1",
    install: Install::Anywhere("python3 -m venv .venv && .venv/bin/pip install componentize-py==0.25.1"),
};

/// The program that the component is made of. The SDK has the contract's side of it; the author's file has the module.
const COMPONENT: &str = "sclera_component";

pub(super) fn build(job: &Job<'_>) -> Result<(), BuildError> {
    let environments = environments(job);
    let folders: Vec<_> = environments.iter().map(|folder| folder.join("bin")).collect();
    let tool = TOOL.find(&folders)?;

    let entry = job.project.entry();
    let module = entry.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    if !is_identifier(module) {
        return Err(BuildError::Inside {
            doing: "compiling with componentize-py".to_owned(),
            reason: format!(
                "`{}` cannot be imported: name the file with letters, digits and `_` only, such as `app.py`",
                entry.display()
            ),
        });
    }
    let sources = entry.parent().map_or_else(|| job.project.root.clone(), PathBuf::from);
    let made = job.work.join("python");
    fs::create_dir_all(&made).map_err(io_error(format!("make the folder {}", made.display())))?;
    let program = made.join(COMPONENT).with_extension("py");
    fs::write(&program, component(module)).map_err(io_error(format!("write {}", program.display())))?;

    let open = made.join("open.wasm");
    let mut command = Command::new(&tool.path);
    command.arg("--quiet").arg("--wit-path").arg(job.project.wit());
    command.args(["--world", "hook-module", "componentize", COMPONENT]);
    for folder in [&sources, &job.project.sdk(), &made] {
        command.arg("--python-path").arg(folder);
    }
    command.arg("--output").arg(&open).current_dir(&job.project.root);
    // Its own backtrace would bury the one of the module.
    command.env_remove("RUST_BACKTRACE");
    // Packages of pure Python that are installed there become part of the module.
    if let Some(environment) = environments.first() {
        command.env("VIRTUAL_ENV", environment);
    }
    let said = job
        .steps
        .run("compiling with componentize-py (half a minute)", &mut command)?;
    job.steps.tell(&said);

    let confined = job.steps.inside("taking its files and sockets out", || {
        confine(&open, &made.join("stand-in.wasm"))
    })?;
    fs::write(&job.component, confined).map_err(io_error(format!("write {}", job.component.display())))
}

/// Where a project's packages are installed: its own environment, the one that is active, and the one in this folder, where
/// the advice of how to install it was followed.
fn environments(job: &Job<'_>) -> Vec<PathBuf> {
    let own = [".venv", "venv"].map(|name| job.project.root.join(name));
    let active = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let here = std::env::current_dir().ok().map(|folder| folder.join(".venv"));
    own.into_iter()
        .chain(active)
        .chain(here)
        .filter(|folder| folder.join("pyvenv.cfg").is_file())
        .collect()
}

fn component(module: &str) -> String {
    format!(
        "import sys\n\n# The folder of sources stays as it is.\nsys.dont_write_bytecode = True\n\n\
         import {module}\nfrom sclera_sdk.guest import Module\n"
    )
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

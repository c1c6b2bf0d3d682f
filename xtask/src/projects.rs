//! The modules that are projects, as an author's are, among the examples and those that go wrong: each is built, and its
//! tests are run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::language::Language;
use crate::languages::Workshop;
use crate::{cargo, modules, toolchains};

/// Builds all of them, and runs their hermetic cases.
pub fn run() -> Result<()> {
    let environment = toolchains::install(&Language::ALL)?;
    let modules = modules::build()?;
    let workshop = Workshop::new(cargo::sclera()?, modules, environment)?;
    let projects = projects()?;
    ensure!(!projects.is_empty(), "example-modules has no module.toml");
    let mut failed = 0;
    for project in &projects {
        let name = project.strip_prefix(cargo::root()).unwrap_or(project).display();
        match tested(project, &workshop) {
            Ok(cases) => println!("{name}: {cases} cases passed"),
            Err(error) => {
                failed += 1;
                println!("{name}: FAILED: {error:#}");
            }
        }
    }
    println!("modules: {} passed, {failed} failed", projects.len() - failed);
    ensure!(failed == 0, "the tests of {failed} modules fail");
    Ok(())
}

fn projects() -> Result<Vec<PathBuf>> {
    let mut projects = Vec::new();
    for folder in ["example-modules", "tests/languages/ends"] {
        let folder = cargo::root().join(folder);
        for entry in fs::read_dir(&folder).with_context(|| format!("failed to read {}", folder.display()))? {
            let project = entry?.path();
            if project.join("module.toml").is_file() {
                projects.push(project);
            }
        }
    }
    projects.sort();
    Ok(projects)
}

fn tested(project: &Path, workshop: &Workshop) -> Result<u64> {
    let folder = project.to_str().context("its path is not UTF-8")?;
    if project.join("package.json").is_file() {
        install_packages(project, workshop)?;
    }
    // Those in Rust are members of the workspace, and built already.
    if !project.join("Cargo.toml").is_file() {
        workshop.sclera(["build", folder, "--json"])?;
    }
    if project.join("package.json").is_file() {
        workshop.run(project, &["npm", "test"])?;
    }
    if project.join("requirements.txt").is_file() {
        let sdk = format!("PYTHONPATH={}", cargo::root().join("guest-sdk/python").display());
        workshop.run(project, &[&sdk, "python3", "-m", "unittest"])?;
    }
    let said = workshop.sclera(["test", folder, "--json"])?;
    let cases = said
        .get("passed")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or_default();
    ensure!(cases > 0, "it has no cases");
    Ok(cases)
}

/// The packages that a module in JavaScript or TypeScript has in itself, in the versions that its `package.json` names. The
/// tools are those that are installed for all.
fn install_packages(project: &Path, workshop: &Workshop) -> Result<()> {
    let install = [
        "npm",
        "install",
        "--omit=dev",
        "--no-package-lock",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
    ];
    workshop.run(project, &install)?;
    Ok(())
}

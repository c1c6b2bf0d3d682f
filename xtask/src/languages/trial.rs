//! Trying one language.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::http;
use super::row::{CHECKS, Row};
use super::workshop::Workshop;
use crate::cargo;
use crate::language::Language;

const CASES: &str = "tests/languages/cases.json";
/// Fewer are not worth the name of a shared behaviour.
const ENOUGH: u64 = 100;

/// Carries out all checks; one that fails does not keep the others from it, unless they need what it makes.
pub fn of(language: Language, workshop: &Workshop) -> Row {
    let [builds, sdk_tests, template_tests, test_load, cases, granted, refused] = CHECKS;
    let mut row = Row::new(language);
    let project = row.check(builds, || template(language, workshop));
    if let Some((_, build_ms)) = &project {
        row.build_ms = Some(*build_ms);
    }
    let project = project.map(|(folder, _)| folder);
    row.check(sdk_tests, || {
        let folder = cargo::root().join("guest-sdk").join(language.sdk());
        Ok(((), ran(language, &workshop.run(&folder, language.sdk_tests())?)?))
    });
    row.check(template_tests, || {
        let folder = built(project.as_deref())?;
        ran(language, &workshop.run(folder, language.template_tests())?)?;
        let said = workshop.sclera(["test", text(folder)?, "--json"])?;
        Ok(((), passed(&said)?))
    });
    row.check(test_load, || {
        let module = built(project.as_deref())?.join("build/tagger.wasm");
        let said = workshop.sclera(["test-load", text(&module)?, "--all", "--json"])?;
        let runs = said.get("runs").and_then(Value::as_array).map_or(0, Vec::len);
        ensure!(runs > 0, "it ran on no hook");
        Ok(((), format!("{runs} hooks")))
    });
    row.module = row.check(cases, || shared(language, workshop));
    let probe = http::Probe::of(language, workshop);
    row.check(granted, || probe.as_ref().map_err(again)?.works_under_a_grant(workshop));
    row.check(refused, || probe.as_ref().map_err(again)?.is_refused_without(workshop));
    row
}

/// A new module in an empty folder, built; its folder, and how long that took.
fn template(language: Language, workshop: &Workshop) -> Result<((PathBuf, f64), String)> {
    let folder = workshop.place(&format!("{language}/tagger"));
    workshop.sclera_new("tagger", language, &folder)?;
    let said = workshop.sclera(["build", text(&folder)?, "--json"])?;
    let build_ms = said
        .get("build_ms")
        .and_then(Value::as_f64)
        .context("`sclera build` tells no time")?;
    Ok(((folder, build_ms), format!("{:.1} s", build_ms / 1_000.0)))
}

/// The module with the shared behaviour, which agrees with all cases.
fn shared(language: Language, workshop: &Workshop) -> Result<(PathBuf, String)> {
    let module = match language {
        // The reference.
        Language::Rust => workshop.example("ioc-guard"),
        _ => {
            let folder = cargo::root().join("tests/languages").join(language.name());
            workshop.sclera(["build", text(&folder)?, "--json"])?;
            folder.join(format!("build/ioc-guard-{language}.wasm"))
        }
    };
    let cases = cargo::root().join(CASES);
    let said = workshop.sclera(["test", text(&module)?, text(&cases)?, "--json"])?;
    let count = said.get("passed").and_then(Value::as_u64).unwrap_or_default();
    ensure!(count >= ENOUGH, "there are {count} cases only");
    Ok((module, passed(&said)?))
}

/// How many unit tests have passed. A runner that found none is content, too.
fn ran(language: Language, said: &str) -> Result<String> {
    match language.tests_run(said) {
        Some(0) => bail!("no test was run:\n{said}"),
        Some(count) => Ok(format!("{count} tests")),
        None => Ok("pass".to_owned()),
    }
}

/// How many cases `sclera test` says have passed.
fn passed(said: &Value) -> Result<String> {
    let count = said.get("passed").and_then(Value::as_u64).unwrap_or_default();
    ensure!(count > 0, "no case was run");
    Ok(format!("{count} cases"))
}

fn built(project: Option<&Path>) -> Result<&Path> {
    project.context("the template does not build")
}

fn again(error: &anyhow::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

pub fn text(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))
}

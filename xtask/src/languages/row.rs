//! What is known of a language: a row of the table.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;

use super::figures::{self, Figures};
use crate::language::Language;

/// A language's results.
#[derive(Serialize)]
pub struct Row {
    pub language: Language,
    pub checks: Vec<Check>,
    /// How long `sclera build` took for a new module, in milliseconds.
    pub build_ms: Option<f64>,
    /// Those of the module with the shared behaviour.
    pub figures: Option<Figures>,
    #[serde(skip)]
    pub module: Option<PathBuf>,
}

/// Something that works, or does not.
#[derive(Serialize)]
pub struct Check {
    pub name: &'static str,
    pub passed: bool,
    /// What was found: `181 cases`, or what is wrong.
    pub found: String,
    pub seconds: f64,
}

/// The columns of the checks, in their order.
pub const CHECKS: [&str; 7] = [
    "template builds",
    "SDK's tests",
    "template's tests",
    "test-load",
    "shared cases",
    "HTTP granted",
    "HTTP refused",
];

impl Row {
    pub fn new(language: Language) -> Self {
        Self {
            language,
            checks: Vec::new(),
            build_ms: None,
            figures: None,
            module: None,
        }
    }

    /// Carries out a check, and keeps what came of it. What was made on the way is returned, if all went well.
    pub fn check<T>(&mut self, name: &'static str, check: impl FnOnce() -> Result<(T, String)>) -> Option<T> {
        let started = Instant::now();
        let result = check();
        self.keep(name, result, started.elapsed())
    }

    fn keep<T>(&mut self, name: &'static str, result: Result<(T, String)>, took: Duration) -> Option<T> {
        let (made, passed, found) = match result {
            Ok((made, found)) => (Some(made), true, found),
            Err(error) => (None, false, format!("{error:#}")),
        };
        eprintln!(
            "{}: {name}: {} ({:.1} s)",
            self.language,
            if passed { found.as_str() } else { "FAILED" },
            took.as_secs_f64()
        );
        self.checks.push(Check {
            name,
            passed,
            found,
            seconds: took.as_secs_f64(),
        });
        made
    }

    /// Measures its module, if there is one. That it cannot be measured is a fault like others.
    pub fn measure(&mut self, program: &Path, rounds: u32) {
        let Some(module) = self.module.clone() else { return };
        let started = Instant::now();
        match figures::of(program, &module, rounds) {
            Ok(figures) => self.figures = Some(figures),
            Err(error) => drop(self.keep::<()>("figures", Err(error), started.elapsed())),
        }
    }

    /// What does not work, for a person.
    pub fn faults(&self) -> Vec<String> {
        let failed = self.checks.iter().filter(|check| !check.passed);
        failed
            .map(|check| format!("{}: {}: {}", self.language, check.name, check.found))
            .collect()
    }
}

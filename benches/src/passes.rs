//! A run: every group, several times, each time in a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::model::{Report, Section};
use crate::sample::rows;
use crate::{Context, Extent, Group, Sample};

/// What to measure.
pub struct Run {
    /// What every group is told.
    pub context: Context,
    /// Which groups.
    pub groups: Vec<Group>,
    /// How often.
    pub passes: usize,
    /// The program that measures the peers: see `benches/peers`.
    pub peers: Option<PathBuf>,
}

impl Run {
    /// Measures, and tells on standard error how far it is.
    pub fn carry_out(&self) -> Result<Report> {
        std::fs::create_dir_all(&self.context.folder)
            .with_context(|| format!("failed to make {}", self.context.folder.display()))?;
        let mut found: Vec<Vec<Vec<Sample>>> = vec![Vec::new(); self.groups.len()];
        for pass in 0..self.passes {
            for (group, found) in self.groups.iter().zip(&mut found) {
                eprintln!("pass {} of {}: {}", pass + 1, self.passes, group.name);
                found.push(
                    self.pass(group)
                        .with_context(|| format!("failed to measure `{}`", group.name))?,
                );
            }
        }
        let sections = self.groups.iter().zip(&found).map(|(group, passes)| Section {
            group: group.name.to_owned(),
            question: group.question.to_owned(),
            rows: rows(passes),
        });
        Ok(Report {
            processor: processor(),
            processors: std::thread::available_parallelism()?.get(),
            passes: self.passes,
            quick: self.context.extent == Extent::Quick,
            sections: sections.collect(),
        })
    }

    fn pass(&self, group: &Group) -> Result<Vec<Sample>> {
        let mut this = Command::new(std::env::current_exe()?);
        this.args(["--one-pass", group.name])
            .arg("--folder")
            .arg(&self.context.folder);
        for language in &self.context.languages {
            this.args(["--language", language.name()]);
        }
        if let Some(python) = &self.context.celery {
            this.arg("--celery").arg(python);
        }
        let quick = (self.context.extent == Extent::Quick).then_some("--quick");
        let mut samples = said(this.args(quick))?;
        if let Some(peers) = self.peers.as_deref().filter(|_| group.name == "preload") {
            samples.extend(said(Command::new(peers).args(quick))?);
        }
        Ok(samples)
    }
}

/// The samples that a program prints, one in each line.
pub(crate) fn said(program: &mut Command) -> Result<Vec<Sample>> {
    let output = program
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("failed to start {}", program.get_program().display()))?;
    ensure!(output.status.success(), "{program:?} ended with {}", output.status);
    let lines = String::from_utf8(output.stdout)?;
    let sample = |line: &str| serde_json::from_str(line).with_context(|| format!("this is no sample: {line}"));
    lines.lines().map(sample).collect()
}

/// What its maker calls the processor.
fn processor() -> String {
    let all = std::fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let name = all
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}

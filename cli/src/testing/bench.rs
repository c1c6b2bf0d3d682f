//! Runs cases: the module is compiled once, the cases in parallel.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context;
use sclera::{Capacity, Compiler, Examined, Host, LogLine, ModuleSource, Policies};
use tokio::runtime::Builder;

use super::case::{Case, Kind};
use super::expect::Failure;
use super::file::CaseFile;
use super::fuel::{Fuel, FuelFile};
use super::granting::Secrets;
use super::run::{Bed, Ran, fixture_file};
use super::{record, snapshot};

/// A module that is ready to be tested.
pub(crate) struct Bench {
    base: Host,
    pub(crate) module: Examined,
    secrets: Secrets,
    jobs: usize,
}

/// How cases are judged.
pub(crate) struct Verdict<'a> {
    pub(crate) fuel: &'a FuelFile,
    /// Whether snapshots are accepted.
    pub(crate) accept: bool,
    /// With it, requests are sent under its grants, and kept as fixtures.
    pub(crate) recording: Option<&'a Policies>,
}

/// A case that was run.
pub(crate) struct Ended<'a> {
    pub(crate) file: &'a CaseFile,
    pub(crate) case: &'a Case,
    pub(crate) failures: Vec<Failure>,
    pub(crate) fuel: u64,
    pub(crate) against_golden: Fuel,
    pub(crate) duration: Duration,
    pub(crate) logs: Vec<LogLine>,
    /// Where its requests were recorded, and how many.
    pub(crate) recorded: Option<(PathBuf, usize)>,
}

impl Ended<'_> {
    pub(crate) fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// Whether it has fuel at all: a case that only registers has none that counts.
    pub(crate) fn has_fuel(&self) -> bool {
        matches!(self.case.kind, Kind::Deliver(_)) && self.fuel > 0
    }
}

/// A case, where it stands, and what its files are named by.
struct Task<'a> {
    file: &'a CaseFile,
    case: &'a Case,
    slug: String,
}

impl Bench {
    /// Compiles a module, and asks it what it is.
    pub(crate) async fn new(
        module: &Path,
        compiler: Compiler,
        jobs: usize,
        files: &[CaseFile],
    ) -> anyhow::Result<Self> {
        let limits = || {
            files
                .iter()
                .flat_map(|file| &file.cases)
                .map(|case| &case.set_up.limits)
        };
        let default = Capacity::default();
        let capacity = Capacity {
            concurrency: u32::try_from(jobs).unwrap_or(u32::MAX).saturating_add(1),
            // A failure is what one wants to see.
            attempts: 1,
            // What a case allows, there must be room for.
            memory: limits()
                .filter_map(|limits| limits.memory)
                .fold(default.memory, usize::max),
            table_elements: limits()
                .filter_map(|limits| limits.table_elements)
                .fold(default.table_elements, usize::max),
            ..default
        };
        let base = Host::builder().capacity(capacity).compile_with(compiler).build()?;
        let module = base.examine(ModuleSource::file(module)).await?;
        Ok(Self {
            base,
            module,
            secrets: Secrets::new()?,
            jobs,
        })
    }

    /// Runs the cases whose name has `filter` in it; tells `progress` of each. They come back in the files' order.
    pub(crate) fn run<'a>(
        &self,
        files: &'a [CaseFile],
        filter: Option<&str>,
        verdict: &Verdict<'_>,
        mut progress: impl FnMut(&Ended<'a>),
    ) -> anyhow::Result<Vec<Ended<'a>>> {
        let tasks = tasks(files, filter);
        let next = AtomicUsize::new(0);
        let (send, ended) = mpsc::channel();
        let mut all = std::thread::scope(|scope| {
            for _ in 0..self.jobs.min(tasks.len()) {
                let (send, next, tasks) = (send.clone(), &next, &tasks);
                scope.spawn(move || {
                    let work = || -> anyhow::Result<()> {
                        // One thread for a case: what runs at the same time would run in another order each time.
                        let runtime = Builder::new_current_thread()
                            .enable_all()
                            .build()
                            .context("failed to set up a thread for the cases")?;
                        loop {
                            let number = next.fetch_add(1, Ordering::Relaxed);
                            let Some(task) = tasks.get(number) else { return Ok(()) };
                            let ended = runtime.block_on(self.one(number, task, verdict));
                            if send.send(ended.map(|ended| (number, ended))).is_err() {
                                return Ok(());
                            }
                        }
                    };
                    if let Err(error) = work() {
                        let _ = send.send(Err(error));
                    }
                });
            }
            drop(send);
            let mut all = Vec::with_capacity(tasks.len());
            for ended in ended {
                let (number, ended) = ended?;
                progress(&ended);
                all.push((number, ended));
            }
            anyhow::Ok(all)
        })?;
        all.sort_by_key(|(number, _)| *number);
        Ok(all.into_iter().map(|(_, ended)| ended).collect())
    }

    async fn one<'a>(&self, number: usize, task: &Task<'a>, verdict: &Verdict<'_>) -> anyhow::Result<Ended<'a>> {
        let Task { file, case, slug } = task;
        let bed = Bed {
            base: &self.base,
            module: &self.module,
            secrets: &self.secrets,
            recording: verdict.recording,
        };
        let Ran {
            mut failures,
            fuel,
            duration,
            logs,
            answer,
            recorded,
        } = bed.run(number, case).await;
        if let (Kind::Deliver(deliver), Some(answer)) = (&case.kind, answer)
            && deliver.snapshot
        {
            let kept = snapshot::file(&file.path, &file.stem, slug);
            // An answer that is wrong otherwise is not to be kept.
            failures.extend(snapshot::check(&kept, &answer, verdict.accept && failures.is_empty())?);
        }
        let recorded = match recorded {
            Some(exchanges) if !exchanges.is_empty() => {
                let kept = record::fixture_file(fixture_file(case), &file.path, &file.stem, slug);
                record::write(&kept, &exchanges)?;
                Some((kept, exchanges.len()))
            }
            _ => None,
        };
        let mut ended = Ended {
            file,
            case,
            failures,
            fuel,
            against_golden: Fuel::Unknown,
            duration,
            logs,
            recorded,
        };
        if ended.has_fuel() {
            ended.against_golden = verdict.fuel.check(&file.stem, &case.name, fuel);
            if let (Fuel::More { golden }, false) = (ended.against_golden, verdict.accept) {
                ended.failures.push(too_much(fuel, golden, verdict.fuel.tolerance()));
            }
        }
        Ok(ended)
    }
}

fn tasks<'a>(files: &'a [CaseFile], filter: Option<&str>) -> Vec<Task<'a>> {
    let mut tasks = Vec::new();
    for file in files {
        let slugs = snapshot::slugs(file.cases.iter().map(|case| case.name.as_str()));
        for (case, slug) in file.cases.iter().zip(slugs) {
            if filter.is_none_or(|filter| case.name.contains(filter)) {
                tasks.push(Task { file, case, slug });
            }
        }
    }
    tasks
}

fn too_much(fuel: u64, golden: u64, tolerance: f64) -> Failure {
    let more = (fuel as f64 / golden.max(1) as f64 - 1.0) * 100.0;
    Failure::new(format!(
        "it took {more:.1} % more fuel than its golden fuel: {fuel} units and not {golden}, and {tolerance} % more are tolerated; make it faster, or accept it with `sclera test --accept`"
    ))
}

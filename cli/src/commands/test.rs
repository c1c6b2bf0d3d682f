//! `sclera test`: a module's hermetic tests.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use sclera::{Compiler, Policies};
use serde_json::json;

use super::caching;
use crate::args::Test;
use crate::exit::{Exit, UsageError};
use crate::project::Project;
use crate::testing::{Bench, CaseFile, FuelFile, Verdict, find_files, junit_report, read_all};
use crate::view;
use crate::view::progress;

/// What is tested, and with what.
struct Subject {
    module: PathBuf,
    files: Vec<PathBuf>,
    /// The file with the golden fuel.
    fuel: PathBuf,
}

pub(crate) async fn run(args: &Test, compiler: Compiler) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let subject = Subject::of(args)?;
    // Before anything is compiled: a typing error is answered at once.
    let policies = args.policy.as_ref().map(Policies::read).transpose()?;
    let files = read_all(&subject.files, args.record)?;
    let count = matching(args, &files)?;

    let jobs = args.jobs.map_or_else(processors, usize::from);
    let compiling = progress::spinner(args.json, "compiling");
    let compiler = caching::with_cache(compiler, &args.cache);
    let bench = Bench::new(&subject.module, compiler, jobs, &files).await;
    compiling.finish_and_clear();
    let bench = bench?;
    let module = &bench.module;
    let fuel = FuelFile::read(&subject.fuel, &module.name)?;

    let verdict = Verdict {
        fuel: &fuel,
        accept: args.accept,
        recording: policies.as_ref().filter(|_| args.record),
    };
    let testing = progress::cases(args, count);
    let mut failed = 0;
    let ended = tokio::task::block_in_place(|| {
        bench.run(&files, args.filter.as_deref(), &verdict, |ended| {
            testing.inc(1);
            if !ended.passed() {
                failed += 1;
                testing.set_message(format!("{failed} failed"));
            }
        })
    });
    testing.finish_and_clear();
    let ended = ended?;

    let has_golden = !fuel.is_empty();
    let accepted = match args.accept {
        false => None,
        true => {
            let taken: Vec<_> = ended
                .iter()
                .filter(|ended| ended.passed() && ended.has_fuel())
                .map(|ended| (ended.file.stem.clone(), ended.case.name.clone(), ended.fuel))
                .collect();
            let whole = args.filter.is_none() && failed == 0;
            fuel.accept(&module.name, &taken, whole)?;
            Some(subject.fuel.as_path())
        }
    };
    if let Some(file) = &args.junit {
        let report = junit_report(&module.name, &ended)?;
        std::fs::write(file, report).with_context(|| format!("failed to write {}", file.display()))?;
    }
    let exit = if failed == 0 { Exit::Fine } else { Exit::Misbehaved };
    if args.json {
        view::json(&json!({
            "module": {"name": module.name, "version": module.version, "digest": module.digest},
            "cases": view::tests_json(&ended),
            "passed": ended.len() - failed,
            "failed": failed,
            "exit": exit as u8,
        }))?;
    } else {
        view::tests(&files, &ended)?;
        view::test_notes(&ended, has_golden && !args.accept)?;
        view::test_summary(&ended, accepted, began.elapsed())?;
    }
    Ok(exit)
}

/// How many cases are to run; none is an error.
fn matching(args: &Test, files: &[CaseFile]) -> Result<usize, UsageError> {
    let names = || files.iter().flat_map(|file| &file.cases).map(|case| case.name.as_str());
    let Some(filter) = &args.filter else {
        return Ok(names().count());
    };
    match names().filter(|name| name.contains(filter)).count() {
        0 => Err(UsageError(format!(
            "none of the {} cases has “{}” in its name; leave `--filter` out to run them all",
            names().count(),
            sclera::text::excerpt(filter)
        ))),
        count => Ok(count),
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

impl Subject {
    fn of(args: &Test) -> anyhow::Result<Self> {
        // Without the dot, as a person would write it.
        let folder = args.target.strip_prefix(".").unwrap_or(&args.target);
        let (module, tests) = match args.target.is_dir() {
            true => (built(&args.target)?, folder.join("tests")),
            false => (args.target.clone(), PathBuf::from("tests")),
        };
        if !module.is_file() && !args.target.is_dir() && args.files.is_empty() {
            // It is what loading would say, before the cases are looked for.
            return Ok(Self {
                module,
                files: Vec::new(),
                fuel: tests.join("fuel.toml"),
            });
        }
        let mut files = Vec::new();
        for file in &args.files {
            match file.is_dir() {
                true => files.extend(find_files(file)?),
                false => files.push(file.clone()),
            }
        }
        if args.files.is_empty() && tests.is_dir() {
            files = find_files(&tests)?;
        }
        let Some(first) = files.first() else {
            let folder = args.files.first().unwrap_or(&tests);
            let fault = format!(
                "there are no files of cases in {}; write {} with a `[[case]]`, or name the files after the module",
                folder.display(),
                folder.join("cases.toml").display()
            );
            return Err(UsageError(fault).into());
        };
        let beside = first.parent().unwrap_or(Path::new(""));
        let fuel = if args.target.is_dir() { tests.as_path() } else { beside }.join("fuel.toml");
        Ok(Self { module, files, fuel })
    }
}

/// The module that `sclera build` makes of a project.
fn built(folder: &Path) -> anyhow::Result<PathBuf> {
    let project = Project::open(folder)?;
    let module = folder.join("build").join(project.file_name());
    if !module.is_file() {
        let fault = format!(
            "{} is not there; build it with `sclera build {}`",
            module.display(),
            folder.display()
        );
        return Err(UsageError(fault).into());
    }
    Ok(module)
}

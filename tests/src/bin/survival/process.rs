//! A case in a process of its own: what is not contained ends that process, and not this one.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sclera_tests::hostile::Case;
use serde::Serialize;

use crate::child::Told;

/// The name of the case that is no case: the generated modules.
pub const SLACK: &str = "generated modules";
/// A process that takes longer is not contained.
const PATIENCE: Duration = Duration::from_secs(180);
/// Bytes; a process that takes more is not contained, and is ended before the machine is.
const MEMORY: u64 = 2 << 30;

/// What came of one case.
#[derive(Serialize)]
pub struct Row {
    pub name: &'static str,
    pub tries: &'static str,
    pub end: String,
    /// What the operator was told.
    pub said: String,
    pub contained: bool,
    pub milliseconds: f64,
    pub memory_bytes: u64,
    pub wrong: Vec<String>,
}

pub fn play(case: &Case) -> Result<Row> {
    let began = Instant::now();
    let told = match output_of(case.name, 0)? {
        Ok(line) => serde_json::from_str(&line).with_context(|| format!("failed to read what {} told", case.name))?,
        Err(reason) => Told {
            end: reason.clone(),
            said: String::new(),
            milliseconds: began.elapsed().as_secs_f64() * 1e3,
            memory: 0,
            wrong: vec![reason],
        },
    };
    Ok(Row {
        name: case.name,
        tries: case.tries,
        end: told.end,
        said: told.said,
        contained: told.wrong.is_empty(),
        milliseconds: told.milliseconds,
        memory_bytes: told.memory,
        wrong: told.wrong,
    })
}

/// What came of generated modules, in a sentence.
pub fn slack(generated: u64) -> Result<String> {
    match output_of(SLACK, generated)? {
        Ok(line) => Ok(line),
        Err(reason) => bail!("the generated modules: {reason}"),
    }
}

/// The last line that the child printed; the inner error is how it ended instead.
fn output_of(name: &str, generated: u64) -> Result<Result<String, String>> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--child", name, "--generated", &generated.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let too_much = if began.elapsed() > PATIENCE {
            Some(format!("no end within {} s", PATIENCE.as_secs()))
        } else if resident(&child) > MEMORY {
            Some(format!("took more than {} MiB", MEMORY >> 20))
        } else {
            None
        };
        if let Some(reason) = too_much {
            child.kill()?;
            child.wait()?;
            return Ok(Err(reason));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut output = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut output)?;
    }
    Ok(if status.success() {
        Ok(output.lines().last().unwrap_or_default().to_owned())
    } else {
        Err(format!("the process ended with {status}"))
    })
}

/// Bytes of memory that the child has now; 0 where the system does not tell.
fn resident(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default()
        * 1_024
}

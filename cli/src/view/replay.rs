//! What came of a replay.

use std::io::Write;
use std::time::Duration;

use anstream::stdout;
use sclera::{Difference, Field, Record, Replay, Replayed, text};
use serde_json::Value;

use super::json::inert;
use super::units::{bytes, duration, grouped};
use super::{BAD, FAINT, GOOD, TITLE, WARNING, diff};

pub(crate) fn replayed(record: &Record, replayed: &Replayed) -> anyhow::Result<()> {
    let mut out = stdout();
    let envelope = &record.envelope;
    writeln!(
        out,
        "{TITLE}{}{TITLE:#} of module {} {FAINT}(delivery {}, attempt {}){FAINT:#}",
        text::shown(&envelope.hook, 100),
        text::shown(&envelope.module, 100),
        envelope.id,
        replayed.number
    )?;
    if replayed.replay == Replay::Live {
        writeln!(out, "  {FAINT}answered by the world, not by the record{FAINT:#}")?;
    }
    if let Some(parted) = &replayed.parted {
        writeln!(out, "  {WARNING}parted{WARNING:#}: {}", inert(&parted.to_string()))?;
    }
    if replayed.is_same() {
        writeln!(
            out,
            "  {GOOD}the same{GOOD:#} outcome, actions, logs, host calls and fuel"
        )?;
    }
    for difference in &replayed.differences {
        shown(&mut out, difference)?;
    }
    let [before, after] = replayed.duration_ns.map(|time| duration(Duration::from_nanos(time)));
    writeln!(
        out,
        "  {FAINT}fuel {}, time {after} (it had been {before}), peak memory {}{FAINT:#}",
        grouped(replayed.attempt.usage.fuel),
        bytes(replayed.attempt.usage.peak_memory)
    )?;
    Ok(())
}

fn shown(out: &mut impl Write, difference: &Difference) -> anyhow::Result<()> {
    let Difference {
        field, before, after, ..
    } = difference;
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    match field {
        Field::Fuel => writeln!(
            out,
            "  {BAD}fuel{BAD:#} {}, and was {}",
            grouped(number(after)),
            grouped(number(before))
        )?,
        Field::PeakMemory => {
            let size = |value| bytes(usize::try_from(number(value)).unwrap_or(usize::MAX));
            writeln!(
                out,
                "  {BAD}peak memory{BAD:#} {}, and was {}",
                size(after),
                size(before)
            )?;
        }
        field => {
            writeln!(out, "  {BAD}{field}{BAD:#}")?;
            diff::texts(out, &lines(before)?, &lines(after)?)?;
        }
    }
    Ok(())
}

fn lines(value: &Value) -> anyhow::Result<String> {
    Ok(inert(&serde_json::to_string_pretty(value)?))
}

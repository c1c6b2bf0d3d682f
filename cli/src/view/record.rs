//! Everything about one delivery.

use std::io::Write;

use anstream::stdout;
use sclera::{ActionState, Attempt, Mode, Outcome, Record, text};

use super::deliveries::state;
use super::delivery::{action, labelled, log_lines};
use super::json::inert;
use super::units::{bytes, duration, grouped, moment};
use super::{BAD, FAINT, GOOD, TITLE, WARNING};

/// Characters of a text that comes from elsewhere.
const LONG: usize = 4_000;

pub(crate) fn record(record: &Record) -> anyhow::Result<()> {
    let mut out = stdout();
    let event = &record.envelope;
    writeln!(out, "{TITLE}{}{TITLE:#} {}", event.id, state(record.state))?;
    if let Some(remark) = &record.remark {
        writeln!(out, "  {}", text::shown(remark, LONG))?;
    }
    let mut fact = |label: &str, said: &str| labelled(&mut out, label, &text::shown_lines(said, LONG));
    fact("hook", &event.hook)?;
    if let Some(menu_name) = &event.menu_name {
        fact("menu", menu_name)?;
    }
    fact("module", &format!("{} {}", event.module, event.version))?;
    fact("digest", &event.digest)?;
    fact("happened", &format!("{} UTC", moment(event.happened_at_ms)))?;
    if let Some(by) = &event.triggered_by {
        fact("by", by)?;
    }
    if let Some(about) = &event.about {
        fact("about", about)?;
    }
    fact("trigger", &event.trigger.to_string())?;
    fact(
        "run",
        if event.asynchronous {
            "in the background"
        } else {
            "while the caller waited"
        },
    )?;
    if !event.causes.is_empty() {
        let causes: Vec<_> = event.causes.iter().map(ToString::to_string).collect();
        fact("caused by", &causes.join(" → "))?;
    }
    if !event.metadata.is_empty() {
        fact("metadata", &inert(&serde_json::to_string(&event.metadata)?))?;
    }
    if let Some(payload) = &event.payload {
        fact("payload", &inert(&serde_json::to_string_pretty(payload.value())?))?;
    }
    if let Some(why) = &record.not_kept {
        writeln!(
            out,
            "  {FAINT}not all of it is kept: {}{FAINT:#}",
            text::shown(why, LONG)
        )?;
    }
    for one in &record.attempts {
        attempt(&mut out, one)?;
    }
    Ok(())
}

fn attempt(out: &mut impl Write, attempt: &Attempt) -> anyhow::Result<()> {
    writeln!(
        out,
        "\n{TITLE}attempt {}{TITLE:#} {FAINT}{} UTC, version {}{}{FAINT:#}",
        attempt.number,
        moment(attempt.started_at_ms),
        text::excerpt(&attempt.version),
        match attempt.mode {
            Mode::Monitor => ", without effect (`monitor`)",
            Mode::Enforce => "",
        }
    )?;
    match &attempt.result {
        Ok(answer) => {
            match &answer.outcome {
                Outcome::Unchanged => writeln!(out, "  {GOOD}answered{GOOD:#}")?,
                Outcome::Replace(payload) => {
                    writeln!(out, "  {GOOD}replaced{GOOD:#} the payload")?;
                    let json = serde_json::to_string_pretty(payload.value())?;
                    labelled(out, "answered", &text::shown_lines(&json, LONG))?;
                }
                Outcome::Reject(rejection) => {
                    writeln!(
                        out,
                        "  {WARNING}rejected{WARNING:#}: {}",
                        text::shown(&rejection.reason, LONG)
                    )?;
                }
            }
            if let Some(message) = &answer.message {
                labelled(out, "message", message)?;
            }
            for asked in &answer.actions {
                action(out, asked)?;
            }
        }
        Err(fault) => writeln!(
            out,
            "  {BAD}failed{BAD:#}: {}\n    {FAINT}{}{FAINT:#}",
            text::shown(&fault.to_string(), LONG),
            fault.remedy()
        )?,
    }
    match &attempt.actions {
        ActionState::None => {}
        ActionState::Applied => writeln!(out, "  {GOOD}its actions were applied{GOOD:#}")?,
        ActionState::LeftToCaller => writeln!(out, "  its actions were left to the caller")?,
        ActionState::Monitored => writeln!(out, "  its actions were not to be applied")?,
        ActionState::Failed(reason) => writeln!(
            out,
            "  {BAD}its actions could not be applied{BAD:#}: {}",
            text::shown(reason, LONG)
        )?,
    }
    if !attempt.logs.is_empty() {
        writeln!(out, "  {TITLE}log{TITLE:#}")?;
        log_lines(out, "    ", &attempt.logs)?;
    }
    if let Some(transcript) = attempt
        .transcript
        .as_ref()
        .filter(|transcript| !transcript.calls.is_empty())
    {
        writeln!(out, "  {TITLE}asked of the host{TITLE:#}")?;
        for call in &transcript.calls {
            let said = format!("{} {} → {}", call.function, call.asked, call.answered);
            writeln!(out, "    {}", text::shown(&inert(&said), 200))?;
        }
    }
    let usage = &attempt.usage;
    writeln!(
        out,
        "  {FAINT}fuel {}, time {}, peak memory {}{FAINT:#}",
        grouped(usage.fuel),
        duration(usage.duration),
        bytes(usage.peak_memory)
    )?;
    Ok(())
}

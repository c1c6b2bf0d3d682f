//! The catalog of hooks.

use std::io::Write;

use anstream::stdout;
use sclera::Hook;

use super::{FAINT, TITLE, table};

pub(crate) fn hooks(hooks: &[&Hook]) -> anyhow::Result<()> {
    let mut rows = table();
    for hook in hooks {
        rows.add_row([hook.name(), hook.description()]);
    }
    let mut out = stdout();
    writeln!(out, "{rows}")?;
    writeln!(
        out,
        "{FAINT}{} hooks; `sclera hooks NAME` shows one with its schema and a sample{FAINT:#}",
        hooks.len()
    )?;
    Ok(())
}

pub(crate) fn hook(hook: &Hook) -> anyhow::Result<()> {
    let mut out = stdout();
    writeln!(out, "{TITLE}{}{TITLE:#}", hook.name())?;
    writeln!(out, "{}", hook.description())?;
    writeln!(
        out,
        "{FAINT}kind{FAINT:#} {}  {FAINT}object{FAINT:#} {}",
        hook.kind(),
        hook.object()
    )?;
    writeln!(out, "\n{TITLE}payload{TITLE:#} {FAINT}{}{FAINT:#}", hook.schema_id())?;
    writeln!(out, "{}", serde_json::to_string_pretty(hook.schema())?)?;
    writeln!(out, "\n{TITLE}sample{TITLE:#}")?;
    writeln!(out, "{}", serde_json::to_string_pretty(hook.sample())?)?;
    Ok(())
}

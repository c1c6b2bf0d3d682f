//! The catalog of hooks.

use std::io::Write;

use anstream::stdout;
use sclera::Hook;

use super::json::inert;
use super::table::Rows;
use super::{FAINT, TITLE};

pub(crate) fn hooks(hooks: &[&Hook]) -> anyhow::Result<()> {
    let mut rows = Rows::new();
    for hook in hooks {
        // All of IRIS's descriptions begin so; without it, name and description fit into 80 columns.
        let description = hook.description();
        let description = description.strip_prefix("Triggered ").unwrap_or(description);
        rows.add([hook.name(), description]);
    }
    let mut out = stdout();
    rows.print(&mut out, "")?;
    writeln!(
        out,
        "\n{FAINT}{} hooks; `sclera hooks NAME` shows one with its schema and a sample{FAINT:#}",
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
        "{FAINT}a {} hook on the object `{}`{FAINT:#}",
        hook.kind(),
        hook.object()
    )?;
    writeln!(out, "\n{TITLE}schema{TITLE:#} {FAINT}{}{FAINT:#}", hook.schema_id())?;
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(hook.schema())?))?;
    writeln!(out, "\n{TITLE}sample{TITLE:#}")?;
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(hook.sample())?))?;
    Ok(())
}

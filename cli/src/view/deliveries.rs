//! Deliveries in a list.

use std::io::Write;

use anstream::stdout;
use sclera::{State, Summary, text};

use super::table::Rows;
use super::units::moment;
use super::{BAD, FAINT, GOOD, WARNING};

/// Characters of what came of it that fit into a line.
const SHORT: usize = 60;

pub(crate) fn deliveries(listed: &[Summary], more: bool) -> anyhow::Result<()> {
    let mut out = stdout();
    if listed.is_empty() {
        writeln!(out, "{FAINT}no deliveries{FAINT:#}")?;
        return Ok(());
    }
    let mut rows = Rows::new();
    rows.add([
        "HAPPENED (UTC)",
        "DELIVERY",
        "MODULE",
        "HOOK",
        "STATE",
        "TRIES",
        "RESULT",
    ]);
    for one in listed {
        let said = one.remark.as_ref().or(one.result.as_ref()).map_or("", String::as_str);
        rows.add([
            moment(one.happened_at_ms),
            one.id.to_string(),
            text::shown(&one.module, SHORT),
            text::shown(&one.hook, SHORT),
            one.state.to_string(),
            one.attempts.to_string(),
            text::shown(said, SHORT),
        ]);
    }
    rows.print(&mut out, "")?;
    if more {
        writeln!(out, "{FAINT}there are more; `--limit N` shows them{FAINT:#}")?;
    }
    Ok(())
}

pub(super) fn state(state: State) -> String {
    let style = match state {
        State::Waiting => WARNING,
        State::Done => GOOD,
        State::Failed | State::Dead => BAD,
    };
    format!("{style}{state}{style:#}")
}

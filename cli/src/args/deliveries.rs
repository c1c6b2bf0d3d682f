//! `sclera deliveries` and `sclera delivery`.

use std::path::PathBuf;
use std::time::SystemTime;

use sclera::{DeliveryId, Filter, State};

use super::OUTPUT;
use crate::help;
use crate::state::LedgerArgs;

/// List what was delivered to modules, the latest first; or take in one that somebody has exported.
#[derive(Debug, clap::Args)]
#[command(after_help = help::deliveries(), args_conflicts_with_subcommands = true)]
pub(crate) struct Deliveries {
    #[command(subcommand)]
    pub(crate) command: Option<DeliveriesCommand>,

    #[command(flatten)]
    pub(crate) wanted: Wanted,

    /// No more than that many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,

    /// Only those in this state.
    #[arg(long, value_name = "STATE", value_enum)]
    pub(crate) state: Option<StateName>,

    #[command(flatten)]
    pub(crate) place: LedgerArgs,

    /// Print JSON: an array, each with `id`, `trigger`, `hook`, `kind`, `menu_name`, `module`, `version`, `asynchronous`,
    /// `happened_at_ms`, `changed_at_ms`, `state`, `remark`, `attempts`, `result`, `fault`, `usage`, `strikes` and
    /// `payload_kept`.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,
}

/// What else is done with deliveries.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum DeliveriesCommand {
    Import(Import),
}

/// Take in a delivery that was exported with `sclera delivery ID --export FILE`.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The file, or `-` for standard input.
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) place: LedgerArgs,
}

/// Show everything about one delivery: the event, each attempt, and what came of it.
#[derive(Debug, clap::Args)]
#[command(after_help = help::delivery())]
pub(crate) struct DeliveryArgs {
    /// Its id.
    pub(crate) id: DeliveryId,

    /// Write it into a file, for `sclera test-load --delivery FILE`. It has the payload: think of who may read it.
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) place: LedgerArgs,

    /// Print JSON: what `--export` writes.
    #[arg(long, help_heading = OUTPUT, conflicts_with = "export")]
    pub(crate) json: bool,
}

/// Which deliveries are wanted.
#[derive(Debug, clap::Args)]
pub(crate) struct Wanted {
    /// Only those of this hook.
    #[arg(long, value_name = "NAME")]
    pub(crate) hook: Option<String>,

    /// Only those of this module.
    #[arg(long, value_name = "NAME")]
    pub(crate) module: Option<String>,

    /// Only those whose hook happened since then: `2h`, `3d`, or a date such as `2026-01-31` or `2026-01-31T08:00`, in UTC.
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    pub(crate) since: Option<SystemTime>,
}

impl Wanted {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            hook: self.hook.clone(),
            module: self.module.clone(),
            since: self.since,
            ..Filter::default()
        }
    }
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum StateName {
    /// It waits for an attempt, or runs.
    Waiting,
    /// The module has answered.
    Done,
    /// Somebody waited for the answer, and the module failed.
    Failed,
    /// It is a dead letter.
    Dead,
}

impl From<StateName> for State {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Waiting => Self::Waiting,
            StateName::Done => Self::Done,
            StateName::Failed => Self::Failed,
            StateName::Dead => Self::Dead,
        }
    }
}

fn moment(text: &str) -> Result<SystemTime, String> {
    at(text, &jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC)).map(|moment| moment.timestamp().into())
}

/// What `text` means at the moment `now`, in its time zone.
fn at(text: &str, now: &jiff::Zoned) -> Result<jiff::Zoned, String> {
    let zone = now.time_zone();
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(moment.to_zoned(zone.clone()));
    }
    if let Ok(date) = text.parse::<jiff::civil::DateTime>() {
        return date.to_zoned(zone.clone()).map_err(|error| error.to_string());
    }
    match text.parse::<jiff::Span>() {
        Ok(span) if !span.is_negative() => now.checked_sub(span).map_err(|error| error.to_string()),
        _ => Err("write it as `2h`, `3d`, `2026-01-31` or `2026-01-31T08:00`".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        let now: jiff::Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let now = now.to_zoned(jiff::tz::TimeZone::UTC);
        let cases = [
            ("2h", "2026-03-01T10:00:00+00:00[UTC]"),
            ("3d", "2026-02-26T12:00:00+00:00[UTC]"),
            ("1 week", "2026-02-22T12:00:00+00:00[UTC]"),
            ("2026-01-31", "2026-01-31T00:00:00+00:00[UTC]"),
            ("2026-01-31T08:00", "2026-01-31T08:00:00+00:00[UTC]"),
            ("2026-01-31T08:00:00+02:00", "2026-01-31T06:00:00+00:00[UTC]"),
        ];
        for (text, meant) in cases {
            assert_eq!(
                at(text, &now).map(|moment| moment.to_string()),
                Ok(meant.into()),
                "{text}"
            );
        }
        for text in ["", "yesterday", "-2h", "2"] {
            assert!(at(text, &now).is_err(), "{text}");
        }
    }
}

//! What can be said on the command line.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::exit;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Look at Sclera modules, test-load them, and see what hooks there are.
#[derive(Debug, Parser)]
#[command(name = "sclera", version, styles = STYLES, after_help = exit::HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    TestLoad(TestLoad),
    Inspect(Inspect),
    Hooks(Hooks),
    /// Print the completions for a shell.
    #[command(after_help = "For bash, for example:\n  source <(sclera completions bash)")]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, in roff.
    #[command(after_help = "To read it:\n  sclera man | man -l -")]
    Man {
        /// The subcommand to print the page of.
        command: Option<String>,
    },
}

/// Load a module as a server would, and show what the host saw.
///
/// Without more options: what the module is, what it asks for, and what it registered. With `--hook` or `--all`, it is
/// run too: on a payload of yours, or on the sample of the hook's.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct TestLoad {
    /// The module: a `.wasm` component.
    pub(crate) module: PathBuf,

    /// Run the module on this hook.
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    pub(crate) hook: Option<String>,

    /// Run the module on every hook that it subscribed to, with the hook's sample.
    #[arg(long)]
    pub(crate) all: bool,

    /// The payload for `--hook`: a file with a JSON array of objects, or `-` for standard input. Default: the sample.
    #[arg(long, value_name = "FILE", requires = "hook")]
    pub(crate) payload: Option<PathBuf>,

    /// For a manual hook, the menu name that is clicked. Default: each one that the module registered.
    #[arg(long, value_name = "NAME", requires = "hook")]
    pub(crate) menu: Option<String>,

    /// The module's configuration: a file with a JSON object.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What the event says about the moment, such as `tlp=amber` or `case_id=42`. A value that is JSON is taken as such.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, default_values = ["case_id=42", "tlp=amber"])]
    pub(crate) metadata: Vec<(String, serde_json::Value)>,

    /// The user who causes the event.
    #[arg(long, value_name = "LOGIN", default_value = "test-load")]
    pub(crate) by: String,

    /// Run as often as this, and sum up how long it takes.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) repeat: u32,

    /// Do it again whenever the file changes, until Ctrl-C.
    #[arg(long)]
    pub(crate) watch: bool,

    /// Print JSON: one document, or with `--watch` one on each line.
    #[arg(long)]
    pub(crate) json: bool,

    /// Fuel for each call.
    #[arg(long, value_name = "UNITS", help_heading = "Limits")]
    pub(crate) fuel: Option<u64>,

    /// Milliseconds for each call.
    #[arg(long, value_name = "MS", help_heading = "Limits")]
    pub(crate) deadline: Option<u64>,

    /// MiB of memory for each call.
    #[arg(long, value_name = "MIB", help_heading = "Limits")]
    pub(crate) memory: Option<usize>,
}

/// Show what a `.wasm` file is, without compiling or running anything of it.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct Inspect {
    /// The file.
    pub(crate) module: PathBuf,

    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// List the hooks, or show one with its JSON Schema and a sample payload.
#[derive(Debug, clap::Args)]
pub(crate) struct Hooks {
    /// The hook to show.
    pub(crate) name: Option<String>,

    /// Only hooks on this kind of object, such as `ioc`.
    #[arg(long, conflicts_with = "name")]
    pub(crate) object: Option<String>,

    /// Print only the sample payload, ready for `test-load --payload`.
    #[arg(long, requires = "name", conflicts_with = "json")]
    pub(crate) sample: bool,

    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

fn key_value(text: &str) -> Result<(String, serde_json::Value), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| "write it as KEY=VALUE, such as tlp=amber".to_owned())?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((key.to_owned(), value))
}

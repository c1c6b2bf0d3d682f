//! What can be said on the command line.

mod build;
mod deliveries;
mod doctor;
mod new;
mod redrive;
mod replay;
mod sdk;
mod shadow;
mod worker;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgGroup, Parser, Subcommand};
use clap_complete::Shell;
use sclera::Limits;
use serde_json::Value;

use crate::help;

pub(crate) use build::Build;
pub(crate) use deliveries::{Deliveries, DeliveriesCommand, DeliveryArgs, Import};
pub(crate) use doctor::Doctor;
pub(crate) use new::New;
pub(crate) use redrive::Redrive;
pub(crate) use replay::Replay;
pub(crate) use sdk::Sdk;
pub(crate) use shadow::{ShadowCommand, ShadowReport};
pub(crate) use worker::Worker;

pub(crate) const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Write Sclera modules, test them, look into them, and decide what they may do.
#[derive(Debug, Parser)]
#[command(name = "sclera", version, styles = STYLES, after_help = help::sclera())]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(New),
    Build(Build),
    Sdk(Sdk),
    TestLoad(TestLoad),
    Test(Test),
    Replay(Replay),
    /// See what new versions do beside the live ones.
    #[command(subcommand)]
    Shadow(ShadowCommand),
    Inspect(Inspect),
    Doctor(Doctor),
    Hooks(Hooks),
    Deliveries(Deliveries),
    Delivery(DeliveryArgs),
    Redrive(Redrive),
    /// Decide what modules may do.
    #[command(subcommand)]
    Module(ModuleCommand),
    Worker(Worker),
    /// Print the completions for a shell.
    #[command(after_help = help::completions())]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, in roff.
    #[command(after_help = help::man())]
    Man {
        /// The subcommand to print the page of.
        command: Option<String>,
    },
}

/// Load a module as a server would, and show what the host saw.
///
/// Alone, it shows what the module is, what it asks for, and what it registered. With `--hook` or `--all` it runs the
/// module too: on the sample payload of the hook, or on one of yours.
#[derive(Debug, clap::Args)]
#[command(after_help = help::test_load(), group = ArgGroup::new("run").args(["hook", "all"]))]
pub(crate) struct TestLoad {
    /// The module: a `.wasm` component.
    pub(crate) module: PathBuf,

    /// The module's configuration: a file with a JSON object, or `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The policy that the module is loaded under: limits, grants and configuration, as for a server. Without one, it may ask
    /// for every action (nothing is applied here), and has no network, no secrets and no store.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// Run the module on this hook.
    #[arg(long, value_name = "NAME", help_heading = RUN)]
    pub(crate) hook: Option<String>,

    /// Run the module on every hook that it registered for, with the hook's sample.
    #[arg(long, help_heading = RUN)]
    pub(crate) all: bool,

    /// The payload: a file with a JSON array of objects, or `-` for standard input [default: the hook's sample].
    #[arg(long, value_name = "FILE", requires = "hook", conflicts_with = "all", help_heading = RUN)]
    pub(crate) payload: Option<PathBuf>,

    /// For a manual hook: the menu name that the user chose [default: each that the module registered].
    #[arg(long, value_name = "NAME", requires = "hook", conflicts_with = "all", help_heading = RUN)]
    pub(crate) menu: Option<String>,

    /// What the event says about the moment, beside `case_id=42` and `tlp=amber`.
    ///
    /// Can be given more than once. A value that is JSON is taken as such; `null` leaves the key out.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, requires = "run", help_heading = RUN)]
    pub(crate) metadata: Vec<(String, Value)>,

    /// The user on whose behalf the server acts.
    #[arg(long, value_name = "LOGIN", default_value = "test-load", requires = "run", help_heading = RUN)]
    pub(crate) by: String,

    /// Run it that often, and sum up how long it takes.
    #[arg(
        long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        requires = "run", help_heading = RUN,
    )]
    pub(crate) repeat: u32,

    /// Record what runs in the ledger of this folder, which is made if need be, with the module beside it: for `sclera delivery`
    /// and `sclera replay`, with `--data FOLDER`.
    #[arg(long, value_name = "FOLDER", requires = "run", help_heading = RUN)]
    pub(crate) record: Option<PathBuf>,

    /// Replay the delivery that was exported to this file, with the answers of its record, and show what differs.
    #[arg(
        long, value_name = "FILE", conflicts_with_all = ["run", "config", "policy", "watch"], help_heading = RUN,
    )]
    pub(crate) delivery: Option<PathBuf>,

    /// Do it again whenever the file changes, until Ctrl-C.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) watch: bool,

    /// Print JSON: one document, or with `--watch` one on each line.
    ///
    /// Its keys: `module` (what it is, asks for and registered), `imports`, `runs` (each with `delivery`, the payload
    /// `before` and `after`, and `latency`), and `exit`, the exit code. With `--watch`, a module that cannot be loaded
    /// gives a line with `error` and `exit`.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) cache: Cache,

    /// Fuel for each call: roughly, WebAssembly instructions.
    #[arg(
        long, value_name = "UNITS", default_value_t = Limits::default().fuel, conflicts_with = "policy",
        value_parser = clap::value_parser!(u64).range(1..), help_heading = LIMITS,
    )]
    pub(crate) fuel: u64,

    /// Time for each call, in milliseconds.
    #[arg(
        long, value_name = "MS", default_value_t = default_deadline(), conflicts_with = "policy",
        value_parser = clap::value_parser!(u64).range(1..=3_600_000), help_heading = LIMITS,
    )]
    pub(crate) deadline: u64,

    /// Memory for each call, in MiB.
    #[arg(
        long, value_name = "MIB", default_value_t = default_memory(), conflicts_with = "policy",
        value_parser = clap::value_parser!(u32).range(1..=4096), help_heading = LIMITS,
    )]
    pub(crate) memory: u32,
}

impl TestLoad {
    /// Only loads it.
    pub(crate) fn only(module: PathBuf) -> Self {
        Self {
            module,
            config: None,
            policy: None,
            hook: None,
            all: false,
            payload: None,
            menu: None,
            metadata: Vec::new(),
            by: "test-load".into(),
            repeat: 1,
            record: None,
            delivery: None,
            watch: false,
            json: false,
            cache: Cache {
                cache: None,
                no_cache: false,
            },
            fuel: Limits::default().fuel,
            deadline: default_deadline(),
            memory: default_memory(),
        }
    }
}

/// Run a module's hermetic tests: cases of an event, and what is expected of the module.
///
/// Each case has a fresh host with stopped clocks, seeded random numbers, and answers from fixtures in the place of the
/// network. The same module does the same in them on every machine, with the same fuel.
#[derive(Debug, clap::Args)]
#[command(after_help = help::test())]
pub(crate) struct Test {
    /// The folder of the module's project, with its `module.toml`, or a `.wasm` component.
    #[arg(default_value = ".", value_name = "DIR or M.wasm")]
    pub(crate) target: PathBuf,

    /// The files of cases, TOML or JSON [default: all in `tests` of the project, or of this folder].
    pub(crate) files: Vec<PathBuf>,

    /// Only the cases with this text in their names.
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,

    /// Keep what the cases answer and take now, as their snapshots and their golden fuel.
    #[arg(long, conflicts_with = "record")]
    pub(crate) accept: bool,

    /// Send the cases' requests to real servers, under the grants of a policy, and keep the answers as fixtures.
    #[arg(long, requires = "policy")]
    pub(crate) record: bool,

    /// The policy for `--record`: which origins may be asked, with which secrets.
    #[arg(long, value_name = "FILE", requires = "record")]
    pub(crate) policy: Option<PathBuf>,

    /// Write a report in the format of JUnit, too.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) junit: Option<PathBuf>,

    /// Print JSON, with the keys `module`, `cases` (each with `file`, `name`, `passed`, `failures`, `fuel`, `golden_fuel`,
    /// `duration_ns` and `logs`), `passed`, `failed`, and `exit`, the exit code.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,

    /// Cases that run at the same time [default: as many as there are processors].
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,

    #[command(flatten)]
    pub(crate) cache: Cache,
}

/// What is done with modules.
#[derive(Debug, Subcommand)]
pub(crate) enum ModuleCommand {
    Review(Review),
}

/// Show what a module asks for, what it is granted, and what its imports make possible; and decide.
///
/// The module is compiled and asked to describe itself; nothing else of it runs. What you decide is written into two files:
/// the grants into the policy, which you may edit, and what was reviewed into the lock beside it, `sclera.lock`. A host
/// with that lock does not load a version of the module that asks for more.
#[derive(Debug, clap::Args)]
#[command(after_help = help::review())]
pub(crate) struct Review {
    /// The module: a `.wasm` component.
    pub(crate) module: PathBuf,

    /// The policy file. It is made if it is not there.
    #[arg(long, value_name = "FILE", default_value = "sclera.toml")]
    pub(crate) policy: PathBuf,

    /// Grant everything that it asks for, without asking.
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) cache: Cache,

    /// Print JSON, with the keys `module`, `asked` (each with `permission`, `granted` and `reviewed`), `granted`,
    /// `not_approved`, `possible`, `decision`, and `exit`, the exit code. Nothing is asked.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where compiled modules are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Cache {
    /// Keep compiled code in this folder, which must be this user's alone [default: `sclera` in the user's caches].
    #[arg(long, value_name = "FOLDER", help_heading = COMPILING)]
    pub(crate) cache: Option<PathBuf>,

    /// Compile the module each time, and keep nothing.
    #[arg(long, conflicts_with = "cache", help_heading = COMPILING)]
    pub(crate) no_cache: bool,
}

/// Show what a `.wasm` file is, without compiling or running anything of it.
#[derive(Debug, clap::Args)]
#[command(after_help = help::inspect())]
pub(crate) struct Inspect {
    /// The file.
    pub(crate) module: PathBuf,

    /// Print JSON, with the keys `file`, `digest`, `contract`, `inspection`, `fits` and `why_not`.
    #[arg(long)]
    pub(crate) json: bool,
}

/// List the hooks, or show one with its JSON Schema and a sample payload.
#[derive(Debug, clap::Args)]
#[command(after_help = help::hooks())]
pub(crate) struct Hooks {
    /// The hook to show.
    pub(crate) name: Option<String>,

    /// Only hooks on this kind of object, such as `ioc`.
    #[arg(long, value_name = "KIND", conflicts_with = "name")]
    pub(crate) object: Option<String>,

    /// Print only the sample payload, ready for `test-load --payload`.
    #[arg(long, requires = "name", conflicts_with = "json")]
    pub(crate) sample: bool,

    /// Print JSON, with the keys `name`, `kind`, `object`, `operation`, `description`, `schema_id`, and for one hook
    /// `schema` and `sample`.
    #[arg(long)]
    pub(crate) json: bool,
}

const RUN: &str = "Running it";
const OUTPUT: &str = "Output";
const COMPILING: &str = "Compiling it";
const LIMITS: &str = "Limits";

fn default_deadline() -> u64 {
    u64::try_from(Limits::default().deadline.as_millis()).unwrap_or(u64::MAX)
}

fn default_memory() -> u32 {
    u32::try_from(Limits::default().memory >> 20).unwrap_or(u32::MAX)
}

fn key_value(text: &str) -> Result<(String, Value), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| "write it as KEY=VALUE, such as tlp=red".to_owned())?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((key.to_owned(), value))
}

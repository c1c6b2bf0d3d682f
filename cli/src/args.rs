//! What can be said on the command line.

mod bench;
mod build;
mod deliveries;
mod doctor;
mod event;
mod loading;
mod new;
mod redrive;
mod replay;
mod sdk;
mod shadow;
mod test_load;
mod tune;
mod worker;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::help;

pub(crate) use bench::Bench;
pub(crate) use build::Build;
pub(crate) use deliveries::{Deliveries, DeliveriesCommand, DeliveryArgs, Import};
pub(crate) use doctor::Doctor;
pub(crate) use event::EventArgs;
pub(crate) use loading::Loading;
pub(crate) use new::New;
pub(crate) use redrive::Redrive;
pub(crate) use replay::Replay;
pub(crate) use sdk::Sdk;
pub(crate) use shadow::{ShadowCommand, ShadowReport};
pub(crate) use test_load::TestLoad;
pub(crate) use tune::Tune;
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
    Bench(Bench),
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
    Tune(Tune),
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

const OUTPUT: &str = "Output";
const COMPILING: &str = "Compiling it";

//! What a module is loaded with, wherever one is.

use std::path::PathBuf;

use sclera::Limits;

use super::Cache;

/// The module, and what it is loaded with.
#[derive(Debug, clap::Args)]
pub(crate) struct Loading {
    /// The module: a `.wasm` component.
    pub(crate) module: PathBuf,

    /// The module's configuration: a file with a JSON object, or `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The policy that the module is loaded under: limits, grants and configuration, as for a server. Without one, it may ask
    /// for every action (nothing is applied here), and has no network, no secrets and no store.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

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

impl Loading {
    /// With nothing but the module.
    pub(crate) fn only(module: PathBuf) -> Self {
        Self {
            module,
            config: None,
            policy: None,
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

const LIMITS: &str = "Limits";

fn default_deadline() -> u64 {
    u64::try_from(Limits::default().deadline.as_millis()).unwrap_or(u64::MAX)
}

fn default_memory() -> u32 {
    u32::try_from(Limits::default().memory >> 20).unwrap_or(u32::MAX)
}

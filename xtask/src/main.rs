//! All set-up of the project: `cargo xtask --help`.

mod bench;
mod cargo;
mod crash;
mod demo;
mod docs;
mod fuzz;
mod generate;
mod language;
mod languages;
mod modules;
mod projects;
mod services;
mod survival;
mod test;
mod toolchains;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// All set-up of the project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play a short story: the example server with the example modules, from a fresh clone.
    Demo(demo::Options),
    /// Run the whole test suite.
    Test(test::Options),
    /// Install what the guest languages need: componentize-py, Go, jco, esbuild, TypeScript, clang.
    Toolchains(toolchains::Options),
    /// Write what the SDKs say of hooks and objects, from the host's catalog.
    Generate(generate::Options),
    /// Try every language, and print what works in it and what it costs.
    Languages(languages::Options),
    /// Build the example modules that are projects of their own, and run their tests.
    Projects,
    /// Build the WebAssembly modules into `target/modules`.
    Modules,
    /// Play the corpus of hostile modules, and say which were contained, in how long, and with how much memory.
    Survival(survival::Options),
    /// Kill the server, its workers, the broker and the database again and again, and say what was lost.
    Crash(crash::Options),
    /// Give arbitrary input to everything that the host reads.
    Fuzz(fuzz::Options),
    /// Run what the book says, check it, and build it.
    Docs(docs::Options),
    /// Measure what the host takes, beside bare wasmtime and beside its peers.
    Bench(bench::Options),
}

fn main() -> Result<()> {
    match Args::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Toolchains(options) => toolchains::run(&options),
        Command::Generate(options) => generate::run(&options),
        Command::Languages(options) => languages::run(&options),
        Command::Projects => projects::run(),
        Command::Modules => modules::build().map(|folder| println!("{}", folder.display())),
        Command::Survival(options) => survival::run(&options),
        Command::Crash(options) => crash::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Docs(options) => docs::run(&options),
        Command::Bench(options) => bench::run(&options),
    }
}

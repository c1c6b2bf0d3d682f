//! `sclera`: begin and build modules, look at them, test-load them, decide what they may do, and see what hooks there are.

mod args;
mod commands;
mod doctor;
mod exit;
mod help;
mod project;
mod state;
mod testing;
mod tuning;
mod view;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use sclera::Compiler;

use args::{Args, Command, ModuleCommand, ShadowCommand};
use exit::Exit;

/// The threads that call modules, and the one that makes their instances, allocate and free beside each other: the system's
/// allocator would have them wait for one another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Before anything else: this process may have been started to compile one module.
    let compiler = Compiler::this_program();
    run(Args::parse(), compiler)
}

#[tokio::main]
async fn run(args: Args, compiler: Compiler) -> ExitCode {
    let ended = match args.command {
        Command::New(args) => commands::new::run(&args),
        Command::Build(args) => commands::build::run(&args, compiler).await,
        Command::Sdk(args) => commands::sdk::run(&args),
        Command::TestLoad(args) => commands::test_load::run(args, compiler).await,
        Command::Shadow(ShadowCommand::Report(args)) => commands::shadow::report(&args).await,
        Command::Replay(args) => commands::replay::run(&args, compiler).await,
        Command::Test(args) => commands::test::run(&args, compiler).await,
        Command::Bench(args) => commands::bench::run(&args, compiler).await,
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Doctor(args) => commands::doctor::run(&args),
        Command::Hooks(args) => commands::hooks::run(&args),
        Command::Deliveries(args) => commands::deliveries::run(&args).await,
        Command::Delivery(args) => commands::delivery::run(&args).await,
        Command::Redrive(args) => commands::redrive::run(&args).await,
        Command::Tune(args) => commands::tune::run(&args).await,
        Command::Module(ModuleCommand::Review(args)) => commands::review::run(&args, compiler).await,
        Command::Worker(args) => commands::worker::run(&args, compiler).await,
        Command::Completions { shell } => commands::reference::completions(shell),
        Command::Man { command } => commands::reference::man(command.as_deref()),
    };
    match ended {
        Ok(exit) => exit.into(),
        // Whoever reads our output has seen enough of it.
        Err(error) if view::is_broken_pipe(&error) => Exit::Fine.into(),
        Err(error) => {
            view::error(&error);
            Exit::of(&error).into()
        }
    }
}

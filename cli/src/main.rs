//! `sclera`: look at modules, test-load them, decide what they may do, and see what hooks there are.

mod args;
mod commands;
mod exit;
mod help;
mod view;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command, ModuleCommand};
use exit::Exit;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let ended = match args.command {
        Command::TestLoad(args) => commands::test_load::run(args).await,
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Hooks(args) => commands::hooks::run(&args),
        Command::Module(ModuleCommand::Review(args)) => commands::review::run(&args).await,
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

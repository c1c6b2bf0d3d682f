//! `sclera completions` and `sclera man`: generated from the same definition as the command line itself.

use std::io::{Write, stdout};

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;
use crate::exit::{Exit, UsageError};

pub(crate) fn completions(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "sclera", &mut script);
    stdout().write_all(&script)?;
    Ok(Exit::Fine)
}

pub(crate) fn man(subcommand: Option<&str>) -> anyhow::Result<Exit> {
    let mut command = Args::command();
    command.build();
    match subcommand {
        None => print(&clap_mangen::Man::new(command)),
        Some(name) => {
            let found = command.find_subcommand(name).cloned();
            let found = found
                .ok_or_else(|| UsageError(format!("there is no subcommand `{name}`; `sclera help` lists them")))?;
            // The page of `sclera hooks` is sclera-hooks(1); clap knows it as its display name.
            let title = found.get_display_name().unwrap_or(name).to_owned();
            print(&clap_mangen::Man::new(found).title(title))
        }
    }
}

fn print(page: &clap_mangen::Man) -> anyhow::Result<Exit> {
    let mut roff = Vec::new();
    page.render(&mut roff)?;
    stdout().write_all(&roff)?;
    Ok(Exit::Fine)
}

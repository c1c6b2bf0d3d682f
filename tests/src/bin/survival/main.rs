//! `cargo xtask survival`: plays the corpus of hostile modules, each in a process of its own, and says for each whether it
//! was contained, in how long, and how much memory the host's process took at its peak.

mod child;
mod process;
mod table;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Parser;
use sclera::Compiler;
use sclera_tests::hostile::{Case, all};

/// Play the corpus of hostile modules, each in a process of its own.
#[derive(Parser)]
#[command(name = "survival")]
struct Args {
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Play only the cases whose names contain this.
    #[arg(long, default_value = "")]
    only: String,
    /// Generated modules to play for the distribution of the slack.
    #[arg(long, default_value_t = 64)]
    generated: u64,
    /// Play this one case in this process. For the program itself.
    #[arg(long, hide = true)]
    child: Option<String>,
}

fn main() -> Result<ExitCode> {
    // Before anything else: this process may have been started to compile one module.
    let compiler = Compiler::this_program();
    let args = Args::parse();
    if let Some(name) = &args.child {
        child::run(name, args.generated, compiler)?;
        return Ok(ExitCode::SUCCESS);
    }
    let chosen: Vec<Case> = all()
        .into_iter()
        .filter(|case| case.name.contains(&args.only))
        .collect();
    ensure!(!chosen.is_empty(), "no case has `{}` in its name", args.only);

    let mut rows = Vec::new();
    for case in &chosen {
        eprint!("\r\x1b[K{} of {}: {}", rows.len() + 1, chosen.len(), case.name);
        rows.push(process::play(case)?);
    }
    eprint!("\r\x1b[K");
    let slack = (args.generated > 0)
        .then(|| process::slack(args.generated))
        .transpose()?;
    if args.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&serde_json::json!({"cases": rows, "generated": slack}))?
        );
    } else {
        table::print(&rows);
        if let Some(slack) = slack {
            println!("generated modules: {slack}");
        }
    }
    let escaped = rows.iter().filter(|row| !row.contained).count();
    Ok(if escaped == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

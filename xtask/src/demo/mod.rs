//! `cargo xtask demo`: the main job, on real input, over HTTP.

mod server;
mod story;

use anyhow::Result;

use crate::{cargo, modules};
use server::Server;

/// How the demo ends.
#[derive(clap::Args)]
pub struct Options {
    /// Leave the server running when the story is told, until Ctrl-C.
    #[arg(long)]
    keep: bool,
}

pub fn run(options: &Options) -> Result<()> {
    println!("building the example modules and the example server; the first time takes some minutes");
    let modules = modules::build()?;
    // The whole workspace, as the tests build it: with another choice of packages, cargo would choose other features of
    // wasmtime's dependencies, and build it once more.
    cargo::run(["build", "--locked", "--workspace", "--bins"])?;

    let mut server = Server::start(&modules)?;
    println!(
        "\nthe example server is at {}, with the modules of {}",
        server.url(),
        modules.display()
    );
    story::tell(&server)?;
    if options.keep {
        println!(
            "\nThe server is still at {}. Ctrl-C ends it. Try, for example:",
            server.url()
        );
        println!(
            "  curl --json '{{\"ioc_value\": \"EVIL[.]example.\", \"ioc_type_id\": 20}}' {}/cases/1/iocs",
            server.url()
        );
        println!("  curl {}/deliveries", server.url());
        server.wait()?;
    }
    Ok(())
}

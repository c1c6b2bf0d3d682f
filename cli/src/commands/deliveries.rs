//! `sclera deliveries`: what happened, in short.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use sclera::{Filter, Record};

use crate::args::{Deliveries, DeliveriesCommand, Import};
use crate::exit::{Exit, UsageError};
use crate::view;

pub(crate) async fn run(args: &Deliveries) -> anyhow::Result<Exit> {
    if let Some(DeliveriesCommand::Import(args)) = &args.command {
        return import(args).await;
    }
    let ledger = args.place.open().await?;
    // One more, to know whether there are more.
    let limit = args.limit as usize;
    let filter = Filter {
        state: args.state.map(Into::into),
        limit: Some(limit + 1),
        ..args.wanted.filter()
    };
    let mut listed = ledger.list(&filter).await?;
    let more = listed.len() > limit;
    listed.truncate(limit);
    if args.json {
        view::json(&listed)?;
    } else {
        view::deliveries(&listed, more)?;
    }
    Ok(Exit::Fine)
}

async fn import(args: &Import) -> anyhow::Result<Exit> {
    let record: Record = serde_json::from_str(&read(&args.file)?)
        .map_err(|error| UsageError(format!("{} is not an exported delivery: {error}", args.file.display())))?;
    let ledger = args.place.open().await?;
    ledger.import(&record).await?;
    view::record(&record)?;
    Ok(Exit::Fine)
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

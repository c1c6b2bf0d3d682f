//! `sclera delivery`: everything about one delivery.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use crate::args::DeliveryArgs;
use crate::exit::{Exit, UsageError};
use crate::view;

pub(crate) async fn run(args: &DeliveryArgs) -> anyhow::Result<Exit> {
    let ledger = args.place.open().await?;
    let record = ledger.find(args.id).await?.ok_or_else(|| {
        UsageError(format!(
            "there is no delivery {} on record; `sclera deliveries` lists them, and those that are over are kept as long as `[ledger]` says",
            args.id
        ))
    })?;
    if let Some(file) = &args.export {
        let json = serde_json::to_string_pretty(&record)?;
        write(file, &json).with_context(|| format!("cannot write {}", file.display()))?;
    } else if args.json {
        view::json(&record)?;
    } else {
        view::record(&record)?;
    }
    Ok(Exit::Fine)
}

/// For this user alone: what was delivered comes from cases.
fn write(file: &Path, json: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{json}")
}

//! `sclera tune`: limits out of what deliveries took.

use anyhow::Context;
use sclera::{Filter, Policies};
use serde_json::json;

use super::policy_file::PolicyFile;
use crate::args::Tune;
use crate::exit::Exit;
use crate::tuning;
use crate::view;

pub(crate) async fn run(args: &Tune) -> anyhow::Result<Exit> {
    let file = args.write.as_deref().map(PolicyFile::read).transpose()?;
    let ledger = args.place.open().await?;
    // One more, to know whether there are more.
    let limit = args.limit as usize;
    let filter = Filter {
        limit: Some(limit.saturating_add(1)),
        ..args.wanted.filter()
    };
    let mut runs = ledger.taken(&filter).await?;
    let more = runs.len() > limit;
    runs.truncate(limit);

    let reports = tuning::reports(&runs, args.headroom);
    let toml = tuning::snippet(&reports, args.headroom)?;
    // What is proposed must be what a host reads.
    Policies::parse(&toml).context("the limits cannot be written")?;
    if args.json {
        view::json(&json!({"headroom": args.headroom, "modules": reports, "toml": toml}))?;
    } else {
        view::tuned(&reports, &toml, more.then_some(limit))?;
    }
    if let Some(mut file) = file
        && !toml.is_empty()
    {
        tuning::put(file.document_mut(), &reports)?;
        let path = file.path().to_owned();
        file.write()?;
        if !args.json {
            view::limits_written(&path)?;
        }
    }
    Ok(Exit::Fine)
}

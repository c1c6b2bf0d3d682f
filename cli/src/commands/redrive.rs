//! `sclera redrive`: dead letters, brought back.

use sclera::{DurableQueue, Filter, State, Summary};
use serde_json::json;

use crate::args::Redrive;
use crate::exit::{Exit, UsageError};
use crate::view;

pub(crate) async fn run(args: &Redrive) -> anyhow::Result<Exit> {
    let ledger = args.place.open().await?;
    let filter = Filter {
        ids: args.ids.clone(),
        state: Some(State::Dead),
        ..args.wanted.filter()
    };
    let dead = ledger.list(&filter).await?;
    let (kept, lost): (Vec<Summary>, Vec<Summary>) = dead.into_iter().partition(|one| one.payload_kept);
    let redriven = if args.dry_run || kept.is_empty() {
        kept
    } else {
        let queue = queue(args).await?;
        let redriven = ledger.redrive(&queue, &filter).await;
        queue.close().await;
        redriven?
    };
    if args.json {
        view::json(&json!({"dry_run": args.dry_run, "redriven": redriven, "payload_not_kept": lost}))?;
    } else {
        view::deliveries(&redriven, false)?;
    }
    if !lost.is_empty() {
        view::warning(&format!(
            "{} of the dead letters cannot be redriven, because their payloads are not kept",
            lost.len()
        ));
    }
    Ok(Exit::Fine)
}

async fn queue(args: &Redrive) -> anyhow::Result<DurableQueue> {
    let in_folder = |name: &str| args.place.data.as_ref().map(|folder| folder.join(name));
    let place = match (&args.queue, in_folder("queue.sqlite")) {
        (Some(place), _) => place.clone(),
        (None, Some(file)) => file.display().to_string(),
        (None, None) => {
            let wrong = "where is the queue? Give the server's data folder with `--data DIR`, or the queue itself with `--queue PLACE`";
            return Err(UsageError(wrong.into()).into());
        }
    };
    let outbox = in_folder("outbox.sqlite").unwrap_or_else(|| "outbox.sqlite".into());
    Ok(DurableQueue::open(&place, outbox).await?)
}

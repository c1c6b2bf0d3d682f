//! Nothing that was accepted is lost: the real programs, killed at random moments while clients go on.
//!
//! Clients make objects in the example server as fast as it answers. Two modules hear of each of them asynchronously: one
//! that does nothing, and one that asks for a task with the name of its delivery. Meanwhile the `reaper` kills the server, its
//! workers, the broker, the database. At the end everything is started once more and left to finish, and then the
//! `verdict` compares what was accepted with what the ledger and the server's database say.

mod backend;
mod chance;
mod clients;
mod program;
mod reaper;
mod service;
mod stage;
mod verdict;

use std::time::Duration;

use anyhow::Result;

pub use backend::Backend;
pub use verdict::Verdict;

use chance::Chance;
use clients::Clients;
use stage::Stage;

/// How to play.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the queue and the ledger are.
    pub backend: Backend,
    /// How many kills, at least.
    pub kills: usize,
    /// How long, at least.
    pub duration: Duration,
    /// What decides who is killed, and when. What the machine does in between is not the same twice.
    pub seed: u64,
    /// Clients that make objects at the same time.
    pub clients: usize,
    /// Between two kills, on average.
    pub pause: Duration,
}

/// Plays once.
///
/// # Errors
///
/// If the programs, the modules or the services are not there, or do not come to an end. What was lost is no error, but in
/// the verdict.
pub fn play(plan: &Plan) -> Result<Verdict> {
    let mut stage = Stage::set(plan.backend)?;
    let case = stage.open()?;
    let clients = Clients::start(plan.clients, stage.url(), case);
    let killed = reaper::reap(&mut stage, plan, &mut Chance::new(plan.seed));
    let heard = clients.stop();
    let killed = killed?;
    let ended = stage.finish()?;
    let mut verdict = verdict::judge(plan, &stage, killed, heard, ended)?;
    if !verdict.faults().is_empty() {
        verdict.kept = Some(stage.keep()?);
    }
    Ok(verdict)
}

//! Who is killed, and when.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Plan;
use super::chance::Chance;
use super::stage::Stage;

/// How often each was killed.
pub(super) type Killed = BTreeMap<&'static str, usize>;

/// A service that was killed comes back after that long, on average, and what it takes to start.
const AWAY: Duration = Duration::from_millis(500);
/// How long the broker is left alone at first. A RabbitMQ that is killed less than a second after it has made a quorum queue
/// can come back with that queue there, and no leader for it, for ever: RabbitMQ's own fault, and nothing to be measured here.
const SETTLED: Duration = Duration::from_secs(8);
/// Of a hundred kills of a program, those that also hit one that has not begun yet.
const EARLY: u64 = 25;

/// Kills until there were enough of it.
pub(super) fn reap(stage: &mut Stage, plan: &Plan, chance: &mut Chance) -> Result<Killed> {
    let began = Instant::now();
    let mut killed = Killed::new();
    while killed.values().sum::<usize>() < plan.kills || began.elapsed() < plan.duration {
        std::thread::sleep(chance.around(plan.pause));
        stage
            .programs
            .iter_mut()
            .try_for_each(super::program::Program::keep_up)?;
        let victim = kill_one(stage, chance, began.elapsed() > SETTLED)?;
        if let Some(victim) = victim {
            *killed.entry(victim).or_default() += 1;
            eprint!(
                "\r\x1b[K{} of {} kills in {} s",
                killed.values().sum::<usize>(),
                plan.kills,
                began.elapsed().as_secs()
            );
        }
    }
    eprint!("\r\x1b[K");
    Ok(killed)
}

/// None if whom chance chose is not there to be killed.
fn kill_one(stage: &mut Stage, chance: &mut Chance, settled: bool) -> Result<Option<&'static str>> {
    let choice = chance.below(100);
    let (early, away) = (chance.below(100) < EARLY, chance.around(AWAY));
    match choice {
        0..10 if let Some(broker) = &mut stage.broker => {
            let killed = settled && broker.kill9(away)?;
            return Ok(killed.then_some("broker"));
        }
        10..20 if let Some(database) = &mut stage.database => {
            return Ok(database.kill9(away)?.then_some("database"));
        }
        20..30 if let Some(database) = &stage.database => {
            // There may be no connection just now, or no database.
            let cut = database.with(|cluster| Ok(cluster.kill9_connection().unwrap_or(false)))?;
            return Ok(cut.then_some("database connection"));
        }
        _ => {}
    }
    let workers = stage.programs.len() as u64 - 1;
    let (place, victim) = match choice % 2 {
        0 => (0, "server"),
        _ => (1 + chance.below(workers), "worker"),
    };
    let Some(program) = usize::try_from(place)
        .ok()
        .and_then(|place| stage.programs.get_mut(place))
    else {
        return Ok(None);
    };
    if !program.is_ready() && !early {
        return Ok(None);
    }
    let was_there = program.kill9()?;
    program.keep_up()?;
    Ok(was_there.then_some(victim))
}

//! What was lost, and what happened twice: nothing, if all is well.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use anyhow::Result;
use sclera::{Filter, Keep, Ledger, State};
use serde::Serialize;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tokio::runtime::Runtime;

use super::clients::Heard;
use super::reaper::Killed;
use super::stage::{Ended, MODULES, Stage};
use super::{Backend, Plan};

/// What came of a play.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// Where the queue and the ledger were.
    pub backend: Backend,
    /// What decided who was killed.
    pub seed: u64,
    /// Who was killed, and how often.
    pub killed: BTreeMap<&'static str, usize>,
    /// Programs that ended by themselves, because what they need was not there, and were started again.
    pub gave_up: BTreeMap<String, u32>,
    /// Requests that were answered completely.
    pub answers: u64,
    /// Requests that were not.
    pub cut: u64,
    /// Complete answers that named no delivery.
    pub unannounced: u64,
    /// Deliveries that a complete answer named.
    pub accepted: usize,
    /// Deliveries in the ledger: also those whose answer was cut off.
    pub recorded: usize,
    /// Those of them that are done.
    pub done: usize,
    /// Those of them that are dead letters.
    pub dead: usize,
    /// Accepted ones that are not in the ledger.
    pub missing: Vec<String>,
    /// Those in the ledger that are neither done nor dead.
    pub unfinished: Vec<String>,
    /// Deliveries that were given out once more, under the same id, because their worker had died.
    pub repeated: usize,
    /// Attempts that were made twice, and both are on record.
    pub extra_runs: usize,
    /// Objects of which one module was told under two ids.
    pub doubled: Vec<String>,
    /// Tasks that deliveries asked for, and that are there.
    pub actions: usize,
    /// Deliveries whose task is there more than once.
    pub applied_twice: Vec<String>,
    /// Deliveries that are done, and whose task is not there.
    pub not_applied: Vec<String>,
    /// Objects that were committed.
    pub objects: usize,
    /// Those of them of which a module was told nothing.
    pub untold: Vec<String>,
    /// From the last start to the end of the last delivery, in seconds.
    pub drained_in_s: f64,
    /// Why the dead ones are dead, and how many.
    pub remarks: BTreeMap<String, usize>,
    /// Where the files are, if something was lost.
    pub kept: Option<PathBuf>,
}

impl Verdict {
    /// What must not be: one sentence for each.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (what, found) in [
            ("accepted deliveries are not in the ledger", &self.missing),
            ("deliveries are neither done nor dead", &self.unfinished),
            ("objects were told to one module under two ids", &self.doubled),
            ("deliveries had their actions applied twice", &self.applied_twice),
            ("deliveries are done without their actions", &self.not_applied),
            ("committed objects were not told to a module", &self.untold),
        ] {
            if let Some(first) = found.first() {
                faults.push(format!("{} {what}, such as {first}", found.len()));
            }
        }
        if self.accepted == 0 {
            faults.push("nothing was accepted".into());
        }
        faults
    }
}

/// Compares what was accepted with what is on record.
pub(super) fn judge(plan: &Plan, stage: &Stage, killed: Killed, heard: Heard, ended: Ended) -> Result<Verdict> {
    let runtime = Runtime::new()?;
    let found = runtime.block_on(Found::read(stage))?;
    let known: HashSet<&str> = found.deliveries.iter().map(|one| one.id.as_str()).collect();
    let mut told: HashMap<(i64, &str), Vec<&str>> = HashMap::new();
    for one in &found.deliveries {
        told.entry((one.object, &one.module)).or_default().push(&one.id);
    }
    let pairs = || {
        found
            .objects
            .iter()
            .flat_map(|object| MODULES.map(|module| (*object, format!("misfit-{module}"))))
    };
    let in_state = |state: State| found.deliveries.iter().filter(move |one| one.state == state);
    let maker = format!("misfit-{}", MODULES[0]);
    let ids = |found: &mut dyn Iterator<Item = &Delivery>| found.map(|one| one.id.clone()).collect::<Vec<_>>();
    let mut remarks = BTreeMap::new();
    for one in in_state(State::Dead) {
        *remarks.entry(one.remark.clone().unwrap_or_default()).or_default() += 1;
    }
    Ok(Verdict {
        backend: plan.backend,
        seed: plan.seed,
        killed,
        gave_up: ended.gave_up.into_iter().filter(|(_, times)| *times > 0).collect(),
        answers: heard.answers,
        cut: heard.cut,
        unannounced: heard.unannounced,
        accepted: heard.accepted.len(),
        recorded: found.deliveries.len(),
        done: in_state(State::Done).count(),
        dead: in_state(State::Dead).count(),
        missing: heard
            .accepted
            .keys()
            .filter(|id| !known.contains(id.as_str()))
            .cloned()
            .collect(),
        unfinished: ids(&mut found
            .deliveries
            .iter()
            .filter(|one| !matches!(one.state, State::Done | State::Dead))),
        repeated: came_again(stage)?,
        extra_runs: found.deliveries.iter().map(|one| one.extra_runs).sum(),
        doubled: told
            .iter()
            .filter(|(_, ids)| ids.len() > 1)
            .map(|((object, module), ids)| format!("{module} of {object}: {}", ids.join(", ")))
            .collect(),
        actions: found.tasks.len(),
        applied_twice: found
            .tasks
            .iter()
            .filter(|(_, times)| **times > 1)
            .map(|(id, _)| id.clone())
            .collect(),
        not_applied: ids(
            &mut in_state(State::Done).filter(|one| one.module == maker && !found.tasks.contains_key(&one.id))
        ),
        objects: found.objects.len(),
        untold: pairs()
            .filter(|(object, module)| !told.contains_key(&(*object, module.as_str())))
            .map(|(object, module)| format!("{object} to {module}"))
            .collect(),
        drained_in_s: ended.took.as_secs_f64(),
        remarks,
        kept: None,
    })
}

/// Deliveries of which a worker said that they came again.
fn came_again(stage: &Stage) -> Result<usize> {
    let mut again = HashSet::new();
    for program in &stage.programs {
        for line in program
            .logged()?
            .filter(|line| line.contains("the delivery came again"))
        {
            let id = line
                .split_once("delivery=")
                .map(|(_, rest)| rest.chars().take(36).collect::<String>());
            again.extend(id);
        }
    }
    Ok(again.len())
}

/// What the ledger and the server's database have.
struct Found {
    deliveries: Vec<Delivery>,
    /// The ids of the objects.
    objects: Vec<i64>,
    /// By the delivery that asked for it, how often it is there.
    tasks: HashMap<String, i64>,
}

struct Delivery {
    id: String,
    module: String,
    state: State,
    remark: Option<String>,
    object: i64,
    extra_runs: usize,
}

impl Found {
    async fn read(stage: &Stage) -> Result<Self> {
        let ledger = Ledger::open(&stage.ledger, &Keep::default()).await?;
        let mut deliveries = Vec::new();
        for summary in ledger.list(&Filter::default()).await? {
            if summary.hook != "on_postload_ioc_create" {
                continue;
            }
            let Some(record) = ledger.find(summary.id).await? else {
                continue;
            };
            let numbers: HashSet<u32> = record.attempts.iter().map(|attempt| attempt.number).collect();
            let payload = record
                .envelope
                .payload
                .as_ref()
                .map(|payload| payload.as_str().to_owned());
            let payload: Value = serde_json::from_str(&payload.unwrap_or_default()).unwrap_or_default();
            deliveries.push(Delivery {
                id: summary.id.to_string(),
                module: summary.module,
                state: summary.state,
                remark: summary.remark,
                object: payload.pointer("/0/ioc_id").and_then(Value::as_i64).unwrap_or_default(),
                extra_runs: record.attempts.len() - numbers.len(),
            });
        }
        let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(stage.cases())).await?;
        let objects = sqlx::query_scalar("SELECT id FROM iocs").fetch_all(&pool).await?;
        let tasks: Vec<(String, i64)> =
            sqlx::query_as("SELECT fields ->> 'task_title', count(*) FROM tasks GROUP BY 1")
                .fetch_all(&pool)
                .await?;
        pool.close().await;
        Ok(Self {
            deliveries,
            objects,
            tasks: tasks.into_iter().collect(),
        })
    }
}

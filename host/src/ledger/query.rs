//! What can be asked of a ledger.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::purge::{bind_all, places};
use super::rows::{signed, whole, word};
use super::{Record, State};
use crate::catalog::HookKind;
use crate::delivery::{DeliveryId, Usage};
use crate::envelope::Envelope;
use crate::payload::Payload;
use crate::surroundings::since_epoch;

/// Which deliveries are wanted: those for which all of it holds. By default, all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// These deliveries only. Empty: whichever.
    pub ids: Vec<DeliveryId>,
    /// Those of this hook.
    pub hook: Option<String>,
    /// Those of the module of this name.
    pub module: Option<String>,
    /// Those in this state.
    pub state: Option<State>,
    /// Those whose hook happened then, or later.
    pub since: Option<SystemTime>,
    /// No more than that many, the latest.
    pub limit: Option<usize>,
}

/// A delivery, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Its identity.
    pub id: DeliveryId,
    /// What the deliveries of one trigger have in common.
    pub trigger: Uuid,
    /// The hook.
    pub hook: String,
    /// Its kind.
    pub kind: HookKind,
    /// For a manual hook: what the user chose.
    pub menu_name: Option<String>,
    /// The name of the module.
    pub module: String,
    /// The version that it was accepted for.
    pub version: String,
    /// Whether nobody waited for the answer.
    pub asynchronous: bool,
    /// When the hook happened: milliseconds since 1970.
    pub happened_at_ms: u64,
    /// When its state last changed: milliseconds since 1970.
    pub changed_at_ms: u64,
    /// How far it has come.
    pub state: State,
    /// What it waits for, or why it is dead.
    pub remark: Option<String>,
    /// Attempts that have ended.
    pub attempts: u64,
    /// What the last of them came to, in a few words. None if there was none.
    pub result: Option<String>,
    /// The kind of the fault, if it failed.
    pub fault: Option<String>,
    /// What it took.
    pub usage: Option<Usage>,
    /// How often a worker was about to run it alone, because another one ended while it ran.
    pub strikes: u64,
    /// Whether its payload is kept. Without it, it can neither be replayed nor redriven.
    pub payload_kept: bool,
}

/// How many deliveries there are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[expect(missing_docs, reason = "they are the states")]
pub struct Counts {
    pub waiting: u64,
    pub done: u64,
    pub failed: u64,
    pub dead: u64,
}

/// Deliveries that are asked for in one go.
const MANY: usize = 500;

const SUMMARY: &str = "SELECT d.envelope, d.state, d.remark, d.changed_at_ms, d.result, d.fault, d.fuel, d.duration_ns, \
    d.peak_memory, d.not_kept, \
    (SELECT COUNT(*) FROM sclera_attempts a WHERE a.delivery = d.id) AS attempts, \
    (SELECT COUNT(*) FROM sclera_contents c WHERE c.id = d.id) AS kept, \
    COALESCE((SELECT s.strikes FROM sclera_strikes s WHERE s.delivery = d.id), 0) AS strikes \
    FROM sclera_deliveries d";

/// The deliveries, the latest first.
pub(super) async fn list(pool: &AnyPool, filter: &Filter) -> sqlx::Result<Vec<Summary>> {
    let conditions = Conditions::of(filter);
    let sql = format!(
        "{SUMMARY} WHERE {} ORDER BY d.happened_at_ms DESC, d.id DESC LIMIT ${}",
        conditions.sql(),
        conditions.next_place()
    );
    let query = conditions
        .bind(sqlx::query(AssertSqlSafe(sql)))
        .bind(filter.limit.map_or(i64::MAX, signed));
    query.fetch_all(pool).await?.iter().map(summary).collect()
}

/// A filter as conditions on the deliveries `d`, but for its limit.
pub(super) struct Conditions {
    sql: String,
    texts: Vec<String>,
    since: i64,
}

impl Conditions {
    pub(super) fn of(filter: &Filter) -> Self {
        let mut conditions = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for (column, value) in [("hook", &filter.hook), ("module", &filter.module)] {
            if let Some(value) = value {
                texts.push(value.clone());
                conditions.push(format!("d.{column} = ${}", texts.len()));
            }
        }
        if !filter.ids.is_empty() {
            let first = texts.len() + 1;
            texts.extend(filter.ids.iter().map(ToString::to_string));
            conditions.push(format!("d.id IN ({})", places(first, filter.ids.len())));
        }
        conditions.extend(filter.state.map(|state| match state {
            State::Dead => "d.state IN ('dead', 'redriving')".to_owned(),
            state => format!("d.state = '{}'", word(state)),
        }));
        conditions.push(format!("d.happened_at_ms >= ${}", texts.len() + 1));
        Self {
            sql: conditions.join(" AND "),
            texts,
            since: filter
                .since
                .map_or(i64::MIN, |since| signed(since_epoch(since).as_millis())),
        }
    }

    /// What stands behind `WHERE`.
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    /// The number of the first parameter that is not theirs.
    pub(super) fn next_place(&self) -> usize {
        self.texts.len() + 2
    }

    /// With their parameters.
    pub(super) fn bind<'q>(&self, query: Query<'q, Any, AnyArguments>) -> Query<'q, Any, AnyArguments> {
        bind_all(query, &self.texts).bind(self.since)
    }
}

/// Everything about one.
pub(super) async fn find(pool: &AnyPool, id: DeliveryId) -> sqlx::Result<Option<Record>> {
    let id = id.to_string();
    // What is asked for belongs together: no purge comes in between.
    let mut transaction = pool.begin().await?;
    let row = sqlx::query("SELECT envelope, state, remark, not_kept FROM sclera_deliveries WHERE id = $1")
        .bind(&id)
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let contents: Vec<AnyRow> = sqlx::query("SELECT id, content FROM sclera_contents WHERE delivery = $1")
        .bind(&id)
        .fetch_all(&mut *transaction)
        .await?;
    let mut contents: HashMap<String, String> = contents
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<sqlx::Result<_>>()?;
    let attempts = sqlx::query("SELECT run, attempt FROM sclera_attempts WHERE delivery = $1 ORDER BY place, run")
        .bind(&id)
        .fetch_all(&mut *transaction)
        .await?;
    let (state, remark) = state_of(&row)?;
    let mut envelope: Envelope = json(row.try_get("envelope")?)?;
    if let Some(payload) = contents.remove(&id) {
        let payload = Payload::parse(payload).map_err(|error| sqlx::Error::Decode(error.into()))?;
        envelope.payload = Some(payload);
    }
    let attempts = attempts.iter().map(|row| {
        let run: String = row.try_get("run")?;
        let attempt: String = row.try_get("attempt")?;
        whole(&attempt, contents.get(&run).map(String::as_str)).map_err(|error| sqlx::Error::Decode(error.into()))
    });
    Ok(Some(Record {
        attempts: attempts.collect::<sqlx::Result<_>>()?,
        envelope,
        state,
        remark,
        not_kept: row.try_get("not_kept")?,
    }))
}

/// Which of them are over.
pub(super) async fn settled(pool: &AnyPool, ids: &[DeliveryId]) -> sqlx::Result<HashMap<DeliveryId, State>> {
    let mut settled = HashMap::new();
    for ids in ids.chunks(MANY) {
        let sql = format!(
            "SELECT id, state FROM sclera_deliveries WHERE state IN ('done', 'failed', 'dead') AND id IN ({})",
            places(1, ids.len())
        );
        for row in bind_all(sqlx::query(AssertSqlSafe(sql)), ids).fetch_all(pool).await? {
            let id: String = row.try_get("id")?;
            if let Ok(id) = id.parse() {
                settled.insert(id, state_of_word(row.try_get("state")?)?);
            }
        }
    }
    Ok(settled)
}

pub(super) async fn counts(pool: &AnyPool) -> sqlx::Result<Counts> {
    let rows = sqlx::query("SELECT state, COUNT(*) AS number FROM sclera_deliveries GROUP BY state");
    let mut counts = Counts::default();
    for row in rows.fetch_all(pool).await? {
        let number = row.try_get::<i64, _>("number")?.unsigned_abs();
        match state_of_word(row.try_get("state")?)? {
            State::Waiting => counts.waiting += number,
            State::Done => counts.done += number,
            State::Failed => counts.failed += number,
            State::Dead => counts.dead += number,
        }
    }
    Ok(counts)
}

fn summary(row: &AnyRow) -> sqlx::Result<Summary> {
    let envelope: Envelope = json(row.try_get("envelope")?)?;
    let (state, remark) = state_of(row)?;
    let number = |name: &str| Ok::<_, sqlx::Error>(row.try_get::<i64, _>(name)?.unsigned_abs());
    let maybe = |name: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(name)?.map(i64::unsigned_abs));
    let usage = match (maybe("fuel")?, maybe("duration_ns")?, maybe("peak_memory")?) {
        (Some(fuel), Some(duration), Some(peak)) => Some(Usage {
            fuel,
            duration: Duration::from_nanos(duration),
            peak_memory: usize::try_from(peak).unwrap_or(usize::MAX),
        }),
        _ => None,
    };
    Ok(Summary {
        id: envelope.id,
        trigger: envelope.trigger,
        hook: envelope.hook,
        kind: envelope.kind,
        menu_name: envelope.menu_name,
        module: envelope.module,
        version: envelope.version,
        asynchronous: envelope.asynchronous,
        happened_at_ms: envelope.happened_at_ms,
        changed_at_ms: number("changed_at_ms")?,
        state,
        remark,
        attempts: number("attempts")?,
        result: row.try_get("result")?,
        fault: row.try_get("fault")?,
        usage,
        strikes: number("strikes")?,
        payload_kept: number("kept")? > 0,
    })
}

fn state_of(row: &AnyRow) -> sqlx::Result<(State, Option<String>)> {
    let word: String = row.try_get("state")?;
    if word == "redriving" {
        let remark = "it was being redriven, and that did not come to its end: redrive it again";
        return Ok((State::Dead, Some(remark.into())));
    }
    Ok((state_of_word(word)?, row.try_get("remark")?))
}

fn state_of_word(word: String) -> sqlx::Result<State> {
    Ok(match word.as_str() {
        "waiting" => State::Waiting,
        "done" => State::Done,
        "failed" => State::Failed,
        "dead" | "redriving" => State::Dead,
        _ => return Err(sqlx::Error::Decode(format!("there is no state `{word}`").into())),
    })
}

fn json<T: serde::de::DeserializeOwned>(text: String) -> sqlx::Result<T> {
    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))
}

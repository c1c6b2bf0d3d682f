//! What shadows did beside the live versions of their modules.

use serde_json::json;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use super::purge::bind_all;
use super::rows::signed;
use super::{Filter, Ledger, LedgerError};
use crate::envelope::Envelope;
use crate::shadow::Shadowed;
use crate::surroundings::since_epoch;

/// Bytes of a value that is kept of a difference. It is an example for a person; a replay shows all of it.
const VALUE: usize = 4 << 10;

impl Ledger {
    /// What the shadows of modules did, the latest first: those for which hook, module, ids, since and limit of `filter`
    /// hold.
    pub async fn shadows(&self, filter: &Filter) -> Result<Vec<Shadowed>, LedgerError> {
        let filter = filter.clone();
        self.on_its_thread(move |pool| async move { list(&pool, &filter).await })
            .await
    }

    /// Writes what a shadow did. Of an event of which nothing is to be kept, only the fields that differ are.
    pub(crate) async fn write_shadow(&self, mut shadowed: Shadowed, envelope: &Envelope) -> Result<(), LedgerError> {
        let nothing = self.0.keep.keeps_nothing_of(envelope).is_some();
        if nothing && let Some(parted) = &mut shadowed.parted {
            parted.asked = json!(null);
            parted.before = crate::capabilities::transcript::Before::NotKept;
        }
        for difference in &mut shadowed.differences {
            for value in [&mut difference.before, &mut difference.after] {
                let size = value.to_string().len();
                if nothing {
                    *value = json!(null);
                } else if size > VALUE {
                    *value = json!({"not kept": format!("it has {size} bytes")});
                }
            }
        }
        self.on_its_thread(move |pool| async move { write(&pool, &shadowed).await })
            .await
    }
}

async fn write(pool: &AnyPool, shadowed: &Shadowed) -> sqlx::Result<()> {
    let comparison = serde_json::to_string(shadowed).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(
        "INSERT INTO sclera_shadows (run, delivery, module, hook, at_ms, comparison) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (run) DO NOTHING",
    )
    .bind(shadowed.run.to_string())
    .bind(shadowed.id.to_string())
    .bind(&shadowed.module)
    .bind(&shadowed.hook)
    .bind(signed(shadowed.at_ms))
    .bind(comparison)
    .execute(pool)
    .await?;
    Ok(())
}

async fn list(pool: &AnyPool, filter: &Filter) -> sqlx::Result<Vec<Shadowed>> {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut texts: Vec<String> = Vec::new();
    for (column, value) in [("hook", &filter.hook), ("module", &filter.module)] {
        if let Some(value) = value {
            texts.push(value.clone());
            conditions.push(format!("{column} = ${}", texts.len()));
        }
    }
    let since = filter
        .since
        .map_or(i64::MIN, |since| signed(since_epoch(since).as_millis()));
    let (since_at, limit_at) = (texts.len() + 1, texts.len() + 2);
    let sql = format!(
        "SELECT comparison FROM sclera_shadows WHERE {} AND at_ms >= ${since_at} ORDER BY at_ms DESC, run DESC LIMIT ${limit_at}",
        conditions.join(" AND ")
    );
    let query = bind_all(sqlx::query(AssertSqlSafe(sql)), texts)
        .bind(since)
        .bind(filter.limit.map_or(i64::MAX, signed));
    let rows = query.fetch_all(pool).await?;
    let all = rows.iter().map(|row| {
        let comparison: String = row.try_get(0)?;
        serde_json::from_str(&comparison).map_err(|error| sqlx::Error::Decode(error.into()))
    });
    let mut all: Vec<Shadowed> = all.collect::<sqlx::Result<_>>()?;
    all.retain(|one| filter.ids.is_empty() || filter.ids.contains(&one.id));
    Ok(all)
}

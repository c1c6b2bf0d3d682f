//! One module's space: keys and values, within a quota.
//!
//! Every change is one SQL statement, and never a transaction of several. SQLite does a statement as a whole or not at
//! all, so a call that is ended at its deadline, wherever it waits, leaves nothing open and nothing half done.

use sqlx::SqlitePool;

use super::KeyvalueGrant;

/// What one module keeps. Clones are the same space.
#[derive(Clone)]
pub(crate) struct Space {
    pool: SqlitePool,
    id: i64,
    keys: i64,
    bytes: i64,
}

/// Why a space did not do what it was asked for. The texts are for the guest: nothing of the database is in them.
#[derive(Debug, thiserror::Error)]
pub(super) enum SpaceError {
    #[error("the key has {0} bytes, and a key may have {KEY}")]
    KeyTooLong(usize),
    #[error("the value has {0} bytes, and a value may have {VALUE}")]
    ValueTooLarge(usize),
    #[error("the store has its {0} keys, as many as it may have; delete some")]
    TooManyKeys(i64),
    #[error("keys and values would have more than the {0} bytes that the store may have; delete some")]
    TooManyBytes(i64),
    #[error("the value is not a number: only decimal digits, for at most 18446744073709551615, can be incremented")]
    NotANumber,
    #[error("the number would be larger than 18446744073709551615")]
    NumberTooLarge,
    #[error("the store does not answer; try again later")]
    Unavailable(#[from] sqlx::Error),
}

/// Bytes of a key.
pub(super) const KEY: usize = 1 << 10;
/// Bytes of a value.
pub(super) const VALUE: usize = 1 << 20;
/// Keys of one page of a list.
pub(super) const PAGE: usize = 1_000;

/// Sets a key if the quota allows it and, where that is asked for (`?6`), if its value is still `?7`.
///
/// What makes nothing larger is always allowed: a module whose grant was lowered must be able to clean up.
const WRITE: &str = "
    INSERT INTO keyvalue_entries (space, number, key, value)
    SELECT space.id, space.next, ?2, ?3
    FROM keyvalue_spaces space LEFT JOIN keyvalue_entries old ON old.space = space.id AND old.key = ?2
    WHERE space.id = ?1
        AND (old.key IS NOT NULL OR space.keys < ?4)
        AND length(?3) + iif(old.key IS NULL, length(?2), -length(old.value)) <= max(0, ?5 - space.bytes)
        AND (NOT ?6 OR old.value IS ?7)
    ON CONFLICT (space, key) DO UPDATE SET value = excluded.value";

/// What [`WRITE`] looked at: why it wrote nothing.
const STANDING: &str = "
    SELECT space.keys, space.bytes, length(old.value)
    FROM keyvalue_spaces space LEFT JOIN keyvalue_entries old ON old.space = space.id AND old.key = ?2
    WHERE space.id = ?1";

const GET: &str = "SELECT value FROM keyvalue_entries WHERE space = ? AND key = ?";
const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM keyvalue_entries WHERE space = ? AND key = ?)";
const DELETE: &str = "DELETE FROM keyvalue_entries WHERE space = ? AND key = ?";
const LIST: &str = "SELECT number, key FROM keyvalue_entries WHERE space = ? AND number > ? ORDER BY number LIMIT ?";

impl Space {
    pub(super) fn new(pool: SqlitePool, id: i64, grant: &KeyvalueGrant) -> Self {
        Self {
            pool,
            id,
            keys: grant.keys.try_into().unwrap_or(i64::MAX),
            bytes: grant.bytes.try_into().unwrap_or(i64::MAX),
        }
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SpaceError> {
        let key = checked(key)?;
        Ok(sqlx::query_scalar(GET)
            .bind(self.id)
            .bind(key)
            .fetch_optional(&self.pool)
            .await?)
    }

    pub(super) async fn exists(&self, key: &str) -> Result<bool, SpaceError> {
        let key = checked(key)?;
        Ok(sqlx::query_scalar(EXISTS)
            .bind(self.id)
            .bind(key)
            .fetch_one(&self.pool)
            .await?)
    }

    pub(super) async fn set(&self, key: &str, value: Vec<u8>) -> Result<(), SpaceError> {
        let key = checked(key)?;
        if value.len() > VALUE {
            return Err(SpaceError::ValueTooLarge(value.len()));
        }
        while !self.write(key, &value, None).await? {
            self.check_quota(key, &value).await?;
            // Another delivery has made room since. Try again.
        }
        Ok(())
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), SpaceError> {
        let key = checked(key)?;
        sqlx::query(DELETE).bind(self.id).bind(key).execute(&self.pool).await?;
        Ok(())
    }

    /// A page of keys, and the cursor of the next one if there are more. A cursor is the number of the last key that was
    /// listed: keys that come and go meanwhile move none of the others to another page.
    pub(super) async fn list_keys(&self, cursor: Option<u64>) -> Result<(Vec<String>, Option<u64>), SpaceError> {
        let after = i64::try_from(cursor.unwrap_or_default()).unwrap_or(i64::MAX);
        let mut rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(LIST)
            .bind(self.id)
            .bind(after)
            .bind(PAGE as i64 + 1)
            .fetch_all(&self.pool)
            .await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let last = rows.last().and_then(|(number, _)| u64::try_from(*number).ok());
        let keys = rows
            .into_iter()
            .map(|(_, key)| String::from_utf8(key))
            .collect::<Result<_, _>>()
            .map_err(|damaged| sqlx::Error::Decode(damaged.into()))?;
        Ok((keys, last.filter(|_| more)))
    }

    /// Adds to a number, kept as decimal digits; a key that is not there counts as zero.
    pub(super) async fn increment(&self, key: &str, delta: u64) -> Result<u64, SpaceError> {
        loop {
            let old = self.get(key).await?;
            let number = match &old {
                Some(digits) => number(digits).ok_or(SpaceError::NotANumber)?,
                None => 0,
            };
            let number = number.checked_add(delta).ok_or(SpaceError::NumberTooLarge)?;
            let digits = number.to_string();
            if self
                .write(key.as_bytes(), digits.as_bytes(), Some(old.as_deref()))
                .await?
            {
                return Ok(number);
            }
            // Either the quota is used up, or another delivery was faster. Then that one got on, and it is this one's
            // turn to try again.
            self.check_quota(key.as_bytes(), digits.as_bytes()).await?;
        }
    }

    /// Whether the value was written. It is not if it exceeds the quota, or if the old one is not as `expected`.
    async fn write(&self, key: &[u8], value: &[u8], expected: Option<Option<&[u8]>>) -> Result<bool, SpaceError> {
        let done = sqlx::query(WRITE)
            .bind(self.id)
            .bind(key)
            .bind(value)
            .bind(self.keys)
            .bind(self.bytes)
            .bind(expected.is_some())
            .bind(expected.flatten())
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The same rule as in [`WRITE`], with the reason.
    async fn check_quota(&self, key: &[u8], value: &[u8]) -> Result<(), SpaceError> {
        let (keys, bytes, old): (i64, i64, Option<i64>) = sqlx::query_as(STANDING)
            .bind(self.id)
            .bind(key)
            .fetch_one(&self.pool)
            .await?;
        let size = |bytes: &[u8]| i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if old.is_none() && keys >= self.keys {
            return Err(SpaceError::TooManyKeys(self.keys));
        }
        let growth = match old {
            Some(old) => size(value) - old,
            None => size(key) + size(value),
        };
        if growth > (self.bytes - bytes).max(0) {
            return Err(SpaceError::TooManyBytes(self.bytes));
        }
        Ok(())
    }
}

fn checked(key: &str) -> Result<&[u8], SpaceError> {
    if key.len() > KEY {
        return Err(SpaceError::KeyTooLong(key.len()));
    }
    Ok(key.as_bytes())
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

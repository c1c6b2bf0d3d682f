//! The rows of objects in the database: one set of statements for all kinds.

use serde_json::{Map, Value, json};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, FromRow, SqliteConnection};

use crate::context::User;
use crate::error::Error;
use crate::field::{Type, timestamp};
use crate::kind::ObjectKind;
use crate::kinds::kind_named;

/// An object as it is in the database.
#[derive(Debug, FromRow)]
pub struct Stored {
    /// Its id.
    pub id: i64,
    /// Its UUID.
    pub uuid: String,
    /// Its case; none if its kind is in no case.
    pub case_id: Option<i64>,
    /// The name of its case.
    pub case_name: Option<String>,
    /// Who made it: the id.
    pub user_id: i64,
    /// Who made it: the login.
    pub login: String,
    /// Who last changed it.
    pub updated_by: i64,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// What clients and modules gave, by the names of the committed object.
    pub fields: Json<Map<String, Value>>,
    /// Who did what to it.
    pub history: Json<Map<String, Value>>,
    /// The comments on it, oldest first.
    pub comments: Json<Value>,
}

/// The object with this id, wherever it is.
pub async fn find(db: &mut SqliteConnection, kind: &ObjectKind, id: i64) -> Result<Stored, Error> {
    sqlx::query_as(select(kind, "WHERE o.id = ?"))
        .bind(id)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::NotFound(format!("there is no {} {id}", kind.name)))
}

/// The object with this id if it is in this case: an id of another case is as unknown as one that was never given.
pub async fn find_in(
    db: &mut SqliteConnection,
    kind: &ObjectKind,
    case: Option<i64>,
    id: i64,
) -> Result<Stored, Error> {
    let missing = |case| Error::NotFound(format!("there is no {} {id} in case {case}", kind.name));
    match (find(db, kind, id).await, case) {
        (Ok(stored), case) if stored.case_id == case => Ok(stored),
        (Ok(_) | Err(Error::NotFound(_)), Some(case)) => Err(missing(case)),
        (found, _) => found,
    }
}

/// How many objects [`list`] gives at most.
pub const PAGE: i64 = 1000;

/// The objects of a kind, of one case if they are in cases, whose id is greater than `after`: the first [`PAGE`].
pub async fn list(
    db: &mut SqliteConnection,
    kind: &ObjectKind,
    case: Option<i64>,
    after: i64,
) -> Result<Vec<Stored>, Error> {
    let query = select(kind, "WHERE o.case_id IS ? AND o.id > ? ORDER BY o.id LIMIT ?");
    Ok(sqlx::query_as(query)
        .bind(case)
        .bind(after)
        .bind(PAGE)
        .fetch_all(db)
        .await?)
}

/// Makes an object and gives its id.
pub async fn insert(
    db: &mut SqliteConnection,
    kind: &ObjectKind,
    case: Option<i64>,
    user: &User,
    fields: &Map<String, Value>,
) -> Result<i64, Error> {
    check_references(db, kind, case, fields).await?;
    let mut history = Map::new();
    remember(&mut history, user, "created");
    let statement = format!(
        "INSERT INTO {} (uuid, case_id, user_id, updated_by, created_at, updated_at, fields, history)
         VALUES (?1, ?2, ?3, ?3, ?4, ?4, ?5, ?6) RETURNING id",
        kind.table
    );
    let id = sqlx::query_scalar(AssertSqlSafe(statement))
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(case)
        .bind(user.id)
        .bind(now())
        .bind(Json(fields))
        .bind(Json(history))
        .fetch_one(&mut *db)
        .await?;
    note_activity(db, kind, (case, id), user, "created", fields).await?;
    Ok(id)
}

/// Gives an object other fields.
pub async fn update(
    db: &mut SqliteConnection,
    kind: &ObjectKind,
    mut stored: Stored,
    user: &User,
    fields: &Map<String, Value>,
) -> Result<(), Error> {
    check_references(db, kind, stored.case_id, fields).await?;
    remember(&mut stored.history, user, "updated");
    let statement = format!(
        "UPDATE {} SET updated_by = ?, updated_at = ?, fields = ?, history = ? WHERE id = ?",
        kind.table
    );
    sqlx::query(AssertSqlSafe(statement))
        .bind(user.id)
        .bind(now())
        .bind(Json(fields))
        .bind(stored.history)
        .bind(stored.id)
        .execute(&mut *db)
        .await?;
    note_activity(db, kind, (stored.case_id, stored.id), user, "updated", fields).await
}

/// Removes an object, and with a case everything that is in it.
pub async fn delete(db: &mut SqliteConnection, kind: &ObjectKind, stored: &Stored, user: &User) -> Result<(), Error> {
    sqlx::query(AssertSqlSafe(format!("DELETE FROM {} WHERE id = ?", kind.table)))
        .bind(stored.id)
        .execute(&mut *db)
        .await?;
    note_activity(db, kind, (stored.case_id, stored.id), user, "deleted", &stored.fields).await
}

/// Adds a comment to an object.
pub async fn comment(
    db: &mut SqliteConnection,
    kind: &ObjectKind,
    id: i64,
    user: &User,
    text: &str,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO comments (object, object_id, user_id, created_at, text) VALUES (?, ?, ?, ?, ?)")
        .bind(kind.name)
        .bind(id)
        .bind(user.id)
        .bind(now())
        .bind(text)
        .execute(db)
        .await?;
    Ok(())
}

/// Now, as IRIS writes it.
pub fn now() -> String {
    timestamp(jiff::Timestamp::now())
}

/// The columns of [`Stored`]. What is put into the text comes from `kinds.rs` and from this file, never from a client.
fn select(kind: &ObjectKind, which: &str) -> AssertSqlSafe<String> {
    let ObjectKind { name, table, .. } = kind;
    AssertSqlSafe(format!(
        "SELECT o.id, o.uuid, o.case_id, cases.fields ->> 'name' AS case_name, o.user_id, users.login, o.updated_by,
                o.created_at, o.updated_at, o.fields, o.history,
                (SELECT json_group_array(json_object(
                            'comment_id', c.id, 'comment_text', c.text, 'comment_date', c.created_at,
                            'comment_user_id', c.user_id) ORDER BY c.id)
                   FROM comments AS c WHERE c.object = '{name}' AND c.object_id = o.id) AS comments
           FROM {table} AS o
           JOIN users ON users.id = o.user_id
           LEFT JOIN cases ON cases.id = o.case_id
           {which}"
    ))
}

fn remember(history: &mut Map<String, Value>, user: &User, action: &str) {
    let now = jiff::Timestamp::now();
    let key = format!("{}.{:06}", now.as_second(), now.subsec_microsecond());
    history.insert(key, json!({ "user": user.login, "user_id": user.id, "action": action }));
}

/// Writes into the case's activities what was done; the activities of a case outlive it.
async fn note_activity(
    db: &mut SqliteConnection,
    kind: &ObjectKind,
    (case, id): (Option<i64>, i64),
    user: &User,
    done: &str,
    fields: &Map<String, Value>,
) -> Result<(), Error> {
    let Some(case) = case.or((kind.name == "case").then_some(id)) else {
        return Ok(());
    };
    let title = fields.get(kind.title).and_then(Value::as_str).unwrap_or_default();
    sqlx::query("INSERT INTO activities (case_id, user_id, at, text) VALUES (?, ?, ?, ?)")
        .bind(case)
        .bind(user.id)
        .bind(now())
        .bind(format!("{done} {} {id}: {title}", kind.name))
        .execute(db)
        .await?;
    Ok(())
}

/// An object may name others only in its own case.
async fn check_references(
    db: &mut SqliteConnection,
    kind: &ObjectKind,
    case: Option<i64>,
    fields: &Map<String, Value>,
) -> Result<(), Error> {
    for field in kind.asked() {
        let Some(Type::Objects(named)) = field.type_asked() else {
            continue;
        };
        let Some(named) = kind_named(named) else { continue };
        for id in fields
            .get(field.name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_i64)
        {
            find_in(db, named, case, id)
                .await
                .map_err(|error| Error::BadRequest(format!("`{}`: {error}", field.asked_as)))?;
        }
    }
    Ok(())
}

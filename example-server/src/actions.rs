//! What modules ask for.

use sclera::{Action, ActionApplier, ApplyError, Delivery, Host, Operation, async_trait};
use serde_json::{Map, Value};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::change::Change;
use crate::commit::{CaseServer, Request, Step};
use crate::context::{Context, User};
use crate::error::Error;
use crate::hooks::Preloaded;
use crate::kind::ObjectKind;
use crate::kinds::{KINDS, kind_named};
use crate::merge;
use crate::store::{self, Stored, now};

/// Applies the actions of postload and manual deliveries.
#[derive(Debug)]
pub struct Applier {
    /// Where the objects are.
    pub database: SqlitePool,
}

#[async_trait]
impl ActionApplier for Applier {
    async fn apply(&self, host: &Host, delivery: &Delivery) -> Result<(), ApplyError> {
        let server = CaseServer {
            host: host.clone(),
            database: self.database.clone(),
        };
        server.apply_delivery(delivery).await?;
        Ok(())
    }
}

/// Where actions come from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// On whose behalf the module ran.
    pub user: User,
    /// The case of its event: where it makes objects if it does not say otherwise.
    pub case: Option<i64>,
}

/// The actions that one delivery of a preload asked for, to be written in the transaction of the request.
#[derive(Debug)]
pub(crate) struct ActionSet {
    delivery: Delivery,
    /// Their changes; or why they cannot be applied. That is the module's fault and not the user's, so the request goes
    /// on without them.
    changes: Result<Vec<Change>, Error>,
}

impl CaseServer {
    /// Applies what a postload or manual delivery asked for, wherever it ran. Gives false if it had been applied before: the
    /// delivery has come again.
    pub async fn apply_delivery(&self, delivery: &Delivery) -> Result<bool, Error> {
        let mut db = self.database.acquire().await?;
        let user = match &delivery.triggered_by {
            Some(login) => User::named(&mut db, login).await?,
            None => User::server(&mut db).await?,
        };
        drop(db);
        let origin = Origin {
            user,
            case: delivery.metadata.get("case_id").and_then(Value::as_i64),
        };
        self.apply_actions(&keys(delivery), delivery.asked_actions(), &origin, Some(delivery))
            .await
    }

    /// Asks the preload hooks of all actions of a delivery; one refusal or error fails them all.
    ///
    /// The updates of one object are one change. An update that would change nothing is left out, and fires no hook.
    pub(crate) async fn prepare_actions(
        &self,
        actions: &[Action],
        origin: &Origin,
        cause: Option<&Delivery>,
    ) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        for action in &combined(actions) {
            let change = async {
                match self.request_for(action, origin.case).await? {
                    Some(request) => Ok(Some(
                        self.prepare(request, origin.user.clone(), cause).await?.for_module(),
                    )),
                    None => Ok(None),
                }
            };
            let failed = |reason| Error::Action {
                action: described(action),
                reason: Box::new(reason),
            };
            changes.extend(change.await.map_err(failed)?);
        }
        Ok(changes)
    }

    pub(crate) async fn prepare_action_set(&self, delivery: Delivery, context: &Context) -> ActionSet {
        let origin = Origin {
            user: context.user.clone(),
            case: context.case.as_ref().map(|case| case.id),
        };
        let changes = self
            .prepare_actions(delivery.asked_actions(), &origin, Some(&delivery))
            .await;
        ActionSet { delivery, changes }
    }

    /// Writes into the transaction of a request what the modules are told of the changes that come with it.
    pub(crate) async fn announce_actions(
        &self,
        db: &mut SqliteConnection,
        preloaded: &mut Preloaded,
    ) -> Result<(), Error> {
        for ActionSet { delivery, changes } in &mut preloaded.asked {
            for change in changes.iter_mut().flatten() {
                self.announce(db, change, Some(delivery)).await?;
            }
        }
        Ok(())
    }

    /// Tells the modules of the changes that were committed beside a request.
    pub(crate) async fn tell_of_actions(&self, preloaded: &mut Preloaded) {
        for ActionSet { changes, .. } in &mut preloaded.asked {
            for change in changes.iter_mut().flatten() {
                self.tell(change).await;
            }
        }
    }

    /// The request that an action stands for; none if it would change nothing.
    async fn request_for(&self, action: &Action, event_case: Option<i64>) -> Result<Option<Request>, Error> {
        let kind = kind_named(&action.object).ok_or_else(|| {
            let known: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
            Error::BadRequest(format!(
                "there are no objects of that kind; there are {}",
                known.join(", ")
            ))
        })?;
        let seen = match &action.target {
            Some(target) => Some(self.target(kind, target).await?),
            None => None,
        };
        let case = match &seen {
            Some(seen) => seen.case_id,
            None => action.change.case_id.or(event_case).filter(|_| kind.in_case),
        };
        if kind.in_case && case.is_none() {
            return Err(Error::BadRequest(
                "it is not clear in which case: the change has no `case_id`, and neither has the event".into(),
            ));
        }
        let step = match (action.operation, &seen) {
            (Operation::Update, Some(seen)) => Step::Update(seen.id),
            (Operation::Delete, Some(seen)) => Step::Delete(seen.id),
            _ => Step::Create,
        };
        let fields = fields_for(kind, &action.change, seen.as_ref())?;
        let comments = action.change.comments.clone();
        let is_idle = matches!(step, Step::Update(_)) && fields.is_empty() && comments.is_empty();
        Ok((!is_idle).then_some(Request {
            kind,
            step,
            case,
            fields,
            comments,
        }))
    }

    async fn target(&self, kind: &ObjectKind, target: &str) -> Result<Stored, Error> {
        let id = target
            .parse()
            .map_err(|_| Error::NotFound("there is no object with that id: ids are numbers".into()))?;
        store::find(&mut *self.database.acquire().await?, kind, id).await
    }
}

/// The actions, with all updates of one object in the place of the first one: each was asked for in view of the others,
/// and not of what is in the database.
fn combined(actions: &[Action]) -> Vec<Action> {
    let mut combined: Vec<Action> = Vec::new();
    for action in actions {
        let is_same = |other: &&mut Action| {
            (other.operation, action.operation) == (Operation::Update, Operation::Update)
                && (&other.object, &other.target) == (&action.object, &action.target)
        };
        match combined.iter_mut().find(is_same) {
            Some(earlier) => merge::then(&mut earlier.change, &action.change),
            None => combined.push(action.clone()),
        }
    }
    combined
}

/// The request's fields for a change, as a client would send them; without those that are so already.
fn fields_for(kind: &ObjectKind, change: &sclera::Change, seen: Option<&Stored>) -> Result<Map<String, Value>, Error> {
    let has_no = |what: &str| Error::BadRequest(format!("a {} has no {what}", kind.name));
    let there = |name: &str| seen.and_then(|seen| seen.fields.get(name));
    let mut fields = Map::new();
    for (name, value) in &change.fields {
        let field = kind
            .field(name)
            .ok_or_else(|| has_no(&format!("field `{name}` that can be set")))?;
        if there(field.name) != Some(value) {
            fields.insert(field.asked_as.to_owned(), value.clone());
        }
    }
    if !change.tags.is_empty() {
        let field = kind.tags().ok_or_else(|| has_no("tags"))?;
        let before = fields
            .get(field.asked_as)
            .or(there(field.name))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let after = merge::tags(before, &change.tags);
        if !merge::tag_change(before, &after).is_empty() {
            fields.insert(field.asked_as.to_owned(), after.into());
        }
    }
    if !change.custom_attributes.is_empty() {
        let field = kind.custom_attributes().ok_or_else(|| has_no("custom attributes"))?;
        let nothing = Map::new();
        let before = fields
            .get(field.asked_as)
            .or(there(field.name))
            .and_then(Value::as_object)
            .unwrap_or(&nothing);
        let after = merge::custom_attributes(before, &change.custom_attributes);
        if after != *before {
            fields.insert(field.asked_as.to_owned(), after.into());
        }
    }
    Ok(fields)
}

impl Preloaded {
    /// Writes what modules asked for: what one delivery asked for all together or not at all.
    pub(crate) async fn write_actions(&mut self, db: &mut SqliteConnection) -> Result<(), Error> {
        for ActionSet { delivery, changes } in &mut self.asked {
            let id = delivery.id.to_string();
            if let Ok(prepared) = changes {
                let mut savepoint = db.begin().await?;
                match write_once(&mut savepoint, delivery, prepared).await {
                    Ok(true) => savepoint.commit().await?,
                    Ok(false) => {
                        savepoint.rollback().await?;
                        prepared.clear();
                    }
                    Err(reason) => {
                        savepoint.rollback().await?;
                        *changes = Err(reason);
                    }
                }
            }
            let became = match changes {
                Ok(_) => "applied".into(),
                Err(reason) => format!("failed: {reason}"),
            };
            if let Err(reason) = changes {
                tracing::warn!(module = delivery.module.name, hook = delivery.hook, %reason, "actions were not applied");
            }
            if let Some(heard) = self.heard.iter_mut().find(|heard| heard.delivery == id) {
                heard.actions = Some(became);
            }
        }
        Ok(())
    }
}

/// The keys under which a delivery's actions are applied once.
fn keys(delivery: &Delivery) -> Vec<String> {
    delivery.action_keys().map(|(key, _)| key).collect()
}

/// False if the delivery was applied before; the transaction is then to be rolled back.
async fn write_once(db: &mut SqliteConnection, delivery: &Delivery, changes: &mut [Change]) -> Result<bool, Error> {
    if !mark_applied(db, &keys(delivery)).await? {
        return Ok(false);
    }
    for change in changes {
        change.write_as_action(db).await?;
    }
    Ok(true)
}

/// Remembers, in the transaction that applies a delivery's actions, that they were applied. False if one of them was before:
/// they are applied all together, so all of them were. The transaction is then to be rolled back.
pub(crate) async fn mark_applied(db: &mut SqliteConnection, keys: &[String]) -> Result<bool, Error> {
    for key in keys {
        let inserted =
            sqlx::query("INSERT INTO applied_actions (key, applied_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(key)
                .bind(now())
                .execute(&mut *db)
                .await?;
        if inserted.rows_affected() == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

fn described(action: &Action) -> String {
    let operation = match action.operation {
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
    };
    match &action.target {
        Some(target) => format!("{operation} {} {target}", action.object),
        None => format!("{operation} {}", action.object),
    }
}

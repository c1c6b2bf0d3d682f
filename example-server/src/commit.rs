//! The code around a commit: the modules are asked, the change is committed, the modules are told.
//!
//! It is written once, for every kind of object. This is the file to copy from: `prepare` fires the preload hook
//! ([`Host::preload`]), `write` knows the tables, `announce` writes into the same transaction who is told of it
//! ([`Host::announce`]), and `tell` fires the postload hook ([`Host::postload_announced`]). Whatever ends the server between
//! the commit and `tell`, the modules that are told in the background hear of it: a relay finds what was written.

use sclera::{Delivery, Host};
use serde_json::{Map, Value};
use sqlx::SqlitePool;

use crate::actions::{Origin, mark_applied};
use crate::context::User;
use crate::error::Error;
use crate::heard::Heard;
use crate::kind::ObjectKind;

/// A server of cases: a database, and the host of the modules that take part in what happens to it.
#[derive(Clone, Debug)]
pub struct CaseServer {
    /// The modules.
    pub host: Host,
    /// The cases.
    pub database: SqlitePool,
}

/// What somebody wants to do to one object.
#[derive(Debug)]
pub struct Request {
    /// The kind of the object.
    pub kind: &'static ObjectKind,
    /// What to do.
    pub step: Step,
    /// The case that the object is in, or shall be in; none if its kind is in no case.
    pub case: Option<i64>,
    /// The fields to set. Nobody has looked at them yet.
    pub fields: Map<String, Value>,
    /// Comments to add.
    pub comments: Vec<String>,
}

/// What to do; and to which object, if it is there already.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Makes an object.
    Create,
    /// Changes one.
    Update(i64),
    /// Removes one.
    Delete(i64),
    /// Makes another one like it.
    Duplicate(i64),
}

/// What came of a request.
#[derive(Debug)]
pub struct Done {
    /// The object as it was committed; after a delete, as it was before.
    pub object: Value,
    /// What the modules said, in the order in which they ran.
    pub modules: Vec<Heard>,
}

impl CaseServer {
    /// Carries out a request of a user.
    pub async fn carry_out(&self, request: Request, user: User) -> Result<Done, Error> {
        // Before: every module may change the request, or refuse it. No transaction is open while modules run.
        let mut change = self.prepare(request, user, None).await?;

        // The commit: the object, what modules asked for in view of it, and that they are to be told, all at once.
        let mut transaction = self.database.begin_with("BEGIN IMMEDIATE").await?;
        change.write(&mut transaction).await?;
        self.announce(&mut transaction, &mut change, None).await?;
        transaction.commit().await?;

        // After: every module may react to what is now true.
        let reactions = self.tell(&mut change).await;
        Ok(change.done(reactions))
    }

    /// Applies the actions of a delivery: all of them or none, and only once for their `keys`, which are those of
    /// [`Delivery::action_keys`].
    ///
    /// `cause` is that delivery; it lets the host end a chain of modules that answer each other's changes. Gives false
    /// if the actions had been applied before.
    pub async fn apply_actions(
        &self,
        keys: &[String],
        actions: &[sclera::Action],
        origin: &Origin,
        cause: Option<&Delivery>,
    ) -> Result<bool, Error> {
        let mut changes = self.prepare_actions(actions, origin, cause).await?;

        let mut transaction = self.database.begin_with("BEGIN IMMEDIATE").await?;
        if !mark_applied(&mut transaction, keys).await? {
            // Dropped, the transaction leaves nothing behind.
            return Ok(false);
        }
        for change in &mut changes {
            change.write_as_action(&mut transaction).await?;
        }
        for change in &mut changes {
            self.announce(&mut transaction, change, cause).await?;
        }
        transaction.commit().await?;

        for change in &mut changes {
            self.tell(change).await;
        }
        Ok(true)
    }
}

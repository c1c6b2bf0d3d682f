//! One change to one object, from the request to what the modules are told of it.

use sclera::Delivery;
use serde_json::{Map, Value};
use sqlx::SqliteConnection;

use crate::commit::{CaseServer, Done, Request, Step};
use crate::committed::committed;
use crate::context::{CaseFacts, Context, User};
use crate::error::Error;
use crate::future::BoxFuture;
use crate::heard::Heard;
use crate::hooks::{Preloaded, Told};
use crate::kind::ObjectKind;
use crate::kinds::CASE;
use crate::merge::rebase;
use crate::store::{self, Stored};

/// A request that its preload hook has let pass.
#[derive(Debug)]
pub(crate) struct Change {
    kind: &'static ObjectKind,
    step: Step,
    context: Context,
    /// The object as it was when the modules were asked; none for a new one.
    seen: Option<Stored>,
    /// What the modules made of the request.
    preloaded: Preloaded,
    comments: Vec<String>,
    /// Whether a module asked for it, and not a user: it then adds to what is there at the commit.
    is_action: bool,
    /// The object, once it is written.
    committed: Value,
    /// What the modules are told of it, once that is written too.
    told: Option<Told>,
}

impl CaseServer {
    /// Finds out what a request is about, and asks the modules.
    ///
    /// What modules ask for may fire preload hooks too, which come through here again.
    pub(crate) fn prepare<'a>(
        &'a self,
        request: Request,
        user: User,
        cause: Option<&'a Delivery>,
    ) -> BoxFuture<'a, Result<Change, Error>> {
        Box::pin(async move {
            let Request {
                kind,
                step,
                case,
                fields,
                comments,
            } = request;
            let (seen, case) = self.look_up(kind, step, case).await?;
            let context = Context { user, case };
            let preloaded = match object_to_ask_about(kind, step, fields, seen.as_ref()) {
                Some(object) => self.preload(kind.name, step.name(), object, &context, cause).await?,
                None => Preloaded::default(),
            };
            let committed = Value::Null;
            Ok(Change {
                kind,
                step,
                context,
                seen,
                preloaded,
                comments,
                is_action: false,
                committed,
                told: None,
            })
        })
    }

    /// Writes into the transaction of a change, and of those that came with it, what the modules are told of them.
    pub(crate) fn announce<'a>(
        &'a self,
        db: &'a mut SqliteConnection,
        change: &'a mut Change,
        cause: Option<&'a Delivery>,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let operation = match change.step {
                Step::Duplicate(_) => Step::Create.name(),
                step => step.name(),
            };
            if !change.preloaded.is_silent {
                let Change {
                    kind,
                    committed,
                    context,
                    ..
                } = &*change;
                change.told = self
                    .announce_object(db, kind, operation, committed, context, cause)
                    .await?;
            }
            self.announce_actions(db, &mut change.preloaded).await
        })
    }

    /// Tells the modules of a change that is committed, and of those that came with it.
    pub(crate) fn tell<'a>(&'a self, change: &'a mut Change) -> BoxFuture<'a, Vec<Heard>> {
        Box::pin(async move {
            let heard = match change.told.take() {
                Some(told) => self.postload(told).await,
                None => Vec::new(),
            };
            self.tell_of_actions(&mut change.preloaded).await;
            heard
        })
    }

    async fn look_up(
        &self,
        kind: &'static ObjectKind,
        step: Step,
        case: Option<i64>,
    ) -> Result<(Option<Stored>, Option<CaseFacts>), Error> {
        let mut db = self.database.acquire().await?;
        let seen = match step.target() {
            Some(id) => Some(store::find_in(&mut db, kind, case, id).await?),
            None => None,
        };
        let case = match (case, &seen) {
            (Some(case), _) => Some(CaseFacts::of(&store::find(&mut db, &CASE, case).await?)),
            (None, Some(seen)) if kind.name == CASE.name => Some(CaseFacts::of(seen)),
            _ => None,
        };
        Ok((seen, case))
    }
}

/// The payload of the preload hook: what was requested, or the object that is to go or to be copied. None if only
/// comments are to be added, as no hook is about these.
fn object_to_ask_about(
    kind: &ObjectKind,
    step: Step,
    mut fields: Map<String, Value>,
    seen: Option<&Stored>,
) -> Option<Value> {
    match step {
        Step::Create => Some(fields.into()),
        Step::Delete(_) | Step::Duplicate(_) => seen.map(|seen| committed(kind, seen)),
        Step::Update(_) if fields.is_empty() => None,
        Step::Update(id) => {
            fields.insert(kind.id().to_owned(), id.into());
            Some(fields.into())
        }
    }
}

impl Change {
    /// Writes the object, and what the modules asked for beside it.
    pub(crate) fn write<'a>(&'a mut self, db: &'a mut SqliteConnection) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let id = self.write_object(db).await?;
            for text in &self.comments {
                store::comment(db, self.kind, id, &self.context.user, text).await?;
            }
            let is_there = !matches!(self.step, Step::Delete(_));
            if is_there {
                self.read_back(db, id).await?;
            }
            self.preloaded.write_actions(db).await?;
            if is_there && !self.preloaded.asked.is_empty() {
                // They may be about the same object: everyone is told of what is there in the end.
                return match self.read_back(db, id).await {
                    Err(Error::NotFound(_)) => Ok(()),
                    read => read,
                };
            }
            Ok(())
        })
    }

    async fn read_back(&mut self, db: &mut SqliteConnection, id: i64) -> Result<(), Error> {
        let stored = store::find(db, self.kind, id).await?;
        self.committed = committed(self.kind, &stored);
        if self.kind.name == CASE.name {
            self.context.case = Some(CaseFacts::of(&stored));
        }
        Ok(())
    }

    /// The server's own check of the request is here, after the modules: they may have changed everything.
    async fn write_object(&mut self, db: &mut SqliteConnection) -> Result<i64, Error> {
        let Self {
            kind,
            context: Context { user, case },
            preloaded: Preloaded { object, .. },
            ..
        } = self;
        let case = case.as_ref().map(|case| case.id).filter(|_| kind.in_case);
        let now = match self.step.target() {
            Some(id) => Some(store::find_in(db, kind, case, id).await?),
            None => None,
        };
        match (self.step, now) {
            (Step::Duplicate(_), Some(now)) => {
                store::insert(db, kind, case, user, &kind.fields_changed(object, &now.fields)?).await
            }
            (Step::Update(id), Some(now)) => {
                if !self.preloaded.is_silent {
                    if let (true, Some(seen)) = (self.is_action, &self.seen) {
                        rebase(kind, object, &seen.fields, &now.fields);
                    }
                    let fields = kind.fields_changed(object, &now.fields)?;
                    store::update(db, kind, now, user, &fields).await?;
                }
                Ok(id)
            }
            (Step::Delete(id), Some(now)) => {
                self.committed = committed(kind, &now);
                store::delete(db, kind, &now, user).await?;
                Ok(id)
            }
            _ => store::insert(db, kind, case, user, &kind.fields_of_new(object)?).await,
        }
    }

    /// The same change, as a module asked for it.
    pub(crate) fn for_module(mut self) -> Self {
        self.is_action = true;
        self
    }

    /// As [`write`](Self::write), for a change that a module asked for: an error says which one it was.
    pub(crate) async fn write_as_action(&mut self, db: &mut SqliteConnection) -> Result<(), Error> {
        let action = match self.step.target() {
            Some(id) => format!("{} {} {id}", self.step.name(), self.kind.name),
            None => format!("{} {}", self.step.name(), self.kind.name),
        };
        self.write(db).await.map_err(|reason| Error::Action {
            action,
            reason: Box::new(reason),
        })
    }

    /// What to tell the user.
    pub(crate) fn done(self, reactions: Vec<Heard>) -> Done {
        let mut modules = self.preloaded.heard;
        modules.extend(reactions);
        Done {
            object: self.committed,
            modules,
        }
    }
}

impl Step {
    /// Its name, as in the names of hooks.
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update(_) => "update",
            Self::Delete(_) => "delete",
            Self::Duplicate(_) => "duplicate",
        }
    }

    /// The id of the object that is there already.
    fn target(self) -> Option<i64> {
        match self {
            Self::Create => None,
            Self::Update(id) | Self::Delete(id) | Self::Duplicate(id) => Some(id),
        }
    }
}

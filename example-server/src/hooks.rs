//! Firing a hook, and what comes of it.

use sclera::{Announced, Delivery};
use serde_json::{Map, Value};
use sqlx::SqliteConnection;

use crate::actions::ActionSet;
use crate::commit::CaseServer;
use crate::context::Context;
use crate::error::Error;
use crate::heard::Heard;
use crate::kind::ObjectKind;

/// What the modules made of the payload of a preload hook.
#[derive(Debug)]
pub(crate) struct Preloaded {
    /// The object to go on with.
    pub(crate) object: Map<String, Value>,
    /// What each of them said.
    pub(crate) heard: Vec<Heard>,
    /// What they ask for, to be written in the same transaction.
    pub(crate) asked: Vec<ActionSet>,
    /// Whether there was nothing to ask the modules about, and will be nothing to tell them.
    pub(crate) is_silent: bool,
}

/// A postload hook that is in the transaction of a commit.
#[derive(Debug)]
pub(crate) struct Told {
    hook: String,
    announced: Announced,
}

impl Default for Preloaded {
    /// Nothing was asked.
    fn default() -> Self {
        Self {
            object: Map::new(),
            heard: Vec::new(),
            asked: Vec::new(),
            is_silent: true,
        }
    }
}

impl CaseServer {
    /// Fires the preload hook of an operation on an object, if there is one: a case, for example, is updated without.
    pub(crate) async fn preload(
        &self,
        kind: &str,
        operation: &str,
        object: Value,
        context: &Context,
        cause: Option<&Delivery>,
    ) -> Result<Preloaded, Error> {
        let hook = format!("on_preload_{kind}_{operation}");
        if self.host.catalog().get(&hook).is_none() {
            let object = object.as_object().cloned().unwrap_or_default();
            return Ok(Preloaded {
                object,
                is_silent: false,
                ..Preloaded::default()
            });
        }
        let report = self.host.preload(context.trigger(&hook, &[object], cause)?).await?;
        let heard = report.deliveries.iter().map(Heard::of).collect();
        if let Some(refusal) = report.refusal {
            return Err(Error::Refused {
                refusal,
                modules: heard,
            });
        }
        let objects: Vec<Map<_, _>> = report.payload.to_objects().map_err(sclera::PayloadError::NotJson)?;
        let mut asked = Vec::new();
        for delivery in report
            .deliveries
            .into_iter()
            .filter(|delivery| !delivery.asked_actions().is_empty())
        {
            asked.push(self.prepare_action_set(delivery, context).await);
        }
        Ok(Preloaded {
            object: objects.into_iter().next().unwrap_or_default(),
            heard,
            asked,
            is_silent: false,
        })
    }

    /// Writes into the transaction that commits an object that the modules are to be told of it, if there is a postload hook for
    /// that: once it is committed they are, whatever crashes.
    ///
    /// A trigger that the host does not take fails no request: it is logged.
    pub(crate) async fn announce_object(
        &self,
        db: &mut SqliteConnection,
        kind: &ObjectKind,
        operation: &str,
        object: &Value,
        context: &Context,
        cause: Option<&Delivery>,
    ) -> Result<Option<Told>, Error> {
        let hook = format!("on_postload_{}_{operation}", kind.name);
        if self.host.catalog().get(&hook).is_none() {
            return Ok(None);
        }
        let mut trigger = context.trigger(&hook, std::slice::from_ref(object), cause)?;
        if let Some(id) = object.get(kind.id()) {
            trigger = trigger.about(format!("{}:{id}", kind.name));
        }
        match self.host.announce(trigger) {
            Ok(announced) => {
                announced.write_sqlite(db).await?;
                Ok(Some(Told { hook, announced }))
            }
            Err(error) => {
                tracing::error!(hook, %error, "the modules are not told of a commit");
                Ok(None)
            }
        }
    }

    /// Fires a postload hook that was announced in a transaction, after its commit: nothing can fail the request any more.
    pub(crate) async fn postload(&self, told: Told) -> Vec<Heard> {
        let report = self.host.postload_announced(told.announced).await;
        Heard::all(&told.hook, &report)
    }
}

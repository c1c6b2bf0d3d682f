//! Firing a hook, and what comes of it.

use sclera::Delivery;
use serde_json::{Map, Value};

use crate::actions::ActionSet;
use crate::commit::CaseServer;
use crate::context::Context;
use crate::error::Error;
use crate::heard::Heard;

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

    /// Fires the postload hook of an operation on an object, if there is one.
    ///
    /// The object is committed: nothing can fail the request any more, and what goes wrong is logged.
    pub(crate) async fn postload(
        &self,
        kind: &str,
        operation: &str,
        object: &Value,
        context: &Context,
        cause: Option<&Delivery>,
    ) -> Vec<Heard> {
        let hook = format!("on_postload_{kind}_{operation}");
        if self.host.catalog().get(&hook).is_none() {
            return Vec::new();
        }
        let told = match context.trigger(&hook, std::slice::from_ref(object), cause) {
            Ok(trigger) => self.host.postload(trigger).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        match told {
            Ok(report) => Heard::all(&hook, &report),
            Err(error) => {
                tracing::error!(hook, %error, "the modules were not told of a commit");
                Vec::new()
            }
        }
    }
}

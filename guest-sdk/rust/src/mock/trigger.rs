//! One event of the mock host.

use serde_json::Value;

use super::host::MockHost;
use crate::{Answer, Error, Event, HookKind, JsonObject, Metadata, Module, Operation, Outcome, hook};

/// A hook that happens in the mock host. [`handle`](Self::handle) gives it to a module.
#[derive(Debug)]
#[must_use = "nothing happens before `handle`"]
pub struct MockTrigger<'host> {
    host: &'host MockHost,
    objects: Vec<Value>,
    metadata: JsonObject,
    event: Event,
}

impl<'host> MockTrigger<'host> {
    pub(super) fn new(host: &'host MockHost, hook: String, payload: Value) -> Self {
        let objects = match payload {
            Value::Array(objects) => objects,
            object => vec![object],
        };
        let kind = if hook::is_preload(&hook) {
            HookKind::Preload
        } else if hook::is_manual(&hook) {
            HookKind::Manual
        } else {
            HookKind::Postload
        };
        let event = Event {
            delivery_id: "0195a3f0-0000-7000-8000-000000000001".to_owned(),
            attempt: 1,
            kind,
            menu_name: None,
            triggered_at_ms: 1_742_203_322_000,
            triggered_by: Some("ada".to_owned()),
            metadata: Metadata::default(),
            schema_id: format!("urn:sclera:schema:{hook}:1"),
            payload: String::new(),
            hook,
        };
        Self {
            host,
            objects,
            metadata: JsonObject::new(),
            event,
        }
    }

    /// For a manual hook, the menu entry that the user chose.
    pub fn menu(mut self, name: impl Into<String>) -> Self {
        self.event.menu_name = Some(name.into());
        self
    }

    /// What else the server knows: `case_id`, `case_name`, `customer`, `user_id`, `tlp`, or a key of its own.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// The login of the user on whose behalf the server acts. Default: `ada`.
    pub fn by(mut self, user: impl Into<String>) -> Self {
        self.event.triggered_by = Some(user.into());
        self
    }

    /// Which attempt at the delivery this is. Default: 1.
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.event.attempt = attempt;
        self
    }

    /// Lets the module handle the event.
    ///
    /// Fails with what the module fails with, and with the code `bad-output` where the real host would not take the
    /// answer.
    pub fn handle<M: Module>(mut self) -> Result<Answer, Error> {
        let expected = self.objects.len();
        self.event.payload = Value::Array(self.objects).to_string();
        self.event.metadata = self.metadata.into();
        let event = self.event;
        let host = self.host;
        host.capturing(|| {
            let answer = M::handle(&event, &host.load::<M>()?)?;
            check(&answer, event.kind, expected)
                .map_err(|fault| Error::new("bad-output", format!("the answer to {}: {fault}", event.hook)))?;
            Ok(answer)
        })
    }
}

fn check(answer: &Answer, kind: HookKind, objects: usize) -> Result<(), String> {
    match &answer.outcome {
        Outcome::Unchanged => {}
        _ if kind != HookKind::Preload => return Err("only a preload hook can replace or reject".to_owned()),
        Outcome::Replace(replaced) if replaced.len() != objects => {
            return Err(format!("there were {objects} objects, and it has {}", replaced.len()));
        }
        Outcome::Replace(_) | Outcome::Reject(_) => {}
    }
    for action in &answer.actions {
        if (action.operation == Operation::Create) != action.target.is_none() {
            return Err(format!(
                "an update or a delete of `{}` needs a target, a create must have none",
                action.object
            ));
        }
    }
    Ok(())
}

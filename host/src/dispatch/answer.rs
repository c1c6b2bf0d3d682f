//! From what a module answered to what the host makes of it. Everything in an answer is hostile until it has passed here.

use serde_json::Value;

use crate::action::{Action, Change, Operation};
use crate::capabilities::actions::ActionsGrant;
use crate::catalog::{Hook, HookKind};
use crate::contract::types;
use crate::delivery::{Answer, Outcome, Rejection};
use crate::fault::Fault;
use crate::limits::Limits;
use crate::payload::Payload;
use crate::text;

/// Characters of a reason, and of a message to the user.
const MESSAGE: usize = 4_000;
/// Characters of a JSON Pointer, an object kind or an id.
const NAME: usize = 256;

/// Checks an answer to the event with `payload` on `hook`, from a module that may take `limits` and is granted `granted`.
pub(crate) fn decode(
    said: types::Answer,
    hook: &Hook,
    payload: &Payload,
    limits: &Limits,
    granted: &ActionsGrant,
) -> Result<Answer, Fault> {
    let size = size(&said);
    if size > limits.answer {
        return Err(bad(format!(
            "it has {size} bytes in all, and the limit `answer` is {}",
            limits.answer
        )));
    }
    let outcome = match said.outcome {
        types::Outcome::Unchanged => Outcome::Unchanged,
        types::Outcome::Replace(text) => {
            only_preload(hook, "replace the payload")?;
            Outcome::Replace(replacement(text, hook, payload, limits)?)
        }
        types::Outcome::Reject(rejection) => {
            only_preload(hook, "reject the request")?;
            Outcome::Reject(Rejection {
                reason: text::shown(&rejection.reason, MESSAGE),
                // A refusal stands, whatever its pointer is.
                pointer: rejection.pointer.filter(|pointer| is_pointer(pointer)),
            })
        }
    };
    let actions = match &outcome {
        // What was asked for in view of a request that does not happen is void.
        Outcome::Reject(_) => Vec::new(),
        _ => actions(said.actions, limits, granted)?,
    };
    Ok(Answer {
        outcome,
        actions,
        message: said.message.map(|message| text::shown_lines(&message, MESSAGE)),
    })
}

/// Bytes of everything that a module can choose the length of.
fn size(said: &types::Answer) -> usize {
    let outcome = match &said.outcome {
        types::Outcome::Unchanged => 0,
        types::Outcome::Replace(text) => text.len(),
        types::Outcome::Reject(rejection) => rejection.reason.len() + rejection.pointer.as_ref().map_or(0, String::len),
    };
    let action = |action: &types::Action| {
        action.object.len() + action.target.as_ref().map_or(0, String::len) + action.change.len()
    };
    outcome + said.actions.iter().map(action).sum::<usize>() + said.message.as_ref().map_or(0, String::len)
}

fn bad(reason: impl Into<String>) -> Fault {
    Fault::BadOutput { reason: reason.into() }
}

fn only_preload(hook: &Hook, what: &str) -> Result<(), Fault> {
    match hook.kind() {
        HookKind::Preload => Ok(()),
        kind => Err(bad(format!(
            "it wanted to {what}, which only a preload hook can do; on a {kind} hook it must answer `unchanged`"
        ))),
    }
}

fn replacement(text: String, hook: &Hook, before: &Payload, limits: &Limits) -> Result<Payload, Fault> {
    if text.len() > limits.payload {
        return Err(bad(format!(
            "its payload has {} bytes, and the limit `payload` is {}",
            text.len(),
            limits.payload
        )));
    }
    if text == before.as_str() {
        // It was checked when it came in, and need not be read once more.
        return Ok(before.clone());
    }
    let after = Payload::parse(text).map_err(|error| bad(text::shown(&error.to_string(), 300)))?;
    if after.depth() > limits.depth {
        return Err(bad(format!(
            "its payload has {} levels, and the limit `depth` is {}",
            after.depth(),
            limits.depth
        )));
    }
    if after.objects() != before.objects() {
        return Err(bad(format!(
            "its payload has {} objects in place of {}; a preload may change objects, but not add or remove them",
            after.objects(),
            before.objects()
        )));
    }
    hook.validate(after.value()).map_err(|fault| {
        bad(format!(
            "its payload does not satisfy the schema `{}`: {fault}",
            hook.schema_id()
        ))
    })?;
    Ok(after)
}

/// RFC 6901: empty, or beginning with a slash.
fn is_pointer(pointer: &str) -> bool {
    pointer.len() <= NAME && (pointer.is_empty() || pointer.starts_with('/')) && !pointer.chars().any(text::is_forging)
}

fn actions(said: Vec<types::Action>, limits: &Limits, granted: &ActionsGrant) -> Result<Vec<Action>, Fault> {
    if said.len() > limits.actions {
        return Err(bad(format!(
            "it asks for {} actions, and the limit `actions` is {}",
            said.len(),
            limits.actions
        )));
    }
    said.into_iter()
        .enumerate()
        .map(|(index, said)| {
            let action = action(said, limits.depth).map_err(|reason| bad(format!("its action {index} {reason}")))?;
            if granted.allows(&action) {
                return Ok(action);
            }
            Err(Fault::RefusedCapability {
                capability: "actions".into(),
                reason: format!(
                    "its action {index} would {} objects of the kind `{}`",
                    action.operation, action.object
                ),
            })
        })
        .collect()
}

/// Levels of lists and objects within one another. The parser has bounded them.
fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(levels).max().unwrap_or_default(),
        _ => 0,
    }
}

fn action(said: types::Action, depth: usize) -> Result<Action, String> {
    let operation = match said.operation {
        types::Operation::Create => Operation::Create,
        types::Operation::Update => Operation::Update,
        types::Operation::Delete => Operation::Delete,
    };
    let is_kind = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if said.object.is_empty() || said.object.len() > NAME || !said.object.chars().all(is_kind) {
        return Err(format!(
            "is on `{}`, which is not the name of an object kind, such as `ioc`",
            text::shown(&said.object, 40)
        ));
    }
    let target = match (operation, said.target) {
        (Operation::Create, None) => None,
        (Operation::Create, Some(_)) => return Err("creates an object, but names a target".into()),
        (_, None) => return Err("changes an object, but names no target".into()),
        (_, Some(target)) if target.is_empty() || target.len() > NAME || target.chars().any(text::is_forging) => {
            return Err("has a target that is not an id".into());
        }
        (_, Some(target)) => Some(target),
    };
    let change: Value =
        serde_json::from_str(&said.change).map_err(|error| format!("has a change that is not JSON: {error}"))?;
    if levels(&change) > depth {
        return Err(format!(
            "has a change of more levels than the limit `depth`, which is {depth}"
        ));
    }
    let change: Change = serde_json::from_value(change).map_err(|error| {
        format!(
            "has a change that the contract does not know: {}",
            text::shown(&error.to_string(), 300)
        )
    })?;
    if operation == Operation::Delete && change != Change::default() {
        return Err("deletes an object, but changes it too".into());
    }
    Ok(Action {
        operation,
        object: said.object,
        target,
        change,
    })
}

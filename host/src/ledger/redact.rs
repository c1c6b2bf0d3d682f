//! What must not be read in a ledger: secrets, taken out of everything that a module could have put them into.

use std::sync::Arc;

use serde_json::Value;

use super::Attempt;
use crate::capabilities::secrets::Vault;
use crate::delivery::{Answer, Outcome};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::payload::Payload;

/// Takes secrets out of what was to be delivered. Gives whether there were any in the payload.
pub(super) fn envelope(secrets: &Vault, envelope: &mut Envelope) -> bool {
    for value in envelope.metadata.values_mut() {
        json(secrets, value);
    }
    for text in [&mut envelope.triggered_by, &mut envelope.about].into_iter().flatten() {
        secrets.redact_in(text);
    }
    envelope
        .payload
        .as_mut()
        .is_some_and(|objects| payload(secrets, objects))
}

/// Takes secrets out of what an attempt has left behind.
pub(super) fn attempt(secrets: &Vault, attempt: &mut Attempt) {
    match &mut attempt.result {
        Ok(answer) => self::answer(secrets, answer),
        Err(fault) => self::fault(secrets, fault),
    }
    if let crate::delivery::ActionState::Failed(reason) = &mut attempt.actions {
        secrets.redact_in(reason);
    }
    for line in &mut attempt.logs {
        secrets.redact_in(&mut line.context);
        secrets.redact_in(&mut line.message);
    }
    if let Some(setup) = attempt.setup.as_mut().map(Arc::make_mut) {
        for value in [&mut setup.config, &mut setup.grants, &mut setup.limits] {
            json(secrets, value);
        }
    }
    for call in attempt
        .transcript
        .iter_mut()
        .flat_map(|transcript| &mut transcript.calls)
    {
        json(secrets, &mut call.asked);
        json(secrets, &mut call.answered);
    }
}

fn answer(secrets: &Vault, answer: &mut Answer) {
    match &mut answer.outcome {
        Outcome::Unchanged => {}
        Outcome::Replace(objects) => {
            payload(secrets, objects);
        }
        Outcome::Reject(rejection) => {
            secrets.redact_in(&mut rejection.reason);
            if let Some(pointer) = &mut rejection.pointer {
                secrets.redact_in(pointer);
            }
        }
    }
    for action in &mut answer.actions {
        let change = &mut action.change;
        let values = change.fields.values_mut().chain(change.custom_attributes.values_mut());
        for value in values {
            json(secrets, value);
        }
        let tags = change.tags.add.iter_mut().chain(&mut change.tags.remove);
        let texts = tags.chain(&mut change.comments).chain(&mut action.target);
        texts.for_each(|text| secrets.redact_in(text));
    }
    if let Some(message) = &mut answer.message {
        secrets.redact_in(message);
    }
}

fn fault(secrets: &Vault, fault: &mut Fault) {
    match fault {
        Fault::Trap { reason }
        | Fault::OutOfMemory { reason, .. }
        | Fault::BadOutput { reason }
        | Fault::RefusedCapability { reason, .. }
        | Fault::Quarantined { reason, .. }
        | Fault::Host { reason } => secrets.redact_in(reason),
        Fault::ModuleError { code, message, .. } => {
            secrets.redact_in(code);
            secrets.redact_in(message);
        }
        Fault::Timeout { .. } | Fault::OutOfFuel { .. } | Fault::NoTimeLeft { .. } => {}
    }
}

/// A text in JSON can be written in many ways: it is looked at as what it means. Where no secret is, the payload stays as
/// it is, to the letter.
fn payload(secrets: &Vault, payload: &mut Payload) -> bool {
    let mut value = payload.value().clone();
    if !json(secrets, &mut value) {
        return false;
    }
    if let Ok(redacted) = Payload::parse(value.to_string()) {
        *payload = redacted;
    }
    true
}

/// Takes secrets out of the texts, the names and the numbers of a value. Gives whether there were any.
fn json(secrets: &Vault, value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let found = matches!(secrets.redact(text), std::borrow::Cow::Owned(_));
            secrets.redact_in(text);
            found
        }
        Value::Number(number) => {
            let text = number.to_string();
            let found = matches!(secrets.redact(&text), std::borrow::Cow::Owned(_));
            if found {
                *value = secrets.redact(&text).into_owned().into();
            }
            found
        }
        Value::Array(values) => values
            .iter_mut()
            .fold(false, |found, value| json(secrets, value) | found),
        Value::Object(fields) => {
            let mut found = fields
                .values_mut()
                .fold(false, |found, value| json(secrets, value) | found);
            let named = |name: &String| matches!(secrets.redact(name), std::borrow::Cow::Owned(_));
            if fields.keys().any(named) {
                found = true;
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(name, value)| (secrets.redact(&name).into_owned(), value))
                    .collect();
            }
            found
        }
        Value::Null | Value::Bool(_) => false,
    }
}

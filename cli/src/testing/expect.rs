//! What a case expected, and what came.

use sclera::{Action, Answer, Delivery, Fault, LogLine, Outcome};
use serde_json::{Map, Value, json};

use super::case::{Expect, ExpectRegister, Expected};
use super::exact;

/// Something that is not as it was expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// In a sentence.
    pub(crate) what: String,
    pub(crate) detail: Detail,
}

/// What shows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    None,
    /// Two texts of JSON, in lines.
    Differs {
        expected: String,
        came: String,
    },
    /// Something else, in lines.
    Text(String),
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            detail: Detail::None,
        }
    }

    pub(super) fn with(what: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            detail: Detail::Text(text.into()),
        }
    }

    pub(super) fn differs(what: impl Into<String>, expected: String, came: String) -> Self {
        Self {
            what: what.into(),
            detail: Detail::Differs { expected, came },
        }
    }
}

/// How a delivery ended; none if the subscription was not for the event.
pub(super) fn compare(expect: &Expect, delivery: Option<&Delivery>) -> Vec<Failure> {
    let mut failures = Vec::new();
    outcome(expect, delivery, &mut failures);
    let Some(delivery) = delivery else { return failures };
    match &delivery.result {
        Ok(answer) => {
            of_answer(expect, answer, &mut failures);
            of_fault(expect, None, &mut failures);
        }
        Err(fault) => of_fault(expect, Some(fault), &mut failures),
    }
    logs(&expect.logs, &delivery.logs, &mut failures);
    failures
}

/// How registering ended: the hooks that the module registered for, or the error.
pub(super) fn compare_registering(
    expect: &ExpectRegister,
    registered: Result<(&[String], &[LogLine]), &str>,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    match (&expect.error, registered) {
        (None, Err(error)) => failures.push(Failure::new(format!("expected that it registers, but {error}"))),
        (Some(part), Err(error)) if !error.contains(part) => {
            let what = format!("expected an error with “{part}”");
            failures.push(Failure::with(what, error));
        }
        (Some(part), Ok(_)) => {
            failures.push(Failure::new(format!(
                "expected an error with “{part}”, but it registered"
            )));
        }
        (_, Err(_)) | (None, Ok(_)) => {}
    }
    if let (Some(expected), Ok((hooks, _))) = (&expect.hooks, registered)
        && expected != hooks
    {
        failures.push(Failure::differs(
            "the hooks that it registered for differ",
            lines(expected),
            lines(hooks),
        ));
    }
    if let Ok((_, lines)) = registered {
        logs(&expect.logs, lines, &mut failures);
    }
    failures
}

fn lines(texts: &[String]) -> String {
    texts.iter().map(|text| format!("{text}\n")).collect()
}

fn outcome(expect: &Expect, delivery: Option<&Delivery>, failures: &mut Vec<Failure>) {
    let came = match delivery.map(|delivery| &delivery.result) {
        None => Expected::Skipped,
        Some(Err(_)) => Expected::Fault,
        Some(Ok(answer)) => match answer.outcome {
            Outcome::Unchanged => Expected::Unchanged,
            Outcome::Replace(_) => Expected::Replace,
            Outcome::Reject(_) => Expected::Reject,
        },
    };
    let wants_fault = expect.fault.is_some() || expect.code.is_some() || expect.error.is_some();
    let expected = match expect.outcome {
        Some(expected) => expected,
        None if wants_fault => Expected::Fault,
        // A fault or a delivery that did not happen is never what nobody spoke of.
        None if matches!(came, Expected::Fault | Expected::Skipped) => {
            failures.push(unexpected(came, delivery, "expected nothing of the kind"));
            return;
        }
        None => return,
    };
    if expected != came {
        failures.push(unexpected(
            came,
            delivery,
            &format!("expected the outcome `{}`", expected.name()),
        ));
    }
}

fn unexpected(came: Expected, delivery: Option<&Delivery>, expected: &str) -> Failure {
    let result = delivery.map(|delivery| &delivery.result);
    let said = match result {
        None => "the module's match rule is not for this event".to_owned(),
        Some(Err(fault)) => format!("the module failed: {fault}"),
        Some(Ok(answer)) => match &answer.outcome {
            Outcome::Reject(rejection) => {
                let at = rejection.pointer.iter().map(|pointer| format!(", at {pointer}"));
                format!("it was `reject`: “{}”{}", rejection.reason, at.collect::<String>())
            }
            _ => format!("it was `{}`", came.name()),
        },
    };
    Failure::new(format!("{expected}, but {said}"))
}

fn of_answer(expect: &Expect, answer: &Answer, failures: &mut Vec<Failure>) {
    if let Some(expected) = &expect.payload {
        let expected = super::case::payload(expected).map(|payload| payload.as_str().to_owned());
        let expected = expected.unwrap_or_default();
        match &answer.outcome {
            Outcome::Replace(payload) if exact::same(&expected, payload.as_str()) => {}
            Outcome::Replace(payload) => {
                failures.push(json_differs("the payload differs", &expected, payload.as_str()))
            }
            // That the outcome is another one was said if it was asked for.
            _ if expect.outcome.is_some() => {}
            _ => failures.push(Failure::new("expected another payload, but the module replaced none")),
        }
    }
    let rejection = match &answer.outcome {
        Outcome::Reject(rejection) => Some(rejection),
        _ => None,
    };
    if rejection.is_some() || expect.outcome != Some(Expected::Reject) {
        text(
            "reason",
            expect.reason.as_deref(),
            rejection.map(|said| said.reason.as_str()),
            failures,
        );
        let pointer = rejection.and_then(|said| said.pointer.as_deref());
        text("pointer", expect.pointer.as_deref(), pointer, failures);
    }
    text(
        "message",
        expect.message.as_deref(),
        answer.message.as_deref(),
        failures,
    );
    if let Some(expected) = &expect.actions {
        // What cannot be an action was told when the case was read.
        let expected: Vec<_> = expected.iter().filter_map(|action| action.action().ok()).collect();
        if !exact::same(
            &actions_json(&expected).to_string(),
            &actions_json(&answer.actions).to_string(),
        ) {
            let (expected, came) = (
                actions_json(&expected).to_string(),
                actions_json(&answer.actions).to_string(),
            );
            failures.push(json_differs("the actions differ", &expected, &came));
        }
    }
}

fn of_fault(expect: &Expect, fault: Option<&Fault>, failures: &mut Vec<Failure>) {
    let Some(fault) = fault else { return };
    let kind = fault.kind().map(|kind| kind.to_string());
    text("fault", expect.fault.as_deref(), kind.as_deref(), failures);
    let code = match fault {
        Fault::ModuleError { code, .. } => Some(code.as_str()),
        _ => None,
    };
    text("code", expect.code.as_deref(), code, failures);
    if let Some(part) = &expect.error {
        let said = fault.to_string();
        if !said.contains(part) {
            failures.push(Failure::with(format!("expected an error with “{part}”"), said));
        }
    }
}

fn text(what: &str, expected: Option<&str>, came: Option<&str>, failures: &mut Vec<Failure>) {
    let Some(expected) = expected else { return };
    match came {
        Some(came) if came == expected => {}
        Some(came) => failures.push(Failure::differs(
            format!("the {what} differs"),
            format!("{expected}\n"),
            format!("{came}\n"),
        )),
        None => failures.push(Failure::new(format!(
            "expected the {what} “{expected}”, but there is none"
        ))),
    }
}

/// The names of `wasi:logging`, with which a line can be expected at a level.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "critical"];

fn logs(expected: &[String], came: &[LogLine], failures: &mut Vec<Failure>) {
    let mut rest = came.iter();
    for wanted in expected {
        let (level, part) = match wanted.split_once(": ") {
            Some((level, part)) if LEVELS.contains(&level) => (Some(level), part),
            _ => (None, wanted.as_str()),
        };
        let found =
            rest.any(|line| level.is_none_or(|level| line.level.to_string() == level) && line.message.contains(part));
        if !found {
            let all: String = came
                .iter()
                .map(|line| format!("{}: {}\n", line.level, line.message))
                .collect();
            let what = format!("expected a log line with “{wanted}”, after those before it");
            failures.push(match all.is_empty() {
                true => Failure::new(format!("{what}, but the module logged nothing")),
                false => Failure::with(what, all),
            });
            return;
        }
    }
}

fn json_differs(what: &str, expected: &str, came: &str) -> Failure {
    let pretty = |text: &str| exact::pretty(text).unwrap_or_else(|| text.to_owned());
    Failure::differs(what, pretty(expected), pretty(came))
}

/// Actions as a case has them.
fn actions_json(actions: &[Action]) -> Value {
    let written = actions.iter().map(|action| {
        let mut written = Map::new();
        written.insert(action.operation.to_string(), action.object.as_str().into());
        if let Some(target) = &action.target {
            written.insert("target".to_owned(), target.as_str().into());
        }
        let change = serde_json::to_value(&action.change).unwrap_or_default();
        if change != json!({}) {
            written.insert("change".to_owned(), change);
        }
        Value::Object(written)
    });
    written.collect()
}

/// The whole of how a delivery ended, as it is kept in a snapshot.
pub(super) fn answer_json(delivery: Option<&Delivery>) -> String {
    let Some(delivery) = delivery else {
        return json!({"outcome": "skipped"}).to_string();
    };
    let mut whole = Map::new();
    let mut put = |key: &str, value: Value| whole.insert(key.to_owned(), value);
    // The payload is put in as the text that it is: no number of it is to be read and written again.
    let mut payload = None;
    match &delivery.result {
        Ok(answer) => {
            match &answer.outcome {
                Outcome::Unchanged => drop(put("outcome", "unchanged".into())),
                Outcome::Replace(replaced) => {
                    put("outcome", "replace".into());
                    payload = Some(replaced.as_str());
                }
                Outcome::Reject(rejection) => {
                    put("outcome", "reject".into());
                    put("reason", rejection.reason.as_str().into());
                    put("pointer", rejection.pointer.as_deref().into());
                }
            }
            put("actions", actions_json(&answer.actions));
            put("message", answer.message.as_deref().into());
        }
        Err(fault) => {
            put("outcome", "fault".into());
            put("fault", fault.kind().map(|kind| kind.to_string()).into());
            put("error", fault.to_string().into());
        }
    }
    let mut text = Value::Object(whole).to_string();
    if let Some(payload) = payload {
        text.pop();
        text.push_str(",\"payload\":");
        text.push_str(payload);
        text.push('}');
    }
    text
}

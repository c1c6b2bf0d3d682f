//! What the modules said about a request, for the one who made it.

use sclera::{ActionState, Answer, Delivery, Fault, Outcome, Pending, Report};
use serde::Serialize;

/// What one module said, or that it is still at work.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// The name of the module.
    pub module: String,
    /// The hook that it was called for.
    pub hook: String,
    /// The delivery, to be found under `/deliveries/{id}` once it is finished.
    pub delivery: String,
    /// `unchanged`, `replaced`, `rejected`, `failed: …` or `in the background`.
    pub outcome: String,
    /// The module's words to the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What became of the actions that it asked for: `applied`, `failed: …`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<String>,
}

impl Heard {
    /// From a delivery that is finished.
    pub fn of(delivery: &Delivery) -> Self {
        Self {
            module: delivery.module.name.clone(),
            hook: delivery.hook.clone(),
            delivery: delivery.id.to_string(),
            outcome: outcome(&delivery.result),
            message: delivery.answer().and_then(|answer| answer.message.clone()),
            actions: match &delivery.actions {
                ActionState::None => None,
                ActionState::Applied => Some("applied".into()),
                ActionState::Monitored => Some("not applied: the module is only monitored".into()),
                ActionState::LeftToCaller => Some("not applied".into()),
                ActionState::Failed(reason) => Some(format!("failed: {reason}")),
            },
        }
    }

    /// From all deliveries of a postload or a manual hook: first those that are finished.
    pub fn all(hook: &str, report: &Report) -> Vec<Self> {
        let pending = report.background.iter().map(|pending| Self::pending(hook, pending));
        report.deliveries.iter().map(Self::of).chain(pending).collect()
    }

    fn pending(hook: &str, pending: &Pending) -> Self {
        Self {
            module: pending.module.clone(),
            hook: hook.to_owned(),
            delivery: pending.id.to_string(),
            outcome: "in the background".into(),
            message: None,
            actions: None,
        }
    }
}

/// The outcome of a delivery, in words.
pub fn outcome(result: &Result<Answer, Fault>) -> String {
    match result {
        Ok(answer) => match answer.outcome {
            Outcome::Unchanged => "unchanged".into(),
            Outcome::Replace(_) => "replaced".into(),
            Outcome::Reject(_) => "rejected".into(),
        },
        Err(fault) => format!("failed: {fault}; {}", fault.remedy()),
    }
}

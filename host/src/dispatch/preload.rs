//! Preload: a chain, in order, before the commit.

use std::time::Instant;

use super::{Attempt, PreloadReport, Refusal, TriggerError, is_for};
use crate::catalog::HookKind;
use crate::delivery::{Outcome, Rejection};
use crate::host::Host;
use crate::subscriptions::{Mode, OnFailure};
use crate::trigger::Trigger;

impl Host {
    /// Runs the modules that listen to a preload hook, before the server commits.
    ///
    /// They run one after the other, by priority and then in the order in which they were loaded, and each sees the
    /// payload that the one before returned. A rejection ends the chain. A module that fails leaves the payload as it
    /// was; the report says so, and the subscription's failure policy decides whether the request is refused. Together
    /// they have [`Capacity::preload`](crate::Capacity::preload); what a subscription in the mode
    /// [`Monitor`](Mode::Monitor) answers is in the report, and changes nothing.
    ///
    /// When the host can do no more, the trigger waits for its turn, at most for
    /// [`Capacity::patience`](crate::Capacity::patience); then it is refused, and no module has run.
    pub async fn preload(&self, trigger: Trigger) -> Result<PreloadReport, TriggerError> {
        let hook = self.accept(&trigger, HookKind::Preload)?;
        let roster = self.inner.roster.load_full();
        let listeners = roster.listeners(hook.name());
        let _place = match listeners {
            [] => None,
            _ => match self.inner.admission.admit(&trigger).await {
                Ok(place) => Some(place),
                Err(reason) => {
                    return Err(TriggerError::Busy {
                        hook: trigger.hook,
                        reason,
                    });
                }
            },
        };
        let mut report = PreloadReport {
            payload: trigger.payload.clone(),
            refusal: None,
            deliveries: Vec::new(),
        };
        let end = Instant::now() + self.inner.capacity.preload;
        for listener in listeners {
            if !is_for(listener, &report.payload, &trigger) {
                continue;
            }
            let attempt = Attempt {
                id: self.inner.surroundings.delivery(),
                number: 1,
                listener,
                hook: &hook,
                trigger: &trigger,
                payload: &report.payload,
            };
            let made = self.attempt(attempt, Some(end)).await;
            self.note(&made, listener, &hook, &trigger, &report.payload);
            let delivery = made.delivery;
            self.report(&delivery);
            if delivery.mode == Mode::Monitor {
                report.deliveries.push(delivery);
                continue;
            }
            let (rejection, by_policy) = match &delivery.result {
                Ok(answer) => match &answer.outcome {
                    Outcome::Unchanged => (None, false),
                    Outcome::Replace(payload) => {
                        report.payload = payload.clone();
                        (None, false)
                    }
                    Outcome::Reject(rejection) => (Some(rejection.clone()), false),
                },
                Err(fault) => match listener.subscription.failure_policy.on(fault) {
                    OnFailure::Continue | OnFailure::Retry => (None, false),
                    OnFailure::Reject => (
                        Some(Rejection {
                            reason: delivery.failure().unwrap_or_default(),
                            pointer: None,
                        }),
                        true,
                    ),
                },
            };
            report.refusal = rejection.map(|rejection| Refusal {
                module: delivery.module.name.clone(),
                rejection,
                by_policy,
            });
            report.deliveries.push(delivery);
            if report.refusal.is_some() {
                break;
            }
        }
        Ok(report)
    }
}

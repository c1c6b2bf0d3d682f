//! How the asynchronous deliveries fare, and who is told when they do not.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::Serialize;

use super::workers::Workers;
use crate::host::{Host, Inner};
use crate::queue::QueueHealth;

/// How often the host looks after its queue.
const ROUND: Duration = Duration::from_secs(10);

/// How a host's asynchronous deliveries fare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// What waits.
    pub queue: QueueHealth,
    /// Deliveries in the outbox in the server's own database, which are not in the queue yet. None if there is no such outbox,
    /// or if it does not answer.
    pub outbox: Option<u64>,
    /// Deliveries that run in this process.
    pub running: usize,
    /// What an operator has to look at: a sentence each, with what to do. Empty if all is well.
    pub alarms: Vec<String>,
}

impl Host {
    /// How the asynchronous deliveries fare. Every ten seconds the host looks by itself, and logs what is wrong.
    pub async fn health(&self) -> Health {
        let workers = &self.inner.workers;
        let queue = workers.queue.health().await.unwrap_or_else(|error| QueueHealth {
            trouble: Some(error.to_string()),
            ..QueueHealth::default()
        });
        Health {
            alarms: alarms(&queue, self.inner.capacity.alarm_after),
            running: workers.running(),
            outbox: match &self.inner.outbox {
                Some(outbox) => outbox.count().await,
                None => None,
            },
            queue,
        }
    }
}

fn alarms(queue: &QueueHealth, after: Duration) -> Vec<String> {
    let mut alarms = Vec::new();
    if let Some(trouble) = &queue.trouble {
        alarms.push(trouble.clone());
    }
    if queue.in_outbox > 0 {
        alarms.push(format!(
            "{} deliveries are in the local outbox, because the broker did not take them; they are moved on when it does",
            queue.in_outbox
        ));
    }
    if let Some(oldest) = queue.oldest_waiting.filter(|oldest| *oldest >= after) {
        alarms.push(format!(
            "the oldest of {} waiting deliveries has been waiting for {} s; see whether workers run, and whether a module is slow",
            queue.waiting,
            oldest.as_secs()
        ));
    }
    if !queue.unserved.is_empty() {
        alarms.push(format!(
            "nobody takes the deliveries of `{}`; load the module, or start a worker that can",
            queue.unserved.join("`, `")
        ));
    }
    alarms
}

/// Looks after the queue for as long as the host is there: alarms are logged when they begin and when they are over, and
/// what other processes have finished is forgotten.
pub(super) async fn watch(host: Weak<Inner>, workers: Arc<Workers>) {
    let mut known = BTreeSet::new();
    loop {
        tokio::select! {
            () = workers.stopped() => return,
            () = tokio::time::sleep(ROUND) => {}
        }
        let Some(inner) = host.upgrade() else { return };
        let host = Host { inner };
        host.forget_settled().await;
        let health = host.health().await;
        // Without its numbers, which change from round to round, an alarm is the same one.
        let kinds: BTreeSet<String> = health.alarms.iter().map(|alarm| without_digits(alarm)).collect();
        for alarm in &health.alarms {
            if !known.contains(&without_digits(alarm)) {
                tracing::error!("{alarm}");
            }
        }
        if kinds.is_empty() && !known.is_empty() {
            tracing::info!("the queue is well again");
        }
        known = kinds;
    }
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_nobody_serves_is_an_alarm_and_a_short_wait_is_not() {
        let waiting = |seconds| QueueHealth {
            waiting: 3,
            oldest_waiting: Some(Duration::from_secs(seconds)),
            ..QueueHealth::default()
        };
        let after = Duration::from_secs(60);
        assert!(alarms(&waiting(59), after).is_empty());
        let alarm = alarms(&waiting(61), after).join("");
        assert!(alarm.contains("61 s") && alarm.contains("of 3"), "{alarm}");

        let unserved = QueueHealth {
            unserved: vec!["a".into(), "b".into()],
            in_outbox: 2,
            trouble: Some("the broker is down".into()),
            ..QueueHealth::default()
        };
        let all = alarms(&unserved, after);
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(all.join("").contains("`a`, `b`"), "{all:?}");
    }
}

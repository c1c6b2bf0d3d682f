//! Runs one case.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sclera::{
    Delivery, Examined, Grants, HookKind, Host, HostBuilder, LogLine, ModuleInfo, ModulePolicy, ModuleSource, Payload,
    Policies, QuarantinePolicy, Subscription, Trigger,
};

use super::case::{Case, Deliver, ExpectRegister, Http, Kind, SetUp};
use super::expect::{Failure, answer_json, compare, compare_registering};
use super::fixtures::{Exchange, Fixtures};
use super::granting::{self, Secrets};
use super::record::Recorder;

/// What cases are run on.
pub(super) struct Bed<'a> {
    /// The host that has the module's code.
    pub(super) base: &'a Host,
    pub(super) module: &'a Examined,
    pub(super) secrets: &'a Secrets,
    /// With it, requests are sent, under the grants in it.
    pub(super) recording: Option<&'a Policies>,
}

/// What came of a case.
#[derive(Default)]
pub(super) struct Ran {
    pub(super) failures: Vec<Failure>,
    pub(super) fuel: u64,
    pub(super) duration: Duration,
    pub(super) logs: Vec<LogLine>,
    /// The whole answer, for a snapshot; none if the module did not run.
    pub(super) answer: Option<String>,
    /// What was recorded, where it was.
    pub(super) recorded: Option<Vec<Exchange>>,
}

impl Ran {
    fn failed(failure: Failure) -> Self {
        Self {
            failures: vec![failure],
            ..Self::default()
        }
    }
}

impl Bed<'_> {
    /// Runs the case of that number.
    pub(super) async fn run(&self, number: usize, case: &Case) -> Ran {
        let ran = match &case.kind {
            Kind::Deliver(deliver) => self.deliver(number, &case.set_up, deliver).await,
            Kind::Register(expect) => self.register(number, &case.set_up, expect).await,
        };
        ran.unwrap_or_else(|fault| Ran::failed(Failure::new(fault)))
    }

    async fn register(&self, number: usize, set_up: &SetUp, expect: &ExpectRegister) -> Result<Ran, String> {
        let host = self.host(number, set_up)?.build().map_err(|error| error.to_string())?;
        let loaded = self.load(&host).await;
        let failures = match &loaded {
            Ok(module) => {
                let hooks: Vec<_> = module.subscriptions.iter().map(described).collect();
                compare_registering(expect, Ok((&hooks, &module.registration_log)))
            }
            Err(error) => compare_registering(expect, Err(error)),
        };
        Ok(Ran {
            failures,
            ..Ran::default()
        })
    }

    async fn deliver(&self, number: usize, set_up: &SetUp, deliver: &Deliver) -> Result<Ran, String> {
        let builder = self.host(number, set_up)?;
        let recorder = Recorder::default();
        let (fixtures, records) = match &deliver.http {
            Http::Here(exchanges) if !exchanges.is_empty() || self.recording.is_none() => {
                (Fixtures::new(exchanges), false)
            }
            Http::File(_, exchanges) if self.recording.is_none() => (Fixtures::new(exchanges), false),
            _ => (Fixtures::default(), true),
        };
        let builder = match records {
            true => builder.answer_requests_with(recorder.clone()),
            false => builder.answer_requests_with(fixtures.clone()),
        };
        let host = builder.build().map_err(|error| error.to_string())?;
        let module = self.load(&host).await?;
        let subscription = chosen(&module, deliver)?;
        let delivery = trigger(&host, &module.identity.name, deliver, subscription).await?;
        let delivery = delivery.as_deref();

        let mut failures = compare(&deliver.expect, delivery);
        failures.extend(fixtures.unanswered().into_iter().map(|request| {
            let what =
                "no fixture answers this request; write one under `http`, or record it with `sclera test --record`";
            Failure::with(what, request)
        }));
        failures.extend(fixtures.left_over().into_iter().map(|request| {
            Failure::new(format!(
                "this fixture was not used: {request}; remove it, or mend what it is to fit"
            ))
        }));
        Ok(Ran {
            failures,
            fuel: delivery.map_or(0, |delivery| delivery.usage.fuel),
            duration: delivery.map_or(Duration::ZERO, |delivery| delivery.usage.duration),
            logs: delivery.map(|delivery| delivery.logs.clone()).unwrap_or_default(),
            answer: Some(answer_json(delivery)),
            recorded: records.then(|| recorder.exchanges()),
        })
    }

    /// A host for one case and nothing else.
    fn host(&self, number: usize, set_up: &SetUp) -> Result<HostBuilder, String> {
        let asked = &self.module.description.capabilities;
        let mut policy = ModulePolicy {
            config: set_up.config.clone(),
            limits: set_up.limits.clone(),
            quarantine: Some(QuarantinePolicy {
                faults: 0,
                ..QuarantinePolicy::default()
            }),
            ..ModulePolicy::default()
        };
        match self.recording {
            None => policy.grants = granting::grants(set_up, number, asked, self.secrets)?,
            Some(policies) => {
                let operator = policies.modules.get(&self.module.name).unwrap_or(&policies.default);
                policy.grants = Grants {
                    actions: Grants::default().widened(asked).actions,
                    ..operator.grants.clone()
                };
                if policy.config.is_null() {
                    policy.config = operator.config.clone();
                }
            }
        }
        Ok(Host::builder()
            .beside(self.base)
            .default_policy(policy)
            .stop_clocks_at(set_up.now)
            .seed(set_up.seed))
    }

    async fn load(&self, host: &Host) -> Result<ModuleInfo, String> {
        let loaded = host.load(ModuleSource::examined(self.module.clone())).await;
        loaded.map_err(|error| format!("the module could not be loaded as the case says: {}", error.fault))
    }
}

/// A subscription in a word, or two if it has a menu name.
fn described(subscription: &Subscription) -> String {
    match &subscription.menu_name {
        Some(menu_name) => format!("{} “{menu_name}”", subscription.hook),
        None => subscription.hook.clone(),
    }
}

/// The subscription that the case is for; the error says what there is.
fn chosen<'a>(module: &'a ModuleInfo, deliver: &Deliver) -> Result<&'a Subscription, String> {
    let fits = |subscription: &&Subscription| {
        subscription.hook == deliver.hook && (deliver.menu.is_none() || deliver.menu == subscription.menu_name)
    };
    let mut fitting = module.subscriptions.iter().filter(fits);
    let registered = || {
        let all: Vec<_> = module.subscriptions.iter().map(described).collect();
        if all.is_empty() {
            "none".to_owned()
        } else {
            all.join(", ")
        }
    };
    let wanted = match &deliver.menu {
        Some(menu) => format!(
            "`{}` with the menu name “{}”",
            deliver.hook,
            sclera::text::excerpt(menu)
        ),
        None => format!("`{}`", deliver.hook),
    };
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(format!(
            "the module did not register for {wanted}; it did for {}",
            registered()
        )),
        (Some(_), Some(_)) => Err(format!(
            "the module registered for {wanted} more than once; say which with `menu`: {}",
            registered()
        )),
    }
}

/// Delivers the event; none if the module's match rule is not for it.
async fn trigger(
    host: &Host,
    module: &str,
    deliver: &Deliver,
    subscription: &Subscription,
) -> Result<Option<Arc<Delivery>>, String> {
    let payload = match &deliver.payload {
        Some(payload) => payload.clone(),
        None => {
            let hook = host
                .catalog()
                .lookup(&deliver.hook)
                .map_err(|error| error.to_string())?;
            Payload::parse(hook.sample().to_string()).map_err(|error| error.to_string())?
        }
    };
    let mut trigger = Trigger::new(&deliver.hook, payload).by(&deliver.by);
    for (key, value) in &deliver.metadata {
        trigger = trigger.metadata(key, value.clone());
    }
    let refused = |error: sclera::TriggerError| match error {
        sclera::TriggerError::NotForThese { .. } => Ok(None),
        other => Err(format!("the host does not take this event: {other}")),
    };
    let report = match subscription.kind {
        HookKind::Preload => match host.preload(trigger).await {
            Ok(report) => return Ok(report.deliveries.into_iter().next().map(Arc::new)),
            Err(error) => return refused(error),
        },
        HookKind::Postload => host.postload(trigger).await,
        HookKind::Manual => {
            let menu_name = subscription.menu_name.as_deref().unwrap_or_default();
            host.trigger_manual(module, menu_name, trigger).await
        }
    };
    let report = match report {
        Ok(report) => report,
        Err(error) => return refused(error),
    };
    if let Some(delivery) = report.deliveries.into_iter().next() {
        return Ok(Some(Arc::new(delivery)));
    }
    match report.background.into_iter().next() {
        Some(pending) => Ok(pending.finished().await),
        None => Ok(None),
    }
}

/// The file that a case's fixtures are in, if they are in one.
pub(super) fn fixture_file(case: &Case) -> Option<&Path> {
    match &case.kind {
        Kind::Deliver(deliver) => match &deliver.http {
            Http::File(file, _) => Some(file),
            Http::Here(_) => None,
        },
        Kind::Register(_) => None,
    }
}

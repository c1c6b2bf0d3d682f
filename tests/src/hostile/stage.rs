//! Where a case is played: a small host of its own, the hostile module, and one that behaves and runs after it.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sclera::{
    Capacity, CompileLimits, Compiler, Delivery, Host, LimitOverrides, Limits, LoadError, ModuleInfo, ModulePolicy,
    ModuleSource, Outcome, Payload, Resolver, Trigger,
};

use super::{Attacker, Case, End, Moment, good};

/// The name of the module that behaves.
const GOOD: &str = "goodone";
/// The name of the hostile one.
const HOSTILE: &str = "hostile";
/// The payload, written as no serialiser would write it: whoever rewrites it is found out.
const PAYLOAD: &str = r#" [ {"ioc_type_id" : 20,"ioc_value":"evil.example", "n": 1.000000000000000000001} ] "#;

/// A name that points to this machine.
pub(super) const REBOUND: &str = "rebound.example";

/// What came of a case.
pub struct Played {
    /// How it ended, in words.
    pub end: String,
    /// What the operator was told: of the load, or of the last delivery.
    pub said: String,
    /// From the first attempt to load it to the end of its last delivery.
    pub took: Duration,
    /// What is not as it has to be; nothing if the case is contained.
    pub wrong: Vec<String>,
}

impl Case {
    fn limits_for_all(&self) -> Limits {
        let limits = Limits {
            fuel: 200_000_000,
            deadline: Duration::from_secs(20),
            ..Limits::default()
        };
        // What happens before the host knows the module's name happens under the host's limits.
        match self.moment {
            Moment::Load => self.limits.over(&limits),
            _ => limits,
        }
    }
}

/// Plays a case: loads the module, strikes twice if it can be loaded, and looks whether the host is as it was.
/// `compiler` compiles both modules; `ready` is called when the host is there and the hostile module is not.
pub async fn play(case: &Case, compiler: Compiler, ready: impl FnOnce()) -> Played {
    let attacker = Attacker::start().await;
    let host = host(case, compiler, &attacker);
    let mut wrong = Vec::new();
    let host = match host {
        Ok(host) => host,
        Err(error) => return Played::broken(error),
    };
    if matches!(case.name, "name-of-another") {
        note(&mut wrong, load_good(&host).await);
    }
    let module = case.module();
    ready();

    let started = Instant::now();
    let loaded = host.load(ModuleSource::bytes(module)).await;
    let mut end = match check_load(case, &loaded) {
        Ok(end) => end,
        Err(reason) => {
            wrong.push(reason.clone());
            reason
        }
    };
    let mut said = loaded.as_ref().err().map(ToString::to_string).unwrap_or_default();
    if host.modules().iter().all(|module| module.identity.name != GOOD) {
        note(&mut wrong, load_good(&host).await);
    }
    if loaded.is_ok() {
        for _ in 0..2 {
            match strike(&host, case).await {
                Ok((words, sentence)) => (end, said) = (words, sentence),
                Err(reason) => wrong.push(reason),
            }
        }
    }
    let took = started.elapsed();
    note(&mut wrong, survives(&host).await);
    Played { end, said, took, wrong }
}

impl Played {
    fn broken(reason: String) -> Self {
        Self {
            end: "not played".into(),
            said: String::new(),
            took: Duration::ZERO,
            wrong: vec![reason],
        }
    }
}

fn note(wrong: &mut Vec<String>, result: Result<(), String>) {
    wrong.extend(result.err());
}

/// A host for one case, with the operator's decisions about its two modules.
fn host(case: &Case, compiler: Compiler, attacker: &Attacker) -> Result<Host, String> {
    Host::builder()
        .limits(case.limits_for_all())
        .capacity(Capacity {
            concurrency: 4,
            ..Capacity::default()
        })
        .policy(HOSTILE, case.policy_with(attacker))
        .policy(GOOD, patient())
        .resolve_with(Rebound)
        .compile_with(compiler.limits(CompileLimits {
            memory: 2 << 30,
            cpu: Duration::from_secs(10),
            wall: Duration::from_secs(60),
            ..CompileLimits::default()
        }))
        .build()
        .map_err(|error| error.to_string())
}

/// The name server of an attacker: it knows one name.
struct Rebound;

#[async_trait]
impl Resolver for Rebound {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match host {
            REBOUND | "localhost" => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// What the module that behaves may take, whatever the hostile one may.
pub(super) fn patient() -> ModulePolicy {
    ModulePolicy {
        limits: LimitOverrides {
            fuel: Some(200_000_000),
            deadline: Some(Duration::from_secs(20)),
            ..LimitOverrides::default()
        },
        ..ModulePolicy::default()
    }
}

pub(super) async fn load_good(host: &Host) -> Result<(), String> {
    match host.load(ModuleSource::bytes(good())).await {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the module that behaves cannot be loaded any more: {error}")),
    }
}

fn check_load(case: &Case, loaded: &Result<ModuleInfo, LoadError>) -> Result<String, String> {
    match (&case.end, loaded) {
        (End::Refused(says), Err(error)) => {
            let text = error.to_string();
            if text.len() > 4_000 || text.chars().any(char::is_control) {
                return Err(format!("the error is not fit to be shown: {text:?}"));
            }
            if !text.contains(says) {
                return Err(format!("the error does not say `{says}`: {text}"));
            }
            Ok(case.end.in_words())
        }
        (End::Refused(says), Ok(_)) => Err(format!("it was loaded, and had to be refused with `{says}`")),
        (_, Err(error)) => Err(format!("it was refused, and had to be loaded: {error}")),
        (_, Ok(_)) => Ok(String::new()),
    }
}

/// One event, and what the hostile module makes of it.
async fn strike(host: &Host, case: &Case) -> Result<(String, String), String> {
    let (hook, tlp) = match case.moment {
        Moment::Load => return Err("it was loaded, but strikes at no hook".into()),
        Moment::Hook(hook) => (hook, "amber"),
        Moment::Red(hook) => (hook, "red"),
    };
    let trigger = trigger(hook)?.metadata("tlp", tlp);
    if hook.starts_with("on_postload") {
        let report = host.postload(trigger).await.map_err(|error| error.to_string())?;
        return check_end(case, first(&report.deliveries)?);
    }
    let report = host.preload(trigger).await.map_err(|error| error.to_string())?;
    intact(&report.payload)?;
    if report.refusal.is_some() {
        return Err("the request was refused".into());
    }
    ran(report.deliveries.last())?;
    check_end(case, first(&report.deliveries)?)
}

fn first(deliveries: &[Delivery]) -> Result<&Delivery, String> {
    deliveries
        .first()
        .filter(|delivery| delivery.module.name == HOSTILE)
        .ok_or_else(|| "the hostile module was not asked".into())
}

fn check_end(case: &Case, delivery: &Delivery) -> Result<(String, String), String> {
    let sentence = delivery.failure();
    let told = || {
        sentence
            .clone()
            .unwrap_or_else(|| format!("it answered {:?}", delivery.answer()))
    };
    match &case.end {
        End::Refused(_) => return Err("it was loaded".into()),
        End::Fault(kind, says) => {
            let found = delivery.result.as_ref().err().and_then(sclera::Fault::kind);
            if found != Some(*kind) || !told().contains(says) {
                return Err(format!("it did not end with the fault {kind} and `{says}`: {}", told()));
            }
        }
        End::Says(says) => {
            let message = delivery.answer().and_then(|answer| answer.message.as_deref());
            if message != Some(says) {
                return Err(format!("it did not answer {says:?}: {}", told()));
            }
        }
        End::Leaves(check) => check(delivery)?,
    }
    let words = match delivery.result.as_ref().err().and_then(sclera::Fault::kind) {
        Some(kind) => format!("fault: {kind}"),
        None => case.end.in_words(),
    };
    Ok((words, sentence.unwrap_or_default()))
}

/// The host is as it was: the module that behaves runs, and the payload is the same to the byte.
pub(super) async fn survives(host: &Host) -> Result<(), String> {
    if let Err(error) = host.disable(HOSTILE).await
        && host.modules().iter().any(|module| module.identity.name == HOSTILE)
    {
        return Err(format!("the hostile module cannot be disabled: {error}"));
    }
    let trigger = trigger("on_preload_ioc_create")?;
    let report = host.preload(trigger).await.map_err(|error| error.to_string())?;
    intact(&report.payload)?;
    ran(report.deliveries.last())
}

fn ran(good: Option<&Delivery>) -> Result<(), String> {
    match good {
        Some(delivery) if delivery.module.name == GOOD => match &delivery.result {
            Ok(answer) => match &answer.outcome {
                Outcome::Replace(payload) => intact(payload),
                outcome => Err(format!("the module that behaves answered {outcome:?}")),
            },
            Err(fault) => Err(format!("the module that behaves failed: {fault}")),
        },
        _ => Err("the module that behaves was not asked".into()),
    }
}

pub(super) fn trigger(hook: &str) -> Result<Trigger, String> {
    let payload = Payload::parse(PAYLOAD).map_err(|error| error.to_string())?;
    Ok(Trigger::new(hook, payload).by("alice").metadata("case_id", 42))
}

fn intact(payload: &Payload) -> Result<(), String> {
    if payload.as_str() == PAYLOAD {
        Ok(())
    } else {
        Err(format!("the payload is not as it was: {}", payload.as_str()))
    }
}

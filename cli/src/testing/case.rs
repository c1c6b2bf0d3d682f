//! What a case says.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;
use sclera::{ActionsGrant, HttpGrant, KeyvalueGrant, LimitOverrides};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::fixtures::Exchange;

/// One case, with the file's defaults in it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(super) set_up: SetUp,
}

/// What is done in a case.
#[derive(Debug)]
pub(crate) enum Kind {
    /// An event is delivered.
    Deliver(Box<Deliver>),
    /// The module registers, and nothing else.
    Register(ExpectRegister),
}

/// The event, and what is expected.
#[derive(Debug)]
pub(crate) struct Deliver {
    pub(super) hook: String,
    pub(super) menu: Option<String>,
    pub(super) by: String,
    pub(super) metadata: Map<String, Value>,
    /// None: the hook's sample.
    pub(super) payload: Option<sclera::Payload>,
    pub(super) http: Http,
    pub(super) snapshot: bool,
    pub(super) expect: Expect,
}

/// What the module is loaded with.
#[derive(Debug)]
pub(crate) struct SetUp {
    pub(super) config: Value,
    pub(super) secrets: BTreeMap<String, String>,
    pub(super) grants: Granted,
    pub(super) limits: LimitOverrides,
    pub(super) now: SystemTime,
    pub(super) seed: u64,
}

/// What a case's module is granted.
#[derive(Clone, Debug, Default)]
pub(super) enum Granted {
    /// What it asks for in its description.
    #[default]
    Asked,
    /// Nothing.
    None,
    /// What it asks for, but for what is said here.
    Also(Box<GrantsOver>),
}

/// Grants in the place of those that the module asks for, as a policy file has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct GrantsOver {
    pub(super) http: Option<HttpGrant>,
    pub(super) keyvalue: Option<KeyvalueGrant>,
    pub(super) actions: Option<ActionsGrant>,
    pub(super) fine_clocks: Option<bool>,
}

/// Where the answers to requests are.
#[derive(Debug)]
pub(crate) enum Http {
    /// In the case itself.
    Here(Vec<Exchange>),
    /// In a file, which may not be there yet when they are to be recorded.
    File(PathBuf, Vec<Exchange>),
}

/// What is expected of a delivery. What is not said is not looked at, but for a fault, which is always told.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Expect {
    pub(super) outcome: Option<Expected>,
    pub(super) payload: Option<Box<RawValue>>,
    pub(super) reason: Option<String>,
    pub(super) pointer: Option<String>,
    pub(super) fault: Option<String>,
    pub(super) code: Option<String>,
    pub(super) error: Option<String>,
    pub(super) actions: Option<Vec<ExpectedAction>>,
    pub(super) message: Option<String>,
    pub(super) logs: Vec<String>,
}

/// How a delivery ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Expected {
    Unchanged,
    Replace,
    Reject,
    Fault,
    /// The subscription's match rule is not for the event.
    Skipped,
}

impl Expected {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Replace => "replace",
            Self::Reject => "reject",
            Self::Fault => "fault",
            Self::Skipped => "skipped",
        }
    }
}

/// An action: `{ update = "ioc", target = "12", change = { … } }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedAction {
    create: Option<String>,
    update: Option<String>,
    delete: Option<String>,
    target: Option<Value>,
    #[serde(default)]
    change: sclera::Change,
}

impl ExpectedAction {
    /// As the host has it.
    pub(super) fn action(&self) -> Result<sclera::Action, String> {
        use sclera::Operation::{Create, Delete, Update};
        let (operation, object) = match (&self.create, &self.update, &self.delete) {
            (Some(object), None, None) => (Create, object),
            (None, Some(object), None) => (Update, object),
            (None, None, Some(object)) => (Delete, object),
            _ => {
                return Err(
                    "an action has exactly one of `create`, `update` and `delete`, with the kind of object".into(),
                );
            }
        };
        Ok(sclera::Action {
            operation,
            object: object.clone(),
            target: match &self.target {
                None => None,
                Some(Value::String(target)) => Some(target.clone()),
                Some(Value::Number(target)) => Some(target.to_string()),
                Some(_) => return Err("the `target` of an action is an id: a text or a number".into()),
            },
            change: self.change.clone(),
        })
    }
}

/// What is expected when the module registers. Without `error`, it must register.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExpectRegister {
    pub(super) hooks: Option<Vec<String>>,
    pub(super) error: Option<String>,
    pub(super) logs: Vec<String>,
}

/// A case as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    name: String,
    hook: Option<String>,
    menu: Option<String>,
    by: Option<String>,
    #[serde(default)]
    metadata: Map<String, Value>,
    payload: Option<Box<RawValue>>,
    config: Option<Map<String, Value>>,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    grants: Option<Box<RawValue>>,
    #[serde(default)]
    limits: LimitOverrides,
    now: Option<String>,
    seed: Option<u64>,
    pub(super) http: Option<Box<RawValue>>,
    #[serde(default)]
    snapshot: bool,
    expect: Option<Box<RawValue>>,
}

impl Written {
    /// What it means as an event that is delivered.
    pub(super) fn deliver(self, http: Http) -> Result<Case, String> {
        let expect: Expect = part("expect", self.expect.as_deref())?.unwrap_or_default();
        if let Some(expected) = &expect.payload {
            payload(expected).map_err(|fault| format!("`expect.payload`: {fault}"))?;
        }
        if let Some(fault) = &expect.fault {
            let known = sclera::FaultKind::ALL.map(|(name, _)| name);
            if !known.contains(&fault.as_str()) {
                let next = match super::keys::nearest(fault, known) {
                    Some(nearest) => format!("the nearest is `{nearest}`"),
                    None => format!("there are {}", known.join(", ")),
                };
                return Err(format!(
                    "`expect.fault`: no fault is named `{}`; {next}",
                    sclera::text::excerpt(fault)
                ));
            }
        }
        for action in expect.actions.iter().flatten() {
            action.action().map_err(|fault| format!("`expect.actions`: {fault}"))?;
        }
        let hook = self
            .hook
            .clone()
            .ok_or("it names no hook; say `hook = \"on_preload_ioc_create\"`")?;
        let catalog = sclera::Catalog::iris();
        catalog
            .lookup(&hook)
            .map_err(|unknown| format!("{unknown}; `sclera hooks` lists them all"))?;
        let mut metadata = Map::new();
        metadata.insert("case_id".into(), 42.into());
        metadata.insert("tlp".into(), "amber".into());
        metadata.extend(self.metadata.clone());
        metadata.retain(|_, value| !value.is_null());
        Ok(Case {
            name: self.name.clone(),
            kind: Kind::Deliver(Box::new(Deliver {
                hook,
                menu: self.menu.clone(),
                by: self.by.clone().unwrap_or_else(|| "test".to_owned()),
                metadata,
                payload: self.payload.as_deref().map(payload).transpose()?,
                http,
                snapshot: self.snapshot,
                expect,
            })),
            set_up: self.set_up()?,
        })
    }

    /// What it means where the module only registers.
    pub(super) fn register(self) -> Result<Case, String> {
        let expect: ExpectRegister = part("expect", self.expect.as_deref())?.unwrap_or_default();
        Ok(Case {
            name: self.name.clone(),
            kind: Kind::Register(expect),
            set_up: self.set_up()?,
        })
    }

    fn set_up(self) -> Result<SetUp, String> {
        let now = self.now.as_deref().unwrap_or("2026-01-02T03:04:05Z");
        let now: Timestamp = now.parse().map_err(|_| {
            let now = sclera::text::excerpt(now);
            format!("`now`: `{now}` is not a moment; write it like 2026-01-02T03:04:05Z")
        })?;
        let grants = match self.grants.as_deref().map(RawValue::get) {
            None | Some("\"asked\"") => Granted::Asked,
            Some("\"none\"") => Granted::None,
            Some(text) if text.starts_with('{') => Granted::Also(Box::new(read("grants", text)?)),
            Some(text) => {
                let text = sclera::text::excerpt(text);
                return Err(format!(
                    "`grants` is `{text}`; it is \"asked\", \"none\", or a table as in a policy file"
                ));
            }
        };
        Ok(SetUp {
            config: self.config.map_or(Value::Null, Value::Object),
            secrets: self.secrets,
            grants,
            limits: self.limits,
            now: now.into(),
            seed: self.seed.unwrap_or_default(),
        })
    }
}

/// A payload, or a text that has one.
pub(super) fn payload(raw: &RawValue) -> Result<sclera::Payload, String> {
    let text = match serde_json::from_str::<String>(raw.get()) {
        Ok(text) => text,
        Err(_) => raw.get().to_owned(),
    };
    sclera::Payload::parse(text)
        .map_err(|fault| format!("{fault}; `sclera hooks NAME --sample` prints a payload that fits"))
}

/// Reads a part of a case; the error says at which key.
pub(super) fn part<'a, T: Deserialize<'a>>(key: &str, raw: Option<&'a RawValue>) -> Result<Option<T>, String> {
    raw.map(|raw| read(key, raw.get())).transpose()
}

/// Reads a JSON text; the error says at which key, below `place`, and no line: the text is not the file's.
pub(super) fn read<'a, T: Deserialize<'a>>(place: &str, text: &'a str) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        let path = match (place, inner.as_str()) {
            ("", inner) => inner.to_owned(),
            (place, "") => place.to_owned(),
            (place, inner) if inner.starts_with('[') => format!("{place}{inner}"),
            (place, inner) => format!("{place}.{inner}"),
        };
        let fault = error.into_inner().to_string();
        let fault = fault.split(" at line ").next().unwrap_or_default();
        if path.is_empty() {
            fault.to_owned()
        } else {
            format!("`{path}`: {fault}")
        }
    })
}

//! What a module is, what it asks for, and what it registered.

use std::io::Write;
use std::path::Path;

use anstream::stdout;
use sclera::{
    FailurePolicy, FaultKind, HookKind, Inspection, Interface, Mode, ModuleInfo, OnFailure, Subscription, text,
};
use serde_json::Value;

use super::delivery::log_lines;
use super::table::Rows;
use super::units::bytes;
use super::{FAINT, TITLE, path};

/// Characters of a match rule.
const RULE: usize = 200;
/// Characters of a key of the configuration.
const NAME: usize = 64;
/// Characters of a default value.
const DEFAULT: usize = 48;

pub(crate) fn module(file: &Path, module: &ModuleInfo, inspection: &Inspection) -> anyhow::Result<()> {
    let mut out = stdout();
    let identity = &module.identity;
    writeln!(out, "{TITLE}{} {}{TITLE:#}", identity.name, identity.version)?;
    if !module.description.description.is_empty() {
        writeln!(out, "{}", module.description.description)?;
    }
    writeln!(out, "{FAINT}{}, {}{FAINT:#}", path(file), bytes(inspection.size))?;
    writeln!(out, "{FAINT}sha256 {}{FAINT:#}", identity.digest)?;

    writeln!(out, "\n{TITLE}asks for{TITLE:#}")?;
    asks_for(module, inspection).print(&mut out, "  ")?;

    writeln!(out, "\n{TITLE}registered{TITLE:#}")?;
    if module.subscriptions.is_empty() {
        writeln!(out, "  nothing: no hook will ever reach this module")?;
    }
    let mut rows = Rows::new();
    for subscription in &module.subscriptions {
        rows.add([subscription_name(subscription), terms(subscription)]);
    }
    rows.print(&mut out, "  ")?;
    if !module.registration_log.is_empty() {
        writeln!(out, "\n{TITLE}logged while it registered{TITLE:#}")?;
        log_lines(&mut out, "  ", &module.registration_log)?;
    }
    Ok(())
}

fn asks_for(module: &ModuleInfo, inspection: &Inspection) -> Rows {
    let mut rows = Rows::new();
    for capability in &module.description.capabilities {
        let parameters = text::shown(&capability.parameters.to_string(), 500);
        let asked = format!("{} {parameters}", capability.name);
        labelled(&mut rows, "capability", [asked, capability.reason.clone()]);
    }
    if module.description.capabilities.is_empty() {
        rows.add(["capability", "none"]);
    }
    match &module.description.config_schema {
        Some(schema) => labelled(&mut rows, "config", config_keys(schema)),
        None => rows.add(["config", "none"]),
    }
    let mut packages: Vec<_> = Vec::new();
    for package in inspection.imports.iter().map(package) {
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    labelled(
        &mut rows,
        "imports",
        [
            packages.join(", "),
            "(`sclera inspect` lists the interfaces)".to_owned(),
        ],
    );
    rows
}

/// The first line beside the label, the others below it.
fn labelled(rows: &mut Rows, label: &str, lines: impl IntoIterator<Item = String>) {
    for (index, line) in lines.into_iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        rows.add([label, &line]);
    }
}

/// `wasi:clocks` of `wasi:clocks/wall-clock@0.2.12`.
fn package(import: &Interface) -> &str {
    import.name.split('/').next().unwrap_or(&import.name)
}

/// `url (required)`, `tab (default "Search links")`.
fn config_keys(schema: &Value) -> Vec<String> {
    let required: Vec<_> = match schema.get("required") {
        Some(Value::Array(keys)) => keys.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return vec!["a JSON object".into()];
    };
    let shown = |(key, property): (&String, &Value)| {
        let key = text::shown(key, NAME);
        match property.get("default") {
            _ if required.contains(&key.as_str()) => format!("{key} (required)"),
            Some(default) => format!("{key} (default {})", text::shown(&default.to_string(), DEFAULT)),
            None => key,
        }
    };
    properties.iter().map(shown).collect()
}

/// `on_manual_trigger_ioc “Look up”`.
pub(crate) fn subscription_name(subscription: &Subscription) -> String {
    match (&subscription.kind, &subscription.menu_name) {
        (HookKind::Manual, Some(name)) => format!("{} “{name}”", subscription.hook),
        _ => subscription.hook.clone(),
    }
}

/// `synchronous, priority -100`. What is so by default goes without saying.
fn terms(subscription: &Subscription) -> String {
    let mut terms = match subscription.asynchronous {
        true => "asynchronous".to_owned(),
        false => "synchronous".to_owned(),
    };
    if subscription.priority != 0 {
        terms.push_str(&format!(", priority {}", subscription.priority));
    }
    if subscription.mode == Mode::Monitor {
        terms.push_str(", monitor only");
    }
    let policy = &subscription.failure_policy;
    if let Some(faults) = faults(policy, OnFailure::Reject) {
        terms.push_str(&format!(", rejects on {faults}"));
    }
    if *policy != FailurePolicy::default_for(subscription.asynchronous)
        && let Some(faults) = faults(policy, OnFailure::Retry)
    {
        terms.push_str(&format!(", tried again on {faults}"));
    }
    if let Some(rule) = &subscription.match_rule {
        terms.push_str(&format!(", if {}", text::shown(rule.as_str(), RULE)));
    }
    terms
}

fn faults(policy: &FailurePolicy, does: OnFailure) -> Option<String> {
    let faults: Vec<_> = policy.faults(does).map(|fault| fault.to_string()).collect();
    match faults.len() {
        0 => None,
        all if all == FaultKind::ALL.len() => Some("any failure".into()),
        _ => Some(faults.join(", ")),
    }
}

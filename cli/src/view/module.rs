//! What a module is, what it asks for, and what it registered.

use std::io::Write;
use std::path::Path;

use anstream::stdout;
use sclera::{FailurePolicy, HookKind, Inspection, Interface, ModuleInfo, Subscription, Unfit};

use super::delivery::log_lines;
use super::{BAD, FAINT, GOOD, TITLE, bytes, table};

pub(crate) fn module(file: &Path, module: &ModuleInfo, inspection: &Inspection) -> anyhow::Result<()> {
    let mut out = stdout();
    let identity = &module.identity;
    writeln!(
        out,
        "{TITLE}{} {}{TITLE:#}  {}",
        identity.name, identity.version, module.description.description
    )?;
    writeln!(
        out,
        "{FAINT}{}, {}, sha256 {}{FAINT:#}",
        file.display(),
        bytes(inspection.size),
        identity.digest
    )?;

    writeln!(out, "\n{TITLE}asks for{TITLE:#}")?;
    for capability in &module.description.capabilities {
        writeln!(
            out,
            "  {} {}: {}",
            capability.name, capability.parameters, capability.reason
        )?;
    }
    if module.description.capabilities.is_empty() {
        writeln!(out, "  no capability")?;
    }
    let imports: Vec<_> = inspection.imports.iter().map(Interface::to_string).collect();
    writeln!(out, "  {FAINT}imports {}{FAINT:#}", imports.join(", "))?;

    writeln!(out, "\n{TITLE}registered{TITLE:#}")?;
    if module.subscriptions.is_empty() {
        writeln!(out, "  nothing: no hook will ever reach this module")?;
    } else {
        let mut rows = table();
        for subscription in &module.subscriptions {
            rows.add_row([
                subscription_name(subscription),
                if subscription.asynchronous {
                    "asynchronous"
                } else {
                    "synchronous"
                }
                .to_owned(),
                format!("priority {}", subscription.priority),
                policy(&subscription.failure_policy),
            ]);
        }
        writeln!(out, "{rows}")?;
    }
    if !module.registration_log.is_empty() {
        writeln!(out, "\n{TITLE}log of register-hooks{TITLE:#}")?;
        log_lines(&mut out, &module.registration_log)?;
    }
    Ok(())
}

/// `on_manual_trigger_ioc “Look up”`.
pub(crate) fn subscription_name(subscription: &Subscription) -> String {
    match (&subscription.kind, &subscription.menu_name) {
        (HookKind::Manual, Some(name)) => format!("{} “{name}”", subscription.hook),
        _ => subscription.hook.clone(),
    }
}

fn policy(policy: &FailurePolicy) -> String {
    let rejecting = policy
        .rejecting()
        .map(|fault| fault.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    if rejecting.is_empty() {
        "continues on failure".into()
    } else {
        format!("rejects on {rejecting}")
    }
}

pub(crate) fn inspection(
    file: &Path,
    inspection: &Inspection,
    digest: &str,
    verdict: &Result<(), Unfit>,
) -> anyhow::Result<()> {
    let mut out = stdout();
    writeln!(out, "{TITLE}{}{TITLE:#}", file.display())?;
    let mut rows = table();
    rows.add_row(["sha256", digest]);
    let contract = match inspection.contract() {
        Some(version) => format!("sclera:hooks {version}"),
        None => "none: it is of another world".into(),
    };
    rows.add_row(["contract", &contract]);
    rows.add_row(["file", &bytes(inspection.size)]);
    rows.add_row(["code", &bytes(inspection.code_size)]);
    rows.add_row(["custom sections", &bytes(inspection.custom_size)]);
    rows.add_row(["core modules", &inspection.core_modules.to_string()]);
    writeln!(out, "{rows}")?;
    for (title, interfaces) in [("imports", &inspection.imports), ("exports", &inspection.exports)] {
        writeln!(out, "\n{TITLE}{title}{TITLE:#}")?;
        for interface in interfaces {
            writeln!(out, "  {interface}")?;
        }
    }
    match verdict {
        Ok(()) => writeln!(out, "\n{GOOD}this host can load it{GOOD:#}")?,
        Err(unfit) => writeln!(out, "\n{BAD}this host cannot load it:{BAD:#} {unfit}")?,
    }
    Ok(())
}

//! `sclera module review`: what a module asks for, and what it is to get.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context;
use dialoguer::Confirm;
use sclera::{Compiler, Examined, Grants, Host, Lock, ModuleSource, NotApproved, Permission, Policies};
use serde::Serialize;
use serde_json::json;
use toml_edit::{Item, Table};

use super::caching;
use super::policy_file::{PolicyFile, replace};
use crate::args::Review;
use crate::exit::Exit;
use crate::view;

/// What a reviewer decides by.
#[derive(Serialize)]
pub(crate) struct Findings {
    pub(crate) module: Examined,
    pub(crate) asked: Vec<Asked>,
    /// What the policy grants now.
    pub(crate) granted: BTreeSet<Permission>,
    /// Why a host with this policy and this lock would not load it.
    pub(crate) not_approved: Option<NotApproved>,
    /// What its imports make possible.
    pub(crate) possible: Vec<Possible>,
}

/// One thing that the module asks for.
#[derive(Serialize)]
pub(crate) struct Asked {
    pub(crate) permission: Permission,
    /// Why it asks for it.
    pub(crate) reason: String,
    pub(crate) granted: bool,
    pub(crate) reviewed: bool,
}

/// What one package of imports makes possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Possible {
    pub(crate) package: &'static str,
    pub(crate) what: &'static str,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decision {
    /// It gets all that it asks for.
    Granted,
    /// It may be loaded with what it is granted already.
    ApprovedAsItIs,
    /// Nothing was changed, because nothing had to be.
    ApprovedBefore,
    /// Nothing was changed, and a host will not load it.
    Undecided,
}

/// Imports that a module can have, and what they are good for.
const POSSIBLE: &[Possible] = &[
    Possible {
        package: "sclera:hooks",
        what: "listen to hooks, and ask for actions that are granted",
    },
    Possible {
        package: "wasi:http",
        what: "send what it has seen to the origins that are granted",
    },
    Possible {
        package: "wasi:keyvalue",
        what: "keep what it has seen for later deliveries, if a store is granted",
    },
    Possible {
        package: "wasi:config",
        what: "read its own configuration",
    },
    Possible {
        package: "wasi:logging",
        what: "write log lines, which are kept with the delivery",
    },
    Possible {
        package: "wasi:clocks",
        what: "see the time, and wait until its deadline",
    },
    Possible {
        package: "wasi:random",
        what: "draw random numbers",
    },
    Possible {
        package: "wasi:cli",
        what: "print, which is kept as log lines; there are no arguments, and no environment",
    },
    Possible {
        package: "wasi:io",
        what: "nothing by itself; others use it",
    },
];

/// The lock that belongs to a policy file.
pub(crate) fn lock_beside(policy: &Path) -> PathBuf {
    policy.with_extension("lock")
}

pub(crate) async fn run(args: &Review, compiler: Compiler) -> anyhow::Result<Exit> {
    let policy = PolicyFile::read(&args.policy)?;
    let lock_file = lock_beside(&args.policy);
    let mut lock = Lock::read(&lock_file)?;
    let host = Host::builder()
        .policies(policy.policies().clone())
        .compile_with(caching::with_cache(compiler, &args.cache))
        .build()?;
    let module = host.examine(ModuleSource::file(&args.module)).await?;

    let grants = grants(policy.policies(), &module.name);
    let findings = findings(module, &grants, &lock);
    if !args.json {
        view::review(&args.module, &findings)?;
    }
    let decision = decide(args, &findings)?;
    let module = &findings.module;
    match decision {
        Decision::Granted => {
            let widened = grants.widened(&module.description.capabilities);
            write(policy, &module.name, &widened)?;
            lock.approve(module, &widened);
            replace(&lock_file, &lock.to_text())?;
        }
        Decision::ApprovedAsItIs => {
            lock.approve(module, &grants);
            replace(&lock_file, &lock.to_text())?;
        }
        Decision::ApprovedBefore | Decision::Undecided => {}
    }
    let exit = match decision {
        Decision::Undecided => Exit::NotApproved,
        _ => Exit::Fine,
    };
    if args.json {
        let mut document = serde_json::to_value(&findings)?;
        if let Some(document) = document.as_object_mut() {
            document.insert("decision".into(), serde_json::to_value(decision)?);
            document.insert("exit".into(), json!(exit as u8));
        }
        view::json(&document)?;
    } else {
        view::decision(decision, &findings, &args.policy, &lock_file)?;
    }
    Ok(exit)
}

fn findings(module: Examined, grants: &Grants, lock: &Lock) -> Findings {
    let granted = Permission::granted(grants);
    let reviewed = lock.modules.get(&module.name).map(|approval| approval.asked.clone());
    let reviewed = reviewed.unwrap_or_default();
    let mut asked = Vec::new();
    for capability in &module.description.capabilities {
        let permissions = Permission::asked(std::slice::from_ref(capability));
        let missing = Permission::missing(&permissions, &granted);
        asked.extend(permissions.into_iter().map(|permission| Asked {
            reason: capability.reason.clone(),
            granted: !missing.contains(&permission),
            reviewed: reviewed.contains(&permission),
            permission,
        }));
    }
    let imports = |possible: &&Possible| {
        let imports = &module.inspection.imports;
        imports
            .iter()
            .any(|import| import.name.split('/').next() == Some(possible.package))
    };
    Findings {
        asked,
        granted,
        not_approved: lock.check(&module, grants).err(),
        possible: POSSIBLE.iter().filter(imports).copied().collect(),
        module,
    }
}

fn decide(args: &Review, findings: &Findings) -> anyhow::Result<Decision> {
    let wants_more = findings.asked.iter().any(|asked| !asked.granted);
    if args.yes {
        return Ok(Decision::Granted);
    }
    if findings.not_approved.is_none() && (!wants_more || args.json || !std::io::stdin().is_terminal()) {
        return Ok(Decision::ApprovedBefore);
    }
    if args.json || !std::io::stdin().is_terminal() {
        return Ok(Decision::Undecided);
    }
    let ask = |question: &str| Confirm::new().with_prompt(question).default(false).interact();
    if wants_more && ask("Grant everything that it asks for?")? {
        return Ok(Decision::Granted);
    }
    if findings.not_approved.is_none() {
        return Ok(Decision::ApprovedBefore);
    }
    if ask("Let it be loaded with what it is granted now?")? {
        return Ok(Decision::ApprovedAsItIs);
    }
    Ok(Decision::Undecided)
}

fn grants(policies: &Policies, module: &str) -> Grants {
    let policy = policies.modules.get(module);
    policy.map(|policy| policy.grants.clone()).unwrap_or_default()
}

/// Puts a module's grants into the file; everything else stays as it is.
fn write(mut file: PolicyFile<'_>, module: &str, grants: &Grants) -> anyhow::Result<()> {
    let mut grants = toml_edit::ser::to_document(grants)?.as_table().clone();
    // Tables, which a person can edit, and not one long line.
    for (_, item) in grants.iter_mut() {
        if let Some(inline) = item.as_inline_table() {
            *item = Item::Table(inline.clone().into_table());
        }
    }
    grants.set_implicit(true);
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let modules = file.document_mut().entry("modules").or_insert_with(implicit);
    let modules = modules.as_table_mut().context("`modules` is not a table")?;
    let own = modules.entry(module).or_insert_with(implicit);
    let own = own
        .as_table_mut()
        .with_context(|| format!("`modules.{module}` is not a table"))?;
    own.insert("grants", Item::Table(grants));
    file.write()
}

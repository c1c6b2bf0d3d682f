//! New cases.

use sclera_sdk::prelude::*;

use crate::config::Config;

/// Notes a new case, and asks for its triage.
pub(crate) fn created(case: &Case, by: &str, config: &Config) -> Option<Action> {
    let id = case.id()?;
    let name = case.name.get().or(case.case_name.get()).unwrap_or("without a name");
    log::info!("case {id} was opened by {by}: {name}");
    if config.checklist.is_empty() {
        return None;
    }
    let steps: Vec<String> = config.checklist.iter().map(|step| format!("- [ ] {step}")).collect();
    Some(config.task("Triage checklist".to_owned(), steps.join("\n"), id))
}

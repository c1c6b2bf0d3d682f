//! New and changed evidence.

use sclera_sdk::prelude::*;

use crate::config::Config;

/// How much of a file name goes into the title of a task, in characters.
const SHOWN: usize = 100;

/// Notes a piece of evidence, and asks for its hash if it has none.
pub(crate) fn created(evidence: &Evidence, by: &str, case_id: Option<i64>, config: &Config) -> Option<Action> {
    let id = evidence.id()?;
    let name = shown_name(evidence);
    log::info!(
        "evidence {id} was registered by {by}: {name}, {}",
        hash_or_not(evidence)
    );
    if !evidence.file_hash.is_blank() {
        return None;
    }
    let Some(case_id) = evidence.case_id.get().or(case_id) else {
        log::warn!("evidence {id} has no hash, but it is not known in which case to make a task of it");
        return None;
    };
    let why = format!("Evidence {id} was registered without a hash, so that nobody can show that it is unchanged.");
    Some(config.task(format!("Hash evidence {name}"), why, case_id))
}

/// Notes a change. The task is there since the evidence is: a second one would help nobody.
pub(crate) fn updated(evidence: &Evidence, by: &str) {
    let id = evidence.id().unwrap_or_default();
    log::info!(
        "evidence {id} was changed by {by}: {}, {}",
        shown_name(evidence),
        hash_or_not(evidence)
    );
}

fn hash_or_not(evidence: &Evidence) -> &str {
    if evidence.file_hash.is_blank() {
        "without a hash"
    } else {
        "with a hash"
    }
}

fn shown_name(evidence: &Evidence) -> String {
    let name = evidence.filename.get().unwrap_or("without a name");
    name.chars()
        .filter(|character| !character.is_control())
        .take(SHOWN)
        .collect()
}

//! Notes new cases, assets and evidence in the log, and asks for what is to be done about them.

mod asset;
mod case;
mod config;
mod evidence;

use config::Config;
use sclera_sdk::prelude::*;

/// The module.
pub struct CaseWatch;

impl Module for CaseWatch {
    type Config = Config;

    fn describe() -> Description {
        sclera_sdk::description!().config_schema(config::schema()).capability(
            "actions",
            json!({"create": ["task"], "update": ["asset"]}),
            "makes the tasks that a new case or a piece of evidence needs, and tags the assets it has seen",
        )
    }

    fn register(hooks: &Hooks, _: &Config) -> Result<(), Error> {
        for hook in [
            hook::POSTLOAD_CASE_CREATE,
            hook::POSTLOAD_ASSET_CREATE,
            hook::POSTLOAD_ASSET_UPDATE,
            hook::POSTLOAD_EVIDENCE_CREATE,
            hook::POSTLOAD_EVIDENCE_UPDATE,
        ] {
            hooks.subscribe(hook).submit()?;
        }
        Ok(())
    }

    fn handle(event: &Event, config: &Config) -> Result<Answer, Error> {
        let by = event.triggered_by.as_deref().unwrap_or("the server");
        let actions: Vec<Action> = match event.hook.as_str() {
            hook::POSTLOAD_CASE_CREATE => event
                .objects()?
                .iter()
                .filter_map(|case| case::created(case, by, config))
                .collect(),
            hook::POSTLOAD_ASSET_CREATE | hook::POSTLOAD_ASSET_UPDATE => event
                .objects()?
                .iter()
                .filter_map(|asset| asset::seen(asset, by, config))
                .collect(),
            hook::POSTLOAD_EVIDENCE_CREATE => {
                let case = event.metadata.case_id;
                event
                    .objects()?
                    .iter()
                    .filter_map(|evidence| evidence::created(evidence, by, case, config))
                    .collect()
            }
            hook::POSTLOAD_EVIDENCE_UPDATE => {
                event
                    .objects()?
                    .iter()
                    .for_each(|evidence| evidence::updated(evidence, by));
                Vec::new()
            }
            _ => Vec::new(),
        };
        Ok(Answer::unchanged().actions(actions))
    }
}

sclera_sdk::export!(CaseWatch);

#[cfg(test)]
mod tests;

//! Gives an IOC without a TLP the TLP of its case.

use sclera_sdk::prelude::*;

/// The module.
pub struct TlpInherit;

/// What an operator can set.
#[derive(Deserialize)]
pub struct Config {
    /// The TLP of an IOC whose case has none.
    default_tlp: Option<Tlp>,
}

impl Module for TlpInherit {
    type Config = Config;

    fn describe() -> Description {
        sclera_sdk::description!().config_schema(json!({
            "type": "object",
            "properties": {
                "default_tlp": {
                    "description": "The TLP of an IOC whose case has none. Without it, such an IOC stays as it is.",
                    "enum": ["clear", "green", "amber", "amber+strict", "red"],
                },
            },
            "additionalProperties": false,
        }))
    }

    fn register(hooks: &Hooks, _: &Config) -> Result<(), Error> {
        // After the modules that check and normalise what was sent, such as ioc-guard.
        hooks.subscribe(hook::PRELOAD_IOC_CREATE).priority(100).submit()?;
        hooks.subscribe(hook::PRELOAD_IOC_UPDATE).priority(100).submit()
    }

    fn handle(event: &Event, config: &Config) -> Result<Answer, Error> {
        let Some(tlp) = event.metadata.tlp.or(config.default_tlp) else {
            return Ok(Answer::unchanged());
        };
        let is_update = event.hook == hook::PRELOAD_IOC_UPDATE;
        event.edit(|ioc: &mut Ioc| {
            // An update that does not speak of the TLP leaves the one that the IOC has.
            let kept = is_update && ioc.ioc_tlp_id.is_absent();
            if ioc.ioc_tlp_id.is_blank() && !kept {
                ioc.ioc_tlp_id.set(tlp);
            }
            Ok(())
        })
    }
}

sclera_sdk::export!(TlpInherit);

#[cfg(test)]
mod tests;

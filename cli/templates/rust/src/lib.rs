//! Adds a tag to every new IOC.

use sclera_sdk::prelude::*;

/// The module.
pub struct {{name_pascal}};

/// What an operator can set.
#[derive(Deserialize)]
pub struct Config {
    #[serde(default = "default_tag")]
    tag: String,
}

fn default_tag() -> String {
    "new".into()
}

impl Module for {{name_pascal}} {
    type Config = Config;

    fn describe() -> Description {
        sclera_sdk::description!().config_schema(json!({
            "type": "object",
            "properties": {"tag": {"type": "string", "description": "The tag to add.", "default": "new"}},
            "additionalProperties": false,
        }))
    }

    fn register(hooks: &Hooks, _: &Config) -> Result<(), Error> {
        // Before an IOC is saved: this may change it, or refuse it.
        hooks.subscribe(hook::PRELOAD_IOC_CREATE).submit()
    }

    fn handle(event: &Event, config: &Config) -> Result<Answer, Error> {
        event.edit(|ioc: &mut Ioc| {
            if ioc.ioc_value.is_blank() {
                return Err(Rejection::new("an IOC needs a value").at("/ioc_value"));
            }
            if ioc.ioc_tags.add(&config.tag) {
                log::info!("tagged {}", ioc.ioc_value.get().unwrap_or_default());
            }
            Ok(())
        })
    }
}

sclera_sdk::export!({{name_pascal}});

#[cfg(test)]
mod tests {
    use sclera_sdk::Outcome;
    use sclera_sdk::mock::MockHost;

    use super::*;

    #[test]
    fn a_new_ioc_is_tagged() {
        let host = MockHost::new().config("tag", "seen");
        let event = host.event(hook::PRELOAD_IOC_CREATE, json!({"ioc_value": "evil.example", "ioc_tags": "c2"}));

        let answer = event.handle::<{{name_pascal}}>().unwrap();

        let Outcome::Replace(iocs) = answer.outcome else {
            panic!("it was not replaced")
        };
        assert_eq!(iocs[0]["ioc_tags"], json!("c2,seen"));
    }

    #[test]
    fn an_ioc_without_a_value_is_refused() {
        let host = MockHost::new();
        let event = host.event(hook::PRELOAD_IOC_CREATE, json!({"ioc_value": ""}));

        let answer = event.handle::<{{name_pascal}}>().unwrap();

        assert_eq!(answer, Answer::reject("an IOC needs a value").at("/0/ioc_value"));
    }
}

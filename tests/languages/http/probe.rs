//! Asks the server at `url`, and tells the user what it said.

use sclera_sdk::http::Request;
use sclera_sdk::prelude::*;

/// The module.
pub struct Probe;

/// What an operator can set.
#[derive(Deserialize)]
pub struct Config {
    url: String,
}

impl Module for Probe {
    type Config = Config;

    fn describe() -> Description {
        Description::new("probe", "1.0.0", "Asks a server")
            .config_schema(json!({"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}))
            .capability("http", json!({"origins": ["https://probe.example"]}), "asks the server that you name")
    }

    fn register(hooks: &Hooks, _: &Config) -> Result<(), Error> {
        hooks.subscribe(hook::MANUAL_TRIGGER_IOC).submit()
    }

    fn handle(_: &Event, config: &Config) -> Result<Answer, Error> {
        let response = Request::get(&config.url).send()?;
        let text = String::from_utf8_lossy(&response.body);
        Ok(Answer::unchanged().message(format!("{} {text}", response.status)))
    }
}

sclera_sdk::export!(Probe);

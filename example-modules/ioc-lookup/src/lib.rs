//! Tells a user what an IOC is, and where to search for it. Without asking anybody: no network is needed.

mod address;
mod config;
mod explain;
mod indicator;
mod links;

use config::Config;
use sclera_sdk::prelude::*;

/// What the user reads in the menu.
const EXPLAIN: &str = "Explain indicator";
const LINKS: &str = "Search links";

/// The most IOCs that a message speaks of, one line each.
const LINES: usize = 50;

/// The module.
pub struct IocLookup;

impl Module for IocLookup {
    type Config = Config;

    fn describe() -> Description {
        sclera_sdk::description!().config_schema(config::schema()).capability(
            "actions",
            json!({"update": ["ioc"]}),
            "writes the search links into a custom attribute of the IOC",
        )
    }

    fn register(hooks: &Hooks, _: &Config) -> Result<(), Error> {
        for menu in [EXPLAIN, LINKS] {
            // The user waits for the message, and it is there at once.
            hooks
                .subscribe(hook::MANUAL_TRIGGER_IOC)
                .menu(menu)
                .synchronous()
                .submit()?;
        }
        Ok(())
    }

    fn handle(event: &Event, config: &Config) -> Result<Answer, Error> {
        let iocs: Vec<Ioc> = event.objects()?;
        match event.menu_name.as_deref() {
            Some(EXPLAIN) => Ok(Answer::unchanged().message(lines(&iocs, explain::explain))),
            Some(LINKS) => {
                let case_tlp = event.metadata.tlp;
                let found: Vec<_> = iocs.iter().map(|ioc| links::links(ioc, case_tlp, config)).collect();
                let actions = iocs
                    .iter()
                    .zip(&found)
                    .filter_map(|(ioc, found)| links::action(ioc, found, config));
                let message = lines(&found, ToString::to_string);
                Ok(Answer::unchanged().actions(actions).message(message))
            }
            other => Err(Error::new(
                "unknown-menu",
                format!("ioc-lookup has no menu entry {other:?}"),
            )),
        }
    }
}

/// One line for each, as many as a person reads.
fn lines<T>(items: &[T], line: impl Fn(&T) -> String) -> String {
    let mut lines: Vec<String> = items.iter().take(LINES).map(line).collect();
    if let more @ 1.. = items.len().saturating_sub(LINES) {
        lines.push(format!("… and {more} more."));
    }
    lines.join("\n")
}

sclera_sdk::export!(IocLookup);

#[cfg(test)]
mod tests;

//! Looks IOCs up in a MISP.
//!
//! `search` asks for all values of an event at once and reads the answer, `report` writes what is shown of it.

mod config;
mod report;
mod search;

use config::Config;
use report::Report;
use sclera_sdk::prelude::*;

/// The menu entry.
const MENU: &str = "Look up in MISP";

/// The tab of the IOC's page, and the field in it.
const TAB: &str = "MISP";
const FIELD: &str = "Events";

/// The module.
pub struct MispLookup;

impl Module for MispLookup {
    type Config = Config;

    fn describe() -> Description {
        sclera_sdk::description!()
            .config_schema(config::schema())
            .capability(
                "http",
                json!({"methods": ["POST"]}),
                "searches the MISP at `misp_url` for the value of each IOC; grant the origin of that URL",
            )
            .capability(
                "secrets",
                json!({"names": ["misp_api_key"]}),
                "the key of a MISP user who may read; it goes into the header `authorization`",
            )
            .capability(
                "actions",
                json!({"update": ["ioc"]}),
                "tags the IOCs that are in MISP, and writes the tab `MISP`",
            )
    }

    fn register(hooks: &Hooks, config: &Config) -> Result<(), Error> {
        config.check()?;
        if config.on_create {
            hooks.subscribe(hook::POSTLOAD_IOC_CREATE).submit()?;
        }
        if config.on_update {
            hooks.subscribe(hook::POSTLOAD_IOC_UPDATE).submit()?;
        }
        hooks
            .subscribe(hook::MANUAL_TRIGGER_IOC)
            .menu(MENU)
            .synchronous()
            .submit()
    }

    fn handle(event: &Event, config: &Config) -> Result<Answer, Error> {
        config.check()?;
        let iocs: Vec<Ioc> = event.objects()?;
        let values: Vec<&str> = iocs.iter().filter_map(|ioc| config.may_ask(ioc).ok()).collect();
        let hits = if values.is_empty() {
            Vec::new()
        } else {
            search::search(config, &values)?
        };

        let mut answer = Answer::unchanged();
        let mut lines = Vec::new();
        for ioc in &iocs {
            match config.may_ask(ioc) {
                Ok(value) => {
                    let report = Report::of(value, &hits, config);
                    log::info!("{}", report.line());
                    lines.push(report.line());
                    answer = answer.actions(change(ioc, &report, config));
                }
                Err(why) => {
                    log::info!("{why}");
                    lines.push(why);
                }
            }
        }
        Ok(match event.kind {
            HookKind::Manual => answer.message(lines.join("\n")),
            _ => answer,
        })
    }
}

/// What has to change at the IOC, if anything: an update fires a hook, and that hook calls this module again.
fn change(ioc: &Ioc, report: &Report<'_>, config: &Config) -> Option<Action> {
    let tag = config.tag("hit");
    let tagged = ioc.ioc_tags.has(&tag);
    let shown = ioc.custom_attributes.attribute(TAB, FIELD).and_then(Value::as_str);
    let action = Action::update(Ioc::KIND, ioc.id()?);
    if report.is_hit() {
        let html = report.html();
        if tagged && shown == Some(html.as_str()) {
            return None;
        }
        Some(action.add_tag(tag).html_attribute(TAB, FIELD, html))
    } else if tagged || shown.is_some_and(|shown| shown != report::NOTHING) {
        // It was there before; what is shown of it is not true any more.
        Some(action.remove_tag(tag).html_attribute(TAB, FIELD, report::NOTHING))
    } else {
        None
    }
}

sclera_sdk::export!(MispLookup);

#[cfg(test)]
mod tests;

//! Refangs, normalises and checks the values of IOCs before they are saved.
//!
//! A value goes through `clean` (invisible characters, space around it), `refang`, and the check of its type (`ip`,
//! `name`, `email`, `web`, `hash`), which gives the one way to write it, or says why it cannot be right.

mod clean;
mod config;
mod email;
mod excerpt;
mod hash;
mod indicator;
mod ip;
mod name;
mod refang;
mod web;

use config::Config;
use indicator::Fault;
use sclera_sdk::prelude::*;

/// The module.
pub struct IocGuard;

impl Module for IocGuard {
    type Config = Config;

    fn describe() -> Description {
        sclera_sdk::description!().config_schema(config::schema()).capability(
            "actions",
            json!({"update": ["ioc"]}),
            "tags an IOC whose update says nothing of its tags",
        )
    }

    fn register(hooks: &Hooks, _: &Config) -> Result<(), Error> {
        // Before everything else that looks at the value.
        hooks.subscribe(hook::PRELOAD_IOC_CREATE).priority(-100).submit()?;
        hooks.subscribe(hook::PRELOAD_IOC_UPDATE).priority(-100).submit()
    }

    fn handle(event: &Event, config: &Config) -> Result<Answer, Error> {
        let is_update = event.hook == hook::PRELOAD_IOC_UPDATE;
        let mut actions = Vec::new();
        let answer = event.edit(|ioc: &mut Ioc| {
            let tags = guard(ioc, config)?;
            if is_update && ioc.ioc_tags.is_absent() {
                // Tags in the request would replace those that the IOC has.
                actions.extend(add_tags(ioc, &tags));
            } else {
                for tag in tags {
                    ioc.ioc_tags.add(&tag);
                }
            }
            Ok(())
        })?;
        Ok(answer.actions(actions))
    }
}

/// Puts the value right, and says which tags tell of it.
fn guard(ioc: &mut Ioc, config: &Config) -> Result<Vec<String>, Rejection> {
    let (Some(kind), Some(value)) = (ioc.kind(), ioc.ioc_value.get()) else {
        return Ok(Vec::new());
    };
    let mut tags = Vec::new();
    match indicator::read(kind, value, config) {
        Ok(read) => {
            if config.tag_changes && read.refanged {
                tags.push(config.tag("refanged"));
            }
            if config.tag_changes && read.normalised {
                tags.push(config.tag("normalised"));
            }
            if read.value != value {
                ioc.ioc_value.set(read.value);
            }
        }
        Err(Fault(reason)) if config.reject_invalid => return Err(Rejection::new(reason).at("/ioc_value")),
        Err(Fault(reason)) => {
            log::warn!("{reason}");
            tags.push(config.tag("suspect"));
        }
    }
    Ok(tags)
}

fn add_tags(ioc: &Ioc, tags: &[String]) -> Option<Action> {
    let action = Action::update(Ioc::KIND, ioc.id()?);
    (!tags.is_empty()).then(|| tags.iter().fold(action, |action, tag| action.add_tag(tag)))
}

sclera_sdk::export!(IocGuard);

#[cfg(test)]
mod tests;

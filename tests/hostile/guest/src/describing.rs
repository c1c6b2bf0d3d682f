//! Attacks in `describe`.

use crate::sclera::hooks::registry::register_to_hook;
use crate::sclera::hooks::types::{Capability, Description};
use crate::wasi::clocks::monotonic_clock::subscribe_duration;
use crate::wasi::config::store;

pub(crate) fn attack(attack: &str, harmless: Description) -> Description {
    match attack {
        "sleeps-in-describe" => subscribe_duration(3_600_000_000_000).block(),
        "exits-while-describing" => std::process::exit(0),
        "registry-too-early" => drop(register_to_hook(1, "on_preload_ioc_create", None, false)),
        "config-too-early" => drop(store::get("text")),
        _ => {}
    }
    Description {
        name: match attack {
            "name-of-a-path" => "../../etc/passwd".into(),
            "name-of-another" => "goodone".into(),
            _ => harmless.name,
        },
        config_schema: schema(attack).or(harmless.config_schema),
        capabilities: match attack {
            "capabilities" => (0..10_000).map(capability).collect(),
            _ => harmless.capabilities,
        },
        ..harmless
    }
}

fn capability(number: u32) -> Capability {
    Capability {
        name: format!("capability-{number}"),
        parameters: "{}".into(),
        reason: "because".into(),
    }
}

fn schema(attack: &str) -> Option<String> {
    Some(match attack {
        "schema-not-a-schema" => r#"{"type": 3}"#.into(),
        "schema-of-a-megabyte" => format!(r#"{{"description": "{}"}}"#, "x".repeat(1 << 20)),
        "schema-nested" => format!("{}true{}", r#"{"not":"#.repeat(10_000), "}".repeat(10_000)),
        "schema-pattern" => r#"{"properties": {"text": {"pattern": "((a{1000}){1000}){1000}"}}}"#.into(),
        "schema-remote" => r#"{"$ref": "file:///etc/passwd"}"#.into(),
        "schema-doubles" => doubling(60),
        _ => return None,
    })
}

/// Each definition refers to the next one twice: whoever follows them all never comes back.
fn doubling(levels: u32) -> String {
    let level = |number| {
        format!(
            r##""d{number}": {{"allOf": [{{"$ref": "#/$defs/d{next}"}}, {{"$ref": "#/$defs/d{next}"}}]}},"##,
            next = number + 1
        )
    };
    let definitions: String = (0..levels).map(level).collect();
    format!(r##"{{"$ref": "#/$defs/d0", "$defs": {{{definitions} "d{levels}": {{"type": "object"}}}}}}"##)
}

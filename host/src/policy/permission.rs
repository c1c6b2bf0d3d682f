//! Single things that a module asks for, or is granted: what two versions of a module, and a module and its grants, are
//! compared by.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::grants::Grants;
use crate::modules::Capability;
use crate::text;

/// One thing that a module asks for, or is granted, as an operator reads it: `http origin https://www.virustotal.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permission(String);

impl Permission {
    fn new(capability: &str, detail: &str) -> Self {
        Self(text::shown(format!("{capability} {detail}").trim_end(), 300))
    }

    /// What a module asks for in its description.
    pub fn asked(capabilities: &[Capability]) -> BTreeSet<Self> {
        capabilities.iter().flat_map(Self::of_capability).collect()
    }

    fn of_capability(asked: &Capability) -> Vec<Self> {
        let name = asked.name.as_str();
        let known: &[&str] = match name {
            "http" => &["origins", "methods"],
            "keyvalue" | "fine-clocks" => &[],
            "actions" => &["create", "update", "delete"],
            "secrets" => &["names"],
            // Nobody can grant it; but an operator should see it.
            _ => return vec![Self::new(name, &asked.parameters.to_string())],
        };
        let mut all = match name {
            "keyvalue" | "fine-clocks" => vec![Self::new(name, "")],
            _ => Vec::new(),
        };
        for (key, value) in asked.parameters.as_object().into_iter().flatten() {
            match value {
                Value::Array(items) if known.contains(&key.as_str()) => {
                    for item in items {
                        let item = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                        all.push(Self::detail(name, key, &item));
                    }
                }
                // Quotas that it wishes for do not widen what it can reach.
                Value::Number(_) if name == "keyvalue" => {}
                other => all.push(Self::new(name, &format!("{key} {other}"))),
            }
        }
        if name == "http"
            && !asked
                .parameters
                .as_object()
                .is_some_and(|given| given.contains_key("methods"))
        {
            all.push(Self::detail("http", "methods", "GET"));
        }
        all
    }

    /// What an operator grants.
    pub fn granted(grants: &Grants) -> BTreeSet<Self> {
        let mut all = BTreeSet::new();
        if let Some(http) = &grants.http {
            all.extend(
                http.origins
                    .iter()
                    .map(|origin| Self::detail("http", "origins", origin)),
            );
            all.extend(
                http.methods
                    .iter()
                    .map(|method| Self::detail("http", "methods", method)),
            );
            all.extend(
                http.addresses
                    .iter()
                    .map(|range| Self::new("http", &format!("address {range}"))),
            );
            all.insert(Self::new("http", &format!("up to TLP {}", http.max_tlp)));
        }
        if grants.keyvalue.is_some() {
            all.insert(Self::new("keyvalue", ""));
        }
        if grants.fine_clocks {
            all.insert(Self::new("fine-clocks", ""));
        }
        let actions = &grants.actions;
        for (operation, kinds) in [
            ("create", &actions.create),
            ("update", &actions.update),
            ("delete", &actions.delete),
        ] {
            all.extend(kinds.iter().map(|kind| Self::detail("actions", operation, kind)));
        }
        for (name, secret) in &grants.secrets {
            all.insert(Self::detail("secrets", "names", name));
            all.extend(
                secret
                    .origins
                    .iter()
                    .map(|origin| Self::new("secret", &format!("{name} to {}", normal_origin(origin)))),
            );
        }
        all
    }

    /// What of `asked` is not in `granted`.
    pub fn missing(asked: &BTreeSet<Self>, granted: &BTreeSet<Self>) -> BTreeSet<Self> {
        let is_granted = |one: &Self| {
            granted.contains(one)
                || one.0.strip_prefix("actions ").is_some_and(|rest| {
                    let operation = rest.split(' ').next().unwrap_or_default();
                    granted.contains(&Self::detail("actions", operation, "*"))
                })
        };
        asked.iter().filter(|one| !is_granted(one)).cloned().collect()
    }

    fn detail(capability: &str, key: &str, item: &str) -> Self {
        match (capability, key) {
            ("http", "origins") => Self::new("http origin", &normal_origin(item)),
            ("http", _) => Self::new("http method", &item.to_ascii_uppercase()),
            ("secrets", _) => Self::new("secret", item),
            (capability, key) => Self::new(capability, &format!("{key} {item}")),
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As browsers write an origin, so that the same one is the same text.
fn normal_origin(origin: &str) -> String {
    url::Url::parse(origin).map_or_else(|_| origin.to_owned(), |url| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(name: &str, parameters: Value) -> BTreeSet<Permission> {
        Permission::asked(&[Capability {
            name: name.into(),
            parameters,
            reason: String::new(),
        }])
    }

    fn granted(toml: &str) -> BTreeSet<Permission> {
        Permission::granted(&toml::from_str(toml).unwrap())
    }

    fn missing(asked: &BTreeSet<Permission>, granted: &BTreeSet<Permission>) -> Vec<String> {
        Permission::missing(asked, granted)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_is_asked_for_is_compared_with_what_is_granted_one_by_one() {
        let http = asked(
            "http",
            json!({"origins": ["https://A.example:443/", "https://b.example"]}),
        );
        let one = granted("[http]\norigins = [\"https://a.example\"]");
        assert_eq!(missing(&http, &one), ["http origin https://b.example"]);

        let post = asked("http", json!({"origins": ["https://a.example"], "methods": ["POST"]}));
        assert_eq!(missing(&post, &one), ["http method POST"]);

        let actions = asked("actions", json!({"update": ["ioc", "case"], "delete": ["case"]}));
        let some = granted("[actions]\nupdate = [\"*\"]");
        assert_eq!(missing(&actions, &some), ["actions delete case"]);

        let store = asked("keyvalue", json!({"bytes": 1000}));
        assert_eq!(missing(&store, &BTreeSet::new()), ["keyvalue"]);
        assert_eq!(missing(&store, &granted("[keyvalue]")), [""; 0]);
    }

    #[test]
    fn what_nobody_knows_is_missing_whatever_is_granted() {
        let odd = asked("teleport", json!({"to": "moon"}));
        assert_eq!(missing(&odd, &granted("[keyvalue]")), ["teleport {\"to\":\"moon\"}"]);
        let odd = asked("http", json!({"origins": ["https://a.example"], "sockets": true}));
        let all = granted("[http]\norigins = [\"https://a.example\"]");
        assert_eq!(missing(&odd, &all), ["http sockets true"]);
    }
}

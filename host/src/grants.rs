//! What an operator allows a module. Nothing is granted by default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::capabilities::actions::ActionsGrant;
use crate::capabilities::http::HttpGrant;
use crate::capabilities::keyvalue::KeyvalueGrant;
use crate::capabilities::secrets::{Place, SecretGrant};
use crate::modules::Capability;

/// What an operator allows one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grants {
    /// Requests to other servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpGrant>,
    /// What it keeps between deliveries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyvalue: Option<KeyvalueGrant>,
    /// Clocks as fine as the machine's; otherwise they show whole milliseconds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fine_clocks: bool,
    /// Changes that it may ask the server for.
    #[serde(skip_serializing_if = "ActionsGrant::is_empty")]
    pub actions: ActionsGrant,
    /// Secrets that the host places into its requests, by the name of the configuration key that stands for them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, SecretGrant>,
}

impl Grants {
    /// These grants, and what a module asks for in its description. What the host does not know, or cannot read, is left
    /// out. Where the value of a secret is to be found is an operator's to say; until then it is the environment variable
    /// of its name, in capitals, for all origins that the module asks for.
    #[must_use]
    pub fn widened(&self, asked: &[Capability]) -> Self {
        let mut grants = self.clone();
        let origins: Vec<String> = asked
            .iter()
            .filter(|capability| capability.name == "http")
            .flat_map(|capability| texts(&capability.parameters, "origins"))
            .collect();
        for capability in asked {
            let list = |key: &str| texts(&capability.parameters, key);
            match capability.name.as_str() {
                "http" => {
                    let methods = list("methods");
                    let http = grants.http.get_or_insert_with(|| HttpGrant {
                        // Whoever says which methods it needs does not get the usual one besides.
                        methods: match methods.as_slice() {
                            [] => HttpGrant::to([""; 0]).methods,
                            _ => Vec::new(),
                        },
                        ..HttpGrant::to([""; 0])
                    });
                    add(&mut http.origins, list("origins"));
                    add(&mut http.methods, methods);
                }
                "keyvalue" => {
                    grants.keyvalue.get_or_insert_default();
                }
                "fine-clocks" => grants.fine_clocks = true,
                "actions" => {
                    add(&mut grants.actions.create, list("create"));
                    add(&mut grants.actions.update, list("update"));
                    add(&mut grants.actions.delete, list("delete"));
                }
                "secrets" => {
                    for name in list("names") {
                        let variable = name
                            .to_ascii_uppercase()
                            .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
                        grants.secrets.entry(name).or_insert_with(|| SecretGrant {
                            env: Some(variable),
                            file: None,
                            origins: origins.clone(),
                            places: vec![Place::Header],
                        });
                    }
                }
                _ => {}
            }
        }
        grants
    }
}

/// The texts in a list of a capability's parameters.
fn texts(parameters: &Value, key: &str) -> Vec<String> {
    let items = parameters.get(key).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn add(list: &mut Vec<String>, items: Vec<String>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_module_gets_the_methods_that_it_asks_for_and_no_other() {
        let asked = |parameters: Value| Capability {
            name: "http".into(),
            parameters,
            reason: String::new(),
        };
        let methods = |grants: &Grants, parameters: Value| {
            let http = grants.widened(&[asked(parameters)]).http;
            http.map(|http| http.methods).unwrap_or_default()
        };
        let none = Grants::default();
        assert_eq!(methods(&none, json!({"methods": ["POST"]})), ["POST"]);
        assert_eq!(methods(&none, json!({"origins": ["https://a.example"]})), ["GET"]);

        let before = none.widened(&[asked(json!({}))]);
        assert_eq!(methods(&before, json!({"methods": ["POST"]})), ["GET", "POST"]);
    }
}

//! The words of a case file, and the nearest one to a word that is none of them.

use serde_json::Value;

/// What a file has.
const FILE: &[&str] = &["defaults", "case", "register"];
/// What a case has that delivers an event; the defaults have the same, but no name.
pub(super) const CASE: &[&str] = &[
    "name", "hook", "menu", "by", "metadata", "payload", "config", "secrets", "grants", "limits", "now", "seed",
    "http", "snapshot", "expect",
];
/// What a case has that lets the module register.
pub(super) const REGISTER: &[&str] = &["name", "config", "secrets", "grants", "limits", "now", "seed", "expect"];
const EXPECT: &[&str] = &[
    "outcome", "payload", "reason", "pointer", "fault", "code", "error", "actions", "message", "logs",
];
const EXPECT_REGISTER: &[&str] = &["hooks", "error", "logs"];
const EXCHANGE: &[&str] = &["request", "response"];
const REQUEST: &[&str] = &["method", "url", "headers", "body", "json"];
const RESPONSE: &[&str] = &["status", "headers", "body", "base64", "json", "error"];
const ACTION: &[&str] = &["create", "update", "delete", "target", "change"];

/// How alike two words must be, from 0 to 1.
const ALIKE: f64 = 0.5;

/// The one of `known` that is nearest to `word`, if one is near.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let rated = known.into_iter().map(|candidate| {
        let alike = strsim::normalized_damerau_levenshtein(&word.to_lowercase(), candidate);
        (alike, candidate)
    });
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(alike, _)| *alike >= ALIKE)
        .map(|(_, candidate)| candidate)
}

/// What is wrong with the keys of a whole file.
pub(super) fn file(file: &Value) -> Result<(), String> {
    object(file, "a file of cases", FILE)
}

/// What is wrong with the keys of a case.
pub(super) fn case(case: &Value) -> Result<(), String> {
    object(case, "a case", CASE)?;
    each(case.get("http"), exchange)?;
    match case.get("expect") {
        Some(expect) => {
            object(expect, "`expect`", EXPECT)?;
            each(expect.get("actions"), |action| object(action, "an action", ACTION))
        }
        None => Ok(()),
    }
}

/// What is wrong with the keys of a case that lets the module register.
pub(super) fn register(case: &Value) -> Result<(), String> {
    object(case, "a case of registering", REGISTER)?;
    case.get("expect").map_or(Ok(()), |expect| {
        object(expect, "`expect` of a case of registering", EXPECT_REGISTER)
    })
}

/// What is wrong with the keys of a fixture.
pub(super) fn exchange(exchange: &Value) -> Result<(), String> {
    object(exchange, "an entry of `http`", EXCHANGE)?;
    let part = |key: &str, known| match exchange.get(key) {
        Some(part) => object(part, &format!("`{key}`"), known),
        None => Ok(()),
    };
    part("request", REQUEST)?;
    part("response", RESPONSE)
}

fn each(list: Option<&Value>, check: impl Fn(&Value) -> Result<(), String>) -> Result<(), String> {
    let items = list.and_then(Value::as_array);
    items.into_iter().flatten().try_for_each(check)
}

/// Only keys are looked at: what is no object is found out when it is read.
fn object(value: &Value, what: &str, known: &[&str]) -> Result<(), String> {
    let keys = value.as_object().into_iter().flat_map(|object| object.keys());
    for key in keys {
        if !known.contains(&key.as_str()) {
            let next = match nearest(key, known.iter().copied()) {
                Some(nearest) => format!("the nearest is `{nearest}`"),
                None => format!("it has {}", known.join(", ")),
            };
            return Err(format!("{what} has no key `{}`; {next}", sclera::text::excerpt(key)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_none_brings_the_nearest_or_all() {
        let typo = serde_json::json!({"name": "a", "paylod": []});
        assert_eq!(
            case(&typo).unwrap_err(),
            "a case has no key `paylod`; the nearest is `payload`"
        );
        let deep = serde_json::json!({"http": [{"response": {"stats": 200}}]});
        assert!(case(&deep).unwrap_err().contains("the nearest is `status`"));
        let odd = serde_json::json!({"expect": {"xyzzy": 1}});
        assert!(case(&odd).unwrap_err().contains("it has outcome, payload"));
    }
}

//! One search in MISP, by its REST API: <https://www.misp-project.org/openapi/>, `/attributes/restSearch`.

use sclera_sdk::http::{BAD_ANSWER, Request};
use sclera_sdk::prelude::*;

use crate::config::Config;

/// An attribute of an event in MISP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The value, as it is there.
    pub(crate) value: String,
    /// What it is there: `ip-dst`, `domain|ip`.
    pub(crate) kind: String,
    /// The id of its event.
    pub(crate) event_id: String,
    /// What the event is about.
    pub(crate) info: String,
    /// The organisation that made the event.
    pub(crate) organisation: String,
    /// The event's day: `2026-01-02`.
    pub(crate) date: String,
}

/// Searches for all values at once.
pub(crate) fn search(config: &Config, values: &[&str]) -> Result<Vec<Hit>, Error> {
    let response = Request::post(config.page("attributes/restSearch"))
        .header("authorization", &config.misp_api_key)
        .header("accept", "application/json")
        .timeout(config.timeout())
        .json(&question(config, values))
        .send()?;
    if matches!(response.status, 401 | 403) {
        return Err(Error::new(
            "misp-unauthorised",
            format!(
                "MISP does not accept the key (status {}): check `misp_api_key`, and what its user may do",
                response.status
            ),
        ));
    }
    let answer: Value = response.success()?.json()?;
    let attributes = answer
        .pointer("/response/Attribute")
        .and_then(Value::as_array)
        .ok_or_else(|| {
            let message = "MISP's answer has no list of attributes: is `misp_url` the address of a MISP?";
            Error::new(BAD_ANSWER, message)
        })?;
    Ok(attributes.iter().map(read).collect())
}

/// What is asked. In a list under `OR`, no value is taken for a negation or for several; but a `%` still stands for
/// anything, so that MISP may answer more than was asked.
fn question(config: &Config, values: &[&str]) -> Value {
    let many = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let mut question = json!({
        "returnFormat": "json",
        "value": {"OR": values},
        "includeContext": true,
        "limit": config.limit.saturating_mul(many),
    });
    if config.to_ids_only {
        merge_in(&mut question, "to_ids");
    }
    if config.published_only {
        merge_in(&mut question, "published");
    }
    question
}

fn merge_in(question: &mut Value, key: &str) {
    if let Value::Object(question) = question {
        question.insert(key.to_owned(), true.into());
    }
}

/// Reads an attribute. What a version of MISP does not send is empty.
fn read(attribute: &Value) -> Hit {
    let event = attribute.get("Event");
    let in_event = |pointer: &str| event.and_then(|event| event.pointer(pointer)).map(text);
    let organisation = in_event("/Orgc/name").or_else(|| in_event("/Org/name"));
    Hit {
        value: attribute.get("value").map(text).unwrap_or_default(),
        kind: attribute.get("type").map(text).unwrap_or_default(),
        event_id: attribute.get("event_id").map(text).unwrap_or_default(),
        info: in_event("/info").unwrap_or_default(),
        organisation: organisation
            .or_else(|| Some(format!("organisation {}", in_event("/orgc_id")?)))
            .unwrap_or_default(),
        date: in_event("/date").unwrap_or_default(),
    }
}

/// A text, or a number as one: MISP has sent ids both ways.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

impl Hit {
    /// Whether it is about this value: the whole of it, or one part of two (`evil.example|192.0.2.7`).
    pub(crate) fn is_about(&self, value: &str) -> bool {
        let same = |known: &str| known.trim().eq_ignore_ascii_case(value);
        same(&self.value) || self.value.split('|').any(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_is_about_the_whole_value_or_a_part_of_two() {
        let hit = |value: &str| Hit {
            value: value.to_owned(),
            ..Hit::default()
        };
        assert!(hit("Evil.example").is_about("evil.example"));
        assert!(hit("evil.example|192.0.2.7").is_about("192.0.2.7"));
        assert!(hit("a|b").is_about("a|b"));
        assert!(!hit("not-evil.example").is_about("evil.example"));
        assert!(!hit("").is_about("evil.example"));
    }

    #[test]
    fn an_attribute_of_an_older_misp_is_read_too() {
        let attribute = json!({"event_id": 7, "type": "domain", "value": "evil.example",
            "Event": {"id": "7", "org_id": "1", "orgc_id": "3", "info": "wave"}});

        let hit = read(&attribute);

        assert_eq!((hit.event_id.as_str(), hit.info.as_str()), ("7", "wave"));
        assert_eq!((hit.organisation.as_str(), hit.date.as_str()), ("organisation 3", ""));
        assert_eq!(read(&json!(null)), Hit::default());
    }
}

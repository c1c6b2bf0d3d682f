//! Changes that add to what is there: of tags, and of custom attributes.
//!
//! A module says what to add, not what the result shall be, so that two modules which run at the same time both have
//! their way. Between the moment at which the modules see such a change and the transaction that writes it, the object
//! may have changed again: [`rebase`] then moves the change onto what is there by then.

use sclera::{Change, TagChange};
use serde_json::{Map, Value};

use crate::kind::ObjectKind;

/// The tags after a change. A tag that is there already is not added again.
pub fn tags(before: &str, change: &TagChange) -> String {
    let mut tags: Vec<&str> = split(before)
        .filter(|tag| !change.remove.iter().any(|gone| gone.trim() == *tag))
        .collect();
    for added in change.add.iter().flat_map(|tag| split(tag)) {
        if !tags.contains(&added) {
            tags.push(added);
        }
    }
    tags.join(",")
}

/// The change that leads from some tags to others.
pub fn tag_change(before: &str, after: &str) -> TagChange {
    let missing_in = |there: &str, tags: &str| -> Vec<String> {
        split(tags)
            .filter(|tag| !split(there).any(|other| other == *tag))
            .map(str::to_owned)
            .collect()
    };
    TagChange {
        add: missing_in(before, after),
        remove: missing_in(after, before),
    }
}

/// The custom attributes after some of their fields are set; other tabs and fields stay.
pub fn custom_attributes(before: &Map<String, Value>, change: &Map<String, Value>) -> Map<String, Value> {
    let mut after = before.clone();
    for (tab, fields) in change {
        match (after.get_mut(tab).and_then(Value::as_object_mut), fields.as_object()) {
            (Some(there), Some(fields)) => there.extend(fields.clone()),
            _ => {
                after.insert(tab.clone(), fields.clone());
            }
        }
    }
    after
}

/// Adds a later change of the same object to an earlier one.
pub fn then(earlier: &mut Change, later: &Change) {
    earlier.fields.extend(later.fields.clone());
    let TagChange { add, remove } = &mut earlier.tags;
    add.retain(|tag| !later.tags.remove.contains(tag));
    remove.retain(|tag| !later.tags.add.contains(tag));
    add.extend(later.tags.add.iter().cloned());
    remove.extend(later.tags.remove.iter().cloned());
    earlier.custom_attributes = custom_attributes(&earlier.custom_attributes, &later.custom_attributes);
    earlier.comments.extend(later.comments.iter().cloned());
}

/// Moves `request`, which was made for an object with the fields `seen`, onto the fields that are there `now`.
pub fn rebase(
    kind: &ObjectKind,
    request: &mut Map<String, Value>,
    seen: &Map<String, Value>,
    now: &Map<String, Value>,
) {
    if let Some(field) = kind.tags()
        && let Some(Value::String(wanted)) = request.get_mut(field.asked_as)
    {
        *wanted = tags(text(now, field.name), &tag_change(text(seen, field.name), wanted));
    }
    if let Some(field) = kind.custom_attributes()
        && let Some(Value::Object(wanted)) = request.get_mut(field.asked_as)
    {
        let set = attributes_set(object(seen, field.name), wanted);
        *wanted = custom_attributes(object(now, field.name).unwrap_or(&Map::new()), &set);
    }
}

/// The custom attributes that `wanted` has, and `seen` has not or has otherwise.
fn attributes_set(seen: Option<&Map<String, Value>>, wanted: &Map<String, Value>) -> Map<String, Value> {
    let mut set = Map::new();
    for (tab, fields) in wanted {
        let there = seen.and_then(|tabs| tabs.get(tab));
        let changed: Map<_, _> = fields
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, value)| there.and_then(|fields| fields.get(name)) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !changed.is_empty() {
            set.insert(tab.clone(), changed.into());
        }
    }
    set
}

fn split(tags: &str) -> impl Iterator<Item = &str> {
    tags.split(',').map(str::trim).filter(|tag| !tag.is_empty())
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn object<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    fields.get(name).and_then(Value::as_object)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::IOC;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn change(add: &[&str], remove: &[&str]) -> TagChange {
        let owned = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
        TagChange {
            add: owned(add),
            remove: owned(remove),
        }
    }

    #[test]
    fn adding_and_removing_tags_twice_is_the_same_as_once() {
        let cases = [
            ("", change(&["a"], &[]), "a"),
            ("a, b", change(&["b", "c"], &[]), "a,b,c"),
            ("a,b", change(&[], &["a", "x"]), "b"),
            ("a", change(&["b,c", " "], &[]), "a,b,c"),
        ];
        for (before, change, after) in cases {
            let once = tags(before, &change);
            assert_eq!(once, after);
            assert_eq!(tags(&once, &change), after);
        }
    }

    #[test]
    fn what_came_in_between_survives() {
        let seen = map(json!({"ioc_tags": "a", "custom_attributes": {"T": {"x": {"value": 1}}}}));
        let now = map(json!({"ioc_tags": "a,other", "custom_attributes": {"T": {"x": {"value": 2}}, "O": {"o": {}}}}));
        let mut request = map(json!({
            "ioc_tags": "a,mine", "ioc_description": "new",
            "custom_attributes": {"T": {"x": {"value": 1}, "y": {"value": 3}}},
        }));
        rebase(&IOC, &mut request, &seen, &now);
        assert_eq!(
            Value::from(request),
            json!({
                "ioc_tags": "a,other,mine", "ioc_description": "new",
                "custom_attributes": {"T": {"x": {"value": 2}, "y": {"value": 3}}, "O": {"o": {}}},
            })
        );
    }
}

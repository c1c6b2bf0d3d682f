//! JSON Merge Patch, RFC 7396.

use serde_json::Value;

use crate::JsonObject;

/// Changes `target` as a JSON Merge Patch says (RFC 7396, which replaced RFC 7386): objects are merged key by key, a
/// null removes its key, and everything else replaces what was there.
///
/// ```
/// use sclera_sdk::merge;
/// use sclera_sdk::serde_json::json;
///
/// let mut document = json!({"a": "b", "c": {"d": "e", "f": "g"}});
/// merge(&mut document, &json!({"a": "z", "c": {"f": null}}));
/// assert_eq!(document, json!({"a": "z", "c": {"d": "e"}}));
/// ```
// The twelve lines of the RFC itself: the crate that has them, json-patch, brings a JSON Pointer library and the whole
// of RFC 6902 into every module.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    let mut merged = match target.take() {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    };
    for (key, value) in patch {
        if value.is_null() {
            merged.remove(key);
        } else {
            merge(merged.entry(key.as_str()).or_insert(Value::Null), value);
        }
    }
    *target = Value::Object(merged);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_test_cases_of_the_rfc_hold() {
        let cases = [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a":"b"}), json!(["c"]), json!(["c"])),
            (json!({"a":"foo"}), json!(null), json!(null)),
            (json!({"a":"foo"}), json!("bar"), json!("bar")),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ];
        for (mut target, patch, expected) in cases {
            merge(&mut target, &patch);
            assert_eq!(target, expected, "with the patch {patch}");
        }
    }
}

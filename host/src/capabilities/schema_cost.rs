//! How much work a module's schema can make of a check.
//!
//! A schema of a few kilobytes can refer to its own parts twice at each of sixty levels, and a validator that follows
//! every reference never comes back: no fuel and no deadline ends it, because no code of the module runs.

use std::collections::HashMap;

use serde_json::Value;

/// Parts of a schema, counted once for each way that leads to them. A large one that people write has some thousands.
const PARTS: u64 = 100_000;

/// Says why a schema is too much work, or refers to something that it does not have.
pub(super) fn check(schema: &Value) -> Result<(), String> {
    let mut cost = Cost {
        root: schema,
        known: HashMap::new(),
    };
    match cost.of(schema)? {
        0..=PARTS => Ok(()),
        _ => Err(format!("its references lead to more than {PARTS} parts")),
    }
}

struct Cost<'a> {
    root: &'a Value,
    /// By the reference's text; none while it is being counted.
    known: HashMap<&'a str, Option<u64>>,
}

impl<'a> Cost<'a> {
    fn of(&mut self, part: &'a Value) -> Result<u64, String> {
        let mut sum = 1_u64;
        match part {
            Value::Array(parts) => {
                for part in parts {
                    sum = sum.saturating_add(self.of(part)?);
                }
            }
            Value::Object(fields) => {
                for (key, value) in fields {
                    sum = sum.saturating_add(match (key.as_str(), value) {
                        ("$ref", Value::String(reference)) => self.of_reference(reference)?,
                        ("$dynamicRef" | "$recursiveRef", Value::String(_)) => {
                            return Err(format!("it uses `{key}`; use `$ref`"));
                        }
                        (_, value) => self.of(value)?,
                    });
                }
            }
            _ => {}
        }
        Ok(sum)
    }

    fn of_reference(&mut self, reference: &'a str) -> Result<u64, String> {
        match self.known.get(reference) {
            // A circle: each turn needs another level of the configuration, of which there are few.
            Some(None) => return Ok(1),
            Some(Some(cost)) => return Ok(*cost),
            None => {}
        }
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or("a reference in it is not to a part of itself, such as `#/$defs/name`")?;
        self.known.insert(reference, None);
        let cost = self.of(target)?;
        self.known.insert(reference, Some(cost));
        Ok(cost)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_doubles_at_each_level_is_too_much() {
        let doubling = |levels: usize| {
            let mut schema = json!({"$ref": "#/$defs/d0", "$defs": {}});
            for level in 0..levels {
                let next = format!("#/$defs/d{}", level + 1);
                schema["$defs"][format!("d{level}")] = json!({"allOf": [{"$ref": next}, {"$ref": next}]});
            }
            schema["$defs"][format!("d{levels}")] = json!({"type": "object"});
            schema
        };
        assert!(check(&doubling(60)).unwrap_err().contains("more than"));
        assert_eq!(check(&doubling(5)), Ok(()));
    }

    #[test]
    fn a_reference_is_to_a_part_of_the_schema_itself() {
        for reference in [
            "file:///etc/passwd",
            "#anchor",
            "#/$defs/nowhere",
            "other.json#/$defs/a",
        ] {
            assert!(check(&json!({"$ref": reference})).is_err(), "{reference}");
        }
        assert!(check(&json!({"$dynamicRef": "#x"})).is_err());
        assert_eq!(check(&json!({"properties": {"list": {"$ref": "#"}}})), Ok(()));
    }
}

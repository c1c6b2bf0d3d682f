//! The jobs of `benches/guests/rust`, as an author writes them for Extism. What is called here gets the objects alone, and
//! not an event around them.

use extism_pdk::{FnResult, plugin_fn};
use serde_json::{Map, Value};

/// Answers without looking at the objects.
#[plugin_fn]
pub fn no_op(_objects: String) -> FnResult<String> {
    Ok(String::new())
}

/// Parses the objects, adds a tag, prints them.
#[plugin_fn]
pub fn tag(objects: String) -> FnResult<String> {
    let mut objects: Vec<Map<String, Value>> = serde_json::from_str(&objects)?;
    for object in &mut objects {
        let tags = match object.get("asset_tags") {
            Some(Value::String(tags)) if !tags.is_empty() => format!("{tags},bench-rust"),
            _ => "bench-rust".to_owned(),
        };
        object.insert("asset_tags".to_owned(), Value::String(tags));
    }
    Ok(serde_json::to_string(&objects)?)
}

/// Answers with what came.
#[plugin_fn]
pub fn echo(objects: String) -> FnResult<String> {
    Ok(objects)
}

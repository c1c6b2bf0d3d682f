//! The Rust SDK's `Cargo.toml`, made to stand alone: in Sclera's repository it inherits from the workspace.

use std::io;

use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value};

const WORKSPACE: &str = include_str!("../../../../Cargo.toml");

/// Puts in what is inherited, as `cargo publish` does.
pub(super) fn standalone(manifest: &[u8]) -> io::Result<String> {
    let text = std::str::from_utf8(manifest).map_err(io::Error::other)?;
    let mut manifest: DocumentMut = text.parse().map_err(io::Error::other)?;
    let workspace: DocumentMut = WORKSPACE.parse().map_err(io::Error::other)?;
    let workspace = workspace.get("workspace").and_then(Item::as_table_like);
    let inherited = |table| workspace.and_then(|workspace| workspace.get(table)?.as_table_like());
    let package = inherited("package").ok_or_else(|| io::Error::other("the workspace has no package"))?;
    let dependencies =
        inherited("dependencies").ok_or_else(|| io::Error::other("the workspace has no dependencies"))?;

    if let Some(own) = manifest.get_mut("package").and_then(Item::as_table_like_mut) {
        for (key, item) in own.iter_mut().filter(|(_, item)| is_inherited(item)) {
            if let Some(value) = package.get(&key) {
                *item = value.clone();
            }
        }
    }
    let targets = manifest.get_mut("target").and_then(Item::as_table_like_mut);
    for (_, target) in targets.into_iter().flat_map(TableLike::iter_mut) {
        target
            .as_table_like_mut()
            .into_iter()
            .for_each(|target| put_in(target, dependencies));
    }
    put_in(manifest.as_table_mut(), dependencies);
    manifest.remove("lints");
    Ok(manifest.to_string())
}

fn put_in(table: &mut dyn TableLike, workspace: &dyn TableLike) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(own) = table.get_mut(kind).and_then(Item::as_table_like_mut) else {
            continue;
        };
        for (name, item) in own.iter_mut().filter(|(_, item)| is_inherited(item)) {
            if let Some(dependency) = workspace.get(&name) {
                *item = Item::Value(merged(item, dependency).into());
            }
        }
    }
}

/// The workspace's dependency, with the features that the SDK adds.
fn merged(own: &Item, workspace: &Item) -> InlineTable {
    let mut merged = InlineTable::new();
    match workspace.as_table_like() {
        Some(table) => merged.extend(
            table
                .iter()
                .filter_map(|(key, item)| Some((key, item.as_value()?.clone()))),
        ),
        None => merged.extend(workspace.as_value().map(|version| ("version", version.clone()))),
    }
    let own = own.as_table_like();
    let own = own.into_iter().flat_map(TableLike::iter);
    for (key, value) in own.filter_map(|(key, item)| Some((key, item.as_value()?))) {
        match (key, value) {
            ("workspace", _) => {}
            ("features", Value::Array(features)) => {
                let there = merged.entry("features").or_insert_with(|| Array::new().into());
                if let Value::Array(there) = there {
                    there.extend(features.iter().cloned());
                }
            }
            _ => {
                merged.insert(key, value.clone());
            }
        }
    }
    merged
}

/// `version.workspace = true`, or `{ workspace = true, … }`.
fn is_inherited(item: &Item) -> bool {
    let workspace = item.as_table_like().and_then(|table| table.get("workspace"));
    workspace.and_then(Item::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_inherited_any_more() {
        let text = "[package]\nname = \"x\"\nversion.workspace = true\n\n[dependencies]\nlog.workspace = true\n\
            serde_json = { workspace = true, features = [\"float_roundtrip\"] }\n\n\
            [target.'cfg(target_arch = \"wasm32\")'.dependencies]\nwit-bindgen.workspace = true\n\n\
            [lints]\nworkspace = true\n";
        let manifest = standalone(text.as_bytes()).unwrap();
        assert!(!manifest.contains("workspace"), "{manifest}");
        let manifest: DocumentMut = manifest.parse().unwrap();
        assert_eq!(manifest["package"]["version"].as_str(), Some(env!("CARGO_PKG_VERSION")));
        let features = manifest["dependencies"]["serde_json"]["features"].as_array().unwrap();
        let features: Vec<_> = features.iter().filter_map(Value::as_str).collect();
        assert_eq!(features, ["raw_value", "float_roundtrip"]);
        let target: Vec<_> = manifest["target"].as_table().unwrap().iter().collect();
        assert!(target[0].1["dependencies"]["wit-bindgen"]["version"].is_str());
    }
}

//! Gives a component's imports their names back: `wasi:` for `host:`.

use wasmparser::{BinaryReaderError, Parser, Payload};

const BEFORE: &[u8] = b"host:";
/// As long, so that nothing else in the file changes.
const AFTER: &[u8] = b"wasi:";

/// Renames what the component imports. Within it, each import has the name that it had; that is nobody's business.
pub(super) fn rename(mut component: Vec<u8>) -> Result<Vec<u8>, BinaryReaderError> {
    for section in import_sections(&component)? {
        let Some(section) = component.get_mut(section) else {
            continue;
        };
        // Only names have such bytes: the rest of an import is a kind and the number of a type.
        while let Some(at) = section.windows(BEFORE.len()).position(|bytes| bytes == BEFORE) {
            if let Some(name) = section.get_mut(at..at + AFTER.len()) {
                name.copy_from_slice(AFTER);
            }
        }
    }
    Ok(component)
}

/// Where the component itself, and not one within it, says what it imports.
fn import_sections(component: &[u8]) -> Result<Vec<std::ops::Range<usize>>, BinaryReaderError> {
    let mut sections = Vec::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 0 => sections.push(imports.range()),
            _ => {}
        }
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outer_imports_are_renamed_and_nothing_else() {
        let text = r#"(component
            (import "host:a/b@0.2.12" (instance $b (export "host" (func))))
            (import "sclera:hooks/types@1.0.0" (instance))
            (component $inner (import "host:a/b@0.2.12" (instance (export "host" (func)))))
            (import "host:longer/name" (instance))
            (instance (instantiate $inner (with "host:a/b@0.2.12" (instance $b))))
        )"#;
        let renamed = rename(wat::parse_str(text).unwrap()).unwrap();
        wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
            .validate_all(&renamed)
            .unwrap();

        let mut names = Vec::new();
        let mut inner = Vec::new();
        let mut depth = 0;
        for payload in Parser::new(0).parse_all(&renamed) {
            match payload.unwrap() {
                Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                Payload::ComponentImportSection(imports) => {
                    let to = if depth == 0 { &mut names } else { &mut inner };
                    to.extend(imports.into_iter().map(|import| import.unwrap().name.name.to_owned()));
                }
                _ => {}
            }
        }
        assert_eq!(
            names,
            ["wasi:a/b@0.2.12", "sclera:hooks/types@1.0.0", "wasi:longer/name"]
        );
        assert_eq!(inner, ["host:a/b@0.2.12"]);
    }
}

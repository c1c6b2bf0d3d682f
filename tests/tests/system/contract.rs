//! The contract does not change unawares, and stands on its own.

use std::path::Path;

use wit_component::{DecodedWasm, WitPrinter};
use wit_parser::Resolve;

fn wit() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")
}

/// Modules that were built against a published contract break at any change of its types: look at what the difference
/// means for them before you accept it.
#[test]
fn the_contract_is_as_it_was_published() {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit()).unwrap();
    let encoded = wit_component::encode(&resolve, package).unwrap();
    let DecodedWasm::WitPackage(resolve, package) = wit_component::decode(&encoded).unwrap() else {
        panic!("not a package");
    };
    let mut printer = WitPrinter::default();
    printer.emit_docs(false);
    printer.print(&resolve, package, &[]).unwrap();
    insta::assert_snapshot!("contract", printer.output.to_string());
}

#[test]
fn every_item_of_the_contract_is_documented() {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit()).unwrap();
    let mut bare = Vec::new();
    for (name, interface) in &resolve.packages[package].interfaces {
        let interface = &resolve.interfaces[*interface];
        if interface.docs.contents.is_none() {
            bare.push(name.clone());
        }
        for (function, definition) in &interface.functions {
            if definition.docs.contents.is_none() {
                bare.push(format!("{name}.{function}"));
            }
        }
        for (type_name, id) in &interface.types {
            // A `use` has its documentation where the type is.
            let is_use = matches!(resolve.types[*id].kind, wit_parser::TypeDefKind::Type(_));
            if resolve.types[*id].docs.contents.is_none() && !is_use {
                bare.push(format!("{name}.{type_name}"));
            }
        }
    }
    assert!(bare.is_empty(), "without documentation: {bare:?}");
}

//! What the documents for operators show is what a host reads.

use std::fs;
use std::path::Path;

use sclera::{Catalog, LimitOverrides, Policies};

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

#[test]
fn every_policy_in_the_documents_is_one_that_a_host_accepts() {
    let text = document("docs/src/operators/policy.md");
    let blocks: Vec<_> = text.split("```toml\n").skip(1).collect();
    assert!(blocks.len() >= 2);
    for block in blocks {
        let policy = block.split("```").next().unwrap();
        let policies = Policies::parse(policy).unwrap_or_else(|error| panic!("{error}\n{policy}"));
        policies.check(&Catalog::iris()).unwrap();
    }
}

#[test]
fn every_limit_is_in_the_table_of_limits() {
    let text = document("docs/src/operators/policy.md");
    // Debug names every field, in the language's spelling.
    let limits = format!("{:?}", LimitOverrides::default());
    let fields = limits.split(|c: char| !c.is_alphanumeric() && c != '_');
    for field in fields.filter(|word| word.starts_with(char::is_lowercase)) {
        let key = field.replace('_', "-");
        assert!(text.contains(&format!("`{key}`")), "{key}");
    }
}

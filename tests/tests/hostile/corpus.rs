//! Every case of the corpus, each with a small host of its own. All failures are reported, not only the first.

use std::collections::BTreeSet;

use sclera::Compiler;
use sclera_tests::hostile::{all, play};
use sclera_tests::sclera_program;

/// Cases that are played here: all of them, or those whose names contain `SCLERA_HOSTILE`.
fn chosen() -> Vec<sclera_tests::hostile::Case> {
    let only = std::env::var("SCLERA_HOSTILE").unwrap_or_default();
    all().into_iter().filter(|case| case.name.contains(&only)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hostile_module_ends_as_it_has_to_and_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = Compiler::program(sclera_program()).cache(folder.path().join("cache"));
    let mut failures = Vec::new();
    for case in chosen() {
        let played = play(&case, compiler.clone(), || {}).await;
        for wrong in played.wrong {
            failures.push(format!("{} ({}): {wrong}", case.name, case.tries));
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn the_corpus_is_large_and_its_names_are_its_own() {
    let cases = all();
    let names: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    assert!(cases.len() >= 100, "{} cases", cases.len());
}

#[test]
fn every_attack_in_text_is_in_the_corpus() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/hostile/wat");
    let cases = all();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(cases.iter().any(|case| case.name == name), "{name} is not played");
    }
}

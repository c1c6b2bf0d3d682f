//! `sclera module review`, and the two files that it writes.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::folder::Folder;

fn folder() -> Folder {
    Folder::new().misfit("asks-for-much").misfit("behaves")
}

#[test]
fn what_a_module_asks_for_is_shown_and_nothing_is_written_without_a_decision() {
    let folder = folder();
    let ran = folder.sclera("module review asks-for-much.wasm");
    assert_eq!(ran.code, 4, "{ran}");
    assert!(!folder.path("sclera.toml").exists() && !folder.path("sclera.lock").exists());
    assert_snapshot!(ran);
}

#[test]
fn a_module_that_asks_for_nothing_is_approved_as_it_is() {
    let ran = folder().sclera("module review behaves.wasm");
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn what_is_granted_is_written_beside_what_a_person_wrote_and_a_host_loads_by_it() {
    let written = "# Ours.\n[limits]\ndeadline = \"5s\" # slow disk\n";
    let folder = folder().file("sclera.toml", written);
    let before = folder.sclera("test-load asks-for-much.wasm --policy sclera.toml");
    assert_eq!(before.code, 4, "{before}");

    let ran = folder.sclera("module review asks-for-much.wasm --yes");
    assert_eq!(ran.code, 0, "{ran}");
    let policy = fs::read_to_string(folder.path("sclera.toml")).unwrap();
    assert!(policy.starts_with(written), "{policy}");
    assert_snapshot!(policy);
    let lock = fs::read_to_string(folder.path("sclera.lock")).unwrap();
    assert!(
        lock.contains("\"actions delete case\"") && lock.contains("digest = "),
        "{lock}"
    );

    let again = folder.sclera("module review asks-for-much.wasm");
    assert!(again.code == 0 && again.out.contains("approved before"), "{again}");
    let loaded = folder.sclera("test-load asks-for-much.wasm --policy sclera.toml --all");
    assert_eq!(loaded.code, 0, "{loaded}");
}

#[test]
fn a_script_reads_what_a_person_reads() {
    let ran = folder().sclera("module review asks-for-much.wasm --json");
    assert_eq!(ran.code, 4, "{ran}");
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["decision"], "undecided");
    assert_eq!(document["exit"], 4);
    assert_eq!(document["asked"][0]["permission"], "actions delete case");
    assert_eq!(document["asked"][0]["granted"], false);
    assert_eq!(document["not_approved"]["asks"].as_array().unwrap().len(), 2);
}

#[test]
fn a_policy_with_faults_names_all_of_them() {
    let policy = "[limits]\nmemory = \"1 GiB\"\n[modules.x.on-failure]\ntrapp = \"reject\"\n";
    let ran = folder()
        .file("sclera.toml", policy)
        .sclera("module review behaves.wasm");
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.err.contains("`memory`") && ran.err.contains("trapp"), "{ran}");
}

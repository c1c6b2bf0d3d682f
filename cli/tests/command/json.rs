//! `--json`: the keys that the help names.

use serde_json::Value;

use crate::folder::Folder;

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("it is an object")
        .keys()
        .map(String::as_str)
        .collect()
}

fn document(folder: &Folder, line: &str) -> Value {
    let ran = folder.sclera(line);
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

#[test]
fn test_load_has_its_keys() {
    let folder = Folder::new().example("ioc-guard");
    let shown = document(&folder, "test-load ioc-guard.wasm --all --repeat 3 --json");
    assert_eq!(keys(&shown), ["exit", "imports", "module", "runs"]);
    assert_eq!(shown["exit"], 0);
    assert_eq!(shown["module"]["name"], "ioc-guard");
    assert_eq!(shown["module"]["subscriptions"].as_array().unwrap().len(), 2);
    assert!(
        shown["imports"]
            .as_array()
            .unwrap()
            .contains(&"sclera:hooks/types@1.0.0".into())
    );

    let run = &shown["runs"][0];
    assert_eq!(keys(run), ["after", "before", "delivery", "latency"]);
    assert_eq!(run["after"][0]["ioc_value"], "https://evil.example/login");
    assert_eq!(run["latency"]["runs"], 3);
    assert_eq!(run["latency"]["failed"], 0);
    let delivery = &run["delivery"];
    assert_eq!(delivery["hook"], "on_preload_ioc_create");
    assert!(delivery["usage"]["fuel"].as_u64().unwrap() > 0);
    assert_eq!(keys(&delivery["result"]), ["Ok"]);
}

#[test]
fn a_failed_run_is_told_in_the_document() {
    let folder = Folder::new().misfit("traps");
    let shown = document(&folder, "test-load traps.wasm --hook on_preload_ioc_create --json");
    assert_eq!(shown["exit"], 1);
    assert_eq!(shown["runs"][0]["delivery"]["result"]["Err"]["kind"], "trap");
    assert_eq!(shown["runs"][0]["latency"], Value::Null);
}

#[test]
fn inspect_has_its_keys() {
    let folder = Folder::new()
        .example("ioc-guard")
        .file("other-world.wasm", b"\0asm\x0d\0\x01\0");
    let shown = document(&folder, "inspect ioc-guard.wasm --json");
    assert_eq!(
        keys(&shown),
        ["contract", "digest", "file", "fits", "inspection", "why_not"]
    );
    assert_eq!(
        (&shown["fits"], &shown["contract"]),
        (&Value::Bool(true), &Value::from("1.0.0"))
    );
    let unfit = document(&folder, "inspect other-world.wasm --json");
    assert_eq!(unfit["fits"], false);
    assert!(unfit["why_not"].as_str().unwrap().contains("not a module"));
}

#[test]
fn hooks_have_their_keys() {
    let folder = Folder::new();
    let all = document(&folder, "hooks --json");
    assert_eq!(all.as_array().unwrap().len(), 58);
    let summary = ["description", "kind", "name", "object", "operation", "schema_id"];
    assert_eq!(keys(&all[0]), summary);
    let one = document(&folder, "hooks on_preload_ioc_create --json");
    let mut whole = [&summary[..], &["sample", "schema"]].concat();
    whole.sort_unstable();
    assert_eq!(keys(&one), whole);
    assert_eq!(document(&folder, "hooks on_preload_ioc_create --sample"), one["sample"]);
}

//! `sclera test-load`, as a person reads it.

use insta::assert_snapshot;

use crate::folder::Folder;

#[test]
fn what_a_module_is_asks_for_and_registered() {
    let folder = Folder::new().example("ioc-guard");
    assert_snapshot!(folder.sclera("test-load ioc-guard.wasm"));
}

#[test]
fn a_preload_shows_what_it_changed() {
    let folder = Folder::new().example("ioc-guard");
    assert_snapshot!(folder.sclera("test-load ioc-guard.wasm --hook on_preload_ioc_create"));
}

#[test]
fn a_payload_of_ones_own_is_used() {
    let payload = r#"[{"ioc_value": "EVIL[.]example", "ioc_type_id": 20}]"#;
    let folder = Folder::new().example("ioc-guard").file("ioc.json", payload);
    let line = "test-load ioc-guard.wasm --hook on_preload_ioc_create --payload";
    let from_file = folder.sclera(&format!("{line} ioc.json"));
    assert_snapshot!(from_file);
    let from_stdin = folder.sclera_reading(payload, &format!("{line} -"));
    let diff = |out: &str| -> Vec<String> {
        let is_change = |line: &&str| line.starts_with("    +") || line.starts_with("    -");
        out.lines().filter(is_change).map(str::to_owned).collect()
    };
    assert_eq!(diff(&from_stdin.out), diff(&from_file.out));
}

#[test]
fn every_subscription_runs_on_its_sample() {
    for module in ["ioc-guard", "ioc-lookup", "case-watch"] {
        let folder = Folder::new().example(module);
        assert_snapshot!(module, folder.sclera(&format!("test-load {module}.wasm --all")));
    }
}

#[test]
fn what_a_module_answers_is_told() {
    for behaviour in [
        "rejects",
        "replaces",
        "asks",
        "prints",
        "policy-reject",
        "two-menu-names",
        "asynchronous-preload",
    ] {
        let folder = Folder::new().misfit(behaviour);
        assert_snapshot!(behaviour, folder.sclera(&format!("test-load {behaviour}.wasm --all")));
    }
}

#[test]
fn what_a_module_breaks_is_told_with_the_next_step() {
    for (behaviour, options) in [
        ("traps", ""),
        ("fails", ""),
        ("breaks-schema", ""),
        ("loops", " --fuel 1000000"),
        ("sleeps", " --deadline 50"),
        ("eats-memory", " --memory 4"),
    ] {
        let folder = Folder::new().misfit(behaviour);
        let ran = folder.sclera(&format!(
            "test-load {behaviour}.wasm --hook on_preload_ioc_create{options}"
        ));
        // What comes before the run is shown elsewhere.
        let shown = ran.to_string();
        let (_, run) = shown.split_once("\n\non_preload").expect("it ran");
        assert_snapshot!(behaviour, format!("on_preload{run}"));
    }
}

#[test]
fn many_runs_are_summed_up() {
    let folder = Folder::new().misfit("marks").misfit("fails");
    for (behaviour, runs) in [("marks", "  25 runs"), ("fails", "  25 runs, 25 failed")] {
        let ran = folder.sclera(&format!(
            "test-load {behaviour}.wasm --hook on_preload_ioc_create --repeat 25"
        ));
        let shown = ran.to_string();
        let end: Vec<_> = shown.lines().rev().take(3).collect();
        assert_eq!(end[2], runs, "{shown}");
        assert_eq!(
            end[1],
            "    min <time>, median <time>, p90 <time>, p99 <time>, max <time>"
        );
    }
}

#[test]
fn the_chosen_menu_name_is_the_only_one_that_runs() {
    let folder = Folder::new().misfit("two-menu-names");
    let ran = folder.sclera("test-load two-menu-names.wasm --hook on_manual_trigger_ioc --menu Two");
    let runs: Vec<_> = ran.out.lines().filter(|line| line.starts_with("on_manual")).collect();
    assert_eq!(runs, ["on_manual_trigger_ioc “Two”"]);
}

#[test]
fn metadata_is_added_replaced_and_left_out() {
    let folder = Folder::new().misfit("tells");
    let metadata = |options: &str| {
        let line = format!("test-load tells.wasm --hook on_preload_ioc_create --json{options}");
        let document: serde_json::Value = serde_json::from_str(&folder.sclera(&line).out).unwrap();
        document["runs"][0]["delivery"]["metadata"].to_string()
    };
    assert_eq!(metadata(""), r#"{"case_id":42,"tlp":"amber"}"#);
    assert_eq!(
        metadata(" --metadata tlp=red --metadata customer=Contoso --metadata case_id=null"),
        r#"{"customer":"Contoso","tlp":"red"}"#
    );
}

#[test]
fn a_payload_that_does_not_satisfy_the_schema_is_warned_of() {
    let folder = Folder::new()
        .misfit("behaves")
        .file("ioc.json", r#"[{"ioc_value": 3}]"#);
    let ran = folder.sclera("test-load behaves.wasm --hook on_preload_ioc_create --payload ioc.json");
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(
        ran.err,
        "warning: the payload does not satisfy the schema of `on_preload_ioc_create`: `/0`: the required field \
         `ioc_type_id` is missing; `sclera hooks on_preload_ioc_create` shows it\n"
    );
}

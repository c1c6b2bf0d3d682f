//! `sclera bench`: what deliveries take, and how they end.

use serde_json::Value;

use crate::folder::Folder;

fn document(folder: &Folder, line: &str, code: i32) -> Value {
    let ran = folder.sclera(line);
    assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{ran}");
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn each_hook_that_the_module_listens_to_is_measured() {
    let folder = Folder::new().example("ioc-guard");
    let shown = document(&folder, "bench ioc-guard.wasm --rounds 20 --json", 0);
    assert_eq!(shown["module"]["name"], "ioc-guard");
    let hooks: Vec<_> = shown["hooks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["hook"])
        .collect();
    assert_eq!(hooks, ["on_preload_ioc_create", "on_preload_ioc_update"]);
    for one in shown["hooks"].as_array().unwrap() {
        assert_eq!((&one["deliveries"], &one["failed"]), (&20.into(), &0.into()), "{one}");
        assert_eq!(one["outcomes"]["replace"], 20, "{one}");
        assert_eq!(one["first"]["outcome"], "replace", "{one}");
        for figure in ["latency_us", "module_us", "fuel"] {
            let at = |name: &str| number(&one[figure][name]);
            let spread = ["min", "median", "p90", "p99", "max"].map(at);
            assert!(spread[0] > 0.0 && spread.is_sorted(), "{figure}: {one}");
        }
        assert!(one["peak_memory"].as_u64().unwrap() >= 64 << 10, "{one}");
    }
}

#[test]
fn the_hook_and_the_payload_can_be_ones_own() {
    let payload = r#"[{"ioc_value": "EVIL[.]example", "ioc_type_id": 20}]"#;
    let folder = Folder::new().example("ioc-guard").file("ioc.json", payload);
    let fuel = |options: &str| {
        let line = format!("bench ioc-guard.wasm --hook on_preload_ioc_create --rounds 3 --json{options}");
        let shown = document(&folder, &line, 0);
        let hooks = shown["hooks"].as_array().unwrap();
        assert_eq!(hooks.len(), 1, "{shown}");
        hooks[0]["fuel"]["median"].as_u64().unwrap()
    };
    assert_ne!(fuel(""), fuel(" --payload ioc.json"));
}

#[test]
fn callers_share_the_rounds() {
    let folder = Folder::new().misfit("behaves");
    let line = "bench behaves.wasm --hook on_preload_ioc_create --rounds 50 --callers 8 --json";
    let shown = document(&folder, line, 0);
    assert_eq!(
        (&shown["callers"], &shown["hooks"][0]["deliveries"]),
        (&8.into(), &50.into())
    );
}

#[test]
fn callers_that_the_host_has_no_place_for_are_counted_apart() {
    let policy = "[capacity]\nconcurrency = 1\nworkers = 0\nwaiting = 0\n";
    let folder = Folder::new()
        .misfit("sleeps")
        .file("sclera.toml", format!("{policy}[limits]\ndeadline = \"50ms\"\n"));
    let line = "bench sleeps.wasm --hook on_preload_ioc_create --rounds 20 --callers 4 --policy sclera.toml --json";
    let one = &document(&folder, line, 1)["hooks"][0];
    let (ran, busy) = (
        one["deliveries"].as_u64().unwrap(),
        one["outcomes"]["busy"].as_u64().unwrap(),
    );
    assert!(ran > 0 && busy > 0, "{one}");
    assert_eq!(ran + busy, 20, "{one}");
}

#[test]
fn what_runs_in_the_background_is_over_before_it_counts() {
    let folder = Folder::new().example("case-watch");
    let line = "bench case-watch.wasm --hook on_postload_asset_create --rounds 5 --callers 2 --json";
    let one = &document(&folder, line, 0)["hooks"][0];
    assert_eq!((&one["deliveries"], &one["failed"]), (&5.into(), &0.into()), "{one}");
    assert!(
        number(&one["latency_us"]["min"]) >= number(&one["module_us"]["min"]),
        "{one}"
    );
}

#[test]
fn a_module_that_fails_is_1_and_its_faults_are_counted() {
    let folder = Folder::new().misfit("traps").misfit("loops");
    let shown = document(&folder, "bench traps.wasm --rounds 4 --json", 1);
    let one = &shown["hooks"][0];
    assert_eq!(
        (&one["failed"], &one["outcomes"]["trap"]),
        (&4.into(), &4.into()),
        "{one}"
    );
    assert_eq!((&shown["exit"], &one["first"]["outcome"]), (&1.into(), &"trap".into()));

    let ran = folder.sclera("bench loops.wasm --hook on_preload_ioc_create --rounds 2 --fuel 1000000");
    assert_eq!(ran.code, 1, "{ran}");
    for part in ["out-of-fuel 2", "2 failed", "raise the limit `fuel`"] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
}

#[test]
fn it_runs_under_the_limits_of_a_policy() {
    let folder = Folder::new()
        .misfit("loops")
        .file("sclera.toml", "[limits]\nfuel = 1000000\n");
    let shown = document(
        &folder,
        "bench loops.wasm --hook on_preload_ioc_create --rounds 2 --policy sclera.toml --json",
        1,
    );
    assert_eq!(shown["hooks"][0]["fuel"]["max"], 1_000_000, "{shown}");
}

#[test]
fn what_its_code_does_is_written_for_the_firefox_profiler() {
    let folder = Folder::new()
        .misfit("loops")
        .file("sclera.toml", "[limits]\ndeadline = \"300ms\"\nfuel = 100000000000\n");
    let line =
        "bench loops.wasm --hook on_preload_ioc_create --rounds 1 --policy sclera.toml --profile loops.json --json";
    let shown = document(&folder, line, 1);
    assert_eq!(shown["profile"]["file"], "loops.json");
    let samples = shown["profile"]["samples"].as_u64().unwrap();
    assert!(samples > 20, "{shown}");
    let profile: Value = serde_json::from_str(&std::fs::read_to_string(folder.path("loops.json")).unwrap()).unwrap();
    assert_eq!(profile["threads"][0]["samples"]["length"], samples);
}

#[test]
fn a_profile_that_cannot_be_written_is_told_before_anything_runs() {
    let folder = Folder::new().misfit("behaves");
    let ran = folder.sclera("bench behaves.wasm --rounds 1 --profile nowhere/behaves.json");
    assert_ne!(ran.code, 0, "{ran}");
    assert!(ran.err.contains("failed to create nowhere/behaves.json"), "{ran}");
    assert_eq!(ran.out, "");
}

#[test]
fn a_person_reads_a_table() {
    let folder = Folder::new().example("ioc-guard");
    let ran = folder.sclera("bench ioc-guard.wasm --hook on_preload_ioc_create --rounds 3");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    for part in [
        "ioc-guard 0.1.0",
        "a fresh instance for each delivery, 1 caller",
        "3 deliveries",
        "MEDIAN",
        "P99",
        "latency",
        "in the module",
        "fuel",
        "the first took",
        "peak memory",
        "replace 3",
    ] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    assert!(ran.out.lines().all(|line| line.trim_end() == line), "{ran}");
}

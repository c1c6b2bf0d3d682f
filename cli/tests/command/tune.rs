//! `sclera tune`: limits out of what a ledger has.

use sclera::{Host, Keep, Ledger, LimitOverrides, Limits, ModulePolicy, ModuleSource, Payload, Policies, Trigger};
use serde_json::Value;

use crate::folder::Folder;

/// With a ledger in which the module of that behaviour has run so often, under these limits.
fn recorded(behaviour: &str, runs: usize, limits: LimitOverrides) -> Folder {
    let folder = Folder::new().misfit(behaviour);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let place = folder.path("ledger.sqlite");
        let ledger = Ledger::open(place.to_str().unwrap(), &Keep::default()).await.unwrap();
        let host = Host::builder()
            .limits(limits.over(&Limits::default()))
            .default_policy(ModulePolicy::default())
            .ledger(ledger.clone())
            .build()
            .unwrap();
        let module = folder.path(&format!("{behaviour}.wasm"));
        host.load(ModuleSource::file(module)).await.unwrap();
        let payload = Payload::parse(r#"[{"ioc_value": "evil.example", "ioc_type_id": 20}]"#).unwrap();
        for _ in 0..runs {
            let trigger = Trigger::new("on_preload_ioc_create", payload.clone());
            host.preload(trigger).await.unwrap();
        }
        ledger.flush().await.unwrap();
    });
    folder
}

fn document(folder: &Folder, line: &str) -> Value {
    let ran = folder.sclera(line);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn limit<'a>(document: &'a Value, name: &str) -> &'a Value {
    let limits = document["modules"][0]["subscriptions"][0]["limits"].as_array().unwrap();
    limits.iter().find(|one| one["limit"] == name).unwrap()
}

#[test]
fn what_is_proposed_is_lower_than_the_defaults_and_a_host_reads_it() {
    let folder = recorded("behaves", 120, LimitOverrides::default());
    let shown = document(&folder, "tune --data . --json");
    let fuel = limit(&shown, "fuel");
    assert_eq!(
        (&fuel["in_force"], &fuel["hit"]),
        (&2_000_000_000_u64.into(), &0.into())
    );
    assert!(
        fuel["p999"].as_u64() <= fuel["max"].as_u64() && fuel["max"].as_u64() > Some(0),
        "{fuel}"
    );
    assert!(fuel["proposed"].as_u64() >= fuel["max"].as_u64(), "{fuel}");
    assert_eq!(
        shown["modules"][0]["subscriptions"][0]["warnings"],
        serde_json::json!([])
    );

    let policies = Policies::parse(shown["toml"].as_str().unwrap()).unwrap();
    policies.check(&sclera::Catalog::iris()).unwrap();
    let limits = &policies.modules["misfit-behaves"].limits;
    assert_eq!(limits.fuel, fuel["proposed"].as_u64());
    assert!(limits.memory.unwrap() < Limits::default().memory, "{limits:?}");
    assert!(limits.actions.unwrap() < Limits::default().actions, "{limits:?}");
}

#[test]
fn headroom_makes_it_more() {
    let folder = recorded("behaves", 3, LimitOverrides::default());
    let proposed = |headroom: &str| {
        let shown = document(&folder, &format!("tune --data . --json --headroom {headroom}"));
        limit(&shown, "memory")["proposed"].as_u64().unwrap()
    };
    assert!(proposed("1x") < proposed("15x"));
}

#[test]
fn a_person_is_told_that_few_runs_say_little_and_what_to_write_where() {
    let folder = recorded("behaves", 3, LimitOverrides::default());
    let ran = folder.sclera("tune --ledger ledger.sqlite");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    for part in [
        "misfit-behaves",
        "on_preload_ioc_create 3 runs",
        "IN FORCE",
        "2,000,000,000",
        "only 3 came to an end",
        "# of 3 runs, with a headroom of 3x",
        "[modules.misfit-behaves.limits]",
        "memory = \"",
    ] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    let none = folder.sclera("tune --data . --module other");
    assert!(none.code == 0 && none.out.contains("no deliveries"), "{none}");
}

#[test]
fn a_limit_that_was_hit_is_told_and_not_lowered() {
    let low = LimitOverrides {
        fuel: Some(50_000_000),
        ..LimitOverrides::default()
    };
    let folder = recorded("loops", 2, low);
    let shown = document(&folder, "tune --data . --json");
    let fuel = limit(&shown, "fuel");
    assert_eq!(
        (&fuel["hit"], &fuel["max"], &fuel["proposed"]),
        (&2.into(), &Value::Null, &50_000_000.into()),
        "{fuel}"
    );
    let ran = folder.sclera("tune --data .");
    let id = fuel["example"].as_str().unwrap();
    for part in ["2 ran into `fuel`", id, "no run came to its end", "nothing to change"] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
}

#[test]
fn it_is_put_into_a_policy_once() {
    let folder = recorded("behaves", 3, LimitOverrides::default())
        .file("sclera.toml", "# ours\n[modules.misfit-behaves]\nmode = \"monitor\"\n");
    let ran = folder.sclera("tune --data . --write sclera.toml");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran}");
    assert!(ran.out.contains("written into sclera.toml"), "{ran}");
    let text = std::fs::read_to_string(folder.path("sclera.toml")).unwrap();
    assert!(text.starts_with("# ours\n"), "{text}");
    let module = Policies::read(folder.path("sclera.toml")).unwrap().modules["misfit-behaves"].clone();
    assert_eq!(module.mode, Some(sclera::Mode::Monitor));
    assert!(module.limits.fuel.is_some(), "{text}");

    // It goes well under these limits, too.
    let ran = folder.sclera("test-load behaves.wasm --policy sclera.toml --all");
    assert_eq!(ran.code, 0, "{ran}");
    folder.sclera("tune --data . --write sclera.toml");
    assert_eq!(std::fs::read_to_string(folder.path("sclera.toml")).unwrap(), text);
}

#[test]
fn what_cannot_be_done_says_what_to_do() {
    let folder = Folder::new().file("ledger.sqlite", "").file("broken.toml", "[limit]");
    for (line, hint) in [
        ("tune", "--data"),
        ("tune --ledger nowhere.sqlite", "there is no ledger"),
        ("tune --data . --headroom 0.5", "3x"),
        ("tune --data . --write broken.toml", "limit"),
    ] {
        let ran = folder.sclera(line);
        assert_eq!(ran.code, 2, "{ran}");
        assert!(ran.err.contains(hint), "{hint}: {ran}");
    }
}

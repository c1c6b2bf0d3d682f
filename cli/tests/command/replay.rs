//! `sclera replay` and `sclera shadow report`, on what a host has recorded.

use sclera::{ActionsGrant, Grants, Host, Keep, KeyvalueGrant, Ledger, ModulePolicy, ModuleSource, Payload, Trigger};
use serde_json::Value;

use crate::folder::Folder;

/// A folder with the state of a server: one delivery to the misfit that counts in its store, and a shadow's run on it. Gives
/// the id of the delivery.
fn recorded() -> (Folder, String) {
    let folder = Folder::new().misfit("keeps").misfit("rejects");
    std::fs::create_dir(folder.path("state")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let id = runtime.block_on(async {
        let place = folder.path("state").join("ledger.sqlite");
        let ledger = Ledger::open(place.to_str().unwrap(), &Keep::default()).await.unwrap();
        let policy = ModulePolicy {
            grants: Grants {
                keyvalue: Some(KeyvalueGrant::default()),
                actions: ActionsGrant::everything(),
                ..Grants::default()
            },
            ..ModulePolicy::default()
        };
        let host = Host::builder()
            .default_policy(policy)
            .ledger(ledger.clone())
            .build()
            .unwrap();
        host.load(ModuleSource::file(folder.path("keeps.wasm"))).await.unwrap();
        let shadow = ModuleSource::bytes(sclera_tests::misfit("rejects@keeps"));
        host.shadow("misfit-keeps", shadow).await.unwrap();
        let payload = Payload::parse(r#"[{"ioc_value": "evil.example", "ioc_type_id": 20}]"#).unwrap();
        let report = host
            .preload(Trigger::new("on_preload_ioc_create", payload))
            .await
            .unwrap();
        let id = report.deliveries[0].id;
        while ledger.shadows(&Default::default()).await.unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        ledger.flush().await.unwrap();
        let record = ledger.find(id).await.unwrap().unwrap();
        std::fs::write(folder.path("delivery.json"), serde_json::to_string(&record).unwrap()).unwrap();
        id.to_string()
    });
    (folder, id)
}

#[test]
fn the_exit_code_tells_the_same_from_what_differs() {
    let (folder, id) = recorded();
    let cases = [
        (format!("replay {id} --data state --module keeps.wasm"), 0, "the same"),
        ("replay delivery.json --module keeps.wasm".into(), 0, "the same"),
        (
            "replay delivery.json --module keeps.wasm --live".into(),
            0,
            "answered by the world",
        ),
        ("test-load keeps.wasm --delivery delivery.json".into(), 0, "the same"),
        (format!("replay {id} --data state --with rejects.wasm"), 7, "outcome"),
        (
            "test-load rejects.wasm --delivery delivery.json".into(),
            7,
            "host calls",
        ),
    ];
    for (line, code, said) in cases {
        let ran = folder.sclera(&line);
        assert_eq!(ran.code, code, "{ran}");
        assert!(ran.out.contains(said), "{said}: {ran}");
    }
    let ran = folder.sclera("replay delivery.json --with rejects.wasm --json");
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&document["same"], &document["exit"]),
        (&false.into(), &7.into()),
        "{ran}"
    );
    assert_eq!(document["differences"][0]["field"], "outcome", "{ran}");
}

#[test]
fn the_module_that_ran_is_found_by_its_digest() {
    let (folder, id) = recorded();
    let line = format!("replay {id} --data state");
    let ran = folder.sclera(&line);
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.err.contains("--module FILE"), "{ran}");

    let record: Value = serde_json::from_slice(&std::fs::read(folder.path("delivery.json")).unwrap()).unwrap();
    let modules = folder.path("state").join("modules");
    std::fs::create_dir(&modules).unwrap();
    let file = modules.join(format!("{}.wasm", record["digest"].as_str().unwrap()));
    std::fs::copy(folder.path("keeps.wasm"), file).unwrap();
    let ran = folder.sclera(&line);
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn what_cannot_be_replayed_is_told_with_the_next_step() {
    let (folder, id) = recorded();
    let folder = folder.file("other.json", "{}");
    for (line, said) in [
        ("replay nowhere.json --module keeps.wasm".to_owned(), "--export FILE"),
        ("replay other.json --module keeps.wasm".into(), "--export FILE"),
        (format!("replay {id} --module keeps.wasm"), "--data DIR"),
        (
            format!("replay {id} --ledger nowhere.sqlite --module keeps.wasm"),
            "nowhere.sqlite",
        ),
    ] {
        let ran = folder.sclera(&line);
        assert_eq!(ran.code, 2, "{ran}");
        assert!(ran.err.contains(said), "{said}: {ran}");
    }
}

#[test]
fn a_report_says_where_a_shadow_differs() {
    let (folder, id) = recorded();
    let ran = folder.sclera("shadow report --data state --since 1h");
    for part in ["misfit-keeps", "ran 1, same 0", "outcome not the same in 1", &id] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    let none = folder.sclera("shadow report --data state --module other");
    assert!(none.code == 0 && none.out.contains("no shadow has run"), "{none}");
    let ran = folder.sclera("shadow report --data state --json");
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document[0]["ran"], 1, "{ran}");
}

//! The table of cases that this module shares with its counterparts in other languages: `tests/languages/cases.json`.
//!
//! What is expected there is what this module does: `SCLERA_ACCEPT=1 cargo test -p ioc-guard --test table` writes it into
//! the table, for a person to read.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails; clippy knows only the functions marked #[test]"
)]

use std::fmt::Write as _;
use std::path::Path;

use ioc_guard::IocGuard;
use sclera_sdk::mock::MockHost;
use sclera_sdk::prelude::*;
use sclera_sdk::{Operation, Outcome};

/// The keys of a case, in the order in which they are written.
const KEYS: [&str; 5] = ["name", "hook", "config", "payload", "expect"];

#[test]
fn the_shared_table_says_what_this_module_does() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/languages/cases.json");
    let table: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let mut cases = table["case"].as_array().unwrap().clone();
    assert!(cases.len() >= 100, "there are {} cases only", cases.len());

    let accept = std::env::var_os("SCLERA_ACCEPT").is_some();
    for case in &mut cases {
        let expect = run(&table["defaults"], case);
        if accept {
            case["expect"] = expect;
        } else {
            assert_eq!(case["expect"], expect, "the case {}", case["name"]);
        }
    }

    let text = written(&table["defaults"], &cases);
    if accept {
        std::fs::write(&file, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap() == text,
        "the table is not written as SCLERA_ACCEPT=1 writes it"
    );
}

/// What the module does, in the words of `sclera test`.
fn run(defaults: &Value, case: &Value) -> Value {
    let mut host = MockHost::new();
    for (key, value) in case["config"].as_object().into_iter().flatten() {
        host = host.config(key, value.clone());
    }
    let hook = case["hook"].as_str().or(defaults["hook"].as_str()).unwrap();
    let answer = host
        .event(hook, case["payload"].clone())
        .handle::<IocGuard>()
        .unwrap_or_else(|error| panic!("{}: {error}", case["name"]));

    let mut expect = match answer.outcome {
        Outcome::Unchanged => json!({"outcome": "unchanged"}),
        Outcome::Replace(objects) => json!({"outcome": "replace", "payload": objects}),
        // What a refused request asked for is void.
        Outcome::Reject(rejection) => {
            return json!({"outcome": "reject", "reason": rejection.reason, "pointer": rejection.pointer});
        }
    };
    if hook::PRELOAD_IOC_UPDATE == hook {
        expect["actions"] = answer
            .actions
            .iter()
            .map(|action| {
                assert_eq!(action.operation, Operation::Update);
                json!({"update": action.object, "target": action.target, "change": action.change()})
            })
            .collect();
    }
    let logs: Vec<String> = host
        .logs()
        .into_iter()
        .map(|line| format!("{}: {}", line.level.as_str().to_lowercase(), line.message))
        .collect();
    if !logs.is_empty() {
        expect["logs"] = logs.into();
    }
    expect
}

fn written(defaults: &Value, cases: &[Value]) -> String {
    let mut text = format!("{{\n\"defaults\": {},\n\"case\": [\n", one_line(defaults));
    for (index, case) in cases.iter().enumerate() {
        let case = case.as_object().unwrap();
        assert!(case.keys().all(|key| KEYS.contains(&key.as_str())), "{case:?}");
        let lines: Vec<String> = KEYS
            .iter()
            .filter_map(|key| Some(format!("\"{key}\": {}", one_line(case.get(*key)?))))
            .collect();
        let comma = if index + 1 < cases.len() { "," } else { "" };
        writeln!(text, "{{{}}}{comma}", lines.join(",\n ")).unwrap();
    }
    text + "]\n}\n"
}

/// JSON in a line, in which whatever has no ink, or would turn the text around, is escaped.
fn one_line(value: &Value) -> String {
    let mut line = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii_graphic() || character == ' ' || character.is_alphanumeric() {
            line.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(line, "\\u{unit:04x}").unwrap();
        }
    }
    line
}

//! A module for the tests that breaks the contract, in the way that its mark names.
//!
//! A test writes the name of a behaviour over the mark in the compiled file, and so has a hostile module without
//! compiling anything. It listens to the hooks of IOCs, synchronously; those named `…-all` listen to every hook.

#![expect(missing_docs, reason = "the generated bindings have none")]
#![expect(clippy::panic, reason = "panicking is among the things that it is there for")]

wit_bindgen::generate!({ path: "../../wit", world: "hook-module", generate_all });

mod all_hooks;
mod around;
mod keeping;

use std::sync::atomic::{AtomicU32, Ordering};

use all_hooks::{all_hooks, another_change, comment};
use exports::sclera::hooks::module::Guest;
use sclera::hooks::registry::{Registration, deregister_from_hook, register_to_hook};
use sclera::hooks::types::{
    Action, Answer, Capability, Description, Error, Event, HookKind, Operation, Outcome, Rejection,
};
use wasi::config::store;
use wasi::logging::logging::{Level, log};

/// What the test writes over.
static MARK: [u8; 64] = *b"MISFIT=behaves                                                  ";

fn behaviour() -> String {
    marked().0
}

/// The behaviour, and the name: that of the behaviour, unless there is another one after an `@`.
fn marked() -> (String, String) {
    let mark = std::hint::black_box(&MARK);
    let text = String::from_utf8_lossy(mark);
    let text = text.trim_start_matches("MISFIT=").trim_end();
    let (behaviour, name) = text.split_once('@').unwrap_or((text, text));
    (behaviour.to_owned(), name.to_owned())
}

struct Misfit;
export!(Misfit);

/// How often this instance was called. More than once would mean that it is not fresh.
static CALLS: AtomicU32 = AtomicU32::new(0);

fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

fn sleep() {
    wasi::clocks::monotonic_clock::subscribe_duration(60_000_000_000).block();
}

fn recurse(depth: u64) -> u64 {
    if std::hint::black_box(depth) == u64::MAX {
        0
    } else {
        recurse(depth + 1) + 1
    }
}

impl Guest for Misfit {
    fn describe() -> Description {
        let behaviour = behaviour();
        match behaviour.as_str() {
            "describe-traps" => panic!("no description"),
            "describe-loops" => spin(),
            "describe-registers" => {
                let _ = register_to_hook(1, "on_preload_ioc_create", None, false);
            }
            "describe-reads-config" => {
                let _ = store::get("key");
            }
            "describe-keeps" => {
                keeping::count("");
            }
            _ => {}
        }
        let description = Description {
            name: match behaviour.as_str() {
                "bad-name" => "../../etc/passwd\u{1b}[2J".into(),
                _ => format!("misfit-{}", marked().1),
            },
            version: if behaviour == "bad-version" {
                "soon".into()
            } else {
                "1.0.0".into()
            },
            description: "Breaks the contract.".into(),
            config_schema: match behaviour.as_str() {
                "bad-schema" => Some(r#"{"type": 3}"#.into()),
                "schema-not-json" => Some("{".into()),
                "schema-loops" => Some(r##"{"$ref": "#"}"##.into()),
                "wants-config" => Some(r#"{"required": ["url"], "properties": {"url": {"type": "string"}}}"#.into()),
                _ => None,
            },
            capabilities: match behaviour.as_str() {
                "asks-for-much" => vec![Capability {
                    name: "actions".into(),
                    parameters: r#"{"update": ["ioc"], "delete": ["case"]}"#.into(),
                    reason: "tidies up".into(),
                }],
                _ => Vec::new(),
            },
        };
        match behaviour.as_str() {
            "looks-around" | "fetches" | "races" => around::describe(description),
            _ => description,
        }
    }

    fn register_hooks(module_id: u32) -> Result<(), Error> {
        let preload = |asynchronous| register_to_hook(module_id, "on_preload_ioc_create", None, asynchronous);
        match behaviour().as_str() {
            "register-traps" => {
                preload(false)?;
                panic!("half way")
            }
            "register-fails" => {
                preload(false)?;
                return Err(Error {
                    code: "no-server".into(),
                    message: "the server\u{1b}[2J is not there".into(),
                    retryable: true,
                });
            }
            "register-loops" => spin(),
            "register-keeps" => {
                log(Level::Info, "kept", &keeping::count(""));
                preload(false)?;
            }
            "register-sleeps" => sleep(),
            "unknown-hook" => register_to_hook(module_id, "on_prelaod_ioc_create", None, false)?,
            "unknown-hook-ignored" => {
                let _ = register_to_hook(module_id, "on_prelaod_ioc_create", None, false);
                preload(false)?;
            }
            "other-module" => register_to_hook(module_id + 1, "on_preload_ioc_create", None, false)?,
            "deregisters-other" => deregister_from_hook(module_id - 1, "on_preload_ioc_create")?,
            "deregisters" => {
                deregister_from_hook(module_id, "on_postload_case_create")?;
                preload(false)?;
                register_to_hook(module_id, "on_postload_ioc_create", None, false)?;
                deregister_from_hook(module_id, "on_preload_ioc_create")?;
            }
            "same-hook-twice" => {
                preload(false)?;
                preload(false)?;
                register_to_hook(module_id, "on_postload_ioc_create", None, true)?;
                register_to_hook(module_id, "on_postload_ioc_create", None, false)?;
            }
            "long-menu-name" => register_to_hook(module_id, "on_manual_trigger_ioc", Some(&"x".repeat(10_000)), false)?,
            "forged-menu-name" => register_to_hook(module_id, "on_manual_trigger_ioc", Some("Look\u{1b}[2Jup"), false)?,
            "menu-name-on-preload" => register_to_hook(module_id, "on_preload_ioc_create", Some("ignored"), false)?,
            "two-menu-names" => {
                for name in ["One", "Two"] {
                    register_to_hook(module_id, "on_manual_trigger_ioc", Some(name), false)?;
                }
                register_to_hook(module_id, "on_manual_trigger_ioc", None, true)?;
            }
            "asynchronous-preload" => preload(true)?,
            "floods-registry" => {
                for number in 0..10_000 {
                    register_to_hook(module_id, "on_manual_trigger_ioc", Some(&number.to_string()), false)?;
                }
            }
            "first" | "last" => {
                let registration = Registration::new(module_id, "on_preload_ioc_create");
                registration.set_asynchronous(false);
                registration.set_priority(if behaviour() == "first" { -5 } else { 5 });
                registration.submit()?;
            }
            rule @ ("match-rule" | "match-rule-bomb") => {
                let registration = Registration::new(module_id, "on_preload_ioc_create");
                registration.set_match_rule(match rule {
                    "match-rule" => "metadata.case_id == 42",
                    _ => "payload.all(a, payload.all(b, a == b))",
                });
                registration.submit()?;
            }
            "bad-policy" => {
                let registration = Registration::new(module_id, "on_preload_ioc_create");
                registration.set_failure_policy("trap", "explode");
                registration.submit()?;
            }
            "policy-reject" => {
                let registration = Registration::new(module_id, "on_preload_ioc_create");
                registration.set_failure_policy("any", "reject");
                registration.submit()?;
            }
            "submits-twice" => {
                let registration = Registration::new(module_id, "on_preload_ioc_create");
                registration.submit()?;
                registration.submit()?;
            }
            "updates-on-update" => register_to_hook(module_id, "on_postload_ioc_update", None, false)?,
            "background" | "fails-twice" | "makes-a-task" => {
                register_to_hook(module_id, "on_postload_ioc_create", None, true)?
            }
            "tells-all" | "rejects-all" | "comments-all" => {
                for hook in all_hooks() {
                    register_to_hook(module_id, &hook, Some("Hear"), false)?;
                }
            }
            "restless-before" => register_to_hook(module_id, "on_preload_ioc_update", None, false)?,
            restless @ ("restless" | "restless-at-once") => {
                for hook in ["on_postload_ioc_create", "on_postload_ioc_update"] {
                    register_to_hook(module_id, hook, None, restless == "restless")?;
                }
            }
            _ => {
                preload(false)?;
                register_to_hook(module_id, "on_postload_ioc_create", None, false)?;
                register_to_hook(module_id, "on_manual_trigger_ioc", Some("Misfit"), false)?;
            }
        }
        Ok(())
    }

    fn hooks_handler(event: Event) -> Result<Answer, Error> {
        let replace = |text: &str| Ok(answer(Outcome::Replace(text.to_owned())));
        match behaviour().as_str() {
            "traps" | "policy-reject" => panic!("the handler gave up"),
            "loops" => spin(),
            "sleeps" | "sleeps-too" => sleep(),
            "recurses" => log(Level::Info, "", &recurse(0).to_string()),
            "exits" => std::process::exit(3),
            "eats-memory" => {
                let mut eaten: Vec<Vec<u8>> = Vec::new();
                loop {
                    eaten.push(std::hint::black_box(vec![1; 1 << 20]));
                }
            }
            "fails" => {
                return Err(Error {
                    code: "upstream".into(),
                    message: "the service is away".into(),
                    retryable: true,
                });
            }
            "not-json" => return replace("[{\"ioc_value\": "),
            "not-a-list" => return replace("{}"),
            "no-objects" => return replace("[]"),
            "more-objects" => {
                return replace(r#"[{"ioc_value": "a", "ioc_type_id": 1}, {"ioc_value": "b", "ioc_type_id": 1}]"#);
            }
            "nested" => return replace(&format!("[{{\"a\":{}{}}}]", "[".repeat(10_000), "]".repeat(10_000))),
            "breaks-schema" => return replace(r#"[{"ioc_value": 3, "ioc_type_id": 1}]"#),
            "huge" => {
                return replace(&format!(
                    "[{{\"ioc_value\":\"{}\",\"ioc_type_id\":1}}]",
                    "x".repeat(12 << 20)
                ));
            }
            "traps-if-told" => assert!(!event.metadata.contains("trap"), "as it was told"),
            "fails-twice" if event.attempt < 3 => {
                return Err(Error {
                    code: "upstream".into(),
                    message: format!("attempt {}", event.attempt),
                    retryable: true,
                });
            }
            "rejects-all" if matches!(event.kind, HookKind::Preload) => {
                return Ok(answer(Outcome::Reject(Rejection {
                    reason: "nothing may change".into(),
                    pointer: Some("/0".into()),
                })));
            }
            "rejects" => {
                return Ok(answer(Outcome::Reject(Rejection {
                    reason: "not\u{1b}[2J here".into(),
                    pointer: Some("/0/ioc_value".into()),
                })));
            }
            "replaces" => return replace(&event.payload),
            "marks" | "first" | "last" | "match-rule" => {
                let mark = format!("{}+{}", value_of(&event.payload), behaviour());
                return replace(&serde_json::json!([{"ioc_value": mark, "ioc_type_id": 20}]).to_string());
            }
            "many-actions" => return Ok(with_actions(vec![tag("1"); 10_000])),
            "repeats-one-string" => {
                // A million actions that all point to the same megabyte.
                return Ok(with_actions(vec![tag(&"x".repeat(1 << 20)); 30]));
            }
            "bad-action" => {
                let mut action = tag("1");
                action.change = r#"{"feilds": {}}"#.into();
                return Ok(with_actions(vec![action]));
            }
            "targetless-action" => {
                let mut action = tag("1");
                action.target = None;
                return Ok(with_actions(vec![action]));
            }
            "makes-a-task" => return Ok(with_actions(vec![task(&event)])),
            "comments-all" => return Ok(with_actions(comment(&event).into_iter().collect())),
            "restless" | "restless-at-once" | "restless-before" => {
                return Ok(with_actions(another_change(&event).into_iter().collect()));
            }
            "updates-on-update" | "asks" | "asks-for-much" => return Ok(with_actions(vec![tag("1")])),
            "rejects-and-asks" => {
                let mut asked = with_actions(vec![tag("1")]);
                asked.outcome = Outcome::Reject(Rejection {
                    reason: "no".into(),
                    pointer: None,
                });
                return Ok(asked);
            }
            "floods-log" => (0..100_000).for_each(|line| log(Level::Info, "flood", &format!("line {line}"))),
            "floods-stdout" => (0..1_000).for_each(|_| println!("{}", "x".repeat(10_000))),
            "forges-log" => log(Level::Info, "a\u{1b}[2J", "one\ntwo\u{202e}"),
            "prints" => {
                println!("to standard output");
                eprint!("to standard error");
            }
            "registers-late" => {
                let late = register_to_hook(1, "on_preload_ioc_create", None, false);
                log(
                    Level::Info,
                    "late",
                    &late.err().map(|error| error.code).unwrap_or_default(),
                );
            }
            "keeps" | "keeps-too" => log(Level::Info, "kept", &keeping::count("")),
            "keeps-default" => log(Level::Info, "kept", &keeping::count("default")),
            "keeps-elsewhere" => log(Level::Info, "kept", &keeping::count("misfit-keeps")),
            "fills-store" => log(Level::Info, "kept", &keeping::fill()),
            "remembers" => {
                let calls = CALLS.fetch_add(1, Ordering::Relaxed);
                log(Level::Info, "calls", &calls.to_string());
            }
            around @ ("looks-around" | "fetches" | "races") => {
                let said = match around {
                    "looks-around" => around::look(&event),
                    "fetches" => around::fetch(),
                    _ => around::race(),
                };
                return Ok(Answer {
                    message: Some(said),
                    ..answer(Outcome::Unchanged)
                });
            }
            "tells" | "tells-all" => {
                let kind = match event.kind {
                    HookKind::Preload => "preload",
                    HookKind::Postload => "postload",
                    HookKind::Manual => "manual",
                };
                let told = serde_json::json!({
                    "hook": event.hook, "kind": kind, "menu_name": event.menu_name, "by": event.triggered_by,
                    "metadata": event.metadata, "schema": event.schema_id, "attempt": event.attempt, "payload": event.payload,
                });
                return Ok(Answer {
                    message: Some(told.to_string()),
                    ..answer(Outcome::Unchanged)
                });
            }
            _ => {}
        }
        Ok(answer(Outcome::Unchanged))
    }
}

fn answer(outcome: Outcome) -> Answer {
    Answer {
        outcome,
        actions: Vec::new(),
        message: None,
    }
}

fn with_actions(actions: Vec<Action>) -> Answer {
    Answer {
        actions,
        ..answer(Outcome::Unchanged)
    }
}

fn tag(target: &str) -> Action {
    Action {
        operation: Operation::Update,
        object: "ioc".into(),
        target: Some(target.into()),
        change: r#"{"tags": {"add": ["again"]}}"#.into(),
    }
}

/// A task with the name of the delivery: it is there as often as this was applied.
fn task(event: &Event) -> Action {
    Action {
        operation: Operation::Create,
        object: "task".into(),
        target: None,
        change: serde_json::json!({"fields": {"task_title": event.delivery_id}}).to_string(),
    }
}

fn value_of(payload: &str) -> String {
    let payload: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    payload
        .pointer("/0/ioc_value")
        .and_then(|value| value.as_str())
        .unwrap_or_default()
        .to_owned()
}

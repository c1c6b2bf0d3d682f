use sclera::{Delivery, Host, ModuleSource, Payload, Trigger};

use super::*;

fn component(core: &[u8]) -> Result<Vec<u8>, ComponentError> {
    super::component(core, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit"))
}

/// A core module that calls everything of preview 1 and checks what it gets.
fn everything() -> Vec<u8> {
    wat::parse_str(include_str!("everything.wat")).unwrap()
}

/// Runs the component of a core module on one object.
async fn run(core: &[u8], object: &str) -> Delivery {
    let host = Host::builder().build().unwrap();
    host.load(ModuleSource::bytes(component(core).unwrap())).await.unwrap();
    let payload = Payload::parse(format!("[{object}]")).unwrap();
    let report = host
        .preload(Trigger::new("on_preload_ioc_create", payload))
        .await
        .unwrap();
    report.deliveries.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_core_module_gets_of_preview_1_what_every_module_may_have() {
    let delivery = run(&everything(), r#"{"ioc_value":"a"}"#).await;

    // A failed step is an error with its number as code; `everything.wat` has them.
    assert!(delivery.result.is_ok(), "{:?}", delivery.result);
    let lines: Vec<_> = delivery
        .logs
        .iter()
        .map(|line| (line.context.as_str(), line.message.as_str()))
        .collect();
    let long = "x".repeat(10_000);
    assert_eq!(
        lines,
        [
            ("stdout", "half a \u{fffd} line"),
            ("stderr", "half a \u{fffd} line"),
            ("stdout", &long)
        ]
    );
}

#[tokio::test]
async fn a_module_that_ends_its_process_is_a_fault_that_says_so() {
    let delivery = run(&everything(), r#"{"ioc_value":"0123456789 0123456789 0123456789"}"#).await;

    let failure = delivery.failure().unwrap();
    assert!(failure.contains("it ended its process with status 1"), "{failure}");
}

#[test]
fn what_is_no_core_module_of_the_contract_is_told_apart() {
    let cases: [(Vec<u8>, &str); 4] = [
        (
            b"#!/bin/sh".to_vec(),
            "the compiler's output is not a WebAssembly module",
        ),
        (
            b"\0asm\x01\0\0\0\xff".to_vec(),
            "the compiler's output is not a WebAssembly module",
        ),
        (
            component(&everything()).unwrap(),
            "the compiler's output is a component already",
        ),
        (
            wat::parse_str("(module (memory (export \"memory\") 1))").unwrap(),
            "the compiled code does not fit",
        ),
    ];
    for (core, expected) in cases {
        let error = component(&core).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let unknown = include_str!("everything.wat").replace("\"sched_yield\"", "\"sched_sleep\"");
    let error = component(&wat::parse_str(unknown).unwrap()).unwrap_err().to_string();
    assert!(error.contains("sched_sleep"), "{error}");
}

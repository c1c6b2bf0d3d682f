//! Payloads and triggers that a host does not take: a clear error before any module runs, and the caller keeps its
//! payload.

use sclera::{Payload, Trigger};

use super::{builder, host_with, ioc, postload, preload};

#[test]
fn what_is_not_a_list_of_objects_is_no_payload() {
    let nested = format!("[{{\"a\": {}{}}}]", "[".repeat(10_000), "]".repeat(10_000));
    for text in ["{", "[1]", "\"x\"", "[]", &nested] {
        let error = Payload::parse(text).unwrap_err().to_string();
        assert!(error.contains("the payload"), "{error}");
    }
}

#[tokio::test]
async fn a_payload_that_is_too_large_is_refused() {
    let host = host_with(&["behaves"]).await;
    let text = format!("[{{\"ioc_value\": \"{}\"}}]", "x".repeat(50_000_000));
    let payload = Payload::parse(text).unwrap();
    let error = host
        .preload(Trigger::new("on_preload_ioc_create", payload.clone()))
        .await
        .unwrap_err()
        .to_string();
    for part in ["on_preload_ioc_create", "50000", "`payload`"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(payload.objects(), 1);
}

#[tokio::test]
async fn an_unknown_hook_names_the_nearest() {
    let host = builder().build().unwrap();
    let error = host
        .preload(Trigger::new("on_prelaod_ioc_create", ioc()))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("on_preload_ioc_create"), "{error}");
}

#[tokio::test]
async fn a_hook_of_another_kind_names_the_function_to_call() {
    let host = builder().build().unwrap();
    let error = host.preload(postload()).await.unwrap_err().to_string();
    assert!(error.contains("`postload`"), "{error}");
    let error = host.postload(preload()).await.unwrap_err().to_string();
    assert!(error.contains("`preload`"), "{error}");
    let manual = Trigger::new("on_manual_trigger_ioc", ioc());
    let error = host.postload(manual).await.unwrap_err().to_string();
    assert!(error.contains("`trigger_manual`"), "{error}");
}

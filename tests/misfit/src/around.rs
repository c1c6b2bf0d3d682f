//! What a call finds around itself: the time, chance, and other servers.

use crate::exports::sclera::hooks::module::Description;
use crate::sclera::hooks::types::{Capability, Event};
use crate::wasi::clocks::{monotonic_clock, wall_clock};
use crate::wasi::config::store;
use crate::wasi::http::outgoing_handler::handle;
use crate::wasi::http::types::{ErrorCode, Fields, IncomingBody, Method, OutgoingBody, OutgoingRequest, Scheme};
use crate::wasi::io::poll::poll;
use crate::wasi::io::streams::StreamError;
use crate::wasi::random::random;

/// Asks for what is needed to look around.
pub fn describe(description: Description) -> Description {
    let asks = |name: &str, parameters: &str| Capability {
        name: name.into(),
        parameters: parameters.into(),
        reason: "looks around".into(),
    };
    Description {
        config_schema: Some(r#"{"properties": {"url": {"type": "string"}, "token": {"type": "string"}}}"#.into()),
        capabilities: vec![
            asks(
                "http",
                r#"{"origins": ["https://api.test"], "methods": ["GET", "POST"]}"#,
            ),
            asks("secrets", r#"{"names": ["token"]}"#),
        ],
        ..description
    }
}

/// What there is to see without asking anybody, before and after a second and a half.
pub fn look(event: &Event) -> String {
    let wall = || {
        let now = wall_clock::now();
        format!("{}.{:09}", now.seconds, now.nanoseconds)
    };
    let began = (wall(), monotonic_clock::now());
    monotonic_clock::subscribe_duration(1_500_000_000).block();
    serde_json::json!({
        "wall": [began.0, wall()],
        "monotonic": monotonic_clock::now() - began.1,
        "random": random::get_random_u64().to_string(),
        // Of the standard library, which has its keys from elsewhere.
        "hasher": std::hash::BuildHasher::hash_one(&std::collections::hash_map::RandomState::new(), 1).to_string(),
        "delivery": event.delivery_id,
        "event": event.triggered_at_ms,
        "token": token(),
    })
    .to_string()
}

/// What ends first: a request, or a wait of a millisecond; and of two waits.
pub fn race() -> String {
    let answer = match send(Method::Get, None) {
        Ok(answer) => answer,
        Err(error) => return error.to_string(),
    };
    let soon = monotonic_clock::subscribe_duration(1_000_000);
    let coming = answer.subscribe();
    let first = poll(&[&soon, &coming]);
    let (long, short) = (
        monotonic_clock::subscribe_duration(10_000_000_000),
        monotonic_clock::subscribe_duration(1_000_000_000),
    );
    let before = monotonic_clock::now();
    let second = poll(&[&long, &short]);
    format!("{first:?} {second:?} {}", monotonic_clock::now() - before)
}

/// What a server answers to a request, with a secret in three places of it.
pub fn fetch() -> String {
    let body = serde_json::json!({"key": token()}).to_string();
    match send(Method::Post, Some(&body)).and_then(receive) {
        Ok(said) => said,
        Err(error) => error.to_string(),
    }
}

fn token() -> String {
    store::get("token").ok().flatten().unwrap_or_default()
}

fn send(method: Method, body: Option<&str>) -> Result<crate::wasi::http::types::FutureIncomingResponse, ErrorCode> {
    let url = store::get("url")
        .ok()
        .flatten()
        .unwrap_or_else(|| "https://api.test".into());
    let (scheme, authority) = url.split_once("://").unwrap_or(("https", &url));
    let headers = Fields::new();
    let _ = headers.append("authorization", format!("Bearer {}", token()).as_bytes());
    let _ = headers.append("content-type", b"application/json");
    let request = OutgoingRequest::new(headers);
    let scheme = if scheme == "http" { Scheme::Http } else { Scheme::Https };
    let _ = request.set_scheme(Some(&scheme));
    let _ = request.set_authority(Some(authority));
    let _ = request.set_path_with_query(Some(&format!("/look?key={}", token())));
    let _ = request.set_method(&method);
    let writing = request.body();
    let answer = handle(request, None)?;
    if let (Ok(writing), Some(body)) = (writing, body) {
        if let Ok(stream) = writing.write() {
            let _ = stream.blocking_write_and_flush(body.as_bytes());
        }
        let _ = OutgoingBody::finish(writing, None);
    }
    Ok(answer)
}

fn receive(answer: crate::wasi::http::types::FutureIncomingResponse) -> Result<String, ErrorCode> {
    answer.subscribe().block();
    let response = match answer.get() {
        Some(Ok(Ok(response))) => response,
        Some(Ok(Err(error))) => return Err(error),
        _ => return Ok("no answer".into()),
    };
    let mut said = Vec::new();
    if let Ok(body) = response.consume() {
        if let Ok(stream) = body.stream() {
            loop {
                match stream.blocking_read(1 << 16) {
                    Ok(bytes) => said.extend(bytes),
                    Err(StreamError::Closed) => break,
                    Err(StreamError::LastOperationFailed(_)) => return Ok("the body broke off".into()),
                }
            }
        }
        drop(IncomingBody::finish(body));
    }
    Ok(format!("{} {}", response.status(), String::from_utf8_lossy(&said)))
}

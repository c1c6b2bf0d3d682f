//! Keeps what real servers answer, as fixtures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sclera::{HttpFault, HttpRequest, HttpResponse, Responder, async_trait};
use serde_json::value::RawValue;

use super::fixtures::{Exchange, NoAnswer, Request, Response, Texts};

/// Sends requests to the network, and keeps what came back. Clones keep it in the same place.
#[derive(Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Vec<Exchange>>>);

/// Headers that are kept: those that a module may want. Cookies are secrets, and dates differ from run to run.
const KEPT: &[&str] = &[
    "content-type",
    "content-encoding",
    "content-language",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "www-authenticate",
];
/// What the names of kept headers can begin with, besides.
const KEPT_BEGINNINGS: &[&str] = &["x-", "ratelimit"];

impl Recorder {
    /// What was kept so far, in the order of the answers.
    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Responder for Recorder {
    async fn respond(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let asked = asked(&request);
        let answered = request.send().await;
        if let Some(response) = response(&answered) {
            let exchange = Exchange {
                request: asked,
                response,
            };
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
        }
        answered
    }
}

fn asked(request: &HttpRequest) -> Request {
    let (body, json) = match std::str::from_utf8(&request.body) {
        Ok("") | Err(_) => (None, None),
        Ok(body) => match serde_json::from_str::<Box<RawValue>>(body) {
            Ok(json) => (None, Some(json)),
            Err(_) => (Some(body.to_owned()), None),
        },
    };
    Request {
        method: Some(request.method.clone()),
        url: Some(request.url.clone()),
        headers: BTreeMap::new(),
        body,
        json,
    }
}

/// What a fixture says of an answer. A refusal by the host is none: it is no answer of a server.
fn response(answered: &Result<HttpResponse, HttpFault>) -> Option<Response> {
    let response = match answered {
        Ok(response) => response,
        Err(fault) => {
            let error = match fault {
                HttpFault::Timeout => NoAnswer::Timeout,
                HttpFault::Refused => NoAnswer::Refused,
                HttpFault::UnknownHost => NoAnswer::UnknownHost,
                HttpFault::Tls => NoAnswer::Tls,
                HttpFault::Broken => NoAnswer::Broken,
                _ => return None,
            };
            return Some(Response {
                error: Some(error),
                ..Response::default()
            });
        }
    };
    let mut kept = Response {
        status: Some(response.status),
        ..Response::default()
    };
    for (name, value) in &response.headers {
        if !KEPT.contains(&name.as_str()) && !KEPT_BEGINNINGS.iter().any(|begin| name.starts_with(begin)) {
            continue;
        }
        let values = match kept.headers.remove(name) {
            None => Texts::One(value.clone()),
            Some(Texts::One(first)) => Texts::More(vec![first, value.clone()]),
            Some(Texts::More(mut values)) => {
                values.push(value.clone());
                Texts::More(values)
            }
        };
        kept.headers.insert(name.clone(), values);
    }
    match std::str::from_utf8(&response.body) {
        Ok("") => {}
        Ok(body) => match serde_json::from_str::<Box<RawValue>>(body) {
            Ok(json) => kept.json = Some(json),
            Err(_) => kept.body = Some(body.to_owned()),
        },
        Err(_) => kept.base64 = Some(STANDARD.encode(&response.body)),
    }
    Some(kept)
}

/// Where a case's recording goes: the file that the case names, or one beside the case's file with the case's name.
pub(super) fn fixture_file(named: Option<&Path>, case_file: &Path, stem: &str, slug: &str) -> PathBuf {
    match named {
        Some(file) => file.to_owned(),
        None => {
            let folder = case_file.parent().unwrap_or(Path::new(""));
            folder.join("fixtures").join(stem).join(format!("{slug}.json"))
        }
    }
}

/// Writes a recording.
pub(super) fn write(file: &Path, exchanges: &[Exchange]) -> anyhow::Result<()> {
    let cannot = || format!("failed to write the fixtures into {}", file.display());
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(cannot)?;
    }
    let mut text = serde_json::to_string_pretty(exchanges).with_context(cannot)?;
    text.push('\n');
    std::fs::write(file, text).with_context(cannot)
}

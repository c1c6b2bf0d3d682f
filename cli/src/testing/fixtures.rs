//! Answers in the place of the network.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sclera::{HttpFault, HttpRequest, HttpResponse, Responder, async_trait, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::case::read;
use super::{exact, keys};

/// A request, and the answer to it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    /// What is not said of the request fits every request.
    #[serde(default)]
    pub(super) request: Request,
    pub(super) response: Response,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Request {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) json: Option<Box<RawValue>>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Response {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, Texts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) json: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<NoAnswer>,
}

/// A text, or several.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    More(Vec<String>),
}

/// Why no answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NoAnswer {
    Timeout,
    Refused,
    UnknownHost,
    Tls,
    Broken,
}

impl Exchange {
    /// Reads a list of them.
    pub(super) fn list(place: &str, json: &str) -> Result<Vec<Self>, String> {
        let value: Value = serde_json::from_str(json).map_err(|error| format!("it is not JSON: {error}"))?;
        let Value::Array(items) = &value else {
            return Err("`http` is a list of requests and responses, or the name of a file with one".into());
        };
        items.iter().try_for_each(keys::exchange)?;
        let exchanges: Vec<Self> = read(place, json)?;
        for (index, exchange) in exchanges.iter().enumerate() {
            let answer = exchange.response.answer();
            // An error is an answer, too.
            let _ = answer.map_err(|fault| format!("entry {} of `http`: {fault}", index + 1))?;
            if exchange.request.body.is_some() && exchange.request.json.is_some() {
                return Err(format!(
                    "entry {} of `http`: a request has a `body` or `json`, not both",
                    index + 1
                ));
            }
        }
        Ok(exchanges)
    }
}

impl Request {
    fn fits(&self, request: &HttpRequest) -> bool {
        let header = |(name, value): (&String, &String)| {
            let same = |(have, said): &(String, String)| have.eq_ignore_ascii_case(name) && said == value;
            request.headers.iter().any(same)
        };
        let body = || std::str::from_utf8(&request.body).ok();
        self.method
            .as_ref()
            .is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && self.url.as_ref().is_none_or(|url| whole(url) == whole(&request.url))
            && self.headers.iter().all(header)
            && self.body.as_ref().is_none_or(|expected| body() == Some(expected))
            && self
                .json
                .as_ref()
                .is_none_or(|expected| body().is_some_and(|body| exact::same(body, expected.get())))
    }

    fn shown(&self) -> String {
        let method = self.method.as_deref().unwrap_or("any method");
        let url = self.url.as_deref().unwrap_or("any URL");
        format!("{method} {}", text::shown(url, 500))
    }
}

/// A URL with a path: `https://a.example` is `https://a.example/`.
fn whole(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    if after_scheme.contains('/') {
        url.to_owned()
    } else {
        match url.split_once('?') {
            Some((origin, query)) => format!("{origin}/?{query}"),
            None => format!("{url}/"),
        }
    }
}

impl Response {
    fn answer(&self) -> Result<Result<HttpResponse, HttpFault>, String> {
        let bodies = [
            self.body.is_some(),
            self.base64.is_some(),
            self.json.is_some(),
            self.error.is_some(),
        ];
        if bodies.iter().filter(|&&there| there).count() > 1 {
            return Err("a response has one of `body`, `base64`, `json` and `error`".into());
        }
        if let Some(error) = self.error {
            return Ok(Err(match error {
                NoAnswer::Timeout => HttpFault::Timeout,
                NoAnswer::Refused => HttpFault::Refused,
                NoAnswer::UnknownHost => HttpFault::UnknownHost,
                NoAnswer::Tls => HttpFault::Tls,
                NoAnswer::Broken => HttpFault::Broken,
            }));
        }
        let status = self.status.unwrap_or(200);
        if !(100..=599).contains(&status) {
            return Err(format!("`status` is {status}; it goes from 100 to 599"));
        }
        let mut headers = Vec::new();
        for (name, texts) in &self.headers {
            match texts {
                Texts::One(value) => headers.push((name.clone(), value.clone())),
                Texts::More(values) => headers.extend(values.iter().map(|value| (name.clone(), value.clone()))),
            }
        }
        let body = match (&self.body, &self.base64, &self.json) {
            (Some(body), _, _) => Bytes::from(body.clone()),
            (_, Some(body), _) => {
                let decoded = STANDARD.decode(body);
                decoded
                    .map_err(|error| format!("`base64` is not base64: {error}"))?
                    .into()
            }
            (_, _, Some(json)) => {
                if !headers
                    .iter()
                    .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
                {
                    headers.push(("content-type".to_owned(), "application/json".to_owned()));
                }
                Bytes::from(json.get().to_owned())
            }
            _ => Bytes::new(),
        };
        Ok(Ok(HttpResponse { status, headers, body }))
    }
}

/// The fixtures of one case while it runs. Clones are the same ones.
#[derive(Clone, Default)]
pub(super) struct Fixtures(Arc<Mutex<Left>>);

#[derive(Default)]
struct Left {
    /// Each with its answer, if it was not used yet.
    exchanges: Vec<Option<Exchange>>,
    unanswered: Vec<String>,
}

impl Fixtures {
    pub(super) fn new(exchanges: &[Exchange]) -> Self {
        Self(Arc::new(Mutex::new(Left {
            exchanges: exchanges.iter().cloned().map(Some).collect(),
            unanswered: Vec::new(),
        })))
    }

    /// The requests that nothing answered, as a person reads them.
    pub(super) fn unanswered(&self) -> Vec<String> {
        self.left().unanswered.clone()
    }

    /// The answers that nobody asked for.
    pub(super) fn left_over(&self) -> Vec<String> {
        let left = self.left();
        left.exchanges
            .iter()
            .flatten()
            .map(|exchange| exchange.request.shown())
            .collect()
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Responder for Fixtures {
    async fn respond(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let mut left = self.left();
        let fitting = left.exchanges.iter_mut().find(|exchange| {
            exchange
                .as_ref()
                .is_some_and(|exchange| exchange.request.fits(&request))
        });
        match fitting.and_then(Option::take) {
            // What is wrong with an answer was told when it was read.
            Some(exchange) => exchange.response.answer().unwrap_or(Err(HttpFault::Broken)),
            None => {
                left.unanswered.push(shown(&request));
                Err(HttpFault::Refused)
            }
        }
    }
}

/// Characters of a body that are shown.
const BODY: usize = 2_000;

/// A request as a person reads it, and can write it into a fixture.
fn shown(request: &HttpRequest) -> String {
    let mut said = format!(
        "{} {}",
        text::shown(&request.method, 20),
        text::shown(&request.url, 1_000)
    );
    for (name, value) in &request.headers {
        said.push_str(&format!("\n{name}: {}", text::shown(value, 300)));
    }
    if !request.body.is_empty() {
        said.push_str("\n\n");
        match std::str::from_utf8(&request.body) {
            Ok(body) => said.push_str(&text::shown_lines(body, BODY)),
            Err(_) => said.push_str(&format!("{} bytes that are no text", request.body.len())),
        }
    }
    said
}

//! Requests on a tape: how they and their responses are recorded, and how a replay answers them.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::IntoIter;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use serde_json::{Value, json};
use wasmtime_wasi_http::{Error, WasiBody};

use super::error_code;
use super::exchange::Failure;
use super::origin::Origin;
use super::responder::Shown;
use crate::capabilities::octets;
use crate::capabilities::secrets::Placeholders;
use crate::capabilities::tape::{NOT_KEPT, Place, Tape};
use crate::capabilities::transcript::Before;

/// What a request is called.
pub(super) const FUNCTION: &str = "wasi:http/outgoing-handler.handle";

/// A request's head as it is recorded: with the names of secrets. Its body comes later.
pub(super) fn question(head: &Parts, placeholders: &Placeholders) -> Value {
    let method = head.method.as_str();
    match Origin::of(&head.uri) {
        Ok(origin) => Shown::of(head, &origin, placeholders).question(method),
        // It goes nowhere, and may have a password in it.
        Err(_) => json!({"method": method, "url": null, "headers": []}),
    }
}

/// Whether two requests are the same, but for their bodies.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    ["method", "url", "headers"]
        .iter()
        .all(|key| one.get(key) == other.get(key))
}

impl Failure {
    /// As it is recorded.
    pub(super) fn written(&self) -> Value {
        match self {
            Self::Error(error) => json!({"error": error_code::written(error)}),
            Self::Refused(error, why) => json!({"error": error_code::written(error), "refused": why}),
            Self::Remarked(error, why) => json!({"error": error_code::written(error), "remark": why}),
        }
    }

    fn read(written: &Value) -> Option<Self> {
        let error = error_code::read(written.get("error")?)?;
        let text = |key: &str| written.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(match (text("refused"), text("remark")) {
            (Some(why), _) => Self::Refused(error, why),
            (None, Some(why)) => Self::Remarked(error, why),
            (None, None) => Self::Error(error),
        })
    }
}

/// What a request is told that nobody answers.
pub(super) fn nobody() -> Failure {
    Error::InternalError(Some("this is a replay, and has no answer to this request".into())).into()
}

/// Records a response, and its body as the module reads it.
pub(super) fn record(response: Response<WasiBody>, place: &Place) -> Response<WasiBody> {
    if !place.is_kept() {
        return response;
    }
    place.answer(|| {
        let headers = response.headers().iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| json!([name.as_str(), octets::written(value.as_bytes())]))
            .collect();
        json!({"status": response.status().as_u16(), "headers": headers, "body": []})
    });
    response.map(|body| {
        let place = place.clone();
        Taped { body, place }.boxed_unsync()
    })
}

/// The response that was recorded, or how there was none. None if it cannot be read.
pub(super) fn replay(answered: &Value, place: &Place) -> Option<Result<Response<WasiBody>, Failure>> {
    if answered.get("error").is_some() {
        return Some(Err(Failure::read(answered)?));
    }
    let mut headers = HeaderMap::new();
    for pair in answered.get("headers")?.as_array()? {
        let name = HeaderName::try_from(pair.get(0)?.as_str()?).ok()?;
        headers.append(name, HeaderValue::try_from(octets::read(pair.get(1)?)?).ok()?);
    }
    let status = u16::try_from(answered.get("status")?.as_u64()?).ok()?;
    let chunks = answered.get("body")?.as_array()?.iter();
    let chunks: Option<Vec<Bytes>> = chunks.map(|chunk| octets::read(chunk).map(Bytes::from)).collect();
    let body = Replayed {
        chunks: chunks?.into_iter(),
        end: answered.get("end").cloned().unwrap_or_default(),
        place: place.clone(),
        tape: place.tape(),
    };
    let mut response = Response::new(body.boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(status).ok()?;
    *response.headers_mut() = headers;
    Some(Ok(response))
}

/// A body that is recorded while the module reads it: nothing is read for the recording's sake.
struct Taped {
    body: WasiBody,
    place: Place,
}

impl Body for Taped {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.place.add(data.len(), |answered, room| {
                        if !room || answered.contains_key("end") {
                            answered.insert("end".into(), NOT_KEPT.into());
                        } else if let Some(Value::Array(chunks)) = answered.get_mut("body") {
                            chunks.push(octets::written(data));
                        }
                    });
                }
            }
            Some(Err(error)) => self.ended(|| error_code::written(error)),
            None => self.ended(|| Value::Bool(true)),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Taped {
    fn ended(&self, how: impl FnOnce() -> Value) {
        self.place.add(0, |answered, _| {
            answered.entry("end").or_insert_with(how);
        });
    }
}

/// The body of an earlier response, in the pieces in which it came.
struct Replayed {
    chunks: IntoIter<Bytes>,
    /// How it ended: true, an error, or null if the module did not read that far.
    end: Value,
    place: Place,
    tape: Tape,
}

impl Body for Replayed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(chunk) = self.chunks.next() {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match std::mem::replace(&mut self.end, Value::Bool(true)) {
            Value::Bool(_) => Poll::Ready(None),
            Value::Null if self.tape.is_at_its_end() => {
                // It waited for more until the call was over.
                self.end = Value::Null;
                self.tape.hung();
                Poll::Pending
            }
            Value::Null => {
                self.place.part(Before::LessRead);
                Poll::Ready(Some(Err(Error::ConnectionTerminated)))
            }
            Value::String(text) if text == NOT_KEPT => {
                self.place.part(Before::NotKept);
                Poll::Ready(Some(Err(Error::ConnectionTerminated)))
            }
            error => Poll::Ready(Some(Err(
                error_code::read(&error).unwrap_or(Error::ConnectionTerminated)
            ))),
        }
    }
}

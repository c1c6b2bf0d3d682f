//! The bodies of an exchange: a request's is held whole, a response's is watched while the module reads it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::capabilities::secrets::Vault;

/// Takes in a request's body, of at most `limit` bytes.
pub(super) async fn collect(mut body: WasiBody, limit: usize) -> Result<Bytes, Error> {
    let mut collected = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // Secrets are looked for in headers and bodies; there are no trailers in which one could hide.
        let data = frame?
            .into_data()
            .map_err(|_| Error::HttpRequestTrailerSectionSize(Some(0)))?;
        if collected.len() + data.len() > limit {
            return Err(Error::HttpRequestBodySize(Some(limit as u64)));
        }
        collected.extend_from_slice(&data);
    }
    Ok(collected.freeze())
}

/// The body of a response: as long as is granted, never silent for longer than is granted, without secrets.
pub(super) struct ResponseBody {
    incoming: Incoming,
    /// Bytes that may still come.
    left: usize,
    limit: usize,
    patience: Duration,
    silence: Pin<Box<Sleep>>,
    vault: Arc<Vault>,
    /// The end of what came so far, if it may be the beginning of a secret.
    held: BytesMut,
    over: bool,
    /// The request is under way until the module has read it, or dropped it.
    _place: Arc<OwnedSemaphorePermit>,
}

impl ResponseBody {
    pub(super) fn new(
        incoming: Incoming,
        limit: usize,
        patience: Duration,
        vault: Arc<Vault>,
        place: Arc<OwnedSemaphorePermit>,
    ) -> Self {
        Self {
            incoming,
            left: limit,
            limit,
            patience,
            silence: Box::pin(sleep(patience)),
            vault,
            held: BytesMut::new(),
            over: false,
            _place: place,
        }
    }

    /// What of `data`, and of what was held back before, can be passed on.
    fn without_secrets(&mut self, data: Bytes) -> Bytes {
        if self.vault.is_empty() {
            return data;
        }
        self.held.extend_from_slice(&data);
        self.vault.mask(&mut self.held);
        let begun = self.vault.begun(&self.held);
        self.held.split_to(self.held.len() - begun).freeze()
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        loop {
            if this.over {
                return Poll::Ready(None);
            }
            let frame = match Pin::new(&mut this.incoming).poll_frame(context) {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    ready!(this.silence.as_mut().poll(context));
                    this.over = true;
                    return Poll::Ready(Some(Err(Error::ConnectionReadTimeout)));
                }
            };
            this.silence.as_mut().reset(Instant::now() + this.patience);
            let data = match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => data,
                    // Trailers end the body. They are headers that come too late to be looked at, and nothing needs them.
                    Err(_) => continue,
                },
                Some(Err(error)) => {
                    this.over = true;
                    return Poll::Ready(Some(Err(super::exchange::fault_of(&error))));
                }
                None => {
                    this.over = true;
                    // What was the beginning of a secret turned out to be none.
                    let rest = this.held.split().freeze();
                    return Poll::Ready((!rest.is_empty()).then(|| Ok(Frame::data(rest))));
                }
            };
            let Some(left) = this.left.checked_sub(data.len()) else {
                this.over = true;
                return Poll::Ready(Some(Err(Error::HttpResponseBodySize(Some(this.limit as u64)))));
            };
            this.left = left;
            let data = this.without_secrets(data);
            if !data.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.over || (self.held.is_empty() && self.incoming.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

//! Requests that all fail: what is measured sends none.

use std::future::{Future, ready};

use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use super::State;

/// What becomes of a request.
pub(super) struct Nowhere;

type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Result<(Response<WasiBody>, Connection), Error>;

impl WasiHttpHooks for Nowhere {
    fn send_request(
        &mut self,
        _: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Connection,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        Box::new(ready(Err(Error::HttpRequestDenied)))
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.nowhere,
        }
    }
}

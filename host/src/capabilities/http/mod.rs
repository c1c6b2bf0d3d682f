//! `wasi:http`: outgoing requests to granted origins.
//!
//! wasmtime-wasi-http has the resources of the interface; what becomes of a request is decided here. `outgoing` checks
//! what its head shows against the module's `gate`, and refuses it at once; `exchange` waits for its turn, resolves the
//! name, checks every address, connects to one of those, and sends it; `body` watches the response for as long as the
//! module reads it. All of it ends with the call. Where an embedder has a `responder`, it is asked in the place of the network, after
//! all that is checked before. What is asked and answered goes on the call's tape, if there is one, and a replay is
//! answered from there (`taped`).

mod address;
mod body;
mod error_code;
mod exchange;
mod gate;
mod grant;
mod origin;
mod outgoing;
mod resolver;
mod responder;
mod taped;
#[cfg(test)]
mod tests;
mod tls;

use wasmtime::component::ResourceTable;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView};

pub use gate::HttpGrantFault;
pub(crate) use gate::{Gate, Network};
pub use grant::HttpGrant;
pub use origin::NotAnOrigin;
pub(crate) use origin::{Origin, listed};
pub(crate) use outgoing::{Outgoing, Reach};
pub use resolver::Resolver;
pub(crate) use resolver::SystemResolver;
pub use responder::{HttpFault, HttpRequest, HttpResponse, Responder};

/// What the host holds of HTTP for one call.
pub(crate) struct Http {
    context: WasiHttpCtx,
    outgoing: Outgoing,
}

impl Http {
    pub(crate) fn new(outgoing: Outgoing) -> Self {
        Self {
            context: WasiHttpCtx::new(),
            outgoing,
        }
    }

    /// Lets requests come as far as that.
    pub(crate) fn open(&mut self, reach: Reach) {
        self.outgoing.open(reach);
    }

    pub(crate) fn view<'a>(&'a mut self, table: &'a mut ResourceTable) -> WasiHttpCtxView<'a> {
        WasiHttpCtxView {
            ctx: &mut self.context,
            table,
            hooks: &mut self.outgoing,
        }
    }
}

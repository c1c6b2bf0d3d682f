//! What becomes of the requests of one call.

use std::future::{Future, ready};
use std::sync::Arc;

use http::request::Parts;
use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use super::exchange::{Exchange, Failure, Patience, until_over};
use super::gate::Gate;
use super::origin::{NotAnOrigin, Origin};
use super::responder::Shown;
use super::taped;
use crate::capabilities::clocks::StoppedClock;
use crate::capabilities::refusal::Refusals;
use crate::capabilities::secrets::Placeholders;
use crate::capabilities::tape::{Given, Place, Tape, Turn};
use crate::catalog::Tlp;
use crate::text;

/// Decides on the requests of one call.
pub(crate) struct Outgoing {
    reach: Reach,
    placeholders: Arc<Placeholders>,
    refusals: Refusals,
    /// The call's clock, if it is stopped.
    stopped: Option<StoppedClock>,
    tape: Tape,
}

/// How far a call's requests come.
pub(crate) enum Reach {
    /// Nowhere, whatever is granted; why.
    Nowhere(&'static str),
    /// As far as the grant goes, if there is one, for an event with that mark.
    Granted(Option<Arc<Gate>>, Option<Tlp>),
}

impl Outgoing {
    pub(crate) fn new(
        reach: Reach,
        placeholders: Arc<Placeholders>,
        refusals: Refusals,
        stopped: Option<StoppedClock>,
        tape: Tape,
    ) -> Self {
        Self {
            reach,
            placeholders,
            refusals,
            stopped,
            tape,
        }
    }

    /// Lets requests come as far as that, from now on.
    pub(super) fn open(&mut self, reach: Reach) {
        self.reach = reach;
    }

    #[cfg(test)]
    pub(super) fn placeholder(&self, key: &str) -> String {
        self.placeholders.get(key).unwrap_or_default().to_owned()
    }

    /// The way out for the module that makes this call. The error says why there is none.
    fn gate(&self) -> Result<&Arc<Gate>, String> {
        match &self.reach {
            Reach::Nowhere(why) => Err((*why).to_owned()),
            Reach::Granted(None, _) => Err("it has no grant `http`".to_owned()),
            Reach::Granted(Some(gate), tlp) => gate.admits(*tlp).map(|()| gate),
        }
    }

    /// Looks at the head of a request, and writes its secrets into it.
    fn accept(&self, head: &mut Parts, options: Option<RequestOptions>, record: &Place) -> Result<Exchange, Failure> {
        let refused = |why| Failure::Refused(Error::HttpRequestDenied, why);
        let gate = self.gate().map_err(refused)?;
        let origin = Origin::of(&head.uri).map_err(|why| match why {
            NotAnOrigin::Credentials => refused(why.to_string()),
            _ => Failure::Error(Error::HttpRequestUriInvalid),
        })?;
        gate.allows(&head.method, &origin).map_err(refused)?;
        let shown = gate.responder.as_ref();
        let shown = shown.map(|_| Shown::of(head, &origin, &self.placeholders));
        self.placeholders.place_in_head(head, &origin)?;
        // How many there were of late is not for a replay to count.
        if !self.tape.replays() && !gate.has_time() {
            return Err(Failure::Remarked(
                Error::ConnectionLimitReached,
                "a request was not sent: the module has sent as many as its grant's `per-minute` allows; raise it if that is what the module needs".into(),
            ));
        }
        Ok(Exchange {
            gate: gate.clone(),
            patience: Patience::of(options, &gate.bounds),
            placeholders: self.placeholders.clone(),
            origin,
            shown,
            record: record.clone(),
        })
    }
}

/// The error that a module is told, after the operator was told what was refused.
fn told(failure: Failure, asked: &str, refusals: &Refusals) -> Error {
    match failure {
        Failure::Error(error) => error,
        Failure::Refused(error, why) => {
            refusals.refuse("http", &format!("{asked}: {why}"));
            error
        }
        Failure::Remarked(error, why) => {
            refusals.remark(&why);
            error
        }
    }
}

/// What was asked for, without the parts of a URL that may be confidential.
fn asked(head: &Parts) -> String {
    let method = text::shown(head.method.as_str(), 20);
    match Origin::of(&head.uri) {
        Ok(origin) => format!("{method} {origin}"),
        Err(_) => {
            let host = head.uri.host().unwrap_or("no host");
            format!("{method} {}", text::excerpt(host))
        }
    }
}

/// Drives a connection until its response is read or dropped.
type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;

type Sent = Result<(Response<WasiBody>, Connection), Error>;

impl WasiHttpHooks for Outgoing {
    /// Made from the origin that was checked, and from nothing else.
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Connection,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let (mut head, body) = request.into_parts();
        let asked = asked(&head);
        let question = self.tape.words(|| taped::question(&head, &self.placeholders));
        let Turn { given, place } = self.tape.ask_as(taped::FUNCTION, question, taped::same);
        let exchange = match self.accept(&mut head, options, &place) {
            Ok(exchange) => exchange,
            Err(failure) => {
                place.answer(|| failure.written());
                return Box::new(ready(Err(told(failure, &asked, &self.refusals))));
            }
        };
        let refusals = self.refusals.clone();
        let stopped = self.stopped.clone();
        Box::new(async move {
            let _under_way = stopped.as_ref().map(StoppedClock::request);
            let sent = match given {
                Given::Unknown => exchange.send(head, body).await,
                Given::Answer(answered) => exchange.replay(body, &answered).await.map(|response| (response, None)),
                Given::Never => std::future::pending().await,
                Given::Nobody => Err(taped::nobody()),
            };
            match sent {
                Ok((response, connection)) => {
                    let connection: Connection = Box::new(until_over(connection));
                    Ok((taped::record(response, &place), connection))
                }
                Err(failure) => {
                    place.answer(|| failure.written());
                    Err(told(failure, &asked, &refusals))
                }
            }
        })
    }
}

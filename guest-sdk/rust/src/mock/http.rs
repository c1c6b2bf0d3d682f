//! Answers to a module's requests.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use crate::Error;
use crate::http::{Request, Response, UNREACHABLE};

/// What answers a module's requests in a test.
pub(super) type Answers = dyn Fn(&Request) -> Result<Response, Error>;

/// The other side of a mock host's network.
#[derive(Clone, Default)]
pub(super) struct Network {
    answers: Option<Rc<Answers>>,
    sent: Rc<RefCell<Vec<Request>>>,
}

impl Network {
    pub(super) fn answering(answers: Rc<Answers>) -> Self {
        Self {
            answers: Some(answers),
            sent: Rc::default(),
        }
    }

    pub(super) fn sent(&self) -> Vec<Request> {
        self.sent.borrow().clone()
    }

    fn send(&self, request: &Request) -> Result<Response, Error> {
        self.sent.borrow_mut().push(request.clone());
        match &self.answers {
            Some(answers) => answers(request),
            None => Err(Error::new(
                UNREACHABLE,
                format!("nobody answers {} in this test; use `MockHost::http`", request.url),
            )),
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

thread_local! {
    // A request does not say which host it is sent through: as in a component, it is the one that runs the module.
    static CURRENT: RefCell<Network> = RefCell::default();
}

/// Runs something with this network.
pub(super) fn through<T>(network: &Network, run: impl FnOnce() -> T) -> T {
    let outer = CURRENT.replace(network.clone());
    let result = run();
    CURRENT.set(outer);
    result
}

/// What [`Request::send`] does natively.
pub(crate) fn send(request: &Request) -> Result<Response, Error> {
    let network = CURRENT.with_borrow(Clone::clone);
    network.send(request)
}

//! One module listening to one hook.

/// A subscription as a module asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscription {
    /// The hook's name.
    pub hook: String,
    /// What the user reads in the menu, for a manual hook.
    pub menu_name: Option<String>,
    /// Whether the host runs the module in the background.
    pub asynchronous: bool,
    /// Where in the order of the hook's subscriptions it comes: lower first.
    pub priority: i32,
    /// Which events it is for, as a CEL expression; every event if none.
    pub match_rule: Option<String>,
    /// What becomes of the server's request when a delivery fails. For a fault that is not here: [`Policy::Continue`]; in
    /// the background, [`Policy::Retry`] for a timeout and for an error that is retryable.
    pub failure_policies: Vec<(Fault, Policy)>,
}

impl Subscription {
    pub(crate) fn new(hook: impl Into<String>) -> Self {
        Self {
            hook: hook.into(),
            menu_name: None,
            asynchronous: true,
            priority: 0,
            match_rule: None,
            failure_policies: Vec::new(),
        }
    }
}

/// How a delivery can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The module trapped, for example by a panic.
    Trap,
    /// It was not done before its deadline.
    Timeout,
    /// It used up the work it may do.
    OutOfFuel,
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// It answered something that the contract does not allow.
    BadOutput,
    /// It asked for something that the operator has not granted.
    RefusedCapability,
    /// Its handler returned an error.
    ModuleError,
    /// Whatever has no policy of its own.
    Any,
}

impl Fault {
    /// The contract's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Timeout => "timeout",
            Self::OutOfFuel => "out-of-fuel",
            Self::OutOfMemory => "out-of-memory",
            Self::BadOutput => "bad-output",
            Self::RefusedCapability => "refused-capability",
            Self::ModuleError => "module-error",
            Self::Any => "any",
        }
    }
}

/// What becomes of the server's request when a delivery fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// The payload stays as it was, and the server goes on.
    Continue,
    /// The request of a preload hook is refused.
    Reject,
    /// The delivery is attempted again. Asynchronous subscriptions only.
    Retry,
}

impl Policy {
    /// The contract's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::Reject => "reject",
            Self::Retry => "retry",
        }
    }
}

//! What a module answers to an event.

use crate::{Action, JsonObject};

/// What a module answers to an event: the contract's `answer`.
///
/// ```
/// use sclera_sdk::{Action, Answer};
///
/// let refusal = Answer::reject("the file is on the allow-list").at("/0/file_hash");
/// let answer = Answer::unchanged()
///     .action(Action::update("ioc", 12).add_tag("seen-before"))
///     .message("Seen in two other cases.");
/// # assert!(refusal != answer);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// What becomes of the payload.
    pub outcome: Outcome,
    /// What the module asks the server to do, in this order.
    pub actions: Vec<Action>,
    /// A text for the user who clicked or whose request it was. Plain text.
    pub message: Option<String>,
}

/// What a module decided about the payload.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is fine as it is. The only outcome for postload and manual hooks.
    Unchanged,
    /// The objects to go on with: as many as there were, in the same order. Preload hooks only.
    Replace(Vec<JsonObject>),
    /// The server must not go on with the request. Preload hooks only.
    Reject(Rejection),
}

/// A refusal of the request that caused a preload hook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// Why, in words that the user whose request is refused understands.
    pub reason: String,
    /// Where in the payload the fault is: a JSON Pointer (RFC 6901), such as `/0/ioc_value`.
    pub pointer: Option<String>,
}

impl Answer {
    /// The payload is fine as it is, and there is nothing to do.
    pub fn unchanged() -> Self {
        Self::from(Outcome::Unchanged)
    }

    /// The payload to go on with: as many objects as there were, in the same order. Preload hooks only.
    ///
    /// Begin with [`Event::objects`](crate::Event::objects), or let [`Event::edit`](crate::Event::edit) do all of it.
    pub fn replace<T: Into<JsonObject>>(objects: impl IntoIterator<Item = T>) -> Self {
        Self::from(Outcome::Replace(objects.into_iter().map(Into::into).collect()))
    }

    /// The server must not go on with the request: a reason, or a [`Rejection`]. Preload hooks only.
    pub fn reject(rejection: impl Into<Rejection>) -> Self {
        Self::from(Outcome::Reject(rejection.into()))
    }

    /// Where in the payload the fault is that [`reject`](Self::reject) tells of: a JSON Pointer, such as `/0/ioc_value`.
    /// Says nothing about an answer that is not a rejection.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        if let Outcome::Reject(rejection) = &mut self.outcome {
            rejection.pointer = Some(pointer.into());
        }
        self
    }

    /// Asks the server for one more change. The actions of a preload are applied only if the request goes through.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Asks the server for more changes.
    #[must_use]
    pub fn actions(mut self, actions: impl IntoIterator<Item = Action>) -> Self {
        self.actions.extend(actions);
        self
    }

    /// A text for the user who clicked or whose request it was. Plain text; it may be shown as it is.
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.message = Some(text.into());
        self
    }
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            actions: Vec::new(),
            message: None,
        }
    }
}

impl Rejection {
    /// A refusal, with the reason that the user reads.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            pointer: None,
        }
    }

    /// Where the fault is: a JSON Pointer.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }
}

impl From<&str> for Rejection {
    fn from(reason: &str) -> Self {
        Self::new(reason)
    }
}

impl From<String> for Rejection {
    fn from(reason: String) -> Self {
        Self::new(reason)
    }
}

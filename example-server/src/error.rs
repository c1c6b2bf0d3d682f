//! Why a request was not carried out, and what the client reads about it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sclera::{LedgerError, LoadError, LoadFault, OutboxError, PayloadError, Refusal, TriggerError};
use serde_json::{Value, json};

use crate::heard::Heard;

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request makes no sense; how.
    #[error("{0}")]
    BadRequest(String),
    /// There is no such thing; what.
    #[error("{0}")]
    NotFound(String),
    /// The request's body is no JSON, and does not claim to be.
    #[error("send JSON, and say so: `content-type: application/json`")]
    NotJson,
    /// The request's body is larger than `limit` bytes.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A module refused the request.
    #[error("module `{}` refused the request: {}", .refusal.module, .refusal.rejection.reason)]
    Refused {
        /// Which module, and why.
        refusal: Refusal,
        /// What each module answered.
        modules: Vec<Heard>,
    },
    /// An action that a module asked for was not carried out; nothing of its delivery was.
    #[error("cannot {action}: {reason}")]
    Action {
        /// The action: `update ioc 12`.
        action: String,
        /// Why not.
        reason: Box<Self>,
    },
    /// The host did not take the trigger.
    #[error(transparent)]
    Trigger(#[from] TriggerError),
    /// The host could not do that to a module.
    #[error(transparent)]
    Module(#[from] LoadError),
    /// The objects of a trigger are no payload.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What the modules are to be told cannot be written.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The work was ended before it was done: the server is shutting down, or it has a fault, which is in its log.
    #[error("the request was interrupted")]
    Interrupted,
    /// A report could not be written or read.
    #[error("the report `{path}` cannot be kept: {source}")]
    Report {
        /// Its file.
        path: String,
        /// What happened.
        source: std::io::Error,
    },
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Trigger(TriggerError::Busy { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Trigger(TriggerError::PayloadTooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Trigger(TriggerError::PayloadTooDeep { .. }) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Trigger(TriggerError::NotForThese { .. }) => StatusCode::CONFLICT,
            Self::Trigger(TriggerError::NoSuchMenuEntry { .. }) => StatusCode::NOT_FOUND,
            Self::Module(LoadError {
                fault: LoadFault::NotLoaded,
                ..
            }) => StatusCode::NOT_FOUND,
            Self::Module(_) => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = %self, "a request failed");
        }
        let mut body = json!({ "error": self.to_string() });
        if let (Self::Refused { refusal, modules }, Value::Object(body)) = (self, &mut body) {
            body.insert("module".into(), refusal.module.into());
            body.insert("reason".into(), refusal.rejection.reason.into());
            body.insert("pointer".into(), refusal.rejection.pointer.into());
            body.insert("by_policy".into(), refusal.by_policy.into());
            body.insert("modules".into(), json!(modules));
        }
        (status, Json(body)).into_response()
    }
}

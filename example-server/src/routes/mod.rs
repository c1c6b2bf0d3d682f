//! The HTTP surface.

mod deliveries;
mod events;
mod menu;
mod modules;
mod objects;
mod place;
mod reports;
mod request;

use axum::http::{Method, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::commit::Done;
use crate::error::Error;
use crate::kinds::KINDS;

/// All routes.
pub(crate) fn router(app: App) -> Router {
    KINDS
        .into_iter()
        .fold(Router::new(), |router, kind| router.merge(objects::routes(kind)))
        .merge(events::routes())
        .merge(reports::routes())
        .merge(menu::routes())
        .merge(deliveries::routes())
        .merge(modules::routes())
        .route("/health", get(async || Json(json!({ "status": "ok" }))))
        .fallback(async |uri: Uri| Error::NotFound(format!("there is nothing at {}", uri.path())))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app)
}

async fn method_not_allowed(method: Method, uri: Uri) -> impl IntoResponse {
    let error = format!("{} does not take {method}", uri.path());
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": error })))
}

impl From<Done> for Value {
    fn from(done: Done) -> Self {
        json!({ "object": done.object, "modules": done.modules })
    }
}

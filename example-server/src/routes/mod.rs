//! The HTTP surface.

mod actions;
mod deliveries;
mod events;
mod menu;
mod modules;
mod objects;
mod place;
mod reports;
mod request;

use axum::extract::State;
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
        .merge(actions::routes())
        .merge(deliveries::routes())
        .merge(modules::routes())
        .route("/health", get(health))
        .fallback(async |uri: Uri| Error::NotFound(format!("there is nothing at {}", uri.path())))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app)
}

/// It answers, and says how the deliveries in the background fare.
async fn health(State(app): State<App>) -> Json<Value> {
    let health = app.server.host.health().await;
    let status = if health.alarms.is_empty() { "ok" } else { "alarm" };
    Json(json!({
        "status": status, "queue": health.queue, "running": health.running, "alarms": health.alarms,
    }))
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

//! Which modules there are, and whether they are served.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use sclera::{ModuleInfo, Subscription};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(
            "/modules",
            get(async |State(app): State<App>| Json(app.server.host.modules())),
        )
        .route("/subscriptions", get(subscriptions))
        .route("/modules/{name}/enable", post(enable))
        .route("/modules/{name}/disable", post(disable))
        .route("/modules/{name}/release", post(release))
        .route(
            "/counters",
            get(async |State(app): State<App>| Json(app.server.host.counters())),
        )
}

async fn subscriptions(State(app): State<App>) -> Json<Vec<Subscription>> {
    Json(app.server.host.subscriptions())
}

async fn enable(State(app): State<App>, Path(name): Path<String>) -> Result<Json<ModuleInfo>, Error> {
    let host = app.server.host.clone();
    app.to_the_end(async move { Ok(host.enable(&name).await?) })
        .await
        .map(Json)
}

/// Ends a module's quarantine.
async fn release(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Value>, Error> {
    Ok(Json(json!({ "released": app.server.host.release(&name)? })))
}

async fn disable(State(app): State<App>, Path(name): Path<String>) -> Result<Json<ModuleInfo>, Error> {
    Ok(Json(app.server.host.disable(&name).await?))
}

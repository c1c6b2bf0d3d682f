//! Which modules there are, and whether they are served.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use sclera::{ModuleInfo, Subscription};

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

async fn disable(State(app): State<App>, Path(name): Path<String>) -> Result<Json<ModuleInfo>, Error> {
    Ok(Json(app.server.host.disable(&name).await?))
}

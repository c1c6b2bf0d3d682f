//! What the modules did.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use super::request::query;
use crate::app::App;
use crate::deliveries::{self, Filter};
use crate::error::Error;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/deliveries", get(list))
        .route("/deliveries/{id}", get(read))
}

async fn list(
    State(app): State<App>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Vec<Value>>, Error> {
    let filter = query(filter)?;
    Ok(Json(deliveries::list(&app.ledger, &app.server.database, filter).await?))
}

async fn read(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, Error> {
    Ok(Json(deliveries::find(&app.ledger, &app.server.database, &id).await?))
}

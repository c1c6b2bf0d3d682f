//! What modules asked for that ran in a worker elsewhere: `sclera worker --apply-to` posts it here.

use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use sclera::{Delivery, Mode};
use serde_json::{Value, json};

use super::request::JsonDelivery;
use crate::app::App;
use crate::error::Error;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/actions/{delivery}", post(apply))
}

/// Applies the actions of a delivery, once. A worker that is told nothing asks again, and is told that all is well.
async fn apply(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonDelivery(delivery): JsonDelivery,
) -> Result<Json<Value>, Error> {
    check(&id, &delivery)?;
    let server = app.server.clone();
    let applied = app
        .to_the_end(async move { server.apply_delivery(&delivery).await })
        .await?;
    Ok(Json(json!({ "applied": true, "before": !applied })))
}

fn check(id: &str, delivery: &Delivery) -> Result<(), Error> {
    if delivery.id.to_string() != id {
        return Err(Error::BadRequest(format!("the body is the delivery {}", delivery.id)));
    }
    if delivery.mode == Mode::Monitor {
        return Err(Error::BadRequest(
            "the module is only monitored: nothing that it asks for is applied".into(),
        ));
    }
    Ok(())
}

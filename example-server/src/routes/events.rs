//! What only events have: another one like it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Extension, Json, Router};
use serde_json::Value;

use super::place::Place;
use super::request::Actor;
use crate::app::App;
use crate::commit::Step;
use crate::error::Error;
use crate::kind::ObjectKind;
use crate::kinds::EVENT;

pub(super) fn routes() -> Router<App> {
    let kind: &'static ObjectKind = &EVENT;
    Router::new()
        .route("/cases/{case}/events/{id}/duplicate", post(duplicate))
        .layer(Extension(kind))
}

/// The copy has a preload hook of its own, and as postload hook that of every new event.
async fn duplicate(
    State(app): State<App>,
    place: Place,
    Actor(user): Actor,
) -> Result<(StatusCode, Json<Value>), Error> {
    let request = place.request(Step::Duplicate(place.id()?));
    Ok((StatusCode::CREATED, Json(app.carry_out(request, user).await?.into())))
}

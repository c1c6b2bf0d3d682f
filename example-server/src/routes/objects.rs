//! `/cases`, `/cases/{case}/iocs`, … `/global-tasks`: the same for every kind of objects.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::Value;

use super::place::Place;
use super::request::{Actor, JsonObject, query};
use crate::app::App;
use crate::commit::{Request, Step};
use crate::committed::committed;
use crate::error::Error;
use crate::kind::ObjectKind;
use crate::kinds::CASE;
use crate::store;

/// The routes of one kind.
pub(super) fn routes(kind: &'static ObjectKind) -> Router<App> {
    let all = match kind.in_case {
        true => format!("/cases/{{case}}/{}", kind.plural),
        false => format!("/{}", kind.plural),
    };
    let one = format!("{all}/{{id}}");
    Router::new()
        .route(&all, get(list).post(create))
        .route(&one, get(read).put(update).delete(delete))
        .route(&format!("{one}/comments"), get(comments))
        .layer(Extension(kind))
}

async fn create(
    State(app): State<App>,
    place: Place,
    Actor(user): Actor,
    JsonObject(fields): JsonObject,
) -> Result<(StatusCode, Json<Value>), Error> {
    let request = Request {
        fields,
        ..place.request(Step::Create)
    };
    Ok((StatusCode::CREATED, Json(app.carry_out(request, user).await?.into())))
}

async fn update(
    State(app): State<App>,
    place: Place,
    Actor(user): Actor,
    JsonObject(fields): JsonObject,
) -> Result<Json<Value>, Error> {
    let request = Request {
        fields,
        ..place.request(Step::Update(place.id()?))
    };
    Ok(Json(app.carry_out(request, user).await?.into()))
}

async fn delete(State(app): State<App>, place: Place, Actor(user): Actor) -> Result<Json<Value>, Error> {
    let request = place.request(Step::Delete(place.id()?));
    Ok(Json(app.carry_out(request, user).await?.into()))
}

async fn read(State(app): State<App>, place: Place) -> Result<Json<Value>, Error> {
    let mut db = app.server.database.acquire().await?;
    let stored = store::find_in(&mut db, place.kind, place.case, place.id()?).await?;
    Ok(Json(committed(place.kind, &stored)))
}

async fn comments(State(app): State<App>, place: Place) -> Result<Json<Value>, Error> {
    let mut db = app.server.database.acquire().await?;
    Ok(Json(
        store::find_in(&mut db, place.kind, place.case, place.id()?)
            .await?
            .comments
            .0,
    ))
}

/// A page of a list: at most [`store::PAGE`] objects.
#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Page {
    /// The id of the last object of the page before.
    after: i64,
}

async fn list(
    State(app): State<App>,
    place: Place,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Vec<Value>>, Error> {
    let page = query(page)?;
    let mut db = app.server.database.acquire().await?;
    if let Some(case) = place.case {
        store::find(&mut db, &CASE, case).await?;
    }
    let stored = store::list(&mut db, place.kind, place.case, page.after).await?;
    Ok(Json(
        stored.iter().map(|stored| committed(place.kind, stored)).collect(),
    ))
}

//! Making a report, and downloading it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use super::place::{Place, number};
use super::request::{Actor, JsonObject};
use crate::app::App;
use crate::error::Error;
use crate::kind::ObjectKind;
use crate::report::{self, ACTIVITIES_REPORT, REPORT};

pub(super) fn routes() -> Router<App> {
    let kinds: [&'static ObjectKind; 2] = [&REPORT, &ACTIVITIES_REPORT];
    kinds
        .into_iter()
        .fold(Router::new().route("/reports/{id}", get(download)), |router, kind| {
            let path = format!("/cases/{{case}}/{}", kind.plural);
            router.merge(Router::new().route(&path, post(make)).layer(Extension(kind)))
        })
}

async fn make(
    State(app): State<App>,
    place: Place,
    Actor(user): Actor,
    JsonObject(request): JsonObject,
) -> Result<(StatusCode, Json<Value>), Error> {
    let (server, folder, kind) = (app.server.clone(), app.reports.clone(), place.kind);
    let case = place.case.unwrap_or_default();
    let done = app
        .to_the_end(async move { server.make_report(kind, case, request, user, &folder).await })
        .await?;
    let id = done.object.get("report_id").cloned().unwrap_or_default();
    let report = json!({
        "report_id": id, "case_id": case, "url": format!("/reports/{id}"), "modules": done.modules,
    });
    Ok((StatusCode::CREATED, Json(report)))
}

async fn download(State(app): State<App>, Path(id): Path<String>) -> Result<impl IntoResponse, Error> {
    let id = number("report", &id)?;
    let (file, content) = report::read(&mut *app.server.database.acquire().await?, id).await?;
    let (media_type, extension) = match file.extension().is_some_and(|extension| extension == "html") {
        true => ("text/html; charset=utf-8", "html"),
        false => ("text/markdown; charset=utf-8", "md"),
    };
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"report-{id}.{extension}\""),
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, content))
}

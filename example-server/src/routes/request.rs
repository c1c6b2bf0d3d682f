//! What is read from a request, and what is said if it cannot be read.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use sclera::Delivery;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::App;
use crate::context::User;
use crate::error::Error;

/// Who makes the request: the header `X-User`, believed as it is. This is an example for the loopback interface; a real
/// server authenticates its users here.
pub(super) struct Actor(pub(super) User);

/// Letters of a login.
const LOGIN: usize = 64;

impl FromRequestParts<App> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let login = match parts.headers.get("x-user") {
            Some(header) => header.to_str().unwrap_or_default().trim(),
            None => "anonymous",
        };
        if login.is_empty() || login.len() > LOGIN || login == User::SERVER_LOGIN {
            return Err(Error::BadRequest(format!(
                "the header `X-User` must be a login of 1 to {LOGIN} ASCII characters"
            )));
        }
        Ok(Self(
            User::named(&mut *app.server.database.acquire().await?, login).await?,
        ))
    }
}

/// Bytes of a request's body: as much as the host takes as a payload by default.
const BODY: usize = 8 << 20;

/// Bytes that are read of a body that is too large. A client that is cut off while it sends cannot read why.
const READ: usize = 4 * BODY;

/// A body that is a JSON object.
pub(super) struct JsonObject(pub(super) Map<String, Value>);

impl JsonObject {
    /// The object as a type that knows its fields.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_value(self.0.into()).map_err(|error| Error::BadRequest(error.to_string()))
    }
}

impl FromRequest<App> for JsonObject {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self, Error> {
        let body = json_body(request, BODY).await?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|error| Error::BadRequest(format!("the body must be a JSON object: {error}")))
    }
}

/// A body that is a delivery, as a worker elsewhere made it.
pub(super) struct JsonDelivery(pub(super) Delivery);

impl FromRequest<App> for JsonDelivery {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self, Error> {
        let body = json_body(request, READ).await?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|error| Error::BadRequest(format!("the body must be a delivery: {error}")))
    }
}

async fn json_body(request: Request, limit: usize) -> Result<Bytes, Error> {
    // A page in a browser cannot send this type to another site without being asked.
    if !is_json(request.headers()) {
        return Err(Error::NotJson);
    }
    let body = axum::body::to_bytes(request.into_body(), READ).await;
    let body = body.map_err(|_| Error::TooLarge { limit })?;
    if body.len() > limit {
        return Err(Error::TooLarge { limit });
    }
    Ok(body)
}

/// The query, as a type that knows its parameters.
pub(super) fn query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Error> {
    query
        .map(|Query(query)| query)
        .map_err(|rejection| Error::BadRequest(rejection.body_text()))
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| essence(text) == "application/json")
}

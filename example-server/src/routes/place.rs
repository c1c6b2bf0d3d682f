//! Where a URL points: a kind of objects, a case, an object.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::app::App;
use crate::commit::{Request, Step};
use crate::error::Error;
use crate::kind::ObjectKind;

/// Where a URL points.
pub(super) struct Place {
    /// The kind of objects.
    pub(super) kind: &'static ObjectKind,
    /// The case, if the kind is in cases.
    pub(super) case: Option<i64>,
    id: Option<i64>,
}

impl Place {
    /// The object that the URL names.
    pub(super) fn id(&self) -> Result<i64, Error> {
        self.id
            .ok_or_else(|| Error::NotFound(format!("the URL names no {}", self.kind.name)))
    }

    /// A request to do something here.
    pub(super) fn request(&self, step: Step) -> Request {
        Request {
            kind: self.kind,
            step,
            case: self.case,
            fields: Default::default(),
            comments: Vec::new(),
        }
    }
}

impl FromRequestParts<App> for Place {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        // The routes of a kind carry it.
        let kind = parts.extensions.get::<&'static ObjectKind>().copied();
        let kind = kind.ok_or_else(|| Error::NotFound("there are no objects here".into()))?;
        let parameters = RawPathParams::from_request_parts(parts, app).await;
        let parameters = parameters.map_err(|rejection| Error::BadRequest(rejection.body_text()))?;
        let mut place = Self {
            kind,
            case: None,
            id: None,
        };
        for (name, value) in &parameters {
            match name {
                "case" => place.case = Some(number("case", value)?),
                _ => place.id = Some(number(kind.name, value)?),
            }
        }
        Ok(place)
    }
}

/// An id in a URL.
pub(super) fn number(what: &str, text: &str) -> Result<i64, Error> {
    text.parse()
        .map_err(|_| Error::NotFound(format!("there is no {what} `{text}`: ids are numbers")))
}

//! On whose behalf the server acts, and in which case: what every hook is told besides its objects.

use sclera::catalog::Tlp;
use sclera::{Delivery, Payload, Trigger};
use serde_json::Value;
use sqlx::{FromRow, SqliteConnection};

use crate::error::Error;
use crate::lookup::CUSTOMERS;
use crate::store::Stored;

/// A user of this server: whoever says so in the header `X-User`.
#[derive(Clone, Debug, FromRow)]
pub struct User {
    /// The id.
    pub id: i64,
    /// The login.
    pub login: String,
}

/// The id of the user who is the server itself.
const SERVER: i64 = 1;

impl User {
    /// The login of the server itself, which no client can have.
    pub const SERVER_LOGIN: &str = "example-server";

    /// The user with this login, who is made if need be.
    pub async fn named(db: &mut SqliteConnection, login: &str) -> Result<Self, Error> {
        let known = sqlx::query_as("SELECT id, login FROM users WHERE login = ?").bind(login);
        if let Some(user) = known.fetch_optional(&mut *db).await? {
            return Ok(user);
        }
        let make = "INSERT INTO users (login) VALUES (?) ON CONFLICT DO UPDATE SET login = login RETURNING id, login";
        Ok(sqlx::query_as(make).bind(login).fetch_one(db).await?)
    }

    /// The server, acting for itself: what modules ask for in the background.
    pub async fn server(db: &mut SqliteConnection) -> Result<Self, Error> {
        Ok(sqlx::query_as("SELECT id, login FROM users WHERE id = ?")
            .bind(SERVER)
            .fetch_one(db)
            .await?)
    }
}

/// What every hook in a case is told about the case.
#[derive(Clone, Debug)]
pub struct CaseFacts {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The name of the customer.
    pub customer: Option<&'static str>,
    /// How far what is in the case may travel.
    pub tlp: Option<Tlp>,
}

impl CaseFacts {
    /// From a row of the table `cases`.
    pub fn of(case: &Stored) -> Self {
        let number = |field| case.fields.get(field).and_then(Value::as_i64);
        Self {
            id: case.id,
            name: case
                .fields
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            customer: number("client_id").and_then(|id| CUSTOMERS.label(id)),
            tlp: number("tlp_id")
                .and_then(|id| u32::try_from(id).ok())
                .and_then(Tlp::from_id),
        }
    }
}

/// On whose behalf, and in which case.
#[derive(Clone, Debug)]
pub struct Context {
    /// The user.
    pub user: User,
    /// The case; none outside of all cases, and before a new case is committed.
    pub case: Option<CaseFacts>,
}

impl Context {
    /// A trigger of `hook` for these objects; `cause` is the delivery whose action leads to it.
    pub fn trigger(&self, hook: &str, objects: &[Value], cause: Option<&Delivery>) -> Result<Trigger, Error> {
        let mut trigger = Trigger::new(hook, Payload::from_objects(objects)?).metadata("user_id", self.user.id);
        if self.user.id != SERVER {
            trigger = trigger.by(&self.user.login);
        }
        if let Some(case) = &self.case {
            trigger = trigger
                .metadata("case_id", case.id)
                .metadata("case_name", case.name.as_str());
            if let Some(customer) = case.customer {
                trigger = trigger.metadata("customer", customer);
            }
            if let Some(tlp) = case.tlp {
                trigger = trigger.metadata("tlp", tlp.as_str());
            }
        }
        Ok(match cause {
            Some(delivery) => trigger.caused_by(delivery),
            None => trigger,
        })
    }
}

//! Manual hooks: what a user can choose for objects of a kind, and the choice.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use sclera::MenuEntry;
use serde::Deserialize;

use super::request::{Actor, JsonObject};
use crate::app::App;
use crate::commit::CaseServer;
use crate::committed::committed;
use crate::context::{CaseFacts, Context, User};
use crate::error::Error;
use crate::heard::Heard;
use crate::kind::ObjectKind;
use crate::kinds::{CASE, kind_named};
use crate::store;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/menu/{object}", get(entries).post(choose))
}

/// What a user chose.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    module: String,
    menu_name: String,
    /// The case of the objects; none for global tasks.
    case_id: Option<i64>,
    ids: Vec<i64>,
}

/// How many objects can be chosen at once.
const CHOSEN: usize = 1000;

async fn entries(State(app): State<App>, Path(object): Path<String>) -> Result<Json<Vec<MenuEntry>>, Error> {
    Ok(Json(app.server.host.manual_hooks(kind_with_menu(&object)?.name)))
}

async fn choose(
    State(app): State<App>,
    Path(object): Path<String>,
    Actor(user): Actor,
    body: JsonObject,
) -> Result<Json<Heard>, Error> {
    let kind = kind_with_menu(&object)?;
    let choice: Choice = body.read()?;
    let server = app.server.clone();
    app.to_the_end(async move { server.choose(kind, choice, user).await })
        .await
        .map(Json)
}

impl CaseServer {
    /// Triggers what a user chose: one event with all the objects.
    async fn choose(&self, kind: &ObjectKind, choice: Choice, user: User) -> Result<Heard, Error> {
        let Choice {
            module,
            menu_name,
            case_id,
            ids,
        } = choice;
        if ids.is_empty() || ids.len() > CHOSEN {
            return Err(Error::BadRequest(format!("`ids` must have 1 to {CHOSEN} ids")));
        }
        let mut db = self.database.acquire().await?;
        let case = match (kind.in_case, case_id) {
            (true, Some(case)) => Some(CaseFacts::of(&store::find(&mut db, &CASE, case).await?)),
            (true, None) => {
                return Err(Error::BadRequest(format!(
                    "`case_id` is missing: a {} is in a case",
                    kind.name
                )));
            }
            (false, _) => None,
        };
        let mut objects = Vec::with_capacity(ids.len());
        for id in ids {
            let stored = store::find_in(&mut db, kind, case.as_ref().map(|case| case.id), id).await?;
            objects.push(committed(kind, &stored));
        }
        drop(db);

        let hook = format!("on_manual_trigger_{}", kind.name);
        let trigger = Context { user, case }.trigger(&hook, &objects, None)?;
        let report = self.host.trigger_manual(&module, &menu_name, trigger).await?;
        Heard::all(&hook, &report).into_iter().next().ok_or(Error::Interrupted)
    }
}

/// Everything but a case has a manual hook.
fn kind_with_menu(object: &str) -> Result<&'static ObjectKind, Error> {
    kind_named(object)
        .filter(|kind| kind.name != CASE.name)
        .ok_or_else(|| Error::NotFound(format!("there is no menu for objects of the kind `{object}`")))
}

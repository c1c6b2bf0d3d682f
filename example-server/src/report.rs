//! The two reports: on what is in a case, and on what was done in it.
//!
//! Their hooks stand around the generation of a document as those of an object stand around its commit; the postload
//! comes before anyone can download it.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use sqlx::SqliteConnection;

use crate::commit::{CaseServer, Done};
use crate::committed::committed;
use crate::context::{CaseFacts, Context, User};
use crate::document::{Document, Section};
use crate::error::Error;
use crate::field::{Field, Type};
use crate::kind::ObjectKind;
use crate::kinds::{CASE, KINDS};
use crate::lookup::REPORT_TEMPLATES;
use crate::store::{self, now};

/// A report on what is in a case.
pub static REPORT: ObjectKind = ObjectKind {
    name: "report",
    plural: "report",
    table: "reports",
    title: "file_path",
    in_case: true,
    fields: &[Field::asked("template_id", Type::Choice(&REPORT_TEMPLATES)).required()],
};

/// A report on what was done in a case.
pub static ACTIVITIES_REPORT: ObjectKind = ObjectKind {
    name: "activities_report",
    plural: "activities-report",
    fields: REPORT.fields,
    ..REPORT
};

impl CaseServer {
    /// Makes a report of one of the two kinds, in `folder`.
    pub async fn make_report(
        &self,
        kind: &'static ObjectKind,
        case: i64,
        request: Map<String, Value>,
        user: User,
        folder: &Path,
    ) -> Result<Done, Error> {
        // Before: modules may change the request, or refuse it.
        let case = CaseFacts::of(&store::find(&mut *self.database.acquire().await?, &CASE, case).await?);
        let context = Context {
            user,
            case: Some(case.clone()),
        };
        let mut preloaded = self
            .preload(kind.name, "create", request.into(), &context, None)
            .await?;

        // The document, and the row that makes it a report.
        let template = kind.fields_of_new(&preloaded.object)?;
        let document = self.document(kind, &case).await?;
        let (text, extension) = match template.get("template_id").and_then(Value::as_i64) {
            Some(2) => (document.to_html(), "html"),
            _ => (document.to_markdown(), "md"),
        };
        let path = folder.join(format!("{}-{}.{extension}", kind.name, uuid::Uuid::new_v4()));
        tokio::fs::write(&path, &text)
            .await
            .map_err(|source| not_kept(&path, source))?;

        let mut transaction = self.database.begin_with("BEGIN IMMEDIATE").await?;
        let id = insert(&mut transaction, &case, &context.user, &path).await?;
        preloaded.write_actions(&mut transaction).await?;
        let report = json!({
            "report_id": id, "file_path": path, "case_id": case.id, "user_name": context.user.login,
            "file": BASE64_STANDARD.encode(&text),
        });
        let told = self
            .announce_object(&mut transaction, kind, "create", &report, &context, None)
            .await?;
        self.announce_actions(&mut transaction, &mut preloaded).await?;
        transaction.commit().await?;

        // After: modules may react, before anyone can download it.
        let reactions = match told {
            Some(told) => self.postload(told).await,
            None => Vec::new(),
        };
        self.tell_of_actions(&mut preloaded).await;
        let modules = preloaded.heard.into_iter().chain(reactions).collect();
        Ok(Done {
            object: report,
            modules,
        })
    }

    async fn document(&self, kind: &ObjectKind, case: &CaseFacts) -> Result<Document, Error> {
        let mut db = self.database.acquire().await?;
        let customer = case.customer.unwrap_or("nobody");
        let (title, sections) = match kind.name == ACTIVITIES_REPORT.name {
            true => (
                format!("Activities in {}", case.name),
                vec![activities(&mut db, case.id).await?],
            ),
            false => (case.name.clone(), objects(&mut db, case.id).await?),
        };
        let introduction = format!("Case {} for {customer}, as of {}.", case.id, now());
        Ok(Document {
            title,
            introduction,
            sections,
        })
    }
}

/// The file of the report with this id, and what is in it.
pub async fn read(db: &mut SqliteConnection, id: i64) -> Result<(PathBuf, Vec<u8>), Error> {
    let path: Option<String> = sqlx::query_scalar("SELECT file_path FROM reports WHERE id = ?")
        .bind(id)
        .fetch_optional(db)
        .await?;
    let path = PathBuf::from(path.ok_or_else(|| Error::NotFound(format!("there is no report {id}")))?);
    let content = tokio::fs::read(&path).await.map_err(|source| not_kept(&path, source))?;
    Ok((path, content))
}

async fn insert(db: &mut SqliteConnection, case: &CaseFacts, user: &User, path: &Path) -> Result<i64, Error> {
    let insert = "INSERT INTO reports (case_id, user_id, created_at, file_path) VALUES (?, ?, ?, ?) RETURNING id";
    let insert = sqlx::query_scalar(insert).bind(case.id).bind(user.id).bind(now());
    Ok(insert.bind(path.display().to_string()).fetch_one(db).await?)
}

async fn objects(db: &mut SqliteConnection, case: i64) -> Result<Vec<Section>, Error> {
    let mut sections = Vec::new();
    for kind in KINDS.into_iter().filter(|kind| kind.in_case) {
        let stored = store::list(db, kind, Some(case), 0).await?;
        let row = |object: Value| [kind.id(), kind.title].map(|name| in_words(object.get(name))).to_vec();
        sections.push(Section {
            heading: format!("{} ({})", kind.plural, stored.len()),
            columns: &["id", "name"],
            rows: stored.iter().map(|stored| row(committed(kind, stored))).collect(),
        });
    }
    Ok(sections)
}

async fn activities(db: &mut SqliteConnection, case: i64) -> Result<Section, Error> {
    let done: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT at, login, text FROM activities JOIN users ON users.id = user_id
          WHERE case_id = ? ORDER BY activities.id LIMIT 1000",
    )
    .bind(case)
    .fetch_all(db)
    .await?;
    let rows = done
        .into_iter()
        .map(|(at, login, text)| vec![at, login, text])
        .collect();
    Ok(Section {
        heading: "Activities".into(),
        columns: &["when", "who", "what"],
        rows,
    })
}

fn in_words(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

fn not_kept(path: &Path, source: std::io::Error) -> Error {
    Error::Report {
        path: path.display().to_string(),
        source,
    }
}

//! A stored object in the shape that clients and modules know it by.

use serde_json::{Map, Value, json};

use crate::field::{Field, Source, Type, in_utc};
use crate::kind::ObjectKind;
use crate::store::Stored;

/// The committed object: every field of its kind that is shown, with what it refers to.
pub fn committed(kind: &ObjectKind, stored: &Stored) -> Value {
    let shown = kind.fields.iter().filter(|field| field.shown);
    shown
        .map(|field| (field.name.to_owned(), value(kind, field, stored)))
        .collect::<Map<_, _>>()
        .into()
}

fn value(kind: &ObjectKind, field: &Field, stored: &Stored) -> Value {
    let default = || Value::from(field.default);
    match &field.source {
        Source::Asked(_) => stored.fields.get(field.name).cloned().unwrap_or_else(default),
        Source::Id => stored.id.into(),
        Source::Uuid => stored.uuid.as_str().into(),
        Source::Case => stored.case_id.into(),
        Source::CaseReference => json!({ "case_id": stored.case_id, "case_name": stored.case_name }),
        Source::User => stored.user_id.into(),
        Source::UserReference => json!({ "id": stored.user_id, "user_login": stored.login, "user_name": stored.login }),
        Source::Updater => stored.updated_by.into(),
        Source::Created => stored.created_at.as_str().into(),
        Source::Updated => stored.updated_at.as_str().into(),
        Source::History => stored.history.0.clone().into(),
        Source::Comments => stored.comments.0.clone(),
        Source::Chosen(from) => chosen(kind, from, stored).unwrap_or_default(),
        Source::ChosenLabel(from) => label(kind, from, stored).into(),
        Source::InUtc(date, offset) => text(stored, date)
            .zip(text(stored, offset))
            .and_then(|(d, o)| in_utc(d, o))
            .into(),
        Source::Nobody => default(),
    }
}

fn text<'a>(stored: &'a Stored, name: &str) -> Option<&'a str> {
    stored.fields.get(name)?.as_str()
}

fn chosen(kind: &ObjectKind, from: &str, stored: &Stored) -> Option<Value> {
    let Some(Type::Choice(lookup)) = kind.field(from)?.type_asked() else {
        return None;
    };
    lookup.row(stored.fields.get(from)?.as_i64()?)
}

fn label(kind: &ObjectKind, from: &str, stored: &Stored) -> Option<&'static str> {
    let Some(Type::Choice(lookup)) = kind.field(from)?.type_asked() else {
        return None;
    };
    lookup.label(stored.fields.get(from)?.as_i64()?)
}

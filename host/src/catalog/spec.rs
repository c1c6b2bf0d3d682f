//! Hooks of the embedder's own.

use serde_json::{Value, json};

use super::declare_error::DeclareError;
use super::hook::{Hook, PayloadForm};
use super::point::{HookKind, Point};
use crate::text::excerpt;

/// A hook to be [declared](super::Catalog::declare).
///
/// The name alone is often enough: it says the kind, the object and the operation.
///
/// ```
/// use sclera::catalog::{Catalog, HookSpec};
/// use serde_json::json;
///
/// let mut catalog = Catalog::iris();
/// catalog.declare(
///     HookSpec::new("on_postload_alert_escalate")
///         .description("Triggered when an alert becomes a case, after commit in DB")
///         .schema(json!({
///             "type": "array",
///             "items": {
///                 "type": "object",
///                 "required": ["alert_id"],
///                 "properties": { "alert_id": { "type": "integer" } }
///             }
///         }))
///         .sample(json!([{ "alert_id": 7 }])),
/// )?;
/// assert_eq!(catalog.lookup("on_postload_alert_escalate")?.object(), "alert");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a hook is there once it is declared in a catalog"]
pub struct HookSpec {
    name: String,
    kind: Option<HookKind>,
    object: Option<String>,
    operation: Option<String>,
    description: String,
    schema: Option<Value>,
    sample: Option<Value>,
}

impl HookSpec {
    /// A hook named `name`: a lower-case letter, then up to 127 lower-case letters, digits and
    /// underscores.
    pub fn new(name: impl Into<String>) -> HookSpec {
        HookSpec {
            name: name.into(),
            kind: None,
            object: None,
            operation: None,
            description: String::new(),
            schema: None,
            sample: None,
        }
    }

    /// When the hook happens. Needed only if the name begins with none of `on_preload_`,
    /// `on_postload_` and `on_manual_trigger_`.
    pub fn kind(mut self, kind: HookKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The kind of object that the hook is about. Default: what the name has between its prefix and
    /// its last word, or for a manual hook, after its prefix.
    pub fn object(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }

    /// What happens to the object. Default: the last word of the name. A manual hook has none.
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// When the hook happens, in a sentence for a person. Default: nothing.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The JSON Schema (2020-12) of the payload, which is a list of objects. Default: any such
    /// list.
    ///
    /// Leave out its `$id`, and it becomes `urn:sclera:schema:<name>:1`. When a later version of
    /// your server changes the payload in a way that breaks modules, give the schema the `$id` that
    /// ends in `:2`.
    ///
    /// The schema must refer to nothing outside of itself, and its patterns must do without
    /// look-around and back-references, so that matching a stranger's text takes linear time.
    pub fn schema(mut self, schema: Value) -> Self {
        self.schema = Some(schema);
        self
    }

    /// A payload such as the hook may have. Default: `[{}]`.
    pub fn sample(mut self, sample: Value) -> Self {
        self.sample = Some(sample);
        self
    }

    pub(super) fn into_hook(self) -> Result<Hook, DeclareError> {
        let point = Point::read(&self.name, self.kind, self.object, self.operation)?;
        let name = point.name.clone();
        let (schema, schema_id) = identified(&name, self.schema.unwrap_or_else(any_objects))?;
        let sample = self.sample.unwrap_or_else(|| json!([{}]));
        let hook = Hook::new(point, self.description, schema_id, move || PayloadForm {
            schema,
            sample,
        });
        if let Err(fault) = hook.compile() {
            return Err(DeclareError::InvalidSchema { name, fault });
        }
        if let Err(fault) = hook.validate(hook.sample()) {
            return Err(DeclareError::InvalidSample { name, fault });
        }
        Ok(hook)
    }
}

/// The URI of a version of the schema of the hook `name`.
pub(super) fn schema_id(name: &str, version: u32) -> String {
    format!("urn:sclera:schema:{name}:{version}")
}

/// The schema with its `$id`, and that `$id`.
fn identified(name: &str, mut schema: Value) -> Result<(Value, String), DeclareError> {
    let Value::Object(keywords) = &mut schema else {
        return Err(DeclareError::SchemaNotAnObject { name: name.to_owned() });
    };
    let id = keywords.entry("$id").or_insert_with(|| schema_id(name, 1).into());
    let version = id
        .as_str()
        .and_then(|id| id.rsplit_once(':'))
        .and_then(|(_, version)| version.parse().ok());
    match version {
        Some(version) if version > 0 && *id == schema_id(name, version) => Ok((schema, schema_id(name, version))),
        _ => Err(DeclareError::ForeignSchemaId {
            id: excerpt(&id.to_string()),
            expected: schema_id(name, 1),
            name: name.to_owned(),
        }),
    }
}

fn any_objects() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "array",
        "minItems": 1,
        "items": { "type": "object" }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn declared(spec: HookSpec) -> Result<(HookKind, String, Option<String>), DeclareError> {
        let name = spec.name.clone();
        let mut catalog = Catalog::iris();
        catalog.declare(spec)?;
        let hook = catalog.lookup(&name).unwrap();
        assert_eq!(catalog.iter().last().unwrap().name(), name);
        let operation = hook.operation().map(str::to_owned);
        Ok((hook.kind(), hook.object().to_owned(), operation))
    }

    #[test]
    fn the_name_says_what_the_spec_does_not() {
        use HookKind::{Manual, Postload, Preload};
        let new = HookSpec::new;
        let cases = [
            (new("on_preload_alert_merge"), Preload, "alert", Some("merge")),
            (new("on_postload_data_store_add"), Postload, "data_store", Some("add")),
            (new("on_manual_trigger_data_store"), Manual, "data_store", None),
            (
                new("on_preload_alert_merge").kind(Preload),
                Preload,
                "alert",
                Some("merge"),
            ),
            (
                new("on_postload_alert_status_update")
                    .object("alert")
                    .operation("status_update"),
                Postload,
                "alert",
                Some("status_update"),
            ),
            (new("mail_arrived").kind(Postload), Postload, "mail", Some("arrived")),
            (new("mailbox").kind(Manual), Manual, "mailbox", None),
            (
                new("on_preload_login").object("user").operation("login"),
                Preload,
                "user",
                Some("login"),
            ),
        ];
        for (spec, kind, object, operation) in cases {
            let name = spec.name.clone();
            let expected = (kind, object.to_owned(), operation.map(str::to_owned));
            assert_eq!(declared(spec), Ok(expected), "{name}");
        }
    }

    #[test]
    fn a_name_is_a_short_lower_case_word() {
        let longest = "a".repeat(128);
        let too_long = "a".repeat(129);
        let cases = [
            ("a", true),
            ("a0_", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("0a", false),
            ("_a", false),
            ("On_alert", false),
            ("on-alert", false),
            ("on alert", false),
            ("on_alert\n", false),
            ("on_\u{e9}t\u{e9}", false),
        ];
        for (name, allowed) in cases {
            let named = declared(HookSpec::new(name).kind(HookKind::Manual));
            assert_eq!(named.is_ok(), allowed, "{name:?}: {named:?}");
        }
    }

    #[test]
    fn what_cannot_be_declared_says_what_to_do() {
        let new = HookSpec::new;
        let alert = || new("on_postload_alert_escalate");
        let of_integers = json!({ "type": "array", "items": { "required": ["alert_id"] } });
        let cases = [
            new("on_postload_ioc_create"),
            new("Not A Name\n"),
            new("alert_escalate"),
            alert().kind(HookKind::Preload),
            new("on_postload_"),
            new("on_postload_escalate"),
            new("on_postload_escalate_"),
            alert().object("Alert"),
            alert().operation("e\u{1b}"),
            alert().operation(""),
            new("on_manual_trigger_alert").operation("escalate"),
            alert().schema(json!(true)),
            alert().schema(json!({ "$id": "https://example.com/alert.json" })),
            alert().schema(json!({ "$id": "urn:sclera:schema:on_postload_alert_escalate:0" })),
            alert().schema(json!({ "$id": 1 })),
            alert().schema(json!({ "type": "list" })),
            alert().schema(json!({ "items": { "$ref": "https://example.com/alert.json" } })),
            alert().schema(json!({ "items": { "properties": { "a": { "pattern": "(?=a)" } } } })),
            alert().schema(of_integers.clone()),
            alert().schema(of_integers).sample(json!([{ "alert_id": 1 }, {}])),
            alert().sample(json!({})),
            alert().sample(json!([])),
        ];
        let messages = cases.map(|spec| declared(spec).unwrap_err().to_string());
        insta::assert_snapshot!(messages.join("\n"));
    }

    #[test]
    fn a_hook_is_declared_once() {
        let mut catalog = Catalog::default();
        assert!(catalog.is_empty());
        catalog.declare(HookSpec::new("on_preload_alert_merge")).unwrap();
        let again = catalog.declare(HookSpec::new("on_preload_alert_merge"));
        let name = "on_preload_alert_merge".to_owned();
        assert_eq!(again, Err(DeclareError::AlreadyDeclared { name }));
        assert_eq!(catalog.len(), 1);
    }

    #[test]
    fn a_schema_gets_its_id_or_keeps_a_later_one() {
        let cases = [
            (json!({}), "urn:sclera:schema:on_preload_alert_merge:1"),
            (
                json!({ "$id": "urn:sclera:schema:on_preload_alert_merge:12" }),
                "urn:sclera:schema:on_preload_alert_merge:12",
            ),
        ];
        for (schema, id) in cases {
            let spec = HookSpec::new("on_preload_alert_merge").schema(schema);
            let hook = spec.into_hook().unwrap();
            assert_eq!(hook.schema_id(), id);
            assert_eq!(hook.schema()["$id"], id);
        }
    }
}

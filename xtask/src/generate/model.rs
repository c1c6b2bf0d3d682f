//! What the catalog knows, as the emitters want it.

use std::fs::read_to_string;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::ordered::Ordered;

/// Everything that is generated from.
pub struct Model {
    /// The 58 hooks, in the order of the documentation.
    pub hooks: Vec<Hook>,
    /// The kinds of objects. `activities_report` is not among them: it has the fields of `report`.
    pub objects: Vec<Object>,
    /// The well-known types of IOCs, by their ids.
    pub ioc_types: Vec<Named>,
    /// The TLP labels, from the least to the most restrictive.
    pub tlps: Vec<Named>,
}

/// A hook.
pub struct Hook {
    /// `on_preload_ioc_create`.
    pub name: String,
    /// The name of its constant: `PRELOAD_IOC_CREATE`.
    pub constant: String,
    /// When it happens, as a sentence without its full stop: `Triggered on ioc creation, before commit in DB`.
    pub description: String,
}

/// A kind of object.
pub struct Object {
    /// As in the names of the hooks: `global_task`.
    pub kind: &'static str,
    /// The name of its view: `GlobalTask`.
    pub view: &'static str,
    /// What it is, in a sentence.
    pub description: String,
    /// The field with the id of a committed one: `ioc_id`.
    pub id: String,
    /// The fields that a request to create one must have.
    pub required: Vec<String>,
    /// Its fields: those of requests and of committed ones first, then those of requests alone, then the rest.
    pub fields: Vec<Field>,
}

impl Object {
    /// What one of its fields is, and when it is there.
    pub fn describes(&self, field: &Field) -> String {
        let mut text = field.description.clone();
        if field.of == Of::Request {
            text.push_str(" In a request only.");
        }
        if self.required.contains(&field.name) {
            text.push_str(" A request for a new one must have it.");
        }
        text
    }
}

/// A field of an object.
pub struct Field {
    /// `ioc_value`.
    pub name: String,
    /// What is in it, in a sentence or two.
    pub description: String,
    /// What kind of value it has, if it is not null; any field may be.
    pub holds: Holds,
    /// Where it is.
    pub of: Of,
}

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// In a request alone.
    Request,
    /// In a request, and in a committed object.
    Both,
    /// In a committed object alone.
    Committed,
}

/// What kind of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    Text,
    /// An integer, such as an id.
    Integer,
    /// True or false.
    Boolean,
    /// A JSON object: another object of the server, a history.
    Object,
    /// A list of ids.
    Ids,
    /// A list of anything.
    List,
    /// Any JSON.
    Any,
    /// A text of comma-separated tags.
    Tags,
    /// The id of a TLP label.
    Tlp,
    /// A date, or a date and time without time zone, as a text.
    Timestamp,
    /// `{tab: {field: {type, value, mandatory, options}}}`.
    CustomAttributes,
}

/// Something that has an id and a name.
#[derive(Deserialize)]
pub struct Named {
    /// Its id in IRIS.
    pub id: u32,
    /// `ip-dst`, `amber+strict`.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
}

/// The kinds, with the names of their views. A view of an event of a timeline is not called `Event`, because that is a
/// hook that happened.
const OBJECTS: [(&str, &str); 9] = [
    ("case", "Case"),
    ("asset", "Asset"),
    ("note", "Note"),
    ("ioc", "Ioc"),
    ("event", "TimelineEvent"),
    ("evidence", "Evidence"),
    ("task", "Task"),
    ("global_task", "GlobalTask"),
    ("report", "Report"),
];

/// A file of `schemas/`.
#[derive(Deserialize)]
struct Shape {
    description: String,
    id: String,
    required: Vec<String>,
    request: Ordered,
    both: Ordered,
    committed: Ordered,
}

impl Model {
    /// Reads the catalog's folder.
    pub fn read(folder: &Path) -> Result<Self> {
        Ok(Self {
            hooks: read_to_string(folder.join("hooks.tsv"))?
                .lines()
                .map(hook)
                .collect::<Result<_>>()?,
            objects: OBJECTS
                .into_iter()
                .map(|(kind, view)| object(folder, kind, view).with_context(|| format!("the schema of {kind}")))
                .collect::<Result<_>>()?,
            ioc_types: json(&folder.join("ioc_types.json"))?,
            tlps: json(&folder.join("tlp.json"))?,
        })
    }
}

fn json<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<T> {
    let text = read_to_string(file).with_context(|| format!("failed to read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("failed to understand {}", file.display()))
}

fn hook(line: &str) -> Result<Hook> {
    let (name, description) = line.split_once('\t').context("a line of hooks.tsv has no tab")?;
    let constant = name.strip_prefix("on_").context("a hook's name begins with `on_`")?;
    Ok(Hook {
        name: name.to_owned(),
        constant: constant.to_uppercase(),
        description: description.to_owned(),
    })
}

fn object(folder: &Path, kind: &'static str, view: &'static str) -> Result<Object> {
    let shape: Shape = json(&folder.join(format!("schemas/{kind}.json")))?;
    let shared: Value = json(&folder.join("schemas/shared.json"))?;
    let parts = [
        (shape.both, Of::Both),
        (shape.request, Of::Request),
        (shape.committed, Of::Committed),
    ];
    let mut fields = Vec::new();
    for (part, of) in parts {
        for (name, schema) in part.0 {
            fields.push(field(&shared, &schema, of, name)?);
        }
    }
    Ok(Object {
        kind,
        view,
        description: shape.description,
        id: shape.id,
        required: shape.required,
        fields,
    })
}

fn field(shared: &Value, schema: &Value, of: Of, name: String) -> Result<Field> {
    let reference = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix("#/$defs/"));
    let behind = reference.and_then(|reference| shared.get(reference));
    let keyword = |keyword: &str| schema.get(keyword).or_else(|| behind?.get(keyword));
    let types: Vec<&str> = match keyword("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let description = match (reference, keyword("description").and_then(Value::as_str)) {
        // These two are written by the host, with their numberings.
        (Some("tlp_id"), _) => "How far it may be shared, as the id of a TLP label.",
        (Some("ioc_type_id"), _) => "Id of the indicator's type.",
        (_, Some(description)) => description,
        (_, None) => bail!("`{name}` has no description"),
    };
    let only: Vec<&str> = types.iter().copied().filter(|one| *one != "null").collect();
    let holds = match (reference, only.as_slice()) {
        (Some("tags"), _) => Holds::Tags,
        (Some("tlp_id"), _) => Holds::Tlp,
        (Some("timestamp"), _) => Holds::Timestamp,
        (Some("custom_attributes"), _) => Holds::CustomAttributes,
        (Some("ioc_type_id"), _) | (_, ["integer"]) => Holds::Integer,
        (_, ["string"]) => Holds::Text,
        (_, ["boolean"]) => Holds::Boolean,
        (_, ["object"]) => Holds::Object,
        // The schemas do not say more, so that a list which a form sends as texts gets through.
        (_, ["array"]) if description.starts_with("Ids of ") => Holds::Ids,
        (_, ["array"]) => Holds::List,
        (_, [_, _, ..]) => Holds::Any,
        (_, _) => bail!("`{name}` has the type {types:?}, which no view can have"),
    };
    Ok(Field {
        description: description.to_owned(),
        holds,
        of,
        name,
    })
}

//! The 58 hooks of the IRIS hooks documentation, read from the data in `iris/`.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::hook::{Hook, PayloadForm};
use super::ioc_types::ioc_types;
use super::point::{HookKind, Point};
use super::spec::schema_id;
use super::tlp::Tlp;

/// The hooks, in the order of the documentation's table. Every catalog shares them: they never
/// change, and so a second host in the process costs neither the reading nor the compiled schemas
/// again.
pub(super) fn hooks() -> &'static [Arc<Hook>] {
    static HOOKS: LazyLock<Vec<Arc<Hook>>> = LazyLock::new(read);
    &HOOKS
}

macro_rules! object {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("iris/schemas/", $name, ".json")),
            include_str!(concat!("iris/samples/", $name, ".json")),
        )
    };
}

const TABLE: &str = include_str!("iris/hooks.tsv");
const SHARED: &str = include_str!("iris/schemas/shared.json");
const OBJECTS: [(&str, &str, &str); 10] = [
    object!("case"),
    object!("asset"),
    object!("note"),
    object!("ioc"),
    object!("event"),
    object!("evidence"),
    object!("task"),
    object!("global_task"),
    object!("report"),
    object!("activities_report"),
];

/// A file of `iris/schemas/`: what is known about one kind of object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    /// What it is, in a sentence.
    description: String,
    /// The field that holds the id of a committed object.
    id: String,
    /// The other field that every committed object has.
    main: Option<String>,
    /// The fields that a request to create one must have.
    required: Vec<String>,
    /// The fields of a request alone.
    request: Map<String, Value>,
    /// The fields of a request and of a committed object.
    both: Map<String, Value>,
    /// The fields of a committed object alone.
    committed: Map<String, Value>,
}

/// A file of `iris/samples/`: payloads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Samples {
    /// A request to create one, as a client sends it.
    create: Value,
    /// A request to change one.
    #[serde(default)]
    update: Value,
    /// One or more committed objects.
    committed: Vec<Map<String, Value>>,
}

/// What a hook carries of its object.
enum Carries {
    /// The request to create one.
    Create,
    /// The request to change one.
    Update,
    /// The object if the server has it, else its id: of something that is about to go, is gone, or
    /// is to be copied.
    IdAtLeast,
    /// The object.
    Committed,
}

impl Carries {
    fn of(point: &Point) -> Carries {
        match (point.kind, point.operation.as_deref()) {
            (_, Some("delete" | "duplicate")) => Carries::IdAtLeast,
            (HookKind::Preload, Some("update")) => Carries::Update,
            (HookKind::Preload, _) => Carries::Create,
            (HookKind::Postload | HookKind::Manual, _) => Carries::Committed,
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "the data is compiled in, and the tests read all of it"
)]
fn read() -> Vec<Arc<Hook>> {
    TABLE
        .lines()
        .map(|line| {
            let (name, description) = line.split_once('\t').expect("a line has two columns");
            let point = Point::read(name, None, None, None).expect("the names are hook names");
            let id = schema_id(name, 1);
            let payload = {
                let (point, id) = (point.clone(), id.clone());
                move || payload(&point, &id)
            };
            Arc::new(Hook::new(point, description.to_owned(), id, payload))
        })
        .collect()
}

#[expect(
    clippy::expect_used,
    reason = "the data is compiled in, and the tests read all of it"
)]
fn payload(point: &Point, id: &str) -> PayloadForm {
    let (_, shape, samples) = OBJECTS
        .iter()
        .find(|(object, ..)| *object == point.object)
        .expect("each object has its files");
    let shape: Shape = serde_json::from_str(shape).expect("a file of iris/schemas is a Shape");
    let samples = serde_json::from_str(samples).expect("a file of iris/samples is Samples");
    PayloadForm {
        schema: schema(point, id, &shape),
        sample: sample(point, &shape, samples),
    }
}

fn schema(point: &Point, id: &str, shape: &Shape) -> Value {
    let object = point.object.replace('_', " ");
    let carries = Carries::of(point);
    let (fields, required, description): (_, Vec<&str>, _) = match &carries {
        Carries::Create => (
            [&shape.request, &shape.both],
            shape.required.iter().map(String::as_str).collect(),
            format!("The request for a new {object}, as the client sent it."),
        ),
        Carries::Update => (
            [&shape.request, &shape.both],
            Vec::new(),
            format!(
                "The request to change the {object}, as the client sent it, with its id as `{}` where the server knows it.",
                shape.id
            ),
        ),
        Carries::IdAtLeast => (
            [&shape.both, &shape.committed],
            vec![shape.id.as_str()],
            format!(
                "The {object} where the server has it, else its id alone, as `{}`.",
                shape.id
            ),
        ),
        Carries::Committed => (
            [&shape.both, &shape.committed],
            std::iter::once(&shape.id)
                .chain(&shape.main)
                .map(String::as_str)
                .collect(),
            format!("The {object} as the server has it."),
        ),
    };
    let mut properties: Map<String, Value> = fields
        .into_iter()
        .flatten()
        .map(|(field, schema)| (field.clone(), schema.clone()))
        .collect();
    if let (Carries::Update, Some(id)) = (&carries, shape.committed.get(&shape.id)) {
        properties.insert(shape.id.clone(), id.clone());
    }
    let referred: Map<String, Value> = definitions()
        .into_iter()
        .filter(|(name, _)| {
            let reference = reference(name);
            properties
                .values()
                .any(|property| property.get("$ref") == Some(&reference))
        })
        .collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": id,
        "title": point.name,
        "description": description,
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "description": shape.description,
            "required": required,
            "properties": properties
        }
    });
    if let (Value::Object(keywords), false) = (&mut schema, referred.is_empty()) {
        keywords.insert("$defs".to_owned(), referred.into());
    }
    schema
}

fn sample(point: &Point, shape: &Shape, samples: Samples) -> Value {
    let committed = samples.committed.into_iter().map(Value::Object);
    match (Carries::of(point), point.operation.as_deref()) {
        (Carries::Create, _) => samples.create,
        (Carries::Update, _) => samples.update,
        // A manual trigger on several objects is one event.
        (Carries::Committed, None) => committed.collect(),
        // As the documentation has it: this one only carries the id.
        (Carries::IdAtLeast, Some("duplicate")) => committed
            .take(1)
            .map(|object| json!({ shape.id.as_str(): object.get(&shape.id) }))
            .collect(),
        (Carries::Committed | Carries::IdAtLeast, _) => committed.take(1).collect(),
    }
}

/// What the schemas of several objects refer to. The two numberings come from the code that knows
/// them.
#[expect(
    clippy::expect_used,
    reason = "the data is compiled in, and the tests read all of it"
)]
fn definitions() -> Map<String, Value> {
    let mut definitions: Map<String, Value> =
        serde_json::from_str(SHARED).expect("iris/schemas/shared.json is an object");
    let numbers: Vec<String> = Tlp::ALL.into_iter().map(|tlp| format!("{} {tlp}", tlp.id())).collect();
    definitions.insert(
        "tlp_id".to_owned(),
        json!({
            "type": ["integer", "null"],
            "description": format!("Id of the TLP: {}.", numbers.join(", "))
        }),
    );
    let numbers: Vec<String> = ioc_types().iter().map(|(id, name)| format!("{id} {name}")).collect();
    definitions.insert(
        "ioc_type_id".to_owned(),
        json!({
            "type": "integer",
            "description": format!("Id of the indicator's type. In IRIS, among others: {}.", numbers.join(", "))
        }),
    );
    definitions
}

fn reference(definition: &str) -> Value {
    format!("#/$defs/{definition}").into()
}

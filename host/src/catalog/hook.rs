//! One hook.

use std::sync::{LazyLock, OnceLock};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use super::fault::{SchemaFault, list_of_objects};
use super::point::{HookKind, Point};

/// A named point in the server's life, with what its payload looks like.
///
/// A host has many hooks, most of which nobody listens to, and should start in no time. So the
/// payload's description is read, and its schema compiled, when it is first needed.
#[derive(Debug)]
pub struct Hook {
    point: Point,
    description: String,
    schema_id: String,
    payload: LazyLock<PayloadForm, Box<dyn FnOnce() -> PayloadForm + Send>>,
    validator: OnceLock<Validator>,
}

/// What a hook's payload looks like.
#[derive(Debug)]
pub(super) struct PayloadForm {
    /// A schema that [`Hook::compile`] takes, with the hook's schema id as its `$id`.
    pub(super) schema: Value,
    /// A payload that satisfies it.
    pub(super) sample: Value,
}

impl Hook {
    pub(super) fn new(
        point: Point,
        description: String,
        schema_id: String,
        payload: impl FnOnce() -> PayloadForm + Send + 'static,
    ) -> Hook {
        Hook {
            point,
            description,
            schema_id,
            payload: LazyLock::new(Box::new(payload)),
            validator: OnceLock::new(),
        }
    }

    /// The hook's name: `on_preload_ioc_create`.
    pub fn name(&self) -> &str {
        &self.point.name
    }

    /// When it happens.
    pub fn kind(&self) -> HookKind {
        self.point.kind
    }

    /// The kind of object that it is about, as actions name it: `ioc`, `global_task`.
    pub fn object(&self) -> &str {
        &self.point.object
    }

    /// What happens to the object: `create`. None for a manual hook.
    pub fn operation(&self) -> Option<&str> {
        self.point.operation.as_deref()
    }

    /// When it happens, in a sentence for a person.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The JSON Schema of its payload. It refers to nothing outside of itself.
    pub fn schema(&self) -> &Value {
        &self.payload.schema
    }

    /// The URI of the schema, which is also its `$id`: `urn:sclera:schema:on_preload_ioc_create:1`.
    pub fn schema_id(&self) -> &str {
        &self.schema_id
    }

    /// A payload such as the hook may have, to try a module with: a JSON array.
    pub fn sample(&self) -> &Value {
        &self.payload.sample
    }

    /// Whether `payload` is a list of at least one object and satisfies the schema; if not, its
    /// first fault.
    ///
    /// About a microsecond, but for the first call: see [`Hook::prepare`].
    pub fn validate(&self, payload: &Value) -> Result<(), SchemaFault> {
        list_of_objects(payload)?;
        self.validator()
            .validate(payload)
            .map_err(|error| SchemaFault::of(&error))
    }

    /// Compiles the schema, so that no call of [`Hook::validate`] has to: about half a millisecond,
    /// and some milliseconds for the first hook of a process. For a hook that gains its first
    /// subscription, before a request waits for it.
    pub fn prepare(&self) {
        self.validator();
    }

    /// Compiles the schema now. The fault's pointer is into the schema.
    pub(super) fn compile(&self) -> Result<(), SchemaFault> {
        if self.validator.get().is_none() {
            // Another thread may have been faster, with a validator that is just like this one.
            let _ = self.validator.set(compile(self.schema())?);
        }
        Ok(())
    }

    #[expect(
        clippy::expect_used,
        reason = "a declared hook was compiled then, and a test compiles all of IRIS's"
    )]
    fn validator(&self) -> &Validator {
        self.validator
            .get_or_init(|| compile(self.schema()).expect("a hook's schema compiles"))
    }
}

fn compile(schema: &Value) -> Result<Validator, SchemaFault> {
    jsonschema::options()
        // A schema must say all by itself: what a payload may be must not depend on a network.
        .offline()
        // Payloads come from strangers, and this engine's time is linear in their length. Its price
        // is that patterns cannot look around or refer back.
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .map_err(|error| SchemaFault::of(&error))
}

//! Why a hook cannot be declared.

use super::fault::SchemaFault;
use super::point::HookKind;

/// Why a hook could not be declared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeclareError {
    /// The name has other characters than it may have, too many of them, or none.
    #[error("`{name}` cannot be the name of a hook: use a lower-case letter, then up to 127 of `a-z`, `0-9` and `_`")]
    InvalidName {
        /// The name, fit for a message.
        name: String,
    },
    /// The catalog has a hook of that name.
    #[error("the hook `{name}` is already declared: use another name, or declare it once")]
    AlreadyDeclared {
        /// The name.
        name: String,
    },
    /// Neither the name nor the spec says the kind.
    #[error(
        "the hook `{name}` has no kind: call `HookSpec::kind`, or begin its name with `on_preload_`, `on_postload_` or `on_manual_trigger_`"
    )]
    NoKind {
        /// The name.
        name: String,
    },
    /// The name and the spec each say another kind.
    #[error(
        "the hook `{name}` is declared as a {given} hook, but its name says that it is a {said} hook: change one of them"
    )]
    KindContradictsName {
        /// The name.
        name: String,
        /// What the name says.
        said: HookKind,
        /// What the spec says.
        given: HookKind,
    },
    /// Neither the name nor the spec says what the hook is about.
    #[error("the hook `{name}` has no object: call `HookSpec::object` with a word such as `alert`")]
    NoObject {
        /// The name.
        name: String,
    },
    /// Neither the name nor the spec says what happens to the object.
    #[error("the hook `{name}` has no operation: call `HookSpec::operation` with a word such as `escalate`")]
    NoOperation {
        /// The name.
        name: String,
    },
    /// The object or the operation has other characters than it may have, or too many of them.
    #[error(
        "the hook `{name}` cannot have the {part} `{given}`: use a lower-case letter, then up to 127 of `a-z`, `0-9` and `_`"
    )]
    NotAWord {
        /// The name of the hook.
        name: String,
        /// `object` or `operation`.
        part: &'static str,
        /// What was given, fit for a message.
        given: String,
    },
    /// A manual hook was given an operation.
    #[error("the manual hook `{name}` cannot have an operation, a user triggers it: leave out `HookSpec::operation`")]
    OperationOfManual {
        /// The name of the hook.
        name: String,
    },
    /// The schema is not a JSON object.
    #[error(
        "the schema of the hook `{name}` must be a JSON object: leave out `HookSpec::schema` to allow any list of objects"
    )]
    SchemaNotAnObject {
        /// The name of the hook.
        name: String,
    },
    /// The schema has an `$id` that is not one of this hook's.
    #[error(
        "the schema of the hook `{name}` has the `$id` {id}: leave it out, or make it `{expected}` (or the same with a later version)"
    )]
    ForeignSchemaId {
        /// The name of the hook.
        name: String,
        /// The `$id` as JSON, fit for a message.
        id: String,
        /// The `$id` of the first version.
        expected: String,
    },
    /// The schema is not JSON Schema, or needs something that is not in it.
    #[error("the schema of the hook `{name}` cannot be used: {fault}; correct the schema")]
    InvalidSchema {
        /// The name of the hook.
        name: String,
        /// What is wrong; its pointer is into the schema.
        fault: SchemaFault,
    },
    /// The sample does not satisfy the schema.
    #[error(
        "the sample of the hook `{name}` does not satisfy its schema: {fault}; call `HookSpec::sample` with a payload that does"
    )]
    InvalidSample {
        /// The name of the hook.
        name: String,
        /// What is wrong; its pointer is into the sample.
        fault: SchemaFault,
    },
}

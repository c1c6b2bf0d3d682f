//! Which events a subscription is for: an expression in CEL, the Common Expression Language (<https://cel.dev>).
//!
//! A rule comes from a module, and is hostile until it has passed [`MatchRule::parse`]: the language has no loops, but its
//! macros can be nested, and `payload.all(a, payload.all(b, …))` takes a time that grows with a power of the payload's
//! size. A macro may therefore only go over the payload and the metadata, and inside of a macro over what is *in* the
//! element at hand: the work is then bounded by the size of the rule times the size of the event. Regular expressions
//! and dates are not there at all.

use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, IdedExpr};
use cel::{Context, Env, Program};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::payload::Payload;
use crate::text;

/// A match rule: an expression over `payload` (the list of objects) and `metadata` that is true or false.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct MatchRule {
    source: Arc<str>,
    program: Arc<Program>,
    language: Arc<Env>,
}

/// Why a text is not a match rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatchRuleError {
    /// It is too long.
    #[error("the match rule has {0} bytes; it may have {MAX_SOURCE}")]
    TooLong(usize),
    /// It is not CEL.
    #[error("the match rule is not a CEL expression: {0}")]
    Syntax(String),
    /// It uses a name that is not there.
    #[error("the match rule uses `{name}`; there are {}", if *.nested { "`metadata` and the innermost macro's variable here" } else { "`payload`, a list of objects, and `metadata`, an object" })]
    UnknownName {
        /// The name.
        name: String,
        /// Whether it is used inside of a macro in a macro.
        nested: bool,
    },
    /// It could take a time out of proportion to the event.
    #[error("the match rule {0}")]
    TooCostly(&'static str),
}

/// Bytes of a rule's text.
const MAX_SOURCE: usize = 1_024;
/// Bytes of stack for the parser; only what is used of it is taken from the machine.
const PARSER_STACK: usize = 256 << 20;
/// Levels of a rule's syntax tree.
const MAX_DEPTH: usize = 48;

impl MatchRule {
    /// Understands a rule, and checks that it cannot take long on any event.
    pub fn parse(source: &str) -> Result<Self, MatchRuleError> {
        if source.len() > MAX_SOURCE {
            return Err(MatchRuleError::TooLong(source.len()));
        }
        // The parser is generated code that recurses, and its input is a module's: on a stack of its own it has more than a
        // text of this length can take, and what it makes is dropped there, unless it is flat.
        let parsed = std::thread::scope(|scope| {
            let parser = std::thread::Builder::new()
                .name("sclera-match-rule".into())
                .stack_size(PARSER_STACK)
                .spawn_scoped(scope, || Self::parse_here(source));
            parser.map(std::thread::ScopedJoinHandle::join)
        });
        match parsed {
            Ok(Ok(rule)) => rule,
            Ok(Err(_)) => Err(MatchRuleError::Syntax("its parser gave up on it".into())),
            Err(error) => Err(MatchRuleError::Syntax(format!(
                "there is no thread to parse it on: {error}"
            ))),
        }
    }

    fn parse_here(source: &str) -> Result<Self, MatchRuleError> {
        let language = Arc::new(Env::stdlib());
        let program = language
            .compile(source)
            .map_err(|errors| MatchRuleError::Syntax(text::shown(&errors.to_string(), 300)))?;
        let names = Check {
            scope: vec!["payload", "metadata"],
            nesting: 0,
        };
        names.expression(program.expression(), 0)?;
        Ok(Self {
            source: source.into(),
            program: Arc::new(program),
            language,
        })
    }

    /// The text of the rule.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether an event is one that the rule is for. The error says why that cannot be said: a field that is not there, for
    /// example, for which CEL has `has(o.field)`.
    pub fn matches(&self, payload: &Payload, metadata: &Map<String, Value>) -> Result<bool, String> {
        let mut context = Context::with_env(self.language.clone());
        context.add_variable_from_value("payload", payload.for_rules().clone());
        context.add_variable_from_value("metadata", cel_object(metadata));
        let answer = catch_unwind(AssertUnwindSafe(|| self.program.execute(&context)))
            .map_err(|_| "it cannot be evaluated".to_owned())?;
        match answer {
            Ok(cel::Value::Bool(matches)) => Ok(matches),
            Ok(other) => Err(format!("it gives {}, not true or false", other.type_of())),
            Err(error) => Err(text::shown(&error.to_string(), 300)),
        }
    }
}

/// Goes through a rule's syntax tree.
struct Check<'a> {
    /// The names that are there.
    scope: Vec<&'a str>,
    /// Macros around the expression.
    nesting: usize,
}

impl<'a> Check<'a> {
    fn expression(&self, expression: &'a IdedExpr, depth: usize) -> Result<(), MatchRuleError> {
        if depth > MAX_DEPTH {
            return Err(MatchRuleError::TooCostly("is nested too deep; write it flatter"));
        }
        let depth = depth + 1;
        let all = |parts: &mut dyn Iterator<Item = &'a IdedExpr>| {
            for part in parts {
                self.expression(part, depth)?;
            }
            Ok(())
        };
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) => Ok(()),
            Expr::Ident(name) if self.scope.contains(&name.as_str()) => Ok(()),
            Expr::Ident(name) => Err(self.unknown(name)),
            Expr::Select(select) => self.expression(&select.operand, depth),
            Expr::Call(call) => all(&mut call.target.iter().map(AsRef::as_ref).chain(&call.args)),
            Expr::List(list) => all(&mut list.elements.iter()),
            Expr::Map(map) => all(&mut map.entries.iter().flat_map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
                EntryExpr::StructField(field) => vec![&field.value],
            })),
            Expr::Struct(_) => Err(MatchRuleError::TooCostly("makes a message; compare fields instead")),
            Expr::Comprehension(over) => self.comprehension(over, depth),
        }
    }

    /// A macro: `exists`, `all`, `filter`…
    fn comprehension(&self, over: &'a ComprehensionExpr, depth: usize) -> Result<(), MatchRuleError> {
        if !is_path(&over.iter_range) {
            return Err(MatchRuleError::TooCostly(
                "goes over something that it made; go over `payload`, or over a field of the element at hand",
            ));
        }
        self.expression(&over.iter_range, depth)?;
        self.expression(&over.accu_init, depth)?;
        let mut scope = vec!["metadata", over.accu_var.as_str(), over.iter_var.as_str()];
        scope.extend(over.iter_var2.as_deref());
        let inside = Check {
            scope,
            nesting: self.nesting + 1,
        };
        for part in [&over.loop_cond, &over.loop_step, &over.result] {
            inside.expression(part, depth)?;
        }
        Ok(())
    }

    fn unknown(&self, name: &str) -> MatchRuleError {
        if self.nesting > 0 && name == "payload" {
            MatchRuleError::TooCostly(
                "uses the whole `payload` for each element of it; inside of a macro, use the macro's variable",
            )
        } else {
            MatchRuleError::UnknownName {
                name: text::excerpt(name),
                nested: self.nesting > 1,
            }
        }
    }
}

/// Whether an expression only names something that is there: `o.tags`.
fn is_path(expression: &IdedExpr) -> bool {
    match &expression.expr {
        Expr::Ident(_) => true,
        Expr::Select(select) => !select.test && is_path(&select.operand),
        _ => false,
    }
}

/// Integers are CEL's `int`, as literals are, where they fit.
pub(crate) fn cel_value(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => cel::Value::Bool(*value),
        Value::String(value) => value.as_str().into(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => cel::Value::Int(int),
            (None, Some(unsigned)) => cel::Value::UInt(unsigned),
            (None, None) => cel::Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::Array(items) => items.iter().map(cel_value).collect::<Vec<_>>().into(),
        Value::Object(fields) => cel_object(fields),
    }
}

fn cel_object(fields: &Map<String, Value>) -> cel::Value {
    let fields = fields.iter().map(|(key, value)| (key.as_str(), cel_value(value)));
    fields.collect::<HashMap<_, _>>().into()
}

impl TryFrom<String> for MatchRule {
    type Error = MatchRuleError;

    fn try_from(source: String) -> Result<Self, MatchRuleError> {
        Self::parse(&source)
    }
}

impl PartialEq for MatchRule {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for MatchRule {}

impl Serialize for MatchRule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

impl fmt::Debug for MatchRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MatchRule").field(&self.source).finish()
    }
}

impl fmt::Display for MatchRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(rule: &str) -> Result<bool, String> {
        let payload = Payload::parse(
            r#"[{"ioc_type_id": 76, "ioc_value": "evil.example", "tags": [{"n": 1}, {"n": 2}]}, {"ioc_type_id": 20}]"#,
        )
        .unwrap();
        let metadata = json!({"case_id": 42, "tlp": "amber", "customer": "ACME"});
        MatchRule::parse(rule)
            .unwrap()
            .matches(&payload, metadata.as_object().unwrap())
    }

    #[test]
    fn a_rule_is_about_the_payload_and_the_metadata() {
        let cases = [
            ("true", true),
            ("payload.exists(o, o.ioc_type_id == 76)", true),
            ("payload.all(o, o.ioc_type_id == 76)", false),
            ("payload.filter(o, has(o.ioc_value)).size() == 1", true),
            ("metadata.case_id == 42 && metadata.tlp != 'red'", true),
            ("payload.exists(o, has(o.tags) && o.tags.exists(t, t.n == 2))", true),
            (
                "payload.exists(o, has(o.ioc_value) && o.ioc_value.endsWith('.example'))",
                true,
            ),
            ("metadata.tlp in ['red', 'amber+strict']", false),
            ("payload.exists(o, o.ioc_type_id == metadata.case_id)", false),
            ("size(payload) > 1 && payload[0].ioc_type_id > 75", true),
        ];
        for (rule, expected) in cases {
            assert_eq!(matches(rule), Ok(expected), "{rule}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_an_error_and_not_false() {
        for rule in [
            "payload[0].nothing == 1",
            "payload[7].ioc_type_id == 1",
            "42",
            "metadata.case_id / 0 == 1",
            "payload[0].ioc_value.matches('e+')",
        ] {
            assert!(matches(rule).is_err(), "{rule}: {:?}", matches(rule));
        }
    }

    #[test]
    fn what_is_not_a_rule_is_refused_with_the_reason() {
        let long = format!("'{}' == ''", "x".repeat(2_000));
        let cases = [
            ("payload.exists(", "not a CEL expression"),
            ("", "not a CEL expression"),
            ("payloads.size() > 0", "`payloads`"),
            ("payload.all(a, payload.all(b, a == b))", "the whole `payload`"),
            ("payload.all(a, a.x.all(b, a.x == b))", "`a`"),
            ("payload.map(a, a.x).all(b, b.all(c, true))", "something that it made"),
            ("payload.exists(o, o == payload[0])", "the whole `payload`"),
            (&long, "1024"),
        ];
        for (rule, expected) in cases {
            let error = MatchRule::parse(rule).unwrap_err().to_string();
            assert!(error.contains(expected), "{rule}: {error}");
        }
    }

    #[test]
    fn no_text_exhausts_the_parser() {
        let pieces = [
            "(",
            "[",
            "!",
            "-",
            "{1:",
            "a.",
            "f(",
            "1+",
            "a?b:",
            "'",
            "\\",
            "payload.all(a,",
            "\0",
            "1<",
            "a[",
            "\"",
        ];
        for piece in pieces {
            let text = piece.repeat(MAX_SOURCE / piece.len());
            assert!(MatchRule::parse(&text).is_err(), "{piece}");
        }
    }
}

//! One field of a kind of objects: who gives its value, and what it may be.

use serde_json::{Map, Value};

use crate::lookup::Lookup;

/// One field of a kind of objects.
#[derive(Debug)]
pub struct Field {
    /// Its name in the committed object.
    pub name: &'static str,
    /// Its name in a request, where IRIS has another one.
    pub asked_as: &'static str,
    /// Where its value comes from.
    pub source: Source,
    /// Whether a request must give it.
    pub required: bool,
    /// Its value if nobody gave one.
    pub default: Constant,
    /// Whether the committed object carries it.
    pub shown: bool,
}

/// Where the value of a field comes from.
#[derive(Debug)]
pub enum Source {
    /// The client, or a module.
    Asked(Type),
    /// The object's id.
    Id,
    /// The object's UUID.
    Uuid,
    /// The id of its case.
    Case,
    /// Its case: id and name.
    CaseReference,
    /// The id of the user who made it.
    User,
    /// That user: id and login.
    UserReference,
    /// The id of the user who last changed it.
    Updater,
    /// When it was made.
    Created,
    /// When it was last changed.
    Updated,
    /// Who did what to it.
    History,
    /// The comments on it.
    Comments,
    /// The row that the field of this name chooses.
    Chosen(&'static str),
    /// The label of the row that the field of this name chooses.
    ChosenLabel(&'static str),
    /// The moment that two other fields give, a date and time and its offset, in UTC.
    InUtc(&'static str, &'static str),
    /// Nobody: this server has nothing to say here.
    Nobody,
}

/// What a client may give.
#[derive(Debug)]
pub enum Type {
    /// A text.
    Text,
    /// A text that says something: not empty.
    Title,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// A date, with or without time, without time zone.
    Date,
    /// An offset from UTC: `+02:00`.
    Offset,
    /// The id of one of a lookup's rows.
    Choice(&'static Lookup),
    /// Ids of users.
    Users,
    /// Ids of objects of this kind in the same case.
    Objects(&'static str),
    /// Tags, comma-separated.
    Tags,
    /// `{tab: {field: {type, value, mandatory, options}}}`.
    CustomAttributes,
}

/// A value that is known beforehand.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Constant {
    Null,
    Integer(i64),
    Text(&'static str),
    Boolean(bool),
    EmptyList,
    EmptyObject,
}

impl From<Constant> for Value {
    fn from(constant: Constant) -> Self {
        match constant {
            Constant::Null => Self::Null,
            Constant::Integer(value) => value.into(),
            Constant::Text(value) => value.into(),
            Constant::Boolean(value) => value.into(),
            Constant::EmptyList => Self::Array(Vec::new()),
            Constant::EmptyObject => Self::Object(Map::new()),
        }
    }
}

/// Building blocks for the table in `kinds.rs`.
impl Field {
    /// A field whose value comes from somewhere else than a request.
    pub const fn from(name: &'static str, source: Source) -> Self {
        Self {
            name,
            asked_as: name,
            source,
            required: false,
            default: Constant::Null,
            shown: true,
        }
    }

    /// A field that a request may give.
    pub const fn asked(name: &'static str, of: Type) -> Self {
        Self::from(name, Source::Asked(of))
    }

    /// A field whose value is always the same.
    pub const fn always(name: &'static str, value: Constant) -> Self {
        Self::from(name, Source::Nobody).or(value)
    }

    /// The custom attributes.
    pub const fn custom_attributes() -> Self {
        Self::asked("custom_attributes", Type::CustomAttributes).or(Constant::EmptyObject)
    }

    /// The modification history.
    pub const fn history() -> Self {
        Self::from("modification_history", Source::History)
    }

    /// A request must give it.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Its value if a request does not give it.
    pub const fn or(mut self, default: Constant) -> Self {
        self.default = default;
        self
    }

    /// A request calls it by another name.
    pub const fn asked_as(mut self, name: &'static str) -> Self {
        self.asked_as = name;
        self
    }

    /// The committed object does not carry it.
    pub const fn not_shown(mut self) -> Self {
        self.shown = false;
        self
    }

    /// What a request may give; none if a request has no say.
    pub const fn type_asked(&self) -> Option<&Type> {
        match &self.source {
            Source::Asked(of) => Some(of),
            _ => None,
        }
    }
}

impl Type {
    /// Says what is wrong with `value`, as the end of a sentence that begins with the field's name; none if it is fine.
    ///
    /// Whether [`Objects`](Self::Objects) are there is for the database to say.
    pub fn fault(&self, value: &Value) -> Option<String> {
        let fine = match self {
            Self::Text | Self::Tags => value.is_string(),
            Self::Title => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            Self::Integer => value.is_i64(),
            Self::Boolean => value.is_boolean(),
            Self::Date => value
                .as_str()
                .is_some_and(|text| text.parse::<jiff::civil::DateTime>().is_ok()),
            Self::Offset => value
                .as_str()
                .is_some_and(|text| in_utc("2000-01-01T00:00:00", text).is_some()),
            Self::Choice(lookup) => value.as_i64().is_some_and(|id| lookup.label(id).is_some()),
            Self::Users | Self::Objects(_) => value.as_array().is_some_and(|ids| ids.iter().all(Value::is_i64)),
            Self::CustomAttributes => is_custom_attributes(value),
        };
        (!fine).then(|| format!("must be {}, not {}", self.expected(), shortened(value)))
    }

    fn expected(&self) -> String {
        match self {
            Self::Text => "a text".into(),
            Self::Title => "a text that is not empty".into(),
            Self::Integer => "a whole number".into(),
            Self::Boolean => "true or false".into(),
            Self::Date => "a date and time without time zone, such as \"2026-02-28T12:00:00\"".into(),
            Self::Offset => "an offset from UTC, such as \"+02:00\"".into(),
            Self::Choice(lookup) => {
                let ids: Vec<_> = lookup
                    .rows()
                    .iter()
                    .map(|(id, label)| format!("{id} ({label})"))
                    .collect();
                format!("the id of a {}: {}", lookup.name, ids.join(", "))
            }
            Self::Users => "a list of ids of users".into(),
            Self::Objects(kind) => format!("a list of ids of {kind}s"),
            Self::Tags => "a text with comma-separated tags".into(),
            Self::CustomAttributes => {
                "an object of tabs of fields: {\"tab\": {\"field\": {\"type\": \"html\", \"value\": \"…\"}}}".into()
            }
        }
    }
}

/// The moment that a date and time has at an offset, as a timestamp without time zone in UTC.
pub fn in_utc(date: &str, offset: &str) -> Option<String> {
    let date: jiff::civil::DateTime = date.parse().ok()?;
    let moment: jiff::Timestamp = format!("{}{offset}", date.strftime("%Y-%m-%dT%H:%M:%S%.6f"))
        .parse()
        .ok()?;
    Some(timestamp(moment))
}

/// A moment as IRIS writes it: in UTC, and without saying so.
pub fn timestamp(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

fn is_custom_attributes(value: &Value) -> bool {
    let objects = |value: &Value| {
        value
            .as_object()
            .map(|object| object.values().cloned().collect::<Vec<_>>())
    };
    objects(value).is_some_and(|tabs| {
        tabs.iter()
            .all(|tab| objects(tab).is_some_and(|fields| fields.iter().all(is_custom_attribute)))
    })
}

fn is_custom_attribute(field: &Value) -> bool {
    field.is_object()
        && field.get("type").is_none_or(Value::is_string)
        && field.get("mandatory").is_none_or(Value::is_boolean)
        && field
            .get("options")
            .is_none_or(|options| options.is_array() || options.is_null())
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lookup::TLP;

    #[test]
    fn a_fault_says_what_was_expected() {
        let cases: [(Type, Value, Option<&str>); 12] = [
            (Type::Text, json!("x"), None),
            (Type::Text, json!(3), Some("must be a text, not 3")),
            (Type::Title, json!("  "), Some("not empty")),
            (Type::Integer, json!(1.5), Some("a whole number, not 1.5")),
            (Type::Date, json!("2026-02-28T12:00:00.000000"), None),
            (Type::Date, json!("yesterday"), Some("2026-02-28T12:00:00")),
            (Type::Offset, json!("+02:00"), None),
            (Type::Offset, json!("Berlin"), Some("+02:00")),
            (
                Type::Choice(&TLP),
                json!(9),
                Some("the id of a TLP level: 1 (red), 2 (amber)"),
            ),
            (Type::Objects("ioc"), json!([1, "2"]), Some("a list of ids of iocs")),
            (
                Type::CustomAttributes,
                json!({"Tab": {"Field": {"type": "html", "value": "<b>"}}}),
                None,
            ),
            (
                Type::CustomAttributes,
                json!({"Tab": {"Field": "text"}}),
                Some("tabs of fields"),
            ),
        ];
        for (of, value, expected) in cases {
            let fault = of.fault(&value);
            match expected {
                None => assert_eq!(fault, None),
                Some(part) => assert!(fault.as_ref().is_some_and(|fault| fault.contains(part)), "{fault:?}"),
            }
        }
    }

    #[test]
    fn an_offset_is_taken_away() {
        assert_eq!(
            in_utc("2026-02-28T12:00:00", "+02:00").as_deref(),
            Some("2026-02-28T10:00:00.000000")
        );
    }
}

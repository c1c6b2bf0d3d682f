//! One thing that differs between a module and its host, and where.

use std::fmt;

use serde::{Serialize, Serializer};

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    pub(crate) place: Place,
    /// The function through which a type reaches the other side, if it is a type that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) used_by: Option<String>,
    #[serde(flatten)]
    pub(crate) what: What,
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Function(String),
    Parameter {
        function: String,
        parameter: String,
    },
    Result {
        function: String,
    },
    /// A type with a name: ``record `event` of `sclera:hooks/types` ``.
    Type {
        kind: &'static str,
        name: String,
        interface: String,
    },
    /// A field or a case of such a type.
    Part {
        of: Box<Place>,
        part: &'static str,
        name: String,
    },
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub(crate) enum What {
    /// The module calls a function that the host does not have, or names a resource that it does not have.
    NotInHost,
    /// The host calls a function that the module does not have.
    NotInModule,
    /// A field, case, flag or parameter that only the module knows.
    More { part: &'static str, name: String },
    /// One that only the host knows.
    Fewer { part: &'static str, name: String },
    /// One that the module calls otherwise.
    Renamed {
        part: &'static str,
        host: String,
        module: String,
    },
    /// The same ones, in another order.
    Reordered {
        part: &'static str,
        host: Vec<String>,
        module: Vec<String>,
    },
    /// Another type.
    OtherType { host: String, module: String },
}

impl Place {
    /// A field or a case of what this is.
    pub(super) fn part(&self, part: &'static str, name: &str) -> Self {
        Self::Part {
            of: Box::new(self.clone()),
            part,
            name: name.to_owned(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(name) => write!(f, "function `{name}`"),
            Self::Parameter { function, parameter } => write!(f, "parameter `{parameter}` of `{function}`"),
            Self::Result { function } => write!(f, "result of `{function}`"),
            Self::Type { kind, name, interface } => write!(f, "{kind} `{name}` of `{interface}`"),
            Self::Part { of, part, name } => write!(f, "{part} `{name}` of {of}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInHost => f.write_str("the host does not have it"),
            Self::NotInModule => f.write_str("the module does not have it"),
            Self::More { part, name } => write!(f, "the module has the {part} `{name}`, which the host does not know"),
            Self::Fewer { part, name } => write!(f, "the module lacks the {part} `{name}`, which the host has"),
            Self::Renamed { part, host, module } => {
                write!(f, "the {part} `{host}` of the host is called `{module}` in the module")
            }
            Self::Reordered { part, host, module } => write!(
                f,
                "the {part}s are in another order: {} in the host, {} in the module",
                host.join(", "),
                module.join(", ")
            ),
            Self::OtherType { host, module } => write!(f, "it is `{host}` in the host, and `{module}` in the module"),
        }
    }
}

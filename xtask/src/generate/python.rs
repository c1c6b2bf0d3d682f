//! The Python SDK.

use std::path::PathBuf;

use super::HEADER;
use super::model::{Field, Holds, Hook, Model, Named, Object};

pub fn files(model: &Model) -> Vec<(PathBuf, String)> {
    [
        ("hook.py", hooks(&model.hooks)),
        ("objects.py", objects(&model.objects)),
        ("ioc_type.py", ioc_types(&model.ioc_types)),
        ("tlp.py", tlps(&model.tlps)),
    ]
    .map(|(file, text)| {
        let path = format!("guest-sdk/python/sclera_sdk/{file}");
        (path.into(), format!("# {HEADER}\n\n{text}"))
    })
    .to_vec()
}

fn hooks(hooks: &[Hook]) -> String {
    let mut text = String::from(
        r#""""The names of the hooks, from the table "Available hooks" of the IRIS hooks documentation.

They are plain texts, so a hook that a server declares itself is named by its own text.
"""

from __future__ import annotations

from typing import Final

"#,
    );
    for hook in hooks {
        let Hook {
            name,
            constant,
            description,
        } = hook;
        text += &format!("{constant}: Final = \"{name}\"\n{}\n\n", doc("", description));
    }
    text += "ALL: Final[tuple[str, ...]] = (\n";
    for hook in hooks {
        text += &format!("    {},\n", hook.constant);
    }
    text + &format!(
        ")\n\"\"\"All {} of them, in the order of the documentation.\"\"\"\n",
        hooks.len()
    )
}

fn objects(objects: &[Object]) -> String {
    let mut text = String::from(
        r#""""Typed views of the objects in a payload. The attributes have the names that the payload uses."""

from __future__ import annotations

from . import views
"#,
    );
    for object in objects {
        let base = match object.kind {
            // An IOC can also say what kind of indicator it is.
            "ioc" => "Typed",
            _ => "Object",
        };
        text += &format!(
            "\n\nclass {}(views.{base}):\n{}\n\n    KIND = \"{}\"\n    ID = \"{}\"\n",
            object.view,
            doc("    ", &object.description),
            object.kind,
            object.id
        );
        // Every view has an `id`, wherever the object has it.
        for field in object.fields.iter().filter(|field| field.name != "id") {
            text += &format!(
                "\n    {} = views.{}()\n{}\n",
                field.name,
                reads_as(field),
                doc("    ", &object.describes(field))
            );
        }
    }
    text
}

fn reads_as(field: &Field) -> &'static str {
    match field.holds {
        Holds::Text | Holds::Timestamp => "text",
        Holds::Integer => "integer",
        Holds::Boolean => "boolean",
        Holds::Object => "json_object",
        Holds::Ids => "integers",
        Holds::List => "items",
        Holds::Any => "anything",
        Holds::Tags => "tags",
        Holds::Tlp => "tlp",
        Holds::CustomAttributes => "custom_attributes",
    }
}

fn ioc_types(types: &[Named]) -> String {
    format!(
        r#""""The well-known types of IOCs."""

from __future__ import annotations

from enum import Enum


class IocType(Enum):
    """The well-known types of IOCs, with the ids that IRIS gives them.

    IRIS has more than a hundred types, and its users add their own; these are those that a module can check.
    """

{}
    @property
    def id(self) -> int:
        """Its id in IRIS."""
        return self.value[0]

    @property
    def text(self) -> str:
        """Its name in IRIS, such as ``ip-dst``."""
        return self.value[1]

    @classmethod
    def from_id(cls, id: int) -> IocType | None:
        """The one with this id."""
        return _BY_ID.get(id)

    @classmethod
    def from_name(cls, name: str) -> IocType | None:
        """The one with this name."""
        return _BY_NAME.get(name)


_BY_ID = {{kind.id: kind for kind in IocType}}
_BY_NAME = {{kind.text: kind for kind in IocType}}
"#,
        members(types)
    )
}

fn tlps(labels: &[Named]) -> String {
    format!(
        r#""""How far information may be shared."""

from __future__ import annotations

from enum import Enum
from functools import total_ordering


@total_ordering
class Tlp(Enum):
    """How far information may be shared: the Traffic Light Protocol 2.0 (https://www.first.org/tlp/), from the least to the
    most restrictive, which is also how the values compare."""

{}
    @property
    def id(self) -> int:
        """Its id in IRIS, which has a numbering of its own."""
        return self.value[0]

    @property
    def text(self) -> str:
        """Its name in an event's metadata: ``amber+strict``."""
        return self.value[1]

    @classmethod
    def from_id(cls, id: int) -> Tlp | None:
        """The one with this id."""
        return next((tlp for tlp in cls if tlp.id == id), None)

    @classmethod
    def from_name(cls, name: str) -> Tlp | None:
        """The one with this name, in upper or lower case."""
        return next((tlp for tlp in cls if tlp.text == name.lower()), None)

    def __lt__(self, other: Tlp) -> bool:
        order = list(Tlp)
        return order.index(self) < order.index(other)
"#,
        members(labels)
    )
}

fn members(all: &[Named]) -> String {
    all.iter()
        .map(|one| {
            let constant = one.name.to_uppercase().replace(['-', '+'], "_");
            format!(
                "    {constant} = ({}, \"{}\")\n{}\n\n",
                one.id,
                one.name,
                doc("    ", &one.description)
            )
        })
        .collect::<String>()
        .trim_end_matches('\n')
        .to_owned()
        + "\n"
}

/// A documentation string of one sentence or more.
fn doc(indent: &str, words: &str) -> String {
    let words = words.replace('\\', "\\\\").replace('"', "\\\"");
    let end = if words.ends_with(['.', '…', '?']) { "" } else { "." };
    format!("{indent}\"\"\"{words}{end}\"\"\"")
}

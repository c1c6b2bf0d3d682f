//! The JavaScript SDK, and its types for TypeScript.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::HEADER;
use super::model::{Field, Holds, Hook, Model, Named, Object};

/// Columns of a line.
const WIDTH: usize = 120;

/// What only an IOC has.
const IOC_TYPE: &str =
    "What kind of indicator it is: by the id of its type, else by the type's name, where the server sends it.";

pub fn files(model: &Model) -> Vec<(PathBuf, String)> {
    [
        ("hook.js", hooks(&model.hooks)),
        ("hook.d.ts", hook_types(&model.hooks)),
        ("objects.js", objects(&model.objects)),
        ("objects.d.ts", object_types(&model.objects)),
        ("ioc_type.js", ioc_types(&model.ioc_types)),
        ("ioc_type.d.ts", ioc_type_types(&model.ioc_types)),
        ("tlp.js", tlps(&model.tlps)),
        ("tlp.d.ts", tlp_types(&model.tlps)),
    ]
    .map(|(file, text)| {
        let path = format!("guest-sdk/javascript/src/generated/{file}");
        (path.into(), format!("// {HEADER}\n\n{text}"))
    })
    .to_vec()
}

fn hooks(hooks: &[Hook]) -> String {
    let mut text = String::new();
    doc(&mut text, "", "The names of the hooks.");
    text.push_str("export const hook = Object.freeze({\n");
    for hook in hooks {
        put(&mut text, format_args!("  {}: {:?},", hook.constant, hook.name));
    }
    text.push_str("});\n");
    text
}

fn hook_types(hooks: &[Hook]) -> String {
    let mut text = String::new();
    let about = "The names of the hooks. A hook that a server declares itself is named by its own text.";
    doc(&mut text, "", about);
    text.push_str("export declare const hook: {\n");
    for hook in hooks {
        doc(&mut text, "  ", &format!("{}.", hook.description));
        put(
            &mut text,
            format_args!("  readonly {}: {:?};", hook.constant, hook.name),
        );
    }
    text.push_str("};\n");
    text
}

fn objects(objects: &[Object]) -> String {
    let mut text = String::from("import { IocType } from \"./ioc_type.js\";\n");
    text.push_str("import { View, attributes, boolean, define, integer, integers, json, list } from \"../view.js\";\n");
    text.push_str("import { object, tags, text, tlp } from \"../view.js\";\n");
    for object in objects {
        text.push('\n');
        doc(&mut text, "", &object.description);
        if object.kind == "ioc" {
            put(&mut text, format_args!("export class {} extends View {{", object.view));
            doc(&mut text, "  ", IOC_TYPE);
            text.push_str("  get type() {\n");
            text.push_str(
                "    return IocType.fromId(this.ioc_type_id) ?? IocType.fromName(this.ioc_type?.type_name);\n  }\n}\n",
            );
        } else {
            put(
                &mut text,
                format_args!("export class {} extends View {{}}", object.view),
            );
        }
        put(
            &mut text,
            format_args!("define({}, {:?}, {:?}, {{", object.view, object.kind, object.id),
        );
        for field in own_fields(object) {
            put(&mut text, format_args!("  {}: {},", field.name, reader(field.holds)));
        }
        text.push_str("});\n");
    }
    text
}

fn object_types(objects: &[Object]) -> String {
    let mut text = String::from(
        "import type { CustomAttributes, Integer, JsonObject, JsonValue, Tags, View } from \"../view.js\";\n",
    );
    text.push_str("import type { Tlp } from \"../tlp.js\";\nimport type { IocType } from \"./ioc_type.js\";\n");
    for object in objects {
        text.push('\n');
        let about = format!(
            "{} The fields have the names that the payload uses.",
            object.description
        );
        doc(&mut text, "", &about);
        put(
            &mut text,
            format_args!("export declare class {} extends View {{", object.view),
        );
        put(&mut text, format_args!("  static readonly kind: {:?};", object.kind));
        if object.kind == "ioc" {
            doc(&mut text, "  ", IOC_TYPE);
            text.push_str("  get type(): IocType | undefined;\n");
        }
        for field in own_fields(object) {
            doc(&mut text, "  ", &object.describes(field));
            let (get, set) = accessors(field.holds);
            put(&mut text, format_args!("  get {}(): {get};", field.name));
            put(
                &mut text,
                format_args!("  set {}(value: {set} | null | undefined);", field.name),
            );
        }
        text.push_str("}\n");
    }
    text
}

/// The field `id` is every view's own.
fn own_fields(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| field.name != "id")
}

/// The reader in `view.js`.
fn reader(holds: Holds) -> &'static str {
    match holds {
        Holds::Text | Holds::Timestamp => "text",
        Holds::Integer => "integer",
        Holds::Boolean => "boolean",
        Holds::Object => "object",
        Holds::Ids => "integers",
        Holds::List => "list",
        Holds::Any => "json",
        Holds::Tags => "tags",
        Holds::Tlp => "tlp",
        Holds::CustomAttributes => "attributes",
    }
}

/// What reading gives, and what can be set beside null and undefined.
fn accessors(holds: Holds) -> (&'static str, &'static str) {
    match holds {
        Holds::Text | Holds::Timestamp => ("string | undefined", "string"),
        Holds::Integer => ("Integer | undefined", "Integer"),
        Holds::Boolean => ("boolean | undefined", "boolean"),
        Holds::Object => ("JsonObject | undefined", "JsonObject"),
        Holds::Ids => ("Integer[] | undefined", "Integer[]"),
        Holds::List => ("JsonValue[] | undefined", "JsonValue[]"),
        Holds::Any => ("JsonValue | undefined", "JsonValue"),
        Holds::Tags => ("Tags", "string | Iterable<string>"),
        Holds::Tlp => ("Tlp | undefined", "Tlp"),
        Holds::CustomAttributes => ("CustomAttributes", "JsonObject"),
    }
}

fn ioc_types(types: &[Named]) -> String {
    let mut text = String::from("const types = {\n");
    for kind in types {
        put(
            &mut text,
            format_args!(
                "  {}: Object.freeze({{ id: {}, name: {:?} }}),",
                constant(&kind.name),
                kind.id,
                kind.name
            ),
        );
    }
    text.push_str("};\n\n");
    doc(&mut text, "", "The well-known types of IOCs.");
    text.push_str(
        "export const IocType = Object.freeze({
  ...types,
  ALL: Object.freeze(Object.values(types)),
  fromId: (id) => IocType.ALL.find((type) => type.id === id),
  fromName: (name) => IocType.ALL.find((type) => type.name === name),
});
",
    );
    text
}

fn ioc_type_types(types: &[Named]) -> String {
    let mut text = String::from(
        "/** A well-known type of IOCs. */
export interface IocType {
  /** Its id in IRIS. */
  readonly id: number;
  /** Its name in IRIS. */
  readonly name: string;
}

/** The well-known types of IOCs, with the ids that IRIS gives them. */
export declare const IocType: {
",
    );
    for kind in types {
        doc(&mut text, "  ", &kind.description);
        put(&mut text, format_args!("  readonly {}: IocType;", constant(&kind.name)));
    }
    text.push_str(
        "  /** All of them. */
  readonly ALL: readonly IocType[];
  /** The one with this id. */
  fromId(id: number | bigint | undefined): IocType | undefined;
  /** The one with this name. */
  fromName(name: unknown): IocType | undefined;
};
",
    );
    text
}

fn tlps(labels: &[Named]) -> String {
    let mut text = String::new();
    doc(&mut text, "", "The labels, from the least to the most restrictive.");
    text.push_str("export const LABELS = Object.freeze({\n");
    for label in labels {
        put(
            &mut text,
            format_args!("  {}: {:?},", constant(&label.name), label.name),
        );
    }
    text.push_str("});\n\n");
    doc(&mut text, "", "Their ids in IRIS, which has a numbering of its own.");
    text.push_str("export const IDS = Object.freeze({\n");
    for label in labels {
        put(&mut text, format_args!("  {:?}: {},", label.name, label.id));
    }
    text.push_str("});\n");
    text
}

fn tlp_types(labels: &[Named]) -> String {
    let mut text = String::new();
    doc(
        &mut text,
        "",
        "How far information may be shared: the Traffic Light Protocol 2.0 (https://www.first.org/tlp/).",
    );
    let names: Vec<_> = labels.iter().map(|label| format!("{:?}", label.name)).collect();
    put(&mut text, format_args!("export type Label = {};\n", names.join(" | ")));
    text.push_str("export interface Labels {\n");
    for label in labels {
        doc(&mut text, "  ", &label.description);
        put(
            &mut text,
            format_args!("  readonly {}: {:?};", constant(&label.name), label.name),
        );
    }
    text.push_str("}\n");
    text
}

/// `AMBER_STRICT` of `amber+strict`.
fn constant(name: &str) -> String {
    name.replace(['-', '+'], "_").to_uppercase()
}

/// A documentation comment: on one line if there is room.
fn doc(text: &mut String, indent: &str, words: &str) {
    if indent.len() + words.chars().count() + 7 <= WIDTH {
        return put(text, format_args!("{indent}/** {words} */"));
    }
    put(text, format_args!("{indent}/**"));
    let mut line = format!("{indent} *");
    for word in words.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            put(text, format_args!("{line}"));
            line = format!("{indent} *");
        }
        line.push(' ');
        line.push_str(word);
    }
    put(text, format_args!("{line}\n{indent} */"));
}

/// A line.
fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}

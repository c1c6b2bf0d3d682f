//! The Rust SDK.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::HEADER;
use super::model::{Field, Holds, Hook, Model, Named, Object};

/// Columns of a line.
const WIDTH: usize = 120;

pub fn files(model: &Model) -> Vec<(PathBuf, String)> {
    [
        ("mod.rs", modules()),
        ("hooks.rs", hooks(&model.hooks)),
        ("objects.rs", objects(&model.objects)),
        ("ioc_types.rs", ioc_types(&model.ioc_types)),
        ("tlp.rs", tlps(&model.tlps)),
    ]
    .map(|(file, text)| {
        let path = format!("guest-sdk/rust/src/generated/{file}");
        (path.into(), format!("// {HEADER}\n\n{text}"))
    })
    .to_vec()
}

fn modules() -> String {
    ["hooks", "ioc_types", "objects", "tlp"]
        .map(|module| format!("pub(crate) mod {module};\n"))
        .concat()
}

fn hooks(hooks: &[Hook]) -> String {
    let mut text = String::new();
    for hook in hooks {
        let when = hook.description.strip_prefix("Triggered ").unwrap_or(&hook.description);
        doc(&mut text, "", &format!("`{}`: triggered {when}.", hook.name));
        line(
            &mut text,
            &format!("pub const {}: &str = {:?};\n", hook.constant, hook.name),
        );
    }
    let constants: Vec<_> = hooks.iter().map(|hook| hook.constant.as_str()).collect();
    doc(
        &mut text,
        "",
        &format!("All {} of them, in the order of the documentation.", hooks.len()),
    );
    line(
        &mut text,
        &format!("pub const ALL: [&str; {}] = [{}];", hooks.len(), constants.join(", ")),
    );
    text
}

fn objects(objects: &[Object]) -> String {
    let mut text = String::from(
        "use serde_json::Value;\n\nuse crate::objects::object;\nuse crate::{CustomAttributes, JsonObject, Tags, Tlp};\n",
    );
    for object in objects {
        text.push('\n');
        line(&mut text, "object! {");
        doc(&mut text, "    ", &object.description);
        line(
            &mut text,
            &format!(
                "    pub struct {}: {:?}, id {:?} {{",
                object.view, object.kind, object.id
            ),
        );
        for field in &object.fields {
            doc(&mut text, "        ", &object.describes(field));
            line(
                &mut text,
                &format!(
                    "        {} {:?}: {},",
                    identifier(&field.name),
                    field.name,
                    reads_as(field)
                ),
            );
        }
        line(&mut text, "    }\n}");
    }
    text
}

/// A name that is a keyword gets an underscore, as Rust's own libraries do.
fn identifier(name: &str) -> String {
    match name {
        "type" => format!("{name}_"),
        _ => name.to_owned(),
    }
}

fn reads_as(field: &Field) -> &'static str {
    match field.holds {
        Holds::Text | Holds::Timestamp => "String",
        Holds::Integer => "i64",
        Holds::Boolean => "bool",
        Holds::Object => "JsonObject",
        Holds::Ids => "Vec<i64>",
        Holds::List => "Vec<Value>",
        Holds::Any => "Value",
        Holds::Tags => "Tags",
        Holds::Tlp => "Tlp",
        Holds::CustomAttributes => "CustomAttributes",
    }
}

fn ioc_types(types: &[Named]) -> String {
    format!(
        "use crate::ioc_type::ioc_types;\n\nioc_types! {{\n{}}}\n",
        types.iter().map(variant).collect::<String>()
    )
}

fn tlps(labels: &[Named]) -> String {
    format!(
        "use crate::tlp::tlps;\n\ntlps! {{\n{}}}\n",
        labels.iter().map(variant).collect::<String>()
    )
}

fn variant(named: &Named) -> String {
    let variant: String = named
        .name
        .split(['-', '+'])
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect();
    format!(
        "    {variant} = {} {:?}: {:?};\n",
        named.id, named.name, named.description
    )
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A documentation comment, in lines that are not too long.
fn doc(text: &mut String, indent: &str, words: &str) {
    let mut column = WIDTH;
    for word in words.split(' ') {
        if column + 1 + word.chars().count() > WIDTH {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            // Writing to a string does not fail.
            let _ = write!(text, "{indent}///");
            column = indent.len() + 3;
        }
        let _ = write!(text, " {word}");
        column += 1 + word.chars().count();
    }
    text.push('\n');
}

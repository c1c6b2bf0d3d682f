//! The C SDK.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wit_bindgen_core::{Files, wit_parser::Resolve};

use super::HEADER;
use super::model::{Field, Holds, Hook, Model, Named, Object};
use crate::cargo;

/// Columns of a line.
const WIDTH: usize = 120;

/// The last part of what wit-bindgen writes.
const FORCE_LINK: &str = "// Ensure that the *_component_type.o object is linked in";

pub fn files(model: &Model) -> Vec<(PathBuf, String)> {
    [
        ("include/sclera/hook.h", header("HOOK", &hooks(&model.hooks))),
        ("include/sclera/objects.h", header("OBJECTS", &objects(&model.objects))),
        (
            "include/sclera/ioc_type.h",
            header("IOC_TYPE", &ioc_types(&model.ioc_types)),
        ),
        ("include/sclera/tlp.h", header("TLP", &tlps(&model.tlps))),
        ("src/generated.c", format!("/* {HEADER} */\n{}", tables(model))),
    ]
    .map(|(file, text)| (PathBuf::from(format!("guest-sdk/c/{file}")), text))
    .to_vec()
}

/// What wit-bindgen makes of the contract. The types of the world are not among it, because that would be a binary file:
/// `sclera build` puts them into the module.
pub fn bindings() -> Result<Vec<(PathBuf, String)>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(cargo::root().join("wit"))?;
    let world = resolve.select_world(&[package], Some("hook-module"))?;
    let options = wit_bindgen_c::Opts {
        no_object_file: true,
        ..Default::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    files
        .iter()
        .map(|(name, text)| {
            let text = std::str::from_utf8(text).with_context(|| format!("{name} is not text"))?;
            // The rest asks for a symbol of the file that is left out.
            let text = text.split(FORCE_LINK).next().unwrap_or(text).trim_end();
            let path = PathBuf::from(format!("guest-sdk/c/bindings/{name}"));
            Ok((path, format!("{text}\n")))
        })
        .collect()
}

/// A header that can be included twice, and from C++.
fn header(name: &str, (includes, text): &(&str, String)) -> String {
    format!(
        "/* {HEADER} */\n#ifndef SCLERA_{name}_H\n#define SCLERA_{name}_H\n\n{includes}#ifdef __cplusplus\nextern \"C\" {{\n\
         #endif\n\n{text}\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n"
    )
}

fn hooks(hooks: &[Hook]) -> (&'static str, String) {
    let mut text = String::new();
    for hook in hooks {
        comment(&mut text, &format!("{}.", hook.description));
        text += &format!("#define {} \"{}\"\n", hook_constant(hook), hook.name);
    }
    text.push('\n');
    comment(
        &mut text,
        "All of them, in the order of the documentation. A server may have hooks of its own: name them by their text.",
    );
    text += &format!(
        "#define SCLERA_HOOK_COUNT {}\nextern const char *const sclera_all_hooks[SCLERA_HOOK_COUNT];\n",
        hooks.len()
    );
    ("", text)
}

/// The hook's own name, so that one need not look it up.
fn hook_constant(hook: &Hook) -> String {
    format!("SCLERA_{}", hook.name.to_uppercase())
}

fn objects(objects: &[Object]) -> (&'static str, String) {
    let mut text = String::new();
    for object in objects {
        let view = view(object);
        comment(&mut text, &object.description);
        text += &format!("SCLERA_VIEW({view}, \"{}\", \"{}\")\n", object.kind, object.id);
        for field in &object.fields {
            comment(&mut text, &object.describes(field));
            text += &format!("SCLERA_{}({view}, {})\n", reads_as(field), field.name);
        }
        text.push('\n');
    }
    ("#include \"sclera/field.h\"\n\n", text.trim_end().to_owned() + "\n")
}

/// `timeline_event`.
fn view(object: &Object) -> String {
    let mut words = String::new();
    for letter in object.view.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

fn reads_as(field: &Field) -> &'static str {
    match field.holds {
        Holds::Text | Holds::Timestamp => "TEXT",
        Holds::Integer => "INTEGER",
        Holds::Boolean => "BOOLEAN",
        Holds::Object => "OBJECT",
        Holds::Ids => "INTEGERS",
        Holds::List => "LIST",
        Holds::Any => "ANY",
        Holds::Tags => "TAGS",
        Holds::Tlp => "TLP",
        Holds::CustomAttributes => "ATTRIBUTES",
    }
}

fn ioc_types(types: &[Named]) -> (&'static str, String) {
    let mut text = String::new();
    comment(
        &mut text,
        "The well-known types of IOCs, with the ids that IRIS gives them. A server may have more.",
    );
    text += "typedef enum sclera_ioc_type {\n";
    for (index, kind) in types.iter().enumerate() {
        let comma = if index + 1 < types.len() { "," } else { "" };
        text += &format!(
            "    SCLERA_IOC_TYPE_{} = {}{comma} /* {} */\n",
            constant(kind),
            kind.id,
            kind.description
        );
    }
    text += "} sclera_ioc_type;\n\n\
        /* Its name in IRIS, such as \"ip-dst\". */\n\
        const char *sclera_ioc_type_name(sclera_ioc_type type);\n\
        /* The one with this id or name; false if there is none. */\n\
        bool sclera_ioc_type_from_id(int64_t id, sclera_ioc_type *type);\n\
        bool sclera_ioc_type_from_name(const char *name, sclera_ioc_type *type);\n\
        /* What kind of indicator an IOC is: by the id of its type, and if that is not one of these, by the type's name,\n   \
           where the server sends it. */\n\
        bool sclera_ioc_type_of(sclera_ioc ioc, sclera_ioc_type *type);\n";
    (
        "#include <stdbool.h>\n#include <stdint.h>\n\n#include \"sclera/objects.h\"\n\n",
        text,
    )
}

fn tlps(labels: &[Named]) -> (&'static str, String) {
    let mut text = String::new();
    comment(
        &mut text,
        "How far information may be shared: the Traffic Light Protocol 2.0, https://www.first.org/tlp/. From the least to the \
         most restrictive, which is also how they compare.",
    );
    text += "typedef enum sclera_tlp {\n";
    for (index, label) in labels.iter().enumerate() {
        let comma = if index + 1 < labels.len() { "," } else { "" };
        text += &format!(
            "    SCLERA_TLP_{}{comma} /* {} */\n",
            constant(label),
            label.description
        );
    }
    text += "} sclera_tlp;\n\n\
        /* Its id in IRIS, which has a numbering of its own. */\n\
        int64_t sclera_tlp_id(sclera_tlp tlp);\n\
        /* Its name in an event's metadata, such as \"amber+strict\". */\n\
        const char *sclera_tlp_name(sclera_tlp tlp);\n\
        /* The one with this id, or with this name in upper or lower case; false if there is none. */\n\
        bool sclera_tlp_from_id(int64_t id, sclera_tlp *tlp);\n\
        bool sclera_tlp_from_name(const char *name, sclera_tlp *tlp);\n\
        /* The one that a field has by its id. */\n\
        bool sclera_as_tlp(const sclera_json *value, sclera_tlp *tlp);\n\
        sclera_json *sclera_tlp_json(sclera_tlp tlp);\n";
    (
        "#include <stdbool.h>\n#include <stdint.h>\n\n#include \"sclera/json.h\"\n\n",
        text,
    )
}

fn constant(named: &Named) -> String {
    named.name.to_uppercase().replace(['-', '+'], "_")
}

fn tables(model: &Model) -> String {
    let mut text = String::from("#include \"generated.h\"\n\n#include \"sclera/hook.h\"\n\n");
    text += "const char *const sclera_all_hooks[SCLERA_HOOK_COUNT] = {\n";
    for hook in &model.hooks {
        text += &format!("    {},\n", hook_constant(hook));
    }
    text += "};\n\n";
    text += &named("sclera__ioc_type", &model.ioc_types);
    text += "\n/* In the order of sclera_tlp. */\n";
    text += &named("sclera__tlp", &model.tlps);
    text
}

fn named(name: &str, all: &[Named]) -> String {
    let rows: String = all
        .iter()
        .map(|named| format!("    {{{}, \"{}\"}},\n", named.id, named.name))
        .collect();
    format!(
        "const sclera__named {name}s[] = {{\n{rows}}};\nconst size_t {name}_count = {};\n",
        all.len()
    )
}

/// A comment, in lines that are not too long.
fn comment(text: &mut String, words: &str) {
    text.push_str("/*");
    let mut column = 2;
    for word in words.split(' ') {
        // Room for what ends it, which the last word needs.
        if column + 1 + word.chars().count() + 3 > WIDTH {
            text.push_str("\n  ");
            column = 2;
        }
        text.push(' ');
        text.push_str(word);
        column += 1 + word.chars().count();
    }
    text.push_str(" */\n");
}

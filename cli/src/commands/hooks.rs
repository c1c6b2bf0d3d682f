//! `sclera hooks`: the catalog.

use sclera::{Catalog, Hook};
use serde_json::{Value, json};

use crate::args::Hooks;
use crate::exit::{Exit, UsageError};
use crate::view;

pub(crate) fn run(args: &Hooks) -> anyhow::Result<Exit> {
    let catalog = Catalog::iris();
    match &args.name {
        Some(name) => {
            let hook = catalog
                .lookup(name)
                .map_err(|unknown| UsageError(format!("{unknown}; `sclera hooks` lists them all")))?;
            if args.sample {
                view::json(hook.sample())?;
            } else if args.json {
                view::json(&with_schema(hook))?;
            } else {
                view::hook(hook)?;
            }
        }
        None => {
            let wanted = |hook: &Hook| args.object.as_ref().is_none_or(|object| hook.object() == object);
            let hooks: Vec<&Hook> = catalog.iter().map(AsRef::as_ref).filter(|hook| wanted(hook)).collect();
            if hooks.is_empty() {
                return Err(no_such_object(&catalog).into());
            }
            if args.json {
                view::json(&hooks.iter().map(|hook| summary(hook)).collect::<Vec<_>>())?;
            } else {
                view::hooks(&hooks)?;
            }
        }
    }
    Ok(Exit::Fine)
}

fn no_such_object(catalog: &Catalog) -> UsageError {
    let mut objects: Vec<_> = catalog.iter().map(|hook| hook.object()).collect();
    objects.sort_unstable();
    objects.dedup();
    UsageError(format!(
        "no hook is on that kind of object; there are hooks on {}",
        objects.join(", ")
    ))
}

fn summary(hook: &Hook) -> Value {
    json!({
        "name": hook.name(),
        "kind": hook.kind(),
        "object": hook.object(),
        "operation": hook.operation(),
        "description": hook.description(),
        "schema_id": hook.schema_id(),
    })
}

fn with_schema(hook: &Hook) -> Value {
    let mut shown = summary(hook);
    if let Value::Object(fields) = &mut shown {
        fields.insert("schema".into(), hook.schema().clone());
        fields.insert("sample".into(), hook.sample().clone());
    }
    shown
}

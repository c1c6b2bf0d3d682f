//! `sclera doctor`: why a module does not link.

use anyhow::Context;
use sclera::{Capacity, ModuleSource};
use serde_json::{Value, json};

use crate::args::Doctor;
use crate::doctor;
use crate::exit::Exit;
use crate::view;

pub(crate) fn run(args: &Doctor) -> anyhow::Result<Exit> {
    // It also says what the file is if it is no component.
    let (inspection, digest) = ModuleSource::file(&args.module).inspect(&Capacity::default())?;
    let bytes = std::fs::read(&args.module).with_context(|| format!("failed to read {}", args.module.display()))?;
    let diagnosis =
        doctor::examine(&bytes, &inspection).with_context(|| format!("cannot examine {}", args.module.display()))?;
    let exit = match diagnosis.findings.is_empty() {
        true => Exit::Fine,
        false => Exit::NotAModule,
    };
    if args.json {
        let mut document =
            json!({"file": args.module, "digest": digest, "links": exit == Exit::Fine, "exit": exit as u8});
        if let (Value::Object(document), Value::Object(diagnosis)) = (&mut document, serde_json::to_value(&diagnosis)?)
        {
            document.extend(diagnosis);
        }
        view::json(&document)?;
    } else {
        view::diagnosis(&args.module, &digest, &diagnosis)?;
    }
    Ok(exit)
}

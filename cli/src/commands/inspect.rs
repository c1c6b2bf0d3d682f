//! `sclera inspect`: a file, seen from outside.

use sclera::ModuleSource;
use serde_json::json;

use crate::args::Inspect;
use crate::exit::Exit;
use crate::view;

pub(crate) fn run(args: &Inspect) -> anyhow::Result<Exit> {
    let (inspection, digest) = ModuleSource::file(&args.module).inspect(&sclera::Capacity::default())?;
    let verdict = inspection.check();
    if args.json {
        view::json(&json!({
            "file": args.module,
            "digest": digest,
            "contract": inspection.contract().map(ToString::to_string),
            "inspection": inspection,
            "fits": verdict.is_ok(),
            "why_not": verdict.as_ref().err().map(ToString::to_string),
        }))?;
    } else {
        view::inspection(&args.module, &inspection, &digest, &verdict)?;
    }
    Ok(match verdict {
        Ok(()) => Exit::Fine,
        Err(_) => Exit::NotAModule,
    })
}

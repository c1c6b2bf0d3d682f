//! `sclera sdk`: the SDK in a project, brought up to date.

use std::path::Path;
use std::{fs, io, process};

use anyhow::Context;

use crate::args::Sdk;
use crate::exit::{Exit, UsageError};
use crate::project::manifest::Manifest;
use crate::project::sdk;
use crate::view;

pub(crate) fn run(args: &Sdk) -> anyhow::Result<Exit> {
    let manifest = Manifest::read_without_sdk(&args.dir)?;
    if manifest.sdk != Path::new(sdk::FOLDER) {
        return Err(UsageError(format!(
            "its `module.toml` has the SDK in {}, and only one in `{}` is the project's own to replace",
            manifest.sdk.display(),
            sdk::FOLDER
        ))
        .into());
    }
    let folder = args.dir.join(sdk::FOLDER);
    let beside = args.dir.join(format!(".{}-{}", sdk::FOLDER, process::id()));
    let old = args.dir.join(format!(".{}-old-{}", sdk::FOLDER, process::id()));
    // Written beside and put there as a whole: whatever fails, there is one SDK.
    let replaced = sdk::write(manifest.language, &beside)
        .and_then(|()| match fs::rename(&folder, &old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => fs::rename(&beside, &folder),
        })
        .with_context(|| format!("failed to write {}", folder.display()));
    let _ = fs::remove_dir_all(&beside);
    let _ = fs::remove_dir_all(&old);
    replaced?;
    view::sdk_replaced(manifest.language, &folder)?;
    Ok(Exit::Fine)
}

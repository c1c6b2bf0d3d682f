//! `sclera build`: from source to a module that loads.

use std::path::{Path, PathBuf};

use sclera::{Compiler, LoadError, LoadFault};
use serde_json::json;

use super::input::Input;
use super::{caching, loading};
use crate::args::{Build, Loading};
use crate::exit::Exit;
use crate::project::toolchain::{self, Steps};
use crate::project::{BUILD_FOLDER, Project, sdk};
use crate::view;

pub(crate) async fn run(args: &Build, compiler: Compiler) -> anyhow::Result<Exit> {
    let compiler = caching::with_cache(compiler, &args.cache);
    let project = Project::open(&args.dir)?;
    let module = Loading {
        config: args.config.clone(),
        ..Loading::only(built_in(&args.dir, &project))
    };
    // Before the build: a configuration that cannot be read is told at once.
    let input = Input::read(&module, None)?;

    let used = sdk::version(&project.sdk());
    if used != sdk::VERSION {
        let carried = sdk::VERSION;
        view::warning(&format!(
            "its SDK has version {used}, and this `sclera` carries {carried}; `sclera sdk` replaces it"
        ));
    }
    let steps = Steps::new(args.json);
    let built = tokio::task::block_in_place(|| toolchain::build(&project, &steps))?;
    if !args.json {
        view::built(&module.module, &built)?;
    }
    let host = loading::host(&module, 1)?.compile_with(compiler).build()?;
    let loaded = match loading::load(host, &module, input.config.as_ref(), args.json).await {
        Ok(loaded) => Some(loaded),
        Err(error) if args.config.is_none() && needs_configuration(&error) => {
            view::warning(&format!(
                "it was not test-loaded, because it needs a configuration; give one with `--config FILE`: {error}"
            ));
            None
        }
        Err(error) => return Err(error),
    };
    if args.json {
        view::json(&json!({
            "file": module.module,
            "build_ms": built.took.as_millis(),
            "module": loaded.as_ref().map(|loaded| &loaded.module),
            "imports": loaded.as_ref().map(|loaded| &loaded.inspection.imports),
            "exit": Exit::Fine as u8,
        }))?;
    } else if let Some(loaded) = &loaded {
        view::module(&module.module, &loaded.module, &loaded.inspection)?;
    }
    Ok(Exit::Fine)
}

/// The module's path as a person would write it: without `./`.
fn built_in(folder: &Path, project: &Project) -> PathBuf {
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    folder.join(BUILD_FOLDER).join(project.file_name())
}

fn needs_configuration(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<LoadError>();
    error.is_some_and(|error| matches!(error.fault, LoadFault::Config(_)))
}

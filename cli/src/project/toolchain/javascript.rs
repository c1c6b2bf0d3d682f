//! JavaScript and TypeScript: esbuild makes one file of the module, its SDK and its packages, and jco a component of that
//! file and QuickJS.
//!
//! Two things are between esbuild and the host. QuickJS runs no jobs of promises during a call, so `async` functions are
//! compiled to the SDK's own promises (`guest-sdk/javascript/src/runtime/promise.js`). And jco takes a snapshot of
//! the module after its top level ran, for which it links everything called `wasi:` to a WASI of its own, and stubs
//! it out afterwards; so the contract's interfaces are called `host:` until the component is there.

mod imports;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

use super::{BuildError, Install, Job, Tool, ToolError, io_error};
use crate::project::language::Language;

const PURPOSE: &str = "to build modules in JavaScript and TypeScript";
/// The project's `package.json` says which version.
const NPM_INSTALL: Install = Install::Anywhere("npm install");

const NODE: Tool = Tool {
    programs: &["node"],
    purpose: PURPOSE,
    version_args: &["--version"],
    minimum: "20.0",
    install: Install::Packages {
        debian: "nodejs npm",
        fedora: "nodejs npm",
        arch: "nodejs npm",
        alpine: "nodejs npm",
        brew: "node",
        elsewhere: "get it from https://nodejs.org",
    },
};
const ESBUILD: Tool = Tool {
    programs: &["esbuild"],
    minimum: "0.25.0",
    install: NPM_INSTALL,
    ..NODE
};
const JCO: Tool = Tool {
    programs: &["jco"],
    minimum: "1.35.0",
    ..ESBUILD
};
const TSC: Tool = Tool {
    programs: &["tsc"],
    purpose: "to check the types of modules in TypeScript",
    minimum: "5.6",
    ..ESBUILD
};

/// The name that a module imports the SDK by.
const SDK: &str = "@sclera/sdk";

/// What esbuild is told.
const BUNDLE: [&str; 12] = [
    "--bundle",
    "--format=esm",
    "--target=es2023",
    "--supported:async-await=false",
    "--supported:async-generator=false",
    "--supported:for-await=false",
    "--platform=neutral",
    "--main-fields=module,main",
    "--external:host:*",
    "--external:sclera:*",
    "--log-level=warning",
    "--color=false",
];

/// What jco is told.
const COMPONENTIZE: [&str; 7] = [
    "--world-name",
    "hook-module",
    "--backend",
    "qjs",
    "--backend-qjs-disable-async",
    "--backend-qjs-stub-wasi",
    "--out",
];

pub(super) fn build(job: &Job<'_>) -> Result<(), BuildError> {
    let root = &job.project.root;
    NODE.find(&[])?;
    let own = [root.join("node_modules/.bin")];
    let esbuild = ESBUILD.find(&own)?;
    let jco = JCO.find(&own)?;
    link_sdk(root, &job.project.sdk()).map_err(io_error(format!("link the SDK into {}", root.display())))?;
    packages(root)?;
    if job.project.manifest.language == Language::TypeScript && root.join("tsconfig.json").is_file() {
        let tsc = TSC.find(&own)?;
        let mut command = Command::new(tsc.path);
        command.args(["--noEmit", "--pretty", "false", "--project", "."]);
        job.steps.run("checking types with tsc", command.current_dir(root))?;
    }

    let entry = job.work.join("entry.js");
    fs::write(&entry, entry_of(&job.project.entry())).map_err(io_error(format!("write {}", entry.display())))?;
    let bundle = job.work.join("module.js");
    let mut command = Command::new(esbuild.path);
    command.arg(&entry).args(BUNDLE).arg(outfile(&bundle)).current_dir(root);
    let said = job.steps.run("bundling with esbuild", &mut command)?;
    job.steps.tell(&said);

    let wit = job.work.join("wit");
    renamed_contract(&job.project.wit(), &wit).map_err(io_error(format!("write {}", wit.display())))?;
    let snapshot = job.work.join("snapshot.wasm");
    let mut command = Command::new(jco.path);
    command
        .arg("componentize")
        .arg(&bundle)
        .arg("--wit")
        .arg(&wit)
        .args(COMPONENTIZE)
        .arg(&snapshot)
        .current_dir(root);
    job.steps.run("componentizing with jco", &mut command)?;
    job.steps.inside("naming its imports", || {
        let component = imports::rename(fs::read(&snapshot)?).map_err(io::Error::other)?;
        fs::write(&job.component, component)
    })
}

/// What is bundled: the module's definition, as a component.
fn entry_of(module: &Path) -> String {
    // JSON's texts are JavaScript's.
    let module = Value::from(module.to_string_lossy());
    format!(
        "import {{ component }} from \"{SDK}/guest\";\nimport definition from {module};\nexport const module = component(definition);\n"
    )
}

fn outfile(file: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from("--outfile=");
    argument.push(file);
    argument
}

/// The contract, with `host:` for `wasi:`.
fn renamed_contract(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (from, to) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if from.is_dir() {
            renamed_contract(&from, &to)?;
        } else {
            fs::write(to, fs::read_to_string(from)?.replace("wasi:", "host:"))?;
        }
    }
    Ok(())
}

/// Puts the SDK where a module's `import` finds it, if nobody has: `npm install` does so by the project's `package.json`.
fn link_sdk(root: &Path, sdk: &Path) -> io::Result<()> {
    let link = root.join("node_modules").join(SDK);
    if link.exists() {
        return Ok(());
    }
    if let Some(parent) = link.parent() {
        fs::create_dir_all(parent)?;
    }
    // A link to what is not there any more.
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(fs::canonicalize(sdk)?, link)
}

/// Checks that the packages that the module itself needs are there.
fn packages(root: &Path) -> Result<(), ToolError> {
    let package = fs::read(root.join("package.json")).ok();
    let package: Option<Value> = package.and_then(|package| serde_json::from_slice(&package).ok());
    let dependencies = package.as_ref().and_then(|package| package.get("dependencies"));
    let names = dependencies.and_then(Value::as_object).into_iter().flat_map(Map::keys);
    match names.into_iter().find(|name| !installed(root, name)) {
        None => Ok(()),
        Some(name) => Err(ToolError::Missing {
            what: format!("the package `{name}`"),
            purpose: "by this module",
            install: NPM_INSTALL.here(),
        }),
    }
}

/// As Node.js looks for a package: in the folder, and in those above it.
fn installed(root: &Path, name: &str) -> bool {
    let folder = PathBuf::from("node_modules").join(name);
    root.ancestors().any(|above| above.join(&folder).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_is_renamed_whole() {
        let to = tempfile::tempdir().unwrap();
        renamed_contract(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../wit")), to.path()).unwrap();
        let world = fs::read_to_string(to.path().join("world.wit")).unwrap();
        assert!(world.contains("import host:http/outgoing-handler@"));
        assert!(to.path().join("deps/http/http.wit").is_file());
        assert!(!world.contains("wasi:"));
    }

    #[test]
    fn a_package_that_is_not_installed_is_named_with_what_to_do() {
        let root = tempfile::tempdir().unwrap();
        let write = |text| fs::write(root.path().join("package.json"), text).unwrap();
        packages(root.path()).unwrap();
        write(r#"{"dependencies": {"mustache": "4.2.0"}, "devDependencies": {"typescript": "7.0.2"}}"#);
        let error = packages(root.path()).unwrap_err().to_string();
        assert_eq!(
            error,
            "the package `mustache` is needed by this module, and it is not there; install it with `npm install`"
        );
        fs::create_dir_all(root.path().join("node_modules/mustache")).unwrap();
        packages(root.path()).unwrap();
    }

    #[test]
    fn the_sdk_is_linked_once_and_anew_if_it_moved() {
        let root = tempfile::tempdir().unwrap();
        let sdk = |name| {
            let folder = root.path().join(name);
            fs::create_dir_all(&folder).unwrap();
            folder
        };
        let link = root.path().join("node_modules/@sclera/sdk");
        link_sdk(root.path(), &sdk("one")).unwrap();
        link_sdk(root.path(), &sdk("two")).unwrap();
        assert_eq!(fs::read_link(&link).unwrap().file_name().unwrap(), "one");
        fs::remove_dir(root.path().join("one")).unwrap();
        link_sdk(root.path(), &sdk("two")).unwrap();
        assert_eq!(fs::read_link(&link).unwrap().file_name().unwrap(), "two");
    }

    #[test]
    fn an_entry_with_any_name_is_imported() {
        assert!(entry_of(Path::new("/a \"b\"/module.ts")).contains(r#"from "/a \"b\"/module.ts";"#));
    }
}

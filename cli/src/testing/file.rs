//! Reads files of cases: TOML or JSON of the same structure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::case::{Case, Http, Written, read};
use super::fixtures::Exchange;
use super::keys;
use crate::exit::UsageError;

/// A file of cases.
#[derive(Debug)]
pub(crate) struct CaseFile {
    pub(crate) path: PathBuf,
    /// What its snapshots and its fuel are kept under: its name without the ending.
    pub(crate) stem: String,
    pub(crate) cases: Vec<Case>,
}

/// A file as it is written, with each case still as its text.
#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    defaults: BTreeMap<String, Box<RawValue>>,
    #[serde(default)]
    case: Vec<BTreeMap<String, Box<RawValue>>>,
    #[serde(default)]
    register: Vec<BTreeMap<String, Box<RawValue>>>,
}

/// Files beside those with cases that have something else in them.
const OTHERS: [&str; 2] = ["fuel.toml", "module.toml"];

/// The files of cases in a folder, by name.
pub(crate) fn find_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let cannot = || format!("failed to read the folder {}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        let is_other = |name: &std::ffi::OsStr| OTHERS.iter().any(|other| name == *other);
        if is_case_file(&path) && path.is_file() && !path.file_name().is_some_and(is_other) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn is_case_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "toml" || ending == "json")
}

/// Reads all of them. `recording` fixtures need not be there.
pub(crate) fn read_all(paths: &[PathBuf], recording: bool) -> anyhow::Result<Vec<CaseFile>> {
    let mut stems = BTreeSet::new();
    let mut files = Vec::new();
    for path in paths {
        let file = CaseFile::read(path, recording)?;
        if !stems.insert(file.stem.clone()) {
            let fault = format!(
                "{}: another file is named `{}`, too; what is kept of their cases would be mixed up; rename one of them",
                path.display(),
                file.stem
            );
            return Err(UsageError(fault).into());
        }
        files.push(file);
    }
    Ok(files)
}

impl CaseFile {
    fn read(path: &Path, recording: bool) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            UsageError(format!(
                "the file of cases {} cannot be read: {error}; after the module, name TOML or JSON files with cases, or none",
                path.display()
            ))
        })?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let cases =
            cases(path, &text, recording).map_err(|fault| UsageError(format!("{}: {fault}", path.display())))?;
        Ok(Self {
            path: path.to_owned(),
            stem,
            cases,
        })
    }
}

fn cases(path: &Path, text: &str, recording: bool) -> Result<Vec<Case>, String> {
    let text = match path.extension() {
        Some(ending) if ending == "json" => text.to_owned(),
        Some(ending) if ending == "toml" => from_toml(text)?,
        _ => return Err("a file of cases ends with `.toml` or `.json`; rename it".into()),
    };
    let whole: Value = serde_json::from_str(&text).map_err(|error| format!("it is not JSON: {error}"))?;
    keys::file(&whole)?;
    let raw: Raw = read("", &text)?;
    if raw.case.is_empty() && raw.register.is_empty() {
        return Err("it has no case; begin one with `[[case]]`, or in JSON with {\"case\": [{\"name\": …}]}".into());
    }
    if raw.defaults.contains_key("name") {
        return Err("`defaults` has a `name`, which is each case's own".into());
    }
    let defaults = serde_json::to_value(&raw.defaults).map_err(|error| error.to_string())?;
    keys::case(&defaults).map_err(|fault| format!("in `defaults`, {fault}"))?;

    let folder = path.parent().unwrap_or(Path::new(""));
    let mut names = BTreeSet::new();
    let mut cases = Vec::with_capacity(raw.case.len() + raw.register.len());
    for (index, own) in raw.case.into_iter().enumerate() {
        let place = place("case", index, &own);
        let case = one(own, &raw.defaults, keys::case)
            .and_then(|written| {
                let http = http(folder, written.http.as_deref(), recording)?;
                written.deliver(http)
            })
            .map_err(|fault| format!("{place}: {fault}"))?;
        cases.push(case);
    }
    for (index, own) in raw.register.into_iter().enumerate() {
        let place = place("register", index, &own);
        let defaults = raw.defaults.iter();
        // What is expected of an event is not expected here.
        let defaults = defaults.filter(|(key, _)| keys::REGISTER.contains(&key.as_str()) && *key != "expect");
        let defaults = defaults.map(|(key, value)| (key.clone(), value.clone())).collect();
        let case = one(own, &defaults, keys::register)
            .and_then(Written::register)
            .map_err(|fault| format!("{place}: {fault}"))?;
        cases.push(case);
    }
    for case in &cases {
        if case.name.trim().is_empty() {
            return Err("a case has an empty name; say what it is about".into());
        }
        if !names.insert(&case.name) {
            return Err(format!(
                "two cases are named “{}”; each needs a name of its own, which says what differs",
                sclera::text::excerpt(&case.name)
            ));
        }
    }
    Ok(cases)
}

/// `case “a new IOC is tagged”`, or its number if it has no name.
fn place(kind: &str, index: usize, own: &BTreeMap<String, Box<RawValue>>) -> String {
    let name = own.get("name").map(|name| serde_json::from_str::<String>(name.get()));
    match name {
        Some(Ok(name)) => format!("{kind} “{}”", sclera::text::excerpt(&name)),
        _ => format!("{kind} {}", index + 1),
    }
}

/// A case's own keys over the defaults.
fn one(
    own: BTreeMap<String, Box<RawValue>>,
    defaults: &BTreeMap<String, Box<RawValue>>,
    check: impl Fn(&Value) -> Result<(), String>,
) -> Result<Written, String> {
    let value = serde_json::to_value(&own).map_err(|error| error.to_string())?;
    check(&value)?;
    if !own.contains_key("name") {
        return Err("it has no `name`; say what it is about".into());
    }
    let mut all = defaults.clone();
    all.extend(own);
    let text = serde_json::to_string(&all).map_err(|error| error.to_string())?;
    read("", &text)
}

fn http(folder: &Path, raw: Option<&RawValue>, recording: bool) -> Result<Http, String> {
    let Some(raw) = raw else {
        return Ok(Http::Here(Vec::new()));
    };
    let Ok(name) = serde_json::from_str::<String>(raw.get()) else {
        return Ok(Http::Here(Exchange::list("http", raw.get())?));
    };
    let file = folder.join(&name);
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let exchanges = Exchange::list("", &text).map_err(|fault| format!("{}: {fault}", file.display()))?;
            Ok(Http::File(file, exchanges))
        }
        Err(_) if recording => Ok(Http::File(file, Vec::new())),
        Err(error) => Err(format!(
            "the fixtures in {} cannot be read: {error}; record them with `sclera test --record --policy FILE`",
            file.display()
        )),
    }
}

/// The same in JSON. A date becomes its text.
fn from_toml(text: &str) -> Result<String, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| {
            1 + text.bytes().take(span.start).filter(|&byte| byte == b'\n').count()
        });
        format!("line {line} is not TOML: {}", error.message())
    })?;
    serde_json::to_string(&json_of(toml::Value::Table(table))).map_err(|error| error.to_string())
}

fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json_of(value))).collect())
        }
    }
}

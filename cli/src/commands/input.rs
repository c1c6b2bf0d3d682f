//! What is read beside a module that is tried.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use sclera::Payload;
use serde_json::Value;

use crate::args::{EventArgs, Loading};
use crate::exit::UsageError;

/// The files that the options name. Read once: standard input cannot be read again when the module changes.
pub(super) struct Input {
    pub(super) payload: Option<Payload>,
    pub(super) config: Option<Value>,
}

impl Input {
    pub(super) fn read(loading: &Loading, event: Option<&EventArgs>) -> anyhow::Result<Self> {
        let of_event = event.and_then(|event| event.payload.as_deref());
        let of_module = loading.config.as_deref();
        if of_event.is_some_and(is_stdin) && of_module.is_some_and(is_stdin) {
            let fault = "standard input cannot be both the payload and the configuration; put one of them into a file";
            return Err(UsageError(fault.into()).into());
        }
        Ok(Self {
            payload: of_event.map(payload).transpose()?,
            config: of_module.map(config).transpose()?,
        })
    }
}

fn payload(path: &Path) -> anyhow::Result<Payload> {
    Payload::parse(text(path)?).map_err(|error| {
        UsageError(format!(
            "{}: {error}; `sclera hooks NAME --sample` prints a payload that fits",
            name(path)
        ))
        .into()
    })
}

fn config(path: &Path) -> anyhow::Result<Value> {
    serde_json::from_str(&text(path)?).map_err(|error| {
        UsageError(format!(
            "{}: the configuration is not JSON: {error}; write an object, such as {{\"tag\": \"seen\"}}",
            name(path)
        ))
        .into()
    })
}

fn text(path: &Path) -> anyhow::Result<String> {
    if is_stdin(path) {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("failed to read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("failed to read {}", path.display()))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn name(path: &Path) -> String {
    if is_stdin(path) {
        "standard input".into()
    } else {
        path.display().to_string()
    }
}
